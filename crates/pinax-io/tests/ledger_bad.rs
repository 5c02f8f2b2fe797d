//! The ledger where something is wrong: held, newer, damaged, foreign, nowhere to write.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use pinax_core::ErrorKind;
use pinax_core::nouns::batch::NewItem;
use pinax_core::nouns::reason::{Reason, ReasonCode};
use pinax_core::nouns::source_image::{Fingerprint, Locator, SourceImage};
use pinax_core::ports::ledger::{ItemFilter, Known, Ledger};
use pinax_io::ledger::sqlite::SqliteLedger;
use rusqlite::Connection;
use tempfile::TempDir;

/// Tells a child of these tests which ledger it works on.
const LEDGER: &str = "PINAX_TEST_LEDGER";

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.sqlite");
    (folder, path)
}

fn open(path: &Path) -> SqliteLedger {
    SqliteLedger::open(path, "pinax run tst").unwrap()
}

fn refused(path: &Path) -> pinax_core::Error {
    let error = SqliteLedger::open(path, "pinax run tst").unwrap_err();
    assert!(error.hint_text().is_some(), "{error}");
    error
}

fn waits(name: String) -> NewItem {
    NewItem {
        image: SourceImage::new(Locator::new(name), Fingerprint::of_file(1, 1)),
        identity: Err(Reason::new(ReasonCode::NameNotMatched, "x".repeat(100))),
    }
}

/// A closed ledger with `items` items.
fn filled(path: &Path, items: usize) {
    let ledger = open(path);
    let (batch, _) = ledger.begin("tst", None, 1).unwrap();
    let items: Vec<_> = (0..items).map(|place| waits(format!("{place}.jpg"))).collect();
    ledger.found(batch.id, &items).unwrap();
}

/// This test program again, as the ignored test `child`, with `path` to work on.
fn child(program: &[&str], child: &str, path: &Path) -> Command {
    let own = std::env::current_exe().unwrap();
    let mut words = program.iter().map(Into::into).chain([own.into_os_string()]);
    let mut command = Command::new(words.next().unwrap());
    command.args(words).args(["--ignored", "--exact", child, "--nocapture"]).env(LEDGER, path);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    command
}

fn asked_for() -> Option<PathBuf> {
    std::env::var_os(LEDGER).map(PathBuf::from)
}

#[test]
fn a_second_writer_is_told_who_holds_it() {
    let (_folder, path) = folder();
    let first = open(&path);
    let error = refused(&path);
    assert_eq!(error.kind(), ErrorKind::Locked);
    let said = error.to_string();
    let process = format!("another run holds the ledger: `pinax run tst`, process {} on ", std::process::id());
    assert!(said.starts_with(&process) && said.ends_with(" UTC"), "{said}");
    // By another name it is the same ledger.
    let link = path.with_file_name("link");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    assert_eq!(refused(&link).kind(), ErrorKind::Locked);
    drop(first);
    open(&path);
    assert_eq!(fs::read(path.with_file_name("ledger.sqlite.lock")).unwrap(), b"");
}

#[test]
#[ignore = "started by other tests"]
fn child_holds() {
    let Some(path) = asked_for() else { return };
    let _held = SqliteLedger::open(&path, "pinax run child").unwrap();
    println!("\nheld");
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

fn wait_for(child: &mut Child, wanted: &str) {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.map(Result::unwrap).any(|line| line == wanted), "the child did not say `{wanted}`");
}

#[test]
fn a_killed_holder_holds_nothing() {
    let (_folder, path) = folder();
    let mut holder = child(&[], "child_holds", &path).spawn().unwrap();
    wait_for(&mut holder, "held");
    let error = refused(&path);
    assert_eq!(error.kind(), ErrorKind::Locked);
    assert!(error.to_string().contains(&format!("`pinax run child`, process {}", holder.id())), "{error}");
    SqliteLedger::open_to_read(&path).unwrap();
    holder.kill().unwrap();
    holder.wait().unwrap();
    open(&path);
}

/// The file is refused as `kind`, to write and to read, and not a byte of it changes.
fn refused_untouched(path: &Path, kind: ErrorKind, said: &str) {
    let before = fs::read(path).unwrap();
    for error in [refused(path), SqliteLedger::open_to_read(path).unwrap_err()] {
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(said), "{error}");
        assert!(error.hint_text().is_some(), "{error}");
    }
    assert!(fs::read(path).unwrap() == before, "the file was changed");
}

#[test]
fn what_is_no_ledger_is_left_alone() {
    let (_folder, path) = folder();
    for garbage in [&b"\xff\xd8\xff a picture"[..], &[0; 5000], b"SQLite format 3\0"] {
        fs::write(&path, garbage).unwrap();
        refused_untouched(&path, ErrorKind::Corrupt, "is no ledger");
    }
    fs::remove_file(&path).unwrap();
    let foreign = Connection::open(&path).unwrap();
    foreign.execute_batch("CREATE TABLE theirs (a)").unwrap();
    drop(foreign);
    refused_untouched(&path, ErrorKind::Corrupt, "another program");
}

#[test]
fn a_newer_version_is_left_alone() {
    let (_folder, path) = folder();
    filled(&path, 1);
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    refused_untouched(&path, ErrorKind::UnknownVersion, "is of version 99; this program knows 4");
}

#[test]
fn an_empty_file_becomes_a_ledger() {
    let (_folder, path) = folder();
    fs::write(&path, b"").unwrap();
    let error = SqliteLedger::open_to_read(&path).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    assert_eq!(fs::read(&path).unwrap(), b"");
    filled(&path, 3);
    let look = Connection::open(&path).unwrap();
    let number = |pragma: &str| look.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!((number("user_version"), number("application_id")), (4, 0x5069_6e78));
}

#[test]
fn a_truncated_ledger_is_named_as_damaged() {
    let (_folder, path) = folder();
    filled(&path, 2_000);
    let whole = fs::read(&path).unwrap();
    for keep in [50, 100, 4096, whole.len() / 2, whole.len() - 4096] {
        fs::write(&path, &whole[..keep]).unwrap();
        refused_untouched(&path, ErrorKind::Corrupt, if keep < 100 { "is no ledger" } else { "is damaged" });
    }
}

#[test]
fn damage_inside_is_an_error_of_the_call_that_meets_it() {
    let (_folder, path) = folder();
    filled(&path, 2_000);
    let mut bytes = fs::read(&path).unwrap();
    let page = 4096;
    // Everything but the schema.
    bytes[page..].iter_mut().enumerate().filter(|(at, _)| at % 7 == 0).for_each(|(_, byte)| *byte ^= 0x5a);
    fs::write(&path, bytes).unwrap();
    let met = match SqliteLedger::open_to_read(&path) {
        Err(error) => error,
        Ok(ledger) => ledger.items(&ItemFilter::Waiting(None), None, None, 5_000).unwrap_err(),
    };
    assert_eq!(met.kind(), ErrorKind::Corrupt, "{met}");
}

#[test]
fn a_folder_or_a_missing_folder_is_a_mistake_of_the_configuration() {
    let (folder, path) = folder();
    for place in [folder.path().to_owned(), PathBuf::from("/dev/null"), path.join("ledger"), PathBuf::new()] {
        let error = refused(&place);
        assert_eq!(error.kind(), ErrorKind::Config, "{}: {error}", place.display());
    }
    open(&path);
    assert_eq!(refused(&path.join("below a file")).kind(), ErrorKind::Config);
}

#[test]
fn readers_look_on_and_change_nothing() {
    let (folder, path) = folder();
    let error = SqliteLedger::open_to_read(&path).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.hint_text().unwrap().contains("nothing was run yet"), "{error}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    let writer = open(&path);
    let reader = SqliteLedger::open_to_read(&path).unwrap();
    assert!(reader.batches(None).unwrap().is_empty());
    let (batch, _) = writer.begin("tst", None, 1).unwrap();
    let new = waits("a.jpg".to_owned());
    writer.found(batch.id, std::slice::from_ref(&new)).unwrap();
    assert_eq!(reader.batch(batch.id).unwrap(), Some(batch));
    assert!(matches!(reader.known("tst", &[new.image]).unwrap()[..], [Known::Waiting(_)]));
    let error = reader.begin("tst", None, 2).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ReadOnly);
    assert!(error.to_string().contains("opened to be read only"), "{error}");
}

#[test]
fn a_program_that_sits_on_the_file_is_waited_for_and_then_named() {
    let (_folder, path) = folder();
    let ledger = open(&path);
    let sitting = Connection::open(&path).unwrap();
    sitting.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = ledger.begin("tst", None, 1).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Locked, "{error}");
    sitting.execute_batch("ROLLBACK").unwrap();
    ledger.begin("tst", None, 1).unwrap();
}

/// Runs the ignored test `child_name` on the ledger in a mount namespace of its own after `mount` was done (`$0` is
/// the folder); what the child said, or `None` when this machine does not allow it.
fn in_namespace(folder: &Path, mount: &str, child_name: &str) -> Option<String> {
    let script = format!("{mount} || {{ echo cannot-mount; exit 0; }}; exec \"$@\"");
    let folder_text = folder.to_str().unwrap();
    let program = ["unshare", "--map-root-user", "--mount", "sh", "-c", &script, folder_text];
    let output = child(&program, child_name, &folder.join("ledger.sqlite")).stderr(Stdio::inherit()).output();
    let said = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    if said.is_empty() || said.contains("cannot-mount") {
        println!("skipped: no mount namespace on this machine");
        return None;
    }
    Some(said)
}

#[test]
#[ignore = "started by other tests"]
fn child_opens() {
    let Some(path) = asked_for() else { return };
    match SqliteLedger::open(&path, "child") {
        Ok(_) => println!("\nopened"),
        Err(error) => println!("\n{:?}: {error}", error.kind()),
    }
    match SqliteLedger::open_to_read(&path).and_then(|ledger| ledger.waiting("tst")) {
        Ok(waiting) => println!("\nread {}", waiting.review),
        Err(error) => println!("\n{:?}: {error}", error.kind()),
    }
}

#[test]
fn a_place_that_cannot_be_written_is_read_only() {
    let (folder, path) = folder();
    let mount = "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\"";
    let Some(said) = in_namespace(folder.path(), mount, "child_opens") else { return };
    assert!(said.contains("\nReadOnly: "), "{said}");
    assert!(said.contains("\nNotFound: "), "{said}");
    filled(&path, 2);
    let said = in_namespace(folder.path(), mount, "child_opens").unwrap();
    assert!(said.contains("\nReadOnly: "), "{said}");
    assert!(said.contains("\nread 2\n"), "{said}");
}

#[test]
#[ignore = "started by other tests"]
fn child_fills() {
    let Some(path) = asked_for() else { return };
    let ledger = open(&path);
    let (batch, _) = ledger.begin("tst", None, 1).unwrap();
    let filler = path.with_file_name("filler");
    fs::write(&filler, vec![0; 100_000]).unwrap();
    let mut kept = 0;
    let full = loop {
        let items: Vec<_> = (0..50).map(|place| waits(format!("{}.jpg", kept + place))).collect();
        match ledger.found(batch.id, &items) {
            Ok(()) => kept += 50,
            Err(error) => break error,
        }
    };
    println!("\n{:?}: {full}", full.kind());
    fs::remove_file(filler).unwrap();
    assert_eq!(ledger.counts(batch.id).unwrap().review, kept, "all of a call, or nothing");
    ledger.found(batch.id, &[waits("after.jpg".to_owned())]).unwrap();
    drop(ledger);
    assert_eq!(open(&path).counts(batch.id).unwrap().review, kept + 1);
    println!("\nnothing was lost");
}

#[test]
fn a_full_disk_is_named_and_nothing_is_lost() {
    let (folder, _path) = folder();
    let mount = "mount -t tmpfs -o size=2m none \"$0\"";
    let Some(said) = in_namespace(folder.path(), mount, "child_fills") else { return };
    assert!(said.contains("\nFull: "), "{said}");
    assert!(said.contains("\nnothing was lost\n"), "{said}");
}
