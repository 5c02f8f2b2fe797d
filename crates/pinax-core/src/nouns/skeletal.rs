//! A skeletal record: what a small table in the drop folder says about one specimen, by its catalog number.

mod field;

use std::collections::BTreeMap;

pub use field::{FieldKind, OccurrenceField, fold_header};

use super::occurrence::CatalogNumber;

/// What all lines of one skeletal file say about one specimen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkeletalRecord {
    /// The line of the file where the first row about this specimen starts; the first line of the file is 1.
    pub line: u64,
    /// By which the record is found.
    pub catalog_number: CatalogNumber,
    /// The values, as the columns can hold them: trimmed, never empty, widths and ranges checked, dates as `yyyy-mm-dd`.
    pub fields: BTreeMap<OccurrenceField, String>,
    /// The exsiccata the specimen belongs to.
    pub exsiccati: Option<Exsiccati>,
}

/// A place in a series of exsiccatae (Symbiota: `omexsiccatititles`, `omexsiccatinumbers`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exsiccati {
    /// Title or abbreviation of the series, at most [`EXSICCATI_TITLE_MAX_CHARS`] characters.
    pub title: String,
    /// Number in the series, at most [`EXSICCATI_NUMBER_MAX_CHARS`] characters, without a leading `#`.
    pub number: Option<String>,
}

/// The width of `omexsiccatititles.title`, in characters.
pub const EXSICCATI_TITLE_MAX_CHARS: usize = 150;

/// The width of `omexsiccatinumbers.exsnumber`, in characters.
pub const EXSICCATI_NUMBER_MAX_CHARS: usize = 45;

/// One thing in a skeletal file that is not used: a value when `column` is given, else the whole row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkeletalRefusal {
    /// The line of the file where the row starts.
    pub line: u64,
    /// The column as its header is written in the file.
    pub column: Option<String>,
    /// For people: what was seen.
    pub message: String,
    /// For people: what to do.
    pub hint: Option<String>,
}
