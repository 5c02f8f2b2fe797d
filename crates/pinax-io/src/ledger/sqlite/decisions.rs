//! What people said of items that wait, and what the next run tries again.

use pinax_core::nouns::batch::{ItemId, Outcome, ReviewDecision, Verdict};
use rusqlite::Transaction;

use super::batches;
use super::fault::Fault;
use super::known::Standing;

pub(super) fn decide(tx: &Transaction<'_>, decisions: &[(ItemId, ReviewDecision)]) -> Result<(), Fault> {
    let mut update = tx.prepare_cached(
        "UPDATE item SET verdict = ?2, verdict_number = ?3, verdict_occid = ?4, decided_by = ?5, decided_ms = ?6 \
         WHERE id = ?1",
    )?;
    let mut wait = tx.prepare_cached(
        "UPDATE source SET state = ?2 WHERE item_id = ?1 \
         AND (profile_id, locator) = (SELECT profile_id, locator FROM item WHERE id = ?1)",
    )?;
    for (item, decision) in decisions {
        let row = (
            item.0,
            decision.verdict.as_str(),
            decision.catalog_number.as_ref().map(|number| number.as_str()),
            decision.occid.map(|occid| occid.0.cast_signed()),
            &decision.who,
            decision.decided_ms,
        );
        if update.execute(row)? == 0 {
            return Err(Fault::Misused(format!("item {}", item.0)));
        }
        if decision.verdict != Verdict::Reject {
            wait.execute((item.0, Standing::Waiting))?;
        }
    }
    Ok(())
}

pub(super) fn undecide(tx: &Transaction<'_>, items: &[ItemId]) -> Result<(), Fault> {
    let mut update = tx.prepare_cached(
        "UPDATE item SET verdict = NULL, verdict_number = NULL, verdict_occid = NULL, decided_by = NULL, \
         decided_ms = NULL WHERE id = ?1",
    )?;
    for item in items {
        if update.execute([item.0])? == 0 {
            return Err(Fault::Misused(format!("item {}", item.0)));
        }
    }
    Ok(())
}

pub(super) fn retry(tx: &Transaction<'_>, profile: &str, outcomes: &[Outcome]) -> Result<u64, Fault> {
    let Some(profile) = batches::profile(tx, profile)? else { return Ok(0) };
    let mut wait = tx.prepare_cached(
        "UPDATE source SET state = ?3 WHERE (profile_id, locator, item_id) IN (\
             SELECT profile_id, locator, id FROM item INDEXED BY item_ended_otherwise \
             WHERE profile_id = ?1 AND outcome = ?2 \
             AND (outcome = 'skipped' OR outcome = 'rejected' OR outcome = 'undone'))",
    )?;
    // A no that is taken back is no yes.
    let mut forget = tx.prepare_cached(
        "UPDATE item SET verdict = NULL, verdict_number = NULL, verdict_occid = NULL, decided_by = NULL, \
         decided_ms = NULL WHERE profile_id = ?1 AND outcome = 'rejected' AND verdict = 'reject'",
    )?;
    if outcomes.contains(&Outcome::Rejected) {
        forget.execute([profile])?;
    }
    let mut tried = 0;
    for outcome in outcomes {
        tried += wait.execute((profile, outcome.as_str(), Standing::Waiting))?;
    }
    Ok(u64::try_from(tried).unwrap_or(u64::MAX))
}
