//! A source that is a zip file, or a folder with zip files.

use std::path::{self, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use futures::stream::BoxStream;
use pinax_core::nouns::source_image::SourceImage;
use pinax_core::ports::source::{ListFrom, Listing, Source};
use pinax_core::{Error, ErrorKind, Result};
use tokio::task::spawn_blocking;

mod archive;
mod index;
mod list;
mod place;
mod read;

use place::Place;

/// Which zip files are read.
#[derive(Debug, Clone)]
pub struct ZipSourceOptions {
    /// A zip file; or a folder, of which every zip file is read, at whatever depth.
    pub root: PathBuf,
}

/// The files in a zip file, or in all zip files of a folder.
///
/// A file is named by the path in its zip file, after the path of that where the root is a folder:
/// `2026/box-7.zip/TST00000001.jpg`. Names are taken as bytes, whatever encoding they are in. What is known of a file
/// before it is read is its length and its CRC-32, so a picture that was packed again is still the same picture. Zip
/// files inside zip files are not opened, links in folders are not followed, nothing is unpacked to the disk.
#[derive(Debug)]
pub struct ZipSource {
    place: Arc<Place>,
}

impl ZipSource {
    /// A zip file with more entries than this is not read: what is known of them must fit into memory.
    pub const MOST_ENTRIES: usize = 500_000;

    /// Takes the path as it is named; whether anything is there, [`Source::check`] tells.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when the path is empty.
    pub fn new(options: &ZipSourceOptions) -> Result<Self> {
        let root = path::absolute(&options.root).map_err(|error| {
            Error::new(ErrorKind::Config, format!("`{}` is no zip file", options.root.display())).caused_by(error)
        })?;
        Ok(Self { place: Arc::new(Place::new(root)) })
    }

    async fn blocking<T: Send + 'static>(&self, work: impl FnOnce(&Place) -> Result<T> + Send + 'static) -> Result<T> {
        let place = Arc::clone(&self.place);
        spawn_blocking(move || work(&place))
            .await
            .map_err(|error| Error::new(ErrorKind::Internal, "reading zip files broke off").caused_by(error))?
    }
}

#[async_trait]
impl Source for ZipSource {
    fn describe(&self) -> String {
        format!("zip {}", self.place.shown())
    }

    async fn check(&self) -> Result<()> {
        self.blocking(list::check).await
    }

    fn list(&self, _from: ListFrom) -> BoxStream<'_, Result<Listing>> {
        list::listing(Arc::clone(&self.place))
    }

    async fn read(&self, image: &SourceImage, limit_bytes: u64) -> Result<Vec<u8>> {
        let image = image.clone();
        self.blocking(move |place| read::read(place, &image, limit_bytes)).await
    }
}
