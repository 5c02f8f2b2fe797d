//! The inverse of a change: what was after it is before, and what was before it shall be after.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::nouns::batch::Batch;
use crate::nouns::change::{Change, ChangeId, ChangeTarget, NewChange};
use crate::nouns::error::{Error, ErrorKind, Result};
use crate::nouns::media::MediaRecord;
use crate::nouns::occurrence_record::{OccurrenceChange, OccurrenceRecord};
use crate::steps::link::MediaChange;

/// A change of the batch that is taken back, and the one that does it.
pub(super) struct Inverse {
    /// The one that does it.
    pub(super) id: ChangeId,
    /// The one that is taken back.
    pub(super) of: ChangeId,
    pub(super) target: ChangeTarget,
    pub(super) original: NewChange,
}

/// What is recorded before `change` is taken back.
pub(super) fn of(batch: &Batch, change: &Change) -> NewChange {
    let NewChange { item, target, subject, before, after, .. } = change.change.clone();
    NewChange { batch: batch.id, item, target, subject, before: after, after: before, reverses: Some(change.id) }
}

/// What takes the change of a picture row back.
pub(super) fn row_inverse(original: &NewChange) -> Result<MediaChange> {
    match sides::<MediaRecord>(original)? {
        (None, Some(after)) => Ok(MediaChange::Delete(after)),
        (Some(before), Some(after)) => Ok(MediaChange::Update { before: after, after: before }),
        (Some(before), None) => Ok(MediaChange::Insert(before)),
        (None, None) => Err(unreadable(original)),
    }
}

/// What takes the change of a record back.
pub(super) fn record_inverse(original: &NewChange) -> Result<OccurrenceChange> {
    match sides::<OccurrenceRecord>(original)? {
        (None, Some(after)) => Ok(OccurrenceChange::Remove(after)),
        (Some(before), Some(after)) => Ok(OccurrenceChange::Set { before: after, after: before }),
        (Some(before), None) => Ok(OccurrenceChange::Create(before)),
        (None, None) => Err(unreadable(original)),
    }
}

type Sides<T> = (Option<Box<T>>, Option<Box<T>>);

fn sides<T: DeserializeOwned>(original: &NewChange) -> Result<Sides<T>> {
    let side = |json: &Option<Value>| json.clone().map(serde_json::from_value::<Box<T>>).transpose();
    match (side(&original.before), side(&original.after)) {
        (Ok(before), Ok(after)) => Ok((before, after)),
        _ => Err(unreadable(original)),
    }
}

fn unreadable(original: &NewChange) -> Error {
    let message = format!("the ledger's note of {} {} cannot be read", original.target.as_str(), original.subject);
    Error::new(ErrorKind::Corrupt, message).hint("please report it; nothing was changed")
}
