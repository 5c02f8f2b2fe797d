//! The keys of stores that were given out.

use pinax_core::nouns::checksum::Sha256Sum;
use pinax_core::nouns::media::ObjectKey;
use pinax_core::nouns::occurrence::Occid;
use pinax_core::ports::ledger::UnshownObject;
use rusqlite::{OptionalExtension as _, Transaction};

use super::fault::Fault;
use super::rows;

pub(super) fn claim(tx: &Transaction<'_>, store: &str, keys: &[(ObjectKey, Sha256Sum)]) -> Result<bool, Fault> {
    tx.prepare_cached("INSERT INTO store (name) VALUES (?1) ON CONFLICT DO NOTHING")?.execute([store])?;
    let mut find = tx.prepare_cached("SELECT id FROM store WHERE name = ?1")?;
    let store: i64 = find.query_row([store], |row| row.get(0))?;
    let mut holder = tx.prepare_cached("SELECT sha256 FROM object WHERE store_id = ?1 AND key = ?2")?;
    let mut free: Vec<&(ObjectKey, Sha256Sum)> = Vec::with_capacity(keys.len());
    let mut again: Vec<&ObjectKey> = Vec::new();
    for wanted in keys {
        let (key, sha256) = wanted;
        let taken: Option<[u8; 32]> = holder.query_row((store, key.as_str()), |row| row.get(0)).optional()?;
        let taken = taken.or_else(|| free.iter().find(|(other, _)| other == key).map(|(_, sum)| sum.0));
        match taken {
            None => free.push(wanted),
            Some(content) if content == sha256.0 => again.push(key),
            Some(_) => return Ok(false),
        }
    }
    let mut take = tx.prepare_cached("INSERT INTO object (store_id, key, sha256) VALUES (?1, ?2, ?3)")?;
    for (key, sha256) in free {
        take.execute((store, key.as_str(), sha256.0.as_slice()))?;
    }
    let mut shown = tx.prepare_cached(
        "UPDATE object SET unshown_ms = NULL, swept_ms = NULL \
         WHERE store_id = ?1 AND key = ?2 AND (unshown_ms IS NOT NULL OR swept_ms IS NOT NULL)",
    )?;
    for key in again {
        shown.execute((store, key.as_str()))?;
    }
    Ok(true)
}

/// The key of a store; `None` when nothing was ever published there.
fn store(tx: &Transaction<'_>, name: &str) -> Result<Option<i64>, Fault> {
    let mut find = tx.prepare_cached("SELECT id FROM store WHERE name = ?1")?;
    Ok(find.query_row([name], |row| row.get(0)).optional()?)
}

/// Which objects an item that stands shows, or is about to. Keys are compared without regard to the store: two stores
/// with the same keys keep each other's objects, which does no harm.
const SHOWN: &str = "EXISTS (SELECT 1 FROM derivative INDEXED BY derivative_of_key JOIN item ON item.id = item_id \
    WHERE derivative.key = object.key AND superseded = 0 AND (outcome IS NULL OR outcome = 'done'))";

pub(super) fn note_unshown(tx: &Transaction<'_>, name: &str, now_ms: i64) -> Result<u64, Fault> {
    let Some(store) = store(tx, name)? else { return Ok(0) };
    tx.execute(
        &format!("UPDATE object SET unshown_ms = NULL WHERE store_id = ?1 AND unshown_ms IS NOT NULL AND {SHOWN}"),
        [store],
    )?;
    tx.execute(
        &format!(
            "UPDATE object SET unshown_ms = ?2 \
             WHERE store_id = ?1 AND unshown_ms IS NULL AND swept_ms IS NULL AND NOT {SHOWN}"
        ),
        (store, now_ms),
    )?;
    let mut count = tx.prepare_cached(
        "SELECT count(*) FROM object INDEXED BY object_unshown \
         WHERE store_id = ?1 AND unshown_ms IS NOT NULL AND swept_ms IS NULL",
    )?;
    Ok(count.query_row([store], |row| row.get::<_, i64>(0))?.cast_unsigned())
}

pub(super) fn unshown(
    tx: &Transaction<'_>,
    name: &str,
    before_ms: i64,
    after: Option<&ObjectKey>,
    limit: usize,
) -> Result<Vec<UnshownObject>, Fault> {
    let Some(store) = store(tx, name)? else { return Ok(Vec::new()) };
    let mut list = tx.prepare_cached(
        "SELECT key, sha256, unshown_ms FROM object INDEXED BY object_unshown \
         WHERE store_id = ?1 AND unshown_ms IS NOT NULL AND swept_ms IS NULL AND key > ?2 AND unshown_ms <= ?3 \
         ORDER BY key LIMIT ?4",
    )?;
    let mut of_key = tx.prepare_cached(
        "SELECT DISTINCT occid FROM derivative INDEXED BY derivative_of_key JOIN item ON item.id = item_id \
         WHERE key = ?1 AND occid IS NOT NULL",
    )?;
    let mut only_copy = tx.prepare_cached(
        "SELECT 1 FROM derivative INDEXED BY derivative_of_key JOIN item ON item.id = derivative.item_id \
         JOIN change INDEXED BY change_of_item ON change.item_id = item.id \
         WHERE derivative.key = ?1 AND derivative.sha256 = item.sha256 AND change.target = 'source' \
         AND change.state = 'done' AND change.after_json LIKE '%\"after\":\"delete\"%' \
         AND NOT EXISTS (SELECT 1 FROM change AS back INDEXED BY change_reverses \
                         WHERE back.reverses = change.id AND back.state = 'done')",
    )?;
    let after = after.map_or("", ObjectKey::as_str);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut objects = Vec::new();
    let mut rows = list.query((store, after, before_ms, limit))?;
    while let Some(row) = rows.next()? {
        let key: String = row.get(0)?;
        let occids = of_key.query_map([&key], |row| row.get::<_, i64>(0).map(|id| Occid(id.cast_unsigned())))?;
        objects.push(UnshownObject {
            occids: occids.collect::<Result<_, _>>()?,
            only_copy: only_copy.exists([&key])?,
            key: rows::named(&key, |key| ObjectKey::new(key))?,
            sha256: Sha256Sum(row.get(1)?),
            since_ms: row.get(2)?,
        });
    }
    Ok(objects)
}

pub(super) fn swept(tx: &Transaction<'_>, name: &str, keys: &[ObjectKey], now_ms: i64) -> Result<(), Fault> {
    let Some(store) = store(tx, name)? else { return Ok(()) };
    let mut update = tx.prepare_cached("UPDATE object SET swept_ms = ?3 WHERE store_id = ?1 AND key = ?2")?;
    for key in keys {
        update.execute((store, key.as_str(), now_ms))?;
    }
    Ok(())
}
