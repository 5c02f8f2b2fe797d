//! The header, mapped as the page does it (`UtilitiesFileImport::getTranslation`, `OccurrenceImport`).

use csv::ByteRecord;
use pinax_core::nouns::finding::Severity;

use super::{LintFinding, LintReport};
use crate::media_columns::{IDENTIFIERS, MEANT, column, plain};

/// What the columns are to the page.
pub(super) struct Header {
    /// By place: the column of the portal.
    pub(super) columns: Vec<Option<&'static str>>,
    pub(super) delimiter: u8,
}

impl Header {
    pub(super) fn of(record: &ByteRecord, delimiter: u8, report: &mut LintReport) -> Self {
        let names: Vec<String> = record.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
        let mut header = Self { columns: names.iter().map(|name| column(name)).collect(), delimiter };
        let mut tell = |name: &str, rule, severity, message: String, hint: &str| {
            let hint = Some(hint.to_owned()).filter(|hint| !hint.is_empty());
            let column = Some(name.to_owned());
            report.add(LintFinding { line: Some(1), column, rule, severity, message, hint });
        };
        for (at, name) in names.iter().enumerate() {
            let Some(column) = header.columns[at] else {
                let meant = MEANT.iter().find(|(other, _)| *other == plain(name));
                let hint = meant.map(|(_, meant)| format!("it may be meant for {meant}")).unwrap_or_default();
                let told = format!("the page does not know the column `{name}`, and leaves it out");
                tell(name, "unknown-column", Severity::Warning, told, &hint);
                continue;
            };
            if header.columns[..at].contains(&Some(column)) {
                let told = format!("a second column is {column}: only the last one counts");
                tell(name, "column-twice", Severity::Error, told, "leave one of them out");
            }
            if at == 0 && column != "originalUrl" && IDENTIFIERS.iter().all(|(name, _)| *name != column) {
                let told = format!("{column} comes first, where the page drops it");
                tell(
                    name,
                    "first-column",
                    Severity::Error,
                    told,
                    "let catalogNumber, occid or occurrenceID come first",
                );
            }
            if column == "creatorUid" {
                let told = "the page never stores creatorUid".to_owned();
                tell(name, "creator-uid", Severity::Warning, told, "name the photographer in a column creator");
            }
            if plain(name) == "accessuri" {
                let told = format!("{name} is taken for url, the web size, not for originalUrl");
                tell(name, "access-uri", Severity::Warning, told, "name the column originalUrl");
            }
        }
        // Only the last of two counts.
        for at in 0..header.columns.len() {
            if header.columns[at].is_some() && header.columns[at + 1..].contains(&header.columns[at]) {
                header.columns[at] = None;
            }
        }
        let has = |column: &str| header.columns.contains(&Some(column));
        if !IDENTIFIERS.iter().any(|(name, _)| has(name)) {
            let told = "no column names the records".to_owned();
            let hint = "add one: catalogNumber, occid, occurrenceID or otherCatalogNumbers";
            tell("catalogNumber", "no-identifier", Severity::Error, told, hint);
        }
        if !has("originalUrl") {
            tell("originalUrl", "no-original-url", Severity::Error, "there is no column originalUrl".to_owned(), "");
        }
        if !has("format") {
            let told = "there is no column format: the page goes by the endings of the addresses".to_owned();
            tell("format", "no-format-column", Severity::Note, told, "add one, with image/jpeg in every row");
        }
        header
    }

    /// The place of a column.
    pub(super) fn place(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|of| *of == Some(column))
    }
}
