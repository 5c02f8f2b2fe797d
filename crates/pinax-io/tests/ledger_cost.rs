//! What the ledger costs; printed, not judged:
//! `cargo test --release -p pinax-io --test ledger_cost -- --ignored --nocapture`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::Instant;

use pinax_core::nouns::batch::{Identity, ItemId, NewItem, Outcome, Stage};
use pinax_core::nouns::change::{ChangeState, ChangeTarget, NewChange};
use pinax_core::nouns::checksum::Sha256Sum;
use pinax_core::nouns::occurrence::CatalogNumber;
use pinax_core::nouns::source_image::{Fingerprint, Locator, SourceImage};
use pinax_core::ports::ledger::{ItemFilter, Known, Ledger};
use pinax_io::ledger::sqlite::SqliteLedger;
use serde_json::json;

/// Files handed over at a time, as sources do.
const PART: usize = 1000;

fn new(place: usize) -> NewItem {
    let number = format!("TST{:08}", place / 2);
    let name = format!("drop/2026-11/{}/{number}_{}.jpg", place / PART, place % 2);
    NewItem {
        image: SourceImage::new(Locator::new(name), Fingerprint::of_file(20_000_000 + place as u64, place as i64)),
        identity: Ok(Identity {
            catalog_number: CatalogNumber::new(&number).unwrap(),
            suffix: format!("_{}", place % 2),
            rank: (place % 2) as u32,
        }),
    }
}

fn timed<T>(what: &str, number: usize, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    let seconds = start.elapsed().as_secs_f64();
    println!("{what:<44} {number:>8} in {seconds:>8.3} s, {:>8.1} us each", seconds * 1e6 / number as f64);
    done
}

fn most_memory_kib() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default().to_owned()
}

#[test]
#[ignore = "measures"]
fn cost() {
    let files: usize = std::env::var("PINAX_FILES").map_or(100_000, |number| number.parse().unwrap());
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let path = folder.path().join("ledger.sqlite");
    let ledger = SqliteLedger::open(&path, "cost").unwrap();
    let (batch, _) = ledger.begin("tst", None, 1).unwrap();
    let all: Vec<NewItem> = (0..files).map(new).collect();
    let images: Vec<SourceImage> = all.iter().map(|new| new.image.clone()).collect();
    timed("known, all new", files, || images.chunks(PART).for_each(|part| drop(ledger.known("tst", part).unwrap())));
    timed("found", files, || all.chunks(PART).for_each(|part| ledger.found(batch.id, part).unwrap()));
    timed("again, saying the same", files, || {
        for part in all.chunks(PART).zip((0..).step_by(PART)) {
            let (part, first) = part;
            let items: Vec<_> =
                part.iter().zip(first + 1..).map(|(new, id)| (ItemId(id), new.identity.clone())).collect();
            ledger.again(&items).unwrap();
        }
    });
    let group = timed("next_group", PART, || ledger.next_group("tst", PART).unwrap());
    let intended = |place: usize| NewChange {
        batch: batch.id,
        item: group[place].id,
        target: ChangeTarget::Object,
        subject: format!("TST00000/{place}.jpg"),
        before: None,
        reverses: None,
        after: Some(json!({ "store": "folder /srv", "bytes": 3, "sha256": Sha256Sum([7; 32]).to_string() })),
    };
    let ids = timed("intend, one change a call (synced)", PART, || {
        (0..PART).map(|place| ledger.intend(&[intended(place)], 1).unwrap()[0]).collect::<Vec<_>>()
    });
    timed("intend again, all in one call", PART, || {
        ledger.intend(&(0..PART).map(intended).collect::<Vec<_>>(), 1).unwrap()
    });
    timed("save_published, no sizes", PART, || {
        group.iter().zip(&ids).for_each(|(item, id)| ledger.save_published(item, &[], &[*id], 1).unwrap());
    });
    timed("all saved as linked, 250 a call (synced)", files, || {
        loop {
            let mut group = ledger.next_group("tst", PART).unwrap();
            if group.is_empty() {
                break;
            }
            for item in &mut group {
                item.stage = Stage::Linked;
                item.sha256 = Some(Sha256Sum([9; 32]));
                item.record_id = Some("0f0e0d0c-0b0a-0908-0706-050403020100".to_owned());
                item.end(Outcome::Done, None);
            }
            group.chunks(250).for_each(|part| ledger.save_linked(part, &[], 1).unwrap());
        }
    });
    ledger.settle(&ids.iter().map(|id| (*id, ChangeState::Done)).collect::<Vec<_>>(), 1).unwrap();
    drop(ledger);
    let ledger = timed("open", 1, || SqliteLedger::open(&path, "cost").unwrap());
    for what in ["known, just opened", "known, in order", "known, out of order"] {
        let images: Vec<SourceImage> = match what {
            // 7919 is prime to the number of files.
            "known, out of order" => (0..files).map(|place| images[place * 7919 % files].clone()).collect(),
            _ => images.clone(),
        };
        timed(what, files, || {
            for part in images.chunks(PART) {
                assert!(ledger.known("tst", part).unwrap().iter().all(|known| *known == Known::Unchanged));
            }
        });
    }
    timed("counts", files, || ledger.counts(batch.id).unwrap());
    println!("{}", most_memory_kib());
    timed("items, page by page", files, || {
        let mut after = None;
        loop {
            let page = ledger.items(&ItemFilter::Batch(batch.id), None, after, PART).unwrap();
            after = page.last().map(|item| item.id).or(after);
            if page.is_empty() {
                break;
            }
        }
    });
    println!("{}", most_memory_kib());
    println!("{} bytes in the file for each item", std::fs::metadata(&path).unwrap().len() / files as u64);
}
