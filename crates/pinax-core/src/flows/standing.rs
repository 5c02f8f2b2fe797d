//! Standing: how far a collection, or one specimen, has come: on disk, on the store, on the portal.

use serde::Serialize;

use super::run::RunContext;
use crate::nouns::batch::BatchItem;
use crate::nouns::error::Result;
use crate::nouns::media::{Derivative, MediaRow};
use crate::nouns::occurrence::{CatalogNumber, Occurrence};
use crate::ports::ledger::ProfileTotals;
use crate::ports::portal::Coverage;

/// Records without pictures read from the portal at a time.
const PAGE_RECORDS: usize = 5000;

/// How far the collection of a profile has come.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CollectionStanding {
    /// The files of the profile, as the ledger knows them.
    pub totals: ProfileTotals,
    /// The records of the collection, where the door can tell.
    pub coverage: Option<Coverage>,
}

/// One specimen: its records, its files, and the picture rows of its records.
#[derive(Debug, Clone, Default)]
pub struct SpecimenStanding {
    /// Records found for the number.
    pub occurrences: Vec<Occurrence>,
    /// Files the ledger knows of it, each with its sizes.
    pub items: Vec<(BatchItem, Vec<Derivative>)>,
    /// What its records show, whoever linked it.
    pub rows: Vec<MediaRow>,
}

/// How far the collection has come.
///
/// # Errors
/// When ledger or portal do not answer.
pub async fn of_collection(context: RunContext<'_>) -> Result<CollectionStanding> {
    let totals = context.ledger.totals(&context.profile.name)?;
    let collection = context.portal.collection(&context.profile.collection).await?;
    Ok(CollectionStanding { totals, coverage: context.portal.coverage(&collection).await? })
}

/// How far one specimen has come.
///
/// # Errors
/// When ledger or portal do not answer.
pub async fn of_specimen(context: RunContext<'_>, number: &CatalogNumber) -> Result<SpecimenStanding> {
    let collection = context.portal.collection(&context.profile.collection).await?;
    let numbers = std::slice::from_ref(number);
    let found = context.portal.find_occurrences(&collection, &context.profile.match_on, numbers).await?;
    let occurrences = found.into_iter().next().unwrap_or_default();
    let occids: Vec<_> = occurrences.iter().map(|occurrence| occurrence.occid).collect();
    let rows = if occids.is_empty() { Vec::new() } else { context.portal.media_of(&collection, &occids).await? };
    let mut items = Vec::new();
    for item in context.ledger.items_named(Some(&context.profile.name), number.as_str())? {
        let derivatives = context.ledger.derivatives(item.id)?;
        items.push((item, derivatives));
    }
    Ok(SpecimenStanding { occurrences, items, rows })
}

/// Hands over every record of the collection that shows no picture.
///
/// # Errors
/// When the portal does not answer, or whoever is handed the records fails.
pub async fn without_pictures<E: From<crate::Error>>(
    context: RunContext<'_>,
    mut each: impl FnMut(Occurrence) -> Result<(), E>,
) -> Result<(), E> {
    let collection = context.portal.collection(&context.profile.collection).await?;
    let mut after = None;
    loop {
        let records = context.portal.without_pictures(&collection, after, PAGE_RECORDS).await?;
        let Some(last) = records.last() else { return Ok(()) };
        after = Some(last.occid);
        records.into_iter().try_for_each(&mut each)?;
    }
}
