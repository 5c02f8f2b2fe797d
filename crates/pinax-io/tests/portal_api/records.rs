//! Records made by their number.

use std::collections::BTreeMap;

use pinax_core::ErrorKind;
use pinax_core::nouns::occurrence::Occid;
use pinax_core::nouns::occurrence_record::{OccurrenceChange, OccurrenceRecord};
use pinax_core::ports::portal::Portal;
use pinax_core::{Error, Result};
use pinax_testkit::symbiota_api::{Fault, SymbiotaApi};
use serde_json::json;

use crate::support::{BATCH, hasty, herbarium, portal, portal_with, server};

fn record(fields: &[(&str, &str)]) -> OccurrenceRecord {
    let mut record =
        OccurrenceRecord { record_id: "3f000000-0000-5000-8000-000000000001".to_owned(), ..Default::default() };
    record.fields = fields.iter().map(|(column, text)| ((*column).to_owned(), (*text).to_owned())).collect();
    record
}

fn new_record(number: &str) -> OccurrenceRecord {
    record(&[("catalogNumber", number), ("processingStatus", "unprocessed")])
}

async fn apply(server: &SymbiotaApi, change: OccurrenceChange) -> Result<OccurrenceRecord> {
    portal(server).apply_occurrences(&herbarium(), BATCH, &[change]).await?.remove(0)
}

async fn create(server: &SymbiotaApi, record: OccurrenceRecord) -> Result<OccurrenceRecord> {
    apply(server, OccurrenceChange::Create(Box::new(record))).await
}

#[tokio::test]
async fn a_record_is_made_once() {
    let server = server(1);
    let made = create(&server, new_record("NEW1")).await.unwrap();
    assert_eq!(made.fields, new_record("NEW1").fields);
    let again = create(&server, new_record("new1")).await.unwrap();
    assert_eq!((again.occid, again.record_id), (made.occid, made.record_id));
    assert_eq!((server.record_count(), server.count("POST", "skeletal")), (2, 1));
}

#[tokio::test]
async fn a_lost_answer_makes_no_second_record() {
    for fault in [Fault::Lost, Fault::CutOff] {
        let server = server(0);
        server.fail("POST", "skeletal", 1, fault);
        let made = create(&server, new_record("NEW1")).await.unwrap();
        assert!(made.occid.is_some());
        assert_eq!((server.record_count(), server.count("POST", "skeletal")), (1, 1));
    }
}

#[tokio::test]
async fn a_hidden_record_gets_no_twin_and_is_not_touched() {
    let server = server(1);
    server.set_field(1, "recordSecurity", &json!(1));
    let error = create(&server, new_record("TST00000001")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    assert!(error.hint_text().unwrap().contains("recordSecurity"));
    assert_eq!(server.record_count(), 1);
    let requests = server.requests();
    assert!(requests.iter().all(|request| !request.body.contains("processingStatus")), "{requests:?}");
}

#[tokio::test]
async fn what_the_api_cannot_make_is_refused_before_it_is_asked() {
    let server = server(0);
    for (fields, said) in [
        (vec![("identifierValue", "X1")], "identifierValue"),
        (vec![("catalogNumber", "X1"), ("habitat", "woods")], "habitat"),
        (vec![("processingStatus", "unprocessed")], "catalogNumber"),
        (vec![("catalogNumber", "123456789012345678901234567890123")], "longer"),
    ] {
        let error: Error = create(&server, record(&fields)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rejected);
        assert!(error.to_string().contains(said), "{error}");
    }
    assert_eq!(server.count("POST", ""), 0);
}

#[tokio::test]
async fn a_stranger_makes_no_records() {
    let server = server(0);
    let portal = portal_with(&server, Some(SymbiotaApi::STRANGER), hasty());
    let change = OccurrenceChange::Create(Box::new(new_record("X1")));
    let error = portal.apply_occurrences(&herbarium(), BATCH, &[change]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
}

#[tokio::test]
async fn records_stay_and_one_that_is_gone_is_gone() {
    let server = server(0);
    let made = create(&server, new_record("X1")).await.unwrap();
    // A batch is taken back with what was intended: without occid.
    for before in [made.clone(), OccurrenceRecord { occid: None, ..made.clone() }] {
        let remove = || OccurrenceChange::Remove(Box::new(before.clone()));
        assert_eq!(apply(&server, remove()).await.unwrap_err().kind(), ErrorKind::Rejected);
    }
    server.remove_record(made.occid.unwrap().0);
    assert!(apply(&server, OccurrenceChange::Remove(Box::new(made))).await.is_ok());
    let set = OccurrenceRecord { occid: Some(Occid(1)), record_id: String::new(), fields: BTreeMap::new() };
    let change = OccurrenceChange::Set { before: Box::new(set.clone()), after: Box::new(set) };
    assert_eq!(apply(&server, change).await.unwrap_err().kind(), ErrorKind::Rejected);
}
