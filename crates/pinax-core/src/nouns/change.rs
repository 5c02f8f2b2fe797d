//! A change: one write to the outside, with what was there before and what is there after.
//!
//! It is recorded as intended before the write and as done after it, so that a run that was killed can settle it by
//! looking, and a batch can be taken back.

use serde::{Deserialize, Serialize};

use super::batch::{BatchId, ItemId};

/// Which part of the outside a change touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeTarget {
    /// An object of the store; the subject is its key.
    Object,
    /// A row of the portal's table `media`; the subject is its `recordID`.
    Media,
    /// A record of the portal; the subject is its `recordID`, or its occid where that is not known.
    Occurrence,
    /// A file of the source, moved away or deleted; the subject is its locator.
    Source,
}

impl ChangeTarget {
    /// The name kept in the ledger.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Object => "object",
            Self::Media => "media",
            Self::Occurrence => "occurrence",
            Self::Source => "source",
        }
    }

    /// Reads [`as_str`](Self::as_str) back.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Object, Self::Media, Self::Occurrence, Self::Source].into_iter().find(|target| target.as_str() == text)
    }
}

/// How far a change got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeState {
    /// Recorded, and perhaps written.
    Intended,
    /// Written and seen.
    Done,
    /// Looked for and not there: it never happened.
    Dropped,
}

impl ChangeState {
    /// The name kept in the ledger.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Intended => "intended",
            Self::Done => "done",
            Self::Dropped => "dropped",
        }
    }

    /// Reads [`as_str`](Self::as_str) back.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Intended, Self::Done, Self::Dropped].into_iter().find(|state| state.as_str() == text)
    }
}

/// A change about to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct NewChange {
    /// The batch it belongs to.
    pub batch: BatchId,
    /// The item it was made for.
    pub item: ItemId,
    /// Which part of the outside.
    pub target: ChangeTarget,
    /// Key, recordID or locator.
    pub subject: String,
    /// What is there now; `None` when nothing is.
    pub before: Option<serde_json::Value>,
    /// What shall be there; `None` when nothing shall be.
    pub after: Option<serde_json::Value>,
    /// The change it takes back, when it does.
    pub reverses: Option<ChangeId>,
}

/// Key of a change in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChangeId(pub i64);

/// A change as the ledger keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Its key.
    pub id: ChangeId,
    /// What was to be changed.
    pub change: NewChange,
    /// How far it got.
    pub state: ChangeState,
}
