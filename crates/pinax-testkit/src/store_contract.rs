//! What every store does: the contract of [`Store`], as tests.

use std::collections::BTreeMap;

use futures::future::join_all;
use pinax_core::ErrorKind;
use pinax_core::nouns::checksum::Sha256Sum;
use pinax_core::nouns::media::ObjectKey;
use pinax_core::ports::store::{Put, Store};

/// A store, and eyes and hands behind its back.
pub trait StoreUnderTest {
    /// The store.
    fn store(&self) -> &dyn Store;
    /// Everything a web server could show, whatever its name.
    fn objects(&self) -> BTreeMap<String, Vec<u8>>;
    /// Puts something there, or changes it.
    fn plant(&self, key: &str, bytes: &[u8]);
}

/// Keys a store must take.
pub const KEYS: [&str; 8] = [
    "TST00000001.jpg",
    "TST00000/TST00000001_web.jpg",
    "TST00000/TST00000001.jpg",
    "a/b/c/d.jpg",
    "two words, +%2F#?&'\"<b>.jpg",
    "..a/a..",
    "bj\u{f8}rk e\u{301} \u{690d}\u{7269}.jpg",
    "-rf",
];

/// Runs all of it; `fresh` gives an empty store each time.
///
/// # Panics
/// When the store does not keep the contract.
pub async fn store_contract<S: StoreUnderTest>(fresh: impl Fn() -> S) {
    keeps_what_is_put(&fresh()).await;
    never_replaces(&fresh()).await;
    reads_back_what_is_there(&fresh()).await;
    one_of_many_wins(&fresh()).await;
    many_at_once(&fresh()).await;
    tells_addresses(&fresh());
}

/// A key that is known to be good.
///
/// # Panics
/// When it is not.
#[must_use]
pub fn key(text: &str) -> ObjectKey {
    ObjectKey::new(text).expect("the key is a good one")
}

async fn keeps_what_is_put<S: StoreUnderTest>(test: &S) {
    let store = test.store();
    assert_eq!(store.describe(), store.describe());
    store.check().await.expect("an empty store is fine");
    assert!(test.objects().is_empty(), "a check leaves nothing behind");
    let mut wanted = BTreeMap::new();
    for text in KEYS {
        let bytes = text.repeat(1_000).into_bytes();
        assert_eq!(store.digest(&key(text)).await.expect("nothing is there"), None);
        assert_eq!(store.put_new(&key(text), &bytes).await.expect("it can be put"), Put::Created);
        let digest = store.digest(&key(text)).await.expect("it reads back").expect("it is there");
        assert_eq!((digest.size_bytes, digest.sha256), (bytes.len() as u64, Sha256Sum::of(&bytes)));
        wanted.insert(text.to_owned(), bytes);
    }
    assert_eq!(store.put_new(&key("empty"), b"").await.expect("it can be put"), Put::Created);
    wanted.insert("empty".to_owned(), Vec::new());
    store.check().await.expect("the store is fine");
    assert_eq!(test.objects(), wanted);
    for text in wanted.into_keys() {
        store.delete(&key(&text)).await.expect("it can be deleted");
        assert_eq!(store.digest(&key(&text)).await.expect("nothing is there"), None);
        store.delete(&key(&text)).await.expect("twice is once");
    }
    assert!(test.objects().is_empty());
}

async fn never_replaces<S: StoreUnderTest>(test: &S) {
    let store = test.store();
    test.plant("a/b.jpg", b"theirs");
    assert_eq!(store.put_new(&key("a/b.jpg"), b"ours").await.expect("it can be asked"), Put::Exists);
    assert_eq!(store.put_new(&key("a/b.jpg"), b"theirs").await.expect("it can be asked"), Put::Exists);
    assert_eq!(test.objects(), [("a/b.jpg".to_owned(), b"theirs".to_vec())].into());
}

async fn reads_back_what_is_there<S: StoreUnderTest>(test: &S) {
    let store = test.store();
    store.put_new(&key("a.jpg"), b"ours").await.expect("it can be put");
    test.plant("a.jpg", b"spoiled");
    let digest = store.digest(&key("a.jpg")).await.expect("it reads back").expect("it is there");
    assert_eq!((digest.size_bytes, digest.sha256), (7, Sha256Sum::of(b"spoiled")));
}

async fn one_of_many_wins<S: StoreUnderTest>(test: &S) {
    let store = test.store();
    for round in 0..20 {
        let key = key(&format!("round{round}/a.jpg"));
        let contents: Vec<Vec<u8>> = (0..8_u8).map(|number| vec![number; 100_000]).collect();
        let puts = join_all(contents.iter().map(|bytes| store.put_new(&key, bytes))).await;
        let puts: Vec<Put> = puts.into_iter().map(|put| put.expect("it can be asked")).collect();
        let winners: Vec<usize> = (0..8).filter(|number| puts[*number] == Put::Created).collect();
        assert_eq!(winners.len(), 1, "{puts:?}");
        assert!(test.objects()[key.as_str()] == contents[winners[0]], "the object is that of the put that won");
    }
    assert_eq!(test.objects().len(), 20);
}

async fn many_at_once<S: StoreUnderTest>(test: &S) {
    let store = test.store();
    join_all((0..64).map(|number| async move {
        let key = key(&format!("{}/{number}.jpg", number % 4));
        let bytes = vec![7; 1_000 + number];
        assert_eq!(store.put_new(&key, &bytes).await.expect("it can be put"), Put::Created);
        if number % 3 > 0 {
            store.delete(&key).await.expect("it can be deleted");
        }
    }))
    .await;
    let wanted = (0..64).filter(|number| number % 3 == 0);
    let wanted = wanted.map(|number| (format!("{}/{number}.jpg", number % 4), vec![7; 1_000 + number])).collect();
    assert_eq!(test.objects(), wanted);
}

fn tells_addresses<S: StoreUnderTest>(test: &S) {
    let uri = test.store().public_uri(&key("a b/c.jpg")).expect("it is short");
    assert!(uri.as_str().ends_with("/a%20b/c.jpg"), "{uri}");
    let error = test.store().public_uri(&key(&"x".repeat(255))).expect_err("it is long");
    assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
}
