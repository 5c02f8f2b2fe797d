//! An occurrence: one specimen record of a portal, and the catalog number by which a picture finds it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::error::{Error, ErrorKind};
use super::matching::MatchField;

/// What a picture says of its specimen: Darwin Core catalogNumber, or whichever column its profile matches on. 1 to 255
/// characters, no control characters, no white space at the ends. (The column may be narrower:
/// [`MatchField::max_chars`].)
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CatalogNumber(String);

/// No column that is matched on is wider, in characters.
pub const CATALOG_NUMBER_MAX_CHARS: usize = 255;

impl CatalogNumber {
    /// Checks and trims `text`.
    ///
    /// # Errors
    /// [`ErrorKind::Rejected`] when nothing is left, when it is too long, or when it holds control characters.
    pub fn new(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let refuse = |why: String| Err(Error::new(ErrorKind::Rejected, why));
        if text.is_empty() {
            return refuse("the catalog number is empty".to_owned());
        }
        if text.chars().any(char::is_control) {
            return refuse("the catalog number holds a control character".to_owned());
        }
        let length = text.chars().count();
        if length > CATALOG_NUMBER_MAX_CHARS {
            return refuse(format!(
                "the catalog number `{text}` has {length} characters; a portal holds {CATALOG_NUMBER_MAX_CHARS}"
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// The number as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number without its leading zeros, when it has some and something is left: a portal may hold `123` for
    /// `00123` (Symbiota `ImageLocalProcessor::getOccid` looks for both).
    #[must_use]
    pub fn without_leading_zeros(&self) -> Option<&str> {
        let short = self.0.strip_prefix('0')?.trim_start_matches(['0', ' ']);
        (!short.is_empty()).then_some(short)
    }
}

impl fmt::Display for CatalogNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for CatalogNumber {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        Self::new(&text)
    }
}

impl From<CatalogNumber> for String {
    fn from(number: CatalogNumber) -> Self {
        number.0
    }
}

/// `omoccurrences.occid`: the portal's key of an occurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Occid(pub u64);

impl Occid {
    /// From here on a number stands in for one that is not known: those of portals have 32 bits.
    pub const STAND_IN: u64 = 1 << 62;

    /// Is it a number of ours, because the download does not tell the portal's own?
    #[must_use]
    pub fn is_stand_in(self) -> bool {
        self.0 >= Self::STAND_IN
    }
}

impl fmt::Display for Occid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_stand_in() {
            return write!(f, "(not told by the download; here {})", self.0);
        }
        self.0.fmt(f)
    }
}

/// One record found for a catalog number, with what a person needs to tell it from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// The portal's key.
    pub occid: Occid,
    /// The catalog number as the portal holds it; empty where it has none.
    pub catalog_number: String,
    /// The column by which it was found.
    pub matched_on: MatchField,
    /// What that column holds.
    pub matched: String,
    /// `tidInterpreted`: the taxon a picture of this record is shown under.
    pub tid: Option<u32>,
    /// Scientific name, as stored.
    pub scientific_name: Option<String>,
    /// recordedBy and record number, as stored.
    pub recorded_by: Option<String>,
    /// eventDate, as stored.
    pub event_date: Option<String>,
}

impl Occurrence {
    /// A record found by its catalog number, of which nothing else is known.
    pub fn numbered(occid: Occid, catalog_number: impl Into<String>) -> Self {
        let catalog_number = catalog_number.into();
        Self {
            occid,
            matched_on: MatchField::CatalogNumber,
            matched: catalog_number.clone(),
            catalog_number,
            tid: None,
            scientific_name: None,
            recorded_by: None,
            event_date: None,
        }
    }
}

impl fmt::Display for Occurrence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "occid {} {}", self.occid, self.catalog_number)?;
        if self.matched_on != MatchField::CatalogNumber {
            write!(f, " ({} {})", self.matched_on, self.matched)?;
        }
        [&self.scientific_name, &self.recorded_by, &self.event_date]
            .into_iter()
            .flatten()
            .filter(|text| !text.is_empty())
            .try_for_each(|text| write!(f, ", {text}"))
    }
}

#[cfg(test)]
mod tests {
    use super::{CatalogNumber, Occid};

    #[test]
    fn a_number_that_stands_in_is_not_taken_for_the_portals() {
        assert_eq!(Occid(u64::from(u32::MAX)).to_string(), "4294967295");
        assert!(!Occid(u64::from(u32::MAX)).is_stand_in());
        let stand_in = Occid(Occid::STAND_IN + 7);
        assert!(stand_in.is_stand_in() && stand_in.to_string().starts_with("(not told by the download"));
    }

    #[test]
    fn leading_zeros() {
        let short = |text: &str| CatalogNumber::new(text).unwrap().without_leading_zeros().map(str::to_owned);
        assert_eq!(short("00123"), Some("123".to_owned()));
        assert_eq!(short("0 12"), Some("12".to_owned()));
        assert_eq!(short("123"), None);
        assert_eq!(short("000"), None);
    }

    #[test]
    fn what_a_portal_cannot_hold_is_refused() {
        assert!(CatalogNumber::new(" \t").is_err());
        assert!(CatalogNumber::new(&"9".repeat(256)).is_err());
        assert!(CatalogNumber::new("A\n1").is_err());
        assert_eq!(CatalogNumber::new(&"é".repeat(32)).unwrap().as_str().chars().count(), 32);
    }
}
