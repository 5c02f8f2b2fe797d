//! Rows the server does not take, one among good ones.

use pinax_core::nouns::media::MediaRecord;
use pinax_core::ports::portal::Portal;
use pinax_core::steps::link::MediaChange;
use pinax_core::{Error, ErrorKind, Result};
use pinax_testkit::mariadb::TestMariadb;
use pinax_testkit::portal_contract::wanted;

use crate::support::{BATCH, herbarium, insert, portal, rows};

/// Applies five rows, the third of them made bad; gives its error. The others must be there.
async fn third_refused(bad: MediaRecord) -> Error {
    let server = TestMariadb::with_records(5);
    let portal = portal(&server);
    let collection = herbarium(&portal).await;
    let mut changes: Vec<MediaChange> = (1..=5).map(|occid| insert(wanted(occid, "a"))).collect();
    changes[2] = insert(bad);
    let mut answers: Vec<Result<_>> = portal.apply(&collection, BATCH, &changes).await.unwrap();
    let error = answers.remove(2).unwrap_err();
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(rows(&server), 4);
    assert_eq!(server.query("SELECT COUNT(*) FROM mediametadata").trim(), "12");
    assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
    assert!(!error.to_string().contains(" at row "), "{error}");
    error
}

#[tokio::test]
async fn too_long() {
    let long = format!("https://img.example.org/{}.jpg", "x".repeat(255));
    let error = third_refused(MediaRecord { thumbnail_url: Some(long), ..wanted(3, "a") }).await;
    assert!(error.to_string().contains("'thumbnailUrl'"), "{error}");
    let error = third_refused(MediaRecord { media_md5: Some("a".repeat(64)), ..wanted(3, "a") }).await;
    assert!(error.to_string().contains("'mediaMD5'"), "{error}");
}

/// The tables hold three bytes a character at most.
#[tokio::test]
async fn a_character_outside_the_tables_charset() {
    let error = third_refused(MediaRecord { owner: Some("Herbarium 🌿".to_owned()), ..wanted(3, "a") }).await;
    assert!(error.to_string().contains("owner"), "{error}");
    assert!(error.hint_text().unwrap().contains("emoji"));
}

#[tokio::test]
async fn a_taxon_that_is_not_there() {
    let error = third_refused(MediaRecord { tid: Some(4711), ..wanted(3, "a") }).await;
    assert!(error.to_string().contains("column tid"), "{error}");
}

#[tokio::test]
async fn a_record_that_is_not_there() {
    let error = third_refused(wanted(4711, "a")).await;
    assert!(error.to_string().contains("occid 4711"), "{error}");
}

#[tokio::test]
async fn a_row_without_its_own_id() {
    let error = third_refused(MediaRecord { record_id: String::new(), ..wanted(3, "a") }).await;
    assert!(error.to_string().contains("recordID"), "{error}");
}

/// The session is strict even where the server is not: nothing is cut without a word.
#[tokio::test]
async fn a_lenient_server_cuts_nothing() {
    let server = TestMariadb::with_records(1);
    server.exec("SET GLOBAL sql_mode = ''");
    let portal = portal(&server);
    let collection = herbarium(&portal).await;
    let long = MediaRecord { owner: Some("x".repeat(251)), ..wanted(1, "a") };
    let answers = portal.apply(&collection, BATCH, &[insert(long)]).await.unwrap();
    assert_eq!(answers[0].as_ref().unwrap_err().kind(), ErrorKind::Rejected);
    assert_eq!(rows(&server), 0);
}

#[tokio::test]
async fn text_is_text_whatever_is_in_it() {
    let server = TestMariadb::with_records(1);
    let portal = portal(&server);
    let collection = herbarium(&portal).await;
    let odd = "Robert'); DROP TABLE media;-- \\ \" % _ \u{0} é";
    let record = MediaRecord { copyright: Some(odd.to_owned()), ..wanted(1, "a") };
    let answers = portal.apply(&collection, BATCH, &[insert(record)]).await.unwrap();
    assert!(answers[0].is_ok());
    let read = portal.media_of(&collection, &[pinax_core::nouns::occurrence::Occid(1)]).await.unwrap();
    assert_eq!(read[0].record.copyright.as_deref(), Some(odd));
}
