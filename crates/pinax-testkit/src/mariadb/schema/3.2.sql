-- What 3.2 changes: images are media, text read from a picture goes with its row, identifiers may be longer.
ALTER TABLE imagetag DROP FOREIGN KEY FK_imagetag_imgid, DROP FOREIGN KEY FK_imagetag_tagkey;
ALTER TABLE imagekeywords DROP FOREIGN KEY FK_imagekeywords_imgid;
ALTER TABLE specprocessorrawlabels DROP FOREIGN KEY FK_specproc_images, DROP FOREIGN KEY FK_specproc_occid;
ALTER TABLE images DROP FOREIGN KEY FK_images_occ, DROP FOREIGN KEY FK_taxaimagestid;
RENAME TABLE images TO media;
ALTER TABLE media
  RENAME COLUMN imgid TO mediaID,
  RENAME COLUMN photographer TO creator,
  RENAME COLUMN photographerUid TO creatorUid,
  ADD COLUMN mediaType varchar(45) DEFAULT NULL AFTER imageType,
  RENAME INDEX Index_tid TO FK_media_tid_idx,
  RENAME INDEX FK_images_occ TO FK_media_occid_idx,
  RENAME INDEX FK_photographeruid TO FK_media_creatorUid_idx,
  RENAME INDEX Index_images_datelastmod TO IX_media_dateLastModified,
  RENAME INDEX IX_images_recordID TO IX_media_recordID,
  ADD INDEX IX_media_sort (sortSequence),
  ADD INDEX IX_media_sortOccur (sortOccurrence),
  ADD INDEX IX_media_thumbnail (thumbnailUrl),
  ADD INDEX IX_media_mediaType (mediaType),
  ADD CONSTRAINT FK_media_occid FOREIGN KEY (occid) REFERENCES omoccurrences (occid) ON UPDATE CASCADE,
  ADD CONSTRAINT FK_media_tid FOREIGN KEY (tid) REFERENCES taxa (tid) ON UPDATE CASCADE;
ALTER TABLE imagetag
  RENAME COLUMN imagetagid TO imageTagID,
  RENAME COLUMN imgid TO mediaID,
  RENAME INDEX imgid TO UQ_imagetag_mediaID_keyValue,
  RENAME INDEX keyvalue TO FK_imagetag_keyValue_idx,
  RENAME INDEX FK_imagetag_imgid_idx TO FK_imagetag_mediaID_idx,
  ADD CONSTRAINT FK_imagetag_keyValue FOREIGN KEY (keyValue) REFERENCES imagetagkey (tagkey)
    ON DELETE NO ACTION ON UPDATE CASCADE,
  ADD CONSTRAINT FK_imagetag_mediaID FOREIGN KEY (mediaID) REFERENCES media (mediaID)
    ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE imagekeywords
  RENAME COLUMN imgid TO mediaID,
  RENAME COLUMN uidassignedby TO uidAssignedBy,
  RENAME INDEX FK_imagekeywords_imgid_idx TO FK_imagekeywords_mediaID_idx,
  RENAME INDEX INDEX_imagekeyword TO FK_imagekeywords_keyword,
  ADD CONSTRAINT FK_imagekeywords_mediaID FOREIGN KEY (mediaID) REFERENCES media (mediaID)
    ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE specprocessorrawlabels
  RENAME COLUMN imgid TO mediaID,
  RENAME COLUMN rawstr TO rawStr,
  RENAME COLUMN processingvariables TO processingVariables,
  RENAME COLUMN sortsequence TO sortSequence,
  RENAME INDEX FK_specproc_images TO FK_specproclabels_media_idx,
  RENAME INDEX FK_specproc_occid TO FK_specproclabels_occid_idx,
  ADD CONSTRAINT FK_specproclabels_media FOREIGN KEY (mediaID) REFERENCES media (mediaID)
    ON DELETE CASCADE ON UPDATE CASCADE,
  ADD CONSTRAINT FK_specproclabels_occid FOREIGN KEY (occid) REFERENCES omoccurrences (occid)
    ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE omoccuridentifiers
  CHANGE COLUMN identifiervalue identifierValue varchar(75) NOT NULL,
  RENAME COLUMN identifiername TO identifierName,
  ADD COLUMN format varchar(45) DEFAULT NULL AFTER identifierName,
  ADD COLUMN recordID varchar(45) DEFAULT NULL AFTER sortBy;
INSERT INTO schemaversion (versionnumber) VALUES ('3.2');
