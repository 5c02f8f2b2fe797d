//! Records when the server is away, in the way, or read-only.

use pinax_core::ErrorKind;
use pinax_core::nouns::occurrence_record::{OccurrenceChange, OccurrenceRecord};
use pinax_core::ports::portal::Portal;
use pinax_testkit::mariadb::TestMariadb;
use pinax_testkit::mariadb::proxy::{Cut, CuttingProxy};

use super::{apply, create, fill, new, remove};
use crate::support::{BATCH, herbarium, portal, portal_through};

fn some(count: u32) -> Vec<OccurrenceRecord> {
    (100..100 + count).map(|number| new(number, &[("identifierValue", &format!("I{number}"))])).collect()
}

fn creations(records: &[OccurrenceRecord]) -> Vec<OccurrenceChange> {
    records.iter().map(create).collect()
}

fn count(server: &TestMariadb, table: &str) -> u32 {
    server.query(&format!("SELECT COUNT(*) FROM {table}")).trim().parse().unwrap()
}

/// Nobody knows whether the records are there: looking tells, and none is made twice.
#[tokio::test]
async fn a_connection_lost_at_the_commit_makes_no_record_twice() {
    for (words, cut) in [("INSERT INTO omoccurrences", Cut::After), ("COMMIT", Cut::Before), ("COMMIT", Cut::After)] {
        let server = TestMariadb::with_records(3);
        let proxy = CuttingProxy::start(server.port(), words, cut, 1, false);
        let answers = apply(&portal_through(proxy.port()), &creations(&some(300))).await;
        assert_eq!(proxy.cuts(), 1, "{words}");
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        assert_eq!(
            (count(&server, "omoccurrences"), count(&server, "omoccuridentifiers")),
            (303, 300),
            "{words} {cut:?}"
        );
    }
}

/// The outer error says that nothing is known; a second call finds what the first one did, and it can be taken back.
#[tokio::test]
async fn a_portal_that_stays_away_after_the_commit_is_looked_at_later() {
    let server = TestMariadb::with_records(3);
    let proxy = CuttingProxy::start(server.port(), "COMMIT", Cut::After, 1, true);
    let through = portal_through(proxy.port());
    let collection = herbarium(&through).await;
    let records = some(5);
    let error = through.apply_occurrences(&collection, BATCH, &creations(&records)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    let direct = portal(&server);
    assert!(apply(&direct, &creations(&records)).await.iter().all(Result::is_ok));
    assert_eq!(count(&server, "omoccurrences"), 8);
    let removals: Vec<OccurrenceChange> = records.iter().map(remove).collect();
    assert!(apply(&direct, &removals).await.iter().all(Result::is_ok));
    assert_eq!((count(&server, "omoccurrences"), count(&server, "omoccuridentifiers")), (3, 0));
}

/// Two at once make the same records, in opposite order: each is there once, and both are told of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_records_made_by_two_are_there_once() {
    let server = TestMariadb::with_records(3);
    let (one, other) = (portal(&server), portal(&server));
    let there = creations(&some(60));
    let back: Vec<OccurrenceChange> = there.iter().rev().cloned().collect();
    let make = async |portal, changes: &[OccurrenceChange]| {
        let mut occids = Vec::new();
        for chunk in changes.chunks(10) {
            occids.extend(apply(portal, chunk).await.into_iter().map(|answer| answer.unwrap().occid.unwrap()));
        }
        occids
    };
    let (first, mut second) = tokio::join!(make(&one, &there), make(&other, &back));
    second.reverse();
    assert_eq!(first, second);
    assert_eq!((count(&server, "omoccurrences"), count(&server, "omoccuridentifiers")), (63, 60));
}

/// A server whose sessions do not hold what is not there.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn another_isolation_makes_no_difference() {
    let server = TestMariadb::with_records(3);
    server.exec("SET GLOBAL tx_isolation = 'READ-COMMITTED'");
    let (one, other) = (portal(&server), portal(&server));
    let changes = creations(&some(100));
    let (first, second) = tokio::join!(apply(&one, &changes), apply(&other, &changes));
    assert!(first.iter().chain(&second).all(Result::is_ok));
    assert_eq!(count(&server, "omoccurrences"), 103);
}

/// Waiting for a record that somebody holds ends, and is told.
#[tokio::test]
async fn a_record_somebody_holds_is_waited_for_and_told() {
    let server = TestMariadb::with_records(3);
    server.exec("SET GLOBAL innodb_lock_wait_timeout = 1");
    let portal = portal(&server);
    let collection = herbarium(&portal).await;
    let held = server.hold("SELECT occid FROM omoccurrences WHERE occid = 2 FOR UPDATE");
    let changes = [fill(2, &[("habitat", "bog")])];
    let error = portal.apply_occurrences(&collection, BATCH, &changes).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    drop(held);
    assert_eq!(server.query("SELECT habitat FROM omoccurrences WHERE occid = 2"), "NULL\n");
    assert!(apply(&portal, &changes).await[0].is_ok());
}

#[tokio::test]
async fn a_server_that_is_read_only() {
    let server = TestMariadb::with_records(3);
    server.exec("SET GLOBAL read_only = 1");
    let portal = portal(&server);
    let collection = herbarium(&portal).await;
    for change in [create(&new(77, &[])), fill(1, &[("habitat", "bog")])] {
        let error = portal.apply_occurrences(&collection, BATCH, &[change]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ReadOnly, "{error}");
    }
}
