//! A source that is a folder, with everything below it.

use std::path::{self, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::{fs, io};

use async_trait::async_trait;
use futures::stream::BoxStream;
use pinax_core::nouns::checksum::Sha256Sum;
use pinax_core::nouns::profile::AfterLink;
use pinax_core::nouns::source_image::{Locator, SourceImage};
use pinax_core::ports::source::{ListFrom, Listing, Source};
use pinax_core::{Error, ErrorKind, Result};
use tokio::task::spawn_blocking;

use crate::beneath::{Folder, path_bytes};

mod faults;
mod left_out;
mod put_back;
mod read;
mod take_away;
mod unsettled;
mod walk;

use left_out::LeftOut;

/// How a folder is read.
#[derive(Debug, Clone)]
pub struct FolderSourceOptions {
    /// The folder.
    pub root: PathBuf,
    /// A file that changed less than this ago is not taken yet; zero takes everything at once.
    pub settle: Duration,
    /// A file that goes on changing for longer than this is left for the next run.
    pub patience: Duration,
    /// Files and folders that are never listed: whatever Pinax itself writes. They need not exist yet.
    pub leave_out: Vec<PathBuf>,
    /// Where files go that are to be moved away. Never listed, when it lies below `root`.
    pub done_dir: Option<PathBuf>,
}

impl FolderSourceOptions {
    /// Waits five seconds for files to settle, five minutes at most; leaves nothing out; moves nothing.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            settle: Duration::from_secs(5),
            patience: Duration::from_secs(300),
            leave_out: Vec::new(),
            done_dir: None,
        }
    }
}

/// A folder, with everything below it.
///
/// Links are never followed, neither to files nor to folders; they are named in a finding. The folder itself may be
/// reached through links. Listing, reading and moving block, and are done on threads of their own.
#[derive(Debug)]
pub struct FolderSource {
    place: Arc<Place>,
}

/// What the threads need to know.
#[derive(Debug)]
struct Place {
    options: FolderSourceOptions,
    /// The file system the root was on when it was listed: another one means that it was unmounted.
    file_system: Mutex<Option<u64>>,
}

impl FolderSource {
    /// Takes the folder as it is named; whether it is there, [`Source::check`] tells.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when the folder lies inside a place that is left out, or `done_dir` holds it: everything
    /// would be left out, or listed again after it was moved.
    pub fn new(mut options: FolderSourceOptions) -> Result<Self> {
        options.root = absolute(&options.root)?;
        options.done_dir = options.done_dir.as_deref().map(absolute).transpose()?;
        options.leave_out = options.leave_out.iter().map(|path| absolute(path)).collect::<Result<_>>()?;
        LeftOut::of(&options)?;
        Ok(Self { place: Arc::new(Place { options, file_system: Mutex::new(None) }) })
    }

    async fn blocking<T: Send + 'static>(&self, work: impl FnOnce(&Place) -> Result<T> + Send + 'static) -> Result<T> {
        let place = Arc::clone(&self.place);
        spawn_blocking(move || work(&place))
            .await
            .map_err(|error| Error::new(ErrorKind::Internal, "reading the folder broke off").caused_by(error))?
    }
}

fn absolute(path: &Path) -> Result<PathBuf> {
    match path::absolute(path) {
        Ok(absolute) => Ok(absolute.components().collect()),
        Err(error) => Err(Error::new(ErrorKind::Config, format!("`{}` is no folder", path.display())).caused_by(error)),
    }
}

impl Place {
    /// The root for people.
    fn shown(&self) -> String {
        Locator::new(path_bytes(&self.options.root).unwrap_or_default()).to_string()
    }

    /// Opens the root.
    fn open_root(&self) -> Result<Folder> {
        Folder::root(&self.options.root).map_err(|error| faults::root(&self.shown(), error))
    }

    /// Notes the file system that is listed.
    fn remember(&self, identity: (u64, u64)) {
        *self.file_system.lock().unwrap_or_else(PoisonError::into_inner) = Some(identity.0);
    }

    /// Tells a file that is gone from a disk that is gone.
    fn still_there(&self) -> Result<()> {
        let (now, _) = self.open_root()?.identity().map_err(|error| faults::root(&self.shown(), error))?;
        match *self.file_system.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(then) if then != now => Err(faults::unmounted(&self.shown())),
            _ => Ok(()),
        }
    }
}

fn check(place: &Place) -> Result<()> {
    LeftOut::of(&place.options)?;
    let root = place.open_root()?;
    // Listing asks for the right to read, looking at files for the right to search.
    let look = || -> io::Result<()> {
        root.status(b".")?;
        root.again()?.entries()?.next().transpose().map(drop)
    };
    look().map_err(|error| faults::root(&place.shown(), error))?;
    if let Some(done) = &place.options.done_dir
        && !done.is_dir()
        && !done.parent().is_some_and(|parent| fs::metadata(parent).is_ok_and(|found| found.is_dir()))
    {
        return Err(Error::new(
            ErrorKind::Config,
            format!("the folder for done files {} is not there", done.display()),
        )
        .hint("create it, or mount the disk it lies on"));
    }
    Ok(())
}

#[async_trait]
impl Source for FolderSource {
    fn describe(&self) -> String {
        format!("folder {}", self.place.shown())
    }

    async fn check(&self) -> Result<()> {
        self.blocking(check).await
    }

    async fn check_taking_away(&self, after: AfterLink) -> Result<()> {
        self.blocking(move |place| take_away::check(place, after)).await
    }

    fn list(&self, _from: ListFrom) -> BoxStream<'_, Result<Listing>> {
        walk::listing(Arc::clone(&self.place)).0
    }

    async fn read(&self, image: &SourceImage, limit_bytes: u64) -> Result<Vec<u8>> {
        let image = image.clone();
        self.blocking(move |place| read::read(place, &image, limit_bytes)).await
    }

    async fn take_away(&self, image: &SourceImage, after: AfterLink) -> Result<Option<String>> {
        let image = image.clone();
        self.blocking(move |place| take_away::take_away(place, &image, after)).await
    }

    async fn put_back(&self, image: &SourceImage, sha256: Sha256Sum, bytes: Option<&[u8]>) -> Result<()> {
        let (image, bytes) = (image.clone(), bytes.map(<[u8]>::to_vec));
        self.blocking(move |place| put_back::put_back(place, &image, sha256, bytes.as_deref())).await
    }
}
