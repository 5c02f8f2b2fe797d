//! A program that writes the ledger is killed at any moment: what it was told is kept is there.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use pinax_core::nouns::batch::{BatchId, Identity, ItemId, NewItem, Outcome, Stage};
use pinax_core::nouns::change::{ChangeState, ChangeTarget, NewChange};
use pinax_core::nouns::checksum::Sha256Sum;
use pinax_core::nouns::media::ObjectKey;
use pinax_core::nouns::occurrence::CatalogNumber;
use pinax_core::nouns::source_image::{Fingerprint, Locator, SourceImage};
use pinax_core::ports::ledger::{ItemFilter, Known, Ledger};
use pinax_io::ledger::sqlite::SqliteLedger;
use rusqlite::Connection;

const LEDGER: &str = "PINAX_TEST_LEDGER";
const ROUNDS: usize = 20;

fn file(name: &str) -> SourceImage {
    SourceImage::new(Locator::new(name), Fingerprint::of_file(1, 1))
}

/// Works for ever, and says what was kept after each call: `word name`.
#[test]
#[ignore = "started by the other test"]
fn child() {
    let Some(path) = std::env::var_os(LEDGER).map(PathBuf::from) else { return };
    let ledger = SqliteLedger::open(&path, "child").unwrap();
    let (batch, _) = ledger.begin("tst", None, 1).unwrap();
    let process = std::process::id();
    println!();
    for turn in 0.. {
        turns(&ledger, batch.id, &format!("{process}-{turn}"));
    }
}

fn say(word: &str, name: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{word} {name}").unwrap();
    out.flush().unwrap();
}

/// The life of one picture.
fn turns(ledger: &SqliteLedger, batch: BatchId, name: &str) {
    let number = CatalogNumber::new(name).unwrap();
    let identity = Ok(Identity { catalog_number: number, suffix: String::new(), rank: 0 });
    ledger.found(batch, &[NewItem { image: file(name), identity }]).unwrap();
    say("found", name);
    let items = ledger.next_group("tst", 100).unwrap();
    let mut item = items.into_iter().find(|item| item.image.locator.as_bytes() == name.as_bytes()).unwrap();
    assert!(ledger.claim("store", &[(ObjectKey::new(name).unwrap(), Sha256Sum::of(name.as_bytes()))]).unwrap());
    say("claimed", name);
    let target = ChangeTarget::Media;
    let change =
        NewChange { batch, item: item.id, target, subject: name.to_owned(), before: None, after: None, reverses: None };
    let ids = ledger.intend(&[change], 1).unwrap();
    say("intended", name);
    item.stage = Stage::Linked;
    item.sha256 = Some(Sha256Sum::of(name.as_bytes()));
    item.record_id = Some(name.to_owned());
    item.end(Outcome::Done, None);
    ledger.save_linked(&[item], &[(ids[0], ChangeState::Done)], 2).unwrap();
    say("linked", name);
}

/// Kills a child after `lines` lines; all that it said.
fn killed_after(path: &Path, lines: usize) -> Vec<(String, String)> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "child", "--nocapture"])
        .env(LEDGER, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = Vec::new();
    let mut out = BufReader::new(child.stdout.take().unwrap()).split(b'\n');
    for line in out.by_ref() {
        said.extend(word_and_name(&line.unwrap()));
        if said.len() >= lines {
            break;
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // What it said between the last line read and its end counts as well.
    said.extend(out.filter_map(|line| word_and_name(&line.unwrap())));
    said
}

fn word_and_name(line: &[u8]) -> Option<(String, String)> {
    let (word, name) = std::str::from_utf8(line).unwrap().split_once(' ')?;
    ["found", "claimed", "intended", "linked"].contains(&word).then(|| (word.to_owned(), name.to_owned()))
}

#[test]
fn what_was_acknowledged_outlives_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.sqlite");
    let mut all: HashMap<String, String> = HashMap::new();
    for round in 0..ROUNDS {
        let said = killed_after(&path, 1 + round * 7 % 23);
        assert!(!said.is_empty());
        all.extend(said.into_iter().map(|(word, name)| (name, word)));
        let ledger = SqliteLedger::open(&path, "parent").unwrap();
        check(&ledger, &all);
        drop(ledger);
        let verdict = Connection::open(&path).unwrap().query_row("PRAGMA integrity_check", [], |row| row.get(0));
        assert_eq!(verdict, Ok("ok".to_owned()), "round {round}");
    }
}

/// `all`: the last word said of each name.
fn check(ledger: &SqliteLedger, all: &HashMap<String, String>) {
    let (batch, resumed) = ledger.begin("tst", None, 1).unwrap();
    assert!(resumed, "the batch is gone on with");
    let unsettled: HashMap<String, ItemId> =
        ledger.unsettled(batch.id).unwrap().into_iter().map(|one| (one.change.subject, one.change.item)).collect();
    let items = ledger.items(&ItemFilter::Batch(batch.id), None, None, usize::MAX).unwrap();
    let items: HashMap<String, _> = items.into_iter().map(|item| (item.image.locator.to_string(), item)).collect();
    for (name, word) in all {
        let item = items.get(name).unwrap_or_else(|| panic!("{name} was {word}, and is lost"));
        let known = ledger.known("tst", &[file(name)]).unwrap()[0];
        match item.outcome {
            Some(Outcome::Done) => {
                assert_eq!((item.record_id.as_ref(), known), (Some(name), Known::Unchanged), "{name}");
                assert!(!unsettled.contains_key(name), "{name} is linked, and its change is open");
            }
            _ => {
                assert_eq!(known, Known::OnItsWay(item.id), "{name}");
                assert_ne!(word, "linked", "{name}");
                assert!(word != "intended" || unsettled.get(name) == Some(&item.id), "{name}");
            }
        }
        if word != "found" {
            let other = (ObjectKey::new(name.as_str()).unwrap(), Sha256Sum::of(b"another content"));
            assert!(!ledger.claim("store", &[other]).unwrap(), "{name} lost its key");
        }
    }
}
