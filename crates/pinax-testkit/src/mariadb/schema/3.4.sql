-- What 3.4 changes: length and checksum of each size of a picture, exsiccati that keep what hangs on them.
CREATE TABLE mediametadata (
  mediaID int(10) unsigned NOT NULL,
  field enum('originalUrl','thumbnailUrl','url') NOT NULL,
  bytes bigint(20) unsigned NOT NULL,
  md5sum varchar(32) NOT NULL,
  created_at timestamp NULL DEFAULT current_timestamp(),
  updated_at timestamp NULL DEFAULT NULL ON UPDATE current_timestamp(),
  PRIMARY KEY (mediaID, field),
  CONSTRAINT mediametadata_ibfk_1 FOREIGN KEY (mediaID) REFERENCES media (mediaID) ON DELETE CASCADE
) ENGINE=InnoDB;
ALTER TABLE omoccurrences
  ADD INDEX IX_occurrences_verbatimCoordinates (collid, verbatimCoordinates),
  ADD INDEX IX_occurrences_decimalLngLat (decimalLongitude, decimalLatitude);
ALTER TABLE taxa MODIFY COLUMN kingdomName varchar(45) NOT NULL DEFAULT '';
ALTER TABLE omexsiccatititles
  RENAME COLUMN exsrange TO exsRange,
  RENAME COLUMN startdate TO startDate,
  RENAME COLUMN enddate TO endDate,
  RENAME COLUMN lasteditedby TO lastEditedBy,
  RENAME INDEX index_exsiccatiTitle TO IX_exsiccatititle_title;
ALTER TABLE omexsiccatinumbers
  RENAME COLUMN exsnumber TO exsNumber,
  DROP FOREIGN KEY FK_exsiccatiTitleNumber,
  DROP INDEX Index_omexsiccatinumbers_unique,
  RENAME INDEX FK_exsiccatiTitleNumber TO FK_exsiccatiNumber_ometid_idx,
  ADD INDEX FK_exsiccatiNumber_number_idx (exsNumber),
  ADD UNIQUE INDEX UQ_exsiccatiNumber_ometid (ometid, exsNumber),
  ADD CONSTRAINT FK_exsiccatinumber_ometid FOREIGN KEY (ometid) REFERENCES omexsiccatititles (ometid)
    ON UPDATE CASCADE;
ALTER TABLE omexsiccatiocclink
  DROP FOREIGN KEY FKExsiccatiNumOccLink1,
  DROP FOREIGN KEY FKExsiccatiNumOccLink2;
ALTER TABLE omexsiccatiocclink
  DROP PRIMARY KEY,
  ADD COLUMN omexid int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY FIRST,
  DROP INDEX FKExsiccatiNumOccLink2,
  RENAME INDEX FKExsiccatiNumOccLink1 TO FK_exsiccatiOccLink_omenid_idx,
  RENAME INDEX UniqueOmexsiccatiOccLink TO UQ_exsiccatiOccLink_occid,
  ADD CONSTRAINT FK_exsiccatiOccLink_omenid FOREIGN KEY (omenid) REFERENCES omexsiccatinumbers (omenid)
    ON UPDATE CASCADE,
  ADD CONSTRAINT FK_exsiccatiOccLink_occid FOREIGN KEY (occid) REFERENCES omoccurrences (occid)
    ON UPDATE CASCADE;
INSERT INTO schemaversion (versionnumber) VALUES ('3.4');
