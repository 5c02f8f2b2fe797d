//! The contract of every source, kept by a zip file.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use pinax_core::ports::source::Source;
use pinax_io::source::zip::ZipSource;
use pinax_testkit::source_contract::{SourceUnderTest, source_contract};

use super::packer::{Entry, pack};

struct Zipped {
    place: tempfile::TempDir,
    source: ZipSource,
    files: Mutex<Files>,
}

#[derive(Default)]
struct Files {
    all: BTreeMap<Vec<u8>, Vec<u8>>,
    changes: u64,
    written: Option<u64>,
}

impl Zipped {
    fn new() -> Self {
        let place = tempfile::tempdir().unwrap();
        Self { source: super::source(&place.path().join("all.zip")), place, files: Mutex::default() }
    }
}

impl SourceUnderTest for Zipped {
    /// Packs what changed: once, not for each file.
    fn source(&self) -> &dyn Source {
        let mut files = self.files.lock().unwrap();
        if files.written != Some(files.changes) {
            let entries: Vec<Entry> = files.all.iter().map(|(name, bytes)| Entry::new(&name[..], &bytes[..])).collect();
            let path = self.place.path().join("all.zip");
            fs::write(&path, pack(&entries)).unwrap();
            // Two changes within one tick of the file system's clock look the same.
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000 + files.changes);
            File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
            files.written = Some(files.changes);
        }
        &self.source
    }

    fn put(&self, locator: &[u8], bytes: &[u8]) {
        let mut files = self.files.lock().unwrap();
        files.all.insert(locator.to_vec(), bytes.to_vec());
        files.changes += 1;
    }

    fn remove(&self, locator: &[u8]) {
        let mut files = self.files.lock().unwrap();
        files.all.remove(locator);
        files.changes += 1;
    }

    fn taken(&self) -> BTreeMap<Vec<u8>, Vec<u8>> {
        BTreeMap::new()
    }

    fn can_take_away(&self) -> bool {
        false
    }
}

#[tokio::test]
async fn in_a_zip_file() {
    source_contract(Zipped::new).await;
}
