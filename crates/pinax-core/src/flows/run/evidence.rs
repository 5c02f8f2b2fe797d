//! What is read on a picture against what its name says: go on, wait for the neighbours, or wait for a person.

use super::RunContext;
use crate::nouns::batch::{BatchItem, Outcome};
use crate::nouns::error::Result;
use crate::nouns::occurrence::CatalogNumber;
use crate::nouns::profile::{BarcodePolicy, QualityPolicy};
use crate::nouns::reading::Reading;
use crate::nouns::reason::{Reason, ReasonCode};
use crate::steps::evidence::{Compared, compare};
use crate::steps::quality::{Remark, is_poor};

/// What is to become of a picture.
pub(super) enum Checked {
    /// It goes on, also to the records of further specimens that are on it.
    Goes {
        /// Their numbers.
        others: Vec<CatalogNumber>,
    },
    /// It is published, and linked once its neighbours vouch for its name.
    Waits(Reason),
    /// It ends here.
    Ends(Outcome, Reason),
}

/// Checks a picture that was just read.
pub(super) fn check(context: RunContext<'_>, item: &BatchItem, reading: &Reading) -> Result<Checked> {
    let Some(identity) = &item.identity else { return Ok(Checked::Goes { others: Vec::new() }) };
    if let Some(reason) = poor(context, item, reading) {
        return Ok(Checked::Ends(Outcome::Review, reason));
    }
    let policy = context.profile.look.barcode;
    let compared = compare(policy, &identity.catalog_number, &reading.numbers());
    Ok(match compared {
        Compared::Agrees { others } => Checked::Goes { others },
        Compared::NotAsked => Checked::Goes { others: Vec::new() },
        // A person knows better.
        _ if item.decision.is_some() => Checked::Goes { others: Vec::new() },
        Compared::Contradicts => Checked::Ends(Outcome::Review, contradicts(&identity.catalog_number, reading)),
        Compared::Unread if policy == BarcodePolicy::Check => {
            if context.ledger.is_believed(item.id)? {
                Checked::Goes { others: Vec::new() }
            } else {
                let message = "no barcode could be read on it, and its neighbours are not all read yet";
                Checked::Waits(Reason::new(ReasonCode::NameUnproved, message).hint("run again"))
            }
        }
        Compared::Unread => Checked::Ends(Outcome::Review, no_barcode(reading)),
    })
}

/// Further specimens on a picture that was read by a run that was killed.
pub(super) fn others(context: RunContext<'_>, item: &BatchItem) -> Result<Vec<CatalogNumber>> {
    let policy = context.profile.look.barcode;
    if policy == BarcodePolicy::Off {
        return Ok(Vec::new());
    }
    let (Some(identity), Some(reading)) = (&item.identity, context.ledger.reading(item.id)?) else {
        return Ok(Vec::new());
    };
    match compare(policy, &identity.catalog_number, &reading.numbers()) {
        Compared::Agrees { others } => Ok(others),
        _ => Ok(Vec::new()),
    }
}

fn poor(context: RunContext<'_>, item: &BatchItem, reading: &Reading) -> Option<Reason> {
    if context.profile.look.quality != QualityPolicy::Review || item.decision.is_some() {
        return None;
    }
    let told = match is_poor(reading.quality.as_ref()?)? {
        Remark::Blank => "nothing is on the picture",
        Remark::TooDark => "more than half of the picture is black",
        _ => "more than half of the picture is white without detail",
    };
    Some(Reason::new(ReasonCode::PoorPicture, told).hint("take it again, or link it all the same: pinax review accept"))
}

/// No barcode is a catalog number; what was read is told.
pub(super) fn no_barcode(reading: &Reading) -> Reason {
    let message = match &reading.barcodes[..] {
        [] => "no barcode could be read".to_owned(),
        read => {
            let told: Vec<String> =
                read.iter().take(3).map(|one| format!("`{}` ({})", one.text.escape_debug(), one.symbology)).collect();
            format!("none of its barcodes is a catalog number: {}", told.join(", "))
        }
    };
    Reason::new(ReasonCode::NoBarcode, message)
        .hint("link it by its name with `pinax review accept`, or say the number with `pinax review assign`")
}

fn contradicts(name: &CatalogNumber, reading: &Reading) -> Reason {
    let numbers: Vec<String> = reading.numbers().iter().map(ToString::to_string).collect();
    let says = if numbers.len() == 1 { "barcode says" } else { "barcodes say" };
    let message = format!("its name says {name}, and its {says} {}", numbers.join(", "));
    Reason::new(ReasonCode::BarcodeContradicts, message).hint(
        "look at the picture: `pinax review assign` gives it the number on the sheet, `pinax review accept` that of its \
         name",
    )
}
