//! A store that is a folder on an SFTP server, which a web server shows.

use std::sync::atomic::AtomicU64;

use async_trait::async_trait;
use pinax_core::Result;
use pinax_core::nouns::media::ObjectKey;
use pinax_core::nouns::uri::{AccessUri, PublicUrl};
use pinax_core::ports::store::{ObjectDigest, Put, Store};
use tokio::sync::{OnceCell, RwLock};

use crate::sftp::{Server, SftpOptions, joined};

mod aside;
mod faults;
mod objects;
mod put;

/// Which folder of which server is written to, and where the web sees it.
#[derive(Debug, Clone)]
pub struct SftpStoreOptions {
    /// The server and the account.
    pub server: SftpOptions,
    /// The folder, absolute or below the account's own. It must exist: an unmounted disk is not filled by mistake.
    pub root: String,
    /// Its address.
    pub public_url: PublicUrl,
}

/// A folder on an SFTP server that a web server shows.
///
/// An object is written aside (below [`ASIDE_FOLDER`](Self::ASIDE_FOLDER)), made durable where the server can
/// (`fsync@openssh.com`), made readable for all (0644, folders 0755), and renamed. OpenSSH renames by a second link, which
/// fails where something lies; a server that replaces instead is asked beforehand, and nobody else may write the same
/// names meanwhile.
#[derive(Debug)]
pub struct SftpStore {
    server: Server,
    root: Vec<u8>,
    name: String,
    public_url: PublicUrl,
    /// Held for writing while folders are removed: nobody puts into a folder that goes away.
    folders: RwLock<()>,
    /// Tells apart what is written aside at the same time.
    number: AtomicU64,
    /// Puts that are under way; the last one removes the folder aside.
    under_way: AtomicU64,
    swept: OnceCell<()>,
}

impl SftpStore {
    /// The folder below the root for what is not finished. It is there only while something is written, or after a
    /// run was killed; the next run empties it.
    pub const ASIDE_FOLDER: &str = ".pinax-tmp";

    /// Takes the server as it is named; whether it is there, [`Store::check`] tells.
    #[must_use]
    pub fn new(options: SftpStoreOptions) -> Self {
        Self {
            name: format!("sftp:{}/{}", options.server.server(), options.root.trim_start_matches('/')),
            server: Server::new(options.server),
            root: options.root.into_bytes(),
            public_url: options.public_url,
            folders: RwLock::new(()),
            number: AtomicU64::new(0),
            under_way: AtomicU64::new(0),
            swept: OnceCell::new(),
        }
    }

    fn path(&self, below: &str) -> Vec<u8> {
        joined(&self.root, below.as_bytes())
    }
}

#[async_trait]
impl Store for SftpStore {
    fn describe(&self) -> String {
        self.name.clone()
    }

    async fn check(&self) -> Result<()> {
        put::check(self).await
    }

    async fn put_new(&self, key: &ObjectKey, bytes: &[u8]) -> Result<Put> {
        put::put_new(self, key, bytes).await
    }

    async fn digest(&self, key: &ObjectKey) -> Result<Option<ObjectDigest>> {
        objects::digest(self, key).await
    }

    async fn read(&self, key: &ObjectKey) -> Result<Option<Vec<u8>>> {
        objects::read(self, key).await
    }

    async fn delete(&self, key: &ObjectKey) -> Result<()> {
        objects::delete(self, key).await
    }

    fn public_uri(&self, key: &ObjectKey) -> Result<AccessUri> {
        self.public_url.join(key.as_str())
    }
}
