-- What 3.1 changes: pictures have a size in pixels, the indexes of omoccurrences have one kind of name.
ALTER TABLE images
  ADD COLUMN pixelYDimension int(11) DEFAULT NULL AFTER mediaMD5,
  ADD COLUMN pixelXDimension int(11) DEFAULT NULL AFTER pixelYDimension;
ALTER TABLE omoccurrences
  RENAME INDEX Index_collid TO UQ_occurrences_collid_dbpk,
  RENAME INDEX UNIQUE_occurrenceID TO UQ_occurrences_occurrenceID,
  RENAME INDEX FK_omoccurrences_tid TO IX_occurrences_tid,
  RENAME INDEX Index_catalognumber TO IX_occurrences_catalognumber,
  RENAME INDEX Index_otherCatalogNumbers TO IX_occurrences_otherCatalogNumbers,
  RENAME INDEX Index_occurrences_procstatus TO IX_occurrences_procStatus,
  RENAME INDEX Index_occurDateLastModifed TO IX_occurrences_dateLastModified,
  RENAME INDEX IX_omoccurrences_recordID TO IX_occurrences_recordID,
  ADD INDEX IX_occurrences_collid (collid);
ALTER TABLE taxa RENAME INDEX sciname_index TO IX_taxa_sciname;
INSERT INTO schemaversion (versionnumber) VALUES ('3.1');
