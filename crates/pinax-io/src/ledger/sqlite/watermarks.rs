//! How far sources were listed, and which files they had.

use pinax_core::nouns::source_image::{Locator, SourceImage};
use rusqlite::{OptionalExtension as _, Transaction};

use super::fault::Fault;
use super::known::Standing;
use super::{batches, rows};

pub(super) fn watermark(tx: &Transaction<'_>, profile: &str, source: &str) -> Result<Option<String>, Fault> {
    let Some(profile) = batches::profile(tx, profile)? else { return Ok(None) };
    let mut find = tx.prepare_cached("SELECT value FROM watermark WHERE profile_id = ?1 AND source = ?2")?;
    Ok(find.query_row((profile, source), |row| row.get(0)).optional()?)
}

pub(super) fn keep(tx: &Transaction<'_>, profile: &str, source: &str, value: &str) -> Result<(), Fault> {
    let profile = batches::profile(tx, profile)?.ok_or_else(|| Fault::Misused(format!("profile {profile}")))?;
    tx.prepare_cached(
        "INSERT INTO watermark (profile_id, source, value) VALUES (?1, ?2, ?3) \
         ON CONFLICT DO UPDATE SET value = excluded.value",
    )?
    .execute((profile, source, value))?;
    Ok(())
}

/// Locators of files that have an item, in order of their bytes.
pub(super) fn files(
    tx: &Transaction<'_>,
    profile: &str,
    after: Option<&Locator>,
    limit: usize,
) -> Result<Vec<Locator>, Fault> {
    let Some(profile) = batches::profile(tx, profile)? else { return Ok(Vec::new()) };
    // No locator sorts before the empty one, which a source never gives.
    let after = after.map_or(&[][..], Locator::as_bytes);
    let mut find = tx.prepare_cached(
        "SELECT locator FROM source WHERE profile_id = ?1 AND locator > ?2 ORDER BY locator LIMIT ?3",
    )?;
    let rows = find.query_map((profile, after, i64::try_from(limit).unwrap_or(i64::MAX)), |row| {
        Ok(Locator::new(row.get::<_, Vec<u8>>(0)?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Files whose item was put aside, and may get another answer.
pub(super) fn waiting_files(
    tx: &Transaction<'_>,
    profile: &str,
    after: Option<&Locator>,
    limit: usize,
) -> Result<Vec<SourceImage>, Fault> {
    let Some(profile) = batches::profile(tx, profile)? else { return Ok(Vec::new()) };
    let after = after.map_or(&[][..], Locator::as_bytes);
    let mut find = tx.prepare_cached(
        "SELECT source.locator, source.size_bytes, source.modified_ns, source.tag, item.statement_json \
         FROM source JOIN item ON item.id = source.item_id \
         WHERE source.profile_id = ?1 AND source.locator > ?2 AND source.state = ?3 ORDER BY source.locator LIMIT ?4",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut found = find.query((profile, after, Standing::Waiting, limit))?;
    let mut files = Vec::new();
    while let Some(row) = found.next()? {
        files.push(SourceImage {
            locator: Locator::new(row.get::<_, Vec<u8>>(0)?),
            fingerprint: rows::fingerprint(row, [1, 2, 3])?,
            statement: rows::statement(row, 4)?,
        });
    }
    Ok(files)
}
