//! Batches begin, are gone on with, and end.

use pinax_core::nouns::batch::BatchId;

use super::{Bench, Open, PROFILE, named, ok, put};

/// A batch that was not ended is gone on with, also after the ledger was closed.
pub fn begun_once(open: Open) {
    let mut bench = Bench::new(open);
    let (first, resumed) = ok(bench.ledger().begin(PROFILE, None, 1_000));
    assert!(!resumed);
    assert_eq!((first.profile.as_str(), first.started_ms, first.ended_ms), (PROFILE, 1_000, None));
    bench.reopen();
    assert_eq!(ok(bench.ledger().begin(PROFILE, None, 2_000)), (first.clone(), true));
    bench.take(first.id, &[named("a.jpg", "A1")]);
    assert!(ok(bench.ledger().end(first.id, 3_000)));
    let (second, resumed) = ok(bench.ledger().begin(PROFILE, None, 4_000));
    assert!(!resumed && second.id != first.id && second.started_ms == 4_000);
    assert_eq!(ok(bench.ledger().batch(first.id)).and_then(|batch| batch.ended_ms), Some(3_000));
}

/// A batch that holds nothing leaves no trace; one with items stays.
pub fn ended_or_gone(open: Open) {
    let bench = Bench::new(open);
    let empty = bench.begin();
    assert!(!ok(bench.ledger().end(empty.id, 2_000)));
    assert_eq!(ok(bench.ledger().batch(empty.id)), None);
    assert!(ok(bench.ledger().batches(None)).is_empty());
    let batch = bench.begin();
    let item = bench.take_one(batch.id, named("a.jpg", "A1"));
    ok(bench.ledger().intend(&[put(&item, "a")], 1));
    assert!(ok(bench.ledger().end(batch.id, 2_000)));
    assert!(bench.ledger().end(BatchId(batch.id.0 + 1), 2_000).is_err(), "a batch that is not there cannot end");
}

/// Each profile has its own batch to go on with; lists are newest first.
pub fn by_profile(open: Open) {
    let bench = Bench::new(open);
    let (one, _) = ok(bench.ledger().begin("one", None, 1));
    let (two, resumed) = ok(bench.ledger().begin("two", None, 2));
    assert!(!resumed && one.id != two.id);
    let ids = |profile| ok(bench.ledger().batches(profile)).into_iter().map(|batch| batch.id).collect::<Vec<_>>();
    assert_eq!(ids(None), [two.id, one.id]);
    assert_eq!(ids(Some("one")), [one.id]);
    assert!(ids(Some("none")).is_empty());
    assert_eq!(ok(bench.ledger().batch(two.id)), Some(two));
}
