//! In which columns of a download numbers are looked for.

use pinax_core::ErrorKind;
use pinax_core::nouns::finding::Severity;
use pinax_core::nouns::matching::MatchField::{
    self, CatalogNumber, IdentifierValue, OccurrenceId, OtherCatalogNumbers, RecordId,
};
use pinax_core::nouns::occurrence::CatalogNumber as Number;
use pinax_core::ports::portal::Portal;

use crate::support::{Place, herbarium, key};

const TEXT: &str = "id,institutionCode,collectionCode,occurrenceID,catalogNumber,otherCatalogNumbers,collID,recordID\n\
    1,TST,VASC,urn:one,T1,OLD 7,1,aaaa-1\n\
    2,TST,VASC,urn:two,,00042,1,bbbb-2\n\
    3,TST,VASC,urn:three,42,T1,1,cccc-3\n\
    4,TST,MOSS,urn:four,T9,OLD 7,2,dddd-4\n";

async fn found(match_on: &[MatchField], numbers: &[&str]) -> Vec<Vec<(u64, MatchField, String)>> {
    let place = Place::table(TEXT);
    let portal = place.portal();
    let collection = herbarium(&portal).await;
    let numbers: Vec<Number> = numbers.iter().map(|number| Number::new(number).unwrap()).collect();
    let found = portal.find_occurrences(&collection, match_on, &numbers).await.unwrap();
    found
        .into_iter()
        .map(|records| records.into_iter().map(|one| (one.occid.0, one.matched_on, one.matched)).collect())
        .collect()
}

#[tokio::test]
async fn the_first_column_that_finds_something_answers() {
    let told = |occid, field, text: &str| vec![(occid, field, text.to_owned())];
    assert_eq!(
        found(&[CatalogNumber, OtherCatalogNumbers], &["T1", "old 7", "nobody"]).await,
        [told(1, CatalogNumber, "T1"), told(1, OtherCatalogNumbers, "OLD 7"), Vec::new()]
    );
    assert_eq!(found(&[OtherCatalogNumbers, CatalogNumber], &["T1"]).await, [told(3, OtherCatalogNumbers, "T1")]);
    assert_eq!(
        found(&[OccurrenceId, RecordId], &["URN:two", "CCCC-3"]).await,
        [told(2, OccurrenceId, "urn:two"), told(3, RecordId, "cccc-3")]
    );
}

/// A record without catalog number can be found by another column. The other way round zeros are not dropped.
#[tokio::test]
async fn zeros_may_be_missing_in_the_first_two_only() {
    let occids =
        |found: Vec<Vec<(u64, MatchField, String)>>| -> Vec<u64> { found.concat().iter().map(|one| one.0).collect() };
    assert_eq!(occids(found(&[CatalogNumber], &["00042"]).await), [3]);
    assert_eq!(occids(found(&[OtherCatalogNumbers], &["00042"]).await), [2]);
    assert_eq!(occids(found(&[OtherCatalogNumbers], &["42"]).await), Vec::<u64>::new());
    assert_eq!(occids(found(&[RecordId], &["00aaaa-1"]).await), Vec::<u64>::new());
}

#[tokio::test]
async fn a_column_the_download_lacks_is_told_before_and_refused() {
    for (text, field) in [
        (TEXT, IdentifierValue),
        ("id,institutionCode,collectionCode,catalogNumber,recordID\n1,TST,VASC,T1,x\n", OtherCatalogNumbers),
    ] {
        let place = Place::table(text);
        let portal = place.portal();
        let findings = portal.check(&key("TST:VASC"), &[CatalogNumber, field]).await;
        let told: Vec<_> = findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
        assert!(told.len() == 1 && told[0].message.contains(field.as_str()), "{findings:?}");
        let collection = herbarium(&portal).await;
        let error = portal
            .find_occurrences(&collection, &[CatalogNumber, field], &[Number::new("T1").unwrap()])
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
    }
}

/// One bad line must not silently change how every record is named.
#[tokio::test]
async fn a_bad_id_is_told_with_its_line() {
    let head = "id,institutionCode,collectionCode,occurrenceID,catalogNumber,recordID\n";
    let place = Place::table(format!("{head}1,TST,VASC,urn:1,T1,x\nx2,TST,VASC,urn:2,T2,y\n"));
    let findings = place.portal().check(&key("TST:VASC"), &[CatalogNumber]).await;
    let told = |part: &str| findings.iter().any(|one| one.severity == Severity::Warning && one.message.contains(part));
    assert!(told("line 3") && told("`x2`") && told("named by occurrenceID"), "{findings:?}");
    let good = Place::table(format!("{head}1,TST,VASC,urn:1,T1,x\n"));
    let findings = good.portal().check(&key("TST:VASC"), &[CatalogNumber]).await;
    assert!(findings.iter().all(|one| one.severity <= Severity::Note), "{findings:?}");
}
