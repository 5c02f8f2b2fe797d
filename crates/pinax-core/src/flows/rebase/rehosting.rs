//! Copying the pictures of a row into the store: fetched, proved, made into their sizes, published.

use super::looking::picture_at;
use super::moving::{Looked, Work, tried_again};
use crate::flows::run::{Published, make_fetched, publish, still_published};
use crate::nouns::batch::{BatchItem, Outcome, Stage};
use crate::nouns::error::Result;
use crate::nouns::media::{Derivative, MediaRow};
use crate::nouns::reason::{Reason, ReasonCode};
use crate::ports::progress::Event;
use crate::steps::rebase::{archive_of, rehosted, rights_of};

/// Copies the picture of `row`; `rows` are all those of its record.
///
/// # Errors
/// What every row would meet.
pub(super) async fn copied(
    work: Work<'_>,
    mut item: BatchItem,
    row: &MediaRow,
    rows: &[MediaRow],
    fetched: &mut u64,
) -> Result<Looked> {
    let context = work.context;
    if item.stage == Stage::Published && item.sha256.is_some() {
        let derivatives = context.ledger.derivatives(item.id)?;
        if still_published(context, &derivatives).await? {
            return Ok(shall_show(item, row, &derivatives));
        }
    }
    let stays =
        |item, outcome, reason| Ok(Looked::Stays(Box::new(item), outcome, tried_again(reason, ReasonCode::Unreadable)));
    let Some(address) = archive_of(&row.record) else {
        return stays(item, Outcome::Failed, Reason::new(ReasonCode::Vanished, "the row shows no picture"));
    };
    let bytes = match picture_at(work, &address, fetched).await? {
        Ok(bytes) => bytes,
        Err(reason) => return stays(item, Outcome::Failed, reason),
    };
    let mut recipe = context.profile.recipe;
    let has_archive = row.record.archive_url().is_some();
    recipe.archive |= has_archive;
    let number = item.identity.as_ref().map(|identity| identity.catalog_number.clone());
    let made = match make_fetched(context, work.pool, (recipe, rights_of(&row.record)), number, bytes).await {
        Ok(made) => made,
        Err(reason) => {
            let reason = Reason { message: format!("{address}: {}", reason.message), ..reason };
            return stays(item, Outcome::Failed, reason);
        }
    };
    if made.archive_kept_back && has_archive {
        let message = format!("{address} may say where the picture was taken, and the row would lose its archive");
        let reason = Reason::new(ReasonCode::NotPublished, message);
        return stays(item, Outcome::Review, reason.hint("set derive.keep_location = true where places may be known"));
    }
    item.sha256 = Some(made.sha256);
    item.size_px = Some(made.size_px);
    item.stage = Stage::Derived;
    match publish(context, work.batch, item, &made, rows).await? {
        Published::Proved(item, derivatives) => {
            context.progress.tell(Event::Published(&item));
            Ok(shall_show(*item, row, &derivatives))
        }
        Published::Refused(item, reason) => stays(*item, Outcome::Failed, reason),
    }
}

fn shall_show(item: BatchItem, row: &MediaRow, derivatives: &[Derivative]) -> Looked {
    match rehosted(&row.record, derivatives) {
        Some(after) => Looked::Moves(Box::new(item), Box::new(after)),
        None => {
            let reason = Reason::new(ReasonCode::Internal, "the picture lost its sizes");
            Looked::Stays(Box::new(item), Outcome::Failed, reason)
        }
    }
}
