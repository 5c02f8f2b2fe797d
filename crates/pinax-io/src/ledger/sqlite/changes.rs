//! Changes: recorded before they are made, settled after.

use std::collections::HashMap;

use pinax_core::nouns::batch::{BatchId, ItemId};
use pinax_core::nouns::change::{Change, ChangeId, ChangeState, ChangeTarget, NewChange};
use rusqlite::{OptionalExtension as _, Row, Transaction};
use serde_json::Value;

use super::fault::Fault;
use super::rows;

/// One that is intended already keeps its key: a run that was killed and goes on intends the same again.
pub(super) fn intend(tx: &Transaction<'_>, changes: &[NewChange], now_ms: i64) -> Result<Vec<ChangeId>, Fault> {
    let mut find = tx.prepare_cached(
        "SELECT id FROM change INDEXED BY change_unsettled \
         WHERE batch_id = ?1 AND item_id = ?2 AND target = ?3 AND subject = ?4 AND state = 'intended'",
    )?;
    let mut update =
        tx.prepare_cached("UPDATE change SET before_json = ?2, after_json = ?3, reverses = ?4 WHERE id = ?1")?;
    let mut insert = tx.prepare_cached(
        "INSERT INTO change (batch_id, item_id, target, subject, before_json, after_json, state, intended_ms, \
         reverses) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'intended', ?7, ?8)",
    )?;
    let mut ids = Vec::with_capacity(changes.len());
    for change in changes {
        let NewChange { batch, item, target, subject, before, after, reverses } = change;
        let reverses = reverses.map(|change| change.0);
        let (before, after) = (before.as_ref().map(Value::to_string), after.as_ref().map(Value::to_string));
        let intended: Option<i64> =
            find.query_row((batch.0, item.0, target.as_str(), subject), |row| row.get(0)).optional()?;
        if let Some(id) = intended {
            update.execute((id, before, after, reverses))?;
            ids.push(ChangeId(id));
        } else {
            insert.execute((batch.0, item.0, target.as_str(), subject, before, after, now_ms, reverses))?;
            ids.push(ChangeId(tx.last_insert_rowid()));
        }
    }
    Ok(ids)
}

pub(super) fn settle(tx: &Transaction<'_>, changes: &[(ChangeId, ChangeState)], now_ms: i64) -> Result<(), Fault> {
    let mut update = tx.prepare_cached("UPDATE change SET state = ?2, settled_ms = ?3 WHERE id = ?1")?;
    for (id, state) in changes {
        let settled_ms = (*state != ChangeState::Intended).then_some(now_ms);
        if update.execute((id.0, state.as_str(), settled_ms))? == 0 {
            return Err(Fault::Misused(format!("change {}", id.0)));
        }
    }
    Ok(())
}

/// Oldest first.
pub(super) fn unsettled(tx: &Transaction<'_>, batch: BatchId) -> Result<Vec<Change>, Fault> {
    let mut find = tx.prepare_cached(
        "SELECT id, batch_id, item_id, target, subject, before_json, after_json, state, reverses \
         FROM change INDEXED BY change_unsettled WHERE batch_id = ?1 AND state = 'intended' ORDER BY id",
    )?;
    find.query_and_then([batch.0], change)?.collect()
}

/// Newest first.
pub(super) fn standing(
    tx: &Transaction<'_>,
    batch: BatchId,
    before: Option<ChangeId>,
    limit: usize,
) -> Result<Vec<Change>, Fault> {
    let mut find = tx.prepare_cached(
        "SELECT id, batch_id, item_id, target, subject, before_json, after_json, state, reverses \
         FROM change INDEXED BY change_of_batch WHERE batch_id = ?1 AND id < ?2 AND state = 'done' \
         AND NOT EXISTS (SELECT 1 FROM change AS other INDEXED BY change_reverses \
                         WHERE other.reverses = change.id AND other.state = 'done') \
         ORDER BY id DESC LIMIT ?3",
    )?;
    let before = before.map_or(i64::MAX, |change| change.0);
    find.query_and_then((batch.0, before, i64::try_from(limit).unwrap_or(i64::MAX)), change)?.collect()
}

/// One pass over the changes behind the oldest of `asked`; what takes another change back is no change of its own.
pub(super) fn changed_since(
    tx: &Transaction<'_>,
    asked: &[ChangeId],
    by: BatchId,
) -> Result<Vec<Option<BatchId>>, Fault> {
    let Some(oldest) = asked.iter().min_by_key(|change| change.0) else { return Ok(Vec::new()) };
    let mut find = tx.prepare_cached("SELECT target, subject, batch_id FROM change WHERE id = ?1")?;
    let mut by_thing: HashMap<(String, String), Vec<usize>> = HashMap::new();
    let mut own = Vec::with_capacity(asked.len());
    for (at, change) in asked.iter().enumerate() {
        let (thing, batch) =
            find.query_row([change.0], |row| Ok(((row.get(0)?, row.get(1)?), row.get::<_, i64>(2)?)))?;
        by_thing.entry(thing).or_default().push(at);
        own.push(batch);
    }
    let mut later = tx.prepare_cached(
        "SELECT id, target, subject, batch_id FROM change \
         WHERE id > ?1 AND batch_id <> ?2 AND state = 'done' AND reverses IS NULL \
         AND NOT EXISTS (SELECT 1 FROM change AS other INDEXED BY change_reverses \
                         WHERE other.reverses = change.id AND other.state = 'done') \
         ORDER BY id",
    )?;
    let mut answers = vec![None; asked.len()];
    let mut rows = later.query((oldest.0, by.0))?;
    while let Some(row) = rows.next()? {
        let (id, batch): (i64, i64) = (row.get(0)?, row.get(3)?);
        for at in by_thing.get(&(row.get(1)?, row.get(2)?)).into_iter().flatten() {
            if id > asked[*at].0 && batch != own[*at] {
                answers[*at] = Some(BatchId(batch));
            }
        }
    }
    Ok(answers)
}

fn change(row: &Row<'_>) -> Result<Change, Fault> {
    Ok(Change {
        id: ChangeId(row.get(0)?),
        change: NewChange {
            batch: BatchId(row.get(1)?),
            item: ItemId(row.get(2)?),
            target: rows::named(&row.get::<_, String>(3)?, ChangeTarget::parse)?,
            subject: row.get(4)?,
            before: rows::optional(row, 5, |text| serde_json::from_str(text).ok())?,
            after: rows::optional(row, 6, |text| serde_json::from_str(text).ok())?,
            reverses: row.get::<_, Option<i64>>(8)?.map(ChangeId),
        },
        state: rows::named(&row.get::<_, String>(7)?, ChangeState::parse)?,
    })
}
