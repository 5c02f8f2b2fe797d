//! What people ask: counts and pages.

use pinax_core::nouns::batch::{BatchId, BatchItem, NewItem, Outcome};
use pinax_core::nouns::reason::ReasonCode;
use pinax_core::ports::ledger::{BatchCounts, ItemFilter, WaitingCounts};

use super::{Bench, Open, PROFILE, identity, image, named, nameless, ok};

/// One of each end.
fn one_of_each(bench: &Bench, batch: BatchId) {
    bench.linked(&bench.take_one(batch, named("linked.jpg", "A1")), "a");
    let ends = [
        (Outcome::Done, ReasonCode::Duplicate),
        (Outcome::Done, ReasonCode::AlreadyLinked),
        (Outcome::Review, ReasonCode::NoRecord),
        (Outcome::Failed, ReasonCode::Corrupt),
        (Outcome::Failed, ReasonCode::Vanished),
    ];
    for (outcome, code) in ends {
        bench.ended(&bench.take_one(batch, named(&format!("{code}.jpg"), "A1")), outcome, code);
    }
    bench.take(batch, &[nameless("nameless.jpg"), named("on-its-way.jpg", "A1")]);
}

/// How the items of a batch ended.
pub fn counts(open: Open) {
    let bench = Bench::new(open);
    let batch = bench.begin();
    assert_eq!(ok(bench.ledger().counts(batch.id)), BatchCounts::default());
    one_of_each(&bench, batch.id);
    let wanted =
        BatchCounts { linked: 1, needed_nothing: 2, review: 2, failed: 2, on_the_way: 1, ..BatchCounts::default() };
    assert_eq!(ok(bench.ledger().counts(batch.id)), wanted);
}

/// What waits for a person, from all batches, of one profile or of all.
pub fn what_waits(open: Open) {
    let bench = Bench::new(open);
    assert_eq!(ok(bench.ledger().waiting(PROFILE)), WaitingCounts::default());
    let batch = bench.begin();
    one_of_each(&bench, batch.id);
    ok(bench.ledger().end(batch.id, 2));
    bench.take(bench.begin().id, &[nameless("later.jpg")]);
    let (other, _) = ok(bench.ledger().begin("other", None, 1));
    bench.take(other.id, &[nameless("other.jpg")]);
    assert_eq!(ok(bench.ledger().waiting(PROFILE)), WaitingCounts { review: 3, failed: 2 });
    let waiting = |profile: Option<&str>, outcome| {
        let filter = ItemFilter::Waiting(profile.map(str::to_owned));
        ok(bench.ledger().items(&filter, outcome, None, 100)).len()
    };
    assert_eq!(waiting(Some(PROFILE), None), 5);
    assert_eq!(waiting(Some(PROFILE), Some(Outcome::Failed)), 2);
    assert_eq!(waiting(Some(PROFILE), Some(Outcome::Done)), 0);
    assert_eq!(waiting(None, None), 6);
    assert_eq!(waiting(None, Some(Outcome::Review)), 4);
    assert_eq!(waiting(Some("never run"), None), 0);
}

/// Pages of any length give every item once, in the order in which they were found.
pub fn page_by_page(open: Open) {
    let bench = Bench::new(open);
    let batch = bench.begin();
    let new: Vec<NewItem> = (0..25)
        .map(|place| match place % 3 {
            0 => nameless(&format!("{place}.jpg")),
            _ => NewItem { image: image(format!("{place}.jpg"), 1), identity: Ok(identity("A1", 25 - place)) },
        })
        .collect();
    let all = bench.take(batch.id, &new);
    assert_eq!(
        all.iter().map(|item| &item.image).collect::<Vec<_>>(),
        new.iter().map(|new| &new.image).collect::<Vec<_>>()
    );
    let paged = |filter: &ItemFilter, outcome, limit| {
        let mut items: Vec<BatchItem> = Vec::new();
        loop {
            let page = ok(bench.ledger().items(filter, outcome, items.last().map(|item| item.id), limit));
            assert!(page.len() <= limit);
            if page.is_empty() {
                return items;
            }
            items.extend(page);
        }
    };
    let waiting: Vec<_> = all.iter().filter(|item| item.outcome.is_some()).cloned().collect();
    for limit in [1, 4, 25, usize::MAX] {
        assert_eq!(paged(&ItemFilter::Batch(batch.id), None, limit), all);
        assert_eq!(paged(&ItemFilter::Batch(batch.id), Some(Outcome::Review), limit), waiting);
        assert_eq!(paged(&ItemFilter::Waiting(None), None, limit), waiting);
        assert_eq!(paged(&ItemFilter::Waiting(Some(PROFILE.to_owned())), Some(Outcome::Review), limit), waiting);
    }
}
