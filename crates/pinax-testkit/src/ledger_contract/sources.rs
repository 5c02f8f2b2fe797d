//! What sources that are not folders need: tags, statements, watermarks, and the files that were ever seen.

use pinax_core::nouns::batch::{ItemId, Outcome};
use pinax_core::nouns::reason::ReasonCode;
use pinax_core::nouns::source_image::{Fingerprint, Locator, SourceStatement};
use pinax_core::ports::ledger::Known;

use super::{Bench, Open, PROFILE, named, ok};

/// Another tag is another content, though size and time are the same; a changed file takes the new one over.
pub fn a_tag_tells_contents_apart(open: Open) {
    let mut bench = Bench::new(open);
    let batch = bench.begin();
    let mut new = named("a.jpg", "A1");
    new.image.fingerprint.tag = Fingerprint::tag_of("first");
    let item = bench.take_one(batch.id, new.clone());
    assert_eq!(item.image, new.image);
    let linked = bench.linked(&item, "a");
    assert_eq!(bench.known(&new.image), Known::Unchanged);
    new.image.fingerprint.tag = u64::MAX;
    assert_eq!(bench.known(&new.image), Known::Changed);
    let changed = bench.take_one(batch.id, new.clone());
    ok(bench.ledger().only_touched(changed.id, linked.id, new.image.fingerprint));
    bench.reopen();
    assert_eq!(bench.known(&new.image), Known::Unchanged);
    assert_eq!(bench.fresh(&linked).image, new.image);
}

/// What the source says is kept with the item, and replaced with it.
pub fn statements_are_kept(open: Open) {
    let mut bench = Bench::new(open);
    let batch = bench.begin();
    let said = |number: &str| {
        let media = [("originalUrl", "https://img.example.org/\u{e4}.jpg"), ("caption", "a 'b' \"c\"\n")];
        Some(Box::new(SourceStatement {
            catalog_number: Some(number.to_owned()),
            media: media.iter().map(|(column, text)| ((*column).to_owned(), (*text).to_owned())).collect(),
        }))
    };
    let mut new = named("a.jpg", "A1");
    new.image.statement = said("A1");
    let item = bench.take_one(batch.id, new.clone());
    bench.reopen();
    assert_eq!(bench.fresh(&item).image.statement, said("A1"));
    new.image.fingerprint.tag = 1;
    new.image.statement = said("A2");
    let again = bench.take_one(batch.id, new);
    assert_eq!((again.id, again.image.statement), (item.id, said("A2")), "it was on its way");
}

/// Each profile and each source has its own.
pub fn watermarks_are_remembered(open: Open) {
    let mut bench = Bench::new(open);
    assert_eq!(ok(bench.ledger().watermark(PROFILE, "s3 bucket")), None);
    bench.begin();
    ok(bench.ledger().begin("other", None, 1));
    ok(bench.ledger().keep_watermark(PROFILE, "s3 bucket", "1"));
    ok(bench.ledger().keep_watermark(PROFILE, "s3 bucket", "2"));
    ok(bench.ledger().keep_watermark("other", "s3 bucket", "3"));
    bench.reopen();
    assert_eq!(ok(bench.ledger().watermark(PROFILE, "s3 bucket")).as_deref(), Some("2"));
    assert_eq!(ok(bench.ledger().watermark("other", "s3 bucket")).as_deref(), Some("3"));
    assert_eq!(ok(bench.ledger().watermark(PROFILE, "another bucket")), None);
}

/// Every file by its name, page by page; and those that wait for another answer, as they were listed.
pub fn files_are_remembered(open: Open) {
    let bench = Bench::new(open);
    let batch = bench.begin();
    let names: [&[u8]; 5] = [b"\x00", b"B", b"a/1.jpg", b"a/2.jpg", b"\xff"];
    let mut waits = Vec::new();
    for (place, name) in names.iter().enumerate().rev() {
        let mut new = named("", "A1");
        new.image.locator = Locator::new(*name);
        let item = bench.take_one(batch.id, new);
        match place {
            0 | 3 => waits.insert(0, bench.ended(&item, Outcome::Review, ReasonCode::NoRecord).image),
            1 => drop(bench.ended(&item, Outcome::Failed, ReasonCode::Truncated)),
            _ => drop(bench.linked(&item, "a")),
        }
    }
    let mut seen: Vec<Locator> = Vec::new();
    loop {
        let page = ok(bench.ledger().files(PROFILE, seen.last(), 2));
        assert!(page.len() <= 2);
        if page.is_empty() {
            break;
        }
        seen.extend(page);
    }
    assert_eq!(seen.iter().map(Locator::as_bytes).collect::<Vec<_>>(), names);
    assert_eq!(ok(bench.ledger().waiting_files(PROFILE, None, 10)), waits);
    assert_eq!(ok(bench.ledger().waiting_files(PROFILE, Some(&waits[0].locator), 10)), waits[1..]);
    assert_eq!(bench.known(&waits[0]), Known::Waiting(ItemId(5)));
    assert!(ok(bench.ledger().files("nobody", None, 10)).is_empty());
}
