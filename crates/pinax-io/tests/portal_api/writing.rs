//! Rows written, changed and deleted, with somebody else at work too.

use pinax_core::ErrorKind;
use pinax_core::nouns::media::MediaRecord;
use pinax_core::ports::portal::Portal;
use pinax_core::steps::link::MediaChange;
use pinax_testkit::portal_contract::wanted;
use pinax_testkit::symbiota_api::SymbiotaApi;
use serde_json::json;

use crate::support::{BATCH, apply, herbarium, insert, portal, server};

fn delete(record: MediaRecord) -> MediaChange {
    MediaChange::Delete(Box::new(record))
}

async fn with_row(server: &SymbiotaApi) -> MediaRecord {
    let record = MediaRecord { tid: Some(103), ..wanted(1, "a") };
    apply(&portal(server), insert(record.clone())).await.unwrap().unwrap();
    record
}

#[tokio::test]
async fn a_row_is_written_as_symbiota_writes_it_and_known_again() {
    let server = server(2);
    let record = with_row(&server).await;
    assert_eq!(server.column("imageType"), [json!("specimen")]);
    assert_eq!(server.column("tid"), [json!(103)]);
    assert_eq!(server.column("sourceIdentifier"), [json!(record.record_id)]);
    assert_ne!(server.column("recordID"), [json!(record.record_id)], "the portal makes its own");
    let row = apply(&portal(&server), insert(record.clone())).await.unwrap().unwrap();
    assert!(row.is_known_as(&record.record_id) && server.rows().len() == 1);
}

#[tokio::test]
async fn a_row_that_shows_the_address_already_is_enough() {
    let server = server(1);
    server.add_row(&MediaRecord { record_id: "somebody-else".to_owned(), ..wanted(1, "a") });
    let row = apply(&portal(&server), insert(wanted(1, "a"))).await.unwrap().unwrap();
    assert_eq!((row.record.record_id.as_str(), server.rows().len()), ("somebody-else", 1));
}

#[tokio::test]
async fn a_row_as_it_was_made_goes_and_one_that_is_gone_is_gone() {
    let server = server(1);
    let record = with_row(&server).await;
    // The portal fills the taxon itself.
    server.edit_rows(|row| drop(row.insert("tid".to_owned(), json!(112))));
    for _ in 0..2 {
        let row = apply(&portal(&server), delete(record.clone())).await.unwrap().unwrap();
        assert_eq!((row.record, server.rows().len()), (record.clone(), 0));
    }
    assert_eq!(server.count("DELETE", "media"), 1);
    server.remove_record(1);
    assert!(apply(&portal(&server), delete(record)).await.unwrap().is_ok());
}

#[tokio::test]
async fn a_row_somebody_edited_is_not_deleted() {
    for (column, value) in [
        ("url", json!("https://else.example.org/x.jpg")),
        ("rights", json!(null)),
        ("sortOccurrence", json!(9)),
        ("creator", json!("Somebody Else")),
        ("sourceIdentifier", json!("00000001-0000-5000-8000-610000000000 edited")),
    ] {
        let server = server(1);
        let record = with_row(&server).await;
        server.edit_rows(|row| {
            row.insert(column.to_owned(), value.clone());
            // It is still ours by its recordID.
            row.insert("recordID".to_owned(), json!(record.record_id));
        });
        let error = apply(&portal(&server), delete(record)).await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict, "{column}");
        assert!(error.to_string().contains(column), "{error}");
        assert_eq!(server.rows().len(), 1);
    }
}

#[tokio::test]
async fn other_rows_are_safe_from_an_id_that_begins_with_their_number() {
    let server = server(1);
    server.add_row(&MediaRecord { record_id: "theirs".to_owned(), ..wanted(1, "b") });
    // The API would take the recordID `2e5…` for mediaID 2.
    let gone = MediaRecord { record_id: "2e500000-0000-5000-8000-000000000001".to_owned(), ..wanted(1, "a") };
    let change = MediaChange::Update {
        before: Box::new(gone.clone()),
        after: Box::new(MediaRecord { owner: Some("New".to_owned()), ..gone.clone() }),
    };
    assert_eq!(apply(&portal(&server), change).await.unwrap().unwrap_err().kind(), ErrorKind::Conflict);
    assert!(apply(&portal(&server), delete(gone)).await.unwrap().is_ok());
    assert_eq!(server.rows()[0].owner.as_deref(), Some("Test Herbarium"));
}

#[tokio::test]
async fn an_update_writes_what_differs_and_keeps_the_edits_of_others() {
    let server = server(1);
    let record = with_row(&server).await;
    server.edit_rows(|row| drop(row.insert("copyright".to_owned(), json!("theirs"))));
    let after =
        MediaRecord { thumbnail_url: None, url: "https://img.example.org/new.jpg".to_owned(), ..record.clone() };
    let change = MediaChange::Update { before: Box::new(record), after: Box::new(after) };
    let row = apply(&portal(&server), change).await.unwrap().unwrap();
    assert_eq!((row.record.thumbnail_url, row.record.copyright.as_deref()), (None, Some("theirs")));
    let sent = server.requests().into_iter().rfind(|request| request.method == "PATCH").unwrap();
    let body: serde_json::Value = serde_json::from_str(&sent.body).unwrap();
    let mut columns: Vec<&String> = body.as_object().unwrap().keys().collect();
    columns.sort();
    assert_eq!(columns, ["apiToken", "thumbnailUrl", "url"]);
}

#[tokio::test]
async fn records_of_other_collections_are_not_written_to() {
    let server = server(1);
    server.add_collection(2, "TST", Some("MOSS"), "Test Mosses");
    server.add_record(2, 2, "M2");
    let error = apply(&portal(&server), insert(wanted(2, "a"))).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert!(server.rows().is_empty());
}

#[tokio::test]
async fn what_could_not_be_carried_is_told_at_the_end() {
    let server = server(3);
    let portal = portal(&server);
    let plain = MediaRecord { creator: None, ..wanted(2, "a") };
    let changes = [insert(wanted(1, "a")), insert(plain.clone()), insert(wanted(3, "a"))];
    portal.apply(&herbarium(), BATCH, &changes).await.unwrap();
    let larger = MediaRecord { pixel_x_dimension: Some(1), ..plain.clone() };
    apply(&portal, MediaChange::Update { before: Box::new(plain), after: Box::new(larger) }).await.unwrap().unwrap();
    apply(&portal, delete(wanted(3, "a"))).await.unwrap().unwrap();
    let said: Vec<String> = portal.finish(&herbarium(), BATCH).await.unwrap().iter().map(ToString::to_string).collect();
    for part in ["the creator of 2 pictures", "3 new rows are without mediaType", "1 row was deleted"] {
        assert!(said.iter().any(|one| one.contains(part)), "{part}: {said:?}");
    }
}

#[tokio::test]
async fn a_row_the_portal_would_fetch_to_understand_is_not_sent() {
    let server = server(1);
    for (record, column) in [
        (MediaRecord { format: String::new(), ..wanted(1, "a") }, "format"),
        (MediaRecord { original_url: String::new(), ..wanted(1, "a") }, "originalUrl"),
    ] {
        let error = apply(&portal(&server), insert(record)).await.unwrap().unwrap_err();
        assert!(error.kind() == ErrorKind::Rejected && error.to_string().contains(column), "{error}");
    }
    assert_eq!(server.count("POST", ""), 0);
}

#[tokio::test]
async fn rows_of_one_record_cost_one_look() {
    let server = server(2);
    let changes = [insert(wanted(1, "a")), insert(wanted(2, "a")), insert(wanted(1, "b")), insert(wanted(1, "a"))];
    let answers = portal(&server).apply(&herbarium(), BATCH, &changes).await.unwrap();
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!((server.count("GET", "occurrence/"), server.count("POST", "media")), (2, 3));
}
