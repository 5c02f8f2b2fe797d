//! The order of work, and what is written back.

use pinax_core::nouns::batch::{NewItem, Outcome, Stage};
use pinax_core::nouns::change::ChangeState;
use pinax_core::nouns::checksum::Sha256Sum;
use pinax_core::nouns::media::Variant;
use pinax_core::nouns::occurrence::Occid;
use pinax_core::nouns::reason::{Reason, ReasonCode};
use pinax_core::nouns::source_image::Fingerprint;
use pinax_core::ports::ledger::Known;

use super::{Bench, Open, PROFILE, changed, derivative, identity, image, named, number, ok, put};

/// Whatever the limit, the pictures of a specimen come together; all come, once.
pub fn specimens_stay_whole(open: Open) {
    let bench = Bench::new(open);
    let batch = bench.begin();
    let sizes = [1_u32, 5, 2, 1, 3];
    let new: Vec<NewItem> = sizes
        .iter()
        .enumerate()
        .flat_map(|(specimen, size)| (0..*size).map(move |rank| (specimen, rank)))
        .map(|(specimen, rank)| NewItem {
            image: image(format!("{specimen}_{rank}.jpg"), 1),
            identity: Ok(identity(&format!("A{specimen}"), rank)),
        })
        .collect();
    bench.take(batch.id, &new);
    for limit in [1, 2, 3, 4, 6, 7, 11, 12, 13, usize::MAX] {
        let group = ok(bench.ledger().next_group(PROFILE, limit));
        assert!(!group.is_empty(), "limit {limit}");
        let mut numbers: Vec<_> = group.iter().filter_map(|item| item.identity.clone()).collect();
        numbers.dedup_by(|one, other| one.catalog_number == other.catalog_number);
        let whole: u32 = sizes.iter().take(numbers.len()).sum();
        assert_eq!(group.len(), whole as usize, "limit {limit}");
        assert!(group.len() <= limit || numbers.len() == 1, "limit {limit}");
    }
    let mut seen = 0;
    loop {
        let group = ok(bench.ledger().next_group(PROFILE, 4));
        if group.is_empty() {
            break;
        }
        seen += group.len();
        group.iter().for_each(|item| {
            bench.linked(item, "a");
        });
    }
    assert_eq!(seen, new.len());
    assert_eq!(ok(bench.ledger().to_do(PROFILE)), 0);
}

/// By catalog number, place, suffix and name, whatever the order of finding.
pub fn order_of_work(open: Open) {
    let bench = Bench::new(open);
    let batch = bench.begin();
    let with = |name: &str, text: &str, rank: u32, suffix: &str| {
        let mut new = named(name, text);
        new.identity = Ok(pinax_core::nouns::batch::Identity { suffix: suffix.to_owned(), ..identity(text, rank) });
        new
    };
    let right = [
        with("5.jpg", "A1", 0, ""),
        with("4.jpg", "A1", 2, "_b"),
        with("3.jpg", "A1", 2, "_c"),
        with("9.jpg", "A1", 2, "_c"),
        with("2.jpg", "A1", 10, "_a"),
        with("1.jpg", "A10", 0, ""),
        with("0.jpg", "A2", 0, ""),
    ];
    let wrong: Vec<_> = [3, 6, 0, 5, 1, 4, 2].into_iter().map(|place: usize| right[place].clone()).collect();
    bench.take(batch.id, &wrong);
    let group = ok(bench.ledger().next_group(PROFILE, 100));
    let names = |items: &mut dyn Iterator<Item = String>| items.collect::<Vec<_>>();
    assert_eq!(
        names(&mut group.iter().map(|item| item.image.locator.to_string())),
        names(&mut right.iter().map(|item| item.image.locator.to_string()))
    );
}

/// Every field that may change comes back as it was given, with outcome and without.
pub fn saved_as_given(open: Open) {
    let bench = Bench::new(open);
    let first = bench.take_one(bench.begin().id, named("a.jpg", "A1"));
    ok(bench.ledger().end(first.batch, 2));
    let batch = bench.begin();
    let mut item = first.clone();
    item.batch = batch.id;
    item.stage = Stage::Derived;
    item.sha256 = Some(Sha256Sum::of(b"a"));
    item.size_px = Some((u32::MAX, 1));
    item.occid = Some(Occid(u64::MAX));
    item.shown_before = Some("before".to_owned());
    item.ended_before = Some(ReasonCode::NoRecord);
    ok(bench.ledger().save(std::slice::from_ref(&item)));
    assert_eq!(bench.fresh(&item), item);
    assert_eq!(ok(bench.ledger().next_group(PROFILE, 1)), [item.clone()]);
    item.record_id = Some("now".to_owned());
    item.end(Outcome::Done, Some(Reason::new(ReasonCode::AlreadyLinked, "zero\0 and ü\n").hint("none")));
    ok(bench.ledger().save(std::slice::from_ref(&item)));
    assert_eq!(bench.fresh(&item), item);
    assert!(bench.items(first.batch).is_empty());
    assert_eq!(ok(bench.ledger().to_do(PROFILE)), 0);
}

/// Item, sizes and changes together; sizes are replaced, and come largest first.
pub fn published_with_sizes_and_changes(open: Open) {
    let bench = Bench::new(open);
    let mut item = bench.take_one(bench.begin().id, named("a.jpg", "A1"));
    let ids = ok(bench.ledger().intend(&[put(&item, "a.jpg"), put(&item, "a_tn.jpg")], 1));
    item.stage = Stage::Published;
    let old = [derivative(Variant::Thumbnail, "old_tn.jpg"), derivative(Variant::Medium, "old_med.jpg")];
    ok(bench.ledger().save_published(&item, &old, &[], 1));
    let sizes = [derivative(Variant::Thumbnail, "b/ä %_tn.jpg"), derivative(Variant::Original, "b/ä %.jpg")];
    ok(bench.ledger().save_published(&item, &sizes, &ids, 2));
    assert_eq!(ok(bench.ledger().derivatives(item.id)), [sizes[1].clone(), sizes[0].clone()]);
    assert!(ok(bench.ledger().unsettled(item.batch)).is_empty());
    assert_eq!(bench.fresh(&item), item);
    assert_eq!(bench.known(&item.image), Known::OnItsWay(item.id), "published is not linked");
}

/// A sibling is what the record shows: not what was put aside, and not what another content took the place of.
pub fn siblings_are_what_is_shown(open: Open) {
    let bench = Bench::new(open);
    let (batch, new) = (bench.begin(), named("a.jpg", "A1"));
    let first = bench.take_one(batch.id, new.clone());
    let first = bench.linked(&first, "one");
    let other = bench.take_one(batch.id, named("b.jpg", "B1"));
    bench.ended(&other, Outcome::Done, ReasonCode::Duplicate);
    let siblings = || {
        let found = ok(bench.ledger().linked_siblings(PROFILE, &[number("B1"), number("A1"), number("C1")]));
        assert!(found.iter().all(|sibling| sibling.catalog_number == number("A1")));
        found.into_iter().map(|sibling| (sibling.item, sibling.sha256)).collect::<Vec<_>>()
    };
    let one = (first.id, Sha256Sum::of(b"one"));
    assert_eq!(siblings(), [one]);
    // It changes: the record shows the old content until the new one is linked.
    let second = bench.take_one(batch.id, changed(&new, 2));
    assert_eq!(siblings(), [one]);
    bench.ended(&second, Outcome::Failed, ReasonCode::Corrupt);
    assert_eq!(siblings(), [one]);
    let third = bench.take_one(batch.id, changed(&new, 3));
    bench.linked(&third, "three");
    assert_eq!(siblings(), [(third.id, Sha256Sum::of(b"three"))]);
    assert!(ok(bench.ledger().linked_siblings("other", &[number("A1")])).is_empty());
}

/// A file with a new time and the old content.
pub fn only_touched_leaves_the_old_item(open: Open) {
    let bench = Bench::new(open);
    let (first_batch, new) = (bench.begin(), named("a.jpg", "A1"));
    let linked = bench.take_one(first_batch.id, new.clone());
    let linked = bench.linked(&linked, "one");
    ok(bench.ledger().end(first_batch.id, 2));
    let batch = bench.begin();
    let touched = bench.take_one(batch.id, changed(&new, 2));
    let now = Fingerprint::of_file(10, 2);
    ok(bench.ledger().only_touched(touched.id, linked.id, now));
    assert_eq!(bench.known(&touched.image), Known::Unchanged);
    assert_eq!(bench.known(&new.image), Known::Changed);
    assert_eq!(ok(bench.ledger().to_do(PROFILE)), 0);
    assert!(!ok(bench.ledger().end(batch.id, 3)), "nothing is left of it");
    let siblings = ok(bench.ledger().linked_siblings(PROFILE, &[number("A1")]));
    assert_eq!(siblings.iter().map(|sibling| sibling.item).collect::<Vec<_>>(), [linked.id]);
    assert_eq!(bench.fresh(&linked).record_id, linked.record_id);
}

/// What the item that goes wrote outside is not forgotten.
pub fn only_touched_keeps_what_was_written(open: Open) {
    let bench = Bench::new(open);
    let (batch, new) = (bench.begin(), named("a.jpg", "A1"));
    let linked = bench.take_one(batch.id, new.clone());
    let linked = bench.linked(&linked, "one");
    // Another content was being published when the run was killed; then the old content came back.
    let item = bench.take_one(batch.id, changed(&new, 2));
    let ids = ok(bench.ledger().intend(&[put(&item, "a.jpg"), put(&item, "b.jpg")], 1));
    ok(bench.ledger().save_published(&item, &[derivative(Variant::Original, "a.jpg")], &ids[..1], 1));
    let item = bench.take_one(batch.id, changed(&new, 3));
    ok(bench.ledger().only_touched(item.id, linked.id, item.image.fingerprint));
    let unsettled = ok(bench.ledger().unsettled(batch.id));
    assert_eq!(unsettled.iter().map(|change| change.id).collect::<Vec<_>>(), ids[1..]);
    ok(bench.ledger().settle(&[(ids[0], ChangeState::Done), (ids[1], ChangeState::Dropped)], 2));
    assert!(ok(bench.ledger().unsettled(batch.id)).is_empty());
}
