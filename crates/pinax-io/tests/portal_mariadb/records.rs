//! Records made, filled and taken away: what is really in the tables.

mod coverage;
mod faults;
mod hanging;
mod values;

use pinax_core::nouns::occurrence::Occid;
use pinax_core::nouns::occurrence_record::{OccurrenceChange, OccurrenceRecord};
use pinax_core::ports::portal::Portal;
use pinax_core::{ErrorKind, Result};
use pinax_io::portal::mariadb::MariadbPortal;
use pinax_testkit::mariadb::{SchemaVersion, TestMariadb};

use crate::support::{BATCH, herbarium, portal};

const TABLES: [&str; 5] =
    ["omoccurrences", "omoccuridentifiers", "omexsiccatititles", "omexsiccatinumbers", "omexsiccatiocclink"];

/// A record as a run makes it, with more fields.
pub(crate) fn new(number: u32, fields: &[(&str, &str)]) -> OccurrenceRecord {
    let catalog_number = format!("TST{number:08}");
    let usual = [("catalogNumber", catalog_number.as_str()), ("processingStatus", "unprocessed")];
    OccurrenceRecord {
        record_id: format!("0b0e5c1a-0000-5000-8000-{number:012}"),
        ..held(None, &[&usual, fields].concat())
    }
}

fn held(occid: Option<u64>, fields: &[(&str, &str)]) -> OccurrenceRecord {
    OccurrenceRecord {
        occid: occid.map(Occid),
        record_id: String::new(),
        fields: fields.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect(),
    }
}

pub(crate) fn create(record: &OccurrenceRecord) -> OccurrenceChange {
    OccurrenceChange::Create(Box::new(record.clone()))
}

fn remove(record: &OccurrenceRecord) -> OccurrenceChange {
    OccurrenceChange::Remove(Box::new(record.clone()))
}

/// Fills empty columns.
fn fill(occid: u64, fields: &[(&str, &str)]) -> OccurrenceChange {
    let empty: Vec<(&str, &str)> = fields.iter().map(|(name, _)| (*name, "")).collect();
    OccurrenceChange::Set { before: Box::new(held(Some(occid), &empty)), after: Box::new(held(Some(occid), fields)) }
}

/// Takes it back.
fn reverse(change: &OccurrenceChange) -> OccurrenceChange {
    let OccurrenceChange::Set { before, after } = change else { panic!("only what was filled") };
    OccurrenceChange::Set { before: after.clone(), after: before.clone() }
}

pub(crate) async fn apply(portal: &MariadbPortal, changes: &[OccurrenceChange]) -> Vec<Result<OccurrenceRecord>> {
    let collection = herbarium(portal).await;
    portal.apply_occurrences(&collection, BATCH, changes).await.unwrap()
}

/// The tables, but for the time of the last change, which tells of every change.
fn dump(server: &TestMariadb) -> String {
    server.exec("UPDATE omoccurrences SET dateLastModified = '2024-01-01'");
    server.dump(&TABLES)
}

/// A portal with exsiccati, one number of which is there.
fn with_exsiccati(version: SchemaVersion) -> TestMariadb {
    let server = TestMariadb::with_records_of(version, 5);
    server.exec(
        "INSERT INTO omexsiccatititles (ometid, title, abbreviation) VALUES
           (1, 'Plantae Selectae', 'Pl. Sel.'), (2, 'Flora Exsiccata', NULL), (3, 'Flora Exsiccata', NULL);
         INSERT INTO omexsiccatinumbers (omenid, ometid, exsnumber, initialTimestamp) VALUES (10, 1, '7', '2020-01-01');",
    );
    server
}

#[tokio::test]
async fn a_record_is_what_symbiotas_batch_script_makes() {
    let server = with_exsiccati(SchemaVersion::V3_4);
    let portal = portal(&server);
    let fields = [
        ("identifierValue", "B 10 0077"),
        ("exsiccatiTitle", "pl. sel."),
        ("exsiccatiNumber", "12a"),
        ("decimalLatitude", "42.3700"),
    ];
    let made = apply(&portal, &[create(&new(77, &fields))]).await.remove(0).unwrap();
    assert_eq!((made.occid, &made.fields), (Some(Occid(6)), &new(77, &fields).fields));
    assert_eq!(
        server.query(
            "SELECT collid, catalogNumber, recordID, processingStatus, basisOfRecord, occurrenceID, decimalLatitude,
                    dateEntered >= NOW() - INTERVAL 1 HOUR, recordEnteredBy
             FROM omoccurrences WHERE occid = 6"
        ),
        "1\tTST00000077\t0b0e5c1a-0000-5000-8000-000000000077\tunprocessed\tPreservedSpecimen\tNULL\t42.37\t1\tNULL\n"
    );
    assert_eq!(
        server.query("SELECT occid, identifierValue, identifierName, modifiedUid FROM omoccuridentifiers"),
        "6\tB 10 0077\t\t0\n"
    );
    assert_eq!(
        server.query("SELECT occid, ometid, exsnumber FROM omexsiccatiocclink JOIN omexsiccatinumbers USING (omenid)"),
        "6\t1\t12a\n"
    );
    let collection = herbarium(&portal).await;
    let names = ["exsiccatiTitle", "exsiccatiNumber", "identifierValue", "decimalLatitude", "family"];
    let read = portal.occurrence_fields(&collection, &[Occid(6)], &names).await.unwrap().remove(0);
    let read: Vec<&str> = names.iter().map(|name| read.fields[*name].as_str()).collect();
    assert_eq!(read, ["Plantae Selectae", "12a", "B 10 0077", "42.37", ""]);
}

/// In every version: made, filled, and taken back, the tables are as before.
#[tokio::test]
async fn what_is_taken_back_leaves_nothing_behind() {
    for version in SchemaVersion::ALL {
        let server = with_exsiccati(version);
        let portal = portal(&server);
        let before = dump(&server);
        let exsiccati = |number| [("exsiccatiTitle", "Plantae Selectae"), ("exsiccatiNumber", number)];
        let records = [
            new(77, &[("identifierValue", "B 10 0077"), ("habitat", "bog")]),
            new(78, &exsiccati("12a")),
            new(79, &exsiccati("7")),
        ];
        let fillings = [
            fill(1, &[("habitat", "bog"), ("eventDate2", "1899-07-00"), ("minimumElevationInMeters", "120")]),
            fill(2, &exsiccati("12a")),
            fill(3, &exsiccati("13")),
            fill(4, &[("identifierValue", "B 10 0004"), ("decimalLongitude", "-71.1")]),
        ];
        let creations: Vec<OccurrenceChange> = records.iter().map(create).collect();
        for changes in [&creations[..], &fillings[..]] {
            let answers = apply(&portal, changes).await;
            for (change, answer) in changes.iter().zip(answers) {
                assert_eq!(answer.unwrap().fields, change.after().unwrap().fields, "{version}");
            }
        }
        assert_eq!(server.query("SELECT COUNT(*) FROM omexsiccatinumbers").trim(), "3", "{version}");
        // The last first, as `undo` does.
        for change in fillings.iter().rev().map(reverse).chain(records.iter().rev().map(remove)) {
            let answer = apply(&portal, std::slice::from_ref(&change)).await.remove(0);
            assert!(answer.is_ok(), "{version} {answer:?}");
        }
        assert_eq!(dump(&server), before, "{version}");
    }
}

#[tokio::test]
async fn another_collection_is_not_touched() {
    let server = TestMariadb::with_records(2);
    let mine = new(77, &[]);
    server.exec(&format!(
        "INSERT INTO omcollections (collID, institutionCode, collectionCode, collectionName) VALUES (2, 'O', 'O', 'O');
         INSERT INTO omoccurrences (occid, collid, catalogNumber, recordID, processingStatus)
         VALUES (50, 2, 'TST00000077', '{}', 'unprocessed');",
        mine.record_id
    ));
    let portal = portal(&server);
    let answers = apply(&portal, &[fill(50, &[("habitat", "bog")]), remove(&mine), create(&mine)]).await;
    assert_eq!(answers[0].as_ref().unwrap_err().kind(), ErrorKind::Conflict);
    assert!(answers[1].is_ok());
    assert_ne!(answers[2].as_ref().unwrap().occid, Some(Occid(50)));
    assert_eq!(server.query("SELECT occid, habitat FROM omoccurrences WHERE collid = 2"), "50\tNULL\n");
}
