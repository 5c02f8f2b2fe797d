//! Changes that a killed run left as intended are settled by looking: what is there was done, the rest never happened.

use crate::flows::run::RunContext;
use crate::nouns::batch::{BatchId, Outcome, Stage};
use crate::nouns::change::{Change, ChangeState, ChangeTarget};
use crate::nouns::collection::Collection;
use crate::nouns::error::Result;
use crate::nouns::matching::MatchField;
use crate::nouns::media::{MediaRecord, ObjectKey, Variant};
use crate::nouns::occurrence::{CatalogNumber, Occid};
use crate::nouns::occurrence_record::OccurrenceRecord;
use crate::nouns::profile::AfterLink;
use crate::nouns::source_image::{Fingerprint, Locator, SourceImage};

pub(crate) async fn settle(context: RunContext<'_>, batch: BatchId, collection: &Collection) -> Result<()> {
    let changes = context.ledger.unsettled(batch)?;
    if changes.is_empty() {
        return Ok(());
    }
    let mut settled = Vec::with_capacity(changes.len());
    for change in &changes {
        let done = match change.change.target {
            ChangeTarget::Object => object_is_there(context, change).await?,
            ChangeTarget::Media => row_is_there(context, collection, change).await?,
            ChangeTarget::Occurrence => record_is_there(context, collection, change).await?,
            ChangeTarget::Source => source_is_gone(context, change).await?,
        };
        settled.push((change.id, if done { ChangeState::Done } else { ChangeState::Dropped }));
    }
    context.ledger.settle(&settled, context.clock.now_ms())
}

async fn object_is_there(context: RunContext<'_>, change: &Change) -> Result<bool> {
    let Some(key) = ObjectKey::new(change.change.subject.clone()) else {
        return Ok(false);
    };
    let wanted = change.change.after.as_ref().and_then(|after| after["sha256"].as_str());
    let digest = context.store.digest(&key).await?;
    Ok(digest.is_some_and(|digest| Some(digest.sha256.to_string().as_str()) == wanted))
}

async fn row_is_there(context: RunContext<'_>, collection: &Collection, change: &Change) -> Result<bool> {
    let side = |json: &Option<serde_json::Value>| {
        json.clone().and_then(|json| serde_json::from_value::<MediaRecord>(json).ok())
    };
    let Some(after) = side(&change.change.after) else { return Ok(false) };
    // What an update changed may be another size alone.
    let before = side(&change.change.before);
    let changed = before.and_then(|before| {
        Variant::ALL.into_iter().find(|variant| before.address(*variant) != after.address(*variant))
    });
    let seen_by = changed.unwrap_or(Variant::Original);
    let rows = context.portal.media_of(collection, &[Occid(after.occid)]).await?;
    Ok(rows
        .iter()
        .any(|row| row.is_known_as(&after.record_id) && row.record.address(seen_by) == after.address(seen_by)))
}

/// A record that was to be made is looked for by its `recordID`; what was to be filled is compared.
async fn record_is_there(context: RunContext<'_>, collection: &Collection, change: &Change) -> Result<bool> {
    let record = |json: &Option<serde_json::Value>| {
        json.clone().and_then(|json| serde_json::from_value::<OccurrenceRecord>(json).ok())
    };
    match (record(&change.change.before), record(&change.change.after)) {
        (None, Some(after)) => {
            let Ok(number) = CatalogNumber::new(&after.record_id) else { return Ok(false) };
            let found = context.portal.find_occurrences(collection, &[MatchField::RecordId], &[number]).await?;
            Ok(found.iter().any(|records| !records.is_empty()))
        }
        (Some(before), Some(after)) => {
            let Some(occid) = before.occid else { return Ok(false) };
            let columns: Vec<&str> = after.fields.keys().map(String::as_str).collect();
            let there = context.portal.occurrence_fields(collection, &[occid], &columns).await?;
            // A portal writes numbers and dates in its own way; what was empty and is filled was filled by us.
            let written = |(column, text): (&String, &String)| {
                let empty = |record: &OccurrenceRecord| record.fields.get(column).is_none_or(String::is_empty);
                there
                    .first()
                    .is_some_and(|there| there.fields.get(column) == Some(text) || (empty(&before) && !empty(there)))
            };
            Ok(after.fields.iter().all(written))
        }
        _ => Ok(false),
    }
}

/// When the link stands, what was intended for the file is done now, if it was not and is still wanted: doing it twice
/// does no harm.
async fn source_is_gone(context: RunContext<'_>, change: &Change) -> Result<bool> {
    let item = context.ledger.items_by_id(&[change.change.item])?.pop();
    let linked = item.is_some_and(|item| item.outcome == Some(Outcome::Done) && item.stage == Stage::Linked);
    if !linked || context.profile.after == AfterLink::Keep {
        return Ok(false);
    }
    let Ok(locator) = Locator::from_shown(&change.change.subject) else {
        return Ok(false);
    };
    let size_bytes = change.change.before.as_ref().and_then(|before| before["bytes"].as_u64()).unwrap_or_default();
    let modified_ns =
        change.change.before.as_ref().and_then(|before| before["modifiedNs"].as_i64()).unwrap_or_default();
    let tag = change.change.before.as_ref().and_then(|before| before["tag"].as_u64()).unwrap_or_default();
    let image = SourceImage::new(locator, Fingerprint { size_bytes, modified_ns, tag });
    let after = match change.change.after.as_ref().and_then(|after| after["after"].as_str()) {
        Some("move") => AfterLink::Move,
        Some("delete") => AfterLink::Delete,
        _ => return Ok(false),
    };
    // A file that changed since is another file, and stays.
    Ok(context.source.take_away(&image, after).await.is_ok())
}
