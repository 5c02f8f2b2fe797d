//! The server is down, goes down, or does not let us in.

use pinax_core::ErrorKind;
use pinax_core::nouns::matching::MatchField;
use pinax_core::nouns::occurrence::Occid;
use pinax_core::ports::portal::Portal;
use pinax_testkit::mariadb::TestMariadb;
use pinax_testkit::mariadb::proxy::{Cut, CuttingProxy};

use crate::support::{BATCH, herbarium, inserts, key, portal, portal_at, portal_through, rows};

#[tokio::test]
async fn a_server_that_is_down_is_told_at_once_and_works_when_it_is_up() {
    let mut server = TestMariadb::with_records(3);
    let portal = portal(&server);
    server.stop();
    let error = portal.collection(&key()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.to_string().contains(&server.port().to_string()), "{error}");
    assert!(error.hint_text().is_some());
    let findings = portal.check(&key(), &[MatchField::CatalogNumber]).await;
    assert_eq!(findings.len(), 1, "{findings:?}");
    server.restart();
    assert_eq!(herbarium(&portal).await.name, "Test Herbarium");
}

#[tokio::test]
async fn a_socket_that_is_not_there_is_unavailable() {
    let portal = portal_at("mysql://pinax@localhost/symbiota?socket=/nonexistent/mysqld.sock", None);
    let error = portal.collection(&key()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert!(error.to_string().contains("/nonexistent/mysqld.sock"), "{error}");
}

#[tokio::test]
async fn the_socket_serves_too() {
    let server = TestMariadb::with_records(3);
    let portal = portal_at(&server.socket_url(), Some(TestMariadb::PASSWORD));
    assert_eq!(herbarium(&portal).await.collid, Some(1));
}

#[tokio::test]
async fn a_server_killed_between_calls_is_an_outer_error_and_later_the_work_goes_on() {
    let mut server = TestMariadb::with_records(10);
    let portal = portal(&server);
    let collection = herbarium(&portal).await;
    server.stop();
    let error = portal.apply(&collection, BATCH, &inserts(10)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    server.restart();
    let answers = portal.apply(&collection, BATCH, &inserts(10)).await.unwrap();
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(rows(&server), 10);
}

#[tokio::test]
async fn a_connection_the_server_closed_is_opened_again() {
    let server = TestMariadb::with_records(10);
    let portal = portal(&server);
    let collection = herbarium(&portal).await;
    server.exec(&format!("KILL USER {}", TestMariadb::USER));
    assert!(portal.media_of(&collection, &[Occid(1)]).await.unwrap().is_empty());
    server.exec(&format!("KILL USER {}", TestMariadb::USER));
    portal.apply(&collection, BATCH, &inserts(3)).await.unwrap();
    assert_eq!(rows(&server), 3);
}

#[tokio::test]
async fn a_connection_lost_before_the_rows_are_written_is_mended() {
    cut_and_mended("INSERT INTO media ", Cut::Before).await;
    cut_and_mended("INSERT INTO mediametadata", Cut::After).await;
}

#[tokio::test]
async fn a_connection_lost_before_the_commit_leaves_nothing_half_done() {
    cut_and_mended("COMMIT", Cut::Before).await;
}

/// Nobody knows whether the rows are there: looking tells, and nothing is written twice.
#[tokio::test]
async fn a_connection_lost_after_the_commit_is_settled_by_looking() {
    cut_and_mended("COMMIT", Cut::After).await;
}

async fn cut_and_mended(words: &str, cut: Cut) {
    let server = TestMariadb::with_records(300);
    let proxy = CuttingProxy::start(server.port(), words, cut, 1, false);
    let portal = portal_through(proxy.port());
    let collection = herbarium(&portal).await;
    let answers = portal.apply(&collection, BATCH, &inserts(300)).await.unwrap();
    assert_eq!(proxy.cuts(), 1, "{words}");
    assert!(answers.iter().all(|answer| answer.as_ref().is_ok_and(|row| row.media_id.is_some())));
    assert_eq!(rows(&server), 300, "{words} {cut:?}");
    assert_eq!(server.query("SELECT COUNT(*) FROM mediametadata").trim(), "900");
}

/// The outer error says that nothing is known; a second call finds what the first one did.
#[tokio::test]
async fn a_portal_that_stays_away_after_the_commit_is_looked_at_later() {
    let server = TestMariadb::with_records(5);
    let proxy = CuttingProxy::start(server.port(), "COMMIT", Cut::After, 1, true);
    let through = portal_through(proxy.port());
    let collection = herbarium(&through).await;
    let error = through.apply(&collection, BATCH, &inserts(5)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    let direct = portal(&server);
    let answers = direct.apply(&collection, BATCH, &inserts(5)).await.unwrap();
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(rows(&server), 5);
}

#[tokio::test]
async fn a_look_up_survives_a_lost_connection() {
    let server = TestMariadb::with_records(5);
    let proxy = CuttingProxy::start(server.port(), "FROM omoccurrences", Cut::After, 2, false);
    let portal = portal_through(proxy.port());
    let collection = herbarium(&portal).await;
    let numbers = ["TST00000004".to_owned().try_into().unwrap()];
    let found = portal.find_occurrences(&collection, &[MatchField::CatalogNumber], &numbers).await.unwrap();
    assert_eq!(found[0][0].occid, Occid(4));
    assert_eq!(proxy.cuts(), 2);
}
