//! Moving and deleting what is done.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use pinax_core::ErrorKind;
use pinax_core::nouns::profile::AfterLink;
use pinax_core::ports::source::Source as _;
use pinax_io::source::folder::{FolderSource, FolderSourceOptions};
use pinax_testkit::apart::{Apart, inside};

use super::{only, options, source, write};

fn moving(root: &Path, done: &Path) -> FolderSource {
    FolderSource::new(FolderSourceOptions { done_dir: Some(done.to_owned()), ..options(root) }).unwrap()
}

/// Moves the only file of `root`; where it went.
async fn move_only(root: &Path, done: &Path) -> String {
    let source = moving(root, done);
    let image = only(&source).await;
    source.take_away(&image, AfterLink::Move).await.unwrap().unwrap()
}

fn names(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries.map(|file| (file.file_name().into_string().unwrap(), fs::read_to_string(file.path()).unwrap())).collect()
}

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, content)| ((*name).to_owned(), (*content).to_owned())).collect()
}

/// The same on one file system and across two.
async fn moves_and_never_replaces(root: &Path, done: &Path) {
    write(root, "a/1.jpg", "one");
    let modified = fs::metadata(root.join("a/1.jpg")).unwrap().modified().unwrap();
    assert_eq!(move_only(root, done).await, format!("{}/a/1.jpg", done.display()));
    assert_eq!(fs::metadata(done.join("a/1.jpg")).unwrap().modified().unwrap(), modified);

    write(root, "a/1.jpg", "two");
    assert_eq!(move_only(root, done).await, format!("{}/a/1-2.jpg", done.display()), "another one is there");
    write(root, "a/1.jpg", "one");
    assert_eq!(move_only(root, done).await, format!("{}/a/1.jpg", done.display()), "it is there already");
    write(root, "a/1.jpg", "two");
    assert_eq!(move_only(root, done).await, format!("{}/a/1-2.jpg", done.display()));
    assert_eq!(names(&done.join("a")), map(&[("1.jpg", "one"), ("1-2.jpg", "two")]));
    assert!(names(&root.join("a")).is_empty());
}

#[tokio::test]
async fn on_one_file_system() {
    let place = tempfile::tempdir().unwrap();
    moves_and_never_replaces(&place.path().join("in"), &place.path().join("done")).await;
}

#[tokio::test]
async fn to_another_file_system() {
    let Some(disk) = inside("take_away::to_another_file_system", Apart::Disk("size=1m")) else { return };
    let place = tempfile::tempdir().unwrap();
    moves_and_never_replaces(place.path(), &disk.join("done")).await;
}

#[tokio::test]
async fn to_another_file_system_that_is_full() {
    let Some(disk) = inside("take_away::to_another_file_system_that_is_full", Apart::Disk("size=64k")) else { return };
    let place = tempfile::tempdir().unwrap();
    write(place.path(), "1.jpg", &"x".repeat(100_000));
    let source = moving(place.path(), &disk.join("done"));
    let image = only(&source).await;
    let error = source.take_away(&image, AfterLink::Move).await.unwrap_err();
    assert_eq!(error.hint_text(), Some("make room there"), "{error}");
    assert!(names(&disk.join("done")).is_empty(), "half a copy is not left behind");
    assert_eq!(source.read(&image, 1 << 20).await.unwrap().len(), 100_000);
}

#[tokio::test]
async fn links_in_the_folder_for_done_files_are_not_followed() {
    let place = tempfile::tempdir().unwrap();
    let (root, done) = (place.path().join("in"), place.path().join("done"));
    write(&root, "a/1.jpg", "x");
    fs::create_dir_all(&done).unwrap();
    std::os::unix::fs::symlink("/", done.join("a")).unwrap();
    let source = moving(&root, &done);
    let image = only(&source).await;
    let error = source.take_away(&image, AfterLink::Move).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io, "{error}");
    assert!(error.hint_text().unwrap().contains("link"), "{error:?}");
}

#[tokio::test]
async fn without_a_folder_for_done_files() {
    let place = tempfile::tempdir().unwrap();
    write(place.path(), "in/1.jpg", "x");
    let source = source(&place.path().join("in"));
    let image = only(&source).await;
    assert_eq!(source.take_away(&image, AfterLink::Move).await.unwrap_err().kind(), ErrorKind::Config);
    let source = moving(&place.path().join("in"), &place.path().join("disk/done"));
    let error = source.take_away(&image, AfterLink::Move).await.unwrap_err();
    assert!(error.hint_text().unwrap().contains("mount"), "{error:?}");
    assert!(!place.path().join("disk").exists());
    assert_eq!(source.read(&image, 10).await.unwrap(), b"x");
}
