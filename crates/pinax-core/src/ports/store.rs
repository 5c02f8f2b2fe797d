//! Port `store`: where pictures are published.

use async_trait::async_trait;

use crate::nouns::checksum::Sha256Sum;
use crate::nouns::error::{Error, ErrorKind, Result};
use crate::nouns::media::ObjectKey;
use crate::nouns::uri::AccessUri;

/// What a store holds under a key, told from the bytes themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObjectDigest {
    /// Length.
    pub size_bytes: u64,
    /// Sum of the bytes read back.
    pub sha256: Sha256Sum,
}

/// What became of a put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// It was written.
    Created,
    /// Something is there already; it was not touched.
    Exists,
}

/// Where pictures are published.
///
/// Contract:
/// * `put_new` never changes what is there: after it, the key holds either all of `bytes`, durably, or what it held
///   before. A put that was cut off leaves nothing a web server would show, and nothing behind once it is repeated.
/// * `digest` reads the bytes back from the store; `None` when nothing is there.
/// * `delete` of something that is not there is fine.
/// * Errors say `Full`, `ReadOnly`, `Forbidden`, `Unavailable` when every put would meet them.
#[async_trait]
pub trait Store: Send + Sync {
    /// Names the store for people, and in the ledger: the same store has the same name always.
    fn describe(&self) -> String;

    /// Can it be written to? Leaves nothing behind.
    async fn check(&self) -> Result<()>;

    /// Writes a new object.
    async fn put_new(&self, key: &ObjectKey, bytes: &[u8]) -> Result<Put>;

    /// Reads an object back.
    async fn digest(&self, key: &ObjectKey) -> Result<Option<ObjectDigest>>;

    /// The bytes of an object; `None` when nothing is there.
    async fn read(&self, key: &ObjectKey) -> Result<Option<Vec<u8>>>;

    /// Removes an object.
    async fn delete(&self, key: &ObjectKey) -> Result<()>;

    /// The web address of an object.
    ///
    /// # Errors
    /// `Rejected` when the address is too long for a portal.
    fn public_uri(&self, key: &ObjectKey) -> Result<AccessUri>;
}

/// The store of a profile that makes nothing: all pictures lie somewhere already.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoStore;

fn no_store() -> Error {
    Error::new(ErrorKind::Config, "a size is to be made, and there is no store to put it in")
        .hint("add store = { … } to the profile, or say in map where the size lies")
}

#[async_trait]
impl Store for NoStore {
    fn describe(&self) -> String {
        "no store".to_owned()
    }

    async fn check(&self) -> Result<()> {
        Ok(())
    }

    async fn put_new(&self, _: &ObjectKey, _: &[u8]) -> Result<Put> {
        Err(no_store())
    }

    async fn digest(&self, _: &ObjectKey) -> Result<Option<ObjectDigest>> {
        Ok(None)
    }

    async fn read(&self, _: &ObjectKey) -> Result<Option<Vec<u8>>> {
        Ok(None)
    }

    async fn delete(&self, _: &ObjectKey) -> Result<()> {
        Ok(())
    }

    fn public_uri(&self, _: &ObjectKey) -> Result<AccessUri> {
        Err(no_store())
    }
}
