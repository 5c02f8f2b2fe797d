//! Rows already seen, in a nameless database that may go to disk: memory does not grow with the file.

use pinax_core::{Error, ErrorKind, Result};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

pub(super) struct Seen {
    db: Connection,
}

impl Seen {
    pub(super) fn new() -> Result<Self> {
        let db = Connection::open("").map_err(broken)?;
        db.execute_batch(
            "CREATE TABLE seen (sum BLOB PRIMARY KEY, line INTEGER NOT NULL) WITHOUT ROWID;
             PRAGMA journal_mode = OFF; BEGIN;",
        )
        .map_err(broken)?;
        Ok(Self { db })
    }

    /// The line in which the same was seen before; else it is remembered.
    pub(super) fn before(&self, parts: &[&[u8]], line: u64) -> Result<Option<u64>> {
        let mut sum = Sha256::new();
        for part in parts {
            sum.update((part.len() as u64).to_le_bytes());
            sum.update(part);
        }
        let sum = &sum.finalize()[..16];
        let find = "SELECT line FROM seen WHERE sum = ?1";
        let found: Option<i64> = self
            .db
            .prepare_cached(find)
            .and_then(|mut find| find.query_row([sum], |row| row.get(0)).optional())
            .map_err(broken)?;
        if found.is_none() {
            let insert = "INSERT INTO seen VALUES (?1, ?2)";
            self.db
                .prepare_cached(insert)
                .and_then(|mut insert| insert.execute(params![sum, line as i64]))
                .map_err(broken)?;
        }
        Ok(found.map(|line| line as u64))
    }

    pub(super) fn end(self) -> Result<()> {
        self.db.close().map_err(|(_, error)| broken(error))
    }
}

fn broken(error: rusqlite::Error) -> Error {
    Error::new(ErrorKind::Io, "the rows already seen could not be kept at hand")
        .hint("look whether the folder for temporary files has room")
        .caused_by(error)
}
