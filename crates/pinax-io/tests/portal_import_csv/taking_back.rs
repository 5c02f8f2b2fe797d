//! Links that are taken back: out of the file while it waits, never from the portal.

use std::fs;

use pinax_core::ErrorKind;
use pinax_core::Result;
use pinax_core::nouns::batch::BatchId;
use pinax_core::nouns::finding::Severity;
use pinax_core::nouns::media::{MediaRecord, MediaRow};
use pinax_core::nouns::occurrence::Occid;
use pinax_core::ports::portal::Portal;
use pinax_core::steps::link::MediaChange;
use pinax_io::portal::import_csv::ImportCsvPortal;
use pinax_testkit::portal_contract::{Seed, wanted};
use pinax_testkit::portal_download;

use crate::support::{Place, apply, herbarium, insert};

async fn delete(
    portal: &ImportCsvPortal,
    batch: i64,
    rows: impl IntoIterator<Item = MediaRecord>,
) -> Vec<Result<MediaRow>> {
    let collection = herbarium(portal).await;
    let changes: Vec<MediaChange> = rows.into_iter().map(|row| MediaChange::Delete(Box::new(row))).collect();
    portal.apply(&collection, BatchId(batch), &changes).await.unwrap()
}

#[tokio::test]
async fn rows_that_wait_are_taken_out_and_a_person_is_told() {
    let place = Place::counted(5);
    let portal = place.portal();
    assert!(portal.capabilities().delete);
    apply(&portal, 1, 1..=3, "a").await;
    let collection = herbarium(&portal).await;
    portal.finish(&collection, BatchId(1)).await.unwrap();
    for _ in 0..2 {
        let answers = delete(&portal, 2, [wanted(1, "a"), wanted(3, "a")]).await;
        for (answer, occid) in answers.iter().zip([1, 3]) {
            assert_eq!(answer.as_ref().unwrap().record, wanted(occid, "a"));
        }
        assert_eq!(place.rows(), 1);
    }
    assert!(portal.media_of(&collection, &[Occid(1)]).await.unwrap().is_empty());
    assert_eq!(portal.media_of(&collection, &[Occid(2)]).await.unwrap().len(), 1);
    let findings = portal.finish(&collection, BatchId(2)).await.unwrap();
    assert_eq!(findings[0].severity, Severity::Warning);
    assert!(findings[0].message.contains("2 rows") && findings[0].message.contains("tst-batch1-1.csv (2)"));
    assert!(findings[0].hint.as_deref().unwrap().contains(&wanted(3, "a").original_url), "{findings:?}");
    // The last one: the file goes.
    delete(&place.portal(), 3, [wanted(2, "a")]).await;
    assert!(place.written().is_empty());
}

/// Such a file was never imported: nothing to tell.
#[tokio::test]
async fn rows_of_a_batch_that_is_not_ended_are_taken_out_and_more_are_written() {
    let place = Place::counted(5);
    let portal = place.portal();
    apply(&portal, 1, 1..=2, "a").await;
    delete(&portal, 1, [wanted(1, "a")]).await;
    apply(&portal, 1, [1, 3], "a").await;
    let collection = herbarium(&portal).await;
    let findings = portal.finish(&collection, BatchId(1)).await.unwrap();
    assert!(findings.iter().all(|finding| finding.severity == Severity::Note), "{findings:?}");
    let text = place.read("tst-batch1-1.csv");
    let mut occids: Vec<&str> = text.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
    occids.sort_unstable();
    assert_eq!(occids, ["1", "2", "3"]);
}

#[tokio::test]
async fn in_one_call_the_order_counts() {
    let place = Place::counted(5);
    let portal = place.portal();
    let collection = herbarium(&portal).await;
    let gone = || MediaChange::Delete(Box::new(wanted(1, "a")));
    let changes = [insert(wanted(1, "a")), gone(), insert(wanted(1, "a")), insert(wanted(2, "a")), gone()];
    assert!(portal.apply(&collection, BatchId(1), &changes).await.unwrap().iter().all(Result::is_ok));
    assert_eq!(place.rows(), 1);
    assert!(portal.media_of(&collection, &[Occid(1)]).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_on_the_portal_stays_and_holds_up_no_other() {
    let seed = Seed { rows: vec![wanted(2, "b")], ..Seed::counted(5) };
    let place = Place::zip(&[
        ("occurrences.csv", portal_download::occurrences(&seed.records).as_bytes()),
        ("multimedia.csv", portal_download::multimedia(&seed.rows).as_bytes()),
    ]);
    let portal = place.portal();
    apply(&portal, 1, [1], "a").await;
    // Known by its address, whatever its recordID.
    let there = MediaRecord { record_id: "ours".to_owned(), ..wanted(2, "b") };
    let answers = delete(&portal, 2, [there, wanted(1, "a"), wanted(4, "never was")]).await;
    let error = answers[0].as_ref().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.hint_text().unwrap().contains(&wanted(2, "b").original_url));
    assert!(answers[1].is_ok() && answers[2].is_ok());
    assert_eq!(place.rows(), 0);
}

#[tokio::test]
async fn a_row_somebody_changed_in_the_file_stays() {
    let place = Place::counted(5);
    let portal = place.portal();
    apply(&portal, 1, [1], "a").await;
    portal.finish(&herbarium(&portal).await, BatchId(1)).await.unwrap();
    let path = place.out().join("tst-batch1-1.csv");
    fs::write(&path, place.read("tst-batch1-1.csv").replace("Test Herbarium", "Other")).unwrap();
    let answers = delete(&place.portal(), 2, [wanted(1, "a")]).await;
    assert_eq!(answers[0].as_ref().unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(place.rows(), 1);
}
