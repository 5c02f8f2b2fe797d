//! Killed while writing.

use std::fs;

use pinax_testkit::portal_contract::wanted;

use crate::read_back::read;
use crate::support::{Place, apply, finish, insert};

const PART: &str = "pinax-tst-batch-1.part";
const ZIP: &str = "pinax-tst-batch-1.zip";

/// A run that wrote two rows and was killed.
async fn killed() -> Place {
    let place = Place::counted(9);
    apply(&place.portal(), 1, &[insert(wanted(1, "a")), insert(wanted(2, "a"))]).await;
    place
}

/// Goes on with rows 1 to 4, and ends the batch.
async fn gone_on(place: &Place) {
    let portal = place.portal();
    let changes: Vec<_> = (1..=4).map(|occid| insert(wanted(occid, "a"))).collect();
    assert!(apply(&portal, 1, &changes).await.iter().all(Result::is_ok));
    finish(&portal, 1).await;
    assert_eq!(place.written(), [ZIP]);
    let mut ids: Vec<String> = read(&place.out().join(ZIP)).media.iter().map(|row| row["id"].clone()).collect();
    ids.sort();
    assert_eq!(ids, ["1", "2", "3", "4"]);
}

#[tokio::test]
async fn a_killed_run_is_gone_on_with() {
    gone_on(&killed().await).await;
}

/// Cut anywhere in the last row, and with zeros after a power cut.
#[tokio::test]
async fn what_is_torn_is_cut_off_and_written_again() {
    let whole = fs::read(killed().await.out().join(PART)).unwrap();
    let header = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let last = whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    for bytes in [
        &whole[..last + 1],
        &whole[..whole.len() - 1],
        &whole[..header],
        &whole[..header - 5],
        &[],
        &[whole.as_slice(), &[0; 4096]].concat(),
    ] {
        let place = killed().await;
        fs::write(place.out().join(PART), bytes).unwrap();
        gone_on(&place).await;
    }
}

/// Killed while an archive was made, and when it was made but its part was still there.
#[tokio::test]
async fn ending_may_be_cut_short_and_repeated() {
    let place = killed().await;
    fs::write(place.out().join(format!(".{ZIP}.new")), b"PK half").unwrap();
    finish(&place.portal(), 1).await;
    assert_eq!(place.written(), [ZIP]);
    let made = fs::read(place.out().join(ZIP)).unwrap();
    let part = fs::read(killed().await.out().join(PART)).unwrap();
    fs::write(place.out().join(PART), part).unwrap();
    let portal = place.portal();
    finish(&portal, 1).await;
    assert_eq!(place.written(), [ZIP]);
    assert!(fs::read(place.out().join(ZIP)).unwrap() == made);
    // More rows of an ended batch make another archive.
    apply(&portal, 1, &[insert(wanted(1, "a")), insert(wanted(3, "a"))]).await;
    finish(&portal, 1).await;
    assert_eq!(place.written(), ["pinax-tst-batch-1-2.zip", ZIP]);
    assert_eq!(read(&place.out().join("pinax-tst-batch-1-2.zip")).media.len(), 1);
}

#[tokio::test]
async fn a_line_of_somebody_else_stops_the_run_and_is_kept() {
    let place = killed().await;
    let text = fs::read_to_string(place.out().join(PART)).unwrap() + "not,ours\n";
    fs::write(place.out().join(PART), &text).unwrap();
    let portal = place.portal();
    let collection: Result<_, _> =
        pinax_core::ports::portal::Portal::collection(&portal, &"TST:VASC".parse().unwrap()).await;
    assert!(collection.unwrap_err().to_string().contains("line 4"));
    assert_eq!(fs::read_to_string(place.out().join(PART)).unwrap(), text);
}
