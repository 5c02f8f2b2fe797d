//! Killed while writing, and a folder that cannot be written to.

use std::fs::{self, OpenOptions};
use std::io::Write;

use pinax_core::ErrorKind;
use pinax_core::nouns::batch::BatchId;
use pinax_core::nouns::matching::MatchField;
use pinax_core::nouns::occurrence::Occid;
use pinax_core::ports::portal::Portal;
use pinax_testkit::portal_contract::wanted;

use crate::support::{Place, apply, herbarium, insert};

const PART: &str = "tst-batch1-1.csv.part";

/// A run that wrote two rows and was killed.
async fn killed() -> Place {
    let place = Place::counted(9);
    apply(&place.portal(), 1, [1, 2], "a").await;
    place
}

/// Goes on with rows 1 to 4, and ends the batch.
async fn gone_on(place: &Place) -> Vec<u64> {
    let portal = place.portal();
    let answers = apply(&portal, 1, 1..=4, "a").await;
    assert!(answers.iter().all(Result::is_ok));
    portal.finish(&herbarium(&portal).await, BatchId(1)).await.unwrap();
    assert_eq!(place.written(), ["tst-batch1-1.csv"]);
    let text = place.read("tst-batch1-1.csv");
    text.lines().skip(1).map(|line| line.split(',').next().unwrap().parse().unwrap()).collect()
}

#[tokio::test]
async fn a_killed_run_is_gone_on_with_in_the_same_file() {
    assert_eq!(gone_on(&killed().await).await, [1, 2, 3, 4]);
}

/// Cut anywhere in the last row: the row is written again, and only once.
#[tokio::test]
async fn a_torn_last_line_is_cut_off() {
    let whole = killed().await.read(PART);
    let last = whole.trim_end().rfind('\n').unwrap() + 1;
    for length in [last + 1, last + 30, whole.len() - 2, whole.len() - 1] {
        let place = killed().await;
        fs::write(place.out().join(PART), &whole[..length]).unwrap();
        let portal = place.portal();
        let seen = portal.media_of(&herbarium(&portal).await, &[Occid(1), Occid(2)]).await.unwrap();
        assert_eq!(seen.len(), 1, "cut at {length}");
        assert_eq!(gone_on(&place).await, [1, 2, 3, 4], "cut at {length}");
    }
}

#[tokio::test]
async fn a_torn_header_and_zeros_after_a_power_cut() {
    let whole = killed().await.read(PART);
    let header = whole.find('\n').unwrap() + 1;
    for bytes in [&whole.as_bytes()[..header], &[whole.as_bytes(), &[0; 4096]].concat()] {
        let place = killed().await;
        fs::write(place.out().join(PART), bytes).unwrap();
        let mut rows = gone_on(&place).await;
        rows.sort_unstable();
        assert_eq!(rows, [1, 2, 3, 4]);
    }
    let place = killed().await;
    fs::write(place.out().join(PART), &whole[..10]).unwrap();
    let portal = place.portal();
    apply(&portal, 1, 1..=4, "a").await;
    portal.finish(&herbarium(&portal).await, BatchId(1)).await.unwrap();
    assert_eq!(place.written(), ["tst-batch1-2.csv"]);
    assert_eq!(place.rows(), 4);
}

/// Ended without anything more to write: the torn line goes all the same.
#[tokio::test]
async fn ending_cuts_too_and_can_be_repeated() {
    let place = killed().await;
    let mut file = OpenOptions::new().append(true).open(place.out().join(PART)).unwrap();
    file.write_all(b"3,https://torn").unwrap();
    for _ in 0..2 {
        let portal = place.portal();
        let findings = portal.finish(&herbarium(&portal).await, BatchId(1)).await.unwrap();
        assert_eq!(findings.len(), 1);
        assert_eq!(place.written(), ["tst-batch1-1.csv"]);
        assert_eq!(place.rows(), 2);
    }
}

#[tokio::test]
async fn a_file_without_rows_is_taken_away() {
    let place = killed().await;
    let header = place.read(PART).lines().next().unwrap().to_owned() + "\n";
    fs::write(place.out().join(PART), header).unwrap();
    let portal = place.portal();
    assert!(portal.finish(&herbarium(&portal).await, BatchId(1)).await.unwrap().is_empty());
    assert!(place.written().is_empty());
}

/// Looking changes nothing, not even what is torn.
#[tokio::test]
async fn looking_leaves_everything_as_it_is() {
    let place = killed().await;
    let torn = place.read(PART) + "3,https://torn";
    fs::write(place.out().join(PART), &torn).unwrap();
    let portal = place.portal();
    let collection = herbarium(&portal).await;
    portal.media_of(&collection, &[Occid(1)]).await.unwrap();
    portal.check(&crate::support::key("TST:VASC"), &[MatchField::CatalogNumber]).await;
    assert_eq!(place.read(PART), torn);
    assert_eq!(place.written(), [PART]);
}

/// A file where the folder should be: the error stops the run, and when it is mended all rows are written.
#[tokio::test]
async fn a_folder_that_cannot_be_is_an_outer_error() {
    let place = Place::counted(3);
    let portal = place.portal();
    let collection = herbarium(&portal).await;
    fs::write(place.out(), b"in the way").unwrap();
    let changes = [insert(wanted(1, "a")), insert(wanted(2, "a"))];
    let error = portal.apply(&collection, BatchId(1), &changes).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io, "{error}");
    fs::remove_file(place.out()).unwrap();
    portal.apply(&collection, BatchId(1), &changes).await.unwrap();
    assert_eq!(place.rows(), 2);
}
