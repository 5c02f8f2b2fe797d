//! Puts that are cut off.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use pinax_core::nouns::checksum::Sha256Sum;
use pinax_core::ports::store::{Put, Store as _};
use pinax_io::store::folder::FolderStore;
use pinax_testkit::store_contract::key;

use super::{store, tree};

/// Where a put of `text` writes before it is in place.
fn aside(root: &Path, text: &str) -> std::path::PathBuf {
    let folder = root.join(FolderStore::ASIDE_FOLDER);
    fs::create_dir_all(&folder).unwrap();
    folder.join(Sha256Sum::of(text.as_bytes()).short(32))
}

#[tokio::test]
async fn what_a_cut_off_put_left_is_gone_when_it_is_repeated() {
    let place = tempfile::tempdir().unwrap();
    let store = store(place.path());
    fs::write(aside(place.path(), "a/1.jpg"), "half").unwrap();
    assert_eq!(store.put_new(&key("a/1.jpg"), b"whole").await.unwrap(), Put::Created);
    assert_eq!(tree(place.path()), [("a/1.jpg".into(), b"whole".to_vec())].into());

    fs::write(aside(place.path(), "a/1.jpg"), "half").unwrap();
    assert_eq!(store.put_new(&key("a/1.jpg"), b"whole").await.unwrap(), Put::Exists);
    assert_eq!(tree(place.path()), [("a/1.jpg".into(), b"whole".to_vec())].into());
}

/// Where names cannot be changed without replacing, the object has two names for a moment.
#[tokio::test]
async fn a_second_name_of_an_object_is_not_written_to() {
    let place = tempfile::tempdir().unwrap();
    let store = store(place.path());
    store.put_new(&key("1.jpg"), b"first").await.unwrap();
    fs::hard_link(place.path().join("1.jpg"), aside(place.path(), "1.jpg")).unwrap();
    fs::hard_link(place.path().join("1.jpg"), aside(place.path(), "2.jpg")).unwrap();
    assert_eq!(store.put_new(&key("1.jpg"), b"other").await.unwrap(), Put::Exists);
    assert_eq!(store.put_new(&key("2.jpg"), b"second").await.unwrap(), Put::Created);
    let wanted = [("1.jpg".into(), b"first".to_vec()), ("2.jpg".into(), b"second".to_vec())];
    assert_eq!(tree(place.path()), wanted.into());
}

#[tokio::test]
async fn a_check_sweeps_what_nobody_writes_any_more() {
    let place = tempfile::tempdir().unwrap();
    let store = store(place.path());
    fs::write(aside(place.path(), "1.jpg"), "half").unwrap();
    let writing = File::create(aside(place.path(), "2.jpg")).unwrap();
    writing.lock().unwrap();
    store.check().await.unwrap();
    assert_eq!(fs::read_dir(place.path().join(FolderStore::ASIDE_FOLDER)).unwrap().count(), 1);
    drop(writing);
    store.check().await.unwrap();
    assert!(tree(place.path()).is_empty());
}

#[tokio::test]
async fn the_folder_for_what_is_not_finished_takes_no_objects() {
    let place = tempfile::tempdir().unwrap();
    let error = store(place.path()).put_new(&key(".Pinax-tmp/1.jpg"), b"x").await.unwrap_err();
    assert!(!error.stops_the_run(), "{error}");
}

#[tokio::test]
async fn objects_can_be_read_by_a_web_server() {
    let place = tempfile::tempdir().unwrap();
    store(place.path()).put_new(&key("a/1.jpg"), b"x").await.unwrap();
    fs::write(place.path().join("plain"), "x").unwrap();
    let mode = |name: &str| fs::metadata(place.path().join(name)).unwrap().permissions().mode();
    assert_eq!(mode("a/1.jpg"), mode("plain"), "the umask decides");
}

const VICTIM: &str = "PINAX_TEST_VICTIM";
const OBJECTS: usize = 400;

fn content(number: usize) -> Vec<u8> {
    vec![u8::try_from(number % 251).unwrap(); 20_000 + number]
}

/// Killed at many points, no object is ever there in part; put again, all are there, and nothing else.
#[tokio::test]
async fn a_killed_run_leaves_whole_objects_only() {
    if let Some(root) = std::env::var_os(VICTIM) {
        let store = store(root.as_ref());
        for number in 0..OBJECTS {
            let put = store.put_new(&key(&format!("{}/{number}.jpg", number % 7)), &content(number)).await;
            println!("put {:?}", put.unwrap());
        }
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let whole = |tree: &std::collections::BTreeMap<String, Vec<u8>>| {
        tree.iter().filter(|(name, _)| name.ends_with(".jpg")).all(|(name, bytes)| {
            let number = Path::new(name).file_stem().unwrap().to_str().unwrap().parse().unwrap();
            *bytes == content(number)
        })
    };
    for round in 1..=12 {
        let mut victim = Command::new(std::env::current_exe().unwrap())
            .args(["cut_off::a_killed_run_leaves_whole_objects_only", "--exact", "--nocapture"])
            .env(VICTIM, place.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(victim.stdout.take().unwrap()).lines();
        let mut created = 0;
        while created < round * 3
            && let Some(Ok(line)) = said.next()
        {
            created += usize::from(line.contains("Created"));
        }
        victim.kill().unwrap();
        victim.wait().unwrap();
        assert!(whole(&tree(place.path())), "after round {round}");
    }
    let store = store(place.path());
    for number in 0..OBJECTS {
        store.put_new(&key(&format!("{}/{number}.jpg", number % 7)), &content(number)).await.unwrap();
    }
    let tree = tree(place.path());
    assert_eq!(tree.len(), OBJECTS, "nothing else is left: {:?}", tree.keys());
    assert!(whole(&tree));
}
