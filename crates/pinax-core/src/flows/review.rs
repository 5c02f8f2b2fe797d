//! Review: what a person decides of a picture that waits, recorded with who and when. The next run acts on it.

use crate::nouns::batch::{BatchItem, ItemId, Outcome, ReviewDecision, Verdict};
use crate::nouns::error::{Error, ErrorKind, Result};
use crate::nouns::reason::{Reason, ReasonCode};
use crate::ports::ledger::Ledger;

/// Can a person decide so of this item?
///
/// # Errors
/// `Rejected` with what can be done instead.
pub fn may_decide(item: &BatchItem, decision: &ReviewDecision) -> Result<()> {
    let file = &item.image.locator;
    let refuse = |message: String| Error::new(ErrorKind::Rejected, message);
    let Some(Outcome::Review | Outcome::Failed) = item.outcome else {
        return Err(refuse(format!("{file} does not wait for a decision")).hint("`pinax review` lists what waits"));
    };
    let reason = item.reason.as_ref().map(|reason| reason.code);
    match (decision.verdict, reason) {
        (Verdict::Reject, _) => Ok(()),
        (_, Some(code)) if is_of_skeletal(code) => {
            Err(refuse(format!("{file} is no picture")).hint("mend the file and run again, or reject it"))
        }
        (Verdict::Accept, Some(code)) if can_be_accepted(code) => Ok(()),
        (Verdict::Accept, _) => Err(refuse(format!("{file} waits for more than a yes: {}", told(item)))
            .hint("say where it belongs with `pinax review assign`, or reject it")),
        (Verdict::Assign, Some(_)) if item.outcome == Some(Outcome::Failed) => {
            Err(refuse(format!("{file} failed, whatever its number: {}", told(item)))
                .hint("mend or replace the file and run again, or reject it"))
        }
        (Verdict::Assign, _) if decision.catalog_number.is_none() && item.identity.is_none() => {
            Err(refuse(format!("{file} has no catalog number yet")).hint("give the number it belongs to"))
        }
        (Verdict::Assign, _) => Ok(()),
    }
}

/// Records `decision` for `items`, all of which [`may_decide`].
///
/// # Errors
/// When one of them may not, or the ledger cannot be written; nothing is recorded then.
pub fn decide(ledger: &dyn Ledger, items: &[BatchItem], decision: &ReviewDecision) -> Result<()> {
    items.iter().try_for_each(|item| may_decide(item, decision))?;
    let ids: Vec<ItemId> = items.iter().map(|item| item.id).collect();
    let proposed = ledger.proposed(&ids)?;
    let decisions: Vec<(ItemId, ReviewDecision)> = items
        .iter()
        .zip(proposed)
        .map(|(item, proposed)| {
            let shifted = item.reason.as_ref().is_some_and(|reason| reason.code == ReasonCode::Shifted);
            let accepted = decision.verdict == Verdict::Accept && shifted;
            let catalog_number = if accepted { proposed } else { decision.catalog_number.clone() };
            (item.id, ReviewDecision { catalog_number, ..decision.clone() })
        })
        .collect();
    ledger.decide(&decisions)?;
    if decision.verdict != Verdict::Reject {
        return Ok(());
    }
    let rejected: Vec<BatchItem> = items
        .iter()
        .cloned()
        .map(|mut item| {
            let message = format!("{} said that it shall not be linked ({})", decision.who, told(&item));
            item.end(Outcome::Rejected, Some(Reason::new(ReasonCode::Rejected, message)));
            item
        })
        .collect();
    ledger.save(&rejected)
}

/// Takes rejections of `items` back: they wait again, and the next run looks at them anew.
///
/// # Errors
/// When one of them is not rejected, or the ledger cannot be written.
pub fn reopen(ledger: &dyn Ledger, items: &[BatchItem], who: &str) -> Result<()> {
    for item in items {
        if item.outcome != Some(Outcome::Rejected) {
            return Err(Error::new(ErrorKind::Rejected, format!("{} is not rejected", item.image.locator))
                .hint("`pinax run --again` takes up what was left alone or taken back"));
        }
    }
    let ids: Vec<ItemId> = items.iter().map(|item| item.id).collect();
    ledger.undecide(&ids)?;
    let reopened: Vec<BatchItem> = items
        .iter()
        .cloned()
        .map(|mut item| {
            let reason = Reason::new(ReasonCode::Reopened, format!("{who} took its rejection back"));
            item.decision = None;
            item.end(Outcome::Review, Some(reason.hint("run again: what it waits for is told then")));
            item
        })
        .collect();
    ledger.save(&reopened)
}

/// Is a yes all that is needed? Of a picture that is part of a shift it says that the proposed number is right, of the
/// others that they are what their names say.
fn can_be_accepted(code: ReasonCode) -> bool {
    matches!(
        code,
        ReasonCode::NumberCutShort
            | ReasonCode::DerivativeName
            | ReasonCode::NoRecord
            | ReasonCode::BarcodeContradicts
            | ReasonCode::NoBarcode
            | ReasonCode::NameUnproved
            | ReasonCode::NeighboursContradict
            | ReasonCode::Shifted
            | ReasonCode::PoorPicture
    )
}

fn told(item: &BatchItem) -> &str {
    item.reason.as_ref().map_or("", |reason| reason.message.as_str())
}

fn is_of_skeletal(code: ReasonCode) -> bool {
    matches!(
        code,
        ReasonCode::SkeletalUnread
            | ReasonCode::SkeletalRefused
            | ReasonCode::SkeletalUnusable
            | ReasonCode::SkeletalNoRecord
    )
}
