//! The contract of every store, kept over WebDAV, and what is its own.

use std::collections::BTreeMap;
use std::fs;

use pinax_core::ErrorKind;
use pinax_core::ports::store::{Put, Store};
use pinax_io::store::webdav::{WebdavStore, WebdavStoreOptions};
use pinax_testkit::store_contract::{StoreUnderTest, key, store_contract};
use pinax_testkit::web_server::{WebServer, make_folder};
use url::Url;

use super::Dav;

struct Shown {
    place: tempfile::TempDir,
    _server: WebServer,
    store: WebdavStore,
}

impl Shown {
    fn new(kind: Dav) -> Self {
        let place = tempfile::tempdir().unwrap();
        let server = kind.serve(place.path());
        let store = super::store(&kind.url(&server));
        Self { place, _server: server, store }
    }
}

impl StoreUnderTest for Shown {
    fn store(&self) -> &dyn Store {
        &self.store
    }

    fn objects(&self) -> BTreeMap<String, Vec<u8>> {
        super::files(self.place.path())
    }

    fn plant(&self, key: &str, bytes: &[u8]) {
        let path = self.place.path().join(key);
        make_folder(self.place.path(), path.parent().unwrap());
        fs::write(path, bytes).unwrap();
    }
}

#[tokio::test]
async fn on_apache() {
    store_contract(|| Shown::new(Dav::Apache)).await;
}

#[tokio::test]
async fn on_rclone() {
    store_contract(|| Shown::new(Dav::Rclone)).await;
}

#[tokio::test]
async fn a_check_sweeps_what_a_killed_run_left_and_leaves_nothing() {
    for kind in [Dav::Apache, Dav::Rclone] {
        let test = Shown::new(kind);
        test.plant(&format!("{}/0123", WebdavStore::ASIDE_FOLDER), b"half");
        fs::set_permissions(
            test.place.path().join(WebdavStore::ASIDE_FOLDER).join("0123"),
            std::os::unix::fs::PermissionsExt::from_mode(0o666),
        )
        .unwrap();
        test.store.check().await.unwrap();
        assert_eq!(fs::read_dir(test.place.path()).unwrap().count(), 0);
        // Folders that were made are not believed to be there still.
        assert_eq!(test.store.put_new(&key("a/1.jpg"), b"1").await.unwrap(), Put::Created);
        test.store.delete(&key("a/1.jpg")).await.unwrap();
        fs::remove_dir(test.place.path().join("a")).unwrap();
        assert_eq!(test.store.put_new(&key("a/1.jpg"), b"1").await.unwrap(), Put::Created);
    }
}

#[tokio::test]
async fn folders_are_never_removed_and_the_folder_aside_takes_no_objects() {
    for kind in [Dav::Apache, Dav::Rclone] {
        let test = Shown::new(kind);
        test.plant("a/b/1.jpg", b"1");
        let error = test.store.delete(&key("a/b")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
        assert_eq!(test.store.put_new(&key("a/b"), b"1").await.unwrap(), Put::Exists);
        let error = test.store.put_new(&key(".Pinax-tmp/1.jpg"), b"1").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
        assert_eq!(test.objects(), [("a/b/1.jpg".to_owned(), b"1".to_vec())].into());
    }
}

#[tokio::test]
async fn what_every_put_would_meet_stops_the_run() {
    let place = tempfile::tempdir().unwrap();
    let server = WebServer::apache_dav(place.path());
    let at = |path: &str| super::store(&server.url(path));
    let error = at("/dav-anon/").put_new(&key("1.jpg"), b"1").await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::Unauthorized), "{error}");
    assert!(at("/dav-anon/").check().await.is_err());
    for failed in
        [at("/dav/none/").put_new(&key("1.jpg"), b"1").await.unwrap_err(), at("/dav/none/").check().await.unwrap_err()]
    {
        assert_eq!(failed.kind(), ErrorKind::Config, "{failed}");
    }
    let url = Url::parse(&server.url("/dav/")).unwrap();
    let public_url = pinax_core::nouns::uri::PublicUrl::new("https://img.example.org/tst", false).unwrap();
    let nobody = WebdavStore::new(WebdavStoreOptions::new(url, public_url)).unwrap();
    let error = nobody.put_new(&key("1.jpg"), b"1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized, "{error}");
    assert!(super::files(place.path()).is_empty());
}
