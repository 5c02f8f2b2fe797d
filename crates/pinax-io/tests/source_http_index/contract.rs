//! The contract of every source, kept over the directory pages of each server.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use pinax_core::ports::source::Source;
use pinax_io::source::http_index::{HttpIndexOptions, HttpIndexSource};
use pinax_testkit::source_contract::{NAMES, SourceUnderTest, source_contract};
use pinax_testkit::web_server::{IndexPages, WebServer, make_folder};
use url::Url;

struct Shown {
    kind: IndexPages,
    place: tempfile::TempDir,
    _server: WebServer,
    source: HttpIndexSource,
    changes: AtomicU64,
}

impl Shown {
    fn new(kind: IndexPages) -> Self {
        let place = tempfile::tempdir().unwrap();
        fs::set_permissions(place.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let server = WebServer::with_index(kind, place.path());
        let mut options = HttpIndexOptions::new(Url::parse(&server.url("/")).unwrap());
        options.http.manners.least_pause = Duration::ZERO;
        let source = HttpIndexSource::new(options).unwrap();
        Self { kind, place, _server: server, source, changes: AtomicU64::new(0) }
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
        // Pages tell minutes, in a zone nobody knows.
        let minutes = self.changes.fetch_add(1, Ordering::Relaxed) * 7;
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_020 + minutes * 60);
        File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
    }

    fn remove(&self, locator: &[u8]) {
        fs::remove_file(self.path(locator)).unwrap();
    }

    fn taken(&self) -> BTreeMap<Vec<u8>, Vec<u8>> {
        BTreeMap::new()
    }

    fn names(&self) -> Vec<&'static [u8]> {
        // rclone writes control characters, and bytes that are no text, in other characters; lighttpd refuses addresses that
        // hold them.
        let picky = matches!(self.kind, IndexPages::Rclone | IndexPages::Lighttpd);
        let kept = |name: &&[u8]| !picky || !name.contains(&b'\n') && std::str::from_utf8(name).is_ok();
        NAMES.into_iter().filter(kept).collect()
    }

    fn many(&self) -> usize {
        // rclone looks through the folder for every file again.
        if self.kind == IndexPages::Rclone { 200 } else { 2_500 }
    }

    fn tells_sizes(&self) -> bool {
        !matches!(self.kind, IndexPages::Lighttpd | IndexPages::ApachePlain)
    }

    fn tells_changes(&self) -> bool {
        self.kind != IndexPages::ApachePlain
    }

    fn can_take_away(&self) -> bool {
        false
    }
}

#[tokio::test]
async fn of_apache_as_text() {
    source_contract(|| Shown::new(IndexPages::ApacheFancy)).await;
}

#[tokio::test]
async fn of_apache_as_a_table() {
    source_contract(|| Shown::new(IndexPages::ApacheTable)).await;
}

#[tokio::test]
async fn of_apache_as_names() {
    source_contract(|| Shown::new(IndexPages::ApachePlain)).await;
}

#[tokio::test]
async fn of_nginx() {
    source_contract(|| Shown::new(IndexPages::Nginx)).await;
}

#[tokio::test]
async fn of_nginx_as_json() {
    source_contract(|| Shown::new(IndexPages::NginxJson)).await;
}

#[tokio::test]
async fn of_lighttpd() {
    source_contract(|| Shown::new(IndexPages::Lighttpd)).await;
}

#[tokio::test]
async fn of_rclone() {
    source_contract(|| Shown::new(IndexPages::Rclone)).await;
}
