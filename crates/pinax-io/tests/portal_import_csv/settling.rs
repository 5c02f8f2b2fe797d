//! What arrived on the portal, as its next download tells.

use std::fs::{self, File};
use std::io::Write;
use std::time::{Duration, SystemTime};

use pinax_core::ErrorKind;
use pinax_core::nouns::batch::BatchId;
use pinax_core::nouns::finding::Severity;
use pinax_core::nouns::media::MediaRecord;
use pinax_core::nouns::occurrence::Occid;
use pinax_core::ports::portal::Portal;
use pinax_io::portal::import_csv::{Awaiting, Settlement};
use pinax_testkit::portal_contract::{Seed, wanted};
use pinax_testkit::portal_download;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::{Place, apply, herbarium, insert};

const WAITING: &str = "tst-batch1-1.csv";
const IMPORTED: &str = "tst-batch1-1.csv.imported";

/// Rows 1 to 4 wait in one file.
async fn waiting() -> Place {
    let place = Place::counted(9);
    let portal = place.portal();
    apply(&portal, 1, 1..=4, "a").await;
    portal.finish(&herbarium(&portal).await, BatchId(1)).await.unwrap();
    place
}

/// As the portal holds an imported row: its own recordID.
fn arrived(occid: u64, number: u32) -> MediaRecord {
    MediaRecord { record_id: format!("99999999-0000-4000-8000-{number:012}"), ..wanted(occid, "a") }
}

/// The next download, made `minutes` after the files (or before them).
fn download(place: &Place, rows: &[MediaRecord], minutes: i64) {
    let mut zip = ZipWriter::new(File::create(place.records()).unwrap());
    for (name, text) in [
        ("occurrences.csv", portal_download::occurrences(&Seed::counted(9).records)),
        ("multimedia.csv", portal_download::multimedia(rows)),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    let file = zip.finish().unwrap();
    let by = Duration::from_secs(minutes.unsigned_abs() * 60);
    let now = SystemTime::now();
    file.set_modified(if minutes < 0 { now - by } else { now + by }).unwrap();
}

fn settle(place: &Place) -> Settlement {
    place.portal().settle().unwrap()
}

fn counts(one: &Settlement) -> [u64; 5] {
    [one.arrived, one.missing, one.newer, one.twice, one.elsewhere]
}

#[tokio::test]
async fn what_arrived_leaves_the_file_that_waits() {
    let place = waiting().await;
    let whole = place.read(WAITING);
    download(&place, &[arrived(1, 1), arrived(3, 3)], 1);
    for again in [false, true] {
        let settled = settle(&place);
        assert_eq!(counts(&settled), if again { [0, 2, 0, 0, 0] } else { [2, 2, 0, 0, 0] });
        assert_eq!(settled.awaiting, Awaiting { files: 1, rows: 2 });
        assert_eq!(place.written(), [WAITING, IMPORTED]);
        let lines = |name: &str| place.read(name).lines().map(str::to_owned).collect::<Vec<_>>();
        let whole: Vec<&str> = whole.lines().collect();
        assert_eq!(lines(IMPORTED), [whole[0], whole[1], whole[3]]);
        assert_eq!(lines(WAITING), [whole[0], whole[2], whole[4]]);
    }
    download(&place, &[arrived(1, 1), arrived(2, 2), arrived(3, 3), arrived(4, 4)], 2);
    let settled = settle(&place);
    assert_eq!(counts(&settled), [2, 0, 0, 0, 0]);
    assert!(settled.findings.is_empty(), "{:?}", settled.findings);
    assert_eq!(place.written(), [IMPORTED]);
    assert_eq!(place.read(IMPORTED).lines().count(), 5);
    assert_eq!(place.portal().awaiting().unwrap(), Awaiting::default());
    // What has arrived is not written again, and its file does not come back.
    let portal = place.portal();
    apply(&portal, 2, 1..=4, "a").await;
    assert!(portal.finish(&herbarium(&portal).await, BatchId(2)).await.unwrap().is_empty());
    assert_eq!(place.written(), [IMPORTED]);
}

#[tokio::test]
async fn a_download_that_is_older_than_the_file_tells_nothing() {
    let place = waiting().await;
    download(&place, &[], -5);
    let settled = settle(&place);
    assert_eq!(counts(&settled), [0, 0, 4, 0, 0]);
    assert!(settled.findings.iter().all(|finding| finding.severity == Severity::Note));
    // A row that moves out does not make the file newer than it is.
    download(&place, &[arrived(1, 1)], 5);
    settle(&place);
    assert_eq!(counts(&settle(&place)), [0, 3, 0, 0, 0]);
}

#[tokio::test]
async fn a_file_imported_twice_is_told_with_its_rows() {
    let place = waiting().await;
    let rows: Vec<MediaRecord> = (1..=4).flat_map(|n| [arrived(n, n as u32), arrived(n, n as u32 + 10)]).collect();
    download(&place, &rows, 1);
    let settled = settle(&place);
    assert_eq!(counts(&settled), [4, 0, 0, 4, 0]);
    let told = &settled.findings[0];
    assert_eq!(told.severity, Severity::Error);
    assert!(told.message.contains("2 times") && told.message.contains("000000000011"), "{told}");
    // Until somebody deleted them.
    let again = settle(&place);
    assert_eq!((counts(&again), &again.findings), ([0, 0, 0, 4, 0], &settled.findings));
    download(&place, &(1..=4).map(|n| arrived(n, n as u32)).collect::<Vec<_>>(), 2);
    assert_eq!((counts(&settle(&place)), settle(&place).findings), ([0; 5], vec![]));
}

#[tokio::test]
async fn a_picture_on_a_stranger_is_told_and_one_on_two_specimens_is_not() {
    let place = Place::counted(9);
    let portal = place.portal();
    let collection = herbarium(&portal).await;
    let shared = MediaRecord { occid: 2, record_id: "other".to_owned(), ..wanted(1, "a") };
    portal
        .apply(&collection, BatchId(1), &[insert(wanted(1, "a")), insert(shared.clone()), insert(wanted(5, "a"))])
        .await
        .unwrap();
    portal.finish(&collection, BatchId(1)).await.unwrap();
    let stranger = MediaRecord { occid: 7, ..arrived(5, 5) };
    download(&place, &[arrived(1, 1), MediaRecord { record_id: "new".to_owned(), ..shared }, stranger], 1);
    let settled = settle(&place);
    assert_eq!(counts(&settled), [2, 1, 0, 0, 1]);
    assert!(settled.findings.iter().any(|one| one.severity == Severity::Error && one.message.contains("id 7")));
}

/// Found by our UUID, should a portal tell it, whatever became of the address.
#[tokio::test]
async fn a_row_whose_address_was_changed_is_known_by_its_uuid() {
    let place = waiting().await;
    let moved = MediaRecord { original_url: "https://elsewhere.example.org/x.jpg".to_owned(), ..wanted(2, "a") };
    download(&place, &[moved], 1);
    assert_eq!(settle(&place).arrived, 1);
}

#[tokio::test]
async fn a_download_without_pictures_is_refused() {
    let place = waiting().await;
    let error = place.portal().settle().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.hint_text().unwrap().contains("ZIP"));
    assert_eq!(place.written(), [WAITING]);
}

/// Killed after the imported rows were moved and before they were taken out.
#[tokio::test]
async fn a_row_in_both_files_counts_once_and_is_taken_out_the_next_time() {
    let place = waiting().await;
    let whole = place.read(WAITING);
    download(&place, &[arrived(1, 1)], 1);
    settle(&place);
    fs::write(place.out().join(WAITING), &whole).unwrap();
    fs::write(place.out().join(format!(".{WAITING}.kept")), "half a fi").unwrap();
    let portal = place.portal();
    assert_eq!(portal.media_of(&herbarium(&portal).await, &[Occid(1)]).await.unwrap().len(), 2);
    settle(&place);
    assert_eq!(place.read(WAITING).lines().count(), 4);
    let imported = place.read(IMPORTED);
    assert_eq!(imported.lines().filter(|line| line.starts_with("1,")).count(), 1, "{imported}");
}

/// What a person broke is not made worse.
#[tokio::test]
async fn a_file_with_a_broken_line_is_left_as_it_is() {
    let place = waiting().await;
    download(&place, &[arrived(1, 1)], 1);
    let broken = place.read(WAITING) + "5,one,two\n";
    fs::write(place.out().join(WAITING), &broken).unwrap();
    let error = place.portal().settle().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
    assert_eq!(place.read(WAITING), broken);
}

#[tokio::test]
async fn a_file_whose_batch_is_not_ended_is_not_looked_at() {
    let place = Place::counted(9);
    apply(&place.portal(), 1, [1], "a").await;
    download(&place, &[arrived(1, 1)], 1);
    assert_eq!(counts(&settle(&place)), [0; 5]);
    assert_eq!(place.written(), ["tst-batch1-1.csv.part"]);
    assert_eq!(place.portal().awaiting().unwrap(), Awaiting::default());
}
