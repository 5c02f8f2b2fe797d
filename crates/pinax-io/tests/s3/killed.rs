//! The server is killed in the middle, and started again: nothing is lost, nothing is doubled.

use std::collections::BTreeMap;

use futures::StreamExt as _;
use futures::future::join_all;
use pinax_core::ports::source::{ListFrom, Source as _};
use pinax_core::ports::store::{Put, Store as _};
use pinax_testkit::s3_server::S3Server;
use pinax_testkit::store_contract::{StoreUnderTest as _, key};

use super::full;
use super::store::InBucket;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_listing_goes_on() {
    let mut server = S3Server::start();
    (0..3_500).for_each(|number| server.plant(&full(&format!("{number}.jpg")), b"x"));
    let source = super::source(super::bucket(&server));
    let mut parts = source.list(ListFrom::default());
    let (mut listed, mut is_whole) = (Vec::new(), false);
    while let Some(part) = parts.next().await {
        let part = part.unwrap();
        listed.extend(part.files.into_iter().map(|image| image.locator.to_string()));
        is_whole = part.is_whole;
        tokio::task::block_in_place(|| server.start_again());
    }
    assert!(is_whole);
    listed.sort_unstable();
    let before = listed.len();
    listed.dedup();
    assert_eq!((listed.len(), before), (3_500, 3_500));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn puts_are_done_once() {
    let mut test = InBucket::new();
    test.store.check().await.unwrap();
    let mut wanted = BTreeMap::new();
    for round in 0..5_u8 {
        let bytes: Vec<Vec<u8>> = (0..8_u8).map(|number| vec![round * 8 + number; 2_000_000]).collect();
        let keys: Vec<_> = (0..8).map(|number| key(&format!("{round}/{number}.jpg"))).collect();
        let (server, store) = (&mut test.server, &test.store);
        let puts = join_all((0..8).map(|number| store.put_new(&keys[number], &bytes[number])));
        let kill = async {
            // Something is under way when the server dies.
            while server.objects().len() <= wanted.len() {
                tokio::task::yield_now().await;
            }
            tokio::task::block_in_place(|| server.start_again());
        };
        let (puts, ()) = futures::join!(puts, kill);
        for (number, put) in puts.into_iter().enumerate() {
            assert_eq!(put.unwrap(), Put::Created);
            wanted.insert(keys[number].as_str().to_owned(), bytes[number].clone());
        }
    }
    assert!(test.objects() == wanted);
}
