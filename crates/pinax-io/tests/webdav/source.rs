//! The contract of every source, kept over WebDAV.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use pinax_core::ports::source::Source;
use pinax_io::source::webdav::WebdavSource;
use pinax_testkit::source_contract::{NAMES, SourceUnderTest, source_contract};
use pinax_testkit::web_server::{WebServer, make_folder};

use super::Dav;

struct Shown {
    kind: Dav,
    place: tempfile::TempDir,
    _server: WebServer,
    source: WebdavSource,
    changes: AtomicU64,
}

impl Shown {
    fn new(kind: Dav, path: Option<&str>) -> Self {
        let place = tempfile::tempdir().unwrap();
        let server = kind.serve(place.path());
        let url = path.map_or_else(|| kind.url(&server), |path| server.url(path));
        Self { kind, source: super::source(&url), place, _server: server, changes: AtomicU64::new(0) }
    }

    fn path(&self, locator: &[u8]) -> PathBuf {
        self.place.path().join(OsStr::from_bytes(locator))
    }
}

impl SourceUnderTest for Shown {
    fn source(&self) -> &dyn Source {
        &self.source
    }

    fn put(&self, locator: &[u8], bytes: &[u8]) {
        let path = self.path(locator);
        make_folder(self.place.path(), path.parent().unwrap());
        fs::write(&path, bytes).unwrap();
        let seconds = self.changes.fetch_add(1, Ordering::Relaxed);
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000 + seconds);
        File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
    }

    fn remove(&self, locator: &[u8]) {
        fs::remove_file(self.path(locator)).unwrap();
    }

    fn taken(&self) -> BTreeMap<Vec<u8>, Vec<u8>> {
        BTreeMap::new()
    }

    fn names(&self) -> Vec<&'static [u8]> {
        // rclone writes control characters, and bytes that are no text, in other characters.
        let kept =
            |name: &&[u8]| self.kind != Dav::Rclone || !name.contains(&b'\n') && std::str::from_utf8(name).is_ok();
        NAMES.into_iter().filter(kept).collect()
    }

    fn many(&self) -> usize {
        // rclone looks through the folder for every file again.
        if self.kind == Dav::Rclone { 200 } else { 2_500 }
    }

    fn can_take_away(&self) -> bool {
        false
    }
}

#[tokio::test]
async fn of_apache_with_log_in() {
    source_contract(|| Shown::new(Dav::Apache, None)).await;
}

#[tokio::test]
async fn of_apache_for_everybody() {
    source_contract(|| Shown::new(Dav::Apache, Some("/dav-anon/"))).await;
}

#[tokio::test]
async fn of_rclone() {
    source_contract(|| Shown::new(Dav::Rclone, None)).await;
}
