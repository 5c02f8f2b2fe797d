-- The ledger, version 4: sources that are not folders.

-- What stands for the content of a file where size and time do not (0: nothing does).
ALTER TABLE item ADD COLUMN tag INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN tag INTEGER NOT NULL DEFAULT 0;

-- What the source says of a picture beside its name: its number, addresses, words for the portal row.
ALTER TABLE item ADD COLUMN statement_json TEXT;

-- How far a source was listed, in its own words.
CREATE TABLE watermark (
    profile_id INTEGER NOT NULL REFERENCES profile,
    source     TEXT    NOT NULL,    -- how it describes itself: another source begins anew
    value      TEXT    NOT NULL,
    PRIMARY KEY (profile_id, source)
) STRICT, WITHOUT ROWID;
