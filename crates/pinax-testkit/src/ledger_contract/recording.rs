//! Keys given out and changes recorded, all or nothing.

use pinax_core::nouns::batch::ItemId;
use pinax_core::nouns::change::{ChangeId, ChangeState};
use pinax_core::nouns::checksum::Sha256Sum;
use pinax_core::nouns::media::ObjectKey;
use pinax_core::ports::ledger::Known;
use serde_json::json;

use super::{Bench, Open, PROFILE, key, named, ok, put};

const STORE: &str = "folder /srv/www";

fn wanted(at: &str, content: &str) -> (ObjectKey, Sha256Sum) {
    (key(at), Sha256Sum::of(content.as_bytes()))
}

/// A key is given to one content; of several keys all are taken, or none.
pub fn keys_show_one_content(open: Open) {
    let mut bench = Bench::new(open);
    assert!(ok(bench.ledger().claim(STORE, &[wanted("a", "one"), wanted("b", "two")])));
    bench.reopen();
    assert!(ok(bench.ledger().claim(STORE, &[wanted("a", "one"), wanted("c", "three")])), "the same content");
    assert!(!ok(bench.ledger().claim(STORE, &[wanted("d", "four"), wanted("a", "other")])));
    assert!(ok(bench.ledger().claim(STORE, &[wanted("d", "five")])), "a refused claim takes nothing");
    assert!(ok(bench.ledger().claim("another store", &[wanted("a", "other")])));
    assert!(!ok(bench.ledger().claim(STORE, &[wanted("e", "one"), wanted("e", "two")])), "one key, two contents");
    assert!(ok(bench.ledger().claim(STORE, &[wanted("e", "two"), wanted("e", "two")])));
}

/// Changes come back as they were given, oldest first, until they are settled.
pub fn changes_are_settled(open: Open) {
    let mut bench = Bench::new(open);
    let batch = bench.begin();
    let item = bench.take_one(batch.id, named("a.jpg", "A1"));
    let mut changes = ["a", "b", "c"].map(|at| put(&item, at));
    changes[1].before = Some(json!({ "ü": [1, null, "\u{1F33F}"], "big": u64::MAX }));
    changes[1].after = None;
    let ids = ok(bench.ledger().intend(&changes, 1));
    bench.reopen();
    let unsettled = ok(bench.ledger().unsettled(batch.id));
    assert_eq!(unsettled.iter().map(|change| change.id).collect::<Vec<_>>(), ids);
    assert_eq!(unsettled.iter().map(|change| change.change.clone()).collect::<Vec<_>>(), changes);
    assert!(unsettled.iter().all(|change| change.state == ChangeState::Intended));
    ok(bench.ledger().settle(&[(ids[0], ChangeState::Done)], 2));
    ok(bench.ledger().save_linked(&[], &[(ids[2], ChangeState::Dropped)], 2));
    let left: Vec<ChangeId> = ok(bench.ledger().unsettled(batch.id)).iter().map(|change| change.id).collect();
    assert_eq!(left, ids[1..2]);
}

/// What is intended already keeps its key, with what is known today; what is settled is another matter.
pub fn intended_twice_is_once(open: Open) {
    let bench = Bench::new(open);
    let batch = bench.begin();
    let item = bench.take_one(batch.id, named("a.jpg", "A1"));
    let first = ok(bench.ledger().intend(&[put(&item, "a"), put(&item, "b")], 1));
    let mut once_more = put(&item, "a");
    once_more.after = Some(json!({ "sha256": "another" }));
    let second = ok(bench.ledger().intend(&[put(&item, "c"), once_more.clone()], 2));
    assert_eq!(second[1], first[0]);
    assert!(!first.contains(&second[0]));
    let unsettled = ok(bench.ledger().unsettled(batch.id));
    assert_eq!(unsettled.len(), 3);
    assert_eq!(unsettled[0].change, once_more);
    ok(bench.ledger().settle(&[(first[0], ChangeState::Done)], 3));
    assert_ne!(ok(bench.ledger().intend(&[put(&item, "a")], 4)), first[..1]);
}

/// A call that cannot be done whole changes nothing.
pub fn all_or_nothing(open: Open) {
    let bench = Bench::new(open);
    let batch = bench.begin();
    let item = bench.take_one(batch.id, named("a.jpg", "A1"));
    let ids = ok(bench.ledger().intend(&[put(&item, "a")], 1));
    let nobody = ItemId(item.id.0 + 1_000);
    let (mut ended, mut unknown) = (item.clone(), item.clone());
    ended.end(pinax_core::nouns::batch::Outcome::Done, None);
    unknown.id = nobody;
    let mut of_nobody = put(&item, "b");
    of_nobody.item = nobody;
    let no_change = ChangeId(ids[0].0 + 1_000);
    assert!(bench.ledger().save(&[ended.clone(), unknown]).is_err());
    assert!(bench.ledger().save_linked(&[ended.clone()], &[(no_change, ChangeState::Done)], 2).is_err());
    assert!(bench.ledger().save_published(&ended, &[], &[ids[0], no_change], 2).is_err());
    assert!(bench.ledger().settle(&[(ids[0], ChangeState::Done), (no_change, ChangeState::Done)], 2).is_err());
    assert!(bench.ledger().intend(&[put(&item, "c"), of_nobody], 2).is_err());
    assert!(
        bench
            .ledger()
            .again(&[(item.id, Ok(super::identity("A2", 0))), (nobody, Ok(super::identity("A2", 0)))])
            .is_err()
    );
    assert!(bench.ledger().only_touched(item.id, nobody, item.image.fingerprint).is_err());
    assert_eq!(bench.items(batch.id), [item]);
    assert_eq!(ok(bench.ledger().unsettled(batch.id)).len(), 1);
}

/// What was written is there when the ledger is opened again.
pub fn kept_after_closing(open: Open) {
    let mut bench = Bench::new(open);
    let batch = bench.begin();
    let linked = bench.take_one(batch.id, named("a.jpg", "A1"));
    let linked = bench.linked(&linked, "one");
    let on_its_way = bench.take_one(batch.id, named("b.jpg", "B1"));
    bench.reopen();
    assert_eq!(ok(bench.ledger().begin(PROFILE, None, 9)), (batch.clone(), true));
    assert_eq!(bench.items(batch.id), [linked.clone(), on_its_way.clone()]);
    assert_eq!(bench.known(&linked.image), Known::Unchanged);
    assert_eq!(bench.known(&on_its_way.image), Known::OnItsWay(on_its_way.id));
}
