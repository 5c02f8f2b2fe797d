//! Port `source`: where pictures come from.

use async_trait::async_trait;
use futures::stream::BoxStream;

use crate::nouns::checksum::Sha256Sum;
use crate::nouns::error::{Error, ErrorKind, Result};
use crate::nouns::finding::Finding;
use crate::nouns::profile::AfterLink;
use crate::nouns::source_image::SourceImage;

/// A part of a listing.
#[derive(Debug, Default)]
pub struct Listing {
    /// Files, at most a few thousand at a time. Not only pictures.
    pub files: Vec<SourceImage>,
    /// What was passed over, and why a person may care.
    pub findings: Vec<Finding>,
    /// Files that are still being written and are waited for.
    pub waiting: u64,
}

/// Where pictures come from.
///
/// Contract:
/// * `list` streams: memory does not grow with the number of files. Each file comes once, in any order. A file still
///   being written comes when it is finished, or is named in a finding. Hidden files, system litter and anything below
///   a store of ours are left out. Nothing outside the root is listed or read, whatever links say.
/// * `read` gives the bytes of the file that was listed, whole, or fails: with `NotFound` when it is gone, `Conflict`
///   when it is no longer the one listed (size or time differ before or after reading), `Io` when it cannot be read,
///   `Rejected` when it is larger than `limit_bytes` (nothing is read then).
/// * `take_away` moves or deletes the file, only while it is still the one listed; a file that is gone already is
///   taken away already.
/// * `put_back` brings back what `take_away` took: the file lies where it was listed, with the bytes of `sha256`. One
///   that lies there already is put back already; another file in its place is a `Conflict` and stays. A moved file
///   that is not found is `NotFound`.
#[async_trait]
pub trait Source: Send + Sync {
    /// Names the source for people.
    fn describe(&self) -> String;

    /// Is it there and readable?
    async fn check(&self) -> Result<()>;

    /// Could files be moved or deleted, as `after` says? Tried at the top of the source alone; nothing is left behind.
    async fn check_taking_away(&self, _after: AfterLink) -> Result<()> {
        Ok(())
    }

    /// Every file, part by part.
    fn list(&self) -> BoxStream<'_, Result<Listing>>;

    /// The bytes of one file.
    async fn read(&self, image: &SourceImage, limit_bytes: u64) -> Result<Vec<u8>>;

    /// Moves or deletes one file; returns where it went, for the ledger.
    async fn take_away(&self, image: &SourceImage, after: AfterLink) -> Result<Option<String>>;

    /// Brings one file back: moved, it is looked for where `take_away` puts files; deleted, `bytes` are written.
    async fn put_back(&self, _image: &SourceImage, _sha256: Sha256Sum, _bytes: Option<&[u8]>) -> Result<()> {
        Err(Error::new(ErrorKind::Rejected, "this source cannot take files back"))
    }
}
