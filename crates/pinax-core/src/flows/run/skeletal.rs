//! Skeletal files of the source: read whole, each record looked up, its empty fields filled, or made when it is missing.
//! This comes before the pictures, so that they find the records.

mod plan;

use std::collections::HashSet;

use serde::Serialize;

use self::plan::{Line, Planned, plan};
use super::records::remember_keys;
use super::{RunContext, RunReport};
use crate::nouns::batch::{Batch, BatchItem, NewItem, Outcome};
use crate::nouns::change::{ChangeState, ChangeTarget, NewChange};
use crate::nouns::checksum::Sha256Sum;
use crate::nouns::collection::Collection;
use crate::nouns::error::{Error, ErrorKind, Result};
use crate::nouns::finding::Finding;
use crate::nouns::matching::MatchField;
use crate::nouns::occurrence_record::{EXSICCATI_NUMBER, EXSICCATI_TITLE, OccurrenceChange, OccurrenceRecord};
use crate::nouns::profile::Profile;
use crate::nouns::reason::{Reason, ReasonCode};
use crate::nouns::skeletal::{Exsiccati, SkeletalRecord};
use crate::nouns::source_image::SourceImage;
use crate::ports::progress::Event;
use crate::steps::identify::number_in;
use crate::steps::skeletal::{self as step, SkeletalFile, SkeletalLimits};

/// A skeletal file is read whole, and is never larger.
const MAX_BYTES: u64 = 64 << 20;
/// Records looked up and written in one go.
const GROUP_RECORDS: usize = 1000;
/// Lines named in the reason of a file, one below the other; whoever shows it may show fewer.
const LINES_NAMED: usize = 1000;

/// What skeletal files brought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct SkeletalCounts {
    /// Files read by this run.
    pub files: u64,
    /// Records some of whose empty fields were filled.
    pub filled: u64,
    /// Records made.
    pub created: u64,
    /// Lines that name a record which needs nothing.
    pub complete: u64,
    /// Lines that hold a number and nothing else.
    pub empty: u64,
    /// Values and lines that were refused.
    pub refused: u64,
}

/// Does everything for `files`, which the source listed.
pub(super) async fn skeletal(
    context: RunContext<'_>,
    batch: &Batch,
    collection: &Collection,
    mut files: Vec<SourceImage>,
    report: &mut RunReport,
) -> Result<()> {
    files.sort_unstable_by(|one, other| one.locator.cmp(&other.locator));
    let known = context.ledger.known(&context.profile.name, &files)?;
    let new: Vec<SourceImage> = files
        .into_iter()
        .zip(known)
        .filter(|(_, known)| *known != crate::ports::ledger::Known::Unchanged)
        .map(|(file, _)| file)
        .collect();
    if new.is_empty() {
        return Ok(());
    }
    for file in new {
        if context.stop.asked() {
            report.stopped = true;
            return Ok(());
        }
        one(context, batch, collection, file, report).await?;
    }
    Ok(())
}

async fn one(
    context: RunContext<'_>,
    batch: &Batch,
    collection: &Collection,
    file: SourceImage,
    report: &mut RunReport,
) -> Result<()> {
    let bytes = match context.source.read(&file, MAX_BYTES).await {
        Ok(bytes) => bytes,
        Err(error) if error.stops_the_run() && error.kind() != ErrorKind::Forbidden => return Err(error),
        Err(error) => {
            let mut item = begin(context, batch, &file)?;
            let code = if error.kind() == ErrorKind::Rejected { ReasonCode::TooLarge } else { ReasonCode::Unreadable };
            if item.reason.as_ref().is_none_or(|reason| reason.code != code) {
                item.batch = batch.id;
                report.failed += 1;
            }
            item.end(Outcome::Failed, Some(Reason::from_error(code, &error)));
            context.ledger.save(std::slice::from_ref(&item))?;
            context.progress.tell(Event::Ended(&item));
            return Ok(());
        }
    };
    let sha256 = Sha256Sum::of(&bytes);
    let was_read = context.ledger.skeletal_was_read(&context.profile.name, sha256)?;
    let mut item = begin(context, batch, &file)?;
    item.sha256 = Some(sha256);
    let ended_before = item.reason.as_ref().map(|reason| reason.code);
    report.skeletal.files += 1;
    let (outcome, reason) = if was_read {
        (Outcome::Done, Reason::new(ReasonCode::SkeletalRead, "a skeletal file of the same content was read before"))
    } else {
        let profile = context.profile;
        let number_of = |text: &str| number_in(&profile.pattern, profile.max_number_chars(), text);
        match step::read(&bytes, &number_of, &SkeletalLimits::for_catalog_numbers(profile.max_number_chars())) {
            Ok(read) => fill(context, batch, collection, &item, read, report).await?,
            // Any text may lie in a folder under these names.
            Err(reason) if matches!(item.image.locator.extension().as_str(), "txt" | "dat") => {
                (Outcome::Skipped, reason)
            }
            Err(reason) => (Outcome::Review, reason),
        }
    };
    // One that waits for the same as before has not changed, and stays in its batch.
    let same = ended_before == Some(reason.code) && item.batch != batch.id;
    if !same {
        item.batch = batch.id;
    }
    match outcome {
        Outcome::Review if same => {}
        Outcome::Review => report.review += 1,
        Outcome::Skipped => report.not_pictures += 1,
        _ => {}
    }
    item.end(outcome, Some(reason));
    context.ledger.save(std::slice::from_ref(&item))?;
    context.progress.tell(Event::Ended(&item));
    Ok(())
}

/// Takes the file in hand: it waits, until it is read.
fn begin(context: RunContext<'_>, batch: &Batch, image: &SourceImage) -> Result<BatchItem> {
    let waiting = |image: &SourceImage| -> Result<Option<BatchItem>> {
        let known = context.ledger.known(&context.profile.name, std::slice::from_ref(image))?;
        let ids: Vec<_> = known.into_iter().filter_map(|known| known.tried_again()).collect();
        Ok(context.ledger.items_by_id(&ids)?.pop())
    };
    if let Some(item) = waiting(image)? {
        return Ok(item);
    }
    let unread = Reason::new(ReasonCode::SkeletalUnread, "a skeletal file that is not read yet");
    context.ledger.found(batch.id, &[NewItem { image: image.clone(), identity: Err(unread) }])?;
    waiting(image)?.ok_or_else(|| Error::new(ErrorKind::Internal, "a file just taken in hand is not there"))
}

/// Fills and makes what the file says; how the file ends.
async fn fill(
    context: RunContext<'_>,
    batch: &Batch,
    collection: &Collection,
    item: &BatchItem,
    read: SkeletalFile,
    report: &mut RunReport,
) -> Result<(Outcome, Reason)> {
    let mut refused: Vec<Line> = read.refusals.iter().map(Line::of).collect();
    let refused_lines: HashSet<u64> = refused.iter().map(|line| line.line).collect();
    let left_out = read.refusals_left_out;
    let (before, mut no_record, mut without_record) = (report.skeletal, false, 0);
    for group in read.records.chunks(GROUP_RECORDS) {
        let planned = plan(context, collection, group, &refused_lines).await?;
        no_record |= planned.no_record;
        without_record += planned.without_record;
        report.skeletal.complete += planned.complete;
        report.skeletal.empty += planned.empty;
        refused.extend(planned.refused);
        refused.extend(apply(context, batch, collection, item, planned.changes, report).await?);
    }
    refused.sort_by_key(|line| line.line);
    let count = refused.len() as u64 + left_out;
    report.skeletal.refused += count;
    for column in &read.unknown_columns {
        let message = format!("{}: the column `{column}` is not used", item.image.locator);
        report.finding(context, Finding::warning(message).hint("docs/skeletal.md lists the columns that are"));
    }
    let done = report.skeletal;
    let mut told = format!(
        "{} filled, {} made, {} complete already, {without_record} left alone because they are not there",
        done.filled - before.filled,
        done.created - before.created,
        done.complete - before.complete
    );
    if done.empty > before.empty {
        told.push_str(&format!(", {} without any value", done.empty - before.empty));
    }
    if count == 0 {
        return Ok((Outcome::Done, Reason::new(ReasonCode::SkeletalRead, format!("records: {told}"))));
    }
    let lines: String = refused.iter().take(LINES_NAMED).map(|line| format!("\n{line}")).collect();
    let more = count - refused.len().min(LINES_NAMED) as u64;
    let more = if more > 0 { format!("\nand {more} more") } else { String::new() };
    let code = if no_record { ReasonCode::SkeletalNoRecord } else { ReasonCode::SkeletalRefused };
    let message = format!("records: {told}; {count} refused:{lines}{more}");
    Ok((
        Outcome::Review,
        Reason::new(code, message).hint("mend these lines and save the file; the next run reads it again"),
    ))
}

/// Writes the changes of one group; the lines the portal refused.
async fn apply(
    context: RunContext<'_>,
    batch: &Batch,
    collection: &Collection,
    item: &BatchItem,
    planned: Vec<Planned>,
    report: &mut RunReport,
) -> Result<Vec<Line>> {
    if planned.is_empty() {
        return Ok(Vec::new());
    }
    let news: Vec<NewChange> = planned.iter().map(|one| new_change(batch, item, &one.change)).collect();
    let ids = context.ledger.intend(&news, context.clock.now_ms())?;
    let changes: Vec<OccurrenceChange> = planned.iter().map(|one| one.change.clone()).collect();
    let answers = context.portal.apply_occurrences(collection, batch.id, &changes).await?;
    if answers.len() != changes.len() {
        return Err(Error::new(ErrorKind::Internal, "the portal did not answer for every record"));
    }
    remember_keys(context, &news, &answers)?;
    let (mut settled, mut refused) = (Vec::with_capacity(ids.len()), Vec::new());
    let mut without = Vec::new();
    for ((one, answer), id) in planned.into_iter().zip(answers).zip(ids) {
        match (answer, &one.change) {
            (Ok(_), OccurrenceChange::Create(_)) => {
                report.skeletal.created += 1;
                settled.push((id, ChangeState::Done));
            }
            (Ok(_), _) => {
                report.skeletal.filled += 1;
                settled.push((id, ChangeState::Done));
            }
            (Err(error), change) if let Some(less) = without_exsiccati(change) => {
                // A title that is not known costs only itself.
                let column = Some(EXSICCATI_TITLE.to_owned());
                refused.push(Line { line: one.line, column, message: error.to_string() });
                settled.push((id, ChangeState::Dropped));
                without.extend(less.map(|change| Planned { line: one.line, change }));
            }
            (Err(error), _) => {
                refused.push(Line { line: one.line, column: None, message: error.to_string() });
                settled.push((id, ChangeState::Dropped));
            }
        }
    }
    context.ledger.settle(&settled, context.clock.now_ms())?;
    refused.extend(Box::pin(apply(context, batch, collection, item, without, report)).await?);
    Ok(refused)
}

/// A change that the portal refused, without its exsiccati; `None` when it has none, and nothing when nothing is left.
fn without_exsiccati(change: &OccurrenceChange) -> Option<Option<OccurrenceChange>> {
    if !change.after()?.fields.contains_key(EXSICCATI_TITLE) {
        return None;
    }
    let less = |record: &OccurrenceRecord| {
        let mut record = record.clone();
        record.fields.retain(|column, _| column != EXSICCATI_TITLE && column != EXSICCATI_NUMBER);
        Box::new(record)
    };
    let change = match change {
        OccurrenceChange::Create(after) => OccurrenceChange::Create(less(after)),
        OccurrenceChange::Set { before, after } => OccurrenceChange::Set { before: less(before), after: less(after) },
        OccurrenceChange::Remove(_) => return None,
    };
    let something = change.after().is_some_and(|after| !after.fields.is_empty());
    Some(something.then_some(change))
}

fn new_change(batch: &Batch, item: &BatchItem, change: &OccurrenceChange) -> NewChange {
    let value = |record| serde_json::to_value(record).expect("a record is plain data");
    let subject = match (change.before().and_then(|before| before.occid), change.after()) {
        (Some(occid), _) => occid.to_string(),
        (None, after) => after.map(|after| after.record_id.clone()).unwrap_or_default(),
    };
    NewChange {
        batch: batch.id,
        item: item.id,
        target: ChangeTarget::Occurrence,
        subject,
        before: change.before().map(value),
        after: change.after().map(value),
        reverses: None,
    }
}

/// Which column a new record gets its number in.
fn number_field(profile: &Profile) -> MatchField {
    profile.match_on.first().copied().unwrap_or_default()
}

/// What a line says, by column; exsiccati as if they were columns.
fn values(record: &SkeletalRecord) -> Vec<(&'static str, &str)> {
    let mut values: Vec<(&'static str, &str)> =
        record.fields.iter().map(|(field, text)| (field.as_str(), text.as_str())).collect();
    // A title alone is no place in a series; the plan tells it.
    if let Some(Exsiccati { title, number: Some(number) }) = &record.exsiccati {
        values.push((EXSICCATI_TITLE, title));
        values.push((EXSICCATI_NUMBER, number));
    }
    values
}
