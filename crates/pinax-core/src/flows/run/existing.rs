//! What becomes of a picture when its record shows pictures already.

use super::RunContext;
use crate::nouns::batch::Outcome;
use crate::nouns::media::MediaRow;
use crate::nouns::reason::{Reason, ReasonCode};
use crate::steps::link::Shown;

/// What becomes of a picture, as far as its record goes.
pub(crate) enum Standing<'a> {
    /// It is linked beside what is there.
    Free,
    /// It is shown by this row from now on.
    Replaces(&'a MediaRow),
    /// It ends here.
    Ends(Outcome, Reason),
}

/// What `shown` means for a picture of the profile.
pub(crate) fn standing<'a>(context: RunContext<'_>, shown: Shown<'a>) -> Standing<'a> {
    let (outcome, reason) = match shown {
        Shown::Not => return Standing::Free,
        Shown::Replace(row) if context.portal.capabilities().update => return Standing::Replaces(row),
        Shown::Replace(row) => {
            let message =
                format!("it is to replace {}, and a link cannot be changed through this door", row.record.original_url);
            let reason = Reason::new(ReasonCode::CannotUpdate, message);
            (Outcome::Review, reason.hint("change the image's URLs in the portal's editor, or use portal kind mariadb"))
        }
        Shown::Several(rows) => {
            let message = format!("the record shows {rows} pictures of this name, and one of them is to be replaced");
            let reason = Reason::new(ReasonCode::SeveralRows, message);
            (Outcome::Review, reason.hint("remove all but one in the portal and run again, or reject it"))
        }
        Shown::Already(row) => {
            let message = format!("the record shows this picture already (recordID {})", row.record.record_id);
            (Outcome::Done, Reason::new(ReasonCode::AlreadyLinked, message))
        }
        Shown::Another(row) => {
            let message = format!("the record shows another picture of this name: {}", row.record.original_url);
            let reason = Reason::new(ReasonCode::Existing, message);
            (Outcome::Skipped, reason.hint("link.existing says what is done: \"skip\", \"keep-both\" or \"replace\""))
        }
    };
    Standing::Ends(outcome, reason)
}
