//! Rebase: moves linked pictures to another address, by a rule or by copying them into the profile's store. Nothing is
//! changed that was not looked at; every changed row is a change of a batch, and can be taken back.
//!
//! As in a run, listing only fills the ledger, and the work is taken from it: a rebase that was killed goes on.

mod listing;
mod looking;
mod moving;
mod rehosting;

use serde::Serialize;

use super::run::{Pool, RunContext, settle_left_over};
use crate::nouns::batch::{Batch, BatchId};
use crate::nouns::collection::Collection;
use crate::nouns::error::{Error, ErrorKind, Result};
use crate::nouns::finding::Finding;
use crate::nouns::media::ObjectKey;
use crate::nouns::profile::{AfterLink, Profile};
use crate::ports::ledger::WaitingCounts;
use crate::ports::progress::Event;
use crate::steps::look::LookOptions;
use crate::steps::places::SizePlaces;
use crate::steps::rebase::{Rebase, archive_of, ledger_name};

/// Rows looked at, and changed in one transaction.
const GROUP_ROWS: usize = 100;
/// Rows listed in one query.
const PAGE_ROWS: usize = 1000;
/// Under this name the ledger keeps by which rule an open batch moves.
const RULE: &str = "rule";

/// What a rebase did.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RebaseReport {
    /// The batch; `None` when there was nothing to do.
    pub batch: Option<BatchId>,
    /// An earlier rebase had begun it.
    pub resumed: bool,
    /// Rows that were listed now.
    pub found: u64,
    /// Of these, rows that ended before and are as they were.
    pub unchanged: u64,
    /// Rows that show the new addresses now.
    pub moved: u64,
    /// Rows that somebody changed or removed since they were listed.
    pub skipped: u64,
    /// Rows that stay, because the new address does not show the same picture.
    pub review: u64,
    /// Rows that stay, because their picture cannot be had.
    pub failed: u64,
    /// Rows that were listed and not done, because somebody asked to stop.
    pub not_done: u64,
    /// Bytes that were fetched.
    pub bytes_read: u64,
    /// All that waits, from this rebase and earlier ones.
    pub waiting: WaitingCounts,
    /// What a person should know.
    pub findings: Vec<Finding>,
    /// Somebody asked to stop; a later rebase goes on.
    pub stopped: bool,
}

/// A rebase that could not go on: what it did until then, and why.
#[derive(Debug)]
pub struct InterruptedRebase {
    /// What was done.
    pub report: RebaseReport,
    /// Why it could not go on.
    pub error: Error,
}

/// What a rebase would do.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RebasePlan {
    /// Rows that would change, if their pictures are the same.
    pub rows: u64,
    /// Addresses of the first rows.
    pub first: Vec<PlannedMove>,
}

/// One address that would move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedMove {
    /// The row.
    #[serde(rename = "recordID")]
    pub record_id: String,
    /// As it is.
    pub before: String,
    /// As it would be; when pictures are copied, where this one is fetched.
    pub after: String,
}

/// Moves what `what` says.
///
/// # Errors
/// [`InterruptedRebase`] when something is wrong that every row would meet. Whatever was done is kept, and the next
/// rebase goes on.
pub async fn rebase(context: RunContext<'_>, what: &Rebase) -> Result<RebaseReport, Box<InterruptedRebase>> {
    let profile = profile_for(context.profile);
    let context = RunContext { profile: &profile, ..context };
    let mut report = RebaseReport::default();
    match attempt(context, what, &mut report).await {
        Ok(()) => Ok(report),
        Err(error) => Err(Box::new(InterruptedRebase { report, error })),
    }
}

/// Says what a rebase would do, with the addresses of the first `most` rows; changes nothing.
///
/// # Errors
/// When the portal does not answer, or cannot list.
pub async fn foresee(context: RunContext<'_>, what: &Rebase, most: usize) -> Result<RebasePlan> {
    let collection = context.portal.collection(&context.profile.collection).await?;
    let (mut plan, mut after) = (RebasePlan::default(), None);
    let mut rows_told = 0;
    loop {
        let rows = context.portal.media_page(&collection, what.from(), after, PAGE_ROWS).await?;
        let Some(last) = rows.last() else { return Ok(plan) };
        after = last.media_id;
        for record in rows.iter().map(|row| &row.record).filter(|record| what.concerns(record)) {
            plan.rows += 1;
            if rows_told == most {
                continue;
            }
            rows_told += 1;
            let planned = |before: &str, after: &str| PlannedMove {
                record_id: record.record_id.clone(),
                before: before.to_owned(),
                after: after.to_owned(),
            };
            match what.moved(record) {
                Some(moved) => {
                    let pairs = record.addresses().zip(moved.addresses()).filter(|(before, after)| before != after);
                    plan.first.extend(pairs.map(|(before, after)| planned(before, after)));
                }
                None => plan.first.extend(archive_of(record).map(|archive| planned(&record.original_url, &archive))),
            }
        }
    }
}

/// What moves is kept under a name of its own, so that the profile's own files are not touched.
fn profile_for(profile: &Profile) -> Profile {
    Profile {
        name: ledger_name(&profile.name),
        places: SizePlaces { allow_http: profile.places.allow_http, ..SizePlaces::default() },
        look: LookOptions::nothing(),
        after: AfterLink::Keep,
        ..profile.clone()
    }
}

async fn attempt(context: RunContext<'_>, what: &Rebase, report: &mut RebaseReport) -> Result<()> {
    if !context.portal.capabilities().update {
        return Err(Error::new(ErrorKind::Rejected, "this door to the portal cannot change links")
            .hint("use portal kind mariadb"));
    }
    let collection = context.portal.collection(&context.profile.collection).await?;
    if what.to().is_none() {
        context.store.check().await?;
        lies_elsewhere(context, what)?;
    }
    let name = &context.profile.name;
    let (batch, resumed) = context.ledger.begin(name, None, context.clock.now_ms())?;
    super::undo::is_no_undo(&batch)?;
    one_rule(context, &batch, what)?;
    report.batch = Some(batch.id);
    report.resumed = resumed;
    context.progress.tell(Event::Batch { id: batch.id, resumed });
    let worked = list_and_work(context, what, &batch, &collection, report).await;
    report.waiting = context.ledger.waiting(name)?;
    worked?;
    if report.stopped {
        report.not_done = context.ledger.to_do(name)?;
        return Ok(());
    }
    settle_left_over(context, batch.id, &collection).await?;
    if report.moved > 0 || resumed {
        let findings = context.portal.finish(&collection, batch.id).await;
        let findings = findings.map_err(|error| error.context("the rows are changed, but the batch is not closed"))?;
        findings.iter().for_each(|finding| context.progress.tell(Event::Finding(finding)));
        report.findings.extend(findings);
    }
    listing::begin_anew(context)?;
    if !context.ledger.end(batch.id, context.clock.now_ms())? {
        report.batch = None;
    }
    Ok(())
}

/// What was copied must not be found again.
fn lies_elsewhere(context: RunContext<'_>, what: &Rebase) -> Result<()> {
    let key = ObjectKey::new("a").ok_or_else(|| Error::new(ErrorKind::Internal, "`a` is a key"))?;
    let ours = context.store.public_uri(&key)?;
    if what.rest(ours.as_str()).is_some() {
        let message = format!("the store's addresses begin with {} too", what.from());
        return Err(
            Error::new(ErrorKind::Config, message).hint("give a longer beginning, which only the old ones have")
        );
    }
    Ok(())
}

/// An open batch is gone on with by the rule it was begun with.
fn one_rule(context: RunContext<'_>, batch: &Batch, what: &Rebase) -> Result<()> {
    let name = &context.profile.name;
    let begun_with = context.ledger.watermark(name, RULE)?;
    if begun_with.as_deref() == Some(&what.words()) {
        return Ok(());
    }
    let open = context.ledger.to_do(name)? > 0 || !context.ledger.unsettled(batch.id)?.is_empty();
    if open && let Some(words) = begun_with {
        let message = format!("batch {} moves by another rule, and is not finished", batch.id);
        return Err(Error::new(ErrorKind::Conflict, message).hint(format!("`pinax {name} {words}` goes on with it")));
    }
    listing::begin_anew(context)?;
    context.ledger.keep_watermark(name, RULE, &what.words())
}

async fn list_and_work(
    context: RunContext<'_>,
    what: &Rebase,
    batch: &Batch,
    collection: &Collection,
    report: &mut RebaseReport,
) -> Result<()> {
    listing::list(context, what, batch, collection, report).await?;
    let profile = context.profile;
    let items = context.ledger.to_do(&profile.name)?;
    context.progress.tell(Event::ToDo { items, again: 0 });
    if items == 0 {
        return Ok(());
    }
    let pool = Pool::new(context.workers, context.pixel_memory_bytes, profile.max_pixels, &profile.look);
    let mut last_first = None;
    while !report.stopped {
        let items = context.ledger.next_group(&profile.name, GROUP_ROWS)?;
        let Some(first) = items.first().map(|item| item.id) else { break };
        if last_first == Some(first) && !context.stop.asked() {
            return Err(Error::new(ErrorKind::Internal, "a row came back undone").hint("please report it"));
        }
        last_first = Some(first);
        moving::group(moving::Work { context, pool: &pool, batch, what }, collection, items, report).await?;
    }
    Ok(())
}
