//! The contract of every source, kept in memory and in a folder.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use pinax_core::ports::source::Source;
use pinax_io::source::folder::{FolderSource, FolderSourceOptions};
use pinax_testkit::memory_source::MemorySource;
use pinax_testkit::source_contract::{SourceUnderTest, source_contract};

struct InMemory(MemorySource);

impl SourceUnderTest for InMemory {
    fn source(&self) -> &dyn Source {
        &self.0
    }

    fn put(&self, locator: &[u8], bytes: &[u8]) {
        self.0.put(locator, bytes);
    }

    fn remove(&self, locator: &[u8]) {
        self.0.remove(locator);
    }

    fn taken(&self) -> BTreeMap<Vec<u8>, Vec<u8>> {
        self.0.taken()
    }
}

struct InFolder {
    place: tempfile::TempDir,
    source: FolderSource,
    changes: AtomicU64,
}

impl InFolder {
    fn new(done: &str) -> Self {
        let place = tempfile::tempdir().unwrap();
        fs::create_dir(place.path().join("in")).unwrap();
        let options =
            FolderSourceOptions { done_dir: Some(place.path().join(done)), ..super::options(&place.path().join("in")) };
        Self { source: FolderSource::new(options).unwrap(), place, changes: AtomicU64::new(0) }
    }

    fn path(&self, locator: &[u8]) -> PathBuf {
        self.place.path().join("in").join(OsStr::from_bytes(locator))
    }
}

impl SourceUnderTest for InFolder {
    fn source(&self) -> &dyn Source {
        &self.source
    }

    fn put(&self, locator: &[u8], bytes: &[u8]) {
        let path = self.path(locator);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        // Two changes within one tick of the file system's clock look the same.
        let seconds = self.changes.fetch_add(1, Ordering::Relaxed);
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000 + seconds);
        File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
    }

    fn remove(&self, locator: &[u8]) {
        fs::remove_file(self.path(locator)).unwrap();
    }

    fn taken(&self) -> BTreeMap<Vec<u8>, Vec<u8>> {
        fn walk(root: &Path, folder: &Path, into: &mut BTreeMap<Vec<u8>, Vec<u8>>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(root, &path, into);
                } else {
                    let name = path.strip_prefix(root).unwrap().as_os_str().as_bytes().to_vec();
                    into.insert(name, fs::read(&path).unwrap());
                }
            }
        }
        let done = self.source_done();
        let mut taken = BTreeMap::new();
        walk(&done, &done, &mut taken);
        taken
    }
}

impl InFolder {
    fn source_done(&self) -> PathBuf {
        let beside = self.place.path().join("done");
        if beside.is_dir() { beside } else { self.place.path().join("in/done") }
    }
}

#[tokio::test]
async fn in_memory() {
    source_contract(|| InMemory(MemorySource::new())).await;
}

#[tokio::test]
async fn in_a_folder() {
    source_contract(|| InFolder::new("done")).await;
}

#[tokio::test]
async fn in_a_folder_that_holds_the_folder_for_done_files() {
    source_contract(|| InFolder::new("in/done")).await;
}
