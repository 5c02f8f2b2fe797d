//! The table of rights: a CSV file that says picture by picture, or specimen by specimen, what the profile cannot.

mod header;
mod read;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::column::{RightsColumn, Said};
use crate::nouns::error::Result;
use crate::nouns::finding::Finding;
use crate::nouns::source_image::Locator;

/// A table of rights, read and checked.
///
/// Names are looked up exactly first, then without regard to case where only one row is meant. A million rows take
/// their names and about forty bytes each; rows that say the same are kept once.
#[derive(Debug, Clone)]
pub struct RightsMap {
    /// All names, one after the other.
    names: String,
    entries: Vec<Entry>,
    /// Hash of the name in small letters -> entry, sorted.
    index: Vec<(u64, u32)>,
    /// Numbers into `values`, in the order of [`RightsColumn::ALL`].
    rows: Vec<[u32; 5]>,
    values: Vec<Said<Arc<str>>>,
    findings: Vec<Finding>,
}

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    /// A file name, or a path below the source.
    File,
    /// All pictures with this catalog number that are not named themselves.
    CatalogNumber,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    kind: Kind,
    start: u32,
    bytes: u32,
    row: u32,
    line: u32,
}

/// What the table says of one picture.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RightsRow([Said<Arc<str>>; 5]);

impl RightsRow {
    pub(super) fn said(&self, column: RightsColumn) -> Said<&str> {
        match &self.0[column as usize] {
            Said::This(text) => Said::This(text),
            Said::Unusable => Said::Unusable,
            Said::Nothing => Said::Nothing,
        }
    }
}

impl RightsMap {
    /// Reads a table in UTF-8 with a header, separated by commas, semicolons or tabs. Columns, in any case and order:
    /// `file` (also `path`, `sourceFile`, `fileName`, `name`) and `catalogNumber`, at least one of them; `owner`,
    /// `creator` (`photographer`), `rights` (`license`, `licence`), `accessRights` (`usageTerms`), `copyright`, at least
    /// one of them. A row with a file name is about that file alone; one without is about its catalog number.
    ///
    /// Values that are too long or hold control characters are findings: that column then stays empty for these
    /// pictures.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) with the line, when it is no such table, when a row has another
    /// number of columns than the header or is about nothing, and when two rows contradict each other.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        read::read(bytes)
    }

    /// What a person should know of the table.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// What the table says of a picture: by its path below the source, else its file name, else its catalog number.
    #[must_use]
    pub fn find(&self, locator: &Locator, catalog_number: Option<&str>) -> Option<RightsRow> {
        let text = |bytes| std::str::from_utf8(bytes).ok();
        let file = |name| self.entry(Kind::File, name);
        let entry = text(locator.as_bytes()).and_then(file);
        let entry = entry.or_else(|| text(locator.file_name()).and_then(file));
        let entry =
            entry.or_else(|| catalog_number.and_then(|number| self.entry(Kind::CatalogNumber, number.trim())))?;
        let numbers = &self.rows[entry.row as usize];
        Some(RightsRow(numbers.map(|number| self.values[number as usize].clone())))
    }

    fn name(&self, entry: &Entry) -> &str {
        let start = entry.start as usize;
        &self.names[start..start + entry.bytes as usize]
    }

    /// The entries with this name, whatever its case.
    fn alike(&self, kind: Kind, name: &str) -> impl Iterator<Item = &Entry> {
        let hash = folded_hash(kind, name);
        let start = self.index.partition_point(|(of, _)| *of < hash);
        let alike = self.index[start..].iter().take_while(move |(of, _)| *of == hash);
        let entries = alike.map(|(_, entry)| &self.entries[*entry as usize]);
        entries.filter(move |entry| entry.kind == kind && folded(self.name(entry)).eq(folded(name)))
    }

    fn entry(&self, kind: Kind, name: &str) -> Option<&Entry> {
        if let Some(exact) = self.alike(kind, name).find(|entry| self.name(entry) == name) {
            return Some(exact);
        }
        let mut alike = self.alike(kind, name);
        let first = alike.next()?;
        alike.all(|other| other.row == first.row).then_some(first)
    }
}

fn folded(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

fn folded_hash(kind: Kind, name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    kind.hash(&mut hasher);
    folded(name).for_each(|c| c.hash(&mut hasher));
    hasher.finish()
}
