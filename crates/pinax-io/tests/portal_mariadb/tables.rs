//! Databases that are not quite a portal, and collections that are not the only one.

use pinax_core::ErrorKind;
use pinax_core::nouns::collection::CollectionKey;
use pinax_core::nouns::finding::Severity;
use pinax_core::nouns::matching::MatchField;
use pinax_core::nouns::occurrence::Occid;
use pinax_core::ports::portal::Portal;
use pinax_testkit::mariadb::{SchemaVersion, TestMariadb};

use crate::support::{BATCH, herbarium, inserts, key, portal, trusting};

/// Changes the tables; the error must hold all of `parts`, and `check` must tell the same.
async fn told_after(sql: &str, kind: ErrorKind, parts: &[&str]) {
    let server = TestMariadb::with_records(1);
    server.exec(sql);
    let portal = portal(&server);
    let error = portal.collection(&key()).await.unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.hint_text().is_some());
    let findings = portal.check(&key(), &[MatchField::CatalogNumber]).await;
    let shown: Vec<String> = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| format!("{finding} {}", finding.hint.as_deref().unwrap_or_default()))
        .collect();
    for part in parts {
        let told = format!("{error} {}", error.hint_text().unwrap());
        assert!(told.contains(part), "{told}");
        assert!(shown.iter().any(|line| line.contains(part)), "{shown:?}");
    }
}

#[tokio::test]
async fn an_older_version() {
    let sql = "DELETE FROM schemaversion; INSERT INTO schemaversion (versionnumber) VALUES ('1.2')";
    told_after(sql, ErrorKind::UnknownVersion, &["version 1.2", "knows 3.0 to 3.4", "--trust-schema"]).await;
}

#[tokio::test]
async fn a_newer_version_even_when_it_sorts_before() {
    let sql = "INSERT INTO schemaversion (versionnumber) VALUES ('3.10')";
    told_after(sql, ErrorKind::UnknownVersion, &["version 3.10", "--trust-schema"]).await;
}

/// What the version promises must be there: a right that was not granted looks like a table that is not there.
#[tokio::test]
async fn a_version_that_does_not_fit_the_tables() {
    let sql = "DELETE FROM schemaversion WHERE versionnumber > '3.1'";
    told_after(sql, ErrorKind::UnknownVersion, &["says version 3.1", "lacks table images", "--trust-schema"]).await;
}

#[tokio::test]
async fn a_version_nobody_knows_is_trusted_when_told_so() {
    for version in SchemaVersion::ALL {
        let server = TestMariadb::with_records_of(version, 2);
        server.exec("INSERT INTO schemaversion (versionnumber) VALUES ('4.1')");
        assert_eq!(portal(&server).collection(&key()).await.unwrap_err().kind(), ErrorKind::UnknownVersion);
        let trusting = trusting(&server);
        let findings = trusting.check(&key(), &[MatchField::CatalogNumber]).await;
        assert!(findings.iter().all(|finding| finding.severity != Severity::Error), "{findings:?}");
        let told = findings.iter().find(|finding| finding.severity == Severity::Warning).unwrap();
        assert!(told.to_string().contains("version 4.1"), "{told}");
        assert!(told.hint.as_deref().unwrap().contains(version.media_table()), "{told:?}");
        let collection = herbarium(&trusting).await;
        trusting.apply(&collection, BATCH, &inserts(2)).await.unwrap();
        assert_eq!(server.query(&format!("SELECT COUNT(*) FROM {}", version.media_table())).trim(), "2");
    }
}

/// Trust is in the version, not in tables that cannot hold a link.
#[tokio::test]
async fn trust_does_not_help_where_a_needed_column_is_missing() {
    let server = TestMariadb::with_records(1);
    server.exec("INSERT INTO schemaversion (versionnumber) VALUES ('4.1'); ALTER TABLE media DROP COLUMN mediaMD5;");
    let error = trusting(&server).collection(&key()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownVersion);
    assert!(error.to_string().contains("column media.mediaMD5"), "{error}");
}

/// An upgrade that stopped half way, or a table somebody dropped: a person can say that it is meant.
#[tokio::test]
async fn what_a_version_promises_is_done_without_when_told_so() {
    let server = TestMariadb::with_records(1);
    server.exec("DROP TABLE mediametadata; ALTER TABLE media DROP COLUMN pixelXDimension, DROP COLUMN mediaType;");
    let error = portal(&server).collection(&key()).await.unwrap_err();
    assert!(error.hint_text().unwrap().contains("--trust-schema"), "{error:?}");
    let trusting = trusting(&server);
    let collection = herbarium(&trusting).await;
    let answers = trusting.apply(&collection, BATCH, &inserts(1)).await.unwrap();
    assert!(answers[0].is_ok(), "{answers:?}");
    assert_eq!(trusting.media_of(&collection, &[Occid(1)]).await.unwrap()[0].record.pixel_x_dimension, None);
}

#[tokio::test]
async fn no_version_at_all() {
    told_after("DELETE FROM schemaversion", ErrorKind::UnknownVersion, &["schemaversion"]).await;
    // A table that is gone and one that may not be seen look alike to an account with rights on single tables.
    told_after("DROP TABLE schemaversion", ErrorKind::UnknownVersion, &["schemaversion"]).await;
}

#[tokio::test]
async fn a_table_is_missing() {
    told_after("DROP TABLE mediametadata", ErrorKind::UnknownVersion, &["table mediametadata"]).await;
}

#[tokio::test]
async fn columns_are_missing() {
    let sql = "ALTER TABLE media DROP COLUMN mediaMD5, DROP COLUMN creator";
    told_after(sql, ErrorKind::UnknownVersion, &["column media.mediaMD5", "column media.creator"]).await;
}

#[tokio::test]
async fn a_collection_that_is_not_there_is_told_with_those_near_it() {
    let server = TestMariadb::with_records(1);
    let many: String = (0..30)
        .map(|n| {
            format!(
                "INSERT INTO omcollections (institutionCode, collectionCode, collectionName)
                 VALUES ('AA{n}', 'X', 'A{n}');"
            )
        })
        .collect();
    server.exec(&many);
    let error = portal(&server).collection(&"TST:VSAC".parse().unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let hint = error.hint_text().unwrap();
    assert!(hint.starts_with("it has TST:VASC (collid 1), "), "{hint}");
    assert!(hint.matches("collid").count() == 10 && hint.ends_with('…'), "{hint}");
    let error = portal(&server).collection(&CollectionKey::Collid(999)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn two_collections_of_one_code() {
    let server = TestMariadb::with_records(1);
    server.exec(
        "INSERT INTO omcollections (collID, institutionCode, collectionCode, collectionName)
         VALUES (8, 'DUP', NULL, 'One'), (9, 'DUP', NULL, 'Other');",
    );
    let error = portal(&server).collection(&"DUP".parse().unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.to_string().contains("collid 8") && error.to_string().contains("collid 9"), "{error}");
    assert!(error.hint_text().unwrap().contains("collid"));
    let found = portal(&server).collection(&CollectionKey::Collid(9)).await.unwrap();
    assert_eq!((found.name.as_str(), found.collection_code), ("Other", None));
}

#[tokio::test]
async fn accents_tell_codes_apart() {
    let server = TestMariadb::with_records(1);
    let error = portal(&server).collection(&"TŚT:VASC".parse().unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}
