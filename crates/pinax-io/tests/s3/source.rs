//! The contract of every source; and what is left alone.

use std::collections::BTreeMap;

use pinax_core::ErrorKind;
use pinax_core::ports::source::Source;
use pinax_io::source::s3::S3Source;
use pinax_testkit::s3_server::S3Server;
use pinax_testkit::source_contract::{NAMES, SourceUnderTest, list_all, source_contract};

use super::full;

struct InBucket {
    server: S3Server,
    source: S3Source,
}

impl InBucket {
    fn new() -> Self {
        let server = S3Server::start();
        Self { source: super::source(super::bucket(&server)), server }
    }
}

fn text(locator: &[u8]) -> String {
    full(std::str::from_utf8(locator).unwrap())
}

impl SourceUnderTest for InBucket {
    fn source(&self) -> &dyn Source {
        &self.source
    }

    fn put(&self, locator: &[u8], bytes: &[u8]) {
        self.server.plant(&text(locator), bytes);
    }

    fn remove(&self, locator: &[u8]) {
        self.server.remove(&text(locator));
    }

    fn taken(&self) -> BTreeMap<Vec<u8>, Vec<u8>> {
        BTreeMap::new()
    }

    fn names(&self) -> Vec<&'static [u8]> {
        NAMES.into_iter().filter(|name| std::str::from_utf8(name).is_ok()).collect()
    }

    fn can_take_away(&self) -> bool {
        false
    }
}

#[tokio::test]
async fn keeps_the_contract() {
    source_contract(InBucket::new).await;
}

#[tokio::test]
async fn markers_litter_and_other_prefixes_are_left_out() {
    let test = InBucket::new();
    for (key, bytes) in
        [("folder/", ""), ("folder/a.jpg", "a"), ("old_$folder$", ""), (".hidden/a.jpg", "a"), ("b.part", "b")]
    {
        test.server.plant(&full(key), bytes.as_bytes());
    }
    test.server.plant(&full("x/../y.jpg"), b"out");
    test.server.plant("pictures of pl\u{e4}nts+/2026-other/c.jpg", b"c");
    let all = list_all(&test.source).await;
    assert_eq!(all.keys().collect::<Vec<_>>(), [b"folder/a.jpg"]);
    let uri = test.source.public_uri(&all[&b"folder/a.jpg"[..]]).unwrap().unwrap();
    assert_eq!(uri.as_str(), "https://img.example.org/tst/folder/a.jpg");
}

#[tokio::test]
async fn wrong_keys_and_a_missing_bucket_are_told_and_nothing_secret_is() {
    let test = InBucket::new();
    let wrong = |change: &dyn Fn(&mut pinax_io::s3::S3Options)| {
        let mut bucket = super::bucket(&test.server);
        change(&mut bucket);
        super::source(bucket)
    };
    let login = |key: &str, secret: &str| Some(pinax_io::s3::S3Login::new(key, secret));
    let cases = [
        (wrong(&|bucket| bucket.bucket = "elsewhere".to_owned()), ErrorKind::Config),
        (wrong(&|bucket| bucket.login = login("AKIDTEST", "hunter2")), ErrorKind::Unauthorized),
        (wrong(&|bucket| bucket.login = login("NOBODY", "hunter2")), ErrorKind::Unauthorized),
        (wrong(&|bucket| bucket.login = None), ErrorKind::Forbidden),
    ];
    for (source, kind) in cases {
        let error = source.check().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(!format!("{error} {source:?}").contains("hunter2"), "{error} {source:?}");
    }
}

#[tokio::test]
async fn a_file_that_is_read_is_not_shown_with_its_signature() {
    let test = InBucket::new();
    test.put(b"a.jpg", b"a");
    let all = list_all(&test.source).await;
    let bucket = super::bucket(&test.server);
    let login = Some(pinax_io::s3::S3Login::new("AKIDTEST", "hunter2"));
    let error =
        super::source(pinax_io::s3::S3Options { login, ..bucket }).read(&all[&b"a.jpg"[..]], 10).await.unwrap_err();
    assert!(error.stops_the_run(), "{error}");
    assert!(!error.to_string().contains("X-Amz"), "{error}");
}
