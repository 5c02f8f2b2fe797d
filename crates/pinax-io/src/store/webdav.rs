//! A store that is a folder of a WebDAV server, which a web server shows.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use pinax_core::nouns::checksum::Sha256Sum;
use pinax_core::nouns::media::ObjectKey;
use pinax_core::nouns::uri::{AccessUri, PublicUrl};
use pinax_core::ports::store::{ObjectDigest, Put, Store};
use pinax_core::{Error, ErrorKind, Result};
use url::Url;

use crate::http::{HttpOptions, Method, Request, StatusCode, SumSink, Wanted};
use crate::web_path::folder_address;
use crate::webdav::{WebdavServer, manners_at};

mod check;
mod put;

/// Which folder, and where the web sees it.
#[derive(Debug, Clone)]
pub struct WebdavStoreOptions {
    /// The folder. It must exist.
    pub url: Url,
    /// How it is asked; the log-in goes into its `credentials`.
    pub http: HttpOptions,
    /// Its address for everybody.
    pub public_url: PublicUrl,
}

impl WebdavStoreOptions {
    /// With the usual manners (at CyVerse one connection), nobody in particular.
    #[must_use]
    pub fn new(url: Url, public_url: PublicUrl) -> Self {
        let url = folder_address(url);
        Self { http: manners_at(&url), url, public_url }
    }
}

/// Objects that are written at the same time, each under a lock of its own or one it shares.
const LOCKS: usize = 64;

/// A folder of a WebDAV server.
///
/// An object is written aside (below [`ASIDE_FOLDER`](Self::ASIDE_FOLDER)) and moved to its name, where nothing may lie. Two
/// programs that put the same key in the same moment are told apart by the server as well as it can: RFC 4918 asks it to
/// refuse the later one, and Apache looks first and moves then.
#[derive(Debug)]
pub struct WebdavStore {
    server: WebdavServer,
    public_url: PublicUrl,
    /// One object is put by one of us at a time.
    keys: [tokio::sync::Mutex<()>; LOCKS],
    /// Held for writing while what lies aside is swept.
    aside: tokio::sync::RwLock<()>,
    /// Folders that are known to be there.
    folders: Mutex<HashSet<String>>,
}

impl WebdavStore {
    /// The folder below the root for what is not finished; [`Store::check`] removes it.
    pub const ASIDE_FOLDER: &str = ".pinax-tmp";

    /// Takes the address as it is; whether it can be written to, [`Store::check`] tells.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when it is no web address, or the options cannot be used.
    pub fn new(options: WebdavStoreOptions) -> Result<Self> {
        Ok(Self {
            server: WebdavServer::new(options.url, options.http)?,
            public_url: options.public_url,
            keys: std::array::from_fn(|_| tokio::sync::Mutex::new(())),
            aside: tokio::sync::RwLock::new(()),
            folders: Mutex::default(),
        })
    }

    fn lock_of(&self, key: &ObjectKey) -> &tokio::sync::Mutex<()> {
        let mut hasher = DefaultHasher::new();
        key.as_str().hash(&mut hasher);
        let place = usize::try_from(hasher.finish() % LOCKS as u64).unwrap_or_default();
        &self.keys[place]
    }

    /// Makes the folders above `path`, those that are not known to be there.
    async fn make_folders(&self, path: &str) -> Result<()> {
        for (slash, _) in path.match_indices('/') {
            let folder = &path[..slash];
            if self.folders.lock().unwrap_or_else(PoisonError::into_inner).contains(folder) {
                continue;
            }
            let method = Method::from_bytes(b"MKCOL").expect("it is a word");
            let answer = self.server.send(Request::new(method, self.server.address(folder.as_bytes(), true))).await?;
            match answer.status {
                // It was there, or was made just now by somebody else.
                status if status.is_success() || status == StatusCode::METHOD_NOT_ALLOWED => {}
                StatusCode::CONFLICT | StatusCode::NOT_FOUND => return Err(self.no_root()),
                // Apache says so to the later of two who make the same folder in the same moment.
                StatusCode::FORBIDDEN if self.is_folder(folder).await? => {}
                _ => return Err(answer.refusal()),
            }
            self.folders.lock().unwrap_or_else(PoisonError::into_inner).insert(folder.to_owned());
        }
        Ok(())
    }

    async fn is_folder(&self, path: &str) -> Result<bool> {
        Ok(self.server.look(path.as_bytes()).await?.is_some_and(|found| found.is_folder))
    }

    /// Somebody removed folders.
    fn forget_folders(&self) {
        self.folders.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn no_root(&self) -> Error {
        Error::new(ErrorKind::Config, format!("the folder {} is not there", self.server.shown()))
            .hint("make it on the server, or write the right address in store.url")
    }

    async fn remove(&self, path: &str, is_folder: bool) -> Result<()> {
        let url = self.server.address(path.as_bytes(), is_folder);
        let answer = self.server.send(Request::new(Method::DELETE, url)).await?;
        match answer.status {
            StatusCode::NOT_FOUND | StatusCode::GONE => Ok(()),
            _ => answer.success().map(drop),
        }
    }
}

/// The folder for what is not finished takes no objects.
fn refuse_aside(key: &ObjectKey) -> Result<()> {
    let first = key.as_str().split('/').next().unwrap_or_default();
    if first.eq_ignore_ascii_case(WebdavStore::ASIDE_FOLDER) {
        return Err(Error::new(ErrorKind::Rejected, format!("{key} is a name pinax keeps for itself")));
    }
    Ok(())
}

/// Nothing is no error.
fn if_there<T>(found: Result<T>) -> Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[async_trait]
impl Store for WebdavStore {
    fn describe(&self) -> String {
        format!("webdav:{}", self.server.shown())
    }

    async fn check(&self) -> Result<()> {
        self.check_writing().await
    }

    async fn put_new(&self, key: &ObjectKey, bytes: &[u8]) -> Result<Put> {
        refuse_aside(key)?;
        let _one_at_a_time = self.lock_of(key).lock().await;
        let _not_swept = self.aside.read().await;
        self.put(key, bytes).await
    }

    async fn digest(&self, key: &ObjectKey) -> Result<Option<ObjectDigest>> {
        let mut sink = SumSink::default();
        let fetched = self.server.fetch(key.as_str().as_bytes(), &Wanted::up_to(u64::MAX), &mut sink).await;
        let there = if_there(fetched)?;
        Ok(there.map(|_| ObjectDigest { size_bytes: sink.size_bytes(), sha256: sink.sum() }))
    }

    async fn read(&self, key: &ObjectKey) -> Result<Option<Vec<u8>>> {
        let mut bytes = Vec::new();
        let fetched = self.server.fetch(key.as_str().as_bytes(), &Wanted::up_to(u64::MAX), &mut bytes).await;
        Ok(if_there(fetched)?.map(|_| bytes))
    }

    async fn delete(&self, key: &ObjectKey) -> Result<()> {
        refuse_aside(key)?;
        // Removing a folder removes all that is in it.
        match self.server.look(key.as_str().as_bytes()).await? {
            None => Ok(()),
            Some(found) if found.is_folder => Err(Error::new(ErrorKind::Conflict, format!("{key} is a folder"))),
            Some(_) => self.remove(key.as_str(), false).await,
        }
    }

    fn public_uri(&self, key: &ObjectKey) -> Result<AccessUri> {
        self.public_url.join(key.as_str())
    }
}

/// Where an object is written before it has its name: the same for the same key and bytes, so that a put that was cut off
/// leaves nothing once it is repeated.
fn aside_path(key: &ObjectKey, bytes: &[u8]) -> String {
    let sum = Sha256Sum::of(format!("{key}\n{}", Sha256Sum::of(bytes)).as_bytes());
    format!("{}/{}", WebdavStore::ASIDE_FOLDER, sum.short(32))
}
