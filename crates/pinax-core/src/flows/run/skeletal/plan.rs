//! What is to be written for one group of skeletal records: against the records there are, and what they hold.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt;

use super::{number_field, values};
use crate::flows::run::RunContext;
use crate::flows::run::records::new_record;
use crate::nouns::collection::Collection;
use crate::nouns::error::Result;
use crate::nouns::matching::MatchField;
use crate::nouns::occurrence::{CatalogNumber, Occid};
use crate::nouns::occurrence_record::{EXSICCATI_TITLE, OccurrenceChange, OccurrenceRecord};
use crate::nouns::profile::Missing;
use crate::nouns::skeletal::{SkeletalRecord, SkeletalRefusal};

const DATE: &str = "eventDate";
const VERBATIM_DATE: &str = "verbatimEventDate";

/// One write, and the line that asks for it.
pub(super) struct Planned {
    pub(super) line: u64,
    pub(super) change: OccurrenceChange,
}

/// What is refused, by line.
pub(super) struct Line {
    pub(super) line: u64,
    pub(super) column: Option<String>,
    pub(super) message: String,
}

impl Line {
    pub(super) fn of(refusal: &SkeletalRefusal) -> Self {
        Self { line: refusal.line, column: refusal.column.clone(), message: refusal.message.clone() }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.column {
            // Most messages begin with it.
            Some(column) if !self.message.starts_with(column.as_str()) => {
                write!(f, "line {}, {column}: {}", self.line, self.message)
            }
            _ => write!(f, "line {}: {}", self.line, self.message),
        }
    }
}

/// What is to be done for a group.
#[derive(Default)]
pub(super) struct Plan {
    pub(super) changes: Vec<Planned>,
    pub(super) refused: Vec<Line>,
    /// Lines whose record needs nothing.
    pub(super) complete: u64,
    /// Lines that hold a number and nothing else.
    pub(super) empty: u64,
    /// Lines that name records that are not there, and shall not be made.
    pub(super) without_record: u64,
    /// Some lines name several records.
    pub(super) no_record: bool,
}

impl Plan {
    /// Counts a line that brings nothing about; one of which something was refused is told as such.
    fn needs_nothing(&mut self, record: &SkeletalRecord, refused: &HashSet<u64>) {
        if refused.contains(&record.line) || self.refused.iter().any(|line| line.line == record.line) {
            return;
        }
        if says_nothing(record) {
            self.empty += 1;
        } else {
            self.complete += 1;
        }
    }
}

fn says_nothing(record: &SkeletalRecord) -> bool {
    record.fields.is_empty() && record.exsiccati.is_none()
}

/// `refused` are lines of which something was refused already.
pub(super) async fn plan(
    context: RunContext<'_>,
    collection: &Collection,
    group: &[SkeletalRecord],
    refused: &HashSet<u64>,
) -> Result<Plan> {
    let numbers: Vec<CatalogNumber> = group.iter().map(|record| record.catalog_number.clone()).collect();
    let found = context.portal.find_occurrences(collection, &context.profile.match_on, &numbers).await?;
    let occids: BTreeSet<Occid> = found.iter().filter(|found| found.len() == 1).map(|found| found[0].occid).collect();
    let occids: Vec<Occid> = occids.into_iter().collect();
    let mut columns: BTreeSet<&str> = group.iter().flat_map(values).map(|(column, _)| column).collect();
    if columns.contains(VERBATIM_DATE) {
        columns.insert(DATE);
    }
    let columns: Vec<&str> = columns.into_iter().collect();
    let mut there: HashMap<Occid, OccurrenceRecord> = HashMap::new();
    if !occids.is_empty() && !columns.is_empty() {
        let fields = context.portal.occurrence_fields(collection, &occids, &columns).await?;
        there.extend(fields.into_iter().filter_map(|record| record.occid.map(|occid| (occid, record))));
    }
    let field = number_field(context.profile);
    let mut plan = Plan::default();
    let mut made: BTreeMap<String, usize> = BTreeMap::new();
    for (record, found) in group.iter().zip(found) {
        let line = record.line;
        let refuse = |message: String| Line { line, column: None, message };
        if record.exsiccati.as_ref().is_some_and(|exsiccati| exsiccati.number.is_none()) {
            let column = Some(EXSICCATI_TITLE.to_owned());
            let message = "an exsiccati title needs a number with it".to_owned();
            plan.refused.push(Line { line, column, message });
        }
        match found.as_slice() {
            // A number alone makes no record.
            [] if says_nothing(record) => plan.needs_nothing(record, refused),
            // Left alone, as the profile says, and looked up again when the file changes.
            [] if context.profile.missing == Missing::Skip => plan.without_record += 1,
            [] => create(&mut plan, &mut made, collection, field, record),
            [only] => match there.get_mut(&only.occid).and_then(|there| fill(there, record)) {
                Some(change) => plan.changes.push(Planned { line, change }),
                None => plan.needs_nothing(record, refused),
            },
            several => {
                plan.no_record = true;
                let records: Vec<String> = several.iter().take(3).map(ToString::to_string).collect();
                let message = format!(
                    "{} records have the number {}: {}",
                    several.len(),
                    record.catalog_number,
                    records.join("; ")
                );
                plan.refused.push(refuse(message));
            }
        }
    }
    Ok(plan)
}

/// A new record; a second line about the same one (another spelling of the number) fills what the first left empty.
fn create(
    plan: &mut Plan,
    made: &mut BTreeMap<String, usize>,
    collection: &Collection,
    field: MatchField,
    record: &SkeletalRecord,
) {
    let mut new = new_record(collection, field, &record.catalog_number);
    let at = *made.entry(new.record_id.to_lowercase()).or_insert(plan.changes.len());
    let add = |new: &mut OccurrenceRecord| {
        for (column, text) in values(record) {
            new.fields.entry(column.to_owned()).or_insert_with(|| text.to_owned());
        }
    };
    match plan.changes.get_mut(at).map(|planned| &mut planned.change) {
        Some(OccurrenceChange::Create(earlier)) => add(earlier),
        _ => {
            // What the line says of the number's own column or of the processing status is the number, or the line's.
            new.fields.retain(|column, _| {
                !record.fields.keys().any(|own| own.as_str() == column && column != field.as_str())
            });
            add(&mut new);
            plan.changes.push(Planned { line: record.line, change: OccurrenceChange::Create(Box::new(new)) });
        }
    }
}

/// The empty columns of `there` for which the line has something; `there` is as it will be then.
fn fill(there: &mut OccurrenceRecord, record: &SkeletalRecord) -> Option<OccurrenceChange> {
    let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
    let has_date = there.fields.get(DATE).is_some_and(|date| !date.is_empty());
    for (column, text) in values(record) {
        // What was written for a date is only wanted where there is none.
        if column == VERBATIM_DATE && has_date {
            continue;
        }
        if let Some(held) = there.fields.get_mut(column)
            && held.is_empty()
        {
            before.insert(column.to_owned(), String::new());
            after.insert(column.to_owned(), text.to_owned());
            text.clone_into(held);
        }
    }
    let side = |fields| Box::new(OccurrenceRecord { occid: there.occid, record_id: there.record_id.clone(), fields });
    (!after.is_empty()).then(|| OccurrenceChange::Set { before: side(before), after: side(after) })
}
