//! What somebody changed since stays; an undo that is cut off goes on; files that were swept cannot be linked again.

use pinax_core::flows::sweep::sweep;
use pinax_core::nouns::batch::{BatchId, Outcome};
use pinax_core::nouns::profile::{AfterLink, Missing};
use pinax_core::ports::ledger::{ItemFilter, Ledger as _};
use pinax_testkit::mariadb::TestMariadb;

use crate::world::{TABLES, World, picture};

const WEEK_MS: i64 = 7 * 24 * 60 * 60 * 1000;

async fn linked(server: &TestMariadb, pictures: u64) -> (World, BatchId) {
    let world = World::new(server);
    for number in 1..=pictures {
        world.source.put(format!("TST{number:08}.jpg"), picture(number * 1_000));
    }
    let report = world.run().await;
    assert_eq!(report.linked, pictures);
    let batch = report.batch.unwrap();
    (world, batch)
}

#[tokio::test]
async fn a_row_somebody_changed_stays_and_is_told() {
    let server = TestMariadb::with_records(4);
    let (world, batch) = linked(&server, 4).await;
    server.exec(
        "UPDATE media SET sortOccurrence = 99 WHERE occid = 1;
         INSERT INTO imagetag (mediaID, keyvalue) SELECT mediaID, 'HasLabel' FROM media WHERE occid = 2;
         DELETE FROM media WHERE occid = 3;",
    );
    let report = world.undo(batch).await;
    assert_eq!((report.rows, report.already, report.kept), (1, 1, 2), "{:?}", report.findings);
    assert_eq!(
        server.query("SELECT occid FROM media ORDER BY occid").split_whitespace().collect::<Vec<_>>(),
        ["1", "2"]
    );
    let told: String = report.findings.iter().map(ToString::to_string).collect();
    assert!(told.contains("sortOccurrence") && told.contains("tag"), "{told}");
    assert!(told.contains("the link of TST00000001.jpg (TST00000001) stays"), "{told}");
    let counts = world.ledger.counts(batch).unwrap();
    assert_eq!((counts.linked, counts.undone), (2, 2));
    // What stays is shown by its row, and so are its files.
    let swept = sweep(world.context(), 0, true).await.unwrap();
    assert_eq!((swept.removed, world.store.objects().len()), (4, 4), "{:?}", swept.findings);
    // Put right, the rest can be taken back.
    server.exec("UPDATE media SET sortOccurrence = 5 WHERE occid = 1; DELETE FROM imagetag;");
    let report = world.undo(batch).await;
    assert_eq!((report.rows, report.kept), (2, 0), "{:?}", report.findings);
    assert_eq!(server.query("SELECT COUNT(*) FROM media").trim(), "0");
}

#[tokio::test]
async fn an_undo_goes_on_where_the_server_went_away() {
    let mut server = TestMariadb::with_records(3);
    let before = server.dump(&TABLES);
    let (world, batch) = linked(&server, 3).await;
    server.stop();
    let cut = world.try_undo(batch).await.unwrap_err();
    assert!(cut.error.stops_the_run(), "{}", cut.error);
    server.restart();
    let report = world.undo(batch).await;
    assert_eq!((report.rows, report.kept), (3, 0));
    assert_eq!(server.dump(&TABLES), before);
    // Nothing is left to do, and nothing is done.
    let report = world.undo(batch).await;
    assert_eq!((report.batch, report.rows), (None, 0));
}

#[tokio::test]
async fn files_are_swept_after_their_time_and_links_to_them_are_not_made_again() {
    let server = TestMariadb::with_records(2);
    let (world, batch) = linked(&server, 2).await;
    let files = world.store.objects().len();
    assert_eq!(sweep(world.context(), 0, true).await.unwrap().removed, 0, "they are shown");
    let undo = world.undo(batch).await;
    assert_eq!(undo.unshown, files as u64);
    let early = sweep(world.context(), WEEK_MS, true).await.unwrap();
    assert_eq!((early.removed, early.waiting), (0, files as u64));
    let looked = sweep(world.context(), 0, false).await.unwrap();
    assert_eq!((looked.removed, world.store.objects().len()), (files as u64, files));
    assert_eq!(sweep(world.context(), 0, true).await.unwrap().removed, files as u64);
    assert!(world.store.objects().is_empty());
    let redo = world.undo(undo.batch.unwrap()).await;
    assert_eq!((redo.rows, redo.kept), (0, 2), "{:?}", redo.findings);
    assert_eq!(server.query("SELECT COUNT(*) FROM media").trim(), "0");
    // Tried again from the source, they are published and linked anew.
    assert_eq!(world.ledger.retry("tst", &[Outcome::Undone]).unwrap(), 2);
    assert_eq!(world.run().await.linked, 2);
    assert_eq!(world.store.objects().len(), files);
    assert_eq!(sweep(world.context(), 0, true).await.unwrap().removed, 0);
}

#[tokio::test]
async fn a_changed_picture_goes_back_to_what_it_showed() {
    let server = TestMariadb::with_records(1);
    let (world, first) = linked(&server, 1).await;
    let before = server.dump(&TABLES);
    world.source.put("TST00000001.jpg", picture(5));
    let second = world.run().await.batch.unwrap();
    assert_ne!(server.dump(&TABLES), before);
    // The first batch cannot be taken back from under the second.
    let kept = world.undo(first).await;
    assert_eq!(kept.kept, 1);
    let hint = kept.findings.iter().find_map(|finding| finding.hint.clone()).unwrap();
    assert_eq!(hint, format!("batch {second} changed it: pinax undo {second}"));
    assert_eq!(world.undo(second).await.kept, 0);
    assert_eq!(server.dump(&TABLES), before);
    let shown = world.ledger.items(&ItemFilter::Batch(first), Some(Outcome::Done), None, 9).unwrap();
    assert_eq!(shown.len(), 1, "the first content is shown again");
    assert_eq!(world.undo(first).await.rows, 1);
    assert_eq!(server.query("SELECT COUNT(*) FROM media").trim(), "0");
}

#[tokio::test]
async fn every_edit_of_a_row_is_kept() {
    let columns = ["caption", "notes", "anatomy", "sourceUrl", "username", "locality"];
    let server = TestMariadb::with_records(8);
    let (world, batch) = linked(&server, 8).await;
    for (occid, column) in (1..).zip(columns) {
        server.exec(&format!("UPDATE media SET {column} = 'theirs' WHERE occid = {occid}"));
    }
    server.exec("UPDATE media SET sortSequence = 7 WHERE occid = 7");
    let report = world.undo(batch).await;
    assert_eq!((report.rows, report.kept), (1, 7), "{:?}", report.findings);
    let told: String = report.findings.iter().map(ToString::to_string).collect();
    for column in columns {
        assert!(told.contains(column), "{column}: {told}");
    }
}

#[tokio::test]
async fn a_record_somebody_worked_on_is_kept() {
    let server = TestMariadb::with_records(1);
    let mut world = World::new(&server);
    world.profile.missing = Missing::Create;
    for number in 11..=13 {
        world.source.put(format!("TST{number:08}.jpg"), picture(number * 1_000));
    }
    let batch = world.run().await.batch.unwrap();
    server.exec(
        "UPDATE omoccurrences SET sciname = 'Lupinus argenteus' WHERE catalogNumber = 'TST00000011';
         UPDATE omoccurrences SET stateProvince = 'Utah' WHERE catalogNumber = 'TST00000012';",
    );
    let report = world.undo(batch).await;
    assert_eq!((report.rows, report.records, report.kept), (3, 1, 2), "{:?}", report.findings);
    assert_eq!(server.query("SELECT COUNT(*) FROM omoccurrences").trim(), "3");
}

#[tokio::test]
async fn files_others_show_and_last_copies_are_not_swept() {
    let server = TestMariadb::with_records(3);
    let mut world = World::new(&server);
    world.profile.after = AfterLink::Delete;
    for number in 1..=2 {
        world.source.put(format!("TST{number:08}.jpg"), picture(number * 1_000));
    }
    let batch = world.run().await.batch.unwrap();
    assert!(world.source.files().is_empty());
    server.exec(
        "INSERT INTO media (occid, originalUrl, recordID)
         SELECT 3, REPLACE(originalUrl, 'https:', 'http:'), 'theirs' FROM media WHERE occid = 1",
    );
    // Another file lies where the second one was.
    world.source.put("TST00000002.jpg", picture(9));
    let report = world.undo(batch).await;
    assert_eq!((report.rows, report.files, report.kept), (2, 1, 1), "{:?}", report.findings);
    let swept = sweep(world.context(), 0, true).await.unwrap();
    let left = world.store.objects();
    assert!(left.keys().any(|key| key.ends_with("TST00000001.jpg")), "record 3 shows it: {swept:?}");
    assert!(left.keys().any(|key| key.ends_with("TST00000002.jpg")), "it is the only copy: {swept:?}");
    // Once it is back where it was, it may go.
    world.source.remove("TST00000002.jpg");
    assert_eq!(world.undo(batch).await.files, 1);
    sweep(world.context(), 0, true).await.unwrap();
    assert!(!world.store.objects().keys().any(|key| key.ends_with("TST00000002.jpg")));
}

#[tokio::test]
async fn a_batch_that_was_done_again_names_the_batch_to_take_back() {
    let server = TestMariadb::with_records(1);
    let (world, first) = linked(&server, 1).await;
    let second = world.undo(first).await.batch.unwrap();
    let third = world.undo(second).await.batch.unwrap();
    let told = world.undo(first).await;
    assert_eq!((told.batch, told.done_again_by), (None, Some(third)));
    assert_eq!(world.undo(third).await.rows, 1);
    assert_eq!(world.undo(first).await.done_again_by, None);
}
