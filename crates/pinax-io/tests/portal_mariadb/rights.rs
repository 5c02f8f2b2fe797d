//! Who we are, and what we may.

use pinax_core::ErrorKind;
use pinax_core::nouns::finding::{Finding, Severity};
use pinax_core::nouns::matching::MatchField;
use pinax_core::ports::portal::Portal;
use pinax_io::portal::mariadb::{MariadbOptions, MariadbPortal};
use pinax_testkit::mariadb::TestMariadb;

use crate::support::{BATCH, herbarium, inserts, key, portal, portal_at, rows};

fn errors(findings: &[Finding]) -> Vec<String> {
    let told = |finding: &Finding| format!("{finding} | {}", finding.hint.as_deref().unwrap_or_default());
    findings.iter().filter(|finding| finding.severity == Severity::Error).map(told).collect()
}

#[tokio::test]
async fn a_wrong_password_is_told_without_showing_it() {
    let server = TestMariadb::start();
    for portal in [portal_at(&server.url(), Some("wr0ng-s3cret")), portal_at(&server.url(), None)] {
        let error = portal.collection(&key()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthorized, "{error}");
        assert!(error.hint_text().unwrap().contains("PINAX_PORTAL_PASSWORD"), "{error:?}");
        assert!(!format!("{error:?} {error} {}", portal.describe()).contains("s3cret"));
    }
}

#[tokio::test]
async fn a_password_in_the_url_serves_and_stays_hidden() {
    let server = TestMariadb::with_records(1);
    let url = server.url().replace('@', &format!(":{}@", TestMariadb::PASSWORD));
    let options = MariadbOptions::new(url, None);
    let portal = MariadbPortal::new(&options).unwrap();
    herbarium(&portal).await;
    let findings = portal.check(&key(), &[MatchField::CatalogNumber]).await;
    for text in [format!("{options:?}"), portal.describe(), format!("{findings:?}")] {
        assert!(!text.contains(TestMariadb::PASSWORD), "{text}");
    }
}

#[tokio::test]
async fn a_database_that_is_not_there() {
    let server = TestMariadb::start();
    server.create_user("wide", "w", &["ALL ON *.*"]);
    let url = server.url_of("wide").replace("/symbiota", "/symbiotta");
    let error = portal_at(&url, Some("w")).collection(&key()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    // Who may not see any database is not told whether it exists.
    let url = server.url().replace("/symbiota", "/symbiotta");
    let error = portal_at(&url, Some(TestMariadb::PASSWORD)).collection(&key()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden, "{error}");
}

#[tokio::test]
async fn the_documented_grants_are_enough() {
    let server = TestMariadb::with_records(3);
    let portal = portal(&server);
    let findings = portal.check(&key(), &[MatchField::CatalogNumber]).await;
    assert!(findings.iter().all(|finding| finding.severity <= Severity::Note), "{findings:?}");
    let told: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert!(told.iter().any(|line| line.contains("3 records") && line.contains("Test Herbarium")), "{told:?}");
    let collection = herbarium(&portal).await;
    portal.apply(&collection, BATCH, &inserts(3)).await.unwrap();
    assert!(portal.finish(&collection, BATCH).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_user_who_may_only_read_is_told_so_before_and_refused_after() {
    let server = TestMariadb::with_records(3);
    server.create_user("reader", "r", &["SELECT ON symbiota.*"]);
    let portal = portal_at(&server.url_of("reader"), Some("r"));
    let before = server.dump(&["media", "mediametadata", "omoccurrences"]);
    let findings = portal.check(&key(), &[MatchField::CatalogNumber]).await;
    let told = errors(&findings).join("\n");
    for right in ["INSERT on media", "INSERT on mediametadata", "UPDATE on media", "DELETE on media"] {
        assert!(told.contains(right), "{told}");
    }
    assert!(!told.contains("SELECT on"), "{told}");
    assert!(findings.iter().any(|finding| finding.severity == Severity::Warning), "{findings:?}");
    let collection = herbarium(&portal).await;
    let error = portal.apply(&collection, BATCH, &inserts(1)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden, "{error}");
    let findings = portal.finish(&collection, BATCH).await.unwrap();
    assert_eq!(findings[0].severity, Severity::Warning);
    assert_eq!(rows(&server), 0);
    assert_eq!(server.dump(&["media", "mediametadata", "omoccurrences"]), before);
}

#[tokio::test]
async fn a_server_that_is_read_only() {
    let server = TestMariadb::with_records(3);
    server.exec("SET GLOBAL read_only = 1");
    let portal = portal(&server);
    assert!(errors(&portal.check(&key(), &[MatchField::CatalogNumber]).await).join("\n").contains("read-only"));
    let collection = herbarium(&portal).await;
    let error = portal.apply(&collection, BATCH, &inserts(1)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ReadOnly, "{error}");
}
