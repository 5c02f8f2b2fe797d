//! Clauses about new rows.

use pinax_core::ErrorKind;
use pinax_core::nouns::matching::MatchField;
use pinax_core::nouns::media::MediaRecord;
use pinax_core::nouns::occurrence::Occid;
use pinax_core::steps::link::MediaChange;

use super::{BATCH, PortalHarness, Seed, carried, herbarium, wanted};

fn insert(record: MediaRecord) -> MediaChange {
    MediaChange::Insert(Box::new(record))
}

async fn carried_rows<H: PortalHarness>(harness: &H) -> Vec<[String; 10]> {
    let mut rows: Vec<[String; 10]> = harness.rows().await.iter().map(carried::<H>).collect();
    rows.sort();
    rows
}

/// The answer, the portal and `media_of` agree with what was wanted.
pub async fn rows_are_as_wanted<H: PortalHarness>() {
    let harness = H::open(&Seed::counted(3)).await;
    let collection = herbarium(&harness).await;
    let bare = MediaRecord {
        thumbnail_url: None,
        creator: None,
        rights: None,
        sort_occurrence: 6,
        files: Vec::new(),
        ..wanted(2, "b")
    };
    let changes = [insert(wanted(1, "a")), insert(bare.clone()), insert(wanted(2, "a"))];
    let answers = harness.portal().apply(&collection, BATCH, &changes).await.expect("applied");
    for (change, answer) in changes.iter().zip(&answers) {
        let row = answer.as_ref().expect("written");
        assert_eq!(carried::<H>(&row.record), carried::<H>(change.row()));
        assert!(row.is_known_as(&change.row().record_id));
    }
    let mut expected: Vec<_> = changes.iter().map(|change| carried::<H>(change.row())).collect();
    expected.sort();
    assert_eq!(carried_rows(&harness).await, expected);
    let rows = harness.portal().media_of(&collection, &[Occid(1), Occid(2), Occid(3)]).await.expect("read");
    let mut seen: Vec<_> = rows.iter().map(|row| carried::<H>(&row.record)).collect();
    seen.sort();
    assert_eq!(seen, expected);
}

/// In one call, in a second one, and with its `recordID` in capitals.
pub async fn inserting_twice_is_once<H: PortalHarness>() {
    let harness = H::open(&Seed::counted(3)).await;
    let collection = herbarium(&harness).await;
    let portal = harness.portal();
    let changes = [insert(wanted(1, "ab")), insert(wanted(1, "ab")), insert(wanted(2, "ab"))];
    for _ in 0..2 {
        let answers = portal.apply(&collection, BATCH, &changes).await.expect("applied");
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        assert_eq!(harness.rows().await.len(), 2);
    }
    let mut shouted = wanted(2, "ab");
    shouted.record_id.make_ascii_uppercase();
    let answers = portal.apply(&collection, BATCH, &[insert(shouted), insert(wanted(3, "ab"))]).await.expect("applied");
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(harness.rows().await.len(), 3);
    portal.finish(&collection, BATCH).await.expect("ended");
    portal.apply(&collection, BATCH, &changes).await.expect("applied");
    assert_eq!(harness.rows().await.len(), 3);
}

/// Too long, and without a record: named, and the others are written.
pub async fn a_refused_row_holds_up_no_other<H: PortalHarness>() {
    let harness = H::open(&Seed::counted(5)).await;
    let collection = herbarium(&harness).await;
    let long = MediaRecord { owner: Some("x".repeat(251)), ..wanted(2, "a") };
    let changes =
        [insert(wanted(1, "a")), insert(long), insert(wanted(3, "a")), insert(wanted(77, "a")), insert(wanted(5, "a"))];
    let answers = harness.portal().apply(&collection, BATCH, &changes).await.expect("applied");
    let ok: Vec<bool> = answers.iter().map(Result::is_ok).collect();
    assert_eq!(ok, [true, false, true, false, true]);
    let long = answers[1].as_ref().expect_err("too long");
    assert_eq!(long.kind(), ErrorKind::Rejected);
    assert!(long.to_string().contains("owner"), "{long}");
    let lost = answers[3].as_ref().expect_err("no such record");
    assert_eq!(lost.kind(), ErrorKind::Rejected);
    assert!(lost.to_string().contains("occid"), "{lost}");
    let written: Vec<u64> = harness.rows().await.iter().map(|row| row.occid).collect();
    assert_eq!(written.len(), 3);
    assert!([1, 3, 5].iter().all(|occid| written.contains(occid)), "{written:?}");
}

/// More than any adapter writes at once.
pub async fn many_rows_are_answered_in_order<H: PortalHarness>() {
    let harness = H::open(&Seed::counted(620)).await;
    let collection = herbarium(&harness).await;
    let changes: Vec<MediaChange> = (1..=620).rev().map(|occid| insert(wanted(occid, "a"))).collect();
    let answers = harness.portal().apply(&collection, BATCH, &changes).await.expect("applied");
    assert_eq!(answers.len(), changes.len());
    for (change, answer) in changes.iter().zip(answers) {
        assert!(answer.expect("written").is_known_as(&change.row().record_id));
    }
    assert_eq!(harness.rows().await.len(), 620);
}

/// Empty lists are answered with empty lists.
pub async fn nothing_asked_is_nothing_done<H: PortalHarness>() {
    let harness = H::open(&Seed::counted(1)).await;
    let collection = herbarium(&harness).await;
    let portal = harness.portal();
    assert!(
        portal.find_occurrences(&collection, &[MatchField::CatalogNumber], &[]).await.expect("looked up").is_empty()
    );
    assert!(portal.apply(&collection, BATCH, &[]).await.expect("applied").is_empty());
    portal.finish(&collection, BATCH).await.expect("ended");
    assert!(harness.rows().await.is_empty());
}

/// And the rows stay.
pub async fn a_batch_can_be_ended_again<H: PortalHarness>() {
    let harness = H::open(&Seed::counted(2)).await;
    let collection = herbarium(&harness).await;
    harness.portal().apply(&collection, BATCH, &[insert(wanted(1, "a"))]).await.expect("applied");
    for _ in 0..2 {
        harness.portal().finish(&collection, BATCH).await.expect("ended");
    }
    assert_eq!(harness.rows().await.len(), 1);
    let seen = harness.portal().media_of(&collection, &[Occid(1)]).await.expect("read");
    assert_eq!(seen.len(), 1);
}
