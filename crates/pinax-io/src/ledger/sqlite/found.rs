//! Files taken in hand: new ones, changed ones, and those that are tried again.

use pinax_core::nouns::batch::{BatchId, Identity, ItemId, NewItem, Outcome, Stage};
use pinax_core::nouns::occurrence::CatalogNumber;
use pinax_core::nouns::reason::Reason;
use pinax_core::nouns::source_image::SourceImage;
use rusqlite::{OptionalExtension as _, Row, Transaction, named_params};

use super::fault::Fault;
use super::items::replace_derivatives;
use super::known::Standing;

/// The item a file had before.
struct Previous {
    item: i64,
    standing: Standing,
}

pub(super) fn found(tx: &Transaction<'_>, batch: BatchId, items: &[NewItem]) -> Result<(), Fault> {
    let mut find = tx.prepare_cached("SELECT profile_id FROM batch WHERE id = ?1")?;
    let profile: Option<i64> = find.query_row([batch.0], |row| row.get(0)).optional()?;
    let profile = profile.ok_or_else(|| Fault::Misused(format!("batch {batch}")))?;
    let mut find = tx.prepare_cached("SELECT item_id, state FROM source WHERE profile_id = ?1 AND locator = ?2")?;
    for new in items {
        let key = (profile, new.image.locator.as_bytes());
        let previous =
            find.query_row(key, |row| Ok(Previous { item: row.get(0)?, standing: row.get(1)? })).optional()?;
        let item = match previous {
            Some(Previous { item, standing: Standing::OnItsWay }) => begin_again(tx, batch, item, new)?,
            Some(Previous { item, .. }) => insert(tx, profile, batch, Some(item), new)?,
            None => insert(tx, profile, batch, None, new)?,
        };
        stand(tx, profile, item, new)?;
    }
    Ok(())
}

/// A row for the content the file has now. What an earlier item waited for no longer matters; one that is linked
/// stands until the new one is.
fn insert(
    tx: &Transaction<'_>,
    profile: i64,
    batch: BatchId,
    previous: Option<i64>,
    new: &NewItem,
) -> Result<i64, Fault> {
    if let Some(previous) = previous {
        tx.prepare_cached("UPDATE item SET superseded = 1 WHERE id = ?1 AND record_id IS NULL")?.execute([previous])?;
    }
    let (identity, reason) = sides(&new.identity);
    tx.prepare_cached(
        "INSERT INTO item (batch_id, profile_id, locator, size_bytes, modified_ns, catalog_number, suffix, rank, \
         stage, outcome, reason, message, hint, to_do, tag, statement_json, shown_before, replaces) \
         VALUES (:batch, :profile, :locator, :size_bytes, :modified_ns, :catalog_number, :suffix, :rank, \
         :stage, :outcome, :reason, :message, :hint, :to_do, :tag, :statement, \
         (SELECT coalesce(record_id, shown_before) FROM item WHERE id = :previous), \
         (SELECT iif(record_id IS NULL, replaces, id) FROM item WHERE id = :previous))",
    )?
    .execute(named_params! {
        ":batch": batch.0,
        ":profile": profile,
        ":locator": new.image.locator.as_bytes(),
        ":size_bytes": new.image.fingerprint.size_bytes.cast_signed(),
        ":modified_ns": new.image.fingerprint.modified_ns,
        ":catalog_number": identity.map(|identity| identity.catalog_number.as_str()),
        ":suffix": identity.map(|identity| identity.suffix.as_str()),
        ":rank": identity.map(|identity| identity.rank),
        ":stage": stage(identity).as_str(),
        ":outcome": reason.map(|_| Outcome::Review.as_str()),
        ":reason": reason.map(|reason| reason.code.as_str()),
        ":message": reason.map(|reason| reason.message.as_str()),
        ":hint": reason.and_then(|reason| reason.hint.as_deref()),
        ":to_do": identity.is_some(),
        ":tag": new.image.fingerprint.tag.cast_signed(),
        ":statement": statement(&new.image),
        ":previous": previous,
    })?;
    Ok(tx.last_insert_rowid())
}

/// The file changed before its item had ended: the same item, from the beginning.
fn begin_again(tx: &Transaction<'_>, batch: BatchId, item: i64, new: &NewItem) -> Result<i64, Fault> {
    tx.prepare_cached(
        "UPDATE item SET batch_id = ?2, size_bytes = ?3, modified_ns = ?4, sha256 = NULL, width_px = NULL, \
         height_px = NULL, occid = NULL, ended_before = NULL, tag = ?5, statement_json = ?6 WHERE id = ?1",
    )?
    .execute((
        item,
        batch.0,
        new.image.fingerprint.size_bytes.cast_signed(),
        new.image.fingerprint.modified_ns,
        new.image.fingerprint.tag.cast_signed(),
        statement(&new.image),
    ))?;
    identify(tx, item, &new.identity)?;
    replace_derivatives(tx, ItemId(item), &[])?;
    Ok(item)
}

/// Writes what the file's name says, as if the item were new.
fn identify(tx: &Transaction<'_>, item: i64, identity: &Result<Identity, Reason>) -> Result<(), Fault> {
    let (identity, reason) = sides(identity);
    tx.prepare_cached(
        "UPDATE item SET catalog_number = :catalog_number, suffix = :suffix, rank = :rank, stage = :stage, \
         outcome = :outcome, reason = :reason, message = :message, hint = :hint, to_do = :to_do WHERE id = :item",
    )?
    .execute(named_params! {
        ":item": item,
        ":catalog_number": identity.map(|identity| identity.catalog_number.as_str()),
        ":suffix": identity.map(|identity| identity.suffix.as_str()),
        ":rank": identity.map(|identity| identity.rank),
        ":stage": stage(identity).as_str(),
        ":outcome": reason.map(|_| Outcome::Review.as_str()),
        ":reason": reason.map(|reason| reason.code.as_str()),
        ":message": reason.map(|reason| reason.message.as_str()),
        ":hint": reason.and_then(|reason| reason.hint.as_deref()),
        ":to_do": identity.is_some(),
    })?;
    Ok(())
}

/// The file stands as its item does.
fn stand(tx: &Transaction<'_>, profile: i64, item: i64, new: &NewItem) -> Result<(), Fault> {
    tx.prepare_cached(
        "INSERT INTO source (profile_id, locator, size_bytes, modified_ns, item_id, state, tag) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO UPDATE SET size_bytes = excluded.size_bytes, \
         modified_ns = excluded.modified_ns, tag = excluded.tag, item_id = excluded.item_id, state = excluded.state",
    )?
    .execute((
        profile,
        new.image.locator.as_bytes(),
        new.image.fingerprint.size_bytes.cast_signed(),
        new.image.fingerprint.modified_ns,
        item,
        standing(&new.identity),
        new.image.fingerprint.tag.cast_signed(),
    ))?;
    Ok(())
}

/// What an item was before it is tried again.
struct Before {
    catalog_number: Option<String>,
    suffix: Option<String>,
    rank: Option<u32>,
    stage: String,
    outcome: Option<String>,
    reason: Option<String>,
}

impl Before {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            catalog_number: row.get(0)?,
            suffix: row.get(1)?,
            rank: row.get(2)?,
            stage: row.get(3)?,
            outcome: row.get(4)?,
            reason: row.get(5)?,
        })
    }

    fn on_its_way(&self) -> bool {
        self.outcome.is_none()
    }

    fn is_of(&self, number: &CatalogNumber) -> bool {
        self.catalog_number.as_deref() == Some(number.as_str())
    }

    fn is_at(&self, identity: &Identity) -> bool {
        self.suffix.as_deref() == Some(identity.suffix.as_str()) && self.rank == Some(identity.rank)
    }
}

pub(super) fn again(tx: &Transaction<'_>, items: &[(ItemId, Result<Identity, Reason>)]) -> Result<(), Fault> {
    let mut find =
        tx.prepare_cached("SELECT catalog_number, suffix, rank, stage, outcome, reason FROM item WHERE id = ?1")?;
    let mut place = tx.prepare_cached("UPDATE item SET suffix = ?2, rank = ?3 WHERE id = ?1")?;
    for (item, identity) in items {
        let before = find.query_row([item.0], Before::read).optional()?;
        let before = before.ok_or_else(|| Fault::Misused(format!("item {}", item.0)))?;
        match identity {
            // It waits for this already.
            Err(reason) if before.reason.as_deref() == Some(reason.code.as_str()) => {}
            Ok(now) if before.on_its_way() && before.is_of(&now.catalog_number) && before.is_at(now) => {}
            // Its sizes lie where they should; only the link is missing.
            Ok(now)
                if before.on_its_way()
                    && before.is_of(&now.catalog_number)
                    && before.stage == Stage::Published.as_str() =>
            {
                place.execute((item.0, &now.suffix, now.rank))?;
            }
            _ => start_over(tx, *item, before.on_its_way(), identity)?,
        }
    }
    Ok(())
}

/// What was made for the item may not be what would be made today: another number, another place, another size.
fn start_over(
    tx: &Transaction<'_>,
    item: ItemId,
    on_its_way: bool,
    identity: &Result<Identity, Reason>,
) -> Result<(), Fault> {
    let remember = match (identity, on_its_way) {
        (Ok(_), true) => "UPDATE item SET occid = NULL WHERE id = ?1",
        (Ok(_), false) => "UPDATE item SET occid = NULL, ended_before = reason WHERE id = ?1",
        (Err(_), _) => "UPDATE item SET occid = NULL, ended_before = NULL WHERE id = ?1",
    };
    tx.prepare_cached(remember)?.execute([item.0])?;
    identify(tx, item.0, identity)?;
    replace_derivatives(tx, item, &[])?;
    tx.prepare_cached(
        "UPDATE source SET state = ?2 WHERE item_id = ?1 \
         AND (profile_id, locator) = (SELECT profile_id, locator FROM item WHERE id = ?1)",
    )?
    .execute((item.0, standing(identity)))?;
    Ok(())
}

/// What the source says beside the name, as it is kept.
fn statement(image: &SourceImage) -> Option<String> {
    image.statement.as_ref().map(|statement| serde_json::json!(statement).to_string())
}

fn sides(identity: &Result<Identity, Reason>) -> (Option<&Identity>, Option<&Reason>) {
    match identity {
        Ok(identity) => (Some(identity), None),
        Err(reason) => (None, Some(reason)),
    }
}

fn stage(identity: Option<&Identity>) -> Stage {
    if identity.is_some() { Stage::Identified } else { Stage::Found }
}

fn standing(identity: &Result<Identity, Reason>) -> Standing {
    match identity {
        Ok(_) => Standing::OnItsWay,
        Err(reason) => Standing::after(Some(Outcome::Review), Some(reason)),
    }
}
