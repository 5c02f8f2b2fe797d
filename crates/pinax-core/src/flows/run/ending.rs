//! How an item ends, and how that is counted.

use super::RunReport;
use crate::nouns::batch::{Batch, BatchItem, Outcome};
use crate::nouns::reason::Reason;

/// Ends an item for `reason` and counts it; one that ended so before has not changed, and stays in its batch.
pub(super) fn end_item(item: &mut BatchItem, batch: &Batch, outcome: Outcome, reason: Reason, report: &mut RunReport) {
    finish_item(item, batch, outcome, reason);
    count(item, report);
}

/// Ends an item for `reason`; one that ended so before has not changed, and stays in its batch.
pub(crate) fn finish_item(item: &mut BatchItem, batch: &Batch, outcome: Outcome, reason: Reason) {
    // What a person decided, and waits all the same, is told.
    let same = item.ended_before.as_ref() == Some(&reason.code) && item.batch != batch.id && item.decision.is_none();
    if !same {
        item.batch = batch.id;
        item.ended_before = None;
    }
    item.end(outcome, Some(reason));
}

/// Counts an ended item.
pub(super) fn count(item: &BatchItem, report: &mut RunReport) {
    let reason = item.reason.as_ref().map(|reason| reason.code);
    if reason.is_some() && item.ended_before == reason {
        report.unchanged += 1;
        return;
    }
    match item.outcome {
        Some(Outcome::Review) => report.review += 1,
        Some(Outcome::Failed) => report.failed += 1,
        Some(Outcome::Skipped) => report.skipped += 1,
        Some(Outcome::Done) if reason.is_some() => report.needed_nothing += 1,
        Some(Outcome::Done) => report.linked += 1,
        Some(Outcome::Rejected | Outcome::Undone) | None => {}
    }
}
