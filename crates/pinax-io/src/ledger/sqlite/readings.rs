//! What was read on pictures, what follows from it, and pictures of several specimens.

use pinax_core::nouns::batch::{BatchId, BatchItem, ItemId, Stage};
use pinax_core::nouns::occurrence::CatalogNumber;
use pinax_core::nouns::reading::{PictureQuality, ReadBarcode, ReadItem, Reading};
use pinax_core::nouns::reason::ReasonCode;
use pinax_core::nouns::source_image::Locator;
use rusqlite::{OptionalExtension as _, Row, Transaction, named_params};

use super::fault::Fault;
use super::known::Standing;
use super::{batches, rows};

pub(super) fn save(tx: &Transaction<'_>, batch: BatchId, item: &BatchItem, reading: &Reading) -> Result<(), Fault> {
    let json = |value: serde_json::Result<String>| {
        value.map_err(|error| Fault::Misused(format!("a reading of item {}: {error}", item.id.0)))
    };
    let quality = reading.quality.as_ref().map(|quality| json(serde_json::to_string(quality))).transpose()?;
    tx.prepare_cached(
        "INSERT INTO reading (item_id, batch_id, locator, barcodes_json, quality_json, crop) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET batch_id = excluded.batch_id, \
         barcodes_json = excluded.barcodes_json, quality_json = excluded.quality_json, crop = excluded.crop, \
         proposed = NULL",
    )?
    .execute((
        item.id.0,
        batch.0,
        item.image.locator.as_bytes(),
        json(serde_json::to_string(&reading.barcodes))?,
        quality,
        reading.crop.as_deref(),
    ))?;
    Ok(())
}

pub(super) fn reading(tx: &Transaction<'_>, item: ItemId) -> Result<Option<Reading>, Fault> {
    let mut find = tx.prepare_cached("SELECT barcodes_json, quality_json, crop FROM reading WHERE item_id = ?1")?;
    let found = find.query_and_then([item.0], |row| parts(row, 0).map(|read| (read, row.get(2))))?.next();
    let Some((read, crop)) = found.transpose()? else { return Ok(None) };
    Ok(Some(Reading { crop: crop?, ..read }))
}

pub(super) fn readings(
    tx: &Transaction<'_>,
    batch: BatchId,
    after: Option<&Locator>,
    limit: usize,
) -> Result<Vec<ReadItem>, Fault> {
    let mut page = tx.prepare_cached(
        "SELECT item_id, barcodes_json, quality_json FROM reading INDEXED BY reading_in_order \
         WHERE batch_id = ?1 AND locator > ?2 ORDER BY locator LIMIT ?3",
    )?;
    let mut find = tx.prepare_cached(rows::select_items!("WHERE id = ?1"))?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let read = page.query_and_then((batch.0, after.map_or(&[][..], Locator::as_bytes), limit), |row| {
        let item: i64 = row.get(0)?;
        Ok((item, parts(row, 1)?))
    })?;
    let read: Vec<(i64, Reading)> = read.collect::<Result<_, Fault>>()?;
    let mut readings = Vec::with_capacity(read.len());
    for (item, reading) in read {
        let item = find.query_and_then([item], rows::item)?.next().transpose()?;
        let item = item.ok_or_else(|| Fault::Unreadable("a reading is of no item".to_owned()))?;
        readings.push(ReadItem { item, batch, reading });
    }
    Ok(readings)
}

/// Barcodes and quality, from column `at` on.
fn parts(row: &Row<'_>, at: usize) -> Result<Reading, Fault> {
    let unreadable = |error: serde_json::Error| Fault::Unreadable(format!("a reading: {error}"));
    let barcodes: Vec<ReadBarcode> = serde_json::from_str(&row.get::<_, String>(at)?).map_err(unreadable)?;
    let quality: Option<String> = row.get(at + 1)?;
    let quality: Option<PictureQuality> =
        quality.map(|text| serde_json::from_str(&text).map_err(unreadable)).transpose()?;
    Ok(Reading { barcodes, quality, crop: None })
}

pub(super) fn believe(tx: &Transaction<'_>, items: &[ItemId]) -> Result<(), Fault> {
    let mut believe = tx.prepare_cached("UPDATE reading SET believed = 1 WHERE item_id = ?1")?;
    let mut to_do = tx.prepare_cached(
        "UPDATE item SET outcome = NULL, reason = NULL, message = NULL, hint = NULL, to_do = 1 \
         WHERE id = ?1 AND outcome = 'review' AND reason = ?2 AND catalog_number IS NOT NULL",
    )?;
    let mut on_its_way = tx.prepare_cached(
        "UPDATE source SET state = ?2 WHERE item_id = ?1 \
         AND (profile_id, locator) = (SELECT profile_id, locator FROM item WHERE id = ?1)",
    )?;
    for item in items {
        believe.execute([item.0])?;
        if to_do.execute((item.0, ReasonCode::NameUnproved.as_str()))? > 0 {
            on_its_way.execute((item.0, Standing::OnItsWay))?;
        }
    }
    Ok(())
}

pub(super) fn is_believed(tx: &Transaction<'_>, item: ItemId) -> Result<bool, Fault> {
    Ok(tx.prepare_cached("SELECT 1 FROM reading WHERE item_id = ?1 AND believed = 1")?.exists([item.0])?)
}

pub(super) fn propose(tx: &Transaction<'_>, numbers: &[(ItemId, CatalogNumber)]) -> Result<(), Fault> {
    let mut propose = tx.prepare_cached("UPDATE reading SET proposed = ?2 WHERE item_id = ?1")?;
    for (item, number) in numbers {
        if propose.execute((item.0, number.as_str()))? == 0 {
            return Err(Fault::Misused(format!("a reading of item {}", item.0)));
        }
    }
    Ok(())
}

pub(super) fn proposed(tx: &Transaction<'_>, items: &[ItemId]) -> Result<Vec<Option<CatalogNumber>>, Fault> {
    let mut find = tx.prepare_cached("SELECT proposed FROM reading WHERE item_id = ?1")?;
    let of = |item: &ItemId| {
        let number = find.query_row([item.0], |row| row.get::<_, Option<String>>(0)).optional()?.flatten();
        number.map(|number| rows::catalog_number(&number)).transpose()
    };
    items.iter().map(of).collect()
}

pub(super) fn share(tx: &Transaction<'_>, item: ItemId, numbers: &[CatalogNumber]) -> Result<u64, Fault> {
    let companion = "SELECT 1 FROM item WHERE id = ?1 AND companion_of IS NOT NULL";
    if tx.prepare_cached(companion)?.exists([item.0])? {
        // Those of its picture are found with the item that was listed.
        return Ok(0);
    }
    let mut find = tx.prepare_cached(
        "SELECT old.id, old.companion_of = ?1 FROM item AS own JOIN item AS old INDEXED BY item_companion \
             ON old.profile_id = own.profile_id AND old.locator = own.locator \
         WHERE own.id = ?1 AND old.catalog_number = ?2 AND old.superseded = 0 AND old.companion_of IS NOT NULL \
         ORDER BY old.id DESC LIMIT 1",
    )?;
    let mut supersede = tx.prepare_cached("UPDATE item SET superseded = 1 WHERE id = ?1 AND record_id IS NULL")?;
    let mut insert = tx.prepare_cached(
        "INSERT INTO item (batch_id, profile_id, locator, size_bytes, modified_ns, tag, statement_json, \
             catalog_number, suffix, rank, stage, sha256, width_px, height_px, to_do, companion_of, shown_before, replaces) \
         SELECT batch_id, profile_id, locator, size_bytes, modified_ns, tag, statement_json, \
             :number, suffix, rank, :stage, sha256, \
             width_px, height_px, 1, id, \
             (SELECT coalesce(record_id, shown_before) FROM item WHERE id = :old), \
             (SELECT iif(record_id IS NULL, replaces, id) FROM item WHERE id = :old) \
         FROM item WHERE id = :item",
    )?;
    let mut sizes = tx.prepare_cached(
        "INSERT INTO derivative (item_id, variant, key, uri, size_bytes, sha256, md5, width_px, height_px) \
         SELECT ?2, variant, key, uri, size_bytes, sha256, md5, width_px, height_px FROM derivative WHERE item_id = ?1",
    )?;
    let mut shared = 0;
    for number in numbers {
        let old = find.query_row((item.0, number.as_str()), |row| Ok((row.get::<_, i64>(0)?, row.get::<_, bool>(1)?)));
        let old = match old.optional()? {
            Some((_, true)) => continue,
            Some((old, false)) => Some(old),
            None => None,
        };
        supersede.execute([old])?;
        insert.execute(named_params! {
            ":number": number.as_str(), ":stage": Stage::Published.as_str(), ":old": old, ":item": item.0,
        })?;
        sizes.execute((item.0, tx.last_insert_rowid()))?;
        shared += 1;
    }
    Ok(shared)
}

pub(super) fn share_again(tx: &Transaction<'_>, profile: &str) -> Result<u64, Fault> {
    let Some(profile) = batches::profile(tx, profile)? else { return Ok(0) };
    let mut waiting = tx.prepare_cached(
        "SELECT id, reason FROM item INDEXED BY item_companion WHERE profile_id = ?1 AND companion_of IS NOT NULL \
         AND superseded = 0 AND outcome IN ('review', 'failed') AND (verdict IS NULL OR verdict <> 'reject')",
    )?;
    let again: Vec<i64> = waiting
        .query_and_then([profile], |row| {
            let reason = rows::optional(row, 1, ReasonCode::parse)?;
            Ok(reason.is_some_and(ReasonCode::worth_another_try).then_some(row.get(0)?))
        })?
        .filter_map(Result::transpose)
        .collect::<Result<_, Fault>>()?;
    let mut to_do = tx.prepare_cached(
        "UPDATE item SET ended_before = reason, outcome = NULL, reason = NULL, message = NULL, hint = NULL, \
         catalog_number = coalesce(verdict_number, catalog_number), to_do = 1 WHERE id = ?1",
    )?;
    for item in &again {
        to_do.execute([item])?;
    }
    Ok(again.len() as u64)
}
