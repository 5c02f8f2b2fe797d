-- The ledger, version 2: batches that take others back, records beside pictures, decisions of people, and objects that
-- nothing shows any more. Two tables are made anew, because a CHECK cannot be changed.
-- As everywhere here, a CHECK of more than two words says OR: for `IN (...)` a table is made each time a row is written.

ALTER TABLE batch ADD COLUMN undoes INTEGER REFERENCES batch;   -- the batch it takes back

CREATE TABLE new_item (
    id             INTEGER PRIMARY KEY,
    batch_id       INTEGER NOT NULL REFERENCES batch,
    profile_id     INTEGER NOT NULL REFERENCES profile,
    -- The file. Names need not be text.
    locator        BLOB    NOT NULL,
    size_bytes     INTEGER NOT NULL,
    modified_ns    INTEGER NOT NULL,
    -- Read from its name, or said by a person; all or none.
    catalog_number TEXT,
    suffix         TEXT,
    rank           INTEGER,
    -- How far it got, and how it ended (outcome NULL: on its way).
    stage          TEXT    NOT NULL CHECK (stage = 'found' OR stage = 'identified' OR stage = 'derived' OR stage = 'published' OR stage = 'linked'),
    outcome        TEXT    CHECK (outcome = 'done' OR outcome = 'review' OR outcome = 'failed' OR outcome = 'skipped'
                                  OR outcome = 'rejected' OR outcome = 'undone'),
    reason         TEXT,
    message        TEXT,
    hint           TEXT,
    ended_before   TEXT,            -- the reason it was put aside for the last time, when it is tried again
    -- Read from its bytes.
    sha256         BLOB    CHECK (length(sha256) = 32),
    width_px       INTEGER,
    height_px      INTEGER,
    -- On the portal.
    occid          INTEGER,
    record_id      TEXT,            -- the row that shows it
    shown_before   TEXT,            -- the row that shows an earlier content of the file
    -- Here. `replaces` has no REFERENCES: checking it would need one more index.
    replaces       INTEGER,         -- the item that is shown until this one is linked
    superseded     INTEGER NOT NULL DEFAULT 0 CHECK (superseded IN (0, 1)),
    to_do          INTEGER NOT NULL CHECK (to_do IN (0, 1)),
    -- What a person said.
    verdict        TEXT    CHECK (verdict = 'accept' OR verdict = 'assign' OR verdict = 'reject'),
    verdict_number TEXT,
    verdict_occid  INTEGER,
    decided_by     TEXT,
    decided_ms     INTEGER,
    CHECK (to_do = 0 OR (outcome IS NULL AND catalog_number IS NOT NULL))
) STRICT;

INSERT INTO new_item (
    id, batch_id, profile_id, locator, size_bytes, modified_ns, catalog_number, suffix, rank, stage, outcome, reason, message, hint,
    ended_before, sha256, width_px, height_px, occid, record_id, shown_before, replaces, superseded, to_do
) SELECT
    id, batch_id, profile_id, locator, size_bytes, modified_ns, catalog_number, suffix, rank, stage, outcome, iif(reason = 'address-taken', 'existing', reason), message, hint,
    iif(ended_before = 'address-taken', 'existing', ended_before), sha256, width_px, height_px, occid, record_id, shown_before, replaces, superseded, to_do
FROM item;
DROP TABLE item;
ALTER TABLE new_item RENAME TO item;


-- The order of work: whole specimens.
CREATE INDEX item_to_do ON item (profile_id, catalog_number, rank, suffix, locator) WHERE to_do = 1;

-- A batch page by page, and its counts without reading the rows.
CREATE INDEX item_of_batch ON item (batch_id, id, outcome, reason);

-- What waits for a person; few of very many.
CREATE INDEX item_waiting ON item (id, profile_id, outcome)
    WHERE outcome IN ('review', 'failed') AND superseded = 0;

-- What the records show.
CREATE INDEX item_linked ON item (profile_id, catalog_number) WHERE record_id IS NOT NULL AND superseded = 0;

-- Pictures that needed no link because another file of the specimen has the same bytes.
CREATE INDEX item_twin ON item (profile_id, catalog_number) WHERE reason = 'duplicate' AND superseded = 0;

-- Of a specimen.
CREATE INDEX item_of_number ON item (catalog_number) WHERE catalog_number IS NOT NULL;

-- Skeletal files, by content; few of very many.
CREATE INDEX item_skeletal ON item (profile_id, sha256)
    WHERE reason IN ('skeletal-read', 'skeletal-refused', 'skeletal-unusable');

-- What the next run may try again when it is told to; few of very many.
CREATE INDEX item_ended_otherwise ON item (profile_id, outcome) WHERE outcome IN ('skipped', 'rejected', 'undone');

CREATE INDEX derivative_of_key ON derivative (key);

ALTER TABLE object ADD COLUMN unshown_ms INTEGER;   -- since when nothing shows it
ALTER TABLE object ADD COLUMN swept_ms INTEGER;     -- when it was removed
CREATE INDEX object_unshown ON object (store_id, key) WHERE unshown_ms IS NOT NULL AND swept_ms IS NULL;

CREATE TABLE new_change (
    id          INTEGER PRIMARY KEY,
    batch_id    INTEGER NOT NULL REFERENCES batch,
    item_id     INTEGER NOT NULL REFERENCES item,
    target      TEXT    NOT NULL CHECK (target = 'object' OR target = 'media' OR target = 'occurrence' OR target = 'source'),
    subject     TEXT    NOT NULL,
    before_json TEXT,               -- NULL: nothing was there
    after_json  TEXT,               -- NULL: nothing shall be there
    reverses    INTEGER,            -- the change it takes back
    state       TEXT    NOT NULL CHECK (state = 'intended' OR state = 'done' OR state = 'dropped'),
    intended_ms INTEGER NOT NULL,
    settled_ms  INTEGER
) STRICT;

INSERT INTO new_change (id, batch_id, item_id, target, subject, before_json, after_json, state, intended_ms, settled_ms)
SELECT id, batch_id, item_id, target, subject, before_json, after_json, state, intended_ms, settled_ms FROM change;
DROP TABLE change;
ALTER TABLE new_change RENAME TO change;

CREATE INDEX change_of_batch ON change (batch_id, id);
CREATE INDEX change_of_item ON change (item_id);
CREATE INDEX change_unsettled ON change (batch_id, item_id, target, subject) WHERE state = 'intended';
CREATE INDEX change_reverses ON change (reverses) WHERE reverses IS NOT NULL;
