//! A batch: what one run took in hand, item by item, and how far each item got.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::checksum::Sha256Sum;
use super::occurrence::{CatalogNumber, Occid};
use super::reason::{Reason, ReasonCode};
use super::source_image::SourceImage;

/// The number of a batch, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BatchId(pub i64);

impl fmt::Display for BatchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Key of an item in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ItemId(pub i64);

/// A batch as the ledger keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Its number.
    pub id: BatchId,
    /// The profile it ran.
    pub profile: String,
    /// The batch it takes back, when it does.
    pub undoes: Option<BatchId>,
    /// Milliseconds since 1970 (UTC).
    pub started_ms: i64,
    /// Milliseconds since 1970 (UTC); `None` while it can be gone on with.
    pub ended_ms: Option<i64>,
}

macro_rules! stored_names {
    ($(#[$doc:meta])* $type:ident { $($(#[$variant_doc:meta])* $name:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $type { $($(#[$variant_doc])* $name,)* }

        impl $type {
            /// The name kept in the ledger and shown to people.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// Reads [`as_str`](Self::as_str) back.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$name),)* _ => None }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

stored_names! {
    /// How far an item got.
    Stage {
        /// Listed by the source.
        Found = "found",
        /// Its catalog number is known.
        Identified = "identified",
        /// Its sizes are made.
        Derived = "derived",
        /// Its sizes are on the store, read back and equal.
        Published = "published",
        /// The record shows it.
        Linked = "linked",
    }
}

stored_names! {
    /// How an item ended.
    Outcome {
        /// It is linked, or needed no link because its twin is.
        Done = "done",
        /// A person must decide.
        Review = "review",
        /// It cannot be done as it is.
        Failed = "failed",
        /// Left alone, because the profile says so.
        Skipped = "skipped",
        /// A person said that it shall not be linked.
        Rejected = "rejected",
        /// It was linked, and taken back.
        Undone = "undone",
    }
}

stored_names! {
    /// What a person said of an item that waited.
    Verdict {
        /// Go on in spite of the doubt.
        Accept = "accept",
        /// It belongs to another number, or to this one of several records.
        Assign = "assign",
        /// It shall not be linked.
        Reject = "reject",
    }
}

/// A decision in the waiting room: what, who, when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewDecision {
    /// What.
    pub verdict: Verdict,
    /// The number it belongs to, when one was given.
    pub catalog_number: Option<CatalogNumber>,
    /// The record it belongs to, when one was given.
    pub occid: Option<Occid>,
    /// Who said so.
    pub who: String,
    /// Milliseconds since 1970 (UTC).
    pub decided_ms: i64,
}

/// What is read from a file name: the catalog number and the place among the pictures of the specimen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The number.
    pub catalog_number: CatalogNumber,
    /// What follows the number in the file name, without extension.
    pub suffix: String,
    /// Place among the pictures of the specimen: 0 for the first.
    pub rank: u32,
}

/// An item about to be recorded: listed, and identified or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewItem {
    /// The file.
    pub image: SourceImage,
    /// Its identity, or why a person must look.
    pub identity: Result<Identity, Reason>,
}

/// One file of a batch, as the ledger keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchItem {
    /// Its key.
    pub id: ItemId,
    /// The batch it belongs to.
    pub batch: BatchId,
    /// The file.
    pub image: SourceImage,
    /// Read from the file name.
    pub identity: Option<Identity>,
    /// How far it got.
    pub stage: Stage,
    /// How it ended; `None` while it is on its way.
    pub outcome: Option<Outcome>,
    /// Why it ended so.
    pub reason: Option<Reason>,
    /// Sum of the source file's bytes, once read.
    pub sha256: Option<Sha256Sum>,
    /// Upright width and height of the source, once read.
    pub size_px: Option<(u32, u32)>,
    /// The record it belongs to, once found.
    pub occid: Option<Occid>,
    /// The portal row that shows it (`media.recordID`), once linked.
    pub record_id: Option<String>,
    /// The portal row (`media.recordID`) that shows an earlier content of the same file.
    pub shown_before: Option<String>,
    /// Why it was put aside the last time, when it is tried again.
    pub ended_before: Option<ReasonCode>,
    /// What a person said of it.
    pub decision: Option<ReviewDecision>,
    /// The item of the picture this further specimen was found on.
    pub companion_of: Option<ItemId>,
}

impl BatchItem {
    /// Ends the item.
    pub fn end(&mut self, outcome: Outcome, reason: Option<Reason>) {
        self.outcome = Some(outcome);
        self.reason = reason;
    }
}
