//! The rows already in CSV files of this profile: they count as linked, so that no picture is exported twice, even when
//! nobody remembers the run that did it. Kept in a nameless database that may go to disk.

use std::fs::File;
use std::io::Read;

use pinax_core::nouns::media::MediaRecord;
use pinax_core::nouns::occurrence::Occid;
use pinax_core::steps::link::SORT_FIRST;
use pinax_core::{Error, ErrorKind, Result};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::files::{OutFile, OutFiles, whole_lines};
use crate::portal::download::{Identifier, Table};

/// Rows in CSV files.
pub(super) struct Written {
    db: Connection,
}

impl Written {
    /// Reads all files of the profile.
    pub(super) fn read(files: &OutFiles) -> Result<Self> {
        let db = Connection::open("").map_err(broken)?;
        db.execute_batch(
            "CREATE TABLE written (occid INTEGER NOT NULL, original_url TEXT NOT NULL, record_id TEXT NOT NULL,
                                   record TEXT NOT NULL);
             CREATE INDEX written_by_occid ON written (occid);
             BEGIN;",
        )
        .map_err(broken)?;
        let written = Self { db };
        for file in files.list()? {
            written.read_file(&file)?;
        }
        written.db.execute_batch("COMMIT").map_err(broken)?;
        Ok(written)
    }

    fn read_file(&self, file: &OutFile) -> Result<()> {
        let name = file.path.display().to_string();
        let unreadable = |error| Error::new(ErrorKind::Io, format!("{name} cannot be read")).caused_by(error);
        let whole = if file.is_part { whole_lines(&file.path)?.length } else { u64::MAX };
        if whole == 0 {
            return Ok(());
        }
        let mut input = File::open(&file.path).map_err(unreadable)?.take(whole);
        let mut table = Table::open(&name, &mut input)?;
        let known = |identifier: &Identifier| table.column(&[identifier.column()]).is_some();
        let identifier = Identifier::ALL.into_iter().find(known);
        let Some(identifier) = identifier else {
            return Err(Error::new(ErrorKind::Corrupt, format!("{name} has no column that names records"))
                .hint("it was changed since Pinax wrote it: move it away, or bring its columns back"));
        };
        let of = table.column(&[identifier.column()]);
        let [original_url, url, thumbnail_url, format, media_md5, record_id, owner, creator, rights, copyright, sort] =
            [
                "originalUrl",
                "url",
                "thumbnailUrl",
                "format",
                "mediaMD5",
                "sourceIdentifier",
                "owner",
                "creator",
                "rights",
                "copyright",
                "sortOccurrence",
            ]
            .map(|column| table.column(&[column]));
        while let Some(row) = table.next()? {
            let Some(occid) = identifier.occid(&row.text(of)) else { continue };
            self.add(&MediaRecord {
                occid: occid.0,
                record_id: row.text(record_id).into_owned(),
                url: row.text(url).into_owned(),
                thumbnail_url: row.filled(thumbnail_url),
                original_url: row.text(original_url).into_owned(),
                format: row.text(format).into_owned(),
                owner: row.filled(owner),
                creator: row.filled(creator),
                rights: row.filled(rights),
                copyright: row.filled(copyright),
                media_md5: row.filled(media_md5),
                sort_occurrence: row.text(sort).parse().unwrap_or(SORT_FIRST),
                ..MediaRecord::default()
            })?;
        }
        Ok(())
    }

    /// Remembers a row.
    pub(super) fn add(&self, record: &MediaRecord) -> Result<()> {
        let text = serde_json::to_string(record).expect("a row is plain data");
        let row = params![record.occid as i64, record.original_url, record.record_id, text];
        self.db
            .prepare_cached("INSERT INTO written VALUES (?1, ?2, ?3, ?4)")
            .and_then(|mut insert| insert.execute(row))
            .map(drop)
            .map_err(broken)
    }

    /// The row that is this one, or shows the same picture on the same record.
    pub(super) fn find(&self, record: &MediaRecord) -> Result<Option<MediaRecord>> {
        self.db
            .prepare_cached(
                "SELECT record FROM written WHERE occid = ?1
                 AND (original_url = ?2 OR (record_id = ?3 COLLATE NOCASE AND record_id <> ''))",
            )
            .and_then(|mut query| {
                query.query_row(params![record.occid as i64, record.original_url, record.record_id], parsed).optional()
            })
            .map_err(broken)
    }

    /// The rows of these records.
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
