//! What is as it shall be already, before anything is taken back: a row that somebody deleted is gone, not undone.

use std::collections::{HashMap, HashSet};

use crate::flows::run::RunContext;
use crate::nouns::collection::Collection;
use crate::nouns::error::Result;
use crate::nouns::media::{MediaRow, Variant};
use crate::nouns::occurrence::Occid;
use crate::nouns::occurrence_record::OccurrenceChange;
use crate::steps::link::MediaChange;

/// A column that every portal's records have.
const ANY_COLUMN: [&str; 1] = ["catalogNumber"];

/// For each change of a row: is it so already?
pub(super) async fn rows_there(
    context: RunContext<'_>,
    collection: &Collection,
    changes: &[MediaChange],
) -> Result<Vec<bool>> {
    let mut occids: Vec<Occid> = changes.iter().map(|change| Occid(change.row().occid)).collect();
    occids.sort_unstable();
    occids.dedup();
    let mut rows: HashMap<Occid, Vec<MediaRow>> = HashMap::new();
    for row in context.portal.media_of(collection, &occids).await? {
        rows.entry(row.occid()).or_default().push(row);
    }
    Ok(changes
        .iter()
        .map(|change| {
            let of_record = rows.get(&Occid(change.row().occid)).map_or(&[][..], Vec::as_slice);
            let row = of_record.iter().find(|row| row.is_known_as(&change.row().record_id));
            match change {
                MediaChange::Insert(_) => row.is_some(),
                MediaChange::Update { after, .. } => row.is_some_and(|row| {
                    Variant::ALL.into_iter().all(|one| row.record.address(one) == after.address(one))
                }),
                MediaChange::Delete(_) => row.is_none(),
            }
        })
        .collect())
}

/// For each change of a record: is it there, or gone, already? Fields are not compared.
pub(super) async fn records_there(
    context: RunContext<'_>,
    collection: &Collection,
    changes: &[OccurrenceChange],
) -> Result<Vec<bool>> {
    let key = |change: &OccurrenceChange| match change {
        OccurrenceChange::Create(record) | OccurrenceChange::Remove(record) => record.occid,
        OccurrenceChange::Set { .. } => None,
    };
    let mut occids: Vec<Occid> = changes.iter().filter_map(key).collect();
    occids.sort_unstable();
    occids.dedup();
    if occids.is_empty() || !context.portal.capabilities().fill {
        return Ok(vec![false; changes.len()]);
    }
    let there = context.portal.occurrence_fields(collection, &occids, &ANY_COLUMN).await?;
    let there: HashSet<Occid> = there.into_iter().filter_map(|record| record.occid).collect();
    let is_so = |change: &OccurrenceChange| {
        key(change).is_some_and(|occid| there.contains(&occid) == matches!(change, OccurrenceChange::Create(_)))
    };
    Ok(changes.iter().map(is_so).collect())
}
