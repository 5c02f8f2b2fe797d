//! Records made for numbers that are on none, when the profile says `missing = "create"` or a person said so.

use std::collections::HashMap;

use uuid::Uuid;

use crate::flows::run::{RunContext, RunReport};
use crate::nouns::batch::{Batch, BatchItem, ReviewDecision, Verdict};
use crate::nouns::change::{ChangeState, ChangeTarget, NewChange};
use crate::nouns::collection::Collection;
use crate::nouns::error::{Error, ErrorKind, Result};
use crate::nouns::matching::MatchField;
use crate::nouns::occurrence::{CatalogNumber, Occid, Occurrence};
use crate::nouns::occurrence_record::{OccurrenceChange, OccurrenceRecord};
use crate::nouns::profile::Missing;
use crate::nouns::reason::{Reason, ReasonCode};

/// One record about to be made, and the specimens it is for: numbers that are the same to the portal.
struct New {
    specimens: Vec<usize>,
    record: OccurrenceRecord,
}

/// Makes a record for each of `specimens` that has none in `found` and shall have one. Answers why where it could not.
pub(super) async fn create_missing(
    context: RunContext<'_>,
    batch: &Batch,
    collection: &Collection,
    specimens: &[(CatalogNumber, Vec<BatchItem>)],
    found: &mut [Vec<Occurrence>],
    report: &mut RunReport,
) -> Result<HashMap<usize, Reason>> {
    let create = context.profile.missing == Missing::Create;
    let wanted: Vec<usize> = (0..specimens.len())
        .filter(|at| {
            found[*at].is_empty()
                && (create
                    || specimens[*at].1.iter().any(|item| is_accepted(item.ended_before, item.decision.as_ref())))
        })
        .collect();
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    can_make(context)?;
    let field = context.profile.match_on.first().copied().unwrap_or_default();
    let mut refused = HashMap::new();
    let news = together(specimens, wanted, field, collection, &mut refused);
    let changes: Vec<NewChange> =
        news.iter().map(|new| creation(batch, &specimens[new.specimens[0]].1[0], &new.record)).collect();
    let ids = context.ledger.intend(&changes, context.clock.now_ms())?;
    let creations: Vec<OccurrenceChange> =
        news.iter().map(|new| OccurrenceChange::Create(Box::new(new.record.clone()))).collect();
    let made = context.portal.apply_occurrences(collection, batch.id, &creations).await?;
    if made.len() != news.len() {
        return Err(Error::new(ErrorKind::Internal, "the portal did not answer for every record"));
    }
    remember_keys(context, &changes, &made)?;
    let mut settled = Vec::with_capacity(ids.len());
    for ((new, made), id) in news.into_iter().zip(made).zip(ids) {
        let outcome = made.map_err(|error| Reason::from_error(ReasonCode::PortalRefused, &error)).and_then(|made| {
            let number = &specimens[new.specimens[0]].0;
            occurrence(&made, &new.record, field, number)
        });
        settled.push((id, if outcome.is_ok() { ChangeState::Done } else { ChangeState::Dropped }));
        match outcome {
            Ok(occurrence) => {
                report.created += 1;
                new.specimens.iter().for_each(|at| found[*at] = vec![occurrence.clone()]);
            }
            Err(reason) => new.specimens.iter().for_each(|at| drop(refused.insert(*at, reason.clone()))),
        }
    }
    context.ledger.settle(&settled, context.clock.now_ms())?;
    Ok(refused)
}

/// Writes the keys the portal gave to new records into their changes: a record that is taken back and made again gets
/// the same key, and its pictures find it.
pub(super) fn remember_keys(
    context: RunContext<'_>,
    changes: &[NewChange],
    made: &[Result<OccurrenceRecord>],
) -> Result<()> {
    let keyed: Vec<NewChange> = changes
        .iter()
        .zip(made)
        .filter(|(change, _)| change.before.is_none())
        .filter_map(|(change, made)| {
            let occid = made.as_ref().ok()?.occid?;
            let mut change = change.clone();
            change.after.as_mut()?["occid"] = occid.0.into();
            Some(change)
        })
        .collect();
    context.ledger.intend(&keyed, context.clock.now_ms()).map(drop)
}

/// Did a person say that the record which a picture waits for shall be made?
pub(crate) fn is_accepted(waits_for: Option<ReasonCode>, decision: Option<&ReviewDecision>) -> bool {
    waits_for == Some(ReasonCode::NoRecord) && decision.is_some_and(|decision| decision.verdict == Verdict::Accept)
}

/// # Errors
/// When the door to the portal cannot make records.
pub(crate) fn can_make(context: RunContext<'_>) -> Result<()> {
    if context.portal.capabilities().create {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Config, "this door to the portal cannot make records")
        .hint("use link.missing = \"review\" or \"skip\", or portal kind mariadb or api"))
}

/// Numbers that the portal would find on one record share one: without regard to case, and `00124` with `124` where
/// zeros may be missing.
fn together(
    specimens: &[(CatalogNumber, Vec<BatchItem>)],
    wanted: Vec<usize>,
    field: MatchField,
    collection: &Collection,
    refused: &mut HashMap<usize, Reason>,
) -> Vec<New> {
    let folded = |number: &str| number.to_lowercase();
    let numbers: HashMap<String, usize> = wanted.iter().map(|at| (folded(specimens[*at].0.as_str()), *at)).collect();
    let mut by_record: HashMap<String, usize> = HashMap::new();
    let mut news: Vec<New> = Vec::new();
    for at in wanted {
        let number = &specimens[at].0;
        let short = number.without_leading_zeros().filter(|_| field.may_lack_zeros()).map(folded);
        let key = short.filter(|short| numbers.contains_key(short)).unwrap_or_else(|| folded(number.as_str()));
        let named = numbers.get(&key).map_or(number, |first| &specimens[*first].0);
        if named.as_str().chars().count() > field.max_chars() {
            let message = format!("`{named}` is longer than the {} characters {field} holds", field.max_chars());
            refused.insert(at, Reason::new(ReasonCode::NumberRefused, message));
            continue;
        }
        match by_record.get(&key) {
            Some(new) => news[*new].specimens.push(at),
            None => {
                by_record.insert(key, news.len());
                news.push(New { specimens: vec![at], record: new_record(collection, field, named) });
            }
        }
    }
    news
}

/// A record as Symbiota's batch script makes it (`ImageLocalProcessor`). Its UUID follows from collection and number, so
/// that making it twice is seen to be the same.
pub(crate) fn new_record(collection: &Collection, field: MatchField, number: &CatalogNumber) -> OccurrenceRecord {
    let mut record = OccurrenceRecord::default();
    record.fields.insert("processingStatus".to_owned(), "unprocessed".to_owned());
    if field == MatchField::RecordId {
        record.record_id = number.as_str().to_owned();
    } else {
        let collid = collection.collid.unwrap_or_default();
        let name = format!("{collid}\n{field}\n{}", number.as_str().to_lowercase());
        record.record_id = Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes()).to_string();
        record.fields.insert(field.as_str().to_owned(), number.as_str().to_owned());
    }
    record
}

fn creation(batch: &Batch, item: &BatchItem, record: &OccurrenceRecord) -> NewChange {
    NewChange {
        batch: batch.id,
        item: item.id,
        target: ChangeTarget::Occurrence,
        subject: record.record_id.clone(),
        before: None,
        after: Some(serde_json::to_value(record).expect("a record is plain data")),
        reverses: None,
    }
}

/// The record that was made; one that was made before and has another number today is another specimen's.
fn occurrence(
    made: &OccurrenceRecord,
    wanted: &OccurrenceRecord,
    field: MatchField,
    number: &CatalogNumber,
) -> Result<Occurrence, Reason> {
    let occid = made.occid.unwrap_or(Occid(0));
    let holds = |record: &OccurrenceRecord| record.fields.get(field.as_str()).map(|text| text.to_lowercase());
    if holds(made) != holds(wanted) {
        let message = format!("the record made for {number} (occid {occid}) has another number today");
        return Err(Reason::new(ReasonCode::NoRecord, message).hint("look at the record in the portal"));
    }
    let catalog_number = made.fields.get(MatchField::CatalogNumber.as_str()).cloned().unwrap_or_default();
    Ok(Occurrence {
        occid,
        catalog_number,
        matched_on: field,
        matched: number.as_str().to_owned(),
        tid: None,
        scientific_name: None,
        recorded_by: None,
        event_date: None,
    })
}
