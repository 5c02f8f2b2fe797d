//! What is known of listed files: the one call that is made for every file of every run.

use pinax_core::nouns::batch::{ItemId, Outcome};
use pinax_core::nouns::reason::Reason;
use pinax_core::nouns::source_image::SourceImage;
use pinax_core::ports::ledger::Known;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{OptionalExtension as _, Transaction};

use super::fault::Fault;
use super::{batches, rows};

/// How a file stands, as table `source` keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Its item has not ended.
    OnItsWay = 0,
    /// Its item ended for good.
    Settled = 1,
    /// Its item was put aside, and the answer may be another one next time.
    Waiting = 2,
}

impl Standing {
    /// How the file of an item that ended so stands.
    pub(super) fn after(outcome: Option<Outcome>, reason: Option<&Reason>) -> Self {
        match outcome {
            None => Self::OnItsWay,
            Some(Outcome::Review | Outcome::Failed | Outcome::Skipped)
                if reason.is_some_and(|reason| reason.code.worth_another_try()) =>
            {
                Self::Waiting
            }
            Some(_) => Self::Settled,
        }
    }
}

impl ToSql for Standing {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok((*self as i64).into())
    }
}

impl FromSql for Standing {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_i64()? {
            0 => Ok(Self::OnItsWay),
            1 => Ok(Self::Settled),
            2 => Ok(Self::Waiting),
            other => Err(FromSqlError::OutOfRange(other)),
        }
    }
}

pub(super) fn known(tx: &Transaction<'_>, profile: &str, images: &[SourceImage]) -> Result<Vec<Known>, Fault> {
    let Some(profile) = batches::profile(tx, profile)? else {
        return Ok(vec![Known::New; images.len()]);
    };
    let mut find = tx.prepare_cached(
        "SELECT size_bytes, modified_ns, item_id, state, tag FROM source WHERE profile_id = ?1 AND locator = ?2",
    )?;
    let look_up = |image: &SourceImage| {
        let row = find.query_row((profile, image.locator.as_bytes()), |row| {
            Ok((rows::fingerprint(row, [0, 1, 4])?, ItemId(row.get(2)?), row.get(3)?))
        });
        Ok(match row.optional()? {
            None => Known::New,
            Some((fingerprint, ..)) if fingerprint != image.fingerprint => Known::Changed,
            Some((_, item, Standing::OnItsWay)) => Known::OnItsWay(item),
            Some((_, item, Standing::Waiting)) => Known::Waiting(item),
            Some((_, _, Standing::Settled)) => Known::Unchanged,
        })
    };
    images.iter().map(look_up).collect()
}
