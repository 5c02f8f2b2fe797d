//! What a listing passes over, and what it says about it.

use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;

use pinax_core::ErrorKind;
use pinax_io::source::folder::{FolderSource, FolderSourceOptions};

use super::{list, make_pipe, options, source, write};

#[tokio::test]
async fn litter_is_passed_over_in_silence() {
    let place = tempfile::tempdir().unwrap();
    for name in [".hidden.jpg", ".git/a.jpg", "Thumbs.db", "DESKTOP.INI", "@eaDir/a.jpg", "__MACOSX/a.jpg", "..a"] {
        write(place.path(), name, "x");
    }
    write(place.path(), "a/a...jpg", "x");
    assert_eq!(list(&source(place.path())).await, (vec!["a/a...jpg".into()], vec![]));
}

#[tokio::test]
async fn unfinished_transfers_are_named() {
    let place = tempfile::tempdir().unwrap();
    write(place.path(), "a/1.jpg.part", "x");
    let (files, findings) = list(&source(place.path())).await;
    assert_eq!(files, Vec::<String>::new());
    assert_eq!(findings, ["1 file is unfinished by name and left alone: a/1.jpg.part"]);
    for number in 2..10 {
        write(place.path(), &format!("a/{number}.jpg.part"), "x");
    }
    let (_, findings) = list(&source(place.path())).await;
    assert!(findings[0].starts_with("9 files are unfinished by name and left alone: a/"), "{findings:?}");
    assert!(findings[0].ends_with(", …"), "{findings:?}");
}

#[tokio::test]
async fn links_are_not_followed() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("in");
    write(place.path(), "out/secret.jpg", "x");
    write(&root, "a/1.jpg", "x");
    symlink("../out", root.join("outside")).unwrap();
    symlink("../out/secret.jpg", root.join("secret.jpg")).unwrap();
    symlink("a/1.jpg", root.join("2.jpg")).unwrap();
    symlink("..", root.join("a/loop")).unwrap();
    symlink("nowhere", root.join("dangling")).unwrap();
    let (files, findings) = list(&source(&root)).await;
    assert_eq!(files, ["a/1.jpg"]);
    assert_eq!(findings.len(), 1);
    for named in ["5 links were not followed: ", "outside", "secret.jpg", "2.jpg", "a/loop", "dangling"] {
        assert!(findings[0].contains(named), "{findings:?}");
    }
}

#[tokio::test]
async fn the_folder_itself_may_be_a_link() {
    let place = tempfile::tempdir().unwrap();
    write(place.path(), "in/1.jpg", "x");
    symlink("in", place.path().join("link")).unwrap();
    assert_eq!(list(&source(&place.path().join("link"))).await.0, ["1.jpg"]);
}

#[tokio::test]
async fn pipes_and_sockets_are_never_opened() {
    let place = tempfile::tempdir().unwrap();
    make_pipe(&place.path().join("pipe.jpg"));
    let _socket = UnixListener::bind(place.path().join("socket.jpg")).unwrap();
    let (files, findings) = list(&source(place.path())).await;
    assert_eq!(files, Vec::<String>::new());
    assert!(findings[0].starts_with("2 things are no file and left alone: "), "{findings:?}");
}

#[tokio::test]
async fn what_pinax_writes_is_left_out() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("in");
    for name in ["1.jpg", "img/1_web.jpg", "pinax.db", "done/0.jpg", "image/1.jpg", "sub/img/1.jpg"] {
        write(&root, name, "x");
    }
    symlink("in", place.path().join("link")).unwrap();
    let options = FolderSourceOptions {
        leave_out: vec![place.path().join("link/img"), root.join("pinax.db"), root.join("not/there"), "/tmp/x".into()],
        done_dir: Some(root.join("./done/")),
        ..options(&root)
    };
    let source = FolderSource::new(options).unwrap();
    assert_eq!(list(&source).await, (vec!["1.jpg".into(), "image/1.jpg".into(), "sub/img/1.jpg".into()], vec![]));
}

#[tokio::test]
async fn a_source_inside_what_pinax_writes_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("img/in");
    write(&root, "1.jpg", "x");
    for above in [root.clone(), place.path().join("img"), place.path().to_owned()] {
        let refused = [
            FolderSourceOptions { leave_out: vec![above.clone()], ..options(&root) },
            FolderSourceOptions { done_dir: Some(above), ..options(&root) },
        ];
        for options in refused {
            let error = FolderSource::new(options).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config, "{error}");
            assert!(error.hint_text().is_some());
        }
    }
}

#[tokio::test]
async fn folders_that_lie_too_deep_are_named() {
    let place = tempfile::tempdir().unwrap();
    write(place.path(), &format!("{}1.jpg", "d/".repeat(99)), "x");
    write(place.path(), &format!("{}1.jpg", "e/".repeat(100)), "x");
    let (files, findings) = list(&source(place.path())).await;
    assert_eq!(files, [format!("{}1.jpg", "d/".repeat(99))]);
    assert!(findings[0].starts_with("1 folder lies deeper than 100 folders"), "{findings:?}");
}
