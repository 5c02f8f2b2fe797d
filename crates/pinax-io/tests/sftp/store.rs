//! The contract of every store; and what a web server may read.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use pinax_core::ErrorKind;
use pinax_core::ports::store::{Put, Store};
use pinax_io::store::sftp::SftpStore;
use pinax_testkit::apart::{Apart, inside};
use pinax_testkit::sshd::Sshd;
use pinax_testkit::store_contract::{StoreUnderTest, key, store_contract};

pub(super) struct OnServer {
    pub(super) place: tempfile::TempDir,
    pub(super) store: SftpStore,
}

impl OnServer {
    pub(super) fn new(sshd: &Sshd) -> Self {
        let place = tempfile::tempdir().unwrap();
        Self { store: super::store(super::server(sshd), place.path()), place }
    }
}

/// Everything below, hidden or not; empty folders with `/` at the end.
pub(super) fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(root: &Path, folder: &Path, into: &mut BTreeMap<String, Vec<u8>>) {
        let mut empty = true;
        for entry in fs::read_dir(folder).unwrap() {
            empty = false;
            let path = entry.unwrap().path();
            if path.is_dir() && !path.is_symlink() {
                walk(root, &path, into);
            } else {
                into.insert(path.strip_prefix(root).unwrap().to_str().unwrap().into(), fs::read(&path).unwrap());
            }
        }
        if empty && folder != root {
            into.insert(format!("{}/", folder.strip_prefix(root).unwrap().display()), Vec::new());
        }
    }
    let mut all = BTreeMap::new();
    walk(root, root, &mut all);
    all
}

impl StoreUnderTest for OnServer {
    fn store(&self) -> &dyn Store {
        &self.store
    }

    fn objects(&self) -> BTreeMap<String, Vec<u8>> {
        tree(self.place.path())
    }

    fn plant(&self, key: &str, bytes: &[u8]) {
        let path = self.place.path().join(key);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

#[tokio::test]
async fn keeps_the_contract() {
    let sshd = Sshd::start();
    store_contract(|| OnServer::new(&sshd)).await;
}

#[tokio::test]
async fn a_web_server_may_read_what_is_put() {
    let sshd = Sshd::start();
    let test = OnServer::new(&sshd);
    assert_eq!(test.store.put_new(&key("a/b.jpg"), b"b").await.unwrap(), Put::Created);
    let mode = |name: &str| fs::metadata(test.place.path().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("a"), mode("a/b.jpg")), (0o755, 0o644));
}

#[tokio::test]
async fn a_store_that_is_missing_or_no_folder_or_in_the_way_is_told() {
    let sshd = Sshd::start();
    let test = OnServer::new(&sshd);
    let at = |name: &str| super::store(super::server(&sshd), &test.place.path().join(name));
    let kind = |result: pinax_core::Result<()>| result.unwrap_err().kind();
    assert_eq!(kind(at("missing").check().await), ErrorKind::Unavailable);
    fs::write(test.place.path().join("file"), "file").unwrap();
    assert_eq!(kind(at("file").check().await), ErrorKind::Config);
    fs::create_dir(test.place.path().join("x.jpg")).unwrap();
    assert_eq!(test.store.put_new(&key("x.jpg"), b"x").await.unwrap(), Put::Exists);
    assert_eq!(test.store.digest(&key("x.jpg")).await.unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(kind(test.store.delete(&key("x.jpg")).await), ErrorKind::Conflict);
    let error = test.store.put_new(&key("file/y.jpg"), b"y").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    assert_eq!(tree(test.place.path()).keys().collect::<Vec<_>>(), ["file", "x.jpg/"]);
}

#[tokio::test]
async fn a_folder_without_the_right_to_write_is_told() {
    let Some(place) = inside("store::a_folder_without_the_right_to_write_is_told", Apart::Unprivileged) else { return };
    let sshd = Sshd::start();
    let store = super::store(super::server(&sshd), &place);
    let mode = |name: &str, mode: u32| fs::set_permissions(place.join(name), fs::Permissions::from_mode(mode)).unwrap();
    fs::create_dir(place.join("theirs")).unwrap();
    mode("theirs", 0o555);
    let error = store.put_new(&key("theirs/a.jpg"), b"a").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io, "a matter of this one: {error}");
    mode("", 0o555);
    for error in [store.check().await.unwrap_err(), store.put_new(&key("a.jpg"), b"a").await.unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::Forbidden, "{error}");
        assert!(error.stops_the_run());
    }
    mode("", 0o755);
    assert_eq!(tree(&place).keys().collect::<Vec<_>>(), ["theirs/"]);
}

#[tokio::test]
async fn a_full_disk_is_told_and_nothing_is_left_on_it() {
    let Some(place) = inside("store::a_full_disk_is_told_and_nothing_is_left_on_it", Apart::DiskOfRoot("size=4m"))
    else {
        return;
    };
    let sshd = Sshd::start();
    let store = super::store(super::server(&sshd), &place);
    let bytes = vec![7; 2_500_000];
    assert_eq!(store.put_new(&key("a.jpg"), &bytes).await.unwrap(), Put::Created);
    let error = store.put_new(&key("b.jpg"), &bytes).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Full, "{error}");
    assert_eq!(tree(&place).keys().collect::<Vec<_>>(), ["a.jpg"]);
    assert_eq!(
        store.put_new(&key("c.jpg"), &bytes[..1_000_000]).await.unwrap(),
        Put::Created,
        "smaller ones still fit"
    );
}

#[tokio::test]
async fn a_read_only_disk_is_told() {
    let Some(place) = inside("store::a_read_only_disk_is_told", Apart::DiskOfRoot("ro")) else { return };
    let sshd = Sshd::start();
    let store = super::store(super::server(&sshd), &place);
    for error in [store.check().await.unwrap_err(), store.put_new(&key("a.jpg"), b"a").await.unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::ReadOnly, "{error}");
    }
}
