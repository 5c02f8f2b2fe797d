//! The keys of stores that were given out.

use pinax_core::nouns::checksum::Sha256Sum;
use pinax_core::nouns::media::ObjectKey;
use rusqlite::{OptionalExtension as _, Transaction};

use super::fault::Fault;

pub(super) fn claim(tx: &Transaction<'_>, store: &str, keys: &[(ObjectKey, Sha256Sum)]) -> Result<bool, Fault> {
    tx.prepare_cached("INSERT INTO store (name) VALUES (?1) ON CONFLICT DO NOTHING")?.execute([store])?;
    let mut find = tx.prepare_cached("SELECT id FROM store WHERE name = ?1")?;
    let store: i64 = find.query_row([store], |row| row.get(0))?;
    let mut holder = tx.prepare_cached("SELECT sha256 FROM object WHERE store_id = ?1 AND key = ?2")?;
    let mut free: Vec<&(ObjectKey, Sha256Sum)> = Vec::with_capacity(keys.len());
    for wanted in keys {
        let (key, sha256) = wanted;
        let taken: Option<[u8; 32]> = holder.query_row((store, key.as_str()), |row| row.get(0)).optional()?;
        let taken = taken.or_else(|| free.iter().find(|(other, _)| other == key).map(|(_, sum)| sum.0));
        match taken {
            None => free.push(wanted),
            Some(content) if content == sha256.0 => {}
            Some(_) => return Ok(false),
        }
    }
    let mut take = tx.prepare_cached("INSERT INTO object (store_id, key, sha256) VALUES (?1, ?2, ?3)")?;
    for (key, sha256) in free {
        take.execute((store, key.as_str(), sha256.0.as_slice()))?;
    }
    Ok(true)
}
