//! Items that are taken in hand again.

use pinax_core::nouns::batch::{BatchItem, Outcome, Stage};
use pinax_core::nouns::checksum::Sha256Sum;
use pinax_core::nouns::media::Variant;
use pinax_core::nouns::reason::{Reason, ReasonCode};
use pinax_core::ports::ledger::{Known, WaitingCounts};

use super::{Bench, Open, PROFILE, derivative, identity, named, nameless, ok};

/// What waited is to be done, keeps its batch, and remembers why it waited.
pub fn taken_again(open: Open) {
    let bench = Bench::new(open);
    let batch = bench.begin();
    let item = bench.take_one(batch.id, named("a.jpg", "A1"));
    let waits = bench.ended(&item, Outcome::Review, ReasonCode::NoRecord);
    ok(bench.ledger().end(batch.id, 2));
    bench.begin();
    ok(bench.ledger().again(&[(waits.id, Ok(identity("A1", 0)))]));
    let again = bench.fresh(&waits);
    assert_eq!((again.batch, again.outcome, &again.reason), (batch.id, None, &None));
    assert_eq!((again.ended_before, again.stage), (Some(ReasonCode::NoRecord), Stage::Identified));
    assert_eq!(bench.known(&again.image), Known::OnItsWay(again.id));
    assert_eq!(ok(bench.ledger().next_group(PROFILE, 10)), std::slice::from_ref(&again));
    assert_eq!(ok(bench.ledger().waiting(PROFILE)), WaitingCounts::default());
    // A run that was killed here takes it again: it has not forgotten.
    ok(bench.ledger().again(&[(waits.id, Ok(identity("A1", 0)))]));
    assert_eq!(bench.fresh(&waits), again);
    // A name that could not be read, and can now.
    let nameless = bench.take_one(bench.begin().id, nameless("x.jpg"));
    ok(bench.ledger().again(&[(nameless.id, Ok(identity("X1", 2)))]));
    let named = bench.fresh(&nameless);
    assert_eq!((named.identity, named.stage), (Some(identity("X1", 2)), Stage::Identified));
    assert_eq!(named.ended_before, Some(ReasonCode::NameNotMatched));
}

/// A name that says as little as before changes nothing.
pub fn same_answer_changes_nothing(open: Open) {
    let bench = Bench::new(open);
    let waits = bench.take_one(bench.begin().id, nameless("x.jpg"));
    ok(bench.ledger().again(&[(waits.id, Err(Reason::new(ReasonCode::NameNotMatched, "in other words")))]));
    assert_eq!(bench.fresh(&waits), waits);
    assert_eq!(bench.known(&waits.image), Known::Waiting(waits.id));
}

/// A name that says something else, or nothing any more: it waits for that.
pub fn another_answer(open: Open) {
    let bench = Bench::new(open);
    let batch = bench.begin();
    let on_its_way = bench.take_one(batch.id, named("a.jpg", "A1"));
    let failed = bench.take_one(batch.id, named("b.jpg", "B1"));
    let failed = bench.ended(&failed, Outcome::Failed, ReasonCode::Unreadable);
    let reason = Reason::new(ReasonCode::NumberCutShort, "cut");
    for item in [&on_its_way, &failed] {
        ok(bench.ledger().again(&[(item.id, Err(reason.clone()))]));
        let waits = bench.fresh(item);
        assert_eq!((waits.outcome, waits.reason.as_ref()), (Some(Outcome::Review), Some(&reason)));
        assert_eq!((waits.batch, waits.ended_before), (batch.id, None));
        assert_eq!(bench.known(&waits.image), Known::Waiting(waits.id));
    }
    assert_eq!(ok(bench.ledger().to_do(PROFILE)), 0);
    assert_eq!(ok(bench.ledger().waiting(PROFILE)), WaitingCounts { review: 2, failed: 0 });
}

fn published(bench: &Bench, name: &str) -> BatchItem {
    let mut item = bench.take_one(bench.begin().id, named(name, "A1"));
    item.stage = Stage::Published;
    item.sha256 = Some(Sha256Sum::of(b"a"));
    item.size_px = Some((4, 3));
    ok(bench.ledger().save_published(&item, &[derivative(Variant::Original, name)], &[], 1));
    item
}

/// A picture that was published when the run was killed is not made again, whatever its place is now.
pub fn published_is_kept(open: Open) {
    let bench = Bench::new(open);
    let item = published(&bench, "a.jpg");
    ok(bench.ledger().again(&[(item.id, Ok(identity("A1", 3)))]));
    let again = bench.fresh(&item);
    assert_eq!((again.stage, again.sha256, again.size_px), (Stage::Published, item.sha256, item.size_px));
    assert_eq!(again.identity, Some(identity("A1", 3)));
    assert_eq!(ok(bench.ledger().derivatives(item.id)).len(), 1);
}

/// With another number, or after it was put aside, a picture is made again as it would be made today.
pub fn another_number_is_made_again(open: Open) {
    let bench = Bench::new(open);
    let renamed = published(&bench, "a.jpg");
    ok(bench.ledger().again(&[(renamed.id, Ok(identity("A2", 0)))]));
    let refused = published(&bench, "b.jpg");
    let refused = bench.ended(&refused, Outcome::Failed, ReasonCode::PortalRefused);
    ok(bench.ledger().again(&[(refused.id, Ok(identity("A1", 0)))]));
    for item in [renamed, refused] {
        let again = bench.fresh(&item);
        assert_eq!((again.stage, again.outcome), (Stage::Identified, None));
        assert!(ok(bench.ledger().derivatives(item.id)).is_empty());
    }
}
