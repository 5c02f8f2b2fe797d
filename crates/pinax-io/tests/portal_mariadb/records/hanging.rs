//! Records that stay because somebody worked on them.

use pinax_core::ErrorKind;
use pinax_core::ports::portal::Portal;
use pinax_testkit::mariadb::{SchemaVersion, TestMariadb};

use super::{apply, create, new, remove, with_exsiccati};
use crate::support::{BATCH, herbarium, key, portal, portal_at};

/// Every table with a foreign key to the record, as the server lists them to its owner.
fn children(server: &TestMariadb) -> Vec<(String, String)> {
    let listed = server.query(
        "SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.KEY_COLUMN_USAGE
         WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME = 'omoccurrences'",
    );
    let pair = |line: &str| line.split_once('\t').map(|(table, column)| (table.to_owned(), column.to_owned())).unwrap();
    listed.lines().map(pair).collect()
}

#[tokio::test]
async fn a_record_on_which_anything_hangs_stays() {
    for version in [SchemaVersion::V3_0, SchemaVersion::V3_4] {
        let server = with_exsiccati(version);
        let portal = portal(&server);
        let record = new(77, &[]);
        apply(&portal, &[create(&record)]).await.remove(0).unwrap();
        let children = children(&server);
        assert!(children.len() > 24, "{children:?}");
        for (table, column) in &children {
            if table == "omoccuraccesssummarylink" {
                continue;
            }
            let (more, values) = match table.as_str() {
                "omoccuridentifiers" => (", identifierValue, modifiedUid", ", 'x', 1"),
                "omexsiccatiocclink" => (", omenid", ", 10"),
                "specprocessorrawlabels" => (", rawstr", ", 'x'"),
                "omoccurassociations" if column == "occidAssociate" => (", occid", ", 1"),
                _ => ("", ""),
            };
            server.exec(&format!("INSERT INTO {table} ({column}{more}) VALUES (6{values})"));
            let error = apply(&portal, &[remove(&record)]).await.remove(0).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Conflict, "{table}: {error}");
            assert!(error.hint_text().is_some(), "{table}");
            assert_eq!(
                server.query(&format!("SELECT COUNT(*) FROM {table} WHERE {column} = 6")).trim(),
                "1",
                "{table}"
            );
            server.exec(&format!("DELETE FROM {table} WHERE {column} = 6"));
        }
        // Visits are only counted.
        server.exec("INSERT INTO omoccuraccesssummarylink (occid) VALUES (6)");
        apply(&portal, &[remove(&record)]).await.remove(0).unwrap();
        assert_eq!(server.query("SELECT COUNT(*) FROM omoccurrences").trim(), "5");
    }
}

/// What another table hides might be lost: the record stays, and the grant is named.
#[tokio::test]
async fn a_record_stays_when_it_cannot_be_seen_what_hangs_on_it() {
    let server = TestMariadb::with_records(2);
    server.exec(&format!("REVOKE SELECT (occid) ON omoccurgenetic FROM '{}'@'%'", TestMariadb::USER));
    let portal = portal(&server);
    let record = new(77, &[]);
    apply(&portal, &[create(&record)]).await.remove(0).unwrap();
    let error = apply(&portal, &[remove(&record)]).await.remove(0).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    assert!(error.hint_text().unwrap().contains("SELECT (occid) on omoccurgenetic"), "{error:?}");
    assert_eq!(server.query("SELECT COUNT(*) FROM omoccurrences").trim(), "3");
}

/// A key nobody knows of, whose table the account may not see, still holds it where it can.
#[tokio::test]
async fn a_key_of_a_table_of_the_portals_own_holds_the_record() {
    let server = TestMariadb::with_records(2);
    server.exec("CREATE TABLE ours (occid int(10) unsigned, FOREIGN KEY (occid) REFERENCES omoccurrences (occid))");
    let portal = portal(&server);
    let records = [new(77, &[]), new(78, &[])];
    for answer in apply(&portal, &[create(&records[0]), create(&records[1])]).await {
        answer.unwrap();
    }
    server.exec("INSERT INTO ours VALUES (3)");
    let answers = apply(&portal, &[remove(&records[0]), remove(&records[1])]).await;
    assert_eq!(answers[0].as_ref().unwrap_err().kind(), ErrorKind::Conflict);
    assert!(answers[1].is_ok());
}

/// What the portal fills by itself is nobody's work; what it does not fill is somebody's.
#[tokio::test]
async fn a_record_somebody_went_on_with_stays() {
    let server = TestMariadb::with_records(2);
    let portal = portal(&server);
    let record = new(77, &[("sciname", "Helianthus annuus")]);
    apply(&portal, &[create(&record)]).await.remove(0).unwrap();
    server.exec("UPDATE omoccurrences SET family = 'Asteraceae', tidInterpreted = 3 WHERE occid = 3");
    for edit in ["locality = 'Walden Pond'", "recordID = 'other'", "catalogNumber = 'TST1'"] {
        let (column, _) = edit.split_once(' ').unwrap();
        server.exec(&format!(
            "CREATE TABLE kept AS SELECT * FROM omoccurrences; UPDATE omoccurrences SET {edit} WHERE occid = 3"
        ));
        let told = pinax_core::nouns::occurrence_record::OccurrenceRecord {
            occid: Some(pinax_core::nouns::occurrence::Occid(3)),
            ..record.clone()
        };
        let error = apply(&portal, &[remove(&told)]).await.remove(0).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict);
        assert!(error.to_string().contains(column), "{error}");
        server.exec(&format!(
            "UPDATE omoccurrences o JOIN kept k USING (occid) SET o.{column} = k.{column}; DROP TABLE kept;"
        ));
    }
    apply(&portal, &[remove(&record)]).await.remove(0).unwrap();
    assert_eq!(server.query("SELECT COUNT(*) FROM omoccurrences").trim(), "2");
}

/// Who only links is told what else there would be, and refused.
#[tokio::test]
async fn an_account_that_only_links_is_told_what_it_may_not() {
    let server = TestMariadb::with_records(2);
    let grants = SchemaVersion::V3_4.linking_grants();
    server.create_user("linker", "l", &grants.iter().map(String::as_str).collect::<Vec<_>>());
    let portal = portal_at(&server.url_of("linker"), Some("l"));
    let findings = portal.check(&key(), &[]).await;
    let told: Vec<String> = findings
        .iter()
        .filter_map(|finding| Some(format!("{:?} {finding} {}", finding.severity, finding.hint.as_deref()?)))
        .collect();
    for part in ["records cannot be made", "INSERT on omoccurrences", "SELECT (occid) on omoccuredits"] {
        assert!(told.iter().any(|line| line.starts_with("Note") && line.contains(part)), "{part}: {told:?}");
    }
    let collection = herbarium(&portal).await;
    let error = portal.apply_occurrences(&collection, BATCH, &[create(&new(77, &[]))]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden);
    assert!(error.hint_text().unwrap().contains("pinax check"), "{error:?}");
    assert_eq!(server.query("SELECT COUNT(*) FROM omoccurrences").trim(), "2");
}
