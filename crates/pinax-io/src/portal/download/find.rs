//! Asking the index.

use pinax_core::nouns::collection::Collection;
use pinax_core::nouns::media::MediaRecord;
use pinax_core::nouns::occurrence::{Occid, Occurrence};
use pinax_core::steps::link::SORT_FIRST;
use pinax_core::{Error, ErrorKind, Result};
use rusqlite::{OptionalExtension, Row, params, params_from_iter};

use super::identifier::Identifier;
use super::index::{Index, broken_index};
use crate::portal::numbers::folded;

/// Values in one question; SQLite has a limit.
const VALUES: usize = 500;

/// What a record is called outside the portal.
pub(crate) struct RecordNames {
    /// In the core of an archive.
    pub(crate) id: String,
    pub(crate) catalog_number: String,
}

impl Index {
    /// The records of the collection whose number is one of `numbers`.
    pub(crate) fn find(&self, collection: &Collection, numbers: &[&str]) -> Result<Vec<Occurrence>> {
        let among = self.among(collection)?;
        let mut found = Vec::new();
        for numbers in numbers.chunks(VALUES) {
            let marks = vec!["?"; numbers.len()].join(", ");
            let mut statement = self
                .db
                .prepare_cached(&format!(
                    "SELECT {}, catalog_number, scientific_name, recorded_by, event_date
                     FROM records WHERE folded IN ({marks}) AND collection IN ({among})",
                    self.key()
                ))
                .map_err(broken_index)?;
            let rows = statement
                .query_map(params_from_iter(numbers.iter().map(|number| folded(number))), occurrence)
                .map_err(broken_index)?;
            for row in rows {
                found.extend(row.map_err(broken_index)?);
            }
        }
        Ok(found)
    }

    /// Pictures of these records that the download tells of.
    pub(crate) fn media_of(&self, occids: &[Occid]) -> Result<Vec<MediaRecord>> {
        let mut found = Vec::new();
        for occids in occids.chunks(VALUES) {
            let marks = vec!["?"; occids.len()].join(", ");
            let mut statement = self
                .db
                .prepare_cached(&format!(
                    "SELECT DISTINCT r.{}, m.record_id, m.original_url, m.url, m.thumbnail_url, m.format, m.owner,
                            m.creator, m.rights, m.rowid
                     FROM records r JOIN media m ON m.core_id = r.core_id
                     WHERE r.{} IN ({marks}) ORDER BY m.rowid",
                    self.key(),
                    self.key()
                ))
                .map_err(broken_index)?;
            let rows = statement
                .query_map(params_from_iter(occids.iter().map(|occid| occid.0 as i64)), media_record)
                .map_err(broken_index)?;
            for row in rows {
                found.push(row.map_err(broken_index)?);
            }
        }
        Ok(found)
    }

    /// What a CSV file calls the record.
    ///
    /// # Errors
    /// [`ErrorKind::Rejected`] when the collection has no such record in the download, or it has no name that finds it
    /// alone.
    pub(crate) fn identifier_of(&self, collection: &Collection, occid: Occid) -> Result<String> {
        let among = self.among(collection)?;
        let (occurrence_id, number, folded) = self.told_of(&among, occid)?;
        match self.identifier {
            Identifier::Occid => Ok(occid.to_string()),
            Identifier::OccurrenceId => Ok(occurrence_id.unwrap_or_default()),
            Identifier::CatalogNumber => self.alone(&among, number, &folded),
        }
    }

    /// The `occurrenceID`, catalog number and folded number of a record.
    fn told_of(&self, among: &str, occid: Occid) -> Result<(Option<String>, String, String)> {
        let mut statement = self
            .db
            .prepare_cached(&format!(
                "SELECT occurrence_id, catalog_number, folded FROM records
                 WHERE {} = ?1 AND collection IN ({among})",
                self.key()
            ))
            .map_err(broken_index)?;
        let texts =
            |row: &Row<'_>| Ok((row.get::<_, Option<String>>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?));
        let found = statement.query_row([occid.0 as i64], texts).optional().map_err(broken_index)?;
        found.ok_or_else(|| {
            let told = format!("the download has no record with occid {occid} in this collection");
            Error::new(ErrorKind::Rejected, told).hint("download the collection's records again")
        })
    }

    /// What an archive calls the record, and what finds it on the portal.
    ///
    /// # Errors
    /// [`ErrorKind::Rejected`] when the collection has no such record in the download, or its catalog number is on
    /// others too.
    pub(crate) fn names_of(&self, collection: &Collection, occid: Occid) -> Result<RecordNames> {
        let among = self.among(collection)?;
        let (occurrence_id, number, folded) = self.told_of(&among, occid)?;
        let catalog_number = self.alone(&among, number, &folded)?;
        let id = match self.identifier {
            Identifier::Occid => occid.0.to_string(),
            Identifier::OccurrenceId => occurrence_id.unwrap_or_default(),
            Identifier::CatalogNumber => catalog_number.clone(),
        };
        Ok(RecordNames { id, catalog_number })
    }

    /// The import page takes accents for nothing, and links every record that fits.
    fn alone(&self, among: &str, number: String, folded: &str) -> Result<String> {
        let query = format!("SELECT COUNT(*) FROM records WHERE folded = ?1 AND collection IN ({among})");
        let records: i64 = self.db.query_row(&query, params![folded], |row| row.get(0)).map_err(broken_index)?;
        if records == 1 && number.is_ascii() {
            return Ok(number);
        }
        let told = format!("catalogNumber {number} would not find its record alone");
        Err(Error::new(ErrorKind::Rejected, told)
            .hint("download the records from the portal with their id or occurrenceID"))
    }

    /// Records of the collection that can be found.
    pub(crate) fn count(&self, collection: &Collection) -> Result<i64> {
        let query = format!("SELECT COUNT(*) FROM records WHERE collection IN ({})", self.among(collection)?);
        self.db.query_row(&query, [], |row| row.get(0)).map_err(broken_index)
    }

    /// The column that holds the number of a record.
    fn key(&self) -> &'static str {
        match self.identifier {
            Identifier::Occid => "occid",
            Identifier::OccurrenceId => "occurrence_key",
            Identifier::CatalogNumber => "number_key",
        }
    }
}

fn occurrence(row: &Row<'_>) -> rusqlite::Result<Option<Occurrence>> {
    let Some(occid) = row.get::<_, Option<i64>>(0)? else { return Ok(None) };
    Ok(Some(Occurrence {
        scientific_name: row.get(2)?,
        recorded_by: row.get(3)?,
        event_date: row.get(4)?,
        ..Occurrence::numbered(Occid(occid as u64), row.get::<_, String>(1)?)
    }))
}

fn media_record(row: &Row<'_>) -> rusqlite::Result<MediaRecord> {
    Ok(MediaRecord {
        occid: row.get::<_, i64>(0)? as u64,
        record_id: row.get::<_, Option<String>>(1)?.unwrap_or_default(),
        original_url: row.get(2)?,
        url: row.get::<_, Option<String>>(3)?.unwrap_or_default(),
        thumbnail_url: row.get(4)?,
        format: row.get::<_, Option<String>>(5)?.unwrap_or_default(),
        owner: row.get(6)?,
        creator: row.get(7)?,
        rights: row.get(8)?,
        sort_occurrence: SORT_FIRST,
        ..MediaRecord::default()
    })
}
