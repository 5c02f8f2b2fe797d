//! Linking a group of published pictures: wanted rows against present rows, intended, written, settled.

use std::collections::HashMap;

use futures::future::join;
use pinax_image::EmbeddedRights;
use serde_json::json;

use super::ending::{count, end_item};
use super::{RunContext, RunReport};
use crate::nouns::batch::{Batch, BatchItem, ItemId, Outcome, Stage};
use crate::nouns::change::{ChangeId, ChangeState, ChangeTarget, NewChange};
use crate::nouns::collection::Collection;
use crate::nouns::error::{Error, ErrorKind, Result};
use crate::nouns::finding::Finding;
use crate::nouns::media::{Derivative, MediaRecord, MediaRow};
use crate::nouns::occurrence::{Occid, Occurrence};
use crate::nouns::profile::{AfterLink, Rights};
use crate::nouns::reason::{Reason, ReasonCode};
use crate::ports::progress::Event;
use crate::steps::link::{LinkDecision, MediaChange, as_told, decide, wanted_row};
use crate::steps::rights::{RightsRow, merge};

/// A published picture that waits for its link.
pub(super) struct Linkable {
    pub(super) item: BatchItem,
    pub(super) occurrence: Occurrence,
    pub(super) derivatives: Vec<Derivative>,
    /// What the picture's own metadata say, where the profile asks.
    pub(super) own_rights: Option<EmbeddedRights>,
}

/// A link about to be made.
struct Pending {
    item: BatchItem,
    change: MediaChange,
    original_is_source: bool,
}

/// Links recorded in the ledger and about to be written.
struct Intended {
    pending: Vec<Pending>,
    /// Of each of `pending`.
    links: Vec<ChangeId>,
    /// What shall become of the source files of some.
    removals: HashMap<ItemId, ChangeId>,
    /// Items that need no write.
    ended: Vec<BatchItem>,
}

/// Links recorded, written and settled together.
const PART: usize = 250;

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
        let rights = rights_of(context, &item, one.own_rights.as_ref(), report);
        let Some(mut wanted) = wanted_row(collection, &one.occurrence, &rights, rank, &one.derivatives) else {
            return Err(Error::new(ErrorKind::Internal, format!("{} lost its sizes", item.image.locator)));
        };
        if let Some(statement) = &item.image.statement {
            as_told(&mut wanted, statement);
        }
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
            LinkDecision::Change(change)
                if (change.before().is_some() || item.shown_before.is_some())
                    && !context.portal.capabilities().update =>
            {
                let reason = Reason::new(
                    ReasonCode::CannotUpdate,
                    format!(
                        "the picture changed after it was linked, and a link cannot be changed through this portal \
                         door; {}",
                        new_addresses(change.row())
                    ),
                )
                .hint("change the image's URLs in the portal's editor, or use portal kind mariadb");
                end_item(&mut item, batch, Outcome::Review, reason, report);
                ended.push((item, false));
            }
            LinkDecision::Change(change) => pending.push(Pending { item, change, original_is_source }),
        }
    }
    link_in_parts(context, batch, collection, (pending, ended), report).await
}

/// While the portal writes a part, the ledger settles the part before it and records the next.
async fn link_in_parts(
    context: RunContext<'_>,
    batch: &Batch,
    collection: &Collection,
    (mut pending, ended): (Vec<Pending>, Vec<(BatchItem, bool)>),
    report: &mut RunReport,
) -> Result<()> {
    let mut take = |ended| {
        let rest = pending.split_off(pending.len().min(PART));
        (std::mem::replace(&mut pending, rest), ended)
    };
    let mut next = Some(intend(context, batch, take(ended), report)?);
    let mut written: Option<(Intended, Vec<Result<MediaRow>>)> = None;
    while let Some(part) = next.take() {
        let changes: Vec<MediaChange> = part.pending.iter().map(|one| one.change.clone()).collect();
        let meanwhile = async {
            if let Some((part, rows)) = written.take() {
                conclude(context, batch, part, rows, report).await?;
            }
            match take(Vec::new()) {
                (pending, _) if pending.is_empty() => Ok(None),
                part => intend(context, batch, part, report).map(Some),
            }
        };
        let (rows, recorded) = join(apply(context, batch, collection, &changes), meanwhile).await;
        written = Some((part, rows?));
        next = recorded?;
    }
    match written {
        Some((part, rows)) => conclude(context, batch, part, rows, report).await,
        None => Ok(()),
    }
}

/// Records what is about to be done, with what shall become of the source files.
fn intend(
    context: RunContext<'_>,
    batch: &Batch,
    (pending, ended): (Vec<Pending>, Vec<(BatchItem, bool)>),
    report: &mut RunReport,
) -> Result<Intended> {
    let mut intended: Vec<NewChange> = pending.iter().map(|one| new_change(batch, one)).collect();
    let links = intended.len();
    let sources = pending.iter().map(|one| (&one.item, one.original_is_source));
    let sources = sources.chain(ended.iter().map(|(item, is_source)| (item, *is_source)));
    for (item, original_is_source) in sources {
        // An item that ends aside takes no file with it: its change is dropped below.
        intended.extend(removal(context, batch, item, original_is_source, report));
    }
    let removed_items: Vec<ItemId> = intended[links..].iter().map(|change| change.item).collect();
    let mut ids = context.ledger.intend(&intended, context.clock.now_ms())?;
    let removals = removed_items.into_iter().zip(ids.split_off(links)).collect();
    Ok(Intended { pending, links: ids, removals, ended: ended.into_iter().map(|(item, _)| item).collect() })
}

/// What the row says of rights: from the table, the picture, the profile.
fn rights_of(
    context: RunContext<'_>,
    item: &BatchItem,
    own: Option<&EmbeddedRights>,
    report: &mut RunReport,
) -> Rights {
    let profile = context.profile;
    let row = rights_row(context, item);
    if own.is_none() && row.is_none() {
        return profile.rights.clone();
    }
    let merged = merge(&profile.rights, own, row.as_ref());
    for finding in merged.findings {
        // The same is said of many pictures.
        if !report.findings.contains(&finding) {
            report.finding(context, finding);
        }
    }
    merged.rights
}

/// What the table of rights says of a picture.
pub(super) fn rights_row(context: RunContext<'_>, item: &BatchItem) -> Option<RightsRow> {
    let number = item.identity.as_ref().map(|identity| identity.catalog_number.as_str());
    context.profile.rights_map.as_ref().and_then(|map| map.find(&item.image.locator, number))
}

/// Writes the rows, and answers for each.
async fn apply(
    context: RunContext<'_>,
    batch: &Batch,
    collection: &Collection,
    changes: &[MediaChange],
) -> Result<Vec<Result<MediaRow>>> {
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let rows = context.portal.apply(collection, batch.id, changes).await?;
    if rows.len() != changes.len() {
        return Err(Error::new(ErrorKind::Internal, "the portal did not answer for every row"));
    }
    Ok(rows)
}

/// Records what became of a part; an item whose row was refused fails alone. The source files of the others go where
/// they shall.
async fn conclude(
    context: RunContext<'_>,
    batch: &Batch,
    part: Intended,
    rows: Vec<Result<MediaRow>>,
    report: &mut RunReport,
) -> Result<()> {
    let mut items = part.ended;
    let mut settled = Vec::with_capacity(rows.len());
    for ((one, row), id) in part.pending.into_iter().zip(rows).zip(part.links) {
        let mut item = one.item;
        match row {
            Ok(row) => {
                show(&mut item, batch, &row);
                count(&item, report);
                settled.push((id, ChangeState::Done));
            }
            Err(error) => {
                let reason = Reason::from_error(ReasonCode::PortalRefused, &error);
                end_item(&mut item, batch, Outcome::Failed, reason, report);
                settled.push((id, ChangeState::Dropped));
            }
        }
        items.push(item);
    }
    context.ledger.save_linked(&items, &settled, context.clock.now_ms())?;
    items.iter().for_each(|item| context.progress.tell(Event::Ended(item)));
    for item in items {
        match part.removals.get(&item.id) {
            Some(id) if item.stage == Stage::Linked => take_away(context, &item, *id, report).await?,
            Some(id) => context.ledger.settle(&[(*id, ChangeState::Dropped)], context.clock.now_ms())?,
            None => {}
        }
    }
    Ok(())
}

/// The record shows the item now.
fn show(item: &mut BatchItem, batch: &Batch, row: &MediaRow) {
    item.batch = batch.id;
    item.ended_before = None;
    item.stage = Stage::Linked;
    item.record_id = Some(row.record.record_id.clone());
    item.end(Outcome::Done, None);
}

/// For a person who will paste them.
fn new_addresses(row: &MediaRecord) -> String {
    let thumbnail = row.thumbnail_url.as_ref().map(|url| format!(", thumbnailUrl {url}")).unwrap_or_default();
    format!("its new addresses: originalUrl {}, url {}{thumbnail}", row.original_url, row.url)
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

pub(super) fn by_record(rows: Vec<MediaRow>) -> HashMap<Occid, Vec<MediaRow>> {
    let mut present: HashMap<Occid, Vec<MediaRow>> = HashMap::new();
    for row in rows {
        present.entry(row.occid()).or_default().push(row);
    }
    present
}

/// Does the store hold the very bytes of the source?
fn is_source(one: &Linkable) -> bool {
    Derivative::of_source(&one.derivatives, one.item.sha256).is_some()
}

/// What shall become of the source file of a picture that is about to be linked. Recorded before the link, so that a
/// run that is killed right after it can finish.
fn removal(
    context: RunContext<'_>,
    batch: &Batch,
    item: &BatchItem,
    original_is_source: bool,
    report: &mut RunReport,
) -> Option<NewChange> {
    if item.companion_of.is_some() {
        // The file goes with the item it was listed for.
        return None;
    }
    let after = match context.profile.after {
        AfterLink::Keep => return None,
        AfterLink::Delete if !original_is_source => {
            let message = format!(
                "{} is kept: the store holds only smaller copies of it, or one without its location",
                item.image.locator
            );
            let hint = "use source.after = \"move\", raise derive.large, or set derive.keep_location = true";
            report.finding(context, Finding::note(message).hint(hint));
            return None;
        }
        AfterLink::Move => "move",
        AfterLink::Delete => "delete",
    };
    Some(NewChange {
        batch: batch.id,
        item: item.id,
        target: ChangeTarget::Source,
        subject: item.image.locator.to_string(),
        before: Some(json!({
            "bytes": item.image.fingerprint.size_bytes,
            "modifiedNs": item.image.fingerprint.modified_ns,
            "tag": item.image.fingerprint.tag,
        })),
        after: Some(json!({ "after": after })),
        reverses: None,
    })
}

/// Moves or deletes the source file of a linked picture, when its published copy still is what it was.
async fn take_away(context: RunContext<'_>, item: &BatchItem, id: ChangeId, report: &mut RunReport) -> Result<()> {
    let state = match proved_and_gone(context, item).await {
        Ok(()) => ChangeState::Done,
        Err(error) => {
            let hint = error.hint_text().unwrap_or("the link is fine; move or delete the file by hand").to_owned();
            let message = format!("{} is linked, but stays where it is: {error}", item.image.locator);
            report.finding(context, Finding::warning(message).hint(hint));
            ChangeState::Dropped
        }
    };
    context.ledger.settle(&[(id, state)], context.clock.now_ms())
}

async fn proved_and_gone(context: RunContext<'_>, item: &BatchItem) -> Result<()> {
    if context.profile.after == AfterLink::Delete {
        let derivatives = context.ledger.derivatives(item.id)?;
        let digest = match Derivative::of_source(&derivatives, item.sha256) {
            Some(Derivative { key: Some(key), .. }) => context.store.digest(key).await?,
            _ => None,
        };
        if digest.is_none_or(|digest| Some(digest.sha256) != item.sha256) {
            return Err(Error::new(ErrorKind::Conflict, "the store no longer holds its bytes")
                .hint("look at the store before anything else"));
        }
    }
    context.source.take_away(&item.image, context.profile.after).await.map(|_| ())
}
