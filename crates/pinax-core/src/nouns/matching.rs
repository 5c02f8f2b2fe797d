//! Matching: in which columns of the portal the number of a picture is looked for.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A column that can tell which record a picture belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
pub enum MatchField {
    /// `omoccurrences.catalogNumber`.
    #[default]
    #[serde(rename = "catalogNumber")]
    CatalogNumber,
    /// `omoccurrences.otherCatalogNumbers`, whole.
    #[serde(rename = "otherCatalogNumbers")]
    OtherCatalogNumbers,
    /// `omoccuridentifiers.identifierValue`, whatever its name.
    #[serde(rename = "identifierValue")]
    IdentifierValue,
    /// `omoccurrences.occurrenceID`.
    #[serde(rename = "occurrenceID")]
    OccurrenceId,
    /// `omoccurrences.recordID`.
    #[serde(rename = "recordID")]
    RecordId,
}

impl MatchField {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::CatalogNumber, Self::OtherCatalogNumbers, Self::IdentifierValue, Self::OccurrenceId, Self::RecordId];

    /// The column's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CatalogNumber => "catalogNumber",
            Self::OtherCatalogNumbers => "otherCatalogNumbers",
            Self::IdentifierValue => "identifierValue",
            Self::OccurrenceId => "occurrenceID",
            Self::RecordId => "recordID",
        }
    }

    /// Reads [`as_str`](Self::as_str) back.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == text)
    }

    /// The column's width in characters.
    #[must_use]
    pub fn max_chars(self) -> usize {
        match self {
            Self::CatalogNumber => 32,
            Self::OtherCatalogNumbers | Self::OccurrenceId => 255,
            Self::IdentifierValue => 75,
            Self::RecordId => 45,
        }
    }

    /// May the record hold `123` where the picture says `00123`? Symbiota looks for both in these two
    /// (`ImageLocalProcessor`).
    #[must_use]
    pub fn may_lack_zeros(self) -> bool {
        matches!(self, Self::CatalogNumber | Self::OtherCatalogNumbers)
    }
}

impl fmt::Display for MatchField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
