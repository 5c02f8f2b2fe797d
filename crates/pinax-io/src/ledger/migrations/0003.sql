-- The ledger, version 3: two conditions of indexes without `IN (...)`, for which a table was made with each row written.

DROP INDEX item_skeletal;
CREATE INDEX item_skeletal ON item (profile_id, sha256)
    WHERE reason = 'skeletal-read' OR reason = 'skeletal-refused' OR reason = 'skeletal-unusable';

DROP INDEX item_ended_otherwise;
CREATE INDEX item_ended_otherwise ON item (profile_id, outcome)
    WHERE outcome = 'skipped' OR outcome = 'rejected' OR outcome = 'undone';
