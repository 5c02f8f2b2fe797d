//! After the last picture of a batch is read: names against barcodes in the order of the files, and what stands out.
//!
//! Pictures whose barcode could not be read have waited for this. One folder is looked at at a time.

use super::ending::end_item;
use super::{RunContext, RunReport};
use crate::nouns::batch::{Batch, BatchItem, ItemId, Outcome};
use crate::nouns::error::Result;
use crate::nouns::finding::Finding;
use crate::nouns::occurrence::CatalogNumber;
use crate::nouns::profile::{BarcodePolicy, QualityPolicy};
use crate::nouns::reading::{PictureQuality, ReadItem};
use crate::nouns::reason::{Reason, ReasonCode};
use crate::ports::progress::Event;
use crate::steps::evidence::{Judged, Sighting, Standing, judge as judge_sightings};
use crate::steps::quality::{Measured, Remark, remarks};

/// Readings taken from the ledger at a time.
const PAGE: usize = 1000;
/// Pictures that are compared with each other; in a larger batch only the first ones are.
const MOST_MEASURED: usize = 1_000_000;
/// Names told of each kind of remark.
const MOST_NAMES: usize = 5;

/// Judges the names of the batch; how many are to do again, because they can be believed now.
pub(super) fn judge_names(context: RunContext<'_>, batch: &Batch, report: &mut RunReport) -> Result<u64> {
    if !matches!(context.profile.look.barcode, BarcodePolicy::Check | BarcodePolicy::Require) {
        return Ok(0);
    }
    let mut believed = 0;
    let mut folder: Vec<ReadItem> = Vec::new();
    each_reading(context, batch, |one| {
        let place = |one: &ReadItem| one.item.image.locator.folder().to_vec();
        if folder.first().is_some_and(|first| place(first) != place(&one)) {
            believed += judge_folder(context, batch, std::mem::take(&mut folder), report)?;
        }
        folder.push(one);
        Ok(())
    })?;
    believed += judge_folder(context, batch, folder, report)?;
    Ok(believed)
}

/// Tells which pictures of the batch stand out.
pub(super) fn tell_quality(context: RunContext<'_>, batch: &Batch, report: &mut RunReport) -> Result<()> {
    if context.profile.look.quality == QualityPolicy::Off {
        return Ok(());
    }
    let mut measured: Vec<(ItemId, Measured)> = Vec::new();
    each_reading(context, batch, |one| {
        if let Some(quality) = one.reading.quality.filter(|_| measured.len() < MOST_MEASURED) {
            measured.push((one.item.id, measured_of(&one.item, quality)));
        }
        Ok(())
    })?;
    tell_remarks(context, &measured, report)
}

/// Hands over what the batch read, in the order of the files' names.
fn each_reading(context: RunContext<'_>, batch: &Batch, mut each: impl FnMut(ReadItem) -> Result<()>) -> Result<()> {
    let mut after = None;
    loop {
        let page = context.ledger.readings(batch.id, after.as_ref(), PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.item.image.locator.clone());
        page.into_iter().try_for_each(&mut each)?;
    }
}

fn measured_of(item: &BatchItem, quality: PictureQuality) -> Measured {
    Measured {
        catalog_number: item.identity.as_ref().map(|identity| identity.catalog_number.clone()),
        sha256: item.sha256,
        size_px: item.size_px,
        quality,
    }
}

fn judge_folder(context: RunContext<'_>, batch: &Batch, folder: Vec<ReadItem>, report: &mut RunReport) -> Result<u64> {
    let (items, sightings): (Vec<BatchItem>, Vec<Sighting>) = folder
        .into_iter()
        .filter_map(|one| {
            let name = one.item.identity.as_ref()?.catalog_number.clone();
            Some((one.item, Sighting { name, read: one.reading.numbers() }))
        })
        .unzip();
    let judged = judge_sightings(&sightings);
    tell_shifts(context, &items, &judged, report);
    let mut believed = Vec::new();
    let (mut changed, mut proposed) = (Vec::new(), Vec::new());
    for (mut item, (standing, sighting)) in items.iter().cloned().zip(judged.standings.iter().zip(&sightings)) {
        let waits_for_neighbours = waits_for(&item, ReasonCode::NameUnproved);
        match standing {
            Standing::Believed if waits_for_neighbours => believed.push(item.id),
            Standing::Proved | Standing::Believed | Standing::Contradicts => {}
            Standing::Doubtful { neighbour } if waits_for_neighbours => {
                let reason = doubtful(&items[*neighbour], &sightings[*neighbour]);
                end_item(&mut item, batch, Outcome::Review, reason, report);
                changed.push(item);
            }
            Standing::Doubtful { .. } => {}
            Standing::Shifted { shift, number } => {
                let contradicts = waits_for(&item, ReasonCode::BarcodeContradicts);
                if !(contradicts || waits_for_neighbours || waits_for(&item, ReasonCode::NoBarcode)) {
                    continue;
                }
                proposed.push((item.id, number.clone()));
                let reason = shifted(judged.shifts[*shift].places, number, sighting);
                if waits_for_neighbours {
                    end_item(&mut item, batch, Outcome::Review, reason, report);
                } else {
                    // It was counted when it was put aside.
                    item.end(Outcome::Review, Some(reason));
                }
                changed.push(item);
            }
        }
    }
    context.ledger.propose(&proposed)?;
    context.ledger.save(&changed)?;
    changed.iter().for_each(|item| context.progress.tell(Event::Ended(item)));
    context.ledger.believe(&believed)?;
    Ok(believed.len() as u64)
}

fn waits_for(item: &BatchItem, code: ReasonCode) -> bool {
    item.outcome == Some(Outcome::Review) && item.reason.as_ref().is_some_and(|reason| reason.code == code)
}

fn doubtful(neighbour: &BatchItem, sighting: &Sighting) -> Reason {
    let read: Vec<String> = sighting.read.iter().map(ToString::to_string).collect();
    let message = format!(
        "no barcode could be read on it, and the name of its neighbour {} is wrong: its barcode says {}",
        neighbour.image.locator,
        read.join(", ")
    );
    Reason::new(ReasonCode::NeighboursContradict, message)
        .hint("look at the sheet: `pinax review accept` takes the name, `pinax review assign` another number")
}

fn shifted(places: isize, number: &CatalogNumber, sighting: &Sighting) -> Reason {
    let how = if sighting.read.is_empty() { "by its neighbours it is" } else { "its barcode says" };
    let message = format!("names and barcodes are shifted here by {}: {how} {number}", places.unsigned_abs());
    Reason::new(ReasonCode::Shifted, message)
        .hint("`pinax review accept --shifted` gives all of them the numbers of their barcodes")
}

fn tell_shifts(context: RunContext<'_>, items: &[BatchItem], judged: &Judged, report: &mut RunReport) {
    for shift in &judged.shifts {
        let places = shift.places.unsigned_abs();
        let where_to = if shift.places > 0 { "after" } else { "before" };
        let number = judged.standings.get(shift.first).and_then(|standing| match standing {
            Standing::Shifted { number, .. } => Some(number.to_string()),
            _ => None,
        });
        let message = format!(
            "{} pictures in a row, {} to {}, show the sheet {places} {} {where_to} the one of their name: the first is {}",
            shift.pictures,
            items[shift.first].image.locator,
            items[shift.last].image.locator,
            if places == 1 { "place" } else { "places" },
            number.unwrap_or_default(),
        );
        let hint = "none of them was linked; look at the first and the last, then `pinax review accept --shifted` and run \
                    again";
        report.finding(context, Finding::warning(message).hint(hint));
    }
}

fn tell_remarks(context: RunContext<'_>, measured: &[(ItemId, Measured)], report: &mut RunReport) -> Result<()> {
    let pictures: Vec<Measured> = measured.iter().map(|(_, one)| one.clone()).collect();
    let remarks = remarks(&pictures);
    for of_kind in remarks.chunk_by(|(one, _), (other, _)| one == other) {
        let shown: Vec<ItemId> = of_kind.iter().take(MOST_NAMES).map(|(_, at)| measured[*at].0).collect();
        let mut names: Vec<String> =
            context.ledger.items_by_id(&shown)?.iter().map(|item| item.image.locator.to_string()).collect();
        if of_kind.len() > MOST_NAMES {
            names.push("…".to_owned());
        }
        let (what, hint) = words(of_kind[0].0);
        let message = format!("{} {what}: {}", of_kind.len(), names.join(", "));
        report.finding(context, Finding::note(message).hint(hint));
    }
    Ok(())
}

fn words(remark: Remark) -> (&'static str, &'static str) {
    match remark {
        Remark::Blank => ("blank or nearly blank", "look whether the camera was triggered too early"),
        Remark::TooLight => ("with much white without detail", "look at the exposure"),
        Remark::TooDark => ("with much black without detail", "look at the exposure, and whether all lamps were on"),
        Remark::Soft => {
            ("much softer than the rest of the batch", "look at the focus; take them again if labels are not legible")
        }
        Remark::OddShape => ("of another shape than the rest of the batch", "look whether they were turned or cut"),
        Remark::TwoNumbers => (
            "the same, or nearly the same, as a picture of another catalog number",
            "look which number is on the sheet, and mend the name of the other",
        ),
        Remark::Alike => {
            ("nearly the same as another picture of their specimen", "keep the better one, if one is enough")
        }
    }
}
