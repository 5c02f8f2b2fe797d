-- Other tables whose rows hang on a record, the same in every version: of each only what makes them hang.
CREATE TABLE agentoccurrencelink (
  id int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  occid int(10) unsigned NOT NULL,
  CONSTRAINT FK_agentoccurrencelink_occid FOREIGN KEY (occid) REFERENCES omoccurrences (occid) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;
CREATE TABLE fmvouchers (
  id int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  occid int(10) unsigned NOT NULL,
  CONSTRAINT FK_fmvouchers_occid FOREIGN KEY (occid) REFERENCES omoccurrences (occid) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;
CREATE TABLE omcrowdsourcequeue (
  id int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  occid int(10) unsigned NOT NULL,
  CONSTRAINT FK_omcrowdsourcequeue_occid FOREIGN KEY (occid) REFERENCES omoccurrences (occid) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;
CREATE TABLE ommaterialsample (
  id int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  occid int(10) unsigned NOT NULL,
  CONSTRAINT FK_ommaterialsample_occid FOREIGN KEY (occid) REFERENCES omoccurrences (occid) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;
CREATE TABLE omoccurcomments (
  id int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  occid int(10) unsigned NOT NULL,
  CONSTRAINT FK_omoccurcomments_occid FOREIGN KEY (occid) REFERENCES omoccurrences (occid) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;
CREATE TABLE omoccurdatasetlink (
  id int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  occid int(10) unsigned NOT NULL,
  CONSTRAINT FK_omoccurdatasetlink_occid FOREIGN KEY (occid) REFERENCES omoccurrences (occid) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;
CREATE TABLE omoccurdeterminations (
  id int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  occid int(10) unsigned NOT NULL,
  CONSTRAINT FK_omoccurdeterminations_occid FOREIGN KEY (occid) REFERENCES omoccurrences (occid) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;
CREATE TABLE omoccurduplicatelink (
  id int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  occid int(10) unsigned NOT NULL,
  CONSTRAINT FK_omoccurduplicatelink_occid FOREIGN KEY (occid) REFERENCES omoccurrences (occid) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;
CREATE TABLE omoccuredits (
  id int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  occid int(10) unsigned NOT NULL,
  CONSTRAINT FK_omoccuredits_occid FOREIGN KEY (occid) REFERENCES omoccurrences (occid) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;
CREATE TABLE omoccurgenetic (
  id int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  occid int(10) unsigned NOT NULL,
  CONSTRAINT FK_omoccurgenetic_occid FOREIGN KEY (occid) REFERENCES omoccurrences (occid) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;
CREATE TABLE omoccurloanslink (
  id int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  occid int(10) unsigned NOT NULL,
  CONSTRAINT FK_omoccurloanslink_occid FOREIGN KEY (occid) REFERENCES omoccurrences (occid) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;
CREATE TABLE omoccurpaleo (
  id int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  occid int(10) unsigned NOT NULL,
  CONSTRAINT FK_omoccurpaleo_occid FOREIGN KEY (occid) REFERENCES omoccurrences (occid) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;
CREATE TABLE omoccurrevisions (
  id int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  occid int(10) unsigned NOT NULL,
  CONSTRAINT FK_omoccurrevisions_occid FOREIGN KEY (occid) REFERENCES omoccurrences (occid) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;
CREATE TABLE omoccurverification (
  id int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  occid int(10) unsigned NOT NULL,
  CONSTRAINT FK_omoccurverification_occid FOREIGN KEY (occid) REFERENCES omoccurrences (occid) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;
CREATE TABLE portaloccurrences (
  id int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  occid int(10) unsigned NOT NULL,
  CONSTRAINT FK_portaloccurrences_occid FOREIGN KEY (occid) REFERENCES omoccurrences (occid) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;
CREATE TABLE referenceoccurlink (
  id int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  occid int(10) unsigned NOT NULL,
  CONSTRAINT FK_referenceoccurlink_occid FOREIGN KEY (occid) REFERENCES omoccurrences (occid) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;
CREATE TABLE specprocstatus (
  id int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  occid int(10) unsigned NOT NULL,
  CONSTRAINT FK_specprocstatus_occid FOREIGN KEY (occid) REFERENCES omoccurrences (occid) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;
CREATE TABLE tmattributes (
  id int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  occid int(10) unsigned NOT NULL,
  CONSTRAINT FK_tmattributes_occid FOREIGN KEY (occid) REFERENCES omoccurrences (occid) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;
CREATE TABLE omoccuraccesssummarylink (
  id int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  occid int(10) unsigned NOT NULL,
  CONSTRAINT FK_omoccuraccesssummarylink_occid FOREIGN KEY (occid) REFERENCES omoccurrences (occid) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;
CREATE TABLE igsnverification (
  id int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  occidInPortal int(10) unsigned DEFAULT NULL,
  CONSTRAINT FK_igsn_occid FOREIGN KEY (occidInPortal) REFERENCES omoccurrences (occid)
    ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB;
CREATE TABLE omoccurassociations (
  associd int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  occid int(10) unsigned NOT NULL,
  occidAssociate int(10) unsigned DEFAULT NULL,
  CONSTRAINT FK_occurassoc_occid FOREIGN KEY (occid) REFERENCES omoccurrences (occid)
    ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT FK_occurassoc_occidassoc FOREIGN KEY (occidAssociate) REFERENCES omoccurrences (occid)
    ON DELETE SET NULL ON UPDATE CASCADE
) ENGINE=InnoDB;
