//! One group of items: looked up together, made in parallel specimen by specimen, linked as they are ready.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use futures::{StreamExt, stream};

use super::ending::end_item;
use super::linking::{Linkable, by_record, link};
use super::pool::Pool;
use super::records::create_missing;
use super::specimen::{Specimen, SpecimenEnd, specimen};
use super::{RunContext, RunReport, ending};
use crate::nouns::batch::{Batch, BatchItem, ItemId, Outcome, Stage};
use crate::nouns::collection::Collection;
use crate::nouns::error::{Error, Result};
use crate::nouns::media::{Derivative, MediaRow};
use crate::nouns::occurrence::{CatalogNumber, Occid, Occurrence};
use crate::nouns::profile::Missing;
use crate::nouns::reason::{Reason, ReasonCode};
use crate::ports::ledger::LinkedSibling;
use crate::ports::progress::Event;

/// Pictures made by this run wait for each other until so many are linked in one go. Those that an earlier run made are
/// here at once, and are linked with the rest of their group.
const LINK_TOGETHER: usize = 250;

/// Does everything for `items`, which hold whole specimens in order.
pub(super) async fn group(
    context: RunContext<'_>,
    pool: &Pool,
    batch: &Batch,
    collection: &Collection,
    items: Vec<BatchItem>,
    report: &mut RunReport,
) -> Result<()> {
    let specimens = by_specimen(items)?;
    let numbers: Vec<CatalogNumber> = specimens.iter().map(|(number, _)| number.clone()).collect();
    let mut found = context.portal.find_occurrences(collection, &context.profile.match_on, &numbers).await?;
    if found.len() != numbers.len() {
        return Err(Error::new(crate::ErrorKind::Internal, "the portal did not answer for every catalog number"));
    }
    let refused = create_missing(context, batch, collection, &specimens, &mut found, report).await?;
    let mut siblings: HashMap<CatalogNumber, Vec<LinkedSibling>> = HashMap::new();
    for sibling in context.ledger.linked_siblings(&context.profile.name, &numbers)? {
        siblings.entry(sibling.catalog_number.clone()).or_default().push(sibling);
    }
    let present = rows_of(context, collection, &found).await?;
    let mut published = published(context, &specimens)?;
    let (mut ready, mut undecided) = (Ready::default(), Vec::new());
    for (at, ((number, items), occurrences)) in specimens.into_iter().zip(found).enumerate() {
        let mut linked = siblings.remove(&number).unwrap_or_default();
        for (answer, items) in by_record_of(&number, items, &occurrences) {
            match answer {
                Ok(occurrence) => {
                    ready.add(occurrence, items, std::mem::take(&mut linked), &present, &mut published);
                }
                Err(reason) => {
                    let reason = refused.get(&at).cloned().unwrap_or(reason);
                    let outcome = outcome_of(context, &reason);
                    for mut item in items {
                        end_item(&mut item, batch, outcome, reason.clone(), report);
                        undecided.push(item);
                    }
                }
            }
        }
    }
    context.ledger.save(&undecided)?;
    undecided.iter().for_each(|item| context.progress.tell(Event::Ended(item)));
    work(context, pool, batch, collection, ready.specimens, report).await
}

/// Specimens whose record is known. Two numbers (`124`, `00124`) may be one record's: then they are one specimen.
#[derive(Default)]
struct Ready {
    specimens: Vec<Specimen>,
    of_record: HashMap<Occid, usize>,
}

impl Ready {
    fn add(
        &mut self,
        occurrence: Occurrence,
        items: Vec<BatchItem>,
        linked: Vec<LinkedSibling>,
        present: &HashMap<Occid, Vec<MediaRow>>,
        published: &mut HashMap<ItemId, Vec<Derivative>>,
    ) {
        let published = items.iter().filter_map(|item| published.remove_entry(&item.id)).collect();
        match self.of_record.entry(occurrence.occid) {
            Entry::Vacant(entry) => {
                entry.insert(self.specimens.len());
                let present = present.get(&occurrence.occid).cloned().unwrap_or_default();
                self.specimens.push(Specimen { occurrence, items, linked, present, published });
            }
            Entry::Occupied(entry) => {
                let specimen = &mut self.specimens[*entry.get()];
                specimen.items.extend(items);
                specimen.linked.extend(linked);
                specimen.published.extend(published);
            }
        }
    }
}

/// A picture without a record waits, unless the profile leaves such ones alone.
pub(crate) fn outcome_of(context: RunContext<'_>, reason: &Reason) -> Outcome {
    match (reason.code, context.profile.missing) {
        (ReasonCode::PortalRefused, _) => Outcome::Failed,
        (ReasonCode::NoRecord, Missing::Skip) => Outcome::Skipped,
        _ => Outcome::Review,
    }
}

/// The items of one number by the record they belong to: the only one, or that which a person chose among several.
fn by_record_of(
    number: &CatalogNumber,
    items: Vec<BatchItem>,
    occurrences: &[Occurrence],
) -> Vec<(Result<Occurrence, Reason>, Vec<BatchItem>)> {
    let chosen = |item: &BatchItem| item.decision.as_ref().and_then(|decision| decision.occid);
    let mut parts: Vec<(Option<Occid>, Vec<BatchItem>)> = Vec::new();
    for item in items {
        let occid = chosen(&item);
        match parts.iter_mut().find(|(of, _)| *of == occid) {
            Some((_, items)) => items.push(item),
            None => parts.push((occid, vec![item])),
        }
    }
    parts.into_iter().map(|(occid, items)| (record_of(number, occid, occurrences), items)).collect()
}

/// The record of a number: the only one, or that which a person chose.
///
/// # Errors
/// Why a person must decide.
pub(crate) fn record_of(
    number: &CatalogNumber,
    chosen: Option<Occid>,
    occurrences: &[Occurrence],
) -> Result<Occurrence, Reason> {
    let Some(occid) = chosen else { return the_only(number, occurrences.to_vec()) };
    occurrences.iter().find(|one| one.occid == occid).cloned().ok_or_else(|| {
        let code = if occurrences.is_empty() { ReasonCode::NoRecord } else { ReasonCode::SeveralRecords };
        let message = format!("occid {occid}, which was chosen for it, does not have the number {number}");
        Reason::new(code, message).hint("choose again: pinax review assign")
    })
}

/// Makes and publishes specimens in parallel; links as soon as enough are ready, and at the end whatever is.
async fn work(
    context: RunContext<'_>,
    pool: &Pool,
    batch: &Batch,
    collection: &Collection,
    specimens: Vec<Specimen>,
    report: &mut RunReport,
) -> Result<()> {
    // One more than there are workers, so that reading and publishing overlap with making.
    let in_hand = context.workers + 1;
    let mut ends = stream::iter(specimens).map(|one| specimen(context, pool, batch, one)).buffer_unordered(in_hand);
    let (mut linkable, mut made): (Vec<Linkable>, usize) = (Vec::new(), 0);
    let mut fatal = None;
    while let Some(end) = ends.next().await {
        let SpecimenEnd { published, ended, bytes_read, touched, shared, kept_back, error } = end;
        report.shared += shared;
        report.archives_kept_back += kept_back;
        report.bytes_read += bytes_read;
        made += if bytes_read > 0 { published.len() } else { 0 };
        report.unchanged += touched;
        ended.iter().for_each(|item| ending::count(item, report));
        linkable.extend(published);
        if error.is_some() {
            // What is in hand elsewhere is not waited for: its pictures are proved or not, the ledger knows.
            fatal = error;
            break;
        }
        if made >= LINK_TOGETHER {
            made = 0;
            link(context, batch, collection, std::mem::take(&mut linkable), report).await?;
        }
    }
    drop(ends);
    let linked = link(context, batch, collection, linkable, report).await;
    match fatal {
        Some(error) => Err(error),
        None => linked,
    }
}

/// What the records show already: whatever linked it.
pub(crate) async fn rows_of(
    context: RunContext<'_>,
    collection: &Collection,
    found: &[Vec<Occurrence>],
) -> Result<HashMap<Occid, Vec<MediaRow>>> {
    let mut occids: Vec<Occid> = found.iter().filter(|found| found.len() == 1).map(|found| found[0].occid).collect();
    occids.sort_unstable();
    occids.dedup();
    let rows = if occids.is_empty() { Vec::new() } else { context.portal.media_of(collection, &occids).await? };
    Ok(by_record(rows))
}

/// The sizes of all items that are published.
fn published(
    context: RunContext<'_>,
    specimens: &[(CatalogNumber, Vec<BatchItem>)],
) -> Result<HashMap<ItemId, Vec<Derivative>>> {
    let items = specimens.iter().flat_map(|(_, items)| items);
    let ids: Vec<ItemId> = items.filter(|item| item.stage == Stage::Published).map(|item| item.id).collect();
    let derivatives = context.ledger.derivatives_of(&ids)?;
    Ok(ids.into_iter().zip(derivatives).collect())
}

fn by_specimen(items: Vec<BatchItem>) -> Result<Vec<(CatalogNumber, Vec<BatchItem>)>> {
    let mut specimens: Vec<(CatalogNumber, Vec<BatchItem>)> = Vec::new();
    for item in items {
        let Some(identity) = &item.identity else {
            return Err(Error::new(crate::ErrorKind::Internal, "an item without catalog number is to be done"));
        };
        match specimens.last_mut() {
            Some((number, items)) if *number == identity.catalog_number => items.push(item),
            _ => specimens.push((identity.catalog_number.clone(), vec![item])),
        }
    }
    Ok(specimens)
}

/// The only record of a catalog number, or why a person must decide.
///
/// # Errors
/// None, or several: guessing is a person's job.
fn the_only(number: &CatalogNumber, mut occurrences: Vec<Occurrence>) -> Result<Occurrence, Reason> {
    const SHOWN: usize = 5;
    match occurrences.len() {
        0 => Err(Reason::new(ReasonCode::NoRecord, format!("no occurrence has catalog number {number}"))
            .hint("add the record in the portal and run again, or name the right number: pinax review assign")),
        1 => Ok(occurrences.remove(0)),
        many => {
            let mut shown: Vec<String> = occurrences.iter().take(SHOWN).map(ToString::to_string).collect();
            if many > SHOWN {
                shown.push("…".to_owned());
            }
            Err(Reason::new(
                ReasonCode::SeveralRecords,
                format!("{many} occurrences have catalog number {number}: {}", shown.join("; ")),
            )
            .hint("merge or correct the records in the portal and run again, or choose one: pinax review assign"))
        }
    }
}
