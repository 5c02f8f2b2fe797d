//! Port `progress`: what is happening, told as it happens.

use crate::nouns::batch::{BatchId, BatchItem};
use crate::nouns::finding::Finding;
use crate::nouns::reason::Reason;
use crate::nouns::source_image::SourceImage;

/// Something that happened in a run.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A batch was begun, or is gone on with.
    Batch {
        /// Its number.
        id: BatchId,
        /// It was begun by an earlier run.
        resumed: bool,
    },
    /// More files were listed.
    Listed {
        /// Pictures seen so far.
        found: u64,
        /// Of these, known and unchanged.
        unchanged: u64,
    },
    /// Listing is over; so many items are to be done.
    ToDo {
        /// Items.
        items: u64,
        /// Of these, items that waited before, and are looked up again.
        again: u64,
    },
    /// The source is waited for: files are still being written.
    Waiting {
        /// How many files.
        files: u64,
    },
    /// An item is on the store, and waits for its link.
    Published(&'a BatchItem),
    /// A file was put aside because of its name.
    Aside(&'a SourceImage, &'a Reason),
    /// An item ended.
    Ended(&'a BatchItem),
    /// Something a person should know.
    Finding(&'a Finding),
}

/// Is told what happens. Contract: returns at once; never fails; may be called from several threads.
pub trait Progress: Send + Sync {
    /// Something happened.
    fn tell(&self, event: Event<'_>);
}

/// Tells nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn tell(&self, _: Event<'_>) {}
}
