-- The tables of a Symbiota 3.4 portal that linking pictures touches, as far as they matter for it: columns, widths,
-- indexes, foreign keys, collation.
CREATE DATABASE symbiota CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci;
USE symbiota;
CREATE TABLE schemaversion (
  id int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  versionnumber varchar(20) NOT NULL,
  dateapplied timestamp NOT NULL DEFAULT current_timestamp(),
  UNIQUE KEY versionnumber_UNIQUE (versionnumber)
) ENGINE=InnoDB;
CREATE TABLE taxa (
  tid int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  rankID smallint(5) unsigned DEFAULT NULL,
  sciName varchar(250) NOT NULL,
  unitName1 varchar(100) NOT NULL,
  unitName2 varchar(50) DEFAULT NULL
) ENGINE=InnoDB;
CREATE TABLE omcollections (
  collID int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  institutionCode varchar(45) NOT NULL,
  collectionCode varchar(45) DEFAULT NULL,
  collectionName varchar(150) NOT NULL,
  managementType varchar(45) DEFAULT 'Snapshot',
  recordID varchar(45) DEFAULT NULL,
  UNIQUE KEY Index_inst (institutionCode, collectionCode)
) ENGINE=InnoDB;
CREATE TABLE omcollectionstats (
  collid int(10) unsigned NOT NULL PRIMARY KEY,
  recordcnt int(10) unsigned NOT NULL DEFAULT 0,
  georefcnt int(10) unsigned DEFAULT NULL,
  familycnt int(10) unsigned DEFAULT NULL,
  genuscnt int(10) unsigned DEFAULT NULL,
  speciescnt int(10) unsigned DEFAULT NULL,
  datelastmodified datetime DEFAULT NULL,
  dynamicProperties longtext DEFAULT NULL,
  CONSTRAINT FK_collectionstats_coll FOREIGN KEY (collid) REFERENCES omcollections (collID)
) ENGINE=InnoDB;
CREATE TABLE omoccurrences (
  occid int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  collid int(10) unsigned NOT NULL,
  dbpk varchar(150) DEFAULT NULL,
  occurrenceID varchar(255) DEFAULT NULL,
  catalogNumber varchar(32) DEFAULT NULL,
  otherCatalogNumbers varchar(255) DEFAULT NULL,
  family varchar(255) DEFAULT NULL,
  sciname varchar(255) DEFAULT NULL,
  tidInterpreted int(10) unsigned DEFAULT NULL,
  recordedBy varchar(255) DEFAULT NULL,
  recordNumber varchar(45) DEFAULT NULL,
  eventDate date DEFAULT NULL,
  decimalLatitude double DEFAULT NULL,
  recordSecurity int(10) DEFAULT 0,
  processingStatus varchar(45) DEFAULT NULL,
  recordID varchar(45) DEFAULT NULL,
  dateLastModified timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
  UNIQUE KEY UQ_occurrences_collid_dbpk (collid, dbpk),
  UNIQUE KEY UQ_occurrences_occurrenceID (occurrenceID),
  KEY IX_occurrences_collid (collid),
  KEY IX_occurrences_tid (tidInterpreted),
  KEY IX_occurrences_catalognumber (catalogNumber),
  KEY IX_occurrences_recordID (recordID),
  CONSTRAINT FK_omoccurrences_collid FOREIGN KEY (collid) REFERENCES omcollections (collID)
    ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT FK_omoccurrences_tid FOREIGN KEY (tidInterpreted) REFERENCES taxa (tid)
    ON DELETE SET NULL ON UPDATE CASCADE
) ENGINE=InnoDB;
CREATE TABLE omoccuridentifiers (
  idomoccuridentifiers int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  occid int(10) unsigned NOT NULL,
  identifierValue varchar(75) NOT NULL,
  identifierName varchar(45) NOT NULL DEFAULT '',
  modifiedUid int(10) unsigned NOT NULL,
  UNIQUE KEY UQ_omoccuridentifiers (occid, identifierValue, identifierName),
  KEY IX_omoccuridentifiers_value (identifierValue),
  CONSTRAINT FK_omoccuridentifiers_occid FOREIGN KEY (occid) REFERENCES omoccurrences (occid)
    ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;
CREATE TABLE media (
  mediaID int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  tid int(10) unsigned DEFAULT NULL,
  occid int(10) unsigned DEFAULT NULL,
  url varchar(255) DEFAULT NULL,
  thumbnailUrl varchar(255) DEFAULT NULL,
  originalUrl varchar(255) DEFAULT NULL,
  archiveUrl varchar(255) DEFAULT NULL,
  imageType varchar(50) DEFAULT NULL,
  mediaType varchar(45) DEFAULT NULL,
  format varchar(45) DEFAULT NULL,
  caption varchar(100) DEFAULT NULL,
  creator varchar(100) DEFAULT NULL,
  owner varchar(250) DEFAULT NULL,
  copyright varchar(255) DEFAULT NULL,
  rights varchar(255) DEFAULT NULL,
  notes varchar(350) DEFAULT NULL,
  sourceIdentifier varchar(150) DEFAULT NULL,
  mediaMD5 varchar(45) DEFAULT NULL,
  pixelYDimension int(11) DEFAULT NULL,
  pixelXDimension int(11) DEFAULT NULL,
  recordID varchar(45) DEFAULT NULL,
  sortSequence int(10) unsigned NOT NULL DEFAULT 50,
  sortOccurrence int(11) DEFAULT 5,
  initialTimestamp timestamp NOT NULL DEFAULT current_timestamp(),
  KEY FK_media_occid_idx (occid),
  KEY FK_media_tid_idx (tid),
  KEY IX_media_recordID (recordID),
  CONSTRAINT FK_media_occid FOREIGN KEY (occid) REFERENCES omoccurrences (occid) ON UPDATE CASCADE,
  CONSTRAINT FK_media_tid FOREIGN KEY (tid) REFERENCES taxa (tid) ON UPDATE CASCADE
) ENGINE=InnoDB;
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
CREATE TABLE imagetag (
  imagetagid bigint(20) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  mediaID int(10) unsigned NOT NULL,
  keyValue varchar(30) NOT NULL,
  UNIQUE KEY imagetag_media_key (mediaID, keyValue),
  CONSTRAINT FK_imagetag_mediaID FOREIGN KEY (mediaID) REFERENCES media (mediaID) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;
CREATE TABLE specprocessorrawlabels (
  prlid int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  mediaID int(10) unsigned DEFAULT NULL,
  occid int(10) unsigned DEFAULT NULL,
  rawstr text NOT NULL,
  KEY FK_specproc_media_idx (mediaID),
  CONSTRAINT FK_specproc_media FOREIGN KEY (mediaID) REFERENCES media (mediaID) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;
INSERT INTO schemaversion (versionnumber) VALUES ('3.0'), ('3.1'), ('3.2'), ('3.3'), ('3.4');
INSERT INTO taxa (tid, rankID, sciName, unitName1, unitName2) VALUES
  (1, 140, 'Asteraceae', 'Asteraceae', NULL),
  (2, 180, 'Helianthus', 'Helianthus', NULL),
  (3, 220, 'Helianthus annuus', 'Helianthus', 'annuus'),
  (4, 220, 'Achillea millefolium', 'Achillea', 'millefolium');
