-- The ledger, version 3: readings of pictures, several specimens on one picture, and two conditions of indexes without
-- `IN (...)`, for which a table was made with each row written.

DROP INDEX item_skeletal;
CREATE INDEX item_skeletal ON item (profile_id, sha256)
    WHERE reason = 'skeletal-read' OR reason = 'skeletal-refused' OR reason = 'skeletal-unusable';

DROP INDEX item_ended_otherwise;
CREATE INDEX item_ended_otherwise ON item (profile_id, outcome)
    WHERE outcome = 'skipped' OR outcome = 'rejected' OR outcome = 'undone';

-- What was read on the picture of an item: barcodes, how good it is, and what follows from those of its neighbours.
CREATE TABLE reading (
    item_id       INTEGER PRIMARY KEY REFERENCES item,
    batch_id      INTEGER NOT NULL REFERENCES batch,    -- which read it
    locator       BLOB    NOT NULL,
    barcodes_json TEXT    NOT NULL,
    quality_json  TEXT,                                 -- NULL: not measured
    crop          BLOB,                                 -- a JPEG of a barcode that contradicts
    proposed      TEXT,                                 -- the number its neighbours propose
    believed      INTEGER NOT NULL DEFAULT 0 CHECK (believed IN (0, 1))    -- its name, without a barcode
) STRICT;
CREATE INDEX reading_in_order ON reading (batch_id, locator);

-- A further specimen on the same picture.
ALTER TABLE item ADD COLUMN companion_of INTEGER;
CREATE INDEX item_companion ON item (profile_id, locator) WHERE companion_of IS NOT NULL;
