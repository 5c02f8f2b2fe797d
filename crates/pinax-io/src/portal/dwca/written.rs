//! The pictures already in archives of this profile, each as the last archive has it: they count as linked, so that no
//! picture is told twice, even when nobody remembers the run that did it. Kept in a nameless database that may go to
//! disk.

use pinax_core::nouns::media::MediaRecord;
use pinax_core::nouns::occurrence::Occid;
use pinax_core::{Error, ErrorKind, Result};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::files::Archives;
use crate::portal::download::Identifier;

/// Pictures in archives.
pub(super) struct Written {
    db: Connection,
}

impl Written {
    /// Reads all archives of the profile, and what waits to become one.
    pub(super) fn read(archives: &Archives, identifier: Identifier) -> Result<Self> {
        let db = Connection::open("").map_err(broken)?;
        db.execute_batch(
            "CREATE TABLE written (occid INTEGER NOT NULL, original_url TEXT NOT NULL,
                                   record_id TEXT NOT NULL COLLATE NOCASE, record TEXT NOT NULL);
             CREATE INDEX written_by_occid ON written (occid);
             BEGIN;",
        )
        .map_err(broken)?;
        let written = Self { db };
        archives.rows(|row| row.record(identifier).map_or(Ok(()), |record| written.put(&record)))?;
        written.db.execute_batch("COMMIT").map_err(broken)?;
        Ok(written)
    }

    /// Remembers a picture, as it is now.
    pub(super) fn put(&self, record: &MediaRecord) -> Result<()> {
        let text = serde_json::to_string(record).expect("a row is plain data");
        let changed = self
            .db
            .prepare_cached(
                "UPDATE written SET original_url = ?3, record = ?4
                 WHERE occid = ?1 AND record_id = ?2 AND record_id <> ''",
            )
            .and_then(|mut update| {
                update.execute(params![record.occid as i64, record.record_id, record.original_url, text])
            })
            .map_err(broken)?;
        if changed > 0 {
            return Ok(());
        }
        self.db
            .prepare_cached("INSERT INTO written VALUES (?1, ?2, ?3, ?4)")
            .and_then(|mut insert| {
                insert.execute(params![record.occid as i64, record.original_url, record.record_id, text])
            })
            .map(drop)
            .map_err(broken)
    }

    /// The picture that is this one, or has the same address on the same record.
    pub(super) fn find(&self, record: &MediaRecord) -> Result<Option<MediaRecord>> {
        self.db
            .prepare_cached(
                "SELECT record FROM written WHERE occid = ?1
                 AND (original_url = ?2 OR (record_id = ?3 AND record_id <> ''))",
            )
            .and_then(|mut query| {
                query.query_row(params![record.occid as i64, record.original_url, record.record_id], parsed).optional()
            })
            .map_err(broken)
    }

    /// The picture known as `record_id`.
    pub(super) fn known_as(&self, occid: Occid, record_id: &str) -> Result<Option<MediaRecord>> {
        self.db
            .prepare_cached("SELECT record FROM written WHERE occid = ?1 AND record_id = ?2 AND record_id <> ''")
            .and_then(|mut query| query.query_row(params![occid.0 as i64, record_id], parsed).optional())
            .map_err(broken)
    }

    /// The pictures of these records.
    pub(super) fn of(&self, occids: &[Occid]) -> Result<Vec<MediaRecord>> {
        let mut query =
            self.db.prepare_cached("SELECT record FROM written WHERE occid = ?1 ORDER BY rowid").map_err(broken)?;
        let mut found = Vec::new();
        for occid in occids {
            for record in query.query_map([occid.0 as i64], parsed).map_err(broken)? {
                found.push(record.map_err(broken)?);
            }
        }
        Ok(found)
    }
}

fn parsed(row: &Row<'_>) -> rusqlite::Result<MediaRecord> {
    let text: String = row.get(0)?;
    Ok(serde_json::from_str(&text).expect("it was written by this very program a moment ago"))
}

fn broken(error: rusqlite::Error) -> Error {
    Error::new(ErrorKind::Io, "the rows already written could not be kept at hand")
        .hint("look whether the folder for temporary files has room")
        .caused_by(error)
}
