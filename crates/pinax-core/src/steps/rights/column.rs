//! A column of rights: what it is called and what fits into it.

use super::licence::{Licence, normalise_licence};
use crate::nouns::finding::Finding;

/// One of the columns of table `media` that speak of rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RightsColumn {
    /// `media.owner`.
    Owner,
    /// `media.creator`.
    Creator,
    /// `media.rights`: a licence URI.
    Rights,
    /// `media.accessRights`: usage terms.
    AccessRights,
    /// `media.copyright`.
    Copyright,
}

impl RightsColumn {
    /// All.
    pub const ALL: [Self; 5] = [Self::Owner, Self::Creator, Self::Rights, Self::AccessRights, Self::Copyright];

    /// Its name in Symbiota.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Creator => "creator",
            Self::Rights => "rights",
            Self::AccessRights => "accessRights",
            Self::Copyright => "copyright",
        }
    }

    /// Its width in characters (Symbiota 3.4, table `media`).
    #[must_use]
    pub fn max_chars(self) -> usize {
        match self {
            Self::Owner => 250,
            Self::Creator => 100,
            Self::Rights | Self::AccessRights | Self::Copyright => 255,
        }
    }

    /// Why `text` cannot stand in this column, as the end of a sentence: `has more than the 100 characters a portal
    /// holds`.
    #[must_use]
    pub fn objection(self, text: &str) -> Option<String> {
        if text.chars().nth(self.max_chars()).is_some() {
            Some(format!("has more than the {} characters a portal holds", self.max_chars()))
        } else if text.chars().any(char::is_control) {
            Some("holds a line break or another control character".to_owned())
        } else {
            None
        }
    }
}

/// What one level says of one column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Said<T> {
    /// Nothing: a weaker level may speak.
    #[default]
    Nothing,
    /// This.
    This(T),
    /// Something that cannot be written. The column stays empty, because what a weaker level says is something else.
    Unusable,
}

/// A licence as it is written: its URI, or the text itself with a finding when nobody understands it.
pub(super) fn licence(text: &str, who: &str) -> (String, Option<Finding>) {
    match normalise_licence(text) {
        Licence::Known(uri) => (uri.to_string(), None),
        Licence::Unknown(text) => {
            let finding = Finding::warning(format!(
                "the licence `{}`{who} is not a licence URI that aggregators understand",
                shown(&text)
            ));
            (text, Some(finding.hint(USUAL_LICENCES)))
        }
    }
}

const USUAL_LICENCES: &str = "most use https://creativecommons.org/publicdomain/zero/1.0/ (CC0), \
    https://creativecommons.org/licenses/by/4.0/ (CC BY) or https://creativecommons.org/licenses/by-nc/4.0/ (CC BY-NC)";

/// The beginning of a text, on one line.
pub(super) fn shown(text: &str) -> String {
    const MOST: usize = 80;
    let start = text.chars().take(MOST).map(|c| if c.is_control() { ' ' } else { c });
    let more = text.chars().nth(MOST).map(|_| '…');
    start.chain(more).collect()
}
