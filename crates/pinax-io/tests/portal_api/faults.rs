//! The server does not answer, answers late, too much, half, or something else.

use std::time::Duration;

use pinax_core::ErrorKind;
use pinax_core::nouns::finding::Severity;
use pinax_core::nouns::matching::MatchField;
use pinax_core::nouns::occurrence::Occid;
use pinax_core::ports::portal::Portal;
use pinax_core::steps::link::MediaChange;
use pinax_io::portal::api::{ApiOptions, ApiPortal, Manners};
use pinax_testkit::portal_contract::wanted;
use pinax_testkit::symbiota_api::{Fault, SymbiotaApi};

use crate::support::{apply, hasty, herbarium, insert, key, portal, portal_with, server};

#[tokio::test]
async fn passing_faults_pass() {
    for fault in [Fault::Status(503), Fault::Page(502), Fault::Busy(0), Fault::Lost, Fault::CutOff, Fault::Page(500)] {
        let server = server(3);
        let portal = portal(&server);
        server.fail("GET", "collection", 3, fault.clone());
        assert_eq!(portal.collection(&key()).await.unwrap(), herbarium(), "{fault:?}");
        assert_eq!(server.count("GET", "collection"), 4, "{fault:?}");
    }
}

#[tokio::test]
async fn faults_that_last_are_told_after_some_tries() {
    let server = server(3);
    let portal = portal(&server);
    server.fail("GET", "occurrence", 100, Fault::Page(504));
    let error = portal.media_of(&herbarium(), &[Occid(1)]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert!(error.to_string().contains("504") && !error.to_string().contains('<'), "{error}");
    assert_eq!(server.count("GET", "occurrence"), 4);
}

#[tokio::test]
async fn a_server_that_asks_for_a_long_rest_is_left_alone() {
    let server = server(3);
    let portal = portal(&server);
    server.fail("GET", "collection", 1, Fault::Busy(3600));
    let error = portal.collection(&key()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert_eq!(server.count("GET", "collection"), 1);
}

#[tokio::test]
async fn a_portal_that_is_down_is_told_with_its_address() {
    let url = server(0).url();
    let options = ApiOptions { manners: Manners { retries: 0, ..hasty() }, ..ApiOptions::new(&url, None) };
    let portal = ApiPortal::new(&options).unwrap();
    let error = portal.collection(&key()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert!(error.to_string().contains(&url), "{error}");
    assert!(error.hint_text().is_some());
    let findings = portal.check(&key(), &[MatchField::CatalogNumber]).await;
    assert_eq!(findings.len(), 1, "{findings:?}");
}

#[tokio::test]
async fn a_slow_answer_is_not_waited_for_without_end() {
    let server = server(1);
    let manners = Manners { answer: Duration::from_millis(200), retries: 0, ..hasty() };
    let portal = portal_with(&server, None, manners);
    server.fail("GET", "collection", 1, Fault::Slow);
    let error = portal.collection(&key()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert!(error.to_string().contains("in time"), "{error}");
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_refused_before_it_is_read() {
    let server = server(1);
    let portal = portal_with(&server, None, Manners { max_answer_bytes: 4096, ..hasty() });
    for fault in [Fault::Huge(4 << 40), Fault::HugeUnsaid(1 << 20)] {
        // The first never sends what it promises: reading it would not end.
        server.fail("GET", "collection", 1, fault);
        let error = portal.collection(&key()).await.unwrap_err();
        assert!(error.to_string().contains("larger than 4096 bytes"), "{error}");
    }
    assert_eq!(server.count("GET", "collection"), 2);
    assert!(portal.collection(&key()).await.is_ok());
}

#[tokio::test]
async fn a_page_instead_of_data_hints_at_the_address() {
    let server = server(1);
    for (url, page) in
        [(server.url(), Some(200)), (server.url(), Some(404)), (format!("{}/nowhere", server.url()), None)]
    {
        let portal = ApiPortal::new(&ApiOptions { manners: hasty(), ..ApiOptions::new(url, None) }).unwrap();
        if let Some(status) = page {
            server.fail("GET", "collection", 1, Fault::Page(status));
        }
        let error = portal.collection(&key()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
        assert!(error.hint_text().unwrap().contains("root"), "{error}");
        assert!(!error.to_string().contains(['<', '{']), "{error}");
    }
}

#[tokio::test]
async fn refusals_of_a_write_are_told_as_what_they_are() {
    for (fault, kind) in [
        (Fault::Status(401), ErrorKind::Unauthorized),
        (Fault::Status(403), ErrorKind::Forbidden),
        (Fault::Page(403), ErrorKind::Forbidden),
        (Fault::Page(404), ErrorKind::Unavailable),
        (Fault::Page(405), ErrorKind::UnknownVersion),
    ] {
        let server = server(1);
        server.fail("POST", "media", 1, fault);
        let error = apply(&portal(&server), insert(wanted(1, "a"))).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.stops_the_run() && server.rows().is_empty());
    }
    for status in [400, 413, 422] {
        let server = server(2);
        let portal = portal(&server);
        server.fail("POST", "media", 1, Fault::Status(status));
        let error = apply(&portal, insert(wanted(1, "a"))).await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
        assert!(error.to_string().contains("planned"), "{error}");
        assert!(apply(&portal, insert(wanted(2, "a"))).await.unwrap().is_ok());
    }
}

#[tokio::test]
async fn a_lost_answer_is_looked_for_and_the_write_not_repeated() {
    for fault in [Fault::Lost, Fault::CutOff, Fault::Slow] {
        let server = server(1);
        let portal =
            portal_with(&server, Some(SymbiotaApi::TOKEN), Manners { answer: Duration::from_millis(500), ..hasty() });
        server.fail("POST", "media", 1, fault.clone());
        let row = apply(&portal, insert(wanted(1, "a"))).await.unwrap().unwrap();
        assert!(row.is_known_as(&wanted(1, "a").record_id));
        assert_eq!((server.rows().len(), server.count("POST", "media")), (1, 1), "{fault:?}");

        let after = pinax_core::nouns::media::MediaRecord { owner: Some("New".to_owned()), ..row.record.clone() };
        server.fail("PATCH", "media", 1, fault.clone());
        let change = MediaChange::Update { before: Box::new(row.record), after: Box::new(after.clone()) };
        assert_eq!(apply(&portal, change).await.unwrap().unwrap().record, after);
        assert_eq!(server.count("PATCH", "media"), 1, "{fault:?}");

        server.fail("DELETE", "media", 1, fault.clone());
        apply(&portal, MediaChange::Delete(Box::new(after))).await.unwrap().unwrap();
        assert_eq!((server.rows().len(), server.count("DELETE", "media")), (0, 1), "{fault:?}");
    }
}

#[tokio::test]
async fn a_write_that_never_arrived_is_repeated() {
    let server = server(1);
    server.fail("POST", "media", 2, Fault::Status(503));
    apply(&portal(&server), insert(wanted(1, "a"))).await.unwrap().unwrap();
    assert_eq!((server.rows().len(), server.count("POST", "media")), (1, 3));
}

#[tokio::test]
async fn a_value_the_database_refuses_is_the_fault_of_its_row() {
    let server = server(3);
    let portal = portal(&server);
    let odd = pinax_core::nouns::media::MediaRecord { owner: Some("🌿".to_owned()), ..wanted(1, "a") };
    let error = apply(&portal, insert(odd)).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
    assert!(error.to_string().contains("500"), "{error}");
    assert_eq!(server.count("POST", "media"), 1);
    assert!(apply(&portal, insert(wanted(2, "a"))).await.unwrap().is_ok());
}

#[tokio::test]
async fn a_portal_that_is_broken_stops_the_run() {
    let server = server(20);
    server.fail("POST", "media", 100, Fault::Page(500));
    let changes: Vec<_> = (1..=20).map(|occid| insert(wanted(occid, "a"))).collect();
    let error = portal(&server).apply(&herbarium(), crate::support::BATCH, &changes).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert!(server.count("POST", "media") < 10);
}

#[tokio::test]
async fn check_tells_what_is_wrong_with_the_token() {
    let server = server(1);
    for (token, severity, said) in [
        (None, Severity::Warning, "no API token"),
        (Some("4c059e7c-bad"), Severity::Error, "does not accept the token"),
        (Some(SymbiotaApi::STRANGER), Severity::Warning, "no editor of the collection"),
        (Some(SymbiotaApi::NOBODY), Severity::Warning, "no editor of the collection"),
        (Some(SymbiotaApi::TOKEN), Severity::Fine, "can make records"),
    ] {
        let findings = portal_with(&server, token, hasty()).check(&key(), &[MatchField::CatalogNumber]).await;
        let found = findings.iter().find(|finding| finding.message.contains(said));
        assert_eq!(found.map(|finding| finding.severity), Some(severity), "{token:?} {findings:?}");
    }
    assert_eq!((server.rows().len(), server.record_count()), (0, 1));
}
