//! Stores that are missing, full, read-only, or not what they should be.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};

use pinax_core::ErrorKind;
use pinax_core::ports::store::{Put, Store as _};
use pinax_testkit::apart::{Apart, inside, skip};
use pinax_testkit::store_contract::key;

use super::{store, tree};

#[tokio::test]
async fn a_missing_store_is_not_made() {
    let place = tempfile::tempdir().unwrap();
    let store = store(&place.path().join("missing"));
    for error in [
        store.check().await.unwrap_err(),
        store.put_new(&key("a"), b"x").await.unwrap_err(),
        store.digest(&key("a")).await.unwrap_err(),
        store.delete(&key("a")).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
        assert!(error.hint_text().unwrap().contains("mount"), "{error:?}");
    }
    assert!(tree(place.path()).is_empty());
}

#[tokio::test]
async fn a_file_is_no_store() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("file"), "x").unwrap();
    assert_eq!(store(&place.path().join("file")).check().await.unwrap_err().kind(), ErrorKind::Config);
}

#[tokio::test]
async fn a_full_disk_is_told_and_nothing_is_left_behind() {
    const TEST: &str = "bad_places::a_full_disk_is_told_and_nothing_is_left_behind";
    let Some(disk) = inside(TEST, Apart::Disk("size=256k")) else { return };
    let store = store(&disk);
    store.check().await.unwrap();
    store.put_new(&key("a/1.jpg"), &[1; 100_000]).await.unwrap();
    let before = tree(&disk);
    for name in ["a/2.jpg", "b/2.jpg"] {
        let error = store.put_new(&key(name), &[2; 400_000]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Full, "{error}");
        assert!(error.hint_text().is_some());
        assert_eq!(tree(&disk), before);
    }
    store.put_new(&key("a/3.jpg"), &[3; 100_000]).await.unwrap();
    assert_eq!(store.check().await.unwrap_err().kind(), ErrorKind::Full);
    store.delete(&key("a/1.jpg")).await.unwrap();
    store.check().await.unwrap();
    assert_eq!(store.put_new(&key("a/2.jpg"), &[2; 100_000]).await.unwrap(), Put::Created);
}

#[tokio::test]
async fn no_room_for_names_is_a_full_disk_too() {
    const TEST: &str = "bad_places::no_room_for_names_is_a_full_disk_too";
    let Some(disk) = inside(TEST, Apart::Disk("size=1m,nr_inodes=5")) else { return };
    let store = store(&disk);
    store.put_new(&key("a/1.jpg"), b"x").await.unwrap();
    let error = store.put_new(&key("b/c/d/2.jpg"), b"x").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Full, "{error}");
    assert_eq!(tree(&disk).into_keys().collect::<Vec<_>>(), ["a/1.jpg"], "folders made for it are removed");
}

#[tokio::test]
async fn a_read_only_disk_is_told() {
    let Some(disk) = inside("bad_places::a_read_only_disk_is_told", Apart::Disk("ro")) else { return };
    let store = store(&disk);
    for error in [store.check().await.unwrap_err(), store.put_new(&key("a"), b"x").await.unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::ReadOnly, "{error}");
        assert!(error.hint_text().is_some());
    }
    assert_eq!(store.digest(&key("a")).await.unwrap(), None);
}

#[tokio::test]
async fn missing_rights_are_told() {
    const TEST: &str = "bad_places::missing_rights_are_told";
    let Some(root) = inside(TEST, Apart::Unprivileged) else { return };
    let permit = |name: &str, mode| fs::set_permissions(root.join(name), Permissions::from_mode(mode)).unwrap();
    let store = store(&root);
    store.put_new(&key("theirs/1.jpg"), b"x").await.unwrap();
    permit("theirs", 0o500);
    if fs::write(root.join("theirs/probe"), "x").is_ok() {
        return skip(TEST, "permissions do not bind this user");
    }
    let in_one_folder = store.put_new(&key("theirs/2.jpg"), b"x").await.unwrap_err();
    fs::set_permissions(&root, Permissions::from_mode(0o500)).unwrap();
    let in_all = [store.check().await.unwrap_err(), store.put_new(&key("2.jpg"), b"x").await.unwrap_err()];
    fs::set_permissions(&root, Permissions::from_mode(0o700)).unwrap();
    permit("theirs", 0o700);
    assert_eq!(in_one_folder.kind(), ErrorKind::Io, "{in_one_folder}");
    for error in in_all {
        assert_eq!(error.kind(), ErrorKind::ReadOnly, "{error}");
    }
    assert_eq!(tree(&root).into_keys().collect::<Vec<_>>(), ["theirs/1.jpg"]);
}

#[tokio::test]
async fn objects_stay_below_the_root() {
    let place = tempfile::tempdir().unwrap();
    let (root, outside) = (place.path().join("img"), place.path().join("outside"));
    fs::create_dir_all(root.join("inside")).unwrap();
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("1.jpg"), "theirs").unwrap();
    fs::write(root.join("inside/1.jpg"), "x").unwrap();
    symlink("../outside", root.join("out")).unwrap();
    symlink("inside", root.join("in")).unwrap();
    symlink("../outside/1.jpg", root.join("1.jpg")).unwrap();
    symlink("nowhere", root.join("dangling.jpg")).unwrap();
    let store = store(&root);
    for name in ["out/1.jpg", "out/2.jpg", "out/a/2.jpg", "in/2.jpg", "1.jpg/2.jpg"] {
        for error in [
            store.put_new(&key(name), b"ours").await.unwrap_err(),
            store.digest(&key(name)).await.unwrap_err(),
            store.delete(&key(name)).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
            assert!(!error.stops_the_run() && error.hint_text().is_some(), "{error}");
        }
    }
    for name in ["1.jpg", "dangling.jpg"] {
        assert_eq!(store.put_new(&key(name), b"ours").await.unwrap(), Put::Exists);
        assert_eq!(store.digest(&key(name)).await.unwrap_err().kind(), ErrorKind::Conflict);
    }
    assert_eq!(fs::read(outside.join("1.jpg")).unwrap(), b"theirs");
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 1);
    assert_eq!(fs::read_dir(root.join("inside")).unwrap().count(), 1);
}

#[tokio::test]
async fn a_folder_is_no_object() {
    let place = tempfile::tempdir().unwrap();
    fs::create_dir_all(place.path().join("a.jpg")).unwrap();
    let store = store(place.path());
    assert_eq!(store.put_new(&key("a.jpg"), b"x").await.unwrap(), Put::Exists);
    assert_eq!(store.digest(&key("a.jpg")).await.unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(store.delete(&key("a.jpg")).await.unwrap_err().kind(), ErrorKind::Conflict);
    assert!(place.path().join("a.jpg").is_dir());
}

#[tokio::test]
async fn the_name_of_a_store_is_its_place() {
    let place = tempfile::tempdir().unwrap();
    let name = store(place.path()).describe();
    assert_eq!(name, format!("folder:{}", place.path().display()));
    assert_eq!(store(&place.path().join("./")).describe(), name);
    assert_eq!(store(&place.path().join("not/../there\n")).describe(), format!("{name}/not/../there\\n"));
}
