//! One specimen: its pictures in order, each read, proved, made into its sizes and published.

use std::collections::{HashMap, HashSet};

use super::RunContext;
use super::ending::finish_item;
use super::evidence::{self, Checked};
use super::existing::{Standing, standing};
use super::linking::Linkable;
use super::making::{Read, read_and_make};
use super::pool::Pool;
use super::publishing::{Published, publish};
use crate::nouns::batch::{Batch, BatchItem, ItemId, Outcome, Stage};
use crate::nouns::checksum::Sha256Sum;
use crate::nouns::error::{Error, Result};
use crate::nouns::media::{Derivative, MediaRow, Variant};
use crate::nouns::occurrence::Occurrence;
use crate::nouns::profile::Existing;
use crate::nouns::reason::{Reason, ReasonCode};
use crate::nouns::source_image::Locator;
use crate::nouns::uri::AccessUri;
use crate::ports::ledger::LinkedSibling;
use crate::ports::progress::Event;
use crate::steps::derive::Made;
use crate::steps::link::{Candidate, shown};
use crate::steps::publish::{KeyParts, base_names};

/// The pictures of one specimen that are to be done, in order, and those that are linked already.
pub(super) struct Specimen {
    pub(super) occurrence: Occurrence,
    pub(super) items: Vec<BatchItem>,
    pub(super) linked: Vec<LinkedSibling>,
    /// What the record shows.
    pub(super) present: Vec<MediaRow>,
    /// The sizes of those of `items` that are published.
    pub(super) published: HashMap<ItemId, Vec<Derivative>>,
}

/// What became of them. Items that are in neither list were not reached.
#[derive(Default)]
pub(super) struct SpecimenEnd {
    /// To be linked.
    pub(super) published: Vec<Linkable>,
    /// Ended, and written to the ledger.
    pub(super) ended: Vec<BatchItem>,
    pub(super) bytes_read: u64,
    /// Files with a new time and the old content.
    pub(super) touched: u64,
    /// Further specimens found on the pictures.
    pub(super) shared: u64,
    /// Files that are not published as archive, because they may say too much.
    pub(super) kept_back: u64,
    /// Something every item would meet.
    pub(super) error: Option<Error>,
}

/// A picture whose bytes are known: linked already, or published by this run.
struct Seen {
    sha256: Sha256Sum,
    locator: Locator,
    linked: Option<LinkedSibling>,
    /// May the picture in hand be its twin?
    counts: bool,
}

pub(super) async fn specimen(context: RunContext<'_>, pool: &Pool, batch: &Batch, specimen: Specimen) -> SpecimenEnd {
    let mut end = SpecimenEnd::default();
    let mut seen: Vec<Seen> = specimen
        .linked
        .into_iter()
        .map(|sibling| Seen {
            sha256: sibling.sha256,
            locator: sibling.locator.clone(),
            linked: Some(sibling),
            counts: true,
        })
        .collect();
    let (mut present, mut published) = (specimen.present, specimen.published);
    leave_out_our_own(&specimen.items, &seen, &published, &mut present);
    // What a changed file showed is about to be replaced: it is a twin of that file alone.
    let in_hand: HashSet<Locator> = specimen.items.iter().map(|item| item.image.locator.clone()).collect();
    for item in specimen.items {
        seen.iter_mut().for_each(|one| {
            one.counts =
                one.linked.is_none() || { one.locator == item.image.locator || !in_hand.contains(&one.locator) }
        });
        if context.stop.asked() {
            break;
        }
        let derivatives = published.remove(&item.id).unwrap_or_default();
        let record = (&specimen.occurrence, &present[..]);
        if let Err(error) = picture(context, pool, batch, record, (item, derivatives), &mut seen, &mut end).await {
            end.error = Some(error);
            break;
        }
    }
    end
}

/// Rows that show what this program linked for other files, or is about to replace, say nothing of a new picture.
fn leave_out_our_own(
    items: &[BatchItem],
    seen: &[Seen],
    published: &HashMap<ItemId, Vec<Derivative>>,
    present: &mut Vec<MediaRow>,
) {
    let linked = seen.iter().filter_map(|one| one.linked.as_ref()).map(|sibling| sibling.record_id.as_str());
    let replaced = items.iter().filter_map(|item| item.shown_before.as_deref());
    let known: Vec<&str> = linked.chain(replaced).collect();
    present.retain(|row| {
        // Linked by a run that was killed before it could say so.
        let on_its_way = |one: &Derivative| AccessUri::same_place(&row.record.original_url, one.uri.as_str());
        !known.iter().any(|id| row.is_known_as(id)) && !published.values().flatten().any(on_its_way)
    });
}

async fn picture(
    context: RunContext<'_>,
    pool: &Pool,
    batch: &Batch,
    (occurrence, present): (&Occurrence, &[MediaRow]),
    (mut item, derivatives): (BatchItem, Vec<Derivative>),
    seen: &mut Vec<Seen>,
    end: &mut SpecimenEnd,
) -> Result<()> {
    item.occid = Some(occurrence.occid);
    // What a picture says of its rights is read with it.
    if item.stage == Stage::Published
        && !context.profile.rights_from_picture
        && let Some(sha256) = item.sha256
        && still_published(context, &derivatives).await?
    {
        // Published by a run that was killed before it linked, or for another specimen on it, and still there.
        let others = evidence::others(context, &item)?;
        end.shared += context.ledger.share(item.id, &others)?;
        seen.push(Seen { sha256, locator: item.image.locator.clone(), linked: None, counts: true });
        end.published.push(Linkable { item, occurrence: occurrence.clone(), derivatives, own_rights: None });
        return Ok(());
    }
    let known = seen.iter().map(|seen| seen.counts.then_some(seen.sha256)).collect();
    let (made, own_rights, reading) = match read_and_make(context, pool, &item, known, &mut end.bytes_read).await? {
        Ok(Read::Made(made, own, reading)) => (made, own, reading),
        Ok(Read::Twin(at)) => return twin(context, batch, item, &seen[at], end),
        Err(reason) => return ended(context, batch, item, Outcome::Failed, reason, end),
    };
    item.sha256 = Some(made.sha256);
    item.size_px = Some(made.size_px);
    item.stage = Stage::Derived;
    end.kept_back += u64::from(made.archive_kept_back);
    let mut others = Vec::new();
    if let Some(reading) = reading {
        context.ledger.save_reading(batch.id, &item, &reading)?;
        match evidence::check(context, &item, &reading)? {
            Checked::Goes { others: read } => others = read,
            Checked::Waits(reason) => finish_item(&mut item, batch, Outcome::Review, reason),
            Checked::Ends(outcome, reason) => return ended(context, batch, item, outcome, reason, end),
        }
    }
    if let Some((outcome, reason)) = shown_already(context, batch, present, &mut item, &made)? {
        return ended(context, batch, item, outcome, reason, end);
    }
    match publish(context, batch, item, &made, present).await? {
        // It waits for its neighbours.
        Published::Proved(item, _) if item.outcome.is_some() => {
            context.progress.tell(Event::Published(&item));
            Ok(())
        }
        Published::Proved(item, derivatives) => {
            end.shared += context.ledger.share(item.id, &others)?;
            seen.push(Seen { sha256: made.sha256, locator: item.image.locator.clone(), linked: None, counts: true });
            context.progress.tell(Event::Published(&item));
            end.published.push(Linkable { item: *item, occurrence: occurrence.clone(), derivatives, own_rights });
            Ok(())
        }
        Published::Refused(item, reason) => ended(context, batch, *item, Outcome::Failed, reason, end),
    }
}

/// Is every size still what was published? Days may lie between a run and the next.
pub(crate) async fn still_published(context: RunContext<'_>, derivatives: &[Derivative]) -> Result<bool> {
    for derivative in derivatives {
        // What lies elsewhere may have changed there: it is looked at again.
        let Some(key) = &derivative.key else { return Ok(false) };
        match context.store.digest(key).await {
            Ok(Some(digest)) if digest.sha256 == derivative.sha256 => {}
            Err(error) if error.stops_the_run() => return Err(error),
            _ => return Ok(false),
        }
    }
    Ok(!derivatives.is_empty())
}

/// Does the record show the picture already, or another of its name? Then it ends here, as the profile says, or the row
/// that is to be replaced is remembered.
fn shown_already(
    context: RunContext<'_>,
    batch: &Batch,
    present: &[MediaRow],
    item: &mut BatchItem,
    made: &Made,
) -> Result<Option<(Outcome, Reason)>> {
    let (Some(identity), Some(original)) = (&item.identity, made.files.first()) else { return Ok(None) };
    let file_name = item.image.locator.file_name_text()?;
    let parts = KeyParts { catalog_number: &identity.catalog_number, file_name, batch_started_ms: batch.started_ms };
    let Some(first) = base_names(&context.profile.keys, parts, made.sha256).next() else { return Ok(None) };
    let Ok(uri) = context.store.public_uri(first.key(Variant::Original)) else { return Ok(None) };
    // A file that is linked already is changed in its own row.
    let existing = if item.shown_before.is_some() { Existing::KeepBoth } else { context.profile.existing };
    let candidate = Candidate { original: &uri, md5: Some(&original.md5), file_name };
    match standing(context, shown(present, candidate, existing)) {
        Standing::Free => Ok(None),
        Standing::Replaces(row) => {
            item.shown_before = Some(row.record.record_id.clone());
            Ok(None)
        }
        Standing::Ends(outcome, reason) => Ok(Some((outcome, reason))),
    }
}

/// The same bytes are known of this specimen: the same file with a new time, or a second copy.
fn twin(context: RunContext<'_>, batch: &Batch, item: BatchItem, twin: &Seen, end: &mut SpecimenEnd) -> Result<()> {
    if let Some(linked) = &twin.linked
        && linked.locator == item.image.locator
    {
        context.ledger.only_touched(item.id, linked.item, item.image.fingerprint)?;
        end.touched += 1;
        return Ok(());
    }
    let reason = Reason::new(ReasonCode::Duplicate, format!("the same picture, byte for byte, as {}", twin.locator));
    let mut item = item;
    item.sha256 = Some(twin.sha256);
    ended(context, batch, item, Outcome::Done, reason, end)
}

fn ended(
    context: RunContext<'_>,
    batch: &Batch,
    mut item: BatchItem,
    outcome: Outcome,
    reason: Reason,
    end: &mut SpecimenEnd,
) -> Result<()> {
    finish_item(&mut item, batch, outcome, reason);
    context.ledger.save(std::slice::from_ref(&item))?;
    context.progress.tell(Event::Ended(&item));
    end.ended.push(item);
    Ok(())
}
