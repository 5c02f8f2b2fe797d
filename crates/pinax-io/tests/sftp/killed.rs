//! The server is killed in the middle, and started again: nothing is lost, nothing is doubled.

use std::collections::BTreeMap;
use std::fs;

use futures::StreamExt as _;
use futures::future::join_all;
use pinax_core::ErrorKind;
use pinax_core::ports::source::{ListFrom, Source as _};
use pinax_core::ports::store::{Put, Store as _};
use pinax_io::sftp::SftpOptions;
use pinax_testkit::sshd::Sshd;
use pinax_testkit::store_contract::key;

use super::store::{OnServer, tree};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_listing_goes_on() {
    let mut sshd = Sshd::start();
    let place = tempfile::tempdir().unwrap();
    for number in 0..7_000 {
        let folder = place.path().join((number / 3_500).to_string());
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{number}.jpg")), "x").unwrap();
    }
    let source = super::source(super::server(&sshd), place.path());
    let mut parts = source.list(ListFrom::default());
    let (mut listed, mut kills, mut is_whole) = (Vec::new(), 0, false);
    while let Some(part) = parts.next().await {
        let part = part.unwrap();
        listed.extend(part.files.into_iter().map(|image| image.locator.to_string()));
        is_whole = part.is_whole;
        if kills < 3 {
            kills += 1;
            tokio::task::block_in_place(|| sshd.start_again());
        }
    }
    assert!(is_whole);
    assert_eq!(listed.len(), 7_000);
    listed.sort_unstable();
    listed.dedup();
    assert_eq!(listed.len(), 7_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn puts_are_done_once() {
    let mut sshd = Sshd::start();
    let test = OnServer::new(&sshd);
    let mut wanted = BTreeMap::new();
    for round in 0..5_u8 {
        let bytes: Vec<Vec<u8>> = (0..8_u8).map(|number| vec![round * 8 + number; 3_000_000]).collect();
        let keys: Vec<_> = (0..8).map(|number| key(&format!("{round}/{number}.jpg"))).collect();
        let puts = join_all((0..8).map(|number| test.store.put_new(&keys[number], &bytes[number])));
        let kill = async {
            // Something is under way when the server dies.
            while tree(test.place.path()).len() <= wanted.len() {
                tokio::task::yield_now().await;
            }
            tokio::task::block_in_place(|| sshd.start_again());
        };
        let (puts, ()) = futures::join!(puts, kill);
        for (number, put) in puts.into_iter().enumerate() {
            assert_eq!(put.unwrap(), Put::Created);
            wanted.insert(keys[number].as_str().to_owned(), bytes[number].clone());
        }
    }
    assert!(tree(test.place.path()) == wanted);
}

#[tokio::test]
async fn what_a_killed_run_left_is_removed_and_a_server_that_stays_away_is_told() {
    let mut sshd = Sshd::start();
    let test = OnServer::new(&sshd);
    fs::create_dir(test.place.path().join(".pinax-tmp")).unwrap();
    fs::write(test.place.path().join(".pinax-tmp/1-0.part"), "half").unwrap();
    assert_eq!(test.store.put_new(&key("a.jpg"), b"a").await.unwrap(), Put::Created);
    assert_eq!(tree(test.place.path()).keys().collect::<Vec<_>>(), ["a.jpg"]);
    let quick = SftpOptions { tries: 2, ..super::server(&sshd) };
    sshd.kill();
    let error = super::store(quick, test.place.path()).put_new(&key("b.jpg"), b"b").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
}
