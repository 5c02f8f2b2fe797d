//! Records and rows, as the API shows and hides them.

use pinax_core::ErrorKind;
use pinax_core::nouns::finding::Severity;
use pinax_core::nouns::matching::MatchField;
use pinax_core::nouns::occurrence::Occid;
use pinax_core::ports::portal::Portal;
use pinax_testkit::portal_contract::wanted;
use pinax_testkit::symbiota_api::SymbiotaApi;
use serde_json::json;

use crate::support::{BATCH, herbarium, key, numbers, portal, server};

async fn occids(server: &SymbiotaApi, match_on: &[MatchField], asked: &[&str]) -> Vec<Vec<u64>> {
    let found = portal(server).find_occurrences(&herbarium(), match_on, &numbers(asked)).await.unwrap();
    found.into_iter().map(|records| records.into_iter().map(|record| record.occid.0).collect()).collect()
}

#[tokio::test]
async fn every_column_is_looked_at_in_turn() {
    let server = server(4);
    server.set_field(1, "identifierValue", &json!("OLD-7"));
    server.set_field(2, "occurrenceID", &json!("urn:x:9"));
    server.set_field(3, "identifierValue", &json!("TST00000004"));
    server.set_field(3, "identifierValue", &json!("55"));
    let record_id = "00000004-0000-4000-8000-0000000000cc";
    let all = MatchField::ALL;
    let found = occids(&server, &all, &["old-7", "URN:x:9", record_id, "TST00000004", "nothing", "0055"]).await;
    // The catalog number wins over an identifier of another record.
    assert_eq!(found, [vec![1], vec![2], vec![4], vec![4], vec![], vec![3]]);
    let found = occids(&server, &[MatchField::IdentifierValue], &["TST00000004", "0055"]).await;
    assert_eq!(found, [vec![3], vec![]], "zeros are not dropped there");
    let found = occids(&server, &[MatchField::OccurrenceId], &[record_id, "urn:x:9"]).await;
    assert_eq!(found, [vec![], vec![2]], "the API looks into both columns");
}

#[tokio::test]
async fn what_was_found_tells_by_what() {
    let server = server(1);
    server.set_field(1, "identifierValue", &json!("OLD-7"));
    for (column, value) in
        [("sciname", "Abies alba"), ("recordedBy", "A. Gray"), ("recordNumber", "12"), ("eventDate", "1861-05-01")]
    {
        server.set_field(1, column, &json!(value));
    }
    server.set_field(1, "tidInterpreted", &json!(103));
    let found = portal(&server)
        .find_occurrences(&herbarium(), &[MatchField::OtherCatalogNumbers], &numbers(&["OLD-7"]))
        .await
        .unwrap();
    let record = &found[0][0];
    assert_eq!(record.to_string(), "occid 1 TST00000001 (identifierValue OLD-7), Abies alba, A. Gray 12, 1861-05-01");
    assert_eq!(record.tid, Some(103));
}

#[tokio::test]
async fn a_number_costs_one_request_and_is_asked_for_once() {
    let server = server(3);
    occids(&server, &[MatchField::CatalogNumber], &["TST00000001", "tst00000001", "TST00000002", "NONE"]).await;
    assert_eq!(server.count("GET", "occurrence?"), 3);
}

#[tokio::test]
async fn characters_that_mean_something_in_addresses_are_but_characters() {
    let number = "A&collid=2#+% é/..";
    let server = server(0);
    server.add_record(1, 9, number);
    assert_eq!(occids(&server, &[MatchField::CatalogNumber], &[number]).await, [[9]]);
}

#[tokio::test]
async fn hidden_records_are_not_found_and_that_is_said() {
    let server = server(2);
    server.set_field(2, "recordSecurity", &json!(1));
    let portal = portal(&server);
    let found = portal
        .find_occurrences(&herbarium(), &[MatchField::CatalogNumber], &numbers(&["TST00000001", "TST00000002"]))
        .await
        .unwrap();
    assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [1, 0]);
    let said = portal.finish(&herbarium(), BATCH).await.unwrap();
    assert!(said.iter().any(|one| one.hint.as_deref().is_some_and(|hint| hint.contains("recordSecurity"))), "{said:?}");
    assert!(portal.finish(&herbarium(), BATCH).await.unwrap().is_empty(), "it is said once");
    let said = portal.check(&key(), &[MatchField::CatalogNumber]).await;
    assert!(said.iter().any(|one| one.message.contains("recordSecurity")), "{said:?}");
}

#[tokio::test]
async fn a_number_on_very_many_records_is_read_page_by_page() {
    let server = server(0);
    (1..=650).for_each(|occid| server.add_record(1, occid, "s.n."));
    let found = occids(&server, &[MatchField::CatalogNumber], &["S.N."]).await;
    assert_eq!(found[0], (1..=650).collect::<Vec<u64>>());
    assert_eq!(server.count("GET", "occurrence?"), 3);
}

#[tokio::test]
async fn very_many_collections_are_read_page_by_page() {
    let server = server(0);
    (2..=450).for_each(|collid| server.add_collection(collid, &format!("C{collid}"), None, "Other"));
    let found = portal(&server).collection(&"C450".parse().unwrap()).await.unwrap();
    assert_eq!(found.collid, Some(450));
}

#[tokio::test]
async fn rows_are_read_by_either_call() {
    let server = server(3);
    server.add_row(&wanted(1, "a"));
    server.add_row(&wanted(1, "b"));
    let portal = portal(&server);
    let occids = [Occid(1), Occid(2), Occid(77)];
    let first = portal.media_of(&herbarium(), &occids).await.unwrap();
    assert_eq!(server.count("GET", "/media"), 0, "the call that fails always is not tried");
    server.mend_media_call();
    assert_eq!(portal.media_of(&herbarium(), &occids).await.unwrap(), first);
    assert_eq!(first.len(), 2);
}

#[tokio::test]
async fn sound_is_no_picture() {
    let server = server(1);
    server.add_row(&wanted(1, "a"));
    server.edit_rows(|row| drop(row.insert("mediaType".to_owned(), json!("audio"))));
    assert!(portal(&server).media_of(&herbarium(), &[Occid(1)]).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_answer_of_another_version_is_told() {
    let server = server(1);
    server.add_row(&wanted(1, "a"));
    server.edit_rows(|row| {
        let id = row.remove("mediaID").unwrap_or_default();
        row.insert("imgid".to_owned(), id);
    });
    let error = portal(&server).media_of(&herbarium(), &[Occid(1)]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownVersion, "{error}");
}

#[tokio::test]
async fn a_column_the_api_does_not_show_is_warned_of() {
    let said = portal(&server(1)).check(&key(), &[MatchField::OtherCatalogNumbers]).await;
    let warned: Vec<_> = said.iter().filter(|one| one.severity == Severity::Warning).collect();
    assert!(warned.len() == 1 && warned[0].message.contains("otherCatalogNumbers"), "{said:?}");
}
