//! Values a column cannot hold, and values that are the same in other words.

use pinax_core::ErrorKind;
use pinax_core::nouns::occurrence_record::OccurrenceChange;
use pinax_core::ports::portal::Portal;
use pinax_testkit::mariadb::{SchemaVersion, TestMariadb};

use super::{apply, create, fill, new, with_exsiccati};
use crate::support::{BATCH, herbarium, portal};

const BAD: [(&str, &str); 9] = [
    ("recordNumber", "1204 and a great many words that are no number at all"),
    ("habitat", "bog 🌱"),
    ("minimumElevationInMeters", "12 ft"),
    ("minimumElevationInMeters", "12.5"),
    ("minimumElevationInMeters", "99999999999"),
    ("decimalLatitude", "42 N"),
    ("eventDate2", "2001-02-30"),
    ("identifierValue", "a value of more than seventy-five characters that goes on and on and on, and then on"),
    ("exsiccatiTitle", "Nobody's"),
];

/// Nothing is cut and nothing is rounded, whether the server is strict or not.
#[tokio::test]
async fn a_value_that_cannot_be_held_refuses_its_record_alone() {
    for mode in ["STRICT_TRANS_TABLES", ""] {
        let server = TestMariadb::with_records(2);
        server.exec(&format!("SET GLOBAL sql_mode = '{mode}'"));
        let portal = portal(&server);
        for (name, text) in BAD {
            let mut fields = vec![(name, text)];
            if name == "exsiccatiTitle" {
                fields.push(("exsiccatiNumber", "1"));
            }
            let before = server.query("SELECT COUNT(*), MAX(habitat) FROM omoccurrences");
            let changes = [create(&new(70, &fields)), fill(1, &fields), fill(2, &[("county", "Essex")])];
            let answers = apply(&portal, &changes).await;
            for answer in &answers[..2] {
                let error = answer.as_ref().expect_err(name);
                assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
                assert!(error.to_string().contains(name), "{mode} {name}: {error}");
            }
            assert_eq!(answers[2].as_ref().unwrap().fields["county"], "Essex");
            assert_eq!(server.query("SELECT COUNT(*), MAX(habitat) FROM omoccurrences"), before);
        }
        assert_eq!(server.query("SELECT COUNT(*) FROM omoccuridentifiers").trim(), "0");
    }
}

#[tokio::test]
async fn a_taken_occurrence_id_refuses_its_record() {
    let server = TestMariadb::with_records(2);
    let changes = [create(&new(70, &[("occurrenceID", "urn:occurrence:1")])), create(&new(71, &[]))];
    let answers = apply(&portal(&server), &changes).await;
    assert_eq!(answers[0].as_ref().unwrap_err().kind(), ErrorKind::Rejected);
    assert!(answers[1].is_ok());
}

/// Titles of several are nobody's to choose from, and half an exsiccati is none.
#[tokio::test]
async fn exsiccati_that_cannot_be_told_are_refused() {
    let server = with_exsiccati(SchemaVersion::V3_4);
    let two = fill(1, &[("exsiccatiTitle", "Flora Exsiccata"), ("exsiccatiNumber", "1")]);
    let half = fill(2, &[("exsiccatiTitle", "Plantae Selectae"), ("exsiccatiNumber", "")]);
    for answer in apply(&portal(&server), &[two, half]).await {
        let error = answer.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
        assert!(error.to_string().contains("exsiccati"), "{error}");
    }
    assert_eq!(server.query("SELECT COUNT(*) FROM omexsiccatinumbers").trim(), "1");
}

/// `42.3700000` is 42.37, midnight is no time, '' is empty, and somebody's link is kept.
#[tokio::test]
async fn the_same_in_other_words_is_the_same() {
    let server = with_exsiccati(SchemaVersion::V3_4);
    server.exec(
        "UPDATE omoccurrences SET habitat = '', country = 'peru', decimalLatitude = 42.37 WHERE occid = 2;
         INSERT INTO omexsiccatiocclink (omenid, occid) VALUES (10, 2);
         INSERT INTO omoccuridentifiers (occid, identifierName, identifierValue, modifiedUid) VALUES (2, 'old', 'X', 1);",
    );
    let portal = portal(&server);
    let change = fill(
        2,
        &[
            ("habitat", "bog"),
            ("country", "Peru"),
            ("decimalLatitude", "42.3700000"),
            ("exsiccatiTitle", "Plantae Selectae"),
            ("exsiccatiNumber", "9"),
            ("identifierValue", "Y"),
        ],
    );
    let now = apply(&portal, &[change]).await.remove(0).unwrap();
    let told: Vec<&str> = now.fields.values().map(String::as_str).collect();
    // By name: country, decimalLatitude, exsiccatiNumber, exsiccatiTitle, habitat, identifierValue.
    assert_eq!(told, ["peru", "42.3700000", "7", "Plantae Selectae", "bog", "X"]);
    let mut written = fill(2, &[("decimalLatitude", "42.370")]);
    if let OccurrenceChange::Set { before, after } = &mut written {
        std::mem::swap(before, after);
    }
    apply(&portal, &[written]).await.remove(0).unwrap();
    assert_eq!(server.query("SELECT decimalLatitude FROM omoccurrences WHERE occid = 2"), "NULL\n");
}

/// Only the columns of the closed list reach the server.
#[tokio::test]
async fn no_other_column_is_read_or_written() {
    let server = TestMariadb::with_records(2);
    let portal = portal(&server);
    let collection = herbarium(&portal).await;
    for name in ["collid", "occid", "recordID", "dateLastModified", "habitat = 'x' --", ""] {
        let answers = portal.apply_occurrences(&collection, BATCH, &[fill(1, &[(name, "7")])]).await.unwrap();
        assert_eq!(answers[0].as_ref().unwrap_err().kind(), ErrorKind::Rejected, "{name}");
        let read = portal.occurrence_fields(&collection, &[], &[name]).await;
        assert_eq!(read.unwrap_err().kind(), ErrorKind::Rejected, "{name}");
    }
}
