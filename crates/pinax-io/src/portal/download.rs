//! A portal's own download of its records, looked things up in: for doors that cannot ask the portal itself.

mod collections;
mod find;
mod identifier;
mod index;
mod parts;
mod table;

use std::path::PathBuf;

pub(crate) use self::find::{ShownPicture, not_told};
pub(crate) use self::identifier::Identifier;
pub(crate) use self::index::Index;
pub(crate) use self::table::{Leashed, Row, Table};

/// A download that unpacks to more is refused: tens of millions of records.
pub(crate) const MAX_BYTES: u64 = 64 << 30;

/// Which download, and how it is read.
#[derive(Debug, Clone)]
pub(crate) struct DownloadOptions {
    /// Occurrences as CSV (comma or tab; UTF-8 or Latin-1), or the zip that holds them, with `multimedia.csv` when
    /// pictures were asked for too.
    pub(crate) records: PathBuf,
    /// Where an index of it may be kept.
    pub(crate) cache_dir: PathBuf,
    /// The collection's full name, which a download does not tell.
    pub(crate) collection_name: Option<String>,
    /// More is not unpacked.
    pub(crate) max_bytes: u64,
}
