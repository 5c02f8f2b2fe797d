//! A group of rows: each looked at or copied, then changed together.

use std::collections::HashMap;

use futures::StreamExt as _;
use futures::stream;

use super::{RebaseReport, listing, looking, rehosting};
use crate::flows::run::{Pool, RunContext, finish_item};
use crate::nouns::batch::{Batch, BatchItem, Outcome, Stage};
use crate::nouns::change::{ChangeState, ChangeTarget, NewChange};
use crate::nouns::collection::Collection;
use crate::nouns::error::{Error, ErrorKind, Result};
use crate::nouns::media::{MediaRecord, MediaRow, Variant};
use crate::nouns::occurrence::Occid;
use crate::nouns::reason::{Reason, ReasonCode};
use crate::ports::progress::Event;
use crate::steps::link::MediaChange;
use crate::steps::rebase::{Rebase, rehosted};

/// What every row is worked with.
#[derive(Clone, Copy)]
pub(super) struct Work<'a> {
    pub(super) context: RunContext<'a>,
    pub(super) pool: &'a Pool,
    pub(super) batch: &'a Batch,
    pub(super) what: &'a Rebase,
}

/// What came of looking at a row.
pub(super) enum Looked {
    /// It shall be so.
    Moves(Box<BatchItem>, Box<MediaRecord>),
    /// It stays.
    Stays(Box<BatchItem>, Outcome, Reason),
    /// It is so already: a rebase was killed before it could say so.
    IsSo(Box<BatchItem>),
    /// Somebody asked to stop before.
    NotReached,
}

/// A row about to be changed.
struct Pending {
    item: BatchItem,
    change: MediaChange,
}

pub(super) async fn group(
    work: Work<'_>,
    collection: &Collection,
    items: Vec<BatchItem>,
    report: &mut RebaseReport,
) -> Result<()> {
    let context = work.context;
    let mut occids: Vec<Occid> = items.iter().map(|item| Occid(listing::listed(&item.image).occid)).collect();
    occids.sort_unstable();
    occids.dedup();
    let mut present: HashMap<Occid, Vec<MediaRow>> = HashMap::new();
    for row in context.portal.media_of(collection, &occids).await? {
        present.entry(row.occid()).or_default().push(row);
    }
    let mut looks = Vec::with_capacity(items.len());
    for item in items {
        let rows = present.get(&Occid(listing::listed(&item.image).occid)).cloned().unwrap_or_default();
        looks.push(one(work, item, rows));
    }
    let mut looked = stream::iter(looks).buffer_unordered(context.workers.max(1) * 2);
    let (mut pending, mut first_error) = (Vec::new(), None);
    while let Some(answer) = looked.next().await {
        let (looked, before, bytes) = match answer {
            Ok(answer) => answer,
            Err(error) => {
                first_error = Some(error);
                // What was proved until then is still written.
                break;
            }
        };
        report.bytes_read += bytes;
        match looked {
            Looked::NotReached => report.stopped = true,
            Looked::IsSo(mut item) => {
                is_so(&mut item, work.batch);
                context.ledger.save(std::slice::from_ref(&item))?;
                ended(work, &item, report);
            }
            Looked::Stays(mut item, outcome, reason) => {
                finish_item(&mut item, work.batch, outcome, reason);
                context.ledger.save(std::slice::from_ref(&item))?;
                ended(work, &item, report);
            }
            Looked::Moves(item, after) => {
                pending.push(Pending { item: *item, change: MediaChange::Update { before: before.into(), after } });
            }
        }
    }
    drop(looked);
    write(work, collection, pending, report).await?;
    first_error.map_or(Ok(()), Err)
}

/// Looks at one row; answers with it as it is, and the bytes fetched.
async fn one(work: Work<'_>, mut item: BatchItem, rows: Vec<MediaRow>) -> Result<(Looked, MediaRecord, u64)> {
    if work.context.stop.asked() {
        return Ok((Looked::NotReached, MediaRecord::default(), 0));
    }
    let listed = listing::listed(&item.image);
    let stays = |item, outcome, reason| Ok((Looked::Stays(Box::new(item), outcome, reason), MediaRecord::default(), 0));
    let Some(row) = rows.iter().find(|row| row.is_known_as(&listed.record_id)) else {
        let reason = Reason::new(ReasonCode::Vanished, "the row is not there any more");
        return stays(item, Outcome::Skipped, reason);
    };
    item.occid = Some(row.occid());
    if !same_addresses(&row.record, &listed) {
        let by_us = match work.what.moved(&listed) {
            Some(moved) => Some(moved),
            None => rehosted(&listed, &work.context.ledger.derivatives(item.id)?),
        };
        if by_us.is_some_and(|moved| same_addresses(&row.record, &moved)) {
            item.record_id = Some(row.record.record_id.clone());
            return Ok((Looked::IsSo(Box::new(item)), MediaRecord::default(), 0));
        }
        let reason = Reason::new(ReasonCode::ChangedWhileRead, "somebody changed its addresses since it was listed");
        return stays(
            item,
            Outcome::Skipped,
            reason.hint("what it shows now is kept; a later rebase looks at it anew"),
        );
    }
    let mut bytes = 0;
    let looked = match work.what.moved(&row.record) {
        Some(after) => match looking::proved(work, row, after, &mut bytes).await? {
            Ok(after) => Looked::Moves(Box::new(item), Box::new(after)),
            Err(reason) => Looked::Stays(Box::new(item), Outcome::Review, reason),
        },
        None => rehosting::copied(work, item, row, &rows, &mut bytes).await?,
    };
    Ok((looked, row.record.clone(), bytes))
}

fn same_addresses(one: &MediaRecord, other: &MediaRecord) -> bool {
    Variant::ALL.into_iter().all(|variant| one.address(variant) == other.address(variant))
}

/// Changes the rows: recorded, written in one transaction, settled.
async fn write(
    work: Work<'_>,
    collection: &Collection,
    pending: Vec<Pending>,
    report: &mut RebaseReport,
) -> Result<()> {
    let context = work.context;
    if pending.is_empty() {
        return Ok(());
    }
    let news: Vec<NewChange> = pending.iter().map(|one| new_change(work.batch, one)).collect();
    let ids = context.ledger.intend(&news, context.clock.now_ms())?;
    let changes: Vec<MediaChange> = pending.iter().map(|one| one.change.clone()).collect();
    let rows = context.portal.apply(collection, work.batch.id, &changes).await?;
    if rows.len() != changes.len() {
        return Err(Error::new(ErrorKind::Internal, "the portal did not answer for every row"));
    }
    let (mut items, mut settled) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
    for ((one, row), id) in pending.into_iter().zip(rows).zip(ids) {
        let mut item = one.item;
        match row {
            Ok(row) => {
                item.record_id = Some(row.record.record_id.clone());
                is_so(&mut item, work.batch);
                settled.push((id, ChangeState::Done));
            }
            Err(error) => {
                let reason = Reason::from_error(ReasonCode::PortalRefused, &error);
                finish_item(&mut item, work.batch, Outcome::Failed, reason);
                settled.push((id, ChangeState::Dropped));
            }
        }
        items.push(item);
    }
    context.ledger.save_linked(&items, &settled, context.clock.now_ms())?;
    items.iter().for_each(|item| ended(work, item, report));
    Ok(())
}

fn new_change(batch: &Batch, pending: &Pending) -> NewChange {
    let value = |record| serde_json::to_value(record).expect("a row is plain data");
    NewChange {
        batch: batch.id,
        item: pending.item.id,
        target: ChangeTarget::Media,
        subject: pending.change.row().record_id.clone(),
        before: pending.change.before().map(value),
        after: pending.change.after().map(value),
        reverses: None,
    }
}

/// The row shows the new addresses now.
fn is_so(item: &mut BatchItem, batch: &Batch) {
    item.batch = batch.id;
    item.ended_before = None;
    item.stage = Stage::Linked;
    item.end(Outcome::Done, None);
}

fn ended(work: Work<'_>, item: &BatchItem, report: &mut RebaseReport) {
    match item.outcome {
        Some(Outcome::Done) => report.moved += 1,
        Some(Outcome::Review) => report.review += 1,
        Some(Outcome::Failed) => report.failed += 1,
        Some(Outcome::Skipped) => report.skipped += 1,
        Some(Outcome::Rejected | Outcome::Undone) | None => {}
    }
    work.context.progress.tell(Event::Ended(item));
}

/// The reason under a code that is tried again: what a server shows may be another thing next time.
pub(super) fn tried_again(reason: Reason, code: ReasonCode) -> Reason {
    let code = if reason.code.worth_another_try() { reason.code } else { code };
    Reason { code, ..reason }
}
