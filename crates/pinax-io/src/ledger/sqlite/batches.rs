//! Batches and their profiles.

use pinax_core::nouns::batch::{Batch, BatchId};
use rusqlite::{OptionalExtension as _, Transaction};

use super::fault::Fault;
use super::rows;

/// The key of a profile; `None` when nothing was ever run with it.
pub(super) fn profile(tx: &Transaction<'_>, name: &str) -> Result<Option<i64>, Fault> {
    let mut find = tx.prepare_cached("SELECT id FROM profile WHERE name = ?1")?;
    Ok(find.query_row([name], |row| row.get(0)).optional()?)
}

pub(super) fn begin(
    tx: &Transaction<'_>,
    name: &str,
    undoes: Option<BatchId>,
    now_ms: i64,
) -> Result<(Batch, bool), Fault> {
    tx.prepare_cached("INSERT INTO profile (name) VALUES (?1) ON CONFLICT DO NOTHING")?.execute([name])?;
    let mut open = tx.prepare_cached(
        "SELECT batch.id, name, started_ms, ended_ms, undoes FROM batch JOIN profile ON profile.id = profile_id \
         WHERE name = ?1 AND ended_ms IS NULL",
    )?;
    if let Some(batch) = open.query_row([name], rows::batch).optional()? {
        return Ok((batch, true));
    }
    tx.prepare_cached(
        "INSERT INTO batch (profile_id, started_ms, undoes) SELECT id, ?2, ?3 FROM profile WHERE name = ?1",
    )?
    .execute((name, now_ms, undoes.map(|batch| batch.0)))?;
    let id = BatchId(tx.last_insert_rowid());
    Ok((Batch { id, profile: name.to_owned(), undoes, started_ms: now_ms, ended_ms: None }, false))
}

pub(super) fn end(tx: &Transaction<'_>, batch: BatchId, now_ms: i64) -> Result<bool, Fault> {
    // What was intended and never happened is nothing either.
    tx.prepare_cached(
        "DELETE FROM change WHERE batch_id = ?1 \
         AND NOT EXISTS (SELECT 1 FROM item WHERE batch_id = ?1) \
         AND NOT EXISTS (SELECT 1 FROM change WHERE batch_id = ?1 AND state <> 'dropped')",
    )?
    .execute([batch.0])?;
    let emptied = tx
        .prepare_cached(
            "DELETE FROM batch WHERE id = ?1 \
             AND NOT EXISTS (SELECT 1 FROM item WHERE batch_id = ?1) \
             AND NOT EXISTS (SELECT 1 FROM change WHERE batch_id = ?1)",
        )?
        .execute([batch.0])?;
    if emptied > 0 {
        return Ok(false);
    }
    let ended = tx.prepare_cached("UPDATE batch SET ended_ms = ?2 WHERE id = ?1")?.execute((batch.0, now_ms))?;
    if ended == 0 {
        return Err(Fault::Misused(format!("batch {batch}")));
    }
    Ok(true)
}

pub(super) fn batches(tx: &Transaction<'_>, name: Option<&str>) -> Result<Vec<Batch>, Fault> {
    let mut list = tx.prepare_cached(
        "SELECT batch.id, name, started_ms, ended_ms, undoes FROM batch JOIN profile ON profile.id = profile_id \
         WHERE ?1 IS NULL OR name = ?1 ORDER BY batch.id DESC",
    )?;
    let batches = list.query_map([name], rows::batch)?.collect::<Result<_, _>>()?;
    Ok(batches)
}

pub(super) fn batch(tx: &Transaction<'_>, id: BatchId) -> Result<Option<Batch>, Fault> {
    let mut find = tx.prepare_cached(
        "SELECT batch.id, name, started_ms, ended_ms, undoes FROM batch JOIN profile ON profile.id = profile_id \
         WHERE batch.id = ?1",
    )?;
    Ok(find.query_row([id.0], rows::batch).optional()?)
}
