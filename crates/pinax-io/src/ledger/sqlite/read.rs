//! What people ask: counts, and items page by page.

use pinax_core::nouns::batch::{BatchId, BatchItem, ItemId, Outcome};
use pinax_core::nouns::checksum::Sha256Sum;
use pinax_core::nouns::source_image::Locator;
use pinax_core::ports::ledger::{BatchCounts, ItemFilter, ProfileTotals, WaitingCounts};
use rusqlite::Transaction;

use super::fault::Fault;
use super::{batches, rows};

pub(super) fn counts(tx: &Transaction<'_>, batch: BatchId) -> Result<BatchCounts, Fault> {
    let mut count = tx.prepare_cached(
        "SELECT count(*) FILTER (WHERE outcome = 'done' AND reason IS NULL), \
         count(*) FILTER (WHERE outcome = 'done' AND reason IS NOT NULL), \
         count(*) FILTER (WHERE outcome = 'review'), \
         count(*) FILTER (WHERE outcome = 'failed'), \
         count(*) FILTER (WHERE outcome = 'skipped'), \
         count(*) FILTER (WHERE outcome = 'rejected'), \
         count(*) FILTER (WHERE outcome = 'undone'), \
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
            skipped: number(4)?,
            rejected: number(5)?,
            undone: number(6)?,
            on_the_way: number(7)?,
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

pub(super) fn items_by_id(tx: &Transaction<'_>, ids: &[ItemId]) -> Result<Vec<BatchItem>, Fault> {
    let mut ids: Vec<ItemId> = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let mut find = tx.prepare_cached(rows::select_items!("WHERE id = ?1"))?;
    let mut items = Vec::with_capacity(ids.len());
    for id in ids {
        items.extend(find.query_and_then([id.0], rows::item)?.collect::<Result<Vec<_>, _>>()?);
    }
    Ok(items)
}

pub(super) fn items_named(tx: &Transaction<'_>, profile: Option<&str>, name: &str) -> Result<Vec<BatchItem>, Fault> {
    let profile = match profile.map(|name| batches::profile(tx, name)).transpose()? {
        Some(None) => return Ok(Vec::new()),
        asked => asked.flatten(),
    };
    let mut of_number = tx.prepare_cached(rows::select_items!(
        "INDEXED BY item_of_number WHERE catalog_number = ?2 AND (?1 IS NULL OR profile_id = ?1) AND superseded = 0 \
         ORDER BY rank, suffix, locator"
    ))?;
    let items: Vec<BatchItem> = of_number.query_and_then((profile, name), rows::item)?.collect::<Result<_, _>>()?;
    if !items.is_empty() {
        return Ok(items);
    }
    let Ok(locator) = Locator::from_shown(name) else { return Ok(items) };
    // The newest item of the file; else of every file of this name, in whatever folder.
    let mut whole = tx.prepare_cached(rows::select_items!(
        "WHERE id IN (SELECT item_id FROM source WHERE (?1 IS NULL OR profile_id = ?1) AND locator = ?2) ORDER BY id"
    ))?;
    let items: Vec<BatchItem> =
        whole.query_and_then((profile, locator.as_bytes()), rows::item)?.collect::<Result<_, _>>()?;
    if !items.is_empty() || locator.as_bytes().contains(&b'/') {
        return Ok(items);
    }
    let ending = [b"/", locator.as_bytes()].concat();
    let mut last = tx.prepare_cached(rows::select_items!(
        "WHERE id IN (SELECT item_id FROM source WHERE (?1 IS NULL OR profile_id = ?1) \
         AND substr(locator, -length(?2)) = ?2) ORDER BY id LIMIT 1000"
    ))?;
    last.query_and_then((profile, ending), rows::item)?.collect()
}

pub(super) fn skeletal_was_read(tx: &Transaction<'_>, profile: &str, sha256: Sha256Sum) -> Result<bool, Fault> {
    let Some(profile) = batches::profile(tx, profile)? else { return Ok(false) };
    let mut find = tx.prepare_cached(
        "SELECT 1 FROM item INDEXED BY item_skeletal WHERE profile_id = ?1 AND sha256 = ?2 \
         AND (reason = 'skeletal-read' OR reason = 'skeletal-refused' OR reason = 'skeletal-unusable')",
    )?;
    Ok(find.exists((profile, sha256.0.as_slice()))?)
}

pub(super) fn totals(tx: &Transaction<'_>, profile: &str) -> Result<ProfileTotals, Fault> {
    let Some(profile) = batches::profile(tx, profile)? else { return Ok(ProfileTotals::default()) };
    let mut count = tx.prepare_cached(
        "SELECT count(*), count(*) FILTER (WHERE stage IN ('published', 'linked') AND outcome IS NOT 'undone'), \
         count(*) FILTER (WHERE outcome = 'done' AND reason IS NULL), \
         count(*) FILTER (WHERE outcome = 'done' AND reason IS NOT NULL), \
         count(*) FILTER (WHERE outcome = 'review'), count(*) FILTER (WHERE outcome = 'failed'), \
         count(*) FILTER (WHERE outcome = 'skipped'), count(*) FILTER (WHERE outcome = 'rejected'), \
         count(*) FILTER (WHERE outcome = 'undone'), count(*) FILTER (WHERE outcome IS NULL), \
         count(*) FILTER (WHERE reason = 'no-record'), \
         count(DISTINCT occid) FILTER (WHERE outcome = 'done' AND record_id IS NOT NULL) \
         FROM source JOIN item ON item.id = source.item_id \
         WHERE source.profile_id = ?1 AND (reason IS NULL OR reason NOT LIKE 'skeletal-%')",
    )?;
    Ok(count.query_row([profile], |row| {
        let number = |at| row.get::<_, i64>(at).map(i64::cast_unsigned);
        Ok(ProfileTotals {
            files: number(0)?,
            published: number(1)?,
            linked: number(2)?,
            needed_nothing: number(3)?,
            review: number(4)?,
            failed: number(5)?,
            skipped: number(6)?,
            rejected: number(7)?,
            undone: number(8)?,
            on_the_way: number(9)?,
            without_record: number(10)?,
            specimens: number(11)?,
        })
    })?)
}
