//! The encrypted way: proved, or not gone.

use std::fs;
use std::path::Path;

use pinax_core::ErrorKind;
use pinax_core::nouns::finding::Severity;
use pinax_core::nouns::matching::MatchField;
use pinax_core::ports::portal::Portal;
use pinax_io::portal::mariadb::{MariadbOptions, MariadbPortal};
use pinax_testkit::mariadb::{SchemaVersion, TestMariadb, certificate};

use crate::support::{key, portal_at};

const RECORDS: &str = "INSERT INTO omcollections (collID, institutionCode, collectionCode, collectionName)
                       VALUES (1, 'TST', 'VASC', 'Test Herbarium')";

/// Tells what is wrong both when the run asks and when `check` does.
async fn refused(url: &str) -> String {
    let portal = portal_at(url, Some(TestMariadb::PASSWORD));
    let error = portal.collection(&key()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    let findings = portal.check(&key(), &[MatchField::CatalogNumber]).await;
    assert!(findings.iter().any(|finding| finding.severity == Severity::Error), "{findings:?}");
    let told = format!("{error} | {}", error.hint_text().unwrap());
    assert!(told.contains("127.0.0.1") && !told.contains(TestMariadb::PASSWORD), "{told}");
    told
}

#[tokio::test]
async fn the_right_authority_proves_the_server() {
    let server = TestMariadb::start_encrypted(SchemaVersion::V3_4);
    server.exec(RECORDS);
    let portal = portal_at(&server.encrypted_url(&server.ca()), Some(TestMariadb::PASSWORD));
    assert_eq!(portal.collection(&key()).await.unwrap().name, "Test Herbarium");
    let ciphers = "SELECT COUNT(*) FROM information_schema.GLOBAL_STATUS
                   WHERE VARIABLE_NAME = 'SSL_FINISHED_ACCEPTS' AND VARIABLE_VALUE > 0";
    assert_eq!(server.query(ciphers).trim(), "1");
    let findings = portal.check(&key(), &[MatchField::CatalogNumber]).await;
    assert!(findings.iter().all(|finding| finding.severity <= Severity::Note), "{findings:?}");
}

#[tokio::test]
async fn an_authority_that_did_not_sign_it_is_told() {
    let server = TestMariadb::start_encrypted(SchemaVersion::V3_4);
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.pem");
    fs::write(&other, certificate::stranger()).unwrap();
    let told = refused(&server.encrypted_url(&other)).await;
    assert!(told.contains("not trusted") && told.contains("ssl_ca"), "{told}");
    // Nor do the public authorities know it.
    let told = refused(&format!("{}?ssl=required", server.url())).await;
    assert!(told.contains("not trusted") && told.contains("ssl_ca"), "{told}");
}

#[tokio::test]
async fn a_name_that_is_not_in_the_certificate_is_told() {
    let server = TestMariadb::start_encrypted(SchemaVersion::V3_4);
    let url = server.encrypted_url(&server.ca()).replace("@127.0.0.1", "@localhost");
    let error = portal_at(&url, Some(TestMariadb::PASSWORD)).collection(&key()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    assert!(error.to_string().contains("not trusted"), "{error}");
    assert!(error.hint_text().unwrap().contains("name"), "{error:?}");
}

#[tokio::test]
async fn a_server_without_encryption_is_told() {
    let server = TestMariadb::start();
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.pem");
    fs::write(&other, certificate::stranger()).unwrap();
    let told = refused(&server.encrypted_url(&other)).await;
    assert!(told.contains("does not offer it") && told.contains("leave ssl out"), "{told}");
}

#[tokio::test]
async fn a_file_of_certificates_that_cannot_be_used_is_told_before_anything_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    fs::write(&empty, "no certificate\n").unwrap();
    for (path, part) in [(empty.as_path(), "it holds none"), (Path::new("/nonexistent/ca.pem"), "No such file")] {
        let url = format!("mysql://pinax@127.0.0.1:1/symbiota?ssl_ca={}", path.display());
        let error = MariadbPortal::new(&MariadbOptions::new(url, None)).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(part), "{error}");
    }
}
