use std::fs;
use std::path::PathBuf;

use pinax_core::Result;
use pinax_core::nouns::batch::BatchId;
use pinax_core::nouns::collection::Collection;
use pinax_core::nouns::finding::Finding;
use pinax_core::nouns::media::{MediaRecord, MediaRow};
use pinax_core::ports::portal::Portal;
use pinax_core::steps::link::MediaChange;
use pinax_io::portal::dwca::{DwcaOptions, DwcaPortal};
use pinax_testkit::portal_contract::Seed;
use pinax_testkit::portal_download;
use tempfile::TempDir;

/// A download, and room for archives.
pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    /// Records 1 to `records` of TST:VASC.
    pub(crate) fn counted(records: u64) -> Self {
        Self::holding(&Seed::counted(records))
    }

    pub(crate) fn holding(seed: &Seed) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("occurrences.csv"), portal_download::occurrences(&seed.records)).unwrap();
        Self { folder }
    }

    pub(crate) fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    pub(crate) fn options(&self) -> DwcaOptions {
        let records = self.folder.path().join("occurrences.csv");
        let cache = self.folder.path().join("cache");
        DwcaOptions {
            collection_name: Some("Test & \"Herbarium\" <TST>".to_owned()),
            ..DwcaOptions::new(records, self.out(), cache, "tst", "2026-07-01")
        }
    }

    pub(crate) fn portal(&self) -> DwcaPortal {
        DwcaPortal::new(self.options()).unwrap()
    }

    /// Names of the files written.
    pub(crate) fn written(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.out()) else { return Vec::new() };
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

pub(crate) async fn herbarium(portal: &DwcaPortal) -> Collection {
    portal.collection(&"TST:VASC".parse().unwrap()).await.unwrap()
}

pub(crate) fn insert(record: MediaRecord) -> MediaChange {
    MediaChange::Insert(Box::new(record))
}

pub(crate) fn update(before: &MediaRecord, after: &MediaRecord) -> MediaChange {
    MediaChange::Update { before: Box::new(before.clone()), after: Box::new(after.clone()) }
}

pub(crate) async fn apply(portal: &DwcaPortal, batch: i64, changes: &[MediaChange]) -> Vec<Result<MediaRow>> {
    portal.apply(&herbarium(portal).await, BatchId(batch), changes).await.unwrap()
}

pub(crate) async fn finish(portal: &DwcaPortal, batch: i64) -> Vec<Finding> {
    portal.finish(&herbarium(portal).await, BatchId(batch)).await.unwrap()
}
