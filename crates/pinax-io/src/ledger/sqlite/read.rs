//! What people ask: counts, and items page by page.

use pinax_core::nouns::batch::{BatchId, BatchItem, ItemId, Outcome};
use pinax_core::ports::ledger::{BatchCounts, ItemFilter, WaitingCounts};
use rusqlite::Transaction;

use super::fault::Fault;
use super::{batches, rows};

pub(super) fn counts(tx: &Transaction<'_>, batch: BatchId) -> Result<BatchCounts, Fault> {
    let mut count = tx.prepare_cached(
        "SELECT count(*) FILTER (WHERE outcome = 'done' AND reason IS NULL), \
         count(*) FILTER (WHERE outcome = 'done' AND reason IS NOT NULL), \
         count(*) FILTER (WHERE outcome = 'review'), \
         count(*) FILTER (WHERE outcome = 'failed'), \
         count(*) FILTER (WHERE outcome IS NULL) \
         FROM item INDEXED BY item_of_batch WHERE batch_id = ?1",
    )?;
    Ok(count.query_row([batch.0], |row| {
        let number = |at| row.get::<_, i64>(at).map(i64::cast_unsigned);
        Ok(BatchCounts {
            linked: number(0)?,
            needed_nothing: number(1)?,
            review: number(2)?,
            failed: number(3)?,
            on_the_way: number(4)?,
        })
    })?)
}

pub(super) fn waiting(tx: &Transaction<'_>, profile: &str) -> Result<WaitingCounts, Fault> {
    let Some(profile) = batches::profile(tx, profile)? else {
        return Ok(WaitingCounts::default());
    };
    let mut count = tx.prepare_cached(
        "SELECT count(*) FILTER (WHERE outcome = 'review'), count(*) FILTER (WHERE outcome = 'failed') \
         FROM item INDEXED BY item_waiting \
         WHERE outcome IN ('review', 'failed') AND superseded = 0 AND profile_id = ?1",
    )?;
    Ok(count.query_row([profile], |row| {
        let number = |at| row.get::<_, i64>(at).map(i64::cast_unsigned);
        Ok(WaitingCounts { review: number(0)?, failed: number(1)? })
    })?)
}

pub(super) fn items(
    tx: &Transaction<'_>,
    filter: &ItemFilter,
    outcome: Option<Outcome>,
    after: Option<ItemId>,
    limit: usize,
) -> Result<Vec<BatchItem>, Fault> {
    let outcome = outcome.map(Outcome::as_str);
    let after = after.map_or(i64::MIN, |item| item.0);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let (sql, key) = match filter {
        ItemFilter::Batch(batch) => (
            rows::select_items!(
                "INDEXED BY item_of_batch WHERE batch_id = ?1 AND id > ?2 AND (?3 IS NULL OR outcome = ?3) \
                 ORDER BY id LIMIT ?4"
            ),
            Some(batch.0),
        ),
        ItemFilter::Waiting(profile) => {
            let profile = match profile.as_deref().map(|name| batches::profile(tx, name)).transpose()? {
                Some(None) => return Ok(Vec::new()),
                asked => asked.flatten(),
            };
            let sql = rows::select_items!(
                "INDEXED BY item_waiting WHERE outcome IN ('review', 'failed') AND superseded = 0 \
                 AND (?1 IS NULL OR profile_id = ?1) AND id > ?2 AND (?3 IS NULL OR outcome = ?3) \
                 ORDER BY id LIMIT ?4"
            );
            (sql, profile)
        }
    };
    let mut page = tx.prepare_cached(sql)?;
    page.query_and_then((key, after, outcome, limit), rows::item)?.collect()
}
