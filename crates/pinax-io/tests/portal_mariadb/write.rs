//! Rows as they are written, and writing beside others.

use pinax_core::ErrorKind;
use pinax_core::nouns::media::MediaRecord;
use pinax_core::nouns::occurrence::Occid;
use pinax_core::ports::portal::Portal;
use pinax_core::steps::link::MediaChange;
use pinax_testkit::mariadb::TestMariadb;
use pinax_testkit::portal_contract::wanted;

use crate::support::{BATCH, herbarium, insert, inserts, portal, rows};

#[tokio::test]
async fn a_row_is_what_symbiotas_batch_script_writes_and_more() {
    let server = TestMariadb::with_records(2);
    let portal = portal(&server);
    let collection = herbarium(&portal).await;
    let record =
        MediaRecord { tid: Some(3), copyright: Some("© TST".to_owned()), sort_occurrence: 6, ..wanted(1, "a") };
    let untouched = server.dump(&["omoccurrences", "omcollectionstats", "taxa"]);
    let answers = portal.apply(&collection, BATCH, &[insert(record.clone())]).await.unwrap();
    let row = answers[0].as_ref().unwrap();
    assert_eq!((row.media_id, &row.record), (Some(1), &record));
    let written = server.query(
        "SELECT mediaID, occid, tid, url, thumbnailUrl, originalUrl, imageType, mediaType, format, owner, creator, rights,
                copyright, mediaMD5, pixelXDimension, pixelYDimension, recordID, sortSequence, sortOccurrence,
                CONCAT_WS('|', archiveUrl, caption, notes, sourceIdentifier)
         FROM media",
    );
    let address = "https://img.example.org/tst/1_a";
    assert_eq!(
        written.trim_end_matches('\n'),
        format!(
            "1\t1\t3\t{address}_med.jpg\t{address}_tn.jpg\t{address}.jpg\tspecimen\timage\timage/jpeg\tTest Herbarium\t\
             Ann O'Nymous, \"Nan\"\thttps://creativecommons.org/publicdomain/zero/1.0/\t© TST\t{}\t4000\t6000\t{}\t50\t6\t",
            "a".repeat(32),
            record.record_id
        )
    );
    assert_eq!(
        server.query("SELECT mediaID, field, bytes, md5sum FROM mediametadata ORDER BY field"),
        format!(
            "1\toriginalUrl\t6000000\t{}\n1\tthumbnailUrl\t15000\t{}\n1\turl\t500000\t{}\n",
            "a".repeat(32),
            "c".repeat(32),
            "b".repeat(32)
        )
    );
    assert_eq!(server.dump(&["omoccurrences", "omcollectionstats", "taxa"]), untouched);
    assert_eq!(portal.media_of(&collection, &[Occid(1)]).await.unwrap(), std::slice::from_ref(row));
}

/// Rows from other programs: NULL wherever NULL may be, sound among pictures.
#[tokio::test]
async fn rows_full_of_nothing_are_read() {
    let server = TestMariadb::with_records(2);
    server.exec(
        "INSERT INTO media (occid) VALUES (1);
         INSERT INTO media (occid, originalUrl, sortOccurrence, pixelXDimension, mediaType)
         VALUES (1, 'http://x/y.jpg', NULL, -1, 'image');
         INSERT INTO media (occid, originalUrl, mediaType) VALUES (1, 'http://x/song.mp3', 'audio');",
    );
    let portal = portal(&server);
    let collection = herbarium(&portal).await;
    let read = portal.media_of(&collection, &[Occid(1), Occid(2)]).await.unwrap();
    let shown: Vec<(&str, &str, u32)> = read
        .iter()
        .map(|row| (row.record.record_id.as_str(), row.record.original_url.as_str(), row.record.sort_occurrence))
        .collect();
    assert_eq!(shown, [("", "http://x/y.jpg", 5), ("", "", 5)]);
}

/// Tags and text read from a picture hang on its row: they stay when the row changes.
#[tokio::test]
async fn an_update_keeps_what_hangs_on_the_row_and_what_it_does_not_name() {
    let server = TestMariadb::with_records(2);
    let portal = portal(&server);
    let collection = herbarium(&portal).await;
    portal.apply(&collection, BATCH, &inserts(1)).await.unwrap();
    server.exec(
        "INSERT INTO imagetag (mediaID, keyValue) VALUES (1, 'HasLabel');
         INSERT INTO specprocessorrawlabels (mediaID, rawstr) VALUES (1, 'Flora of …');
         UPDATE media SET owner = 'edited', caption = 'theirs' WHERE mediaID = 1;",
    );
    let after = MediaRecord { original_url: "https://img.example.org/tst/1_b.jpg".to_owned(), ..wanted(1, "a") };
    let change = MediaChange::Update { before: Box::new(wanted(1, "a")), after: Box::new(after) };
    let answers = portal.apply(&collection, BATCH, &[change]).await.unwrap();
    assert_eq!(answers[0].as_ref().unwrap().record.owner.as_deref(), Some("edited"));
    assert_eq!(
        server.query(
            "SELECT m.mediaID, originalUrl, owner, caption, keyValue, rawstr
             FROM media m JOIN imagetag USING (mediaID) JOIN specprocessorrawlabels l ON l.mediaID = m.mediaID"
        ),
        "1\thttps://img.example.org/tst/1_b.jpg\tedited\ttheirs\tHasLabel\tFlora of …\n"
    );
}

/// Two at once, in opposite order, over the same records: each goes through, and no row is lost or doubled.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_writers_get_out_of_each_others_way() {
    let server = TestMariadb::with_records(200);
    let (one, other) = (portal(&server), portal(&server));
    let collection = herbarium(&one).await;
    let there: Vec<MediaChange> = (1..=200).map(|occid| insert(wanted(occid, "a"))).collect();
    let back: Vec<MediaChange> = (1..=200).rev().map(|occid| insert(wanted(occid, "b"))).collect();
    let write = async |portal: &dyn Portal, changes: &[MediaChange]| {
        for chunk in changes.chunks(10) {
            let answers = portal.apply(&collection, BATCH, chunk).await.unwrap();
            assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        }
    };
    tokio::join!(write(&one, &there), write(&other, &back));
    assert_eq!(rows(&server), 400);
    assert_eq!(server.query("SELECT COUNT(*) FROM mediametadata").trim(), "1200");
    assert_eq!(server.query("SELECT COUNT(DISTINCT recordID) FROM media").trim(), "400");
}

/// The same rows by two at once: only one of them writes each.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_rows_written_by_two_are_there_once() {
    let server = TestMariadb::with_records(100);
    let (one, other) = (portal(&server), portal(&server));
    let collection = herbarium(&one).await;
    let changes = inserts(100);
    let (first, second) =
        tokio::join!(one.apply(&collection, BATCH, &changes), other.apply(&collection, BATCH, &changes));
    assert!(first.unwrap().iter().chain(&second.unwrap()).all(Result::is_ok));
    assert_eq!(rows(&server), 100);
}

/// Makes the next `times` rows fail with an error of the server's choice. The count is kept outside transactions.
fn fail_next(server: &TestMariadb, times: u32, state: &str, code: u16) {
    server.exec(&format!(
        "CREATE TABLE faults (remaining int NOT NULL) ENGINE=MyISAM;
         INSERT INTO faults VALUES ({times});
         DELIMITER //
         CREATE TRIGGER fault BEFORE INSERT ON media FOR EACH ROW
         BEGIN
           IF NEW.occid = 3 AND (SELECT remaining FROM faults) > 0 THEN
             UPDATE faults SET remaining = remaining - 1;
             SIGNAL SQLSTATE '{state}' SET MYSQL_ERRNO = {code}, MESSAGE_TEXT = 'as the test wants it';
           END IF;
         END//"
    ));
}

#[tokio::test]
async fn a_deadlock_is_tried_again() {
    for (state, code) in [("40001", 1213), ("HY000", 1205)] {
        let server = TestMariadb::with_records(5);
        fail_next(&server, 3, state, code);
        let portal = portal(&server);
        let collection = herbarium(&portal).await;
        let answers = portal.apply(&collection, BATCH, &inserts(5)).await.unwrap();
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        assert_eq!(rows(&server), 5);
    }
}

#[tokio::test]
async fn deadlocks_without_end_are_an_outer_error() {
    let server = TestMariadb::with_records(5);
    fail_next(&server, 1000, "40001", 1213);
    let portal = portal(&server);
    let collection = herbarium(&portal).await;
    let error = portal.apply(&collection, BATCH, &inserts(5)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert_eq!(rows(&server), 0);
}

#[tokio::test]
async fn an_error_nobody_knows_refuses_one_row() {
    let server = TestMariadb::with_records(5);
    fail_next(&server, 1000, "45000", 1644);
    let portal = portal(&server);
    let collection = herbarium(&portal).await;
    let answers = portal.apply(&collection, BATCH, &inserts(5)).await.unwrap();
    assert_eq!(answers.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, true, false, true, true]);
    let error = answers[2].as_ref().unwrap_err();
    assert!(error.to_string().contains("as the test wants it"), "{error}");
    assert_eq!(rows(&server), 4);
}
