//! Plan: what a run would do, file by file. Reads the source's listing, the ledger and the portal; changes nothing, and
//! opens no file. It decides by the code that a run decides by.

use std::collections::HashMap;

use futures::StreamExt;
use serde::Serialize;

use super::run::{
    GROUP_ITEMS, RunContext, Standing, address_there, can_make, identity, is_accepted, is_listed_picture, known,
    outcome_of, reads_skeletal, record_of, rows_of, scan_from, standing,
};
use crate::nouns::batch::{BatchItem, Identity, Outcome};
use crate::nouns::checksum::Sha256Sum;
use crate::nouns::collection::Collection;
use crate::nouns::error::Result;
use crate::nouns::media::{MediaRow, Variant};
use crate::nouns::occurrence::{CatalogNumber, Occid, Occurrence};
use crate::nouns::profile::{Existing, Missing};
use crate::nouns::reason::{Reason, ReasonCode};
use crate::nouns::source_image::SourceImage;
use crate::nouns::uri::AccessUri;
use crate::ports::ledger::{Known, LinkedSibling};
use crate::steps::link::{Candidate, shown};
use crate::steps::publish::{KeyParts, base_names};
use crate::steps::skeletal::is_skeletal;

/// What a run would do with one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Planned {
    /// Make its sizes, publish and link them.
    Link {
        /// Read from the name, or said by a person.
        identity: Identity,
        /// The record; `None`: one is made.
        occid: Option<Occid>,
        /// Where the large file would be seen, unless that address shows another picture.
        uri: String,
        /// The address of the picture that it replaces.
        replaces: Option<String>,
    },
    /// Leave it alone, as the profile says.
    Leave(Reason),
    /// Put it aside.
    PutAside(Reason),
    /// Read its barcodes, which say what it is.
    ReadBarcodes,
    /// Read it: it may be a skeletal file.
    ReadTable,
}

/// One line of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanLine {
    /// The file.
    pub image: SourceImage,
    /// What would be done with it.
    pub planned: Planned,
}

/// The sum of a plan.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PlanReport {
    /// Pictures the source listed.
    pub found: u64,
    /// Known, and nothing to do.
    pub unchanged: u64,
    /// Would be linked, if the picture is sound.
    pub link: u64,
    /// Of these, pictures whose record would be made first.
    pub make_records: u64,
    /// Of these, pictures that would replace another.
    pub replace: u64,
    /// Would be left alone, as the profile says.
    pub leave: u64,
    /// Would be put aside for a person.
    pub put_aside: u64,
    /// Would be opened to read their barcodes; what comes then is not known.
    pub read_barcodes: u64,
    /// Tables that would be read as skeletal files.
    pub skeletal_files: u64,
    /// Other files that are no pictures.
    pub not_pictures: u64,
}

impl PlanReport {
    fn count(&mut self, planned: &Planned) {
        match planned {
            Planned::Link { occid, replaces, .. } => {
                self.link += 1;
                self.make_records += u64::from(occid.is_none());
                self.replace += u64::from(replaces.is_some());
            }
            Planned::Leave(_) => self.leave += 1,
            Planned::PutAside(_) => self.put_aside += 1,
            Planned::ReadBarcodes => self.read_barcodes += 1,
            Planned::ReadTable => self.skeletal_files += 1,
        }
    }
}

/// A picture whose number is known.
struct Named {
    image: SourceImage,
    identity: Identity,
    /// Its item, when it is tried again.
    before: Option<BatchItem>,
}

/// Plans a run of `context.profile`, and hands each line to `line` as it is known.
///
/// # Errors
/// When the source cannot be listed, the portal does not answer, or a record would have to be made through a door that
/// makes none.
pub async fn plan(context: RunContext<'_>, mut line: impl FnMut(PlanLine)) -> Result<PlanReport> {
    context.source.check().await?;
    let collection = context.portal.collection(&context.profile.collection).await?;
    let reads_skeletal = reads_skeletal(context);
    let mut report = PlanReport::default();
    let mut named: Vec<Named> = Vec::new();
    let mut listing = context.source.list(scan_from(context)?);
    while let Some(part) = listing.next().await {
        let (pictures, rest): (Vec<_>, Vec<_>) = part?.files.into_iter().partition(is_listed_picture);
        let (tables, others): (Vec<_>, Vec<_>) =
            rest.into_iter().partition(|file| reads_skeletal && is_skeletal(&file.locator));
        let (sizes, pictures): (Vec<_>, Vec<_>) =
            pictures.into_iter().partition(|file| context.profile.places.is_size_of_another(file));
        report.not_pictures += (others.len() + sizes.len()) as u64;
        report.found += pictures.len() as u64;
        let mut tell = |image: SourceImage, planned: Planned| {
            report.count(&planned);
            line(PlanLine { image, planned });
        };
        let read_before = context.ledger.known(&context.profile.name, &tables)?;
        for (table, _) in tables.into_iter().zip(read_before).filter(|(_, known)| *known != Known::Unchanged) {
            tell(table, Planned::ReadTable);
        }
        let (known, mut items) = known(context, &pictures)?;
        let mut unchanged = 0;
        for (image, known) in pictures.into_iter().zip(known) {
            if known == Known::Unchanged {
                unchanged += 1;
                continue;
            }
            let before = known.tried_again().and_then(|item| items.remove(&item));
            match identity(context, &image, before.as_ref()) {
                Some(Ok(identity)) => named.push(Named { image, identity, before }),
                Some(Err(reason)) => tell(image, Planned::PutAside(reason)),
                None => tell(image, Planned::ReadBarcodes),
            }
        }
        report.unchanged += unchanged;
        while named.len() >= GROUP_ITEMS {
            let group = named.drain(..GROUP_ITEMS).collect();
            look_up(context, &collection, group, &mut report, &mut line).await?;
        }
        if context.stop.asked() {
            break;
        }
    }
    look_up(context, &collection, named, &mut report, &mut line).await?;
    Ok(report)
}

async fn look_up(
    context: RunContext<'_>,
    collection: &Collection,
    group: Vec<Named>,
    report: &mut PlanReport,
    line: &mut impl FnMut(PlanLine),
) -> Result<()> {
    if group.is_empty() {
        return Ok(());
    }
    let mut numbers: Vec<_> = group.iter().map(|named| named.identity.catalog_number.clone()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let found = context.portal.find_occurrences(collection, &context.profile.match_on, &numbers).await?;
    let present = rows_of(context, collection, &found).await?;
    let mut siblings: HashMap<CatalogNumber, Vec<LinkedSibling>> = HashMap::new();
    for sibling in context.ledger.linked_siblings(&context.profile.name, &numbers)? {
        siblings.entry(sibling.catalog_number.clone()).or_default().push(sibling);
    }
    for named in group {
        let number = &named.identity.catalog_number;
        let at = numbers.binary_search(number).expect("every number was looked up");
        let linked = siblings.get(number).map_or(&[][..], Vec::as_slice);
        let planned = one(context, &named, &found[at], &present, linked)?;
        report.count(&planned);
        line(PlanLine { image: named.image, planned });
    }
    Ok(())
}

/// What would become of a picture, by the records of its number and what they show.
fn one(
    context: RunContext<'_>,
    named: &Named,
    found: &[Occurrence],
    present: &HashMap<Occid, Vec<MediaRow>>,
    linked: &[LinkedSibling],
) -> Result<Planned> {
    let Named { image, identity, before } = named;
    let decision = before.as_ref().and_then(|item| item.decision.as_ref());
    let waits_for = before.as_ref().and_then(|item| item.reason.as_ref()).map(|reason| reason.code);
    let uri = match address(context, image, identity) {
        Ok(uri) => uri,
        Err(reason) => return Ok(Planned::PutAside(reason)),
    };
    let link =
        |occid, replaces| Planned::Link { identity: identity.clone(), occid, uri: uri.as_str().to_owned(), replaces };
    if found.is_empty() && (context.profile.missing == Missing::Create || is_accepted(waits_for, decision)) {
        can_make(context)?;
        return Ok(link(None, None));
    }
    let number = &identity.catalog_number;
    let occurrence = match record_of(number, decision.and_then(|decision| decision.occid), found) {
        Ok(occurrence) => occurrence,
        Err(reason) => return Ok(ended(outcome_of(context, &reason), reason)),
    };
    // What this program linked for other files says nothing of this one.
    let mut rows = present.get(&occurrence.occid).cloned().unwrap_or_default();
    rows.retain(|row| !linked.iter().any(|sibling| row.is_known_as(&sibling.record_id)));
    // A file that is linked already is changed in its own row.
    let changed = linked.iter().any(|sibling| sibling.locator == image.locator);
    let existing = if changed { Existing::KeepBoth } else { context.profile.existing };
    let candidate = Candidate { original: &uri, md5: None, file_name: image.locator.file_name_text()? };
    Ok(match standing(context, shown(&rows, candidate, existing)) {
        Standing::Free => link(Some(occurrence.occid), None),
        Standing::Replaces(row) => link(Some(occurrence.occid), Some(row.record.original_url.clone())),
        Standing::Ends(outcome, reason) => ended(outcome, reason),
    })
}

fn ended(outcome: Outcome, reason: Reason) -> Planned {
    match outcome {
        Outcome::Done | Outcome::Skipped => Planned::Leave(reason),
        _ => Planned::PutAside(reason),
    }
}

/// Where the large file is seen, or would be when nothing else lies there.
fn address(context: RunContext<'_>, image: &SourceImage, identity: &Identity) -> Result<AccessUri, Reason> {
    if let Some(uri) = address_there(context, image, &identity.catalog_number, Variant::Original)? {
        return Ok(uri);
    }
    let refused = |error: &crate::Error| Reason::from_error(ReasonCode::UriRefused, error);
    let file_name = image.locator.file_name_text().map_err(|error| refused(&error))?;
    let parts =
        KeyParts { catalog_number: &identity.catalog_number, file_name, batch_started_ms: context.clock.now_ms() };
    let unread = Sha256Sum([0; 32]);
    let base = base_names(&context.profile.keys, parts, unread).next();
    let base = base.ok_or_else(|| Reason::new(ReasonCode::UriRefused, "the name cannot be the name of a file"))?;
    context.store.public_uri(base.key(Variant::Original)).map_err(|error| refused(&error))
}
