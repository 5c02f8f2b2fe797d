//! Items and their sizes written back.

use pinax_core::nouns::batch::{BatchItem, ItemId, Outcome};
use pinax_core::nouns::checksum::Sha256Sum;
use pinax_core::nouns::media::{Derivative, ObjectKey, Variant};
use pinax_core::nouns::source_image::Fingerprint;
use pinax_core::nouns::uri::AccessUri;
use rusqlite::{OptionalExtension as _, Row, Transaction, named_params};
use serde::Deserialize as _;
use serde::de::IntoDeserializer as _;
use serde::de::value::{Error as NotAnUri, StrDeserializer};

use super::fault::Fault;
use super::known::Standing;
use super::rows;

/// Writes back everything but the file's name and fingerprint.
pub(super) fn save(tx: &Transaction<'_>, item: &BatchItem) -> Result<(), Fault> {
    let identity = item.identity.as_ref();
    let reason = item.reason.as_ref();
    // Asked for first: an UPDATE that gives rows back makes a table for them, each time.
    let mut find = tx.prepare_cached(
        "SELECT profile_id, replaces, batch_id = ?2 AND catalog_number IS ?3 AND suffix IS ?4 AND rank IS ?5 \
         FROM item WHERE id = ?1",
    )?;
    let named = (
        item.id.0,
        item.batch.0,
        identity.map(|identity| identity.catalog_number.as_str()),
        identity.map(|identity| identity.suffix.as_str()),
        identity.map(|identity| identity.rank),
    );
    let kept =
        find.query_row(named, |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Option<i64>>(1)?, row.get::<_, bool>(2)?)));
    let (profile, replaces, same) = kept.optional()?.ok_or_else(|| unknown(item.id))?;
    if !same {
        // Seldom; and written with the rest each time, it would move in all indexes.
        tx.prepare_cached(
            "UPDATE item SET batch_id = ?2, catalog_number = ?3, suffix = ?4, rank = ?5, to_do = 0 WHERE id = ?1",
        )?
        .execute(named)?;
    }
    let mut update = tx.prepare_cached(
        "UPDATE item SET stage = :stage, outcome = :outcome, reason = :reason, message = :message, hint = :hint, sha256 = :sha256, \
         width_px = :width_px, height_px = :height_px, occid = :occid, record_id = :record_id, \
         shown_before = :shown_before, ended_before = :ended_before, to_do = :to_do \
         WHERE id = :item",
    )?;
    update.execute(named_params! {
            ":item": item.id.0,
            ":stage": item.stage.as_str(),
            ":outcome": item.outcome.map(Outcome::as_str),
            ":reason": reason.map(|reason| reason.code.as_str()),
            ":message": reason.map(|reason| reason.message.as_str()),
            ":hint": reason.and_then(|reason| reason.hint.as_deref()),
            ":sha256": item.sha256.as_ref().map(|sum| sum.0.as_slice()),
            ":width_px": item.size_px.map(|(width_px, _)| width_px),
            ":height_px": item.size_px.map(|(_, height_px)| height_px),
            ":occid": item.occid.map(|occid| occid.0.cast_signed()),
            ":record_id": item.record_id,
            ":shown_before": item.shown_before,
            ":ended_before": item.ended_before.map(|code| code.as_str()),
            ":to_do": item.outcome.is_none() && identity.is_some(),
    })?;
    // Only if the file still is what the item was made from.
    tx.prepare_cached("UPDATE source SET state = ?4 WHERE profile_id = ?1 AND locator = ?2 AND item_id = ?3")?
        .execute((
            profile,
            item.image.locator.as_bytes(),
            item.id.0,
            Standing::after(item.outcome, item.reason.as_ref()),
        ))?;
    if item.outcome == Some(Outcome::Undone) {
        // What was shown before it is shown again.
        tx.prepare_cached("UPDATE item SET superseded = 0 WHERE id = ?1")?.execute([replaces])?;
    }
    if item.outcome == Some(Outcome::Done) && item.record_id.is_some() && replaces.is_some() {
        tx.prepare_cached("UPDATE item SET superseded = 1 WHERE id = ?1")?.execute([replaces])?;
        // Whoever was its twin is shown by nothing now, and is worth another try.
        tx.prepare_cached(
            "UPDATE source SET state = 2 WHERE (profile_id, locator) IN (\
                 SELECT twin.profile_id, twin.locator FROM item AS old JOIN item AS twin INDEXED BY item_twin \
                     ON twin.profile_id = old.profile_id AND twin.catalog_number = old.catalog_number \
                 WHERE old.id = ?1 AND twin.reason = 'duplicate' AND twin.superseded = 0 AND twin.sha256 = old.sha256)",
        )?
        .execute([replaces])?;
    }
    Ok(())
}

pub(super) fn replace_derivatives(tx: &Transaction<'_>, item: ItemId, derivatives: &[Derivative]) -> Result<(), Fault> {
    tx.prepare_cached("DELETE FROM derivative WHERE item_id = ?1")?.execute([item.0])?;
    let mut insert = tx.prepare_cached(
        "INSERT INTO derivative (item_id, variant, key, uri, size_bytes, sha256, md5, width_px, height_px) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    for derivative in derivatives {
        insert.execute((
            item.0,
            derivative.variant.column(),
            derivative.key.as_ref().map_or("", ObjectKey::as_str),
            derivative.uri.as_str(),
            derivative.size_bytes.cast_signed(),
            derivative.sha256.0.as_slice(),
            &derivative.md5,
            derivative.width_px,
            derivative.height_px,
        ))?;
    }
    Ok(())
}

/// Largest first.
pub(super) fn derivatives(tx: &Transaction<'_>, item: ItemId) -> Result<Vec<Derivative>, Fault> {
    let mut find = tx.prepare_cached(
        "SELECT variant, key, uri, size_bytes, sha256, md5, width_px, height_px FROM derivative WHERE item_id = ?1",
    )?;
    let mut derivatives: Vec<Derivative> = find.query_and_then([item.0], derivative)?.collect::<Result<_, _>>()?;
    derivatives.sort_by_key(|derivative| derivative.variant);
    Ok(derivatives)
}

fn derivative(row: &Row<'_>) -> Result<Derivative, Fault> {
    Ok(Derivative {
        variant: rows::named(&row.get::<_, String>(0)?, Variant::from_column)?,
        // Empty: it lies elsewhere.
        key: Some(row.get::<_, String>(1)?)
            .filter(|key| !key.is_empty())
            .map(|key| rows::named(&key, |key| ObjectKey::new(key)))
            .transpose()?,
        uri: rows::named(&row.get::<_, String>(2)?, access_uri)?,
        size_bytes: row.get::<_, i64>(3)?.cast_unsigned(),
        sha256: Sha256Sum(row.get(4)?),
        md5: row.get(5)?,
        width_px: row.get(6)?,
        height_px: row.get(7)?,
    })
}

/// An address that was checked when it was made.
fn access_uri(text: &str) -> Option<AccessUri> {
    let text: StrDeserializer<'_, NotAnUri> = text.into_deserializer();
    AccessUri::deserialize(text).ok()
}

/// The new item goes; what was written for it outside stays recorded, under the old one.
pub(super) fn only_touched(
    tx: &Transaction<'_>,
    item: ItemId,
    linked: ItemId,
    fingerprint: Fingerprint,
) -> Result<(), Fault> {
    let (size, time, tag) =
        (fingerprint.size_bytes.cast_signed(), fingerprint.modified_ns, fingerprint.tag.cast_signed());
    let stands = tx
        .prepare_cached("UPDATE item SET superseded = 0, size_bytes = ?2, modified_ns = ?3, tag = ?4 WHERE id = ?1")?
        .execute((linked.0, size, time, tag))?;
    if stands == 0 {
        return Err(unknown(linked));
    }
    tx.prepare_cached("UPDATE change SET item_id = ?2 WHERE item_id = ?1")?.execute((item.0, linked.0))?;
    replace_derivatives(tx, item, &[])?;
    tx.prepare_cached("DELETE FROM reading WHERE item_id = ?1")?.execute([item.0])?;
    let mut delete = tx.prepare_cached("DELETE FROM item WHERE id = ?1 RETURNING profile_id, locator")?;
    let file = delete.query_row([item.0], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)));
    let (profile, locator) = file.optional()?.ok_or_else(|| unknown(item))?;
    tx.prepare_cached(
        "UPDATE source SET item_id = ?3, size_bytes = ?4, modified_ns = ?5, state = ?6, tag = ?7 \
         WHERE profile_id = ?1 AND locator = ?2",
    )?
    .execute((profile, locator, linked.0, size, time, Standing::Settled, tag))?;
    Ok(())
}

fn unknown(item: ItemId) -> Fault {
    Fault::Misused(format!("item {}", item.0))
}
