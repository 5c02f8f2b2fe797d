//! What is known of listed files, and how files are taken in.

use pinax_core::nouns::batch::{Outcome, Stage};
use pinax_core::nouns::checksum::Sha256Sum;
use pinax_core::nouns::media::Variant;
use pinax_core::nouns::reason::ReasonCode;
use pinax_core::ports::ledger::{Known, WaitingCounts};

use super::{Bench, Open, PROFILE, changed, derivative, image, named, nameless, ok};

/// The plain life of a file.
pub fn new_then_on_its_way_then_unchanged(open: Open) {
    let bench = Bench::new(open);
    let new = named("a.jpg", "A1");
    assert_eq!(bench.known(&new.image), Known::New);
    let batch = bench.begin();
    assert_eq!(bench.known(&new.image), Known::New);
    let item = bench.take_one(batch.id, new.clone());
    assert_eq!((item.stage, item.outcome, &item.image), (Stage::Identified, None, &new.image));
    assert_eq!(item.identity.as_ref(), new.identity.as_ref().ok());
    assert_eq!(bench.known(&new.image), Known::OnItsWay(item.id));
    bench.linked(&item, "a");
    assert_eq!(bench.known(&new.image), Known::Unchanged);
    assert_eq!(bench.known(&image("a.jpg", 2)), Known::Changed);
    let mut longer = new.image;
    longer.fingerprint.size_bytes = u64::MAX;
    assert_eq!(bench.known(&longer), Known::Changed);
}

/// Every reason, as review and as failure.
pub fn waiting_only_if_worth_another_try(open: Open) {
    let bench = Bench::new(open);
    let batch = bench.begin();
    for (place, code) in ReasonCode::ALL.iter().enumerate() {
        for outcome in [Outcome::Review, Outcome::Failed, Outcome::Done] {
            let item = bench.take_one(batch.id, named(&format!("{place} {outcome}.jpg"), "A1"));
            let item = bench.ended(&item, outcome, *code);
            let again = code.worth_another_try() && outcome != Outcome::Done;
            let wanted = if again { Known::Waiting(item.id) } else { Known::Unchanged };
            assert_eq!(bench.known(&item.image), wanted, "{outcome} {code}");
        }
    }
    let item = bench.take_one(batch.id, nameless("x.jpg"));
    assert_eq!((item.stage, item.outcome, item.identity), (Stage::Found, Some(Outcome::Review), None));
    let reason = item.reason.expect("it waits for a reason");
    assert_eq!((reason.code, reason.message.as_str()), (ReasonCode::NameNotMatched, "says nothing"));
    assert_eq!(reason.hint.as_deref(), Some("mend it"));
    assert_eq!(bench.known(&item.image), Known::Waiting(item.id));
}

/// Names that are not text, hold quotes or nothing; answers come in the order of the questions.
pub fn any_name_is_kept(open: Open) {
    let bench = Bench::new(open);
    let batch = bench.begin();
    let names: [&[u8]; 6] = [b"\xff\xfe\x00.jpg", b"", b"';--\n", "ü 植物.jpg".as_bytes(), b"a", b"A"];
    for name in names {
        let mut new = named("", "A1");
        new.image = image(name, i64::MIN);
        bench.take(batch.id, &[new]);
    }
    let items = bench.items(batch.id);
    assert_eq!(items.iter().map(|item| item.image.locator.as_bytes()).collect::<Vec<_>>(), names);
    let images: Vec<_> = items.iter().rev().map(|item| item.image.clone()).chain([image("b", 1)]).collect();
    let wanted: Vec<_> = items.iter().rev().map(|item| Known::OnItsWay(item.id)).chain([Known::New]).collect();
    assert_eq!(ok(bench.ledger().known(PROFILE, &images)), wanted);
}

/// A linked file that changes gets another item, which knows what the record shows.
pub fn change_after_the_end(open: Open) {
    let bench = Bench::new(open);
    let (first_batch, new) = (bench.begin(), named("a.jpg", "A1"));
    let first = bench.take_one(first_batch.id, new.clone());
    let first = bench.linked(&first, "one");
    ok(bench.ledger().end(first_batch.id, 2_000));
    let batch = bench.begin();
    let second = bench.take_one(batch.id, changed(&new, 2));
    assert_ne!(second.id, first.id);
    assert_eq!((&second.shown_before, &second.record_id), (&first.record_id, &None));
    assert_eq!(bench.known(&second.image), Known::OnItsWay(second.id));
    assert_eq!(bench.fresh(&first), first, "what was linked stands");
    // It fails, and changes once more: the record still shows the first.
    bench.ended(&second, Outcome::Failed, ReasonCode::Corrupt);
    let third = bench.take_one(batch.id, changed(&new, 3));
    assert!(third.id != second.id && third.id != first.id);
    assert_eq!((&third.shown_before, &third.record_id), (&first.record_id, &None));
}

/// A file that changes before its item ended: the same item from the beginning, in the batch of today.
pub fn change_on_the_way(open: Open) {
    let bench = Bench::new(open);
    let (first_batch, new) = (bench.begin(), named("a.jpg", "A1"));
    let linked = bench.take_one(first_batch.id, new.clone());
    let linked = bench.linked(&linked, "one");
    let mut item = bench.take_one(first_batch.id, changed(&new, 2));
    item.sha256 = Some(Sha256Sum::of(b"two"));
    item.size_px = Some((4, 3));
    item.stage = Stage::Published;
    ok(bench.ledger().save_published(&item, &[derivative(Variant::Original, "a.jpg")], &[], 1));
    ok(bench.ledger().end(first_batch.id, 2));
    let batch = bench.begin();
    let mut once_more = changed(&new, 3);
    once_more.identity = Ok(super::identity("A2", 1));
    let begun = bench.take_one(batch.id, once_more.clone());
    assert_eq!((begun.id, begun.batch, begun.stage), (item.id, batch.id, Stage::Identified));
    assert_eq!((begun.sha256, begun.size_px, &begun.image), (None, None, &once_more.image));
    assert_eq!(begun.identity, once_more.identity.ok());
    assert_eq!(begun.shown_before, linked.record_id);
    assert!(ok(bench.ledger().derivatives(item.id)).is_empty());
    assert_eq!(bench.known(&begun.image), Known::OnItsWay(begun.id));
    assert_eq!(ok(bench.ledger().to_do(PROFILE)), 1);
    // And once more, with a name that says nothing now: it waits.
    let mut nameless = nameless("a.jpg");
    nameless.image.fingerprint.modified_ns = 4;
    let waits = bench.take_one(batch.id, nameless);
    assert_eq!((waits.id, waits.outcome, waits.stage), (item.id, Some(Outcome::Review), Stage::Found));
    assert_eq!(ok(bench.ledger().to_do(PROFILE)), 0);
}

/// What an earlier content waited for no longer matters.
pub fn change_of_what_waits(open: Open) {
    let bench = Bench::new(open);
    let (batch, new) = (bench.begin(), named("a.jpg", "A1"));
    let first = bench.take_one(batch.id, new.clone());
    bench.ended(&first, Outcome::Review, ReasonCode::NoRecord);
    assert_eq!(ok(bench.ledger().waiting(PROFILE)), WaitingCounts { review: 1, failed: 0 });
    let second = bench.take_one(batch.id, changed(&new, 2));
    assert_eq!(ok(bench.ledger().waiting(PROFILE)), WaitingCounts::default());
    bench.ended(&second, Outcome::Failed, ReasonCode::Truncated);
    assert_eq!(ok(bench.ledger().waiting(PROFILE)), WaitingCounts { review: 0, failed: 1 });
}

/// The same file of two profiles is two files.
pub fn profiles_are_apart(open: Open) {
    let bench = Bench::new(open);
    let new = named("a.jpg", "A1");
    let item = bench.take_one(bench.begin().id, new.clone());
    assert_eq!(ok(bench.ledger().known("other", std::slice::from_ref(&new.image))), [Known::New]);
    let (other, _) = ok(bench.ledger().begin("other", None, 1));
    let twin = bench.take_one(other.id, new.clone());
    assert_ne!(twin.id, item.id);
    bench.linked(&item, "a");
    assert_eq!(ok(bench.ledger().known("other", &[new.image])), [Known::OnItsWay(twin.id)]);
    assert_eq!((ok(bench.ledger().to_do("other")), ok(bench.ledger().to_do(PROFILE))), (1, 0));
}
