//! The token goes to the portal in the body of writes, and to nobody else.

use pinax_core::nouns::matching::MatchField;
use pinax_core::nouns::occurrence::Occid;
use pinax_core::ports::portal::Portal;
use pinax_core::steps::link::MediaChange;
use pinax_core::{Error, ErrorKind};
use pinax_testkit::portal_contract::wanted;
use pinax_testkit::symbiota_api::{Fault, SymbiotaApi};

use crate::support::{BATCH, all_of, apply, hasty, herbarium, insert, key, numbers, portal, portal_with, server};

#[tokio::test]
async fn the_token_is_in_the_body_of_writes_only_and_we_say_who_we_are() {
    let server = server(2);
    let portal = portal(&server);
    portal.check(&key(), &[MatchField::CatalogNumber]).await;
    let found =
        portal.find_occurrences(&herbarium(), &[MatchField::CatalogNumber], &numbers(&["TST00000001"])).await.unwrap();
    assert_eq!(found[0].len(), 1);
    let row = apply(&portal, insert(wanted(1, "a"))).await.unwrap().unwrap();
    apply(&portal, MediaChange::Delete(Box::new(row.record))).await.unwrap().unwrap();
    let requests = server.requests();
    for request in &requests {
        assert_eq!(request.header("user-agent"), Some(concat!("pinax/", env!("CARGO_PKG_VERSION"))), "{request:?}");
        assert!(!request.target.contains(SymbiotaApi::TOKEN), "{request:?}");
        assert!(!request.headers.iter().any(|(_, text)| text.contains(SymbiotaApi::TOKEN)), "{request:?}");
        assert_eq!(request.body.contains(SymbiotaApi::TOKEN), request.method != "GET", "{request:?}");
        assert_eq!(request.header("cookie"), None, "{request:?}");
    }
    assert!(requests.iter().any(|request| request.method == "DELETE"));
}

#[tokio::test]
async fn the_token_follows_no_redirect() {
    let elsewhere = server(2);
    for to in [elsewhere.url(), format!("http://localhost:1/?apiToken={}", SymbiotaApi::TOKEN), "/login".to_owned()] {
        let server = server(2);
        let portal = portal(&server);
        for (method, part) in [("GET", "collection"), ("POST", "media"), ("PATCH", "media/0")] {
            server.fail(method, part, 1, Fault::Redirect(to.clone()));
        }
        let mut errors: Vec<Error> = Vec::new();
        errors.push(portal.collection(&key()).await.unwrap_err());
        errors.push(apply(&portal, insert(wanted(1, "a"))).await.unwrap_err());
        for error in &errors {
            assert_eq!(error.kind(), ErrorKind::Config, "{error}");
            assert!(!all_of(error).contains(SymbiotaApi::TOKEN), "{error:?}");
        }
        let findings = portal.check(&key(), &[MatchField::CatalogNumber]).await;
        assert!(findings.iter().any(|finding| finding.message.contains("sends us on")), "{findings:?}");
        assert!(!format!("{findings:?}").contains(SymbiotaApi::TOKEN), "{findings:?}");
    }
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn no_error_shows_the_token() {
    for fault in [
        Fault::Echo(401),
        Fault::Echo(403),
        Fault::Echo(422),
        Fault::Echo(500),
        Fault::Echo(503),
        Fault::Page(500),
        Fault::Lost,
        Fault::CutOff,
        Fault::Huge(1 << 40),
        Fault::Busy(9999),
    ] {
        let server = server(2);
        let portal = portal(&server);
        server.fail("POST", "media", 100, fault.clone());
        let answer = apply(&portal, insert(wanted(1, "a"))).await;
        if let Err(error) | Ok(Err(error)) = answer {
            let told = error.to_string();
            assert!(!matches!(fault, Fault::Echo(_)) || told.contains("apiToken"), "{fault:?}: {told}");
            assert!(!all_of(&error).contains(SymbiotaApi::TOKEN), "{fault:?}: {error:?}");
        }
    }
    let portal = portal(&server(0));
    assert!(!portal.describe().contains(SymbiotaApi::TOKEN));
}

#[tokio::test]
async fn without_a_token_everything_but_writing_works() {
    let server = server(2);
    server.add_row(&wanted(1, "a"));
    let portal = portal_with(&server, None, hasty());
    assert_eq!(portal.media_of(&herbarium(), &[Occid(1)]).await.unwrap().len(), 1);
    let answers = portal.apply(&herbarium(), BATCH, &[insert(wanted(1, "a"))]).await.unwrap();
    assert!(answers[0].is_ok(), "it is there already");
    let error = apply(&portal, insert(wanted(2, "a"))).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert!(error.hint_text().unwrap().contains("PINAX_PORTAL_TOKEN"));
    assert_eq!(server.count("POST", ""), 0);
}
