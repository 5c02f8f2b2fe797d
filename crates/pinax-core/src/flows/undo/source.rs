//! Files of the source: those that were moved or deleted after their link come back; done again, they go again.

use std::collections::HashMap;

use super::inverse::Inverse;
use super::{UndoReport, keep};
use crate::flows::run::RunContext;
use crate::nouns::batch::{BatchItem, ItemId};
use crate::nouns::change::{ChangeId, ChangeState};
use crate::nouns::checksum::Sha256Sum;
use crate::nouns::error::{Error, ErrorKind, Result};
use crate::nouns::media::Derivative;
use crate::nouns::profile::AfterLink;

/// Answers no item: a file that is back says nothing of its link.
pub(super) async fn take_back(
    context: RunContext<'_>,
    steps: &[&Inverse],
    items: &HashMap<ItemId, BatchItem>,
    settled: &mut Vec<(ChangeId, ChangeState)>,
    report: &mut UndoReport,
) -> Result<Vec<ItemId>> {
    for step in steps {
        let done = match items.get(&step.original.item) {
            Some(item) if report.redo => again(context, step, item).await,
            Some(item) => put_back(context, step, item).await,
            None => Err(Error::new(ErrorKind::NotFound, "the ledger no longer knows the file")),
        };
        match done {
            Ok(()) => {
                report.files += 1;
                settled.push((step.id, ChangeState::Done));
            }
            Err(error) if error.stops_the_run() => return Err(error),
            Err(error) => {
                keep(report, &error.to_string(), step, error.hint_text());
                settled.push((step.id, ChangeState::Dropped));
            }
        }
    }
    Ok(Vec::new())
}

/// What was done with the file: the side of the change that says so.
fn way(step: &Inverse) -> Option<AfterLink> {
    let side = |json: &Option<serde_json::Value>| {
        json.as_ref().and_then(|json| json["after"].as_str()).and_then(|way| match way {
            "move" => Some(AfterLink::Move),
            "delete" => Some(AfterLink::Delete),
            _ => None,
        })
    };
    side(&step.original.after).or_else(|| side(&step.original.before))
}

async fn put_back(context: RunContext<'_>, step: &Inverse, item: &BatchItem) -> Result<()> {
    let sha256 = item.sha256.ok_or_else(|| Error::new(ErrorKind::NotFound, "the sum of its bytes is not known"))?;
    let bytes = if way(step) == Some(AfterLink::Delete) { Some(kept_bytes(context, item).await?) } else { None };
    context.source.put_back(&item.image, sha256, bytes.as_deref()).await
}

/// A file is deleted only when the store holds its very bytes: there they are.
async fn kept_bytes(context: RunContext<'_>, item: &BatchItem) -> Result<Vec<u8>> {
    let derivatives = context.ledger.derivatives(item.id)?;
    let bytes = match Derivative::of_source(&derivatives, item.sha256) {
        Some(Derivative { key: Some(key), .. }) => context.store.read(key).await?,
        _ => None,
    };
    let bytes = bytes.filter(|bytes| Some(Sha256Sum::of(bytes)) == item.sha256);
    bytes.ok_or_else(|| Error::new(ErrorKind::NotFound, "the store no longer holds its bytes"))
}

async fn again(context: RunContext<'_>, step: &Inverse, item: &BatchItem) -> Result<()> {
    match way(step) {
        Some(way) => context.source.take_away(&item.image, way).await.map(drop),
        None => Ok(()),
    }
}
