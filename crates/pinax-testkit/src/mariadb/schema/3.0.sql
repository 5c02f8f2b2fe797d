-- The tables of a Symbiota 3.0 portal that Pinax touches, as far as they matter for it: columns, widths, indexes,
-- foreign keys, collation. Columns that point at users are there without their foreign key: there is no table of users.
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
  kingdomName varchar(45) DEFAULT '',
  rankID smallint(5) unsigned DEFAULT 0,
  sciName varchar(250) NOT NULL,
  unitName1 varchar(50) NOT NULL,
  unitName2 varchar(50) DEFAULT NULL,
  unitName3 varchar(35) DEFAULT NULL,
  author varchar(150) NOT NULL DEFAULT '',
  UNIQUE KEY UQ_taxa_sciname (sciName, rankID, kingdomName),
  KEY sciname_index (sciName)
) ENGINE=InnoDB;
CREATE TABLE omcollections (
  collID int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  institutionCode varchar(45) NOT NULL,
  collectionCode varchar(45) DEFAULT NULL,
  collectionName varchar(150) NOT NULL,
  collType varchar(45) NOT NULL DEFAULT 'Preserved Specimens',
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
  uploaddate datetime DEFAULT NULL,
  datelastmodified datetime DEFAULT NULL,
  uploadedby varchar(45) DEFAULT NULL,
  dynamicProperties longtext DEFAULT NULL,
  CONSTRAINT FK_collectionstats_coll FOREIGN KEY (collid) REFERENCES omcollections (collID)
) ENGINE=InnoDB;
CREATE TABLE omoccurrences (
  occid int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  collid int(10) unsigned NOT NULL,
  dbpk varchar(150) DEFAULT NULL,
  basisOfRecord varchar(32) DEFAULT 'PreservedSpecimen',
  occurrenceID varchar(255) DEFAULT NULL,
  catalogNumber varchar(32) DEFAULT NULL,
  otherCatalogNumbers varchar(255) DEFAULT NULL,
  family varchar(255) DEFAULT NULL,
  scientificName varchar(255) DEFAULT NULL,
  sciname varchar(255) DEFAULT NULL,
  tidInterpreted int(10) unsigned DEFAULT NULL,
  genus varchar(255) DEFAULT NULL,
  specificEpithet varchar(255) DEFAULT NULL,
  taxonRank varchar(32) DEFAULT NULL,
  infraspecificEpithet varchar(255) DEFAULT NULL,
  scientificNameAuthorship varchar(255) DEFAULT NULL,
  identifiedBy varchar(255) DEFAULT NULL,
  dateIdentified varchar(45) DEFAULT NULL,
  typeStatus varchar(255) DEFAULT NULL,
  recordedBy varchar(255) DEFAULT NULL,
  recordNumber varchar(45) DEFAULT NULL,
  associatedCollectors varchar(255) DEFAULT NULL,
  eventDate date DEFAULT NULL,
  eventDate2 date DEFAULT NULL,
  year int(10) DEFAULT NULL,
  month int(10) DEFAULT NULL,
  day int(10) DEFAULT NULL,
  verbatimEventDate varchar(255) DEFAULT NULL,
  habitat text DEFAULT NULL,
  occurrenceRemarks text DEFAULT NULL,
  country varchar(64) DEFAULT NULL,
  stateProvince varchar(255) DEFAULT NULL,
  county varchar(255) DEFAULT NULL,
  municipality varchar(255) DEFAULT NULL,
  locality text DEFAULT NULL,
  localitySecurity int(10) DEFAULT 0,
  localitySecurityReason varchar(100) DEFAULT NULL,
  decimalLatitude double DEFAULT NULL,
  decimalLongitude double DEFAULT NULL,
  verbatimCoordinates varchar(255) DEFAULT NULL,
  minimumElevationInMeters int(6) DEFAULT NULL,
  maximumElevationInMeters int(6) DEFAULT NULL,
  verbatimElevation varchar(255) DEFAULT NULL,
  disposition varchar(250) DEFAULT NULL,
  language varchar(20) DEFAULT NULL,
  observerUid int(10) unsigned DEFAULT NULL,
  processingStatus varchar(45) DEFAULT NULL,
  recordEnteredBy varchar(250) DEFAULT NULL,
  labelProject varchar(250) DEFAULT NULL,
  recordID varchar(45) DEFAULT NULL,
  dateEntered datetime DEFAULT NULL,
  dateLastModified timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
  UNIQUE KEY Index_collid (collid, dbpk),
  UNIQUE KEY UNIQUE_occurrenceID (occurrenceID),
  KEY FK_omoccurrences_tid (tidInterpreted),
  KEY Index_catalognumber (catalogNumber),
  KEY Index_otherCatalogNumbers (otherCatalogNumbers),
  KEY Index_occurrences_procstatus (processingStatus),
  KEY Index_occurDateLastModifed (dateLastModified),
  KEY IX_omoccurrences_recordID (recordID),
  CONSTRAINT FK_omoccurrences_collid FOREIGN KEY (collid) REFERENCES omcollections (collID)
    ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT FK_omoccurrences_tid FOREIGN KEY (tidInterpreted) REFERENCES taxa (tid)
    ON DELETE SET NULL ON UPDATE CASCADE
) ENGINE=InnoDB;
CREATE TABLE omoccuridentifiers (
  idomoccuridentifiers int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  occid int(10) unsigned NOT NULL,
  identifiervalue varchar(45) NOT NULL,
  identifiername varchar(45) NOT NULL DEFAULT '',
  notes varchar(250) DEFAULT NULL,
  sortBy int(11) DEFAULT NULL,
  modifiedUid int(10) unsigned NOT NULL,
  modifiedTimestamp datetime DEFAULT NULL,
  initialTimestamp timestamp NOT NULL DEFAULT current_timestamp(),
  UNIQUE KEY UQ_omoccuridentifiers (occid, identifiervalue, identifiername),
  KEY FK_omoccuridentifiers_occid_idx (occid),
  KEY IX_omoccuridentifiers_value (identifiervalue),
  CONSTRAINT FK_omoccuridentifiers_occid FOREIGN KEY (occid) REFERENCES omoccurrences (occid)
    ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;
CREATE TABLE images (
  imgid int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  tid int(10) unsigned DEFAULT NULL,
  url varchar(255) DEFAULT NULL,
  thumbnailUrl varchar(255) DEFAULT NULL,
  originalUrl varchar(255) DEFAULT NULL,
  archiveUrl varchar(255) DEFAULT NULL,
  photographer varchar(100) DEFAULT NULL,
  photographerUid int(10) unsigned DEFAULT NULL,
  imageType varchar(50) DEFAULT NULL,
  format varchar(45) DEFAULT NULL,
  caption varchar(100) DEFAULT NULL,
  owner varchar(250) DEFAULT NULL,
  sourceUrl varchar(255) DEFAULT NULL,
  referenceUrl varchar(255) DEFAULT NULL,
  copyright varchar(255) DEFAULT NULL,
  rights varchar(255) DEFAULT NULL,
  accessRights varchar(255) DEFAULT NULL,
  locality varchar(250) DEFAULT NULL,
  occid int(10) unsigned DEFAULT NULL,
  notes varchar(350) DEFAULT NULL,
  anatomy varchar(100) DEFAULT NULL,
  username varchar(45) DEFAULT NULL,
  sourceIdentifier varchar(150) DEFAULT NULL,
  hashFunction varchar(45) DEFAULT NULL,
  hashValue varchar(45) DEFAULT NULL,
  mediaMD5 varchar(45) DEFAULT NULL,
  dynamicProperties text DEFAULT NULL,
  defaultDisplay int(11) DEFAULT NULL,
  recordID varchar(45) DEFAULT NULL,
  sortSequence int(10) unsigned NOT NULL DEFAULT 50,
  sortOccurrence int(11) DEFAULT 5,
  initialTimestamp timestamp NOT NULL DEFAULT current_timestamp(),
  KEY Index_tid (tid),
  KEY FK_images_occ (occid),
  KEY FK_photographeruid (photographerUid),
  KEY Index_images_datelastmod (initialTimestamp),
  KEY IX_images_recordID (recordID),
  CONSTRAINT FK_images_occ FOREIGN KEY (occid) REFERENCES omoccurrences (occid) ON UPDATE CASCADE,
  CONSTRAINT FK_taxaimagestid FOREIGN KEY (tid) REFERENCES taxa (tid) ON UPDATE CASCADE
) ENGINE=InnoDB;
CREATE TABLE imagetagkey (
  tagkey varchar(30) NOT NULL PRIMARY KEY,
  shortlabel varchar(30) NOT NULL,
  description_en varchar(255) NOT NULL,
  tagDescription varchar(255) NOT NULL,
  sortOrder int(11) NOT NULL
) ENGINE=InnoDB;
CREATE TABLE imagetag (
  imagetagid bigint(20) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  imgid int(10) unsigned NOT NULL,
  keyValue varchar(30) NOT NULL,
  imageBoundingBox varchar(45) DEFAULT NULL,
  notes varchar(250) DEFAULT NULL,
  initialTimestamp timestamp NOT NULL DEFAULT current_timestamp(),
  UNIQUE KEY imgid (imgid, keyValue),
  KEY keyvalue (keyValue),
  KEY FK_imagetag_imgid_idx (imgid),
  CONSTRAINT FK_imagetag_imgid FOREIGN KEY (imgid) REFERENCES images (imgid) ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT FK_imagetag_tagkey FOREIGN KEY (keyValue) REFERENCES imagetagkey (tagkey)
    ON DELETE NO ACTION ON UPDATE CASCADE
) ENGINE=InnoDB;
CREATE TABLE imagekeywords (
  imgKeywordID int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  imgid int(10) unsigned NOT NULL,
  keyword varchar(45) NOT NULL,
  uidassignedby int(10) unsigned DEFAULT NULL,
  initialTimestamp timestamp NULL DEFAULT current_timestamp(),
  KEY FK_imagekeywords_imgid_idx (imgid),
  KEY INDEX_imagekeyword (keyword),
  CONSTRAINT FK_imagekeywords_imgid FOREIGN KEY (imgid) REFERENCES images (imgid) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;
-- Text read from a picture keeps its row from being deleted: only since 3.2 it goes with it.
CREATE TABLE specprocessorrawlabels (
  prlid int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  imgid int(10) unsigned DEFAULT NULL,
  occid int(10) unsigned DEFAULT NULL,
  rawstr text NOT NULL,
  processingvariables varchar(250) DEFAULT NULL,
  score int(11) DEFAULT NULL,
  notes varchar(255) DEFAULT NULL,
  source varchar(150) DEFAULT NULL,
  sortsequence int(11) DEFAULT NULL,
  initialTimestamp timestamp NOT NULL DEFAULT current_timestamp(),
  KEY FK_specproc_images (imgid),
  KEY FK_specproc_occid (occid),
  CONSTRAINT FK_specproc_images FOREIGN KEY (imgid) REFERENCES images (imgid) ON UPDATE CASCADE,
  CONSTRAINT FK_specproc_occid FOREIGN KEY (occid) REFERENCES omoccurrences (occid) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;
CREATE TABLE specprocessorprojects (
  spprid int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  collid int(10) unsigned NOT NULL,
  title varchar(100) NOT NULL,
  projectType varchar(45) DEFAULT NULL,
  specKeyPattern varchar(45) DEFAULT NULL,
  patternReplace varchar(45) DEFAULT NULL,
  replaceStr varchar(45) DEFAULT NULL,
  specKeyRetrieval varchar(45) DEFAULT NULL,
  sourcePath varchar(250) DEFAULT NULL,
  targetPath varchar(250) DEFAULT NULL,
  imgUrl varchar(250) DEFAULT NULL,
  webPixWidth int(10) unsigned DEFAULT 1200,
  tnPixWidth int(10) unsigned DEFAULT 130,
  lgPixWidth int(10) unsigned DEFAULT 2400,
  jpgCompression int(11) DEFAULT 70,
  createTnImg int(10) unsigned DEFAULT 1,
  createLgImg int(10) unsigned DEFAULT 1,
  additionalOptions text DEFAULT NULL,
  source varchar(45) DEFAULT NULL,
  processingCode int(10) DEFAULT NULL,
  lastRunDate date DEFAULT NULL,
  createdByUid int(10) unsigned DEFAULT NULL,
  initialTimestamp timestamp NOT NULL DEFAULT current_timestamp(),
  KEY FK_specprocessorprojects_coll (collid),
  CONSTRAINT FK_specprocessorprojects_coll FOREIGN KEY (collid) REFERENCES omcollections (collID)
    ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;
CREATE TABLE omexsiccatititles (
  ometid int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  title varchar(150) NOT NULL,
  abbreviation varchar(100) DEFAULT NULL,
  editor varchar(150) DEFAULT NULL,
  exsrange varchar(45) DEFAULT NULL,
  startdate varchar(45) DEFAULT NULL,
  enddate varchar(45) DEFAULT NULL,
  source varchar(250) DEFAULT NULL,
  sourceIdentifier varchar(150) DEFAULT NULL,
  notes varchar(2000) DEFAULT NULL,
  lasteditedby varchar(45) DEFAULT NULL,
  recordID varchar(45) DEFAULT NULL,
  initialTimestamp timestamp NOT NULL DEFAULT current_timestamp(),
  KEY index_exsiccatiTitle (title)
) ENGINE=InnoDB;
CREATE TABLE omexsiccatinumbers (
  omenid int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  exsnumber varchar(45) NOT NULL,
  ometid int(10) unsigned NOT NULL,
  notes varchar(250) DEFAULT NULL,
  initialTimestamp timestamp NOT NULL DEFAULT current_timestamp(),
  UNIQUE KEY Index_omexsiccatinumbers_unique (exsnumber, ometid),
  KEY FK_exsiccatiTitleNumber (ometid),
  CONSTRAINT FK_exsiccatiTitleNumber FOREIGN KEY (ometid) REFERENCES omexsiccatititles (ometid)
) ENGINE=InnoDB;
CREATE TABLE omexsiccatiocclink (
  omenid int(10) unsigned NOT NULL,
  occid int(10) unsigned NOT NULL,
  ranking int(11) NOT NULL DEFAULT 50,
  notes varchar(250) DEFAULT NULL,
  initialTimestamp timestamp NOT NULL DEFAULT current_timestamp(),
  PRIMARY KEY (omenid, occid),
  UNIQUE KEY UniqueOmexsiccatiOccLink (occid),
  KEY FKExsiccatiNumOccLink1 (omenid),
  KEY FKExsiccatiNumOccLink2 (occid),
  CONSTRAINT FKExsiccatiNumOccLink1 FOREIGN KEY (omenid) REFERENCES omexsiccatinumbers (omenid) ON DELETE CASCADE,
  CONSTRAINT FKExsiccatiNumOccLink2 FOREIGN KEY (occid) REFERENCES omoccurrences (occid) ON DELETE CASCADE
) ENGINE=InnoDB;
INSERT INTO schemaversion (versionnumber) VALUES ('3.0');
INSERT INTO taxa (tid, rankID, sciName, unitName1, unitName2) VALUES
  (1, 140, 'Asteraceae', 'Asteraceae', NULL),
  (2, 180, 'Helianthus', 'Helianthus', NULL),
  (3, 220, 'Helianthus annuus', 'Helianthus', 'annuus'),
  (4, 220, 'Achillea millefolium', 'Achillea', 'millefolium');
INSERT INTO imagetagkey (tagkey, shortlabel, description_en, tagDescription, sortOrder) VALUES
  ('HasLabel', 'Label', 'Shows a label', 'Shows a label', 1);
