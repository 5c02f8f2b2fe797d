//! A store that is a folder, which a web server shows.

use std::io;
use std::path::{self, PathBuf};
use std::sync::{Arc, RwLock};

use async_trait::async_trait;
use pinax_core::nouns::media::ObjectKey;
use pinax_core::nouns::source_image::Locator;
use pinax_core::nouns::uri::{AccessUri, PublicUrl};
use pinax_core::ports::store::{ObjectDigest, Put, Store};
use pinax_core::{Error, ErrorKind, Result};
use tokio::task::spawn_blocking;

use crate::beneath::{Folder, path_bytes};

mod aside;
mod delete;
mod digest;
mod faults;
mod put;

use aside::Aside;

/// Where a folder lies, and where the web sees it.
#[derive(Debug, Clone)]
pub struct FolderStoreOptions {
    /// The folder. It must exist: an unmounted disk is not filled by mistake.
    pub root: PathBuf,
    /// Its address.
    pub public_url: PublicUrl,
}

/// A folder that a web server shows.
///
/// An object is written aside (below [`ASIDE_FOLDER`](Self::ASIDE_FOLDER)), made durable, and put in place under a
/// name that was free. Links below the folder are not followed; the folder itself may be reached through links. What
/// mode files and folders have is left to the umask. Work blocks, and is done on threads of their own.
#[derive(Debug)]
pub struct FolderStore {
    place: Arc<Place>,
    public_url: PublicUrl,
}

#[derive(Debug)]
struct Place {
    root: PathBuf,
    /// Held for writing while folders are made or removed: nobody writes into a folder that is not durable yet.
    folders: RwLock<()>,
}

impl FolderStore {
    /// The folder below the root for what is not finished. It is there only while something is written, or after a
    /// run was killed; [`Store::check`] empties it.
    pub const ASIDE_FOLDER: &str = ".pinax-tmp";

    /// Takes the folder as it is named; whether it is there, [`Store::check`] tells.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when `root` is empty.
    pub fn new(options: FolderStoreOptions) -> Result<Self> {
        let root = path::absolute(&options.root).map_err(|error| {
            Error::new(ErrorKind::Config, format!("`{}` is no folder", options.root.display())).caused_by(error)
        })?;
        let place = Place { root: root.components().collect(), folders: RwLock::new(()) };
        Ok(Self { place: Arc::new(place), public_url: options.public_url })
    }

    async fn blocking<T: Send + 'static>(&self, work: impl FnOnce(&Place) -> Result<T> + Send + 'static) -> Result<T> {
        let place = Arc::clone(&self.place);
        spawn_blocking(move || work(&place))
            .await
            .map_err(|error| Error::new(ErrorKind::Internal, "work on the store broke off").caused_by(error))?
    }
}

impl Place {
    /// The root for people, always the same.
    fn shown(&self) -> String {
        Locator::new(path_bytes(&self.root).unwrap_or_default()).to_string()
    }

    fn open_root(&self) -> Result<Folder> {
        Folder::root(&self.root).map_err(|error| faults::root(&self.shown(), error))
    }
}

/// The folders above an object, and its name.
fn split(key: &ObjectKey) -> Result<(Vec<&[u8]>, &[u8])> {
    let mut parts: Vec<&[u8]> = key.as_str().split('/').map(str::as_bytes).collect();
    let name = parts.pop().unwrap_or_default();
    let first = parts.first().unwrap_or(&name);
    if first.eq_ignore_ascii_case(FolderStore::ASIDE_FOLDER.as_bytes()) {
        return Err(Error::new(ErrorKind::Rejected, format!("{key} is a name pinax keeps for itself")));
    }
    Ok((parts, name))
}

/// Opens the folder an object lies in; `NotFound` when there is none.
fn folder_of(root: &Folder, parts: &[&[u8]]) -> io::Result<Folder> {
    let mut folder = root.again()?;
    for part in parts {
        folder = folder.folder(part)?;
    }
    Ok(folder)
}

fn check(place: &Place) -> Result<()> {
    /// Enough to notice a full disk.
    const PROBE_BYTES: usize = 64 * 1024;
    let root = place.open_root()?;
    aside::sweep(&root).map_err(|error| faults::aside(&place.shown(), error))?;
    let probe = Aside::begin(&root, "").map_err(|error| faults::aside(&place.shown(), error))?;
    probe.write(&[0; PROBE_BYTES]).map_err(|error| faults::aside(&place.shown(), error))
}

#[async_trait]
impl Store for FolderStore {
    fn describe(&self) -> String {
        format!("folder:{}", self.place.shown())
    }

    async fn check(&self) -> Result<()> {
        self.blocking(check).await
    }

    async fn put_new(&self, key: &ObjectKey, bytes: &[u8]) -> Result<Put> {
        // The copy costs a hundredth of what making it durable does.
        let (key, bytes) = (key.clone(), bytes.to_vec());
        self.blocking(move |place| put::put_new(place, &key, &bytes)).await
    }

    async fn digest(&self, key: &ObjectKey) -> Result<Option<ObjectDigest>> {
        let key = key.clone();
        self.blocking(move |place| digest::digest(place, &key)).await
    }

    async fn read(&self, key: &ObjectKey) -> Result<Option<Vec<u8>>> {
        let key = key.clone();
        self.blocking(move |place| digest::read(place, &key)).await
    }

    async fn delete(&self, key: &ObjectKey) -> Result<()> {
        let key = key.clone();
        self.blocking(move |place| delete::delete(place, &key)).await
    }

    fn public_uri(&self, key: &ObjectKey) -> Result<AccessUri> {
        self.public_url.join(key.as_str())
    }
}
