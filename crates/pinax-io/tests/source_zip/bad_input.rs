//! Zip files that are broken, lie, or hold what nobody wants; and folders with several.

use std::fs;

use pinax_core::ErrorKind;
use pinax_core::ports::source::Source as _;

use super::packer::{Entry, deflated, pack};
use super::{list, source};

#[tokio::test]
async fn every_zip_file_of_a_folder_is_read_and_a_broken_one_stops_nothing() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path();
    fs::create_dir_all(folder.join("2026.zip/deep")).unwrap();
    fs::write(folder.join("a.zip"), deflated("x/1.jpg", b"one")).unwrap();
    fs::write(folder.join("2026.zip/deep/B.ZIP"), deflated("x/1.jpg", b"two")).unwrap();
    fs::write(folder.join("cut.zip"), &deflated("3.jpg", b"three")[..40]).unwrap();
    fs::write(folder.join("4.jpg"), b"not in a zip").unwrap();
    fs::write(folder.join(".hidden.zip"), deflated("5.jpg", b"five")).unwrap();
    std::os::unix::fs::symlink("a.zip", folder.join("link.zip")).unwrap();
    let source = source(folder);
    source.check().await.unwrap();
    let listed = list(&source).await;
    assert_eq!(listed.files.keys().collect::<Vec<_>>(), ["2026.zip/deep/B.ZIP/x/1.jpg", "a.zip/x/1.jpg"]);
    assert!(!listed.is_whole, "nobody knows what is in the broken one");
    assert!(listed.findings.iter().any(|finding| finding.contains("cut.zip")), "{:?}", listed.findings);
    assert!(listed.findings.iter().any(|finding| finding.contains("link.zip")), "{:?}", listed.findings);
    assert_eq!(source.read(&listed.files["a.zip/x/1.jpg"], 10).await.unwrap(), b"one");
    assert_eq!(source.read(&listed.files["2026.zip/deep/B.ZIP/x/1.jpg"], 10).await.unwrap(), b"two");
    fs::remove_file(folder.join("a.zip")).unwrap();
    let error = source.read(&listed.files["a.zip/x/1.jpg"], 10).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
}

#[tokio::test]
async fn what_cannot_be_read_is_told_and_the_rest_is_listed() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("all.zip");
    let entries = [
        Entry::new("good.jpg", "good"),
        Entry { flags: 1, ..Entry::new("secret.jpg", "secret") },
        Entry { method: 14, ..Entry::new("lzma.jpg", "lzma") },
        Entry { mode: 0o120_777, ..Entry::new("link.jpg", "/etc/passwd") },
        Entry::new("../out.jpg", "out"),
        Entry::new("/etc/out.jpg", "out"),
        Entry::new("a//b.jpg", "out"),
        Entry::new("nul\0.jpg", "out"),
        Entry::new("inner.zip", deflated("in.jpg", b"in")),
        Entry::new("good.jpg", "second"),
        Entry::new("folder/", ""),
        Entry::new("__MACOSX/._good.jpg", "litter"),
        Entry::new("größe.jpg", "text"),
        Entry::new(&b"gr\x94\xe1e.jpg"[..], "code page 437"),
    ];
    fs::write(&path, pack(&entries)).unwrap();
    let source = source(&path);
    let listed = list(&source).await;
    let names: Vec<&str> = listed.files.keys().map(String::as_str).collect();
    assert_eq!(names, ["good.jpg", "gr\\x94\\xe1e.jpg", "größe.jpg"]);
    assert_eq!(source.read(&listed.files["good.jpg"], 10).await.unwrap(), b"good", "the first of two");
    let said = listed.findings.join("\n");
    for name in ["secret.jpg", "lzma.jpg", "link.jpg", "../out.jpg", "/etc/out.jpg", "a//b.jpg", "inner.zip"] {
        assert!(said.contains(name), "{name}: {said}");
    }
    assert!(!listed.is_whole);
}

#[tokio::test]
async fn lengths_and_sums_that_lie_are_found_out_and_take_no_memory() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("all.zip");
    let entries = [
        Entry { claimed_bytes: Some(u32::MAX - 1), ..Entry::new("huge.jpg", "small") },
        Entry { claimed_bytes: Some(2), ..Entry::new("short.jpg", "longer") },
        Entry { claimed_crc: Some(7), ..Entry::new("spoiled.jpg", "spoiled") },
    ];
    fs::write(&path, pack(&entries)).unwrap();
    let source = source(&path);
    let listed = list(&source).await;
    assert_eq!(listed.files.len(), 3);
    for image in listed.files.values() {
        let error = source.read(image, u64::MAX).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
    }
    let error = source.read(&listed.files["huge.jpg"], 1_000).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
}

#[tokio::test]
async fn a_bomb_is_read_no_further_than_it_said() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("bomb.zip");
    let mut bomb = deflated("bomb.jpg", &vec![0; 50_000_000]);
    assert!(bomb.len() < 100_000);
    // Both headers now claim ten bytes.
    let length = 50_000_000_u32.to_le_bytes();
    let places: Vec<usize> = (0..bomb.len() - 4).filter(|place| bomb[*place..*place + 4] == length).collect();
    for place in places {
        bomb[place..place + 4].copy_from_slice(&10_u32.to_le_bytes());
    }
    fs::write(&path, bomb).unwrap();
    let source = source(&path);
    let listed = list(&source).await;
    assert_eq!(listed.files["bomb.jpg"].fingerprint.size_bytes, 10);
    let error = source.read(&listed.files["bomb.jpg"], 100_000_000).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
}

#[tokio::test]
async fn no_zip_file_at_all_is_told() {
    let place = tempfile::tempdir().unwrap();
    let error = source(&place.path().join("none.zip")).check().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    fs::write(place.path().join("text.zip"), "text").unwrap();
    let error = source(&place.path().join("text.zip")).check().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
}
