//! Port `web`: what anybody sees at an address.

use async_trait::async_trait;

use crate::nouns::error::{Error, ErrorKind, Result};

/// What came from an address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// The status of the last answer: 200 when all is well.
    pub status: u16,
    /// The type the server says it is (`image/jpeg`), in lower case and without parameters.
    pub content_type: Option<String>,
    /// The length the server says.
    pub said_bytes: Option<u64>,
    /// When the server says it was changed, in its own words.
    pub last_modified: Option<String>,
    /// The server's name for this content.
    pub etag: Option<String>,
    /// Where it came from in the end, when the server led elsewhere. Without query.
    pub redirected_to: Option<String>,
    /// The content; of an answer whose status is not 200 only the beginning.
    pub bytes: Vec<u8>,
}

/// What anybody sees at an address: without log-in, without cookies, without being somebody.
///
/// Contract:
/// * `look` gives what the server says, whatever it says: a page that nothing is there, or that one must log in, is seen
///   as such. `steps/public` tells what is wrong with it.
/// * It waits out passing faults, and fails with `Unavailable` when the server cannot be reached or is down, with `Io`
///   when only this address goes on failing, with `Rejected` when it may not be asked for (an address behind our own
///   wall, no web address), leads in a circle, or gives more than `limit_bytes`.
#[async_trait]
pub trait Web: Send + Sync {
    /// Looks at an address.
    async fn look(&self, uri: &str, limit_bytes: u64) -> Result<Seen>;
}

/// Sees nothing: for work that links nothing where it lies.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoWeb;

#[async_trait]
impl Web for NoWeb {
    async fn look(&self, uri: &str, _: u64) -> Result<Seen> {
        Err(Error::new(ErrorKind::Rejected, format!("{uri} cannot be looked at: there is no web here")))
    }
}
