//! Numbers looked up in one column after another.

use pinax_core::ErrorKind;
use pinax_core::nouns::finding::Severity;
use pinax_core::nouns::matching::MatchField::{
    self, CatalogNumber as Catalog, IdentifierValue, OccurrenceId, OtherCatalogNumbers, RecordId,
};
use pinax_core::nouns::occurrence::{CatalogNumber, Occurrence};
use pinax_core::ports::portal::Portal;
use pinax_testkit::mariadb::{SchemaVersion, TestMariadb};

use crate::support::{herbarium, key, portal, portal_at};

/// Ten records; some have further numbers.
fn server(version: SchemaVersion) -> TestMariadb {
    let server = TestMariadb::with_records_of(version, 10);
    server.exec(
        "INSERT INTO omcollections (collID, institutionCode, collectionName) VALUES (2, 'OTH', 'Other');
         INSERT INTO omoccurrences (occid, collid, catalogNumber, otherCatalogNumbers, recordID) VALUES
           (11, 2, 'B7', '77', 'b-7'), (12, 1, NULL, '123', 'r-12'), (13, 1, '', '00123', NULL);
         UPDATE omoccurrences SET otherCatalogNumbers = 'TST00000002', recordID = 'R-1' WHERE occid = 1;
         UPDATE omoccurrences SET otherCatalogNumbers = 'É5' WHERE occid = 5;
         INSERT INTO omoccuridentifiers (occid, identifierValue, identifierName, modifiedUid) VALUES
           (3, '0456', 'barcode', 1), (3, '0456', 'accession', 1), (4, '0456', 'barcode', 1), (6, '456', '', 1),
           (11, '0456', 'barcode', 1);",
    );
    server
}

async fn found(portal: &dyn Portal, match_on: &[MatchField], number: &str) -> Vec<Occurrence> {
    let collection = portal.collection(&key()).await.unwrap();
    let number = CatalogNumber::new(number).unwrap();
    portal.find_occurrences(&collection, match_on, &[number]).await.unwrap().remove(0)
}

#[tokio::test]
async fn each_column_finds_its_own_in_every_version() {
    for version in SchemaVersion::ALL {
        let server = server(version);
        let portal = portal(&server);
        for (match_on, number, occids) in [
            (&[OtherCatalogNumbers][..], "tst00000002", &[1][..]),
            (&[Catalog, OtherCatalogNumbers], "TST00000002", &[2]),
            (&[OtherCatalogNumbers, Catalog], "TST00000002", &[1]),
            (&[OtherCatalogNumbers, Catalog], "TST00000003", &[3]),
            (&[OtherCatalogNumbers], "00123", &[12, 13]),
            (&[OtherCatalogNumbers], "123", &[12]),
            (&[OtherCatalogNumbers], "E5", &[]),
            (&[OtherCatalogNumbers], "77", &[]),
            // Twice on one record, and on a record of another collection; zeros count.
            (&[IdentifierValue], "0456", &[3, 4]),
            (&[IdentifierValue], "00456", &[]),
            (&[OccurrenceId], "urn:occurrence:7", &[7]),
            (&[RecordId], "r-1", &[1]),
            (&[RecordId], "b-7", &[]),
            (&[RecordId, OccurrenceId, IdentifierValue, OtherCatalogNumbers, Catalog], "TST00000009", &[9]),
            (&MatchField::ALL, "r-12", &[12]),
            (&MatchField::ALL, "none of them", &[]),
        ] {
            let found = found(&portal, match_on, number).await;
            let seen: Vec<u64> = found.iter().map(|record| record.occid.0).collect();
            assert_eq!(seen, occids, "{version} {match_on:?} {number}");
        }
        let record = &found(&portal, &[Catalog, IdentifierValue], "0456").await[0];
        assert_eq!((record.matched_on, record.matched.as_str()), (IdentifierValue, "0456"));
        assert_eq!(record.catalog_number, "TST00000003");
        assert_eq!(found(&portal, &[RecordId], "R-12").await[0].catalog_number, "");
    }
}

/// Numbers of one call are found in different columns, and answered in order.
#[tokio::test]
async fn only_what_an_earlier_column_lacks_is_asked_of_a_later_one() {
    let server = server(SchemaVersion::V3_4);
    let portal = portal(&server);
    let collection = herbarium(&portal).await;
    let numbers =
        ["0456", "TST00000002", "nothing", "r-12", "TST00000002"].map(|number| CatalogNumber::new(number).unwrap());
    let found = portal.find_occurrences(&collection, &MatchField::ALL, &numbers).await.unwrap();
    let told: Vec<Vec<(u64, MatchField)>> = found
        .iter()
        .map(|records| records.iter().map(|record| (record.occid.0, record.matched_on)).collect())
        .collect();
    let second = vec![(2, Catalog)];
    assert_eq!(
        told,
        [vec![(3, IdentifierValue), (4, IdentifierValue)], second.clone(), vec![], vec![(12, RecordId)], second]
    );
}

/// Without its index a column is not looked up by, and `check` tells.
#[tokio::test]
async fn a_column_without_index_is_told_and_not_read() {
    let server = server(SchemaVersion::V3_4);
    for (field, table, index) in [
        (Catalog, "omoccurrences", "IX_occurrences_catalognumber"),
        (OtherCatalogNumbers, "omoccurrences", "IX_occurrences_otherCatalogNumbers"),
        (OccurrenceId, "omoccurrences", "UQ_occurrences_occurrenceID"),
        (RecordId, "omoccurrences", "IX_occurrences_recordID"),
        (IdentifierValue, "omoccuridentifiers", "IX_omoccuridentifiers_value"),
    ] {
        server.exec(&format!("DROP INDEX {index} ON {table}"));
        let portal = portal(&server);
        let collection = herbarium(&portal).await;
        let number = CatalogNumber::new("TST00000001").unwrap();
        let error = portal.find_occurrences(&collection, &[field], &[number]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
        let place = format!("no index on {table}.{field}");
        assert!(error.to_string().contains(&place), "{error}");
        assert!(error.hint_text().unwrap().contains("match_on"), "{error:?}");
        let findings = portal.check(&key(), &[field]).await;
        let told = findings.iter().find(|finding| finding.severity == Severity::Error).unwrap();
        assert!(told.to_string().contains(&place), "{told}");
    }
}

/// An account that is not to look identifiers up needs no right on them; one that is, is told.
#[tokio::test]
async fn identifiers_need_their_right_only_when_they_are_matched_on() {
    let server = server(SchemaVersion::V3_4);
    let grants = SchemaVersion::V3_4.grants();
    let fewer: Vec<&str> = grants.iter().map(String::as_str).filter(|grant| !grant.contains("identifiers")).collect();
    server.create_user("narrow", "n", &fewer);
    let portal = portal_at(&server.url_of("narrow"), Some("n"));
    let errors = async |match_on: &[MatchField]| {
        let findings = portal.check(&key(), match_on).await;
        findings.iter().filter(|finding| finding.severity == Severity::Error).count()
    };
    assert_eq!(errors(&[Catalog, RecordId]).await, 0);
    assert!(errors(&[Catalog, IdentifierValue]).await > 0);
}
