//! Records: looked up by any column, made, filled, removed.

use std::collections::BTreeMap;

use pinax_core::nouns::collection::Collection;
use pinax_core::nouns::matching::MatchField;
use pinax_core::nouns::occurrence::{CatalogNumber, Occid, Occurrence};
use pinax_core::nouns::occurrence_record::{
    EXSICCATI_NUMBER, EXSICCATI_TITLE, IDENTIFIER_VALUE, OccurrenceChange, OccurrenceRecord,
};
use pinax_core::nouns::skeletal::{FieldKind, OccurrenceField};
use pinax_core::{Error, ErrorKind, Result};

use super::{State, same};

impl State {
    pub(super) fn find(&self, collection: &Collection, field: MatchField, number: &CatalogNumber) -> Vec<Occurrence> {
        let short = number.without_leading_zeros().filter(|_| field.may_lack_zeros());
        let fits = |text: &str| same(text, number.as_str()) || short.is_some_and(|short| same(text, short));
        let mut found: Vec<Occurrence> = self
            .records
            .iter()
            .filter(|(collid, _)| Some(*collid) == collection.collid)
            .filter_map(|(_, record)| {
                let text = self.column(record, field.as_str());
                fits(&text).then(|| Occurrence { matched_on: field, matched: text, ..record.clone() })
            })
            .collect();
        found.sort_by_key(|record| record.occid);
        found
    }

    fn column(&self, record: &Occurrence, column: &str) -> String {
        let of_record = self.fields.get(&record.occid.0).and_then(|fields| fields.get(column));
        match of_record {
            Some(text) => text.clone(),
            None if column == MatchField::CatalogNumber.as_str() => record.catalog_number.clone(),
            None => String::new(),
        }
    }

    pub(super) fn read_fields(&self, occids: &[Occid], columns: &[&str]) -> Vec<OccurrenceRecord> {
        let asked = |record: &&Occurrence| occids.contains(&record.occid);
        let read = |record: &Occurrence| OccurrenceRecord {
            occid: Some(record.occid),
            record_id: self.column(record, "recordID"),
            fields: columns.iter().map(|column| ((*column).to_owned(), self.column(record, column))).collect(),
        };
        self.records.iter().map(|(_, record)| record).filter(asked).map(read).collect()
    }

    pub(super) fn apply_occurrence(&mut self, collid: u32, change: &OccurrenceChange) -> Result<OccurrenceRecord> {
        if let Some(fault) = change.after().and_then(fault) {
            return Err(fault);
        }
        match change {
            OccurrenceChange::Create(record) => Ok(self.create(collid, record)),
            OccurrenceChange::Set { before, after } => self.set(before, after),
            OccurrenceChange::Remove(before) => self.remove(before),
        }
    }

    fn of_record_id(&self, record_id: &str) -> Option<Occid> {
        let of = |(_, record): &&(u32, Occurrence)| self.column(record, "recordID") == record_id;
        self.records.iter().find(of).map(|(_, record)| record.occid)
    }

    fn create(&mut self, collid: u32, record: &OccurrenceRecord) -> OccurrenceRecord {
        let columns: Vec<&str> = record.fields.keys().map(String::as_str).collect();
        if let Some(occid) = self.of_record_id(&record.record_id) {
            return self.read_fields(&[occid], &columns).remove(0);
        }
        let next = self.records.iter().map(|(_, record)| record.occid.0).max().unwrap_or_default() + 1;
        let occid = record.occid.map_or(next, |occid| occid.0);
        let number = record.fields.get("catalogNumber").cloned().unwrap_or_default();
        self.records.push((collid, Occurrence::numbered(Occid(occid), number)));
        let mut fields = record.fields.clone();
        fields.insert("recordID".to_owned(), record.record_id.clone());
        self.fields.insert(occid, fields);
        OccurrenceRecord { occid: Some(Occid(occid)), ..record.clone() }
    }

    fn set(&mut self, before: &OccurrenceRecord, after: &OccurrenceRecord) -> Result<OccurrenceRecord> {
        let gone = || Error::new(ErrorKind::Conflict, "the record is gone");
        let occid = before.occid.ok_or_else(gone)?;
        let columns: Vec<&str> = after.fields.keys().map(String::as_str).collect();
        let there = self.read_fields(&[occid], &columns).pop().ok_or_else(gone)?;
        let mut written = BTreeMap::new();
        for (column, to) in &after.fields {
            if there.fields.get(column) == before.fields.get(column) {
                written.insert(column.clone(), to.clone());
            }
        }
        let fields = self.fields.entry(occid.0).or_default();
        for (column, text) in written {
            if text.is_empty() {
                fields.remove(&column);
            } else {
                fields.insert(column, text);
            }
        }
        if fields.is_empty() {
            self.fields.remove(&occid.0);
        }
        self.read_fields(&[occid], &columns).pop().ok_or_else(gone)
    }

    fn remove(&mut self, before: &OccurrenceRecord) -> Result<OccurrenceRecord> {
        if let Some(occid) = self.of_record_id(&before.record_id) {
            let columns: Vec<&str> = before.fields.keys().map(String::as_str).collect();
            let there = self.read_fields(&[occid], &columns).remove(0);
            if there.fields != before.fields || self.rows.iter().any(|row| row.occid() == occid) {
                return Err(Error::new(ErrorKind::Conflict, "the record was changed meanwhile"));
            }
            self.records.retain(|(_, record)| record.occid != occid);
            self.fields.remove(&occid.0);
        }
        Ok(before.clone())
    }
}

/// A column that is not there, or cannot hold its text.
fn fault(record: &OccurrenceRecord) -> Option<Error> {
    let hangs = [IDENTIFIER_VALUE, EXSICCATI_TITLE, EXSICCATI_NUMBER];
    let fault = |(name, text): (&String, &String)| {
        let others = [("catalogNumber", 32), ("occurrenceID", 255), ("processingStatus", 45)];
        let field = OccurrenceField::ALL.iter().find(|field| field.as_str() == name);
        let max = match field.map(|field| field.kind()) {
            Some(FieldKind::Text { max_chars }) => max_chars,
            Some(_) => usize::MAX,
            None if hangs.contains(&name.as_str()) => usize::MAX,
            None => others.iter().find(|(other, _)| other == name).map_or(0, |(_, max)| *max),
        };
        (text.chars().count() > max).then(|| {
            Error::new(ErrorKind::Rejected, format!("{name} cannot hold `{text}`, of more than {max} characters"))
        })
    };
    record.fields.iter().find_map(fault)
}
