//! By what a CSV file names records: one column, the surest the download has.

use pinax_core::nouns::batch::BatchId;
use pinax_core::nouns::finding::Severity;
use pinax_core::nouns::matching::MatchField;
use pinax_core::ports::portal::Portal;
use pinax_testkit::portal_contract::wanted;

use crate::support::{Place, find, herbarium, insert, key};

/// Links one picture to the record of `number`; the first cells of the CSV file.
async fn named(download: &str, number: &str) -> Result<(String, String), String> {
    let place = Place::table(download);
    let portal = place.portal();
    let collection = herbarium(&portal).await;
    let occid = find(&portal, number).await.unwrap()[0].occid;
    let mut answers = portal.apply(&collection, BatchId(1), &[insert(wanted(occid.0, "a"))]).await.unwrap();
    answers.remove(0).map_err(|error| error.to_string())?;
    portal.finish(&collection, BatchId(1)).await.unwrap();
    let rows = portal.media_of(&collection, &[occid]).await.unwrap();
    assert_eq!(rows.len(), 1);
    // A program that knows nothing of it finds it too.
    let again = place.portal();
    assert_eq!(again.media_of(&collection, &[occid]).await.unwrap(), rows);
    let text = place.read("tst-batch1-1.csv");
    let first = |line: usize| text.lines().nth(line).unwrap().split(',').next().unwrap().to_owned();
    Ok((first(0), first(1)))
}

fn told(column: &str, value: &str) -> Result<(String, String), String> {
    Ok((column.to_owned(), value.to_owned()))
}

#[tokio::test]
async fn the_portals_own_number_where_it_is_sure() {
    let references = "https://p/collections/individual/index.php?occid=41";
    let text = format!(
        "id,institutionCode,collectionCode,occurrenceID,catalogNumber,references\n41,TST,VASC,urn:1,T1,{references}\n"
    );
    assert_eq!(named(&text, "T1").await, told("occid", "41"));
    let text = "occid,institutionCode,collectionCode,occurrenceID,catalogNumber\n41,TST,VASC,urn:1,T1\n";
    assert_eq!(named(text, "T1").await, told("occid", "41"));
}

/// Other systems number their records too: such a number would name a stranger.
#[tokio::test]
async fn not_a_number_that_may_be_somebody_elses() {
    let text = "id,institutionCode,collectionCode,occurrenceID,catalogNumber\n41,TST,VASC,urn:1,T1\n";
    assert_eq!(named(text, "T1").await, told("occurrenceID", "urn:1"));
    let text = "id,institutionCode,collectionCode,occurrenceID,catalogNumber,recordID,references\n\
                41,TST,VASC,urn:1,T1,x,https://specify.example.org/41\n";
    assert_eq!(named(text, "T1").await, told("occurrenceID", "urn:1"));
    // A UUID where a number should be: the import page would take its leading digits for one.
    let text = "id,institutionCode,collectionCode,occurrenceID,catalogNumber,recordID\n\
                1b4a7fa3-0000,TST,VASC,urn:1,T1,x\n";
    assert_eq!(named(text, "T1").await, told("occurrenceID", "urn:1"));
}

#[tokio::test]
async fn the_catalog_number_only_when_there_is_nothing_else_and_it_is_alone() {
    let head = "institutionCode,collectionCode,catalogNumber\n";
    assert_eq!(named(&format!("{head}TST,VASC,T1\nTST,VASC,T2\n"), "T1").await, told("catalogNumber", "T1"));
    let twice = named(&format!("{head}TST,VASC,T1\nTST,VASC,t1\n"), "T1").await.unwrap_err();
    assert!(twice.contains("would not find its record alone"), "{twice}");
    let accent = named(&format!("{head}TST,VASC,\u{c9}1\nTST,VASC,E1\n"), "\u{c9}1").await.unwrap_err();
    assert!(accent.contains("would not find its record alone"), "{accent}");
}

#[tokio::test]
async fn a_download_without_own_numbers_is_warned_of() {
    let place = Place::table("institutionCode,collectionCode,catalogNumber\nTST,VASC,T1\n");
    let findings = place.portal().check(&key("TST:VASC"), &[MatchField::CatalogNumber]).await;
    assert!(findings.iter().any(|finding| finding.severity == Severity::Warning), "{findings:?}");
}

#[tokio::test]
async fn a_record_without_the_identifier_is_refused() {
    let text = "institutionCode,collectionCode,occurrenceID,catalogNumber\nTST,VASC,urn:1,T1\nTST,VASC,,T2\n";
    let place = Place::table(text);
    // It cannot be named, so it is not found: a person sees it as missing.
    assert!(find(&place.portal(), "T2").await.unwrap().is_empty());
    assert_eq!(named(text, "T1").await, told("occurrenceID", "urn:1"));
}
