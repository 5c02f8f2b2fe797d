//! Undo: takes a batch back, newest change first. It is a batch of its own, made of the inverse of every change, each
//! guarded: what somebody changed since stays as it is and is told. Taking that batch back in turn does it again.

mod inverse;
mod presence;
mod source;
mod stays;

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use self::inverse::{Inverse, record_inverse, row_inverse};
use self::presence::{records_there, rows_there};
use self::stays::Stay;
use super::run::{RunContext, settle_left_over};
use crate::nouns::batch::{Batch, BatchId, BatchItem, ItemId, Outcome, Stage};
use crate::nouns::change::{Change, ChangeId, ChangeState, ChangeTarget, NewChange};
use crate::nouns::collection::Collection;
use crate::nouns::error::{Error, ErrorKind, Result};
use crate::nouns::finding::Finding;
use crate::nouns::occurrence_record::OccurrenceChange;
use crate::nouns::reason::{Reason, ReasonCode};
use crate::ports::progress::Event;

/// Changes taken back in one go.
const GROUP_CHANGES: usize = 1000;

/// What an undo did.
#[derive(Debug, Clone, Default, Serialize)]
pub struct UndoReport {
    /// The batch that takes back; `None` when there was nothing to take back.
    pub batch: Option<BatchId>,
    /// The batch that was taken back.
    pub undoes: Option<BatchId>,
    /// An earlier undo had begun it.
    pub resumed: bool,
    /// It does again what an undo took back.
    pub redo: bool,
    /// Picture rows of the portal that were put back to what they were before.
    pub rows: u64,
    /// Records of the portal that were put back to what they were before.
    pub records: u64,
    /// Rows and records that were so already: gone, or there.
    pub already: u64,
    /// Files that lie in the source again (or, when it is done again, were taken away).
    pub files: u64,
    /// Objects of the store that nothing shows any more.
    pub unshown: u64,
    /// Changes that stay, because somebody changed the thing since.
    pub kept: u64,
    /// What a person should know.
    pub findings: Vec<Finding>,
    /// Somebody asked to stop; a later undo goes on.
    pub stopped: bool,
    /// Nothing was left to take back here, because this later batch did it again: that is the one to take back.
    pub done_again_by: Option<BatchId>,
    /// What stays, and is not told yet.
    #[serde(skip)]
    stays: Vec<Stay>,
}

impl UndoReport {
    const MOST_FINDINGS: usize = 200;

    fn finding(&mut self, context: RunContext<'_>, finding: Finding) {
        context.progress.tell(Event::Finding(&finding));
        if self.findings.len() < Self::MOST_FINDINGS {
            self.findings.push(finding);
        }
    }
}

/// An undo that could not go on: what it did until then, and why.
#[derive(Debug)]
pub struct InterruptedUndo {
    /// What was done.
    pub report: UndoReport,
    /// Why it could not go on.
    pub error: Error,
}

/// Takes batch `of` back. `context` is that of the profile the batch belongs to.
///
/// # Errors
/// [`InterruptedUndo`] when there is no such batch, another batch of the profile is not finished, or the portal or
/// ledger do not answer. Whatever was taken back is recorded, and the next undo goes on.
pub async fn undo(context: RunContext<'_>, of: BatchId) -> Result<UndoReport, Box<InterruptedUndo>> {
    let mut report = UndoReport { undoes: Some(of), ..UndoReport::default() };
    match attempt(context, of, &mut report).await {
        Ok(()) => Ok(report),
        Err(error) => Err(Box::new(InterruptedUndo { report, error })),
    }
}

/// A run does not go on with an undo.
pub(super) fn is_no_undo(batch: &Batch) -> Result<()> {
    match batch.undoes {
        None => Ok(()),
        Some(of) => {
            Err(Error::new(ErrorKind::Conflict, format!("batch {of} is being taken back, and not all of it is"))
                .hint(format!("`pinax undo {of}` goes on; then run again")))
        }
    }
}

async fn attempt(context: RunContext<'_>, of: BatchId, report: &mut UndoReport) -> Result<()> {
    let none = || Error::new(ErrorKind::NotFound, format!("there is no batch {of}")).hint("`pinax status` lists them");
    let target = context.ledger.batch(of)?.ok_or_else(none)?;
    let collection = context.portal.collection(&context.profile.collection).await?;
    if target.ended_ms.is_none() {
        // It was interrupted: what it was about to do is settled first.
        is_no_undo(&target)?;
        settle_left_over(context, of, &collection).await?;
        context.ledger.end(of, context.clock.now_ms())?;
    }
    report.redo = is_undo_of_undo(context, &target)?;
    let (batch, resumed) = context.ledger.begin(&target.profile, Some(of), context.clock.now_ms())?;
    if batch.undoes != Some(of) {
        return Err(Error::new(ErrorKind::Conflict, format!("batch {} of this profile is not finished", batch.id))
            .hint(format!("finish it first: `pinax status {}` says how", batch.id)));
    }
    report.batch = Some(batch.id);
    report.resumed = resumed;
    context.progress.tell(Event::Batch { id: batch.id, resumed });
    let mut before: Option<ChangeId> = None;
    loop {
        if context.stop.asked() {
            report.stopped = true;
            return Ok(());
        }
        let changes = context.ledger.standing_changes(of, before, GROUP_CHANGES)?;
        let Some(oldest) = changes.last() else { break };
        before = Some(oldest.id);
        take_back(context, &batch, &collection, changes, report).await?;
    }
    report.unshown = context.ledger.note_unshown(&context.store.describe(), context.clock.now_ms())?;
    if report.rows + report.records > 0 || resumed {
        let findings = context.portal.finish(&collection, batch.id).await?;
        findings.into_iter().for_each(|finding| report.finding(context, finding));
    }
    if !context.ledger.end(batch.id, context.clock.now_ms())? {
        report.batch = None;
        report.done_again_by = done_again_by(context, &target)?;
    }
    Ok(())
}

/// The batch by which what `target` did stands today, when it was taken back and done again.
fn done_again_by(context: RunContext<'_>, target: &Batch) -> Result<Option<BatchId>> {
    // Newest first: each takes an older one back.
    let mut batches = context.ledger.batches(Some(&target.profile))?;
    batches.reverse();
    let (mut last, mut stands) = (target.id, true);
    for batch in batches {
        if batch.undoes == Some(last) {
            last = batch.id;
            stands = !stands;
        }
    }
    Ok((stands && last != target.id).then_some(last))
}

/// Does taking `batch` back make links again?
fn is_undo_of_undo(context: RunContext<'_>, batch: &Batch) -> Result<bool> {
    let (mut redo, mut of) = (false, batch.undoes);
    while let Some(id) = of {
        redo = !redo;
        of = context.ledger.batch(id)?.and_then(|batch| batch.undoes);
    }
    Ok(redo)
}

/// One group of changes: recorded as intended, made, settled.
async fn take_back(
    context: RunContext<'_>,
    batch: &Batch,
    collection: &Collection,
    changes: Vec<Change>,
    report: &mut UndoReport,
) -> Result<()> {
    let ids: Vec<ItemId> =
        changes.iter().map(|change| change.change.item).collect::<HashSet<_>>().into_iter().collect();
    let mut items: HashMap<ItemId, BatchItem> =
        context.ledger.items_by_id(&ids)?.into_iter().map(|item| (item.id, item)).collect();
    let news: Vec<NewChange> = changes.iter().map(|change| inverse::of(batch, change)).collect();
    let news_ids = context.ledger.intend(&news, context.clock.now_ms())?;
    let steps: Vec<Inverse> = changes
        .into_iter()
        .zip(news_ids)
        .map(|(change, id)| Inverse { id, of: change.id, target: change.change.target, original: change.change })
        .collect();
    // Done again, a link needs its files: they may have been swept meanwhile.
    let lost = if report.redo { items_without_files(context, &items).await? } else { HashSet::new() };
    let mut order = [ChangeTarget::Source, ChangeTarget::Media, ChangeTarget::Occurrence, ChangeTarget::Object];
    if report.redo {
        order.reverse();
    }
    for target in order {
        let (of_target, without): (Vec<&Inverse>, Vec<&Inverse>) =
            steps.iter().filter(|step| step.target == target).partition(|step| !lost.contains(&step.original.item));
        for step in &without {
            if target == ChangeTarget::Media {
                keep(report, "its files were swept from the store meanwhile", step, Some("pinax run --again"));
            }
        }
        let mut settled: Vec<(ChangeId, ChangeState)> =
            without.iter().map(|step| (step.id, ChangeState::Dropped)).collect();
        let taken = match target {
            ChangeTarget::Object => {
                settled.extend(of_target.iter().map(|step| (step.id, ChangeState::Done)));
                Ok(Vec::new())
            }
            ChangeTarget::Source => source::take_back(context, &of_target, &items, &mut settled, report).await,
            ChangeTarget::Occurrence => {
                records(context, batch, collection, &of_target, &mut items, &mut settled, report).await
            }
            ChangeTarget::Media => rows(context, batch, collection, &of_target, &mut items, &mut settled, report).await,
        };
        stays::tell(context, batch, &items, report)?;
        let touched = taken?;
        let changed: Vec<BatchItem> = touched.iter().filter_map(|id| items.get(id)).cloned().collect();
        context.ledger.save_linked(&changed, &settled, context.clock.now_ms())?;
        changed.iter().for_each(|item| context.progress.tell(Event::Ended(item)));
    }
    Ok(())
}

/// Picture rows, in one go. Answers the items that are no longer, or again, linked.
async fn rows(
    context: RunContext<'_>,
    batch: &Batch,
    collection: &Collection,
    steps: &[&Inverse],
    items: &mut HashMap<ItemId, BatchItem>,
    settled: &mut Vec<(ChangeId, ChangeState)>,
    report: &mut UndoReport,
) -> Result<Vec<ItemId>> {
    let mut touched = Vec::new();
    let changes: Vec<_> = steps.iter().map(|step| row_inverse(&step.original)).collect::<Result<_>>()?;
    if changes.is_empty() {
        return Ok(touched);
    }
    let there = rows_there(context, collection, &changes).await?;
    let answers = context.portal.apply(collection, batch.id, &changes).await?;
    for (((step, change), answer), there) in steps.iter().zip(&changes).zip(answers).zip(there) {
        match answer {
            Err(error) => {
                keep(report, &error.to_string(), step, error.hint_text());
                settled.push((step.id, ChangeState::Dropped));
            }
            Ok(row) => {
                if there {
                    report.already += 1;
                } else {
                    report.rows += 1;
                }
                settled.push((step.id, ChangeState::Done));
                if let Some(item) = items.get_mut(&step.original.item) {
                    if report.redo {
                        item.stage = Stage::Linked;
                        item.record_id = change.after().map(|_| row.record.record_id.clone());
                        item.end(Outcome::Done, None);
                    } else {
                        item.stage = Stage::Published;
                        item.record_id = None;
                        let told = format!("the link was taken back by batch {}", batch.id);
                        item.end(Outcome::Undone, Some(Reason::new(ReasonCode::Undone, told)));
                    }
                    touched.push(item.id);
                }
            }
        }
    }
    Ok(touched)
}

/// Records, in one go. Answers the skeletal files that are no longer, or again, what the records were made from.
async fn records(
    context: RunContext<'_>,
    batch: &Batch,
    collection: &Collection,
    steps: &[&Inverse],
    items: &mut HashMap<ItemId, BatchItem>,
    settled: &mut Vec<(ChangeId, ChangeState)>,
    report: &mut UndoReport,
) -> Result<Vec<ItemId>> {
    if steps.is_empty() {
        return Ok(Vec::new());
    }
    let mut touched = HashSet::new();
    // A picture's own link says how it ends; a skeletal file has none.
    for item in steps.iter().filter_map(|step| items.get(&step.original.item)).filter(|item| item.identity.is_none()) {
        touched.insert(item.id);
    }
    for item in items.values_mut().filter(|item| touched.contains(&item.id)) {
        if report.redo {
            // Lines that were refused are still refused.
            let (outcome, code) = match item.ended_before.take() {
                Some(code) if code != ReasonCode::SkeletalRead => (Outcome::Review, code),
                _ => (Outcome::Done, ReasonCode::SkeletalRead),
            };
            let told = format!("what it brought was done again by batch {}", batch.id);
            item.end(outcome, Some(Reason::new(code, told)));
        } else {
            item.ended_before = item.reason.as_ref().map(|reason| reason.code);
            let told = format!("what it brought was taken back by batch {}", batch.id);
            item.end(Outcome::Undone, Some(Reason::new(ReasonCode::Undone, told)));
        }
    }
    let changes: Vec<_> = steps.iter().map(|step| record_inverse(&step.original)).collect::<Result<_>>()?;
    let there = records_there(context, collection, &changes).await?;
    let answers = context.portal.apply_occurrences(collection, batch.id, &changes).await?;
    for (((step, change), answer), there) in steps.iter().zip(&changes).zip(answers).zip(there) {
        let error = match answer {
            Ok(record) => {
                let kept = match change {
                    OccurrenceChange::Set { after, .. } => {
                        after.fields.iter().find(|(column, text)| record.fields.get(*column) != Some(*text))
                    }
                    OccurrenceChange::Create(_) | OccurrenceChange::Remove(_) => None,
                };
                match kept {
                    None if there => {
                        report.already += 1;
                        settled.push((step.id, ChangeState::Done));
                        continue;
                    }
                    None => {
                        report.records += 1;
                        settled.push((step.id, ChangeState::Done));
                        continue;
                    }
                    // Some columns may be as they were; whoever changed another one has the word.
                    Some((column, _)) => {
                        settled.push((step.id, ChangeState::Done));
                        report.records += 1;
                        Error::new(ErrorKind::Conflict, format!("{column} was changed since, and is kept"))
                    }
                }
            }
            Err(error) => {
                settled.push((step.id, ChangeState::Dropped));
                error
            }
        };
        keep(report, &error.to_string(), step, error.hint_text());
    }
    Ok(touched.into_iter().collect())
}

/// Remembers that a change stays; it is told with the others of its kind.
fn keep(report: &mut UndoReport, why: &str, step: &Inverse, hint: Option<&str>) {
    report.kept += 1;
    report.stays.push(Stay::new(step, why, hint));
}

/// Items one of whose sizes is no longer what was published.
async fn items_without_files(context: RunContext<'_>, items: &HashMap<ItemId, BatchItem>) -> Result<HashSet<ItemId>> {
    let mut lost = HashSet::new();
    for id in items.keys() {
        for derivative in context.ledger.derivatives(*id)? {
            // What lies elsewhere was never ours to lose.
            let Some(key) = &derivative.key else { continue };
            let digest = context.store.digest(key).await?;
            if digest.is_none_or(|digest| digest.sha256 != derivative.sha256) {
                lost.insert(*id);
            }
        }
    }
    Ok(lost)
}
