-- The ledger, version 1. Times are milliseconds, files' times nanoseconds since 1970 (UTC).
-- Unsigned numbers above 2^63 are kept as the negative number of the same bits.

-- What batches and files belong to, by the name in the configuration.
CREATE TABLE profile (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE batch (
    id         INTEGER PRIMARY KEY,
    profile_id INTEGER NOT NULL REFERENCES profile,
    started_ms INTEGER NOT NULL,
    ended_ms   INTEGER              -- NULL: can be gone on with
) STRICT;

-- A profile has one batch at most that can be gone on with.
CREATE UNIQUE INDEX batch_open ON batch (profile_id) WHERE ended_ms IS NULL;

-- One row for each content of a file that was taken in hand.
CREATE TABLE item (
    id             INTEGER PRIMARY KEY,
    batch_id       INTEGER NOT NULL REFERENCES batch,
    profile_id     INTEGER NOT NULL REFERENCES profile,
    -- The file. Names need not be text.
    locator        BLOB    NOT NULL,
    size_bytes     INTEGER NOT NULL,
    modified_ns    INTEGER NOT NULL,
    -- Read from its name; all or none.
    catalog_number TEXT,
    suffix         TEXT,
    rank           INTEGER,
    -- How far it got, and how it ended (outcome NULL: on its way).
    stage          TEXT    NOT NULL CHECK (stage = 'found' OR stage = 'identified' OR stage = 'derived' OR stage = 'published' OR stage = 'linked'),
    outcome        TEXT    CHECK (outcome = 'done' OR outcome = 'review' OR outcome = 'failed'),
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
    CHECK (to_do = 0 OR (outcome IS NULL AND catalog_number IS NOT NULL))
) STRICT;

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

-- The files: what a listing is compared with, one keyed look-up each. It repeats what `item` says, so that nothing
-- else need be read. `item_id` has no REFERENCES: checking it would need one more index.
CREATE TABLE source (
    profile_id  INTEGER NOT NULL REFERENCES profile,
    locator     BLOB    NOT NULL,
    size_bytes  INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    item_id     INTEGER NOT NULL,   -- the newest item of the file
    state       INTEGER NOT NULL CHECK (state = 0 OR state = 1 OR state = 2),    -- 0 on its way, 1 settled, 2 waiting
    PRIMARY KEY (profile_id, locator)
) STRICT, WITHOUT ROWID;

-- The published sizes of an item.
CREATE TABLE derivative (
    item_id    INTEGER NOT NULL REFERENCES item,
    variant    TEXT    NOT NULL,    -- the column of the portal's table `media`
    key        TEXT    NOT NULL,
    uri        TEXT    NOT NULL,
    size_bytes INTEGER NOT NULL,
    sha256     BLOB    NOT NULL CHECK (length(sha256) = 32),
    md5        TEXT    NOT NULL,
    width_px   INTEGER NOT NULL,
    height_px  INTEGER NOT NULL,
    PRIMARY KEY (item_id, variant)
) STRICT, WITHOUT ROWID;

CREATE TABLE store (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- The keys given out: a key never shows two contents.
CREATE TABLE object (
    store_id INTEGER NOT NULL REFERENCES store,
    key      TEXT    NOT NULL,
    sha256   BLOB    NOT NULL CHECK (length(sha256) = 32),
    PRIMARY KEY (store_id, key)
) STRICT, WITHOUT ROWID;

-- Every write to the outside, recorded before and after it.
CREATE TABLE change (
    id          INTEGER PRIMARY KEY,
    batch_id    INTEGER NOT NULL REFERENCES batch,
    item_id     INTEGER NOT NULL REFERENCES item,
    target      TEXT    NOT NULL CHECK (target = 'object' OR target = 'media' OR target = 'source'),
    subject     TEXT    NOT NULL,
    before_json TEXT,               -- NULL: nothing was there
    after_json  TEXT,               -- NULL: nothing shall be there
    state       TEXT    NOT NULL CHECK (state = 'intended' OR state = 'done' OR state = 'dropped'),
    intended_ms INTEGER NOT NULL,
    settled_ms  INTEGER
) STRICT;

CREATE INDEX change_of_batch ON change (batch_id);
CREATE INDEX change_of_item ON change (item_id);
CREATE INDEX change_unsettled ON change (batch_id, item_id, target, subject) WHERE state = 'intended';
