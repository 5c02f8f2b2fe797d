//! The rows already in CSV files of this profile: they count as linked, so that no picture is exported twice, even when
//! nobody remembers the run that did it. Kept in a nameless database that may go to disk.

use std::fs::File;
use std::io::Read;

use pinax_core::nouns::media::{MORE_COLUMNS, MediaRecord};
use pinax_core::nouns::occurrence::Occid;
use pinax_core::steps::link::SORT_FIRST;
use pinax_core::{Error, ErrorKind, Result};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::cells::COLUMNS;
use super::files::{OutFile, OutFiles, State, whole_lines};
use crate::portal::download::{Identifier, Row as TableRow, Table};

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
                                   record TEXT NOT NULL, batch INTEGER, number INTEGER,
                                   imported INTEGER NOT NULL);
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
        let whole = if file.state == State::Part { whole_lines(&file.path)?.length } else { u64::MAX };
        if whole == 0 {
            return Ok(());
        }
        let mut input = File::open(&file.path).map_err(unreadable)?.take(whole);
        let mut table = Table::open(&name, &mut input)?;
        let columns = Columns::of(&name, &table)?;
        while let Some(row) = table.next()? {
            let Some(record) = columns.record(&row) else { continue };
            // A row that was moved to the imported ones, and not yet out of those that wait.
            if file.state == State::Imported || self.find(&record)?.is_none() {
                let row = self.add(&record, file.state == State::Imported)?;
                self.put(row, file.batch, file.number)?;
            }
        }
        Ok(())
    }

    /// Remembers a row; answers its number here.
    pub(super) fn add(&self, record: &MediaRecord, imported: bool) -> Result<i64> {
        let text = serde_json::to_string(record).expect("a row is plain data");
        let row = params![record.occid as i64, record.original_url, record.record_id, text, imported];
        self.db
            .prepare_cached("INSERT INTO written VALUES (?1, ?2, ?3, ?4, NULL, NULL, ?5)")
            .and_then(|mut insert| insert.insert(row))
            .map_err(broken)
    }

    /// Remembers which file a row is in.
    pub(super) fn put(&self, row: i64, batch: i64, number: u32) -> Result<()> {
        self.db
            .prepare_cached("UPDATE written SET batch = ?2, number = ?3 WHERE rowid = ?1")
            .and_then(|mut update| update.execute(params![row, batch, number]))
            .map(drop)
            .map_err(broken)
    }

    /// The row known as `record.record_id`, and where it is.
    pub(super) fn entry(&self, record: &MediaRecord) -> Result<Option<Entry>> {
        let entry = |row: &Row<'_>| {
            Ok(Entry {
                record: parsed(row)?,
                row: row.get(1)?,
                batch: row.get::<_, Option<i64>>(2)?.unwrap_or_default(),
                number: row.get::<_, Option<u32>>(3)?.unwrap_or_default(),
                imported: row.get(4)?,
            })
        };
        self.db
            .prepare_cached(
                "SELECT record, rowid, batch, number, imported FROM written
                 WHERE occid = ?1 AND record_id = ?2 COLLATE NOCASE ORDER BY imported DESC",
            )
            .and_then(|mut query| query.query_row(params![record.occid as i64, record.record_id], entry).optional())
            .map_err(broken)
    }

    /// Forgets a row.
    pub(super) fn forget(&self, row: i64) -> Result<()> {
        self.db
            .prepare_cached("DELETE FROM written WHERE rowid = ?1")
            .and_then(|mut delete| delete.execute([row]))
            .map(drop)
            .map_err(broken)
    }

    /// Is there a row with this address on this record?
    pub(super) fn has(&self, occid: Occid, original_url: &str) -> Result<bool> {
        self.db
            .prepare_cached("SELECT 1 FROM written WHERE occid = ?1 AND original_url = ?2")
            .and_then(|mut query| query.exists(params![occid.0 as i64, original_url]))
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

    /// Hands over the rows that were seen on the portal before, with the batch and number of their file.
    pub(super) fn imported(&self, mut each: impl FnMut(&MediaRecord, i64, u32) -> Result<()>) -> Result<()> {
        let mut query = self
            .db
            .prepare_cached("SELECT record, batch, number FROM written WHERE imported ORDER BY rowid")
            .map_err(broken)?;
        let mut rows = query.query([]).map_err(broken)?;
        while let Some(row) = rows.next().map_err(broken)? {
            let place = (row.get::<_, Option<i64>>(1), row.get::<_, Option<u32>>(2));
            let (batch, number) = (place.0.map_err(broken)?, place.1.map_err(broken)?);
            each(&parsed(row).map_err(broken)?, batch.unwrap_or_default(), number.unwrap_or_default())?;
        }
        Ok(())
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

/// A row, and where it is.
pub(super) struct Entry {
    pub(super) record: MediaRecord,
    pub(super) row: i64,
    pub(super) batch: i64,
    pub(super) number: u32,
    /// It was seen on the portal.
    pub(super) imported: bool,
}

/// Where in a file its cells are.
pub(super) struct Columns {
    identifier: Identifier,
    of: Option<usize>,
    cells: [Option<usize>; COLUMNS.len()],
}

impl Columns {
    /// # Errors
    /// [`ErrorKind::Corrupt`] when nothing names records.
    pub(super) fn of(name: &str, table: &Table<'_>) -> Result<Self> {
        let known = |identifier: &Identifier| table.column(&[identifier.column()]).is_some();
        let Some(identifier) = Identifier::ALL.into_iter().find(known) else {
            return Err(Error::new(ErrorKind::Corrupt, format!("{name} has no column that names records"))
                .hint("it was changed since Pinax wrote it: move it away, or bring its columns back"));
        };
        let of = table.column(&[identifier.column()]);
        Ok(Self { identifier, of, cells: COLUMNS.map(|column| table.column(&[column])) })
    }

    /// What a row says; `None` when it names no record.
    pub(super) fn record(&self, row: &TableRow<'_>) -> Option<MediaRecord> {
        let [
            original_url,
            url,
            thumbnail_url,
            format,
            media_md5,
            record_id,
            owner,
            creator,
            rights,
            copyright,
            access,
            archive,
            source,
            reference,
            caption,
            notes,
            anatomy,
            sort,
        ] = self.cells;
        let more = [archive, source, reference, caption, notes, anatomy];
        let more = MORE_COLUMNS.iter().zip(more);
        Some(MediaRecord {
            occid: self.identifier.occid(&row.text(self.of))?.0,
            record_id: row.text(record_id).into_owned(),
            url: row.text(url).into_owned(),
            thumbnail_url: row.filled(thumbnail_url),
            original_url: row.text(original_url).into_owned(),
            format: row.text(format).into_owned(),
            owner: row.filled(owner),
            creator: row.filled(creator),
            rights: row.filled(rights),
            copyright: row.filled(copyright),
            access_rights: row.filled(access),
            media_md5: row.filled(media_md5),
            sort_occurrence: row.text(sort).parse().unwrap_or(SORT_FIRST),
            more: more.filter_map(|((name, _), cell)| Some(((*name).to_owned(), row.filled(cell)?))).collect(),
            ..MediaRecord::default()
        })
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
