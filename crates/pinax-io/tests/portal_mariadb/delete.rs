//! Rows taken away, and rows somebody has put work into since.

use pinax_core::nouns::media::MediaRecord;
use pinax_core::nouns::occurrence::Occid;
use pinax_core::ports::portal::Portal;
use pinax_core::steps::link::MediaChange;
use pinax_core::{Error, ErrorKind};
use pinax_testkit::mariadb::{SchemaVersion, TestMariadb};
use pinax_testkit::portal_contract::wanted;

use crate::support::{BATCH, herbarium, inserts, portal, trusting};

const VERSIONS: [SchemaVersion; 3] = [SchemaVersion::V3_0, SchemaVersion::V3_1, SchemaVersion::V3_4];

fn delete(record: MediaRecord) -> MediaChange {
    MediaChange::Delete(Box::new(record))
}

fn there(server: &TestMariadb, version: SchemaVersion) -> String {
    let query = format!("SELECT GROUP_CONCAT(occid ORDER BY occid) FROM {}", version.media_table());
    server.query(&query).trim().to_owned()
}

#[tokio::test]
async fn rows_as_they_were_made_go_and_nothing_else_does() {
    for version in VERSIONS {
        let server = TestMariadb::with_records_of(version, 5);
        let portal = portal(&server);
        let collection = herbarium(&portal).await;
        portal.apply(&collection, BATCH, &inserts(4)).await.unwrap();
        // The portal fills taxa itself.
        server.exec(&format!("UPDATE {} SET tid = 3 WHERE occid = 2", version.media_table()));
        let records = server.dump(&["omoccurrences"]);
        let changes: Vec<MediaChange> = (1..=3).chain([5]).map(|occid| delete(wanted(occid, "a"))).collect();
        for _ in 0..2 {
            let answers = portal.apply(&collection, BATCH, &changes).await.unwrap();
            for (change, answer) in changes.iter().zip(answers) {
                assert_eq!(&answer.unwrap().record, change.row(), "{version}");
            }
            assert_eq!(there(&server, version), "4", "{version}");
        }
        if version.has_metadata() {
            assert_eq!(server.query("SELECT COUNT(*) FROM mediametadata").trim(), "3");
        }
        assert_eq!(server.dump(&["omoccurrences"]), records);
    }
}

/// Deletes the rows of records 1 to 3 after `sql` was done to that of record 2; gives the error of that one.
async fn kept_after(version: SchemaVersion, sql: &str) -> Error {
    let server = TestMariadb::with_records_of(version, 9);
    let portal = portal(&server);
    let collection = herbarium(&portal).await;
    portal.apply(&collection, BATCH, &inserts(3)).await.unwrap();
    server.exec(&sql.replace("{media}", version.media_table()).replace("{key}", version.media_key()));
    let changes: Vec<MediaChange> = (1..=3).map(|occid| delete(wanted(occid, "a"))).collect();
    let mut answers = portal.apply(&collection, BATCH, &changes).await.unwrap();
    assert_eq!(answers.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true], "{sql}");
    assert_eq!(server.query(&format!("SELECT COUNT(*) FROM {}", version.media_table())).trim(), "1");
    let error = answers.remove(1).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    assert!(error.hint_text().is_some());
    error
}

#[tokio::test]
async fn a_row_somebody_edited_is_kept_and_the_column_named() {
    for version in VERSIONS {
        let creator = version.creator_column();
        let mut columns =
            vec!["url", "thumbnailUrl", "originalUrl", "owner", creator, "rights", "copyright", "accessRights"];
        columns.extend(["sourceIdentifier", "mediaMD5", "format"]);
        for column in columns {
            let sql = format!("UPDATE {{media}} SET {column} = 'theirs' WHERE occid = 2");
            let error = kept_after(version, &sql).await;
            assert!(error.to_string().contains(&format!("{column} is `theirs`")), "{error}");
        }
        let error = kept_after(version, "UPDATE {media} SET sortOccurrence = 9 WHERE occid = 2").await;
        assert!(error.to_string().contains("sortOccurrence is 9, not 5"), "{error}");
    }
    let error = kept_after(SchemaVersion::V3_4, "UPDATE media SET pixelXDimension = NULL WHERE occid = 2").await;
    assert!(error.to_string().contains("pixelXDimension is nothing, not 4000"), "{error}");
}

/// Tags, keywords and text would go with the row, or keep it from going.
#[tokio::test]
async fn a_row_somebody_hung_work_on_is_kept() {
    for version in VERSIONS {
        for (table, columns, values) in [
            ("imagetag", "keyValue", "'HasLabel'"),
            ("imagekeywords", "keyword", "'fruit'"),
            ("specprocessorrawlabels", "rawstr", "'Flora of …'"),
        ] {
            let sql = format!(
                "INSERT INTO {table} ({{key}}, {columns}) SELECT {{key}}, {values} FROM {{media}} WHERE occid = 2"
            );
            let error = kept_after(version, &sql).await;
            assert!(error.to_string().contains(table), "{error}");
        }
    }
}

#[tokio::test]
async fn a_row_somebody_moved_to_another_record_is_kept() {
    for version in VERSIONS {
        let error = kept_after(version, "UPDATE {media} SET occid = 7 WHERE occid = 2").await;
        assert!(error.to_string().contains("occid is 7"), "{error}");
    }
}

/// A table this program does not know of: the server itself says no, and the others go.
#[tokio::test]
async fn a_row_something_unknown_hangs_on_is_kept() {
    let sql = "CREATE TABLE theirs (mediaID int(10) unsigned NOT NULL,
                 CONSTRAINT theirs_media FOREIGN KEY (mediaID) REFERENCES media (mediaID)) ENGINE=InnoDB;
               INSERT INTO theirs SELECT mediaID FROM media WHERE occid = 2;";
    let error = kept_after(SchemaVersion::V3_4, sql).await;
    assert!(error.to_string().contains("theirs"), "{error}");
}

/// What the portal cannot hold is not compared.
#[tokio::test]
async fn columns_that_are_not_there_do_not_count() {
    let server = TestMariadb::with_records(1);
    server.exec("DROP TABLE mediametadata; ALTER TABLE media DROP COLUMN pixelXDimension;");
    let portal = trusting(&server);
    let collection = herbarium(&portal).await;
    portal.apply(&collection, BATCH, &inserts(1)).await.unwrap();
    let answers = portal.apply(&collection, BATCH, &[delete(wanted(1, "a"))]).await.unwrap();
    assert!(answers[0].is_ok(), "{answers:?}");
    assert!(portal.media_of(&collection, &[Occid(1)]).await.unwrap().is_empty());
}

/// A change of a column nobody else touched goes through beside their edit; one they did touch is theirs.
#[tokio::test]
async fn an_update_minds_the_columns_it_writes_and_no_others() {
    let server = TestMariadb::with_records(2);
    let portal = portal(&server);
    let collection = herbarium(&portal).await;
    portal.apply(&collection, BATCH, &inserts(2)).await.unwrap();
    server.exec("UPDATE media SET url = 'https://elsewhere.example.org/x.jpg', rights = 'theirs'");
    let update = |occid, after| MediaChange::Update { before: Box::new(wanted(occid, "a")), after: Box::new(after) };
    let terms = MediaRecord { access_rights: Some("ask".to_owned()), ..wanted(1, "a") };
    let taken = MediaRecord { rights: Some("ours".to_owned()), owner: Some("ours".to_owned()), ..wanted(2, "a") };
    let answers = portal.apply(&collection, BATCH, &[update(1, terms), update(2, taken)]).await.unwrap();
    assert_eq!(answers[0].as_ref().unwrap().record.rights.as_deref(), Some("theirs"));
    let error = answers[1].as_ref().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.to_string().contains("rights is `theirs`"), "{error}");
    assert_eq!(
        server.query("SELECT accessRights, rights, owner FROM media ORDER BY occid"),
        "ask\ttheirs\tTest Herbarium\nNULL\ttheirs\tTest Herbarium\n"
    );
}
