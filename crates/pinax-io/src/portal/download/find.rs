//! Asking the index.

use std::collections::{BTreeSet, HashMap};

use percent_encoding::percent_decode_str;
use pinax_core::nouns::collection::Collection;
use pinax_core::nouns::matching::MatchField;
use pinax_core::nouns::media::MediaRecord;
use pinax_core::nouns::occurrence::{CatalogNumber, Occid, Occurrence};
use pinax_core::steps::link::SORT_FIRST;
use pinax_core::{Error, ErrorKind, Result};
use rusqlite::{OptionalExtension, Row, params, params_from_iter};

use super::identifier::Identifier;
use super::index::{Index, broken_index};
use crate::portal::numbers::folded;

/// Values in one question; SQLite has a limit.
const VALUES: usize = 500;

impl Index {
    /// For each number, in order, the records of the collection that have it in the first column of `match_on` in
    /// which any has it.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when the download does not have one of the columns.
    pub(crate) fn find(
        &self,
        collection: &Collection,
        match_on: &[MatchField],
        numbers: &[CatalogNumber],
    ) -> Result<Vec<Vec<Occurrence>>> {
        for field in match_on {
            if !self.tells(*field)? {
                return Err(not_told(*field));
            }
        }
        let among = self.among(collection)?;
        let mut answers = vec![Vec::new(); numbers.len()];
        for field in match_on {
            let forms = |number: &CatalogNumber| {
                let short = number.without_leading_zeros().filter(|_| field.may_lack_zeros());
                [Some(folded(number.as_str())), short.map(folded)]
            };
            let open: Vec<usize> = (0..numbers.len()).filter(|at| answers[*at].is_empty()).collect();
            let asked: BTreeSet<String> = open.iter().flat_map(|at| forms(&numbers[*at])).flatten().collect();
            let found = self.by(*field, &among, &asked.into_iter().collect::<Vec<_>>())?;
            for at in open {
                let of = |form: String| found.get(&form).into_iter().flatten().cloned();
                let mut records: Vec<Occurrence> = forms(&numbers[at]).into_iter().flatten().flat_map(of).collect();
                records.sort_by_key(|record| record.occid);
                records.dedup_by_key(|record| record.occid);
                answers[at] = records;
            }
        }
        Ok(answers)
    }

    /// The records that have one of these texts in a column, by the text.
    fn by(&self, field: MatchField, among: &str, texts: &[String]) -> Result<HashMap<String, Vec<Occurrence>>> {
        let (column, folded) = match field {
            MatchField::CatalogNumber => ("catalog_number", "folded"),
            MatchField::OtherCatalogNumbers => ("other_numbers", "folded_other"),
            MatchField::OccurrenceId => ("occurrence_id", "folded_occurrence"),
            MatchField::RecordId => ("record_id", "folded_record"),
            MatchField::IdentifierValue => return Err(not_told(field)),
        };
        let mut found: HashMap<String, Vec<Occurrence>> = HashMap::new();
        for texts in texts.chunks(VALUES) {
            let marks = vec!["?"; texts.len()].join(", ");
            let mut statement = self
                .db
                .prepare_cached(&format!(
                    "SELECT {}, catalog_number, scientific_name, recorded_by, event_date, {column}, {folded}
                     FROM records WHERE {folded} IN ({marks}) AND collection IN ({among})",
                    self.key()
                ))
                .map_err(broken_index)?;
            let rows = statement
                .query_map(params_from_iter(texts), |row| Ok((row.get::<_, String>(6)?, occurrence(row, field)?)))
                .map_err(broken_index)?;
            for row in rows {
                let (text, record) = row.map_err(broken_index)?;
                found.entry(text).or_default().extend(record);
            }
        }
        Ok(found)
    }

    /// The pictures the download shows at `address`, and those that are known as `record_id`.
    pub(crate) fn shown(&self, address: &str, record_id: &str) -> Result<Vec<ShownPicture>> {
        let mut statement = self
            .db
            .prepare_cached(&format!(
                "SELECT DISTINCT m.rowid, m.record_id, r.{}, m.core_id
                 FROM media m LEFT JOIN records r ON r.core_id = m.core_id
                 WHERE m.rowid IN (SELECT rowid FROM media WHERE place = ?1
                                   UNION SELECT rowid FROM media WHERE record_id = ?2 COLLATE NOCASE
                                   UNION SELECT rowid FROM media WHERE source_identifier = ?2 COLLATE NOCASE)
                 ORDER BY m.rowid",
                self.key()
            ))
            .map_err(broken_index)?;
        let picture = |row: &Row<'_>| {
            Ok(ShownPicture {
                record_id: row.get::<_, Option<String>>(1)?.unwrap_or_default(),
                occid: row.get::<_, Option<i64>>(2)?.map(|occid| Occid(occid as u64)),
                core_id: row.get(3)?,
            })
        };
        // No row is known as nothing.
        let record_id = (!record_id.is_empty()).then_some(record_id);
        let rows = statement.query_map(params![place(address), record_id], picture).map_err(broken_index)?;
        rows.collect::<rusqlite::Result<_>>().map_err(broken_index)
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
                            m.creator, m.rights, m.source_identifier, m.rowid
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
        let mut statement = self
            .db
            .prepare_cached(&format!(
                "SELECT occurrence_id, catalog_number, COALESCE(folded, '') FROM records
                 WHERE {} = ?1 AND collection IN ({among})",
                self.key()
            ))
            .map_err(broken_index)?;
        let texts =
            |row: &Row<'_>| Ok((row.get::<_, Option<String>>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?));
        let found = statement.query_row([occid.0 as i64], texts).optional().map_err(broken_index)?;
        let Some((occurrence_id, number, folded)) = found else {
            let told = format!("the download has no record with occid {occid} in this collection");
            return Err(Error::new(ErrorKind::Rejected, told).hint("download the collection's records again"));
        };
        match self.identifier {
            Identifier::Occid => Ok(occid.to_string()),
            Identifier::OccurrenceId => Ok(occurrence_id.unwrap_or_default()),
            Identifier::CatalogNumber => self.alone(&among, number, &folded),
        }
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
        let among = self.among(collection)?;
        let query = format!("SELECT COUNT(*) FROM records WHERE folded IS NOT NULL AND collection IN ({among})");
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

/// What makes two addresses the same place ([`AccessUri::same_place`](pinax_core::nouns::uri::AccessUri::same_place));
/// a download never tells a path alone.
pub(super) fn place(address: &str) -> String {
    let without = |scheme: &str| {
        let head = address.get(..scheme.len()).filter(|head| head.eq_ignore_ascii_case(scheme))?;
        address.get(head.len()..)
    };
    let rest = without("https://").or_else(|| without("http://")).unwrap_or(address);
    percent_decode_str(rest).decode_utf8_lossy().into_owned()
}

/// A picture the download tells of.
#[derive(Debug)]
pub(crate) struct ShownPicture {
    /// `recordID` of its row.
    pub(crate) record_id: String,
    /// Its record; `None` when the download does not hold that.
    pub(crate) occid: Option<Occid>,
    /// Its record, as the download names it.
    pub(crate) core_id: String,
}

pub(crate) fn not_told(field: MatchField) -> Error {
    let error = Error::new(ErrorKind::Config, format!("the download has no column {field} to match on"));
    match field {
        MatchField::IdentifierValue => error.hint("take it out of identify.match_on, or use portal kind mariadb"),
        _ => error.hint("take it out of identify.match_on, or download the records with that column"),
    }
}

fn occurrence(row: &Row<'_>, field: MatchField) -> rusqlite::Result<Option<Occurrence>> {
    let Some(occid) = row.get::<_, Option<i64>>(0)? else { return Ok(None) };
    Ok(Some(Occurrence {
        matched_on: field,
        matched: row.get(5)?,
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
        source_identifier: row.get(9)?,
        sort_occurrence: SORT_FIRST,
        ..MediaRecord::default()
    })
}
