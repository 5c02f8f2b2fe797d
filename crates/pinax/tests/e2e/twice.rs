//! Twice is once, and a changed picture gets another address.

use super::world::{World, small_sheet};

#[test]
fn a_second_run_changes_nothing() {
    let world = World::with_download(&[(1, "TST00000001"), (2, "TST00000002")]);
    world.sheet("TST00000001.jpg", 1);
    world.sheet("TST00000002_b.jpg", 2);
    world.sheet("TST00000009.jpg", 9);
    world.write("drop/TST00000002_c.jpg", b"");
    let first = world.pinax(&["run", "--json"]);
    assert_eq!(first.code, Some(1), "{first:?}");
    let answer = first.json();
    assert_eq!([&answer["found"], &answer["linked"], &answer["review"], &answer["failed"]], [4, 2, 1, 1], "{answer}");
    let (store, out) = (world.tree("www"), world.tree("out"));
    assert_eq!(store.len(), 4, "small sheets have a large file, which serves as web size, and a thumbnail: {store:?}");

    let second = world.pinax(&["run", "--json"]).json();
    assert_eq!([&second["found"], &second["unchanged"], &second["linked"]], [4, 4, 0], "{second}");
    assert_eq!(second["batch"], serde_json::Value::Null);
    assert_eq!((world.tree("www"), world.tree("out")), (store, out));
}

#[test]
fn a_record_that_was_added_is_found_by_the_next_run() {
    let world = World::with_download(&[(1, "TST00000001")]);
    world.sheet("TST00000002.jpg", 2);
    assert_eq!(world.pinax(&["run", "--json"]).json()["review"], 1);
    let records = "id,institutionCode,collectionCode,catalogNumber,recordID\n\
                   1,TST,VASC,TST00000001,a\n2,TST,VASC,TST00000002,b\n";
    world.write("occurrences.csv", records);
    let answer = world.pinax(&["run", "--json"]).json();
    assert_eq!([&answer["linked"], &answer["waiting"]["review"]], [1, 0], "{answer}");
}

#[test]
fn a_file_that_was_only_touched_is_the_same_picture() {
    let world = World::with_download(&[(1, "TST00000001")]);
    let bytes = world.sheet("TST00000001.jpg", 1);
    world.pinax(&["run"]);
    let store = world.tree("www");
    std::fs::remove_file(world.path("drop/TST00000001.jpg")).unwrap();
    world.write("drop/TST00000001.jpg", bytes);
    let answer = world.pinax(&["run", "--json"]).json();
    assert_eq!([&answer["unchanged"], &answer["linked"]], [1, 0], "{answer}");
    assert_eq!(world.tree("www"), store);
    assert_eq!(world.pinax(&["run", "--json"]).json()["bytes_read"], 0);
}

#[test]
fn a_changed_picture_never_lands_under_an_address_that_was_given_out() {
    let world = World::with_download(&[(1, "TST00000001")]);
    world.sheet("TST00000001.jpg", 1);
    world.pinax(&["run"]);
    let before = world.tree("www");
    world.write("drop/TST00000001.jpg", small_sheet(77));
    // The import can only add rows, so the changed link waits for a person; the store already has both.
    let answer = world.pinax(&["run", "--json"]).json();
    assert_eq!(answer["review"], 1, "{answer}");
    let after = world.tree("www");
    assert!(before.iter().all(|(path, sum)| after.get(path) == Some(sum)), "{before:?} {after:?}");
    assert_eq!(after.len(), before.len() * 2);
}

#[test]
fn a_foreign_file_in_the_store_is_never_overwritten() {
    let world = World::with_download(&[(1, "TST00000001")]);
    world.sheet("TST00000001.jpg", 1);
    world.write("www/TST00000/TST00000001_tn.jpg", b"somebody else's");
    assert_eq!(world.pinax(&["run", "--json"]).json()["linked"], 1);
    assert_eq!(std::fs::read(world.path("www/TST00000/TST00000001_tn.jpg")).unwrap(), b"somebody else's");
    assert_eq!(world.tree("www").len(), 3);
}
