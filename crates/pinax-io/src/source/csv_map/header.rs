//! The header: which column says what.

use csv::ByteRecord;
use pinax_core::{Error, ErrorKind, Result};

use super::table::text;
use crate::media_columns::{MEDIA, column_meant};

const NUMBER: &str = "catalogNumber";
/// Columns of a picture's address.
const ADDRESSES: [&str; 2] = ["originalUrl", "url"];

/// What the columns are.
#[derive(Debug)]
pub(super) struct Header {
    /// How many cells a row has at most.
    pub(super) width: usize,
    /// Place of the catalog number.
    pub(super) number: usize,
    /// Places of what is told of a picture.
    pub(super) media: Vec<(usize, &'static str)>,
    /// Columns that are not known.
    pub(super) unknown: Vec<String>,
}

impl Header {
    /// # Errors
    /// [`ErrorKind::Config`] when number or address have no column, or two.
    pub(super) fn of(record: &ByteRecord, table: &str) -> Result<Self> {
        let names: Vec<String> = record.iter().map(|name| text(name).0.trim().to_owned()).collect();
        let mut header = Self { width: names.len(), number: usize::MAX, media: Vec::new(), unknown: Vec::new() };
        for (at, name) in names.iter().enumerate() {
            let wrong = |column: &str| {
                let message = format!("{table} has two columns for {column}, the second is `{name}`");
                Err(Error::new(ErrorKind::Config, message).hint("leave one of them out"))
            };
            match column_meant(name) {
                Some(NUMBER) if header.number != usize::MAX => return wrong(NUMBER),
                Some(NUMBER) => header.number = at,
                Some(column) if header.media.iter().any(|(_, known)| *known == column) => return wrong(column),
                // The number of a portal's user is nothing that may come from a table.
                Some(column) if column != "creatorUid" && MEDIA.iter().any(|(known, _)| *known == column) => {
                    header.media.push((at, column));
                }
                _ if name.is_empty() => {}
                _ => header.unknown.push(name.clone()),
            }
        }
        let missing = |what: &str, hint: &str| {
            let message = format!("{table} has no column {what}; its columns are: {}", names.join(", "));
            Err(Error::new(ErrorKind::Config, message).hint(hint.to_owned()))
        };
        if header.number == usize::MAX {
            return missing(NUMBER, "name the column of the numbers catalogNumber");
        }
        if !header.media.iter().any(|(_, column)| ADDRESSES.contains(column)) {
            return missing("originalUrl", "name the column of the addresses originalUrl");
        }
        Ok(header)
    }
}
