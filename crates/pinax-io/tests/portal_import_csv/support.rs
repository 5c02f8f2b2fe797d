//! A folder with a download, and portals on it.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use pinax_core::nouns::batch::BatchId;
use pinax_core::nouns::collection::{Collection, CollectionKey};
use pinax_core::nouns::matching::MatchField;
use pinax_core::nouns::media::{MediaRecord, MediaRow};
use pinax_core::nouns::occurrence::{CatalogNumber, Occurrence};
use pinax_core::ports::portal::Portal;
use pinax_core::steps::link::MediaChange;
use pinax_core::{Error, Result};
use pinax_io::portal::import_csv::{ImportCsvOptions, ImportCsvPortal};
use pinax_testkit::portal_contract::{Seed, wanted};
use pinax_testkit::portal_download;
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A folder with a download in it.
pub(crate) struct Place {
    folder: TempDir,
    records: PathBuf,
}

impl Place {
    /// A download that is one table, of these bytes.
    pub(crate) fn table(bytes: impl AsRef<[u8]>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let records = folder.path().join("download.csv");
        fs::write(&records, bytes).unwrap();
        Self { folder, records }
    }

    /// A download with `records` records of collection 1.
    pub(crate) fn counted(records: u64) -> Self {
        Self::table(portal_download::occurrences(&Seed::counted(records).records))
    }

    /// A download that is a zip of these files.
    pub(crate) fn zip(files: &[(&str, &[u8])]) -> Self {
        let place = Self::table("");
        let mut zip = ZipWriter::new(File::create(&place.records).unwrap());
        for (name, bytes) in files {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap();
        place
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn records(&self) -> &Path {
        &self.records
    }

    pub(crate) fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    pub(crate) fn options(&self) -> ImportCsvOptions {
        ImportCsvOptions::new(&self.records, self.out(), self.folder.path().join("cache"), "tst")
    }

    pub(crate) fn portal(&self) -> ImportCsvPortal {
        ImportCsvPortal::new(self.options()).unwrap()
    }

    /// Names of the files written.
    pub(crate) fn written(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.out()) else { return Vec::new() };
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.out().join(name)).unwrap()
    }

    /// Number of rows in all files.
    pub(crate) fn rows(&self) -> usize {
        self.written().iter().map(|name| self.read(name).lines().count() - 1).sum()
    }
}

pub(crate) fn key(code: &str) -> CollectionKey {
    code.parse().unwrap()
}

pub(crate) async fn herbarium(portal: &ImportCsvPortal) -> Collection {
    portal.collection(&key("TST:VASC")).await.unwrap()
}

/// Looks up one number.
pub(crate) async fn find(portal: &ImportCsvPortal, number: &str) -> Result<Vec<Occurrence>> {
    let collection = portal.collection(&key("TST:VASC")).await?;
    Ok(portal
        .find_occurrences(&collection, &[MatchField::CatalogNumber], &[CatalogNumber::new(number).unwrap()])
        .await?
        .remove(0))
}

/// The error a download gives.
pub(crate) async fn refused(place: &Place) -> Error {
    place.portal().collection(&key("TST:VASC")).await.unwrap_err()
}

pub(crate) fn insert(record: MediaRecord) -> MediaChange {
    MediaChange::Insert(Box::new(record))
}

/// Applies wanted rows of `occids`, named `name`, in `batch`.
pub(crate) async fn apply(
    portal: &ImportCsvPortal,
    batch: i64,
    occids: impl IntoIterator<Item = u64>,
    name: &str,
) -> Vec<Result<MediaRow>> {
    let collection = herbarium(portal).await;
    let changes: Vec<MediaChange> = occids.into_iter().map(|occid| insert(wanted(occid, name))).collect();
    portal.apply(&collection, BatchId(batch), &changes).await.unwrap()
}
