//! The files: header, quoting, splitting, names, and what a person is told.

use std::fs;

use pinax_core::nouns::batch::BatchId;
use pinax_core::nouns::media::MediaRecord;
use pinax_core::ports::portal::Portal;
use pinax_io::portal::import_csv::ImportCsvPortal;
use pinax_testkit::portal_contract::wanted;

use crate::support::{Place, apply, herbarium, insert};

#[tokio::test]
async fn a_file_holds_what_the_import_page_maps_by_itself() {
    let place = Place::counted(3);
    let portal = place.portal();
    let collection = herbarium(&portal).await;
    let record = MediaRecord { copyright: None, ..wanted(2, "a") };
    portal.apply(&collection, BatchId(7), &[insert(record.clone())]).await.unwrap();
    assert_eq!(place.written(), ["tst-batch7-1.csv.part"]);
    let findings = portal.finish(&collection, BatchId(7)).await.unwrap();
    assert_eq!(place.written(), ["tst-batch7-1.csv"]);
    assert!(findings[0].message.contains("tst-batch7-1.csv"), "{findings:?}");
    let hint = findings[0].hint.as_deref().unwrap();
    for words in ["Administration Control Panel", "Extended Data Import", "Media Field Map", "once"] {
        assert!(hint.contains(words), "{hint}");
    }
    let md5 = "a".repeat(32);
    let address = "https://img.example.org/tst/2_a";
    assert_eq!(
        place.read("tst-batch7-1.csv"),
        format!(
            "occid,originalUrl,url,thumbnailUrl,format,mediaMD5,sourceIdentifier,owner,creator,rights,sortOccurrence\n\
             2,{address}.jpg,{address}_med.jpg,{address}_tn.jpg,image/jpeg,{md5},{},Test Herbarium,\
             \"Ann O'Nymous, \"\"Nan\"\"\",https://creativecommons.org/publicdomain/zero/1.0/,5\n",
            record.record_id
        )
    );
}

#[tokio::test]
async fn files_are_split_below_the_limit_and_hold_each_row_once() {
    let place = Place::counted(400);
    let mut options = place.options();
    options.max_bytes = 20_000;
    let portal = ImportCsvPortal::new(options).unwrap();
    for first in [1, 101, 201, 301] {
        apply(&portal, 1, first..first + 100, "a").await;
    }
    let findings = portal.finish(&herbarium(&portal).await, BatchId(1)).await.unwrap();
    let names = place.written();
    assert!(names.len() > 5, "{names:?}");
    let mut seen = Vec::new();
    for name in &names {
        let text = place.read(name);
        assert!(text.len() <= 20_000 && text.ends_with('\n'));
        assert!(text.starts_with("occid,originalUrl,"));
        seen.extend(text.lines().skip(1).map(|line| line.split(',').next().unwrap().parse::<u64>().unwrap()));
        assert!(findings[0].message.contains(name), "{findings:?}");
    }
    seen.sort_unstable();
    assert_eq!(seen, (1..=400).collect::<Vec<u64>>());
}

#[tokio::test]
async fn nothing_new_makes_no_file() {
    let place = Place::counted(3);
    let portal = place.portal();
    assert!(portal.finish(&herbarium(&portal).await, BatchId(1)).await.unwrap().is_empty());
    assert!(place.written().is_empty());
    apply(&portal, 1, [1, 2], "a").await;
    portal.finish(&herbarium(&portal).await, BatchId(1)).await.unwrap();
    apply(&portal, 2, [1, 2], "a").await;
    assert!(portal.finish(&herbarium(&portal).await, BatchId(2)).await.unwrap().is_empty());
    assert_eq!(place.written(), ["tst-batch1-1.csv"]);
}

/// Whoever remembers nothing finds the rows in the files, and leaves those of other profiles alone.
#[tokio::test]
async fn what_was_written_is_never_written_again() {
    let place = Place::counted(5);
    let first = place.portal();
    apply(&first, 1, [1, 2], "a").await;
    first.finish(&herbarium(&first).await, BatchId(1)).await.unwrap();
    drop(first);
    let second = place.portal();
    let answers = apply(&second, 2, [1, 2, 3], "a").await;
    assert!(answers.iter().all(Result::is_ok));
    second.finish(&herbarium(&second).await, BatchId(2)).await.unwrap();
    assert_eq!(place.written(), ["tst-batch1-1.csv", "tst-batch2-1.csv"]);
    assert_eq!(place.rows(), 3);
    let mut options = place.options();
    options.profile_name = "other".to_owned();
    let other = ImportCsvPortal::new(options).unwrap();
    apply(&other, 1, [1], "a").await;
    assert_eq!(place.rows(), 4);
}

/// A person may clear the folder once the files are imported.
#[tokio::test]
async fn files_may_be_taken_away() {
    let place = Place::counted(5);
    let portal = place.portal();
    apply(&portal, 1, [1, 2], "a").await;
    portal.finish(&herbarium(&portal).await, BatchId(1)).await.unwrap();
    fs::remove_dir_all(place.out()).unwrap();
    let portal = place.portal();
    assert!(portal.finish(&herbarium(&portal).await, BatchId(1)).await.unwrap().is_empty());
    apply(&portal, 2, [3], "a").await;
    portal.finish(&herbarium(&portal).await, BatchId(2)).await.unwrap();
    assert_eq!(place.written(), ["tst-batch2-1.csv"]);
}

/// A batch that was ended and gets more rows leaves a file that may be imported already as it is.
#[tokio::test]
async fn more_rows_after_the_end_go_to_a_new_file() {
    let place = Place::counted(5);
    let portal = place.portal();
    apply(&portal, 1, [1], "a").await;
    portal.finish(&herbarium(&portal).await, BatchId(1)).await.unwrap();
    let before = place.read("tst-batch1-1.csv");
    apply(&portal, 1, [2], "a").await;
    portal.finish(&herbarium(&portal).await, BatchId(1)).await.unwrap();
    assert_eq!(place.written(), ["tst-batch1-1.csv", "tst-batch1-2.csv"]);
    assert_eq!(place.read("tst-batch1-1.csv"), before);
}

/// A row with a text the others lack needs a column more.
#[tokio::test]
async fn a_column_more_is_a_new_file() {
    let place = Place::counted(5);
    let portal = place.portal();
    let collection = herbarium(&portal).await;
    apply(&portal, 1, [1], "a").await;
    let record = MediaRecord { copyright: Some("© TST".to_owned()), ..wanted(2, "a") };
    portal.apply(&collection, BatchId(1), &[insert(record)]).await.unwrap();
    apply(&portal, 1, [3], "a").await;
    portal.finish(&collection, BatchId(1)).await.unwrap();
    assert_eq!(place.written(), ["tst-batch1-1.csv", "tst-batch1-2.csv"]);
    let second = place.read("tst-batch1-2.csv");
    assert!(second.lines().next().unwrap().contains(",copyright,"));
    assert_eq!(second.lines().count(), 3);
    // Read back with both headers.
    assert_eq!(portal.media_of(&collection, &[pinax_core::nouns::occurrence::Occid(3)]).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_file_a_spreadsheet_program_saved_is_still_read() {
    let place = Place::counted(5);
    let portal = place.portal();
    apply(&portal, 1, [1], "a").await;
    portal.finish(&herbarium(&portal).await, BatchId(1)).await.unwrap();
    let text = place.read("tst-batch1-1.csv").replace('\n', "\r\n");
    fs::write(place.out().join("tst-batch1-1.csv"), format!("\u{feff}{text}")).unwrap();
    let portal = place.portal();
    apply(&portal, 2, [1], "a").await;
    assert_eq!(place.written(), ["tst-batch1-1.csv"]);
}
