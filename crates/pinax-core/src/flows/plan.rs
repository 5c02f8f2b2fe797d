//! Plan: what a run would do, file by file. Reads the source's listing, the ledger and the portal; changes nothing.

use futures::StreamExt;
use serde::Serialize;

use super::run::{GROUP_ITEMS, RunContext, the_only};
use crate::nouns::batch::Identity;
use crate::nouns::checksum::Sha256Sum;
use crate::nouns::error::Result;
use crate::nouns::media::Variant;
use crate::nouns::occurrence::Occid;
use crate::nouns::reason::{Reason, ReasonCode};
use crate::nouns::source_image::SourceImage;
use crate::ports::ledger::Known;
use crate::steps::identify::{identify, is_picture};
use crate::steps::publish::{KeyParts, base_names};

/// What a run would do with one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Planned {
    /// Make its sizes, publish and link them.
    Link {
        /// Read from the name.
        identity: Identity,
        /// The record.
        occid: Occid,
        /// Where the large file would be seen, unless that address shows another picture.
        uri: String,
    },
    /// Put it aside.
    PutAside(Reason),
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
    /// Would be put aside for a person.
    pub put_aside: u64,
    /// Files that are no pictures.
    pub not_pictures: u64,
}

/// Plans a run of `context.profile`, and hands each line to `line` as it is known.
///
/// # Errors
/// When the source cannot be listed or the portal does not answer.
pub async fn plan(context: RunContext<'_>, mut line: impl FnMut(PlanLine)) -> Result<PlanReport> {
    context.source.check().await?;
    let collection = context.portal.collection(&context.profile.collection).await?;
    let mut report = PlanReport::default();
    let mut identified: Vec<(SourceImage, Identity)> = Vec::new();
    let mut listing = context.source.list();
    while let Some(part) = listing.next().await {
        let (pictures, rest): (Vec<_>, Vec<_>) = part?.files.into_iter().partition(|file| is_picture(&file.locator));
        report.not_pictures += rest.len() as u64;
        report.found += pictures.len() as u64;
        let known = context.ledger.known(&context.profile.name, &pictures)?;
        for (image, known) in pictures.into_iter().zip(known) {
            if known == Known::Unchanged {
                report.unchanged += 1;
                continue;
            }
            match identify(&context.profile.pattern, context.profile.max_number_chars(), &image.locator, false) {
                Ok(identity) => identified.push((image, identity)),
                Err(reason) => {
                    report.put_aside += 1;
                    line(PlanLine { image, planned: Planned::PutAside(reason) });
                }
            }
        }
        while identified.len() >= GROUP_ITEMS {
            let group = identified.drain(..GROUP_ITEMS).collect();
            look_up(context, &collection, group, &mut report, &mut line).await?;
        }
        if context.stop.asked() {
            break;
        }
    }
    look_up(context, &collection, identified, &mut report, &mut line).await?;
    Ok(report)
}

async fn look_up(
    context: RunContext<'_>,
    collection: &crate::nouns::collection::Collection,
    group: Vec<(SourceImage, Identity)>,
    report: &mut PlanReport,
    line: &mut impl FnMut(PlanLine),
) -> Result<()> {
    if group.is_empty() {
        return Ok(());
    }
    let mut numbers: Vec<_> = group.iter().map(|(_, identity)| identity.catalog_number.clone()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let found = context.portal.find_occurrences(collection, &context.profile.match_on, &numbers).await?;
    for (image, identity) in group {
        let at = numbers.binary_search(&identity.catalog_number).expect("every number was looked up");
        let planned = match the_only(&identity.catalog_number, found[at].clone()) {
            Ok(occurrence) => match address(context, &image, &identity) {
                Ok(uri) => Planned::Link { identity, occid: occurrence.occid, uri },
                Err(reason) => Planned::PutAside(reason),
            },
            Err(reason) => Planned::PutAside(reason),
        };
        match planned {
            Planned::Link { .. } => report.link += 1,
            Planned::PutAside(_) => report.put_aside += 1,
        }
        line(PlanLine { image, planned });
    }
    Ok(())
}

/// Where the large file would be seen when nothing else lies there.
fn address(context: RunContext<'_>, image: &SourceImage, identity: &Identity) -> Result<String, Reason> {
    let refused = |error: &crate::Error| Reason::from_error(ReasonCode::UriRefused, error);
    let file_name = image.locator.file_name_text().map_err(|error| refused(&error))?;
    let parts =
        KeyParts { catalog_number: &identity.catalog_number, file_name, batch_started_ms: context.clock.now_ms() };
    let unread = Sha256Sum([0; 32]);
    let base = base_names(&context.profile.keys, parts, unread).next();
    let base = base.ok_or_else(|| Reason::new(ReasonCode::UriRefused, "the name cannot be the name of a file"))?;
    let uri = context.store.public_uri(base.key(Variant::Original)).map_err(|error| refused(&error))?;
    Ok(uri.as_str().to_owned())
}
