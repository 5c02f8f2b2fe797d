-- What 3.3 changes: a whole record can be hidden.
ALTER TABLE omoccurrences
  RENAME COLUMN localitySecurity TO recordSecurity,
  RENAME COLUMN localitySecurityReason TO securityReason,
  ADD INDEX IX_occurrences_recordSecurity (recordSecurity);
INSERT INTO schemaversion (versionnumber) VALUES ('3.3');
