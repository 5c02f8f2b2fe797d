//! Skeletal files: small tables that lie with the pictures and say first things about the specimens, row by row, by
//! catalog number (Symbiota: `ImageLocalProcessor::processSkeletalFile`).

mod columns;
mod date;
mod gather;
mod name;
mod table;
mod text;
mod value;

use crate::nouns::occurrence::CatalogNumber;
use crate::nouns::reason::{Reason, ReasonCode};
use crate::nouns::skeletal::{SkeletalRecord, SkeletalRefusal};
use crate::nouns::source_image::Locator;

use gather::Gathering;

/// File extensions that are taken for skeletal files.
pub const SKELETAL_EXTENSIONS: [&str; 4] = ["csv", "tab", "txt", "dat"];

/// Does the file name say that this may be a skeletal file?
#[must_use]
pub fn is_skeletal(locator: &Locator) -> bool {
    SKELETAL_EXTENSIONS.contains(&locator.extension().as_str())
}

/// How much of a skeletal file is taken, and how wide a catalog number may be. The bytes of the file are limited by
/// who reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SkeletalLimits {
    /// Rows below the header; a file with more is refused.
    pub max_rows: usize,
    /// Columns; a file with more is refused.
    pub max_columns: usize,
    /// Cells with something in them, in all rows together; a file with more is refused. Each takes some hundred bytes
    /// of memory besides its text.
    pub max_values: usize,
    /// Bytes of one cell; a longer value is refused.
    pub max_cell_bytes: usize,
    /// Refusals that are kept; further ones are only counted.
    pub max_refusals: usize,
    /// The width of `omoccurrences.catalogNumber`, in characters.
    pub catalog_number_max_chars: usize,
}

impl SkeletalLimits {
    /// Limits for a catalog number of at most `max_chars` characters, and room for a large table.
    #[must_use]
    pub fn for_catalog_numbers(max_chars: usize) -> Self {
        Self {
            max_rows: 50_000,
            max_columns: 256,
            max_values: 1_000_000,
            max_cell_bytes: 65_535,
            max_refusals: 1_000,
            catalog_number_max_chars: max_chars,
        }
    }
}

/// What a skeletal file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SkeletalFile {
    /// One for each catalog number, in the order of the file.
    pub records: Vec<SkeletalRecord>,
    /// What is not used, by line: single values (the rest of the row is used), and rows.
    pub refusals: Vec<SkeletalRefusal>,
    /// How many more refusals there were than the limits keep.
    pub refusals_left_out: u64,
    /// Columns that are not known or cannot be filled, as their headers are written, each once.
    pub unknown_columns: Vec<String>,
}

/// Reads the whole content of a skeletal file.
///
/// `number_of` makes the catalog number of what stands in that column (as the pattern for file names does).
///
/// Separated by commas, tabs or pipes, quoted as in RFC 4180; UTF-8, or UTF-16 with a byte order mark, else
/// Windows-1252; lines end with CR LF, LF or CR. Empty rows are skipped. A row may be shorter than the header, its last
/// cells then say nothing; a longer one is refused. Rows with the same catalog number make one record: later ones fill
/// only what is still empty, and what contradicts is refused.
///
/// Dates become `yyyy-mm-dd`. Slashes and hyphens before a year are read month first, as Symbiota does
/// (`OccurrenceUtil::formatDate`), unless the first number is above 12; dots are read day first. What could also be
/// the other way round, and what cannot be read, is kept in `verbatimEventDate` as it is written. `sciname` is made of
/// `genus` and the epithets, else of `scientificName` without its authors, where it is not given.
///
/// A row that asks for the locality to be hidden (`recordSecurity`) is refused: a record made without that would show
/// it.
///
/// # Errors
/// Why the file as a whole cannot be used: [`ReasonCode::SkeletalUnusable`], or [`ReasonCode::TooLarge`] when it has
/// more rows, columns or values than `limits` allow.
pub fn read(
    bytes: &[u8],
    number_of: &dyn Fn(&str) -> Result<CatalogNumber, Reason>,
    limits: &SkeletalLimits,
) -> Result<SkeletalFile, Reason> {
    let text = text::decode(bytes)?;
    let (header, mut table) = columns::find(&text, limits)?;
    let mut gathering = Gathering::new(header, limits, number_of);
    let (mut rows, mut values) = (0, 0);
    while let Some(row) = table.next_row(gathering.width())? {
        if row.says_nothing() {
            continue;
        }
        rows += 1;
        values += row.cells.iter().filter(|cell| !cell.is_empty()).count();
        for (count, most, what) in [(rows, limits.max_rows, "rows"), (values, limits.max_values, "values")] {
            if count > most {
                return Err(
                    too_large(format!("the file has more than {most} {what}")).hint("split it into several files")
                );
            }
        }
        gathering.take(&row);
    }
    Ok(gathering.finish())
}

fn unusable(message: impl Into<String>) -> Reason {
    Reason::new(ReasonCode::SkeletalUnusable, message)
}

fn too_large(message: impl Into<String>) -> Reason {
    Reason::new(ReasonCode::TooLarge, message)
}
