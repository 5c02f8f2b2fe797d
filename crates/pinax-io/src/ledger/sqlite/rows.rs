//! Rows to nouns.

use pinax_core::nouns::batch::{Batch, BatchId, BatchItem, Identity, ItemId, Outcome, ReviewDecision, Stage, Verdict};
use pinax_core::nouns::checksum::Sha256Sum;
use pinax_core::nouns::occurrence::{CatalogNumber, Occid};
use pinax_core::nouns::reason::{Reason, ReasonCode};
use pinax_core::nouns::source_image::{Fingerprint, Locator, SourceImage, SourceStatement};
use rusqlite::Row;

use super::fault::Fault;

/// A query for whole items, which [`item`] reads.
macro_rules! select_items {
    ($tail:literal) => {
        concat!(
            "SELECT id, batch_id, locator, size_bytes, modified_ns, catalog_number, suffix, rank, stage, outcome, ",
            "reason, message, hint, sha256, width_px, height_px, occid, record_id, shown_before, ended_before, ",
            "verdict, verdict_number, verdict_occid, decided_by, decided_ms, companion_of, tag, statement_json ",
            "FROM item ",
            $tail
        )
    };
}
pub(super) use select_items;

/// A row of `select_items!`.
pub(super) fn item(row: &Row<'_>) -> Result<BatchItem, Fault> {
    let identity = match row.get::<_, Option<String>>(5)? {
        None => None,
        Some(number) => Some(Identity {
            catalog_number: catalog_number(&number)?,
            suffix: row.get::<_, Option<String>>(6)?.unwrap_or_default(),
            rank: row.get::<_, Option<u32>>(7)?.unwrap_or_default(),
        }),
    };
    let reason = match optional(row, 10, ReasonCode::parse)? {
        None => None,
        Some(code) => {
            let message = row.get::<_, Option<String>>(11)?.unwrap_or_default();
            Some(Reason { code, message, hint: row.get(12)? })
        }
    };
    let width_px: Option<u32> = row.get(14)?;
    Ok(BatchItem {
        id: ItemId(row.get(0)?),
        batch: BatchId(row.get(1)?),
        image: SourceImage {
            locator: Locator::new(row.get::<_, Vec<u8>>(2)?),
            fingerprint: fingerprint(row, [3, 4, 26])?,
            statement: statement(row, 27)?,
        },
        identity,
        stage: named(&row.get::<_, String>(8)?, Stage::parse)?,
        outcome: optional(row, 9, Outcome::parse)?,
        reason,
        sha256: row.get::<_, Option<[u8; 32]>>(13)?.map(Sha256Sum),
        size_px: width_px.zip(row.get(15)?),
        occid: row.get::<_, Option<i64>>(16)?.map(|occid| Occid(occid.cast_unsigned())),
        record_id: row.get(17)?,
        shown_before: row.get(18)?,
        ended_before: optional(row, 19, ReasonCode::parse)?,
        decision: decision(row)?,
        companion_of: row.get::<_, Option<i64>>(25)?.map(ItemId),
    })
}

/// What a person said, from column 20 on.
fn decision(row: &Row<'_>) -> Result<Option<ReviewDecision>, Fault> {
    let Some(verdict) = optional(row, 20, Verdict::parse)? else { return Ok(None) };
    Ok(Some(ReviewDecision {
        verdict,
        catalog_number: row.get::<_, Option<String>>(21)?.map(|number| catalog_number(&number)).transpose()?,
        occid: row.get::<_, Option<i64>>(22)?.map(|occid| Occid(occid.cast_unsigned())),
        who: row.get::<_, Option<String>>(23)?.unwrap_or_default(),
        decided_ms: row.get::<_, Option<i64>>(24)?.unwrap_or_default(),
    }))
}

/// A row of id, profile, start, end and what it takes back.
pub(super) fn batch(row: &Row<'_>) -> rusqlite::Result<Batch> {
    Ok(Batch {
        id: BatchId(row.get(0)?),
        profile: row.get(1)?,
        started_ms: row.get(2)?,
        ended_ms: row.get(3)?,
        undoes: row.get::<_, Option<i64>>(4)?.map(BatchId),
    })
}

/// What the source says beside the name.
pub(super) fn statement(row: &Row<'_>, at: usize) -> Result<Option<Box<SourceStatement>>, Fault> {
    let Some(json) = row.get::<_, Option<String>>(at)? else { return Ok(None) };
    let statement = serde_json::from_str(&json).map_err(|error| Fault::Unreadable(error.to_string()))?;
    Ok(Some(Box::new(statement)))
}

/// Size, time and tag, from these columns.
pub(super) fn fingerprint(row: &Row<'_>, at: [usize; 3]) -> rusqlite::Result<Fingerprint> {
    let [size, modified, tag] = at;
    Ok(Fingerprint {
        size_bytes: row.get::<_, i64>(size)?.cast_unsigned(),
        modified_ns: row.get(modified)?,
        tag: row.get::<_, i64>(tag)?.cast_unsigned(),
    })
}

pub(super) fn catalog_number(text: &str) -> Result<CatalogNumber, Fault> {
    CatalogNumber::new(text).map_err(|error| Fault::Unreadable(error.to_string()))
}

/// A word that stands for one of a set.
pub(super) fn named<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, Fault> {
    parse(text).ok_or_else(|| Fault::Unreadable(format!("it holds the unknown word `{text}`")))
}

pub(super) fn optional<T>(row: &Row<'_>, at: usize, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Fault> {
    row.get::<_, Option<String>>(at)?.map(|text| named(&text, parse)).transpose()
}
