//! The contract of every source; and what is left alone.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use futures::StreamExt as _;
use pinax_core::ErrorKind;
use pinax_core::ports::source::{ListFrom, Source};
use pinax_io::source::sftp::SftpSource;
use pinax_testkit::source_contract::{SourceUnderTest, list_all, source_contract};
use pinax_testkit::sshd::Sshd;

struct OnServer {
    place: tempfile::TempDir,
    source: SftpSource,
    changes: AtomicU64,
}

impl OnServer {
    fn new(sshd: &Sshd) -> Self {
        let place = tempfile::tempdir().unwrap();
        Self { source: super::source(super::server(sshd), place.path()), place, changes: AtomicU64::new(0) }
    }

    fn path(&self, locator: &[u8]) -> PathBuf {
        self.place.path().join(OsStr::from_bytes(locator))
    }
}

impl SourceUnderTest for OnServer {
    fn source(&self) -> &dyn Source {
        &self.source
    }

    fn put(&self, locator: &[u8], bytes: &[u8]) {
        let path = self.path(locator);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        // Two changes within one second look the same.
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

    fn can_take_away(&self) -> bool {
        false
    }
}

#[tokio::test]
async fn keeps_the_contract() {
    let sshd = Sshd::start();
    source_contract(|| OnServer::new(&sshd)).await;
}

#[tokio::test]
async fn links_pipes_and_what_cannot_be_read_are_told() {
    let sshd = Sshd::start();
    let test = OnServer::new(&sshd);
    test.put(b"a.jpg", b"a");
    test.put(b"half.jpg.part", b"half");
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret.jpg"), "secret").unwrap();
    std::os::unix::fs::symlink(outside.path(), test.path(b"out")).unwrap();
    std::os::unix::fs::symlink("a.jpg", test.path(b"b.jpg")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(test.path(b"pipe.jpg")).status().unwrap().success());
    let (mut files, mut findings, mut is_whole) = (Vec::new(), Vec::new(), false);
    let mut parts = test.source.list(ListFrom::default());
    while let Some(part) = parts.next().await {
        let part = part.unwrap();
        files.extend(part.files.into_iter().map(|image| image.locator.to_string()));
        findings.extend(part.findings.into_iter().map(|finding| finding.message));
        is_whole = part.is_whole;
    }
    assert_eq!(files, ["a.jpg"]);
    assert!(is_whole);
    let said = findings.join("\n");
    for name in ["out", "b.jpg", "pipe.jpg", "half.jpg.part"] {
        assert!(said.contains(name), "{name}: {said}");
    }
}

#[tokio::test]
async fn a_large_file_comes_whole_and_a_file_made_a_link_is_another_file() {
    let sshd = Sshd::start();
    let test = OnServer::new(&sshd);
    let bytes: Vec<u8> = (0..5_000_001_u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    test.put(b"large.jpg", &bytes);
    test.put(b"other.jpg", b"other");
    let all = list_all(&test.source).await;
    assert!(test.source.read(&all[&b"large.jpg"[..]], 6_000_000).await.unwrap() == bytes);
    test.remove(b"other.jpg");
    std::os::unix::fs::symlink("large.jpg", test.path(b"other.jpg")).unwrap();
    let error = test.source.read(&all[&b"other.jpg"[..]], 100).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_no_empty_listing() {
    let sshd = Sshd::start();
    let source = super::source(super::server(&sshd), std::path::Path::new("/nowhere/at/all"));
    assert_eq!(source.check().await.unwrap_err().kind(), ErrorKind::Unavailable);
    let mut parts = source.list(ListFrom::default());
    assert_eq!(parts.next().await.unwrap().unwrap_err().kind(), ErrorKind::Unavailable);
}
