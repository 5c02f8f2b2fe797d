//! Port `source`: where pictures come from.

use async_trait::async_trait;
use futures::stream::BoxStream;

use crate::nouns::checksum::Sha256Sum;
use crate::nouns::error::{Error, ErrorKind, Result};
use crate::nouns::finding::Finding;
use crate::nouns::profile::AfterLink;
use crate::nouns::source_image::{Locator, SourceImage};
use crate::nouns::uri::AccessUri;

/// Where a listing begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListFrom {
    /// What an earlier listing gave as its [`Listing::watermark`]; `None` lists everything.
    pub watermark: Option<String>,
    /// Only what came or changed since then (milliseconds since 1970, UTC), where the source can tell.
    pub since_ms: Option<i64>,
}

/// A part of a listing.
#[derive(Debug, Default)]
pub struct Listing {
    /// Files, at most a few thousand at a time. Not only pictures.
    pub files: Vec<SourceImage>,
    /// What was passed over, and why a person may care.
    pub findings: Vec<Finding>,
    /// Files that are still being written and are waited for.
    pub waiting: u64,
    /// Files the source says are gone since the watermark.
    pub gone: Vec<Locator>,
    /// Once this part and those before it are in the ledger, a later listing may begin here. Only sources that can list
    /// what is new give one; what it says is the source's own matter.
    pub watermark: Option<String>,
    /// With this part, everything the source holds has been listed: what was not named is not there.
    pub is_whole: bool,
}

/// Where pictures come from.
///
/// Contract:
/// * `list` streams: a source that gives watermarks lists what is new since the one it is handed, and may list more; one
///   that cannot use the watermark it is handed (another source, too old) lists everything. Memory does not grow with the number of files. Each file comes once, in any order. A part of the source that cannot be listed today is
///   named in a finding and listed the next time, whatever the watermark; when nothing can be listed, listing fails. A file still
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
    async fn check_taking_away(&self, after: AfterLink) -> Result<()> {
        match after {
            AfterLink::Keep => Ok(()),
            AfterLink::Move | AfterLink::Delete => Err(cannot_take_away()),
        }
    }

    /// Every file, or those new since `from`, part by part.
    fn list(&self, from: ListFrom) -> BoxStream<'_, Result<Listing>>;

    /// The address at which anybody can fetch the file, where the source knows one; it is not tried.
    ///
    /// # Errors
    /// `Rejected` when the address cannot stand in a portal's row.
    fn public_uri(&self, _image: &SourceImage) -> Result<Option<AccessUri>> {
        Ok(None)
    }

    /// The bytes of one file.
    async fn read(&self, image: &SourceImage, limit_bytes: u64) -> Result<Vec<u8>>;

    /// Moves or deletes one file; returns where it went, for the ledger.
    async fn take_away(&self, _image: &SourceImage, after: AfterLink) -> Result<Option<String>> {
        match after {
            AfterLink::Keep => Ok(None),
            AfterLink::Move | AfterLink::Delete => Err(cannot_take_away()),
        }
    }

    /// Brings one file back: moved, it is looked for where `take_away` puts files; deleted, `bytes` are written.
    async fn put_back(&self, _image: &SourceImage, _sha256: Sha256Sum, _bytes: Option<&[u8]>) -> Result<()> {
        Err(Error::new(ErrorKind::Rejected, "this source cannot take files back"))
    }
}

fn cannot_take_away() -> Error {
    Error::new(ErrorKind::Rejected, "this source can neither move nor delete files")
        .hint("leave source.after out: the files stay where they are")
}
