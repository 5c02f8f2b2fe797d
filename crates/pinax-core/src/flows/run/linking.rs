//! Linking a group of published pictures: wanted rows against present rows, intended, written, settled.

use std::collections::HashMap;

use serde_json::json;

use super::ending::{count, end_item};
use super::{RunContext, RunReport};
use crate::nouns::batch::{Batch, BatchItem, Outcome, Stage};
use crate::nouns::change::{ChangeId, ChangeState, ChangeTarget, NewChange};
use crate::nouns::collection::Collection;
use crate::nouns::error::{Error, ErrorKind, Result};
use crate::nouns::finding::Finding;
use crate::nouns::media::{Derivative, MediaRow, Variant};
use crate::nouns::occurrence::{Occid, Occurrence};
use crate::nouns::profile::AfterLink;
use crate::nouns::reason::{Reason, ReasonCode};
use crate::ports::progress::Event;
use crate::steps::link::{LinkDecision, MediaChange, decide, wanted_row};

/// A published picture that waits for its link.
pub(super) struct Linkable {
    pub(super) item: BatchItem,
    pub(super) occurrence: Occurrence,
    pub(super) derivatives: Vec<Derivative>,
}

/// A link about to be made.
struct Pending {
    item: BatchItem,
    change: MediaChange,
    original_is_source: bool,
}

pub(super) async fn link(
    context: RunContext<'_>,
    batch: &Batch,
    collection: &Collection,
    linkable: Vec<Linkable>,
    report: &mut RunReport,
) -> Result<()> {
    if linkable.is_empty() {
        return Ok(());
    }
    let mut occids: Vec<Occid> = linkable.iter().map(|one| one.occurrence.occid).collect();
    occids.sort_unstable();
    occids.dedup();
    let present = by_record(context.portal.media_of(collection, &occids).await?);
    let (mut pending, mut ended) = (Vec::new(), Vec::new());
    for one in linkable {
        let original_is_source = is_source(&one);
        let rows = present.get(&one.occurrence.occid).map_or(&[][..], Vec::as_slice);
        let mut item = one.item;
        let rank = item.identity.as_ref().map_or(0, |identity| identity.rank);
        let rights = &context.profile.rights;
        let Some(wanted) = wanted_row(collection, &one.occurrence, rights, rank, &one.derivatives) else {
            return Err(Error::new(ErrorKind::Internal, format!("{} lost its sizes", item.image.locator)));
        };
        let record_id = wanted.record_id.clone();
        match decide(wanted, rows, item.shown_before.as_deref()) {
            LinkDecision::Present(row) => {
                show(&mut item, batch, &row);
                if row.record.record_id != record_id {
                    item.reason = Some(Reason::new(ReasonCode::AlreadyLinked, "the record shows this picture already"));
                }
                // Our own row from a run that was killed counts as linked; its change is settled at the end.
                count(&item, report);
                ended.push((item, original_is_source));
            }
            LinkDecision::Change(change) if change.before().is_some() && !context.portal.capabilities().update => {
                let reason = Reason::new(
                    ReasonCode::CannotUpdate,
                    "the picture changed after it was linked, and a link cannot be changed through this portal door",
                )
                .hint("change the image's URLs in the portal's editor, or use portal kind mariadb");
                end_item(&mut item, batch, Outcome::Review, reason, report);
                ended.push((item, false));
            }
            LinkDecision::Change(change) => pending.push(Pending { item, change, original_is_source }),
        }
    }
    let now_ms = context.clock.now_ms();
    let intended: Vec<NewChange> = pending.iter().map(|one| new_change(batch, one)).collect();
    let ids = context.ledger.intend(&intended, now_ms)?;
    let settled = apply(context, batch, collection, pending, &ids, &mut ended, report).await?;
    let items: Vec<BatchItem> = ended.iter().map(|(item, _)| item.clone()).collect();
    context.ledger.save_linked(&items, &settled, context.clock.now_ms())?;
    items.iter().for_each(|item| context.progress.tell(Event::Ended(item)));
    for (item, original_is_source) in ended {
        if item.stage == Stage::Linked {
            take_away(context, batch, &item, original_is_source, report).await?;
        }
    }
    Ok(())
}

/// Writes the rows; an item whose row is refused fails alone.
async fn apply(
    context: RunContext<'_>,
    batch: &Batch,
    collection: &Collection,
    pending: Vec<Pending>,
    ids: &[ChangeId],
    ended: &mut Vec<(BatchItem, bool)>,
    report: &mut RunReport,
) -> Result<Vec<(ChangeId, ChangeState)>> {
    if pending.is_empty() {
        return Ok(Vec::new());
    }
    let changes: Vec<MediaChange> = pending.iter().map(|one| one.change.clone()).collect();
    let applied = context.portal.apply(collection, batch.id, &changes).await?;
    if applied.len() != changes.len() {
        return Err(Error::new(ErrorKind::Internal, "the portal did not answer for every row"));
    }
    let mut settled = Vec::with_capacity(ids.len());
    for ((one, result), id) in pending.into_iter().zip(applied).zip(ids) {
        let mut item = one.item;
        match result {
            Ok(row) => {
                show(&mut item, batch, &row);
                count(&item, report);
                settled.push((*id, ChangeState::Done));
            }
            Err(error) => {
                let reason = Reason::from_error(ReasonCode::PortalRefused, &error);
                end_item(&mut item, batch, Outcome::Failed, reason, report);
                settled.push((*id, ChangeState::Dropped));
            }
        }
        ended.push((item, one.original_is_source));
    }
    Ok(settled)
}

/// The record shows the item now.
fn show(item: &mut BatchItem, batch: &Batch, row: &MediaRow) {
    item.batch = batch.id;
    item.ended_before = None;
    item.stage = Stage::Linked;
    item.record_id = Some(row.record.record_id.clone());
    item.end(Outcome::Done, None);
}

fn new_change(batch: &Batch, pending: &Pending) -> NewChange {
    let value = |record| serde_json::to_value(record).expect("a row is plain data");
    NewChange {
        batch: batch.id,
        item: pending.item.id,
        target: ChangeTarget::Media,
        subject: pending.change.after().record_id.clone(),
        before: pending.change.before().map(value),
        after: Some(value(pending.change.after())),
    }
}

pub(super) fn by_record(rows: Vec<MediaRow>) -> HashMap<Occid, Vec<MediaRow>> {
    let mut present: HashMap<Occid, Vec<MediaRow>> = HashMap::new();
    for row in rows {
        present.entry(row.occid()).or_default().push(row);
    }
    present
}

/// Does the store hold the very bytes of the source?
fn is_source(one: &Linkable) -> bool {
    one.derivatives
        .iter()
        .any(|derivative| derivative.variant == Variant::Original && Some(derivative.sha256) == one.item.sha256)
}

/// Moves or deletes the source file of a linked picture, when the profile says so and its copy is proved.
async fn take_away(
    context: RunContext<'_>,
    batch: &Batch,
    item: &BatchItem,
    original_is_source: bool,
    report: &mut RunReport,
) -> Result<()> {
    let after = match context.profile.after {
        AfterLink::Keep => return Ok(()),
        AfterLink::Delete if !original_is_source => {
            let message = format!("{} was kept: the store holds only smaller copies of it", item.image.locator);
            report.finding(context, Finding::note(message).hint("use source.after = \"move\", or raise derive.large"));
            return Ok(());
        }
        after => after,
    };
    let change = NewChange {
        batch: batch.id,
        item: item.id,
        target: ChangeTarget::Source,
        subject: item.image.locator.to_string(),
        before: Some(json!({
            "bytes": item.image.fingerprint.size_bytes,
            "modifiedNs": item.image.fingerprint.modified_ns,
        })),
        after: Some(json!({ "after": if after == AfterLink::Move { "move" } else { "delete" } })),
    };
    let ids = context.ledger.intend(&[change], context.clock.now_ms())?;
    let state = match context.source.take_away(&item.image, after).await {
        Ok(_) => ChangeState::Done,
        Err(error) => {
            let hint = error.hint_text().unwrap_or("the link is fine; move or delete the file by hand").to_owned();
            let message = format!("{} is linked, but stays where it is: {error}", item.image.locator);
            report.finding(context, Finding::warning(message).hint(hint));
            ChangeState::Dropped
        }
    };
    let settled: Vec<_> = ids.into_iter().map(|id| (id, state)).collect();
    context.ledger.settle(&settled, context.clock.now_ms())
}
