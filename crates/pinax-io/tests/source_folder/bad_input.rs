//! Folders and files that cannot be read as they should.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};

use futures::StreamExt as _;
use pinax_core::ErrorKind;
use pinax_core::nouns::source_image::{Fingerprint, Locator, SourceImage};
use pinax_core::ports::source::{ListFrom, Source as _};
use pinax_testkit::apart::{Apart, inside, skip};

use super::{list, make_pipe, only, options, source, write};

#[tokio::test]
async fn a_missing_folder_is_told_with_a_hint() {
    let place = tempfile::tempdir().unwrap();
    write(place.path(), "file", "x");
    for (name, kind) in [("missing", ErrorKind::Unavailable), ("file", ErrorKind::Config)] {
        let source = source(&place.path().join(name));
        let error = source.check().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.hint_text().is_some());
        let mut parts = source.list(ListFrom::default());
        assert_eq!(parts.next().await.unwrap().unwrap_err().kind(), kind);
        assert!(parts.next().await.is_none());
    }
}

#[tokio::test]
async fn a_missing_place_for_the_folder_for_done_files_is_told() {
    let place = tempfile::tempdir().unwrap();
    let source = |done: &str| {
        let options = pinax_io::source::folder::FolderSourceOptions {
            done_dir: Some(place.path().join(done)),
            ..options(place.path())
        };
        pinax_io::source::folder::FolderSource::new(options).unwrap()
    };
    source("done").check().await.unwrap();
    assert!(!place.path().join("done").exists(), "a check makes nothing");
    assert_eq!(source("disk/done").check().await.unwrap_err().kind(), ErrorKind::Config);
}

#[tokio::test]
async fn a_folder_that_vanishes_is_no_short_list() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("in");
    for number in 0..20_000 {
        write(&root, &format!("{}/{number}", number % 10), "");
    }
    let source = source(&root);
    let mut parts = source.list(ListFrom::default());
    parts.next().await.unwrap().unwrap();
    fs::rename(&root, place.path().join("away")).unwrap();
    let mut last = None;
    while let Some(part) = parts.next().await {
        last = Some(part);
    }
    let error = last.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    // And what was listed is not called gone, one by one.
    let image = SourceImage::new(Locator::new("0/0"), Fingerprint::of_file(0, 0));
    assert!(source.read(&image, 10).await.unwrap_err().stops_the_run());
}

#[tokio::test]
async fn another_disk_in_its_place_is_noticed() {
    const TEST: &str = "bad_input::another_disk_in_its_place_is_noticed";
    let Some(disk) = inside(TEST, Apart::Disk("size=1m")) else { return };
    write(&disk, "1.jpg", "x");
    let source = source(&disk);
    let image = only(&source).await;
    let mount = |program: &str, arguments: &[&str]| {
        std::process::Command::new(program).args(arguments).arg(&disk).status().unwrap().success()
    };
    assert!(mount("umount", &["-l"]));
    let error = source.read(&image, 10).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    let error = source.take_away(&image, pinax_core::nouns::profile::AfterLink::Delete).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
}

#[tokio::test]
async fn what_became_something_else_is_not_read() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("in");
    write(place.path(), "secret", "x");
    write(&root, "a/1.jpg", "x");
    let source = source(&root);
    let image = only(&source).await;

    fs::rename(root.join("a/1.jpg"), root.join("a/2.jpg")).unwrap();
    symlink("2.jpg", root.join("a/1.jpg")).unwrap();
    assert_eq!(source.read(&image, 10).await.unwrap_err().kind(), ErrorKind::Conflict, "a link to the very file");
    fs::remove_file(root.join("a/1.jpg")).unwrap();
    make_pipe(&root.join("a/1.jpg"));
    assert_eq!(source.read(&image, 10).await.unwrap_err().kind(), ErrorKind::Conflict, "a pipe");
    fs::remove_file(root.join("a/1.jpg")).unwrap();
    fs::create_dir(root.join("a/1.jpg")).unwrap();
    assert_eq!(source.read(&image, 10).await.unwrap_err().kind(), ErrorKind::Conflict, "a folder");
    fs::remove_dir(root.join("a/1.jpg")).unwrap();

    fs::rename(root.join("a/2.jpg"), root.join("a/1.jpg")).unwrap();
    fs::rename(root.join("a"), root.join("b")).unwrap();
    symlink("b", root.join("a")).unwrap();
    assert_eq!(source.read(&image, 10).await.unwrap_err().kind(), ErrorKind::NotFound, "below a link");
}

#[tokio::test]
async fn paths_cannot_leave_the_root() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("in");
    write(&root, "a/1.jpg", "x");
    write(place.path(), "secret", "x");
    let source = source(&root);
    let fingerprint = only(&source).await.fingerprint;
    for path in ["../secret", "a/../../secret", "/etc/hostname", "a//1.jpg", "./a/1.jpg", "", "a/1.jpg/"] {
        let image = SourceImage::new(Locator::new(path), fingerprint);
        assert_eq!(source.read(&image, 10).await.unwrap_err().kind(), ErrorKind::NotFound, "{path}");
    }
}

#[tokio::test]
async fn what_may_not_be_read_is_told_and_the_rest_is_listed() {
    const TEST: &str = "bad_input::what_may_not_be_read_is_told_and_the_rest_is_listed";
    let Some(root) = inside(TEST, Apart::Unprivileged) else { return };
    for name in ["a/1.jpg", "closed/2.jpg", "unsearchable/3.jpg", "unreadable.jpg"] {
        write(&root, name, "x");
    }
    let permit = |name: &str, mode| fs::set_permissions(root.join(name), Permissions::from_mode(mode)).unwrap();
    permit("closed", 0o000);
    permit("unsearchable", 0o400);
    permit("unreadable.jpg", 0o000);
    if fs::read_dir(root.join("closed")).is_ok() {
        return skip(TEST, "permissions do not bind this user");
    }
    let source = source(&root);
    let (files, findings) = list(&source).await;
    permit("closed", 0o700);
    permit("unsearchable", 0o700);
    assert_eq!(files, ["a/1.jpg", "unreadable.jpg"]);
    assert_eq!(findings.len(), 1);
    for named in ["2 files or folders could not be looked at: ", "closed (", "unsearchable/3.jpg (", "denied"] {
        assert!(findings[0].contains(named), "{findings:?}");
    }
    let metadata = fs::metadata(root.join("unreadable.jpg")).unwrap();
    let modified = metadata.modified().unwrap().duration_since(std::time::UNIX_EPOCH).unwrap();
    let modified_ns = i64::try_from(modified.as_nanos()).unwrap();
    let fingerprint = Fingerprint::of_file(1, modified_ns);
    let error = source.read(&SourceImage::new(Locator::new("unreadable.jpg"), fingerprint), 10).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io, "{error}");
    assert!(error.hint_text().unwrap().contains("right"), "{error:?}");

    fs::set_permissions(&root, Permissions::from_mode(0o000)).unwrap();
    let error = source.check().await.unwrap_err();
    fs::set_permissions(&root, Permissions::from_mode(0o700)).unwrap();
    assert!(error.stops_the_run() && error.hint_text().is_some(), "{error}");
}
