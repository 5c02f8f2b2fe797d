//! What is written to the portal's table `media`.

use crate::nouns::media::MediaRecord;

/// One write to the portal's table `media`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MediaChange {
    /// A new row.
    Insert(Box<MediaRecord>),
    /// The same row (`recordID`) shows something else.
    Update {
        /// As it was when we looked.
        before: Box<MediaRecord>,
        /// As it shall be.
        after: Box<MediaRecord>,
    },
    /// A row made by us goes, if it still is as we made it.
    Delete(Box<MediaRecord>),
}

impl MediaChange {
    /// The row as it shall be.
    #[must_use]
    pub fn after(&self) -> Option<&MediaRecord> {
        match self {
            Self::Insert(after) | Self::Update { after, .. } => Some(after),
            Self::Delete(_) => None,
        }
    }

    /// The row as it was.
    #[must_use]
    pub fn before(&self) -> Option<&MediaRecord> {
        match self {
            Self::Insert(_) => None,
            Self::Update { before, .. } | Self::Delete(before) => Some(before),
        }
    }

    /// The row, as it shall be or else as it was: record and `recordID` are the same in both.
    #[must_use]
    pub fn row(&self) -> &MediaRecord {
        match self {
            Self::Insert(row) | Self::Update { after: row, .. } | Self::Delete(row) => row,
        }
    }
}
