//! Run: does what there is to do for one profile, or goes on where an earlier run was stopped.
//!
//! Listing comes first and only fills the ledger; the work is then taken from the ledger in the order of catalog
//! numbers, so that the pictures of one specimen come together, and the result does not depend on the order in which a
//! source lists or on where an earlier run was killed.

mod ending;
mod evidence;
mod existing;
mod group;
mod judging;
mod left_over;
mod linking;
mod making;
mod pool;
mod publishing;
mod records;
mod scan;
mod skeletal;
mod specimen;
mod there;
mod vanished;

use serde::Serialize;

use crate::nouns::batch::{Batch, BatchId};
use crate::nouns::collection::Collection;
use crate::nouns::error::{Error, ErrorKind, Result};
use crate::nouns::finding::Finding;
use crate::nouns::profile::Profile;
use crate::ports::clock::Clock;
use crate::ports::converter::Converter;
use crate::ports::ledger::{Ledger, WaitingCounts};
use crate::ports::portal::Portal;
use crate::ports::progress::{Event, Progress};
use crate::ports::source::Source;
use crate::ports::stop::Stop;
use crate::ports::store::Store;
use crate::ports::web::Web;

pub(crate) use ending::finish_item;
pub(crate) use existing::{Standing, standing};
pub(crate) use group::{outcome_of, record_of, rows_of};
pub(crate) use left_over::settle as settle_left_over;
pub(crate) use making::make_fetched;
pub(crate) use pool::{Pool, Worker};
pub(crate) use publishing::{Published, publish};
pub(crate) use records::{can_make, is_accepted};
pub(crate) use scan::{identity, is_listed_picture, known, reads_skeletal, scan_from};
pub use skeletal::SkeletalCounts;
pub(crate) use specimen::still_published;
pub(crate) use there::address_there;

/// Catalog numbers looked up in one query.
pub const GROUP_ITEMS: usize = 1000;

/// What is asked of a source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ask {
    /// Everything, though it was listed before.
    pub full: bool,
    /// What came or changed since then (milliseconds since 1970, UTC), where the source can tell.
    pub since_ms: Option<i64>,
}

/// Everything a run works with.
#[derive(Clone, Copy)]
pub struct RunContext<'a> {
    /// What is to be done.
    pub profile: &'a Profile,
    /// Where pictures come from.
    pub source: &'a dyn Source,
    /// What of them is asked for.
    pub ask: Ask,
    /// Where they are published.
    pub store: &'a dyn Store,
    /// What anybody sees at an address.
    pub web: &'a dyn Web,
    /// Makes pictures of formats that are not read here.
    pub converter: &'a dyn Converter,
    /// Where they are linked.
    pub portal: &'a dyn Portal,
    /// What remembers.
    pub ledger: &'a dyn Ledger,
    /// Is told what happens.
    pub progress: &'a dyn Progress,
    /// Knows the time.
    pub clock: &'a dyn Clock,
    /// Says when to stop.
    pub stop: &'a dyn Stop,
    /// Pictures made at the same time, one thread each.
    pub workers: usize,
    /// Memory all workers together may take for pixels.
    pub pixel_memory_bytes: u64,
}

/// What a run did. `found` + `shared` = `unchanged` + `linked` + `needed_nothing` + `skipped` + `review` + `failed` + what was not reached.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RunReport {
    /// The batch; `None` when there was nothing to do.
    pub batch: Option<BatchId>,
    /// An earlier run had begun it.
    pub resumed: bool,
    /// Pictures the source listed.
    pub found: u64,
    /// Known from before, with the same outcome; not read, or looked up again with the same answer.
    pub unchanged: u64,
    /// Waited before, and are looked up again.
    pub looked_up_again: u64,
    /// Linked by this run.
    pub linked: u64,
    /// Further specimens found on pictures by their barcodes; each is linked, put aside or failed beside the pictures.
    pub shared: u64,
    /// The record showed the picture already, or shows its twin.
    pub needed_nothing: u64,
    /// Left alone, because the profile says so.
    pub skipped: u64,
    /// Put aside for a person by this run.
    pub review: u64,
    /// Failed in this run.
    pub failed: u64,
    /// Files not published as archive, because they may say where the picture was taken.
    pub archives_kept_back: u64,
    /// Records made for pictures whose number was on none.
    pub created: u64,
    /// What skeletal files brought.
    pub skeletal: SkeletalCounts,
    /// Files in the source that are no pictures.
    pub not_pictures: u64,
    /// Bytes of pictures read.
    pub bytes_read: u64,
    /// All that waits for a person in this profile, from this run and earlier ones.
    pub waiting: WaitingCounts,
    /// What a person should know.
    pub findings: Vec<Finding>,
    /// Somebody asked to stop; a later run goes on.
    pub stopped: bool,
    /// Pictures that were listed and not done, because somebody asked to stop.
    pub not_done: u64,
}

impl RunReport {
    /// Findings kept; a broken disk can bring one for every file.
    const MOST_FINDINGS: usize = 200;

    fn finding(&mut self, context: RunContext<'_>, finding: Finding) {
        context.progress.tell(Event::Finding(&finding));
        if self.findings.len() < Self::MOST_FINDINGS {
            self.findings.push(finding);
        }
    }
}

/// A run that could not go on: what it did until then, and why.
#[derive(Debug)]
pub struct Interrupted {
    /// What was done.
    pub report: RunReport,
    /// Why it could not go on.
    pub error: Error,
}

/// Runs `context.profile`.
///
/// # Errors
/// [`Interrupted`] when something is wrong that every item would meet (portal gone, disk full, …). Whatever was done is
/// kept, and the next run goes on.
pub async fn run(context: RunContext<'_>) -> Result<RunReport, Box<Interrupted>> {
    let mut report = RunReport::default();
    match attempt(context, &mut report).await {
        Ok(()) => Ok(report),
        Err(error) => Err(Box::new(Interrupted { report, error })),
    }
}

async fn attempt(context: RunContext<'_>, report: &mut RunReport) -> Result<()> {
    context.source.check().await?;
    let collection = context.portal.collection(&context.profile.collection).await?;
    context.store.check().await?;
    let (batch, resumed) = context.ledger.begin(&context.profile.name, None, context.clock.now_ms())?;
    super::undo::is_no_undo(&batch)?;
    report.batch = Some(batch.id);
    report.resumed = resumed;
    context.progress.tell(Event::Batch { id: batch.id, resumed });
    let profile = context.profile;
    let pool = Pool::new(context.workers, context.pixel_memory_bytes, profile.max_pixels, &profile.look);
    let skeletal_files = scan::scan(context, &pool, &batch, report).await?;
    skeletal::skeletal(context, &batch, &collection, skeletal_files, report).await?;
    let worked = work_and_judge(context, &pool, &batch, &collection, report).await;
    drop(pool);
    report.waiting = context.ledger.waiting(&context.profile.name)?;
    worked?;
    if report.stopped {
        report.not_done = context.ledger.to_do(&context.profile.name)?;
        return Ok(());
    }
    left_over::settle(context, batch.id, &collection).await?;
    if report.linked + report.created + report.skeletal.filled + report.skeletal.created > 0 || resumed {
        match context.portal.finish(&collection, batch.id).await {
            Ok(findings) => findings.into_iter().for_each(|finding| report.finding(context, finding)),
            Err(error) => {
                return Err(error.context("the links are made, but the batch could not be closed"));
            }
        }
    }
    if !context.ledger.end(batch.id, context.clock.now_ms())? {
        report.batch = None;
    }
    Ok(())
}

/// Names that no barcode proves are believed, or not, when all pictures were read.
async fn work_and_judge(
    context: RunContext<'_>,
    pool: &Pool,
    batch: &Batch,
    collection: &Collection,
    report: &mut RunReport,
) -> Result<()> {
    context.ledger.share_again(&context.profile.name)?;
    work(context, pool, batch, collection, report.looked_up_again, report).await?;
    if !report.stopped && judging::judge_names(context, batch, report)? > 0 {
        work(context, pool, batch, collection, 0, report).await?;
    }
    if report.archives_kept_back > 0 {
        let message = format!(
            "{} files were not published as they came (archiveUrl): they may say where the picture was taken",
            report.archives_kept_back
        );
        let hint = "take the places out of them, or set derive.keep_location = true where places may be known";
        report.finding(context, Finding::warning(message).hint(hint));
    }
    if !report.stopped {
        judging::tell_quality(context, batch, report)?;
    }
    Ok(())
}

async fn work(
    context: RunContext<'_>,
    pool: &Pool,
    batch: &Batch,
    collection: &Collection,
    again: u64,
    report: &mut RunReport,
) -> Result<()> {
    let items = context.ledger.to_do(&context.profile.name)?;
    context.progress.tell(Event::ToDo { items, again: again.min(items) });
    if items == 0 {
        return Ok(());
    }
    let mut last_first = None;
    loop {
        if context.stop.asked() {
            report.stopped = true;
            return Ok(());
        }
        let items = context.ledger.next_group(&context.profile.name, GROUP_ITEMS)?;
        if items.is_empty() {
            return Ok(());
        }
        let first = items.first().map(|item| item.id);
        if first == last_first {
            return Err(Error::new(ErrorKind::Internal, "an item came back undone").hint("please report it"));
        }
        last_first = first;
        group::group(context, pool, batch, collection, items, report).await?;
    }
}
