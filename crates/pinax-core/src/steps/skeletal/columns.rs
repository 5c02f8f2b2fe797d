//! Header -> what each column means, and by what the columns are separated.

use std::collections::BTreeMap;

use crate::nouns::reason::Reason;
use crate::nouns::skeletal::{OccurrenceField, fold_header};

use super::table::{Row, Table};
use super::{SkeletalLimits, too_large, unusable};

/// What a column means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Meaning {
    /// By this the record is found.
    CatalogNumber,
    /// A column of the record.
    Field(OccurrenceField),
    /// The title of the exsiccata.
    ExsiccatiTitle,
    /// The number in the exsiccata.
    ExsiccatiNumber,
    /// Asks the portal to hide the locality (`localitySecurity`, since schema 3.3 `recordSecurity`), or says why.
    Security,
    /// Something else.
    Unknown,
}

impl Meaning {
    fn of(header: &str) -> Self {
        match fold_header(header).as_str() {
            "catalognumber" | "cataloguenumber" => Self::CatalogNumber,
            "exsiccatititle" | "exstitle" | "exsiccataetitle" | "exsiccatatitle" => Self::ExsiccatiTitle,
            "exsiccatinumber" | "exsnumber" | "exsiccataenumber" | "exsiccatanumber" => Self::ExsiccatiNumber,
            "recordsecurity" | "localitysecurity" | "securityreason" | "localitysecurityreason" => Self::Security,
            _ => OccurrenceField::parse(header).map_or(Self::Unknown, Self::Field),
        }
    }

    fn may_stand_twice(self) -> bool {
        matches!(self, Self::Security | Self::Unknown)
    }
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    /// Its header, as it is written; empty when there is none.
    pub(super) header: String,
    /// What it means.
    pub(super) meaning: Meaning,
}

/// The columns, from left to right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// All of them.
    pub(super) columns: Vec<Column>,
    /// Where the catalog number stands.
    pub(super) catalog_number: usize,
}

/// The separators that are understood.
const SEPARATORS: [u8; 3] = [b',', b'\t', b'|'];

/// How much of a header is shown to a person.
const SHOWN_HEADER_CHARS: usize = 64;

/// Finds the header and what separates its columns: the separator that makes the most columns, one of which is the
/// catalog number. The table stands behind the header then.
pub(super) fn find<'t>(text: &'t str, limits: &SkeletalLimits) -> Result<(Header, Table<'t>), Reason> {
    let mut found: Option<(Vec<Column>, Table<'t>)> = None;
    let mut open_quote = None;
    for separator in SEPARATORS {
        let mut table = Table::new(text, separator);
        let row = match first_row(&mut table, limits.max_columns) {
            Ok(row) => row,
            Err(reason) => {
                open_quote = Some(reason);
                continue;
            }
        };
        let Some(row) = row else {
            return Err(unusable("the file is empty").hint("its first line must name the columns"));
        };
        if row.broken_at.is_some() {
            continue;
        }
        let columns = columns_of(&row);
        if !columns.iter().any(|column| column.meaning == Meaning::CatalogNumber) {
            continue;
        }
        if row.too_long {
            return Err(too_large(format!("the file has more than {} columns", limits.max_columns)));
        }
        if found.as_ref().is_none_or(|(most, _)| most.len() < columns.len()) {
            found = Some((columns, table));
        }
    }
    match (found, open_quote) {
        (Some((columns, table)), _) => Ok((checked(columns)?, table)),
        (None, Some(reason)) => Err(reason),
        (None, None) => Err(no_catalog_number(text, limits)),
    }
}

fn first_row<'t>(table: &mut Table<'t>, width: usize) -> Result<Option<Row<'t>>, Reason> {
    loop {
        match table.next_row(width)? {
            Some(row) if row.says_nothing() => {}
            row => return Ok(row),
        }
    }
}

fn columns_of(row: &Row<'_>) -> Vec<Column> {
    let named = row.cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
    row.cells[..named]
        .iter()
        .map(|cell| {
            let text = cell.text();
            let shown = text.chars().take(SHOWN_HEADER_CHARS);
            let header = shown.map(|character| if character.is_control() { ' ' } else { character }).collect();
            Column { meaning: Meaning::of(&text), header }
        })
        .collect()
}

fn checked(columns: Vec<Column>) -> Result<Header, Reason> {
    let mut seen: BTreeMap<Meaning, &str> = BTreeMap::new();
    for column in columns.iter().filter(|column| !column.meaning.may_stand_twice()) {
        if let Some(first) = seen.insert(column.meaning, &column.header) {
            return Err(unusable(format!("the columns `{first}` and `{}` mean the same", column.header))
                .hint("keep one of them"));
        }
    }
    let catalog_number = columns.iter().position(|column| column.meaning == Meaning::CatalogNumber).unwrap_or_default();
    Ok(Header { columns, catalog_number })
}

fn no_catalog_number(text: &str, limits: &SkeletalLimits) -> Reason {
    let reason = unusable("the file has no column catalogNumber");
    let by_semicolons = first_row(&mut Table::new(text, b';'), limits.max_columns).ok().flatten();
    let by_semicolons = by_semicolons.is_some_and(|row| {
        row.cells.len() > 1 && columns_of(&row).iter().any(|column| column.meaning == Meaning::CatalogNumber)
    });
    reason.hint(if by_semicolons {
        "its columns are separated by semicolons: save it with commas, tabs or pipes (|)"
    } else {
        "the first line must name the columns, separated by commas, tabs or pipes (|), one of them catalogNumber"
    })
}
