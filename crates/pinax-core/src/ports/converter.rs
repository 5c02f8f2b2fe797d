//! Port `converter`: pictures of formats that no library here reads, made into a JPEG, a PNG or a TIFF by another program.

use std::sync::Arc;

use async_trait::async_trait;

use crate::nouns::error::Result;

/// Contract: gives a whole picture or an error, never a part; takes no longer than a bounded time, and no more than
/// bounded memory; leaves nothing behind. What it gives is judged like any other picture: a converter is not trusted.
#[async_trait]
pub trait Converter: Send + Sync {
    /// The picture in `bytes`, which is of the format of this word (`heic`, `jp2`, …), as one that can be read. `None`:
    /// nobody named a program for the format.
    ///
    /// # Errors
    /// `Rejected` if the program cannot make a picture of it within its limits.
    async fn convert(&self, format: &str, bytes: Arc<Vec<u8>>) -> Result<Option<Vec<u8>>>;

    /// Is a program named for any format? Else nothing is read again to be converted.
    fn converts(&self) -> bool;
}

/// Converts nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoConverter;

#[async_trait]
impl Converter for NoConverter {
    async fn convert(&self, _: &str, _: Arc<Vec<u8>>) -> Result<Option<Vec<u8>>> {
        Ok(None)
    }

    fn converts(&self) -> bool {
        false
    }
}
