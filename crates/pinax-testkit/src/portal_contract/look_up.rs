//! Clauses about finding: collections, records, rows.

use pinax_core::ErrorKind;
use pinax_core::nouns::collection::{Collection, CollectionKey};
use pinax_core::nouns::finding::Severity;
use pinax_core::nouns::matching::MatchField;
use pinax_core::nouns::media::MediaRecord;
use pinax_core::nouns::occurrence::{CatalogNumber, Occid};

use super::{PortalHarness, Seed, SeedRecord, carried, herbarium, numbers, wanted};

fn key(code: &str) -> CollectionKey {
    code.parse().expect("a collection code")
}

/// By its codes, whatever their case, and by its number.
pub async fn a_collection_is_found_by_code_and_number<H: PortalHarness>() {
    let harness = H::open(&Seed::counted(1)).await;
    let found: Collection = harness.portal().collection(&key("tst:vasc")).await.expect("found by code");
    assert_eq!((found.institution_code.as_str(), found.collection_code.as_deref()), ("TST", Some("VASC")));
    assert_eq!(found.name, "Test Herbarium");
    let found = harness.portal().collection(&CollectionKey::Collid(1)).await.expect("found by number");
    assert_eq!(found.collid, Some(1));
    assert_eq!(found.name, "Test Herbarium");
    assert!(!harness.portal().describe().is_empty());
}

/// `check` of a portal that works finds nothing to mend.
pub async fn a_good_portal_is_found_good<H: PortalHarness>() {
    let harness = H::open(&Seed::counted(3)).await;
    let findings = harness.portal().check(&key("TST:VASC"), &[MatchField::CatalogNumber]).await;
    assert!(!findings.is_empty());
    assert!(findings.iter().all(|finding| finding.severity <= Severity::Note), "{findings:?}");
    let findings = harness.portal().check(&key("TST:ALGA"), &[MatchField::CatalogNumber]).await;
    assert!(findings.iter().any(|finding| finding.severity == Severity::Error), "{findings:?}");
}

/// And what there is instead is named.
pub async fn an_unknown_collection_is_not_found<H: PortalHarness>() {
    let harness = H::open(&Seed::counted(1)).await;
    let error = harness.portal().collection(&key("NOPE:NIL")).await.expect_err("no such collection");
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    assert!(error.to_string().contains("NOPE:NIL"), "{error}");
}

/// Guessing is a person's job.
pub async fn codes_of_several_are_refused<H: PortalHarness>() {
    let mut seed = Seed::counted(1);
    seed.records.push(SeedRecord { collid: 2, occid: 2, catalog_number: "M1".to_owned() });
    let harness = H::open(&seed).await;
    let error = harness.portal().collection(&key("TST")).await.expect_err("two collections have this code");
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
}

/// One answer for each number, in order, all records of it, oldest first.
pub async fn numbers_are_answered_in_order<H: PortalHarness>() {
    let seed = Seed::numbers(&[(7, "TST7"), (3, "TST3"), (9, "TST3"), (12, "TST3")]);
    check_found::<H>(&seed, &[("TST3", &[3, 9, 12]), ("NONE", &[]), ("TST7", &[7]), ("TST3", &[3, 9, 12])]).await;
}

/// `00123` finds `00123` and `123`; `123` does not find `00123`.
pub async fn leading_zeros_may_be_missing_on_the_record<H: PortalHarness>() {
    let seed = Seed::numbers(&[(1, "00123"), (2, "123"), (3, "0999"), (4, "124")]);
    check_found::<H>(
        &seed,
        &[("00123", &[1, 2]), ("123", &[2]), ("0123", &[2]), ("999", &[]), ("000124", &[4]), ("000", &[])],
    )
    .await;
}

/// As a portal's collation has it.
pub async fn case_and_spaces_do_not_tell_numbers_apart<H: PortalHarness>() {
    let seed = Seed::numbers(&[(1, "TST1"), (2, "tst2"), (3, "Ærø3")]);
    check_found::<H>(&seed, &[("tst1", &[1]), ("TST2", &[2]), ("ærØ3", &[3])]).await;
}

/// A portal's collation takes `É1` and `E1` for the same; they are not. A character no portal can hold finds nothing.
pub async fn accents_tell_numbers_apart<H: PortalHarness>() {
    let seed = Seed::numbers(&[(1, "É1"), (2, "E1"), (3, "Straße")]);
    check_found::<H>(&seed, &[("é1", &[1]), ("e1", &[2]), ("Strase", &[]), ("E1🌿", &[]), ("E%", &[]), ("E1'", &[])])
        .await;
}

/// The same number in another collection is another specimen.
pub async fn only_records_of_the_collection_are_found<H: PortalHarness>() {
    let mut seed = Seed::numbers(&[(5, "A1")]);
    for (collid, occid) in [(2, 4), (3, 6)] {
        seed.records.push(SeedRecord { collid, occid, catalog_number: "A1".to_owned() });
    }
    check_found::<H>(&seed, &[("A1", &[5])]).await;
}

/// Groups are of any size.
pub async fn a_thousand_numbers_and_more<H: PortalHarness>() {
    let harness = H::open(&Seed::counted(2500)).await;
    let collection = herbarium(&harness).await;
    let asked: Vec<CatalogNumber> =
        (1..=2600).map(|n| CatalogNumber::new(&format!("TST{n:08}")).expect("a number")).collect();
    let found =
        harness.portal().find_occurrences(&collection, &[MatchField::CatalogNumber], &asked).await.expect("looked up");
    let occids: Vec<Option<u64>> = found.iter().map(|records| records.first().map(|record| record.occid.0)).collect();
    let expected: Vec<Option<u64>> = (1..=2600).map(|n| (n <= 2500).then_some(n)).collect();
    assert_eq!(occids, expected);
}

/// Every picture row of the records asked for, and of no other.
pub async fn rows_of_the_records_are_given<H: PortalHarness>() {
    let mut seed = Seed::counted(4);
    seed.rows = vec![wanted(1, "a"), wanted(1, "b"), wanted(2, "a"), wanted(3, "a")];
    let harness = H::open(&seed).await;
    let collection = herbarium(&harness).await;
    let rows = harness.portal().media_of(&collection, &[Occid(1), Occid(3), Occid(4)]).await.expect("read");
    let mut shown: Vec<(u64, String)> =
        rows.iter().map(|row| (row.record.occid, row.record.original_url.clone())).collect();
    shown.sort();
    let of = |record: MediaRecord| (record.occid, record.original_url);
    assert_eq!(shown, [of(wanted(1, "a")), of(wanted(1, "b")), of(wanted(3, "a"))]);
    assert_eq!(harness.rows().await.len(), 4);
    assert!(harness.portal().media_of(&collection, &[]).await.expect("read").is_empty());
    let row = rows.iter().find(|row| row.record.original_url == wanted(1, "b").original_url).expect("it is there");
    assert_eq!(carried::<H>(&row.record)[2..5], carried::<H>(&wanted(1, "b"))[2..5]);
}

async fn check_found<H: PortalHarness>(seed: &Seed, expected: &[(&str, &[u64])]) {
    let harness = H::open(seed).await;
    let collection = herbarium(&harness).await;
    let asked = numbers(&expected.iter().map(|(number, _)| *number).collect::<Vec<_>>());
    let found =
        harness.portal().find_occurrences(&collection, &[MatchField::CatalogNumber], &asked).await.expect("looked up");
    let found: Vec<Vec<u64>> =
        found.iter().map(|records| records.iter().map(|record| record.occid.0).collect()).collect();
    assert_eq!(found.len(), expected.len());
    for ((number, occids), found) in expected.iter().zip(found) {
        assert_eq!(found, *occids, "{number}");
    }
}

/// Page by page, those of the collection whose addresses begin so, in any column and by either scheme; signs that mean
/// something to a database mean themselves.
pub async fn rows_are_listed_by_their_addresses<H: PortalHarness>() {
    let row = |occid, name: &str, thumbnail: &str| MediaRecord {
        thumbnail_url: Some(thumbnail.to_owned()),
        ..wanted(occid, name)
    };
    let rows = vec![
        row(1, "a", "https://old.example.org/a_1/x.jpg"),
        row(1, "b", "https://old.example.org/ab1/x.jpg"),
        row(2, "a", "https://old.example.org/a_1/y.jpg"),
        row(3, "a", "https://old.example.org/a_1/z.jpg"),
    ];
    let seed = Seed { rows, ..Seed::counted(3) };
    let harness = H::open(&seed).await;
    let (portal, collection) = (harness.portal(), herbarium(&harness).await);
    if !portal.capabilities().update || portal.media_page(&collection, "https://h/", None, 1).await.is_err() {
        return;
    }
    let page = async |prefix: &str, after: Option<u64>, limit| {
        portal.media_page(&collection, prefix, after, limit).await.expect("listed")
    };
    let (mut after, mut seen) = (None, Vec::new());
    loop {
        let rows = page("http://old.example.org/a_1/", after, 2).await;
        let Some(last) = rows.last() else { break };
        assert!(rows.len() <= 2 && last.media_id > after, "{rows:?}");
        after = last.media_id;
        seen.extend(rows.into_iter().map(|row| row.record.occid));
    }
    assert_eq!(seen, [1, 2, 3]);
    assert_eq!(page("https://img.example.org/tst/", None, 10).await.len(), 4, "also by the other columns");
    assert!(page("https://old.example.org/%/", None, 10).await.is_empty());
    let mosses = portal.collection(&key("TST:MOSS")).await.expect("the collection is there");
    let of_others = portal.media_page(&mosses, "https://old.example.org/", None, 10).await.expect("listed");
    assert!(of_others.is_empty(), "{of_others:?}");
}
