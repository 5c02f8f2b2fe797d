//! Clauses about changing rows. A door that cannot answers an error for each, and changes nothing.

use pinax_core::ErrorKind;
use pinax_core::nouns::media::{MediaFile, MediaRecord, Variant};
use pinax_core::nouns::occurrence::Occid;
use pinax_core::steps::link::MediaChange;

use super::{BATCH, PortalHarness, Seed, carried, herbarium, wanted};

/// The row of `before` when its picture has new content.
fn renewed(before: &MediaRecord) -> MediaRecord {
    MediaRecord {
        url: before.url.replace("_med", "-2_med"),
        thumbnail_url: before.thumbnail_url.as_ref().map(|url| url.replace("_tn", "-2_tn")),
        original_url: before.original_url.replace(".jpg", "-2.jpg"),
        media_md5: Some("d".repeat(32)),
        files: vec![MediaFile { variant: Variant::Original, bytes: 7, md5: "d".repeat(32) }],
        ..before.clone()
    }
}

fn update(before: &MediaRecord, after: MediaRecord) -> MediaChange {
    MediaChange::Update { before: Box::new(before.clone()), after: Box::new(after) }
}

async fn with_rows<H: PortalHarness>(rows: Vec<MediaRecord>) -> H {
    H::open(&Seed { rows, ..Seed::counted(5) }).await
}

/// Same `recordID`, same record, new addresses; other rows untouched.
pub async fn updating_keeps_the_row<H: PortalHarness>() {
    let harness: H = with_rows(vec![wanted(1, "a"), wanted(1, "b")]).await;
    let collection = herbarium(&harness).await;
    let rows = harness.portal().media_of(&collection, &[Occid(1)]).await.expect("read");
    let before = rows.iter().find(|row| row.record.original_url == wanted(1, "a").original_url).expect("there");
    let after = renewed(&before.record);
    let mut answers =
        harness.portal().apply(&collection, BATCH, &[update(&before.record, after.clone())]).await.expect("applied");
    let answer = answers.pop().expect("one answer");
    let there = harness.rows().await;
    assert_eq!(there.len(), 2);
    if !harness.portal().capabilities().update {
        answer.expect_err("this door cannot change rows");
        assert!(there.iter().all(|row| row.original_url != after.original_url));
        return;
    }
    let row = answer.expect("changed");
    assert_eq!((row.media_id, &row.record.record_id), (before.media_id, &before.record.record_id));
    if !H::CANNOT_CARRY.contains(&"files") {
        assert_eq!(row.record.files, after.files);
    }
    assert_eq!(carried::<H>(&row.record), carried::<H>(&after));
    assert!(there.iter().any(|row| carried::<H>(row) == carried::<H>(&after)));
    assert!(there.iter().any(|row| carried::<H>(row) == carried::<H>(&wanted(1, "b"))));
    // And back, as an undo does.
    let undone = update(&after, before.record.clone());
    let answers = harness.portal().apply(&collection, BATCH, &[undone]).await.expect("applied");
    assert_eq!(answers[0].as_ref().expect("changed back"), before);
}

/// A change that is there already succeeds.
pub async fn updating_twice_is_once<H: PortalHarness>() {
    let harness: H = with_rows(vec![wanted(1, "a")]).await;
    if !harness.portal().capabilities().update {
        return;
    }
    let collection = herbarium(&harness).await;
    let change = update(&wanted(1, "a"), renewed(&wanted(1, "a")));
    for _ in 0..2 {
        let answers = harness.portal().apply(&collection, BATCH, std::slice::from_ref(&change)).await.expect("applied");
        assert_eq!(carried::<H>(&answers[0].as_ref().expect("changed").record), carried::<H>(change.row()));
        assert_eq!(harness.rows().await.len(), 1);
    }
}

/// Somebody's edit is kept, a row that is gone stays gone, and neither holds up the others.
pub async fn a_row_changed_by_others_is_kept<H: PortalHarness>() {
    let edited = MediaRecord { original_url: "https://elsewhere.example.org/x.jpg".to_owned(), ..wanted(1, "a") };
    let harness: H = with_rows(vec![edited.clone(), wanted(2, "a")]).await;
    let collection = herbarium(&harness).await;
    let change = |occid, name| update(&wanted(occid, name), renewed(&wanted(occid, name)));
    let changes = [change(1, "a"), change(3, "gone"), change(2, "a")];
    let answers = harness.portal().apply(&collection, BATCH, &changes).await.expect("applied");
    let can = harness.portal().capabilities().update;
    assert_eq!(answers.iter().map(Result::is_ok).collect::<Vec<_>>(), [false, false, can]);
    if can {
        assert_eq!(answers[0].as_ref().expect_err("edited").kind(), ErrorKind::Conflict);
        assert_eq!(answers[1].as_ref().expect_err("gone").kind(), ErrorKind::Conflict);
    }
    let there = harness.rows().await;
    assert_eq!(there.len(), 2);
    assert!(there.iter().any(|row| row.original_url == edited.original_url));
}
