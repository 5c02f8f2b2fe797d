//! The header of a table of rights: which column is which.

use csv::StringRecord;

use super::super::column::RightsColumn;
use super::read::unusable;
use crate::nouns::error::Result;
use crate::nouns::finding::Finding;

/// Names of the column with files; where there are several, the first of these is used.
const FILE: [&str; 6] = ["file", "path", "filepath", "sourcefile", "filename", "name"];
const CATALOG_NUMBER: [&str; 1] = ["catalognumber"];

fn names(column: RightsColumn) -> &'static [&'static str] {
    match column {
        RightsColumn::Owner => &["owner"],
        RightsColumn::Creator => &["creator", "photographer"],
        RightsColumn::Rights => &["rights", "license", "licence"],
        RightsColumn::AccessRights => &["accessrights", "usageterms"],
        RightsColumn::Copyright => &["copyright"],
    }
}

/// Where in a row what stands.
pub(super) struct Header {
    pub(super) file: Option<usize>,
    pub(super) catalog_number: Option<usize>,
    /// In the order of [`RightsColumn::ALL`].
    pub(super) values: [Option<usize>; 5],
    /// Tells of columns that are not used.
    pub(super) unused: Option<Finding>,
}

impl Header {
    pub(super) fn read(record: &StringRecord) -> Result<Self> {
        let columns: Vec<String> = record.iter().map(plain).collect();
        let places = |names: &[&str]| -> Vec<usize> {
            let all = || columns.iter().enumerate();
            names.iter().flat_map(|name| all().filter(move |(_, column)| column == name)).map(|(at, _)| at).collect()
        };
        let file = places(&FILE).first().copied();
        let catalog_number = places(&CATALOG_NUMBER).first().copied();
        let mut values = [None; 5];
        for column in RightsColumn::ALL {
            let found = places(names(column));
            if let [one, two, ..] = found[..] {
                let (one, two) = (&record[one], &record[two]);
                return Err(unusable(format!("the columns `{one}` and `{two}` are both about {}", column.name()))
                    .hint("keep one of them"));
            }
            values[column as usize] = found.first().copied();
        }
        if file.or(catalog_number).is_none() {
            return Err(unusable("no column says which picture a row is about")
                .hint("name a column `file` or `catalogNumber` in the first line"));
        }
        if values.iter().all(Option::is_none) {
            return Err(unusable("no column is about rights")
                .hint("name columns owner, creator, rights, accessRights or copyright in the first line"));
        }
        let used = |place| values.contains(&Some(place)) || file == Some(place) || catalog_number == Some(place);
        let unused: Vec<&str> =
            record.iter().enumerate().filter(|(place, _)| !used(*place)).map(|(_, name)| name).collect();
        let told = format!("these columns of the table of rights are not used: {}", unused.join(", "));
        let unused = (!unused.is_empty()).then(|| Finding::note(told));
        Ok(Self { file, catalog_number, values, unused })
    }
}

/// A column's name in small letters, without what stands before it (`dwc:`) and between its words.
fn plain(column: &str) -> String {
    let name = column.rsplit([':', '/']).next().unwrap_or(column);
    name.chars().filter(|c| !c.is_whitespace() && !"_-".contains(*c)).flat_map(char::to_lowercase).collect()
}
