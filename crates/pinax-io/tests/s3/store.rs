//! The contract of every store, at servers that write only where nothing lies and at others; and what browsers are told.

use std::collections::BTreeMap;

use pinax_core::ErrorKind;
use pinax_core::ports::store::{Put, Store};
use pinax_io::s3::S3Options;
use pinax_io::store::s3::{S3Store, S3StoreOptions};
use pinax_testkit::s3_server::S3Server;
use pinax_testkit::store_contract::{StoreUnderTest, key, store_contract};
use url::Url;

use super::{PREFIX, full};

pub(super) struct InBucket {
    pub(super) server: S3Server,
    pub(super) store: S3Store,
}

impl InBucket {
    pub(super) fn new() -> Self {
        let server = S3Server::start();
        Self { store: super::store(super::bucket(&server)), server }
    }

    fn forgetful() -> Self {
        let test = Self::new();
        test.server.forget_conditions();
        test
    }
}

impl StoreUnderTest for InBucket {
    fn store(&self) -> &dyn Store {
        &self.store
    }

    fn objects(&self) -> BTreeMap<String, Vec<u8>> {
        let below = |key: String| key.strip_prefix(PREFIX).unwrap().trim_start_matches('/').to_owned();
        self.server.objects().into_iter().map(|(key, stored)| (below(key), stored.bytes)).collect()
    }

    fn plant(&self, key: &str, bytes: &[u8]) {
        self.server.plant(&full(key), bytes);
    }
}

#[tokio::test]
async fn keeps_the_contract() {
    store_contract(InBucket::new).await;
}

#[tokio::test]
async fn keeps_the_contract_at_a_server_that_forgets_conditions() {
    store_contract(InBucket::forgetful).await;
}

#[tokio::test]
async fn browsers_are_told_what_it_is_and_how_long_to_keep_it() {
    let server = S3Server::start();
    let bucket = super::bucket(&server);
    let http = super::http(&bucket);
    let options =
        S3StoreOptions { acl: Some("public-read".to_owned()), ..S3StoreOptions::new(bucket, super::public_url()) };
    let store = S3Store::new(options, http).unwrap();
    assert_eq!(store.put_new(&key("a/b.JPG"), b"b").await.unwrap(), Put::Created);
    let told = server.objects()[&full("a/b.JPG")].told.clone().map(Option::unwrap);
    assert_eq!(told, ["image/jpeg", "public, max-age=31536000, immutable", "public-read"]);
}

#[test]
fn the_bucket_stands_before_the_host_or_in_the_path() {
    let with = |endpoint: &str, bucket: &str, path_style: bool| {
        let options = S3Options { path_style, ..S3Options::new(Url::parse(endpoint).unwrap(), "eu", bucket) };
        options.bucket_url().map(String::from)
    };
    assert_eq!(with("https://s3.example.org", "b", false).unwrap(), "https://b.s3.example.org/");
    assert_eq!(with("https://s3.example.org:9000/", "b", true).unwrap(), "https://s3.example.org:9000/b");
    for (endpoint, bucket) in
        [("https://s3.example.org", ""), ("https://s3.example.org", "a/b"), ("ftp://s3.example.org", "b")]
    {
        assert_eq!(with(endpoint, bucket, true).unwrap_err().kind(), ErrorKind::Config);
    }
    assert!(with("http://127.0.0.1:9000", "b", false).is_err(), "a number has no names below it");
}
