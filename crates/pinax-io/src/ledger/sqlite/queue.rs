//! What is to be done next, and what is shown already.

use pinax_core::nouns::batch::{BatchItem, ItemId};
use pinax_core::nouns::checksum::Sha256Sum;
use pinax_core::nouns::occurrence::CatalogNumber;
use pinax_core::nouns::source_image::Locator;
use pinax_core::ports::ledger::LinkedSibling;
use rusqlite::Transaction;

use super::fault::Fault;
use super::{batches, rows};

pub(super) fn to_do(tx: &Transaction<'_>, profile: &str) -> Result<u64, Fault> {
    let Some(profile) = batches::profile(tx, profile)? else {
        return Ok(0);
    };
    let mut count =
        tx.prepare_cached("SELECT count(*) FROM item INDEXED BY item_to_do WHERE profile_id = ?1 AND to_do = 1")?;
    Ok(count.query_row([profile], |row| row.get::<_, i64>(0))?.cast_unsigned())
}

pub(super) fn next_group(tx: &Transaction<'_>, profile: &str, limit: usize) -> Result<Vec<BatchItem>, Fault> {
    let Some(profile) = batches::profile(tx, profile)? else {
        return Ok(Vec::new());
    };
    let limit = limit.max(1);
    let mut next = tx.prepare_cached(rows::select_items!(
        "INDEXED BY item_to_do WHERE profile_id = ?1 AND to_do = 1 ORDER BY catalog_number, rank, suffix, locator \
         LIMIT ?2"
    ))?;
    // One more tells whether the last specimen is whole.
    let one_more = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let mut items: Vec<BatchItem> = next.query_and_then((profile, one_more), rows::item)?.collect::<Result<_, _>>()?;
    if items.len() <= limit {
        return Ok(items);
    }
    let Some(cut) = items.pop().as_ref().and_then(number).cloned() else {
        return Ok(items);
    };
    items.retain(|item| number(item) != Some(&cut));
    if !items.is_empty() {
        return Ok(items);
    }
    let mut whole = tx.prepare_cached(rows::select_items!(
        "INDEXED BY item_to_do WHERE profile_id = ?1 AND to_do = 1 AND catalog_number = ?2 \
         ORDER BY rank, suffix, locator"
    ))?;
    whole.query_and_then((profile, cut.as_str()), rows::item)?.collect()
}

fn number(item: &BatchItem) -> Option<&CatalogNumber> {
    item.identity.as_ref().map(|identity| &identity.catalog_number)
}

pub(super) fn linked_siblings(
    tx: &Transaction<'_>,
    profile: &str,
    numbers: &[CatalogNumber],
) -> Result<Vec<LinkedSibling>, Fault> {
    let Some(profile) = batches::profile(tx, profile)? else {
        return Ok(Vec::new());
    };
    let mut find = tx.prepare_cached(
        "SELECT id, locator, sha256, record_id FROM item INDEXED BY item_linked \
         WHERE profile_id = ?1 AND catalog_number = ?2 AND record_id IS NOT NULL AND superseded = 0 \
         AND outcome = 'done' AND sha256 IS NOT NULL ORDER BY rank, suffix, locator",
    )?;
    let mut siblings = Vec::new();
    for number in numbers {
        let found = find.query_map((profile, number.as_str()), |row| {
            Ok(LinkedSibling {
                catalog_number: number.clone(),
                item: ItemId(row.get(0)?),
                locator: Locator::new(row.get::<_, Vec<u8>>(1)?),
                sha256: Sha256Sum(row.get(2)?),
                record_id: row.get(3)?,
            })
        })?;
        for sibling in found {
            siblings.push(sibling?);
        }
    }
    Ok(siblings)
}
