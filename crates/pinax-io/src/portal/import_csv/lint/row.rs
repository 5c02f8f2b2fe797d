//! The rules for one row.

use csv::ByteRecord;
use pinax_core::Result;
use pinax_core::nouns::finding::Severity;
use pinax_core::nouns::finding::Severity::{Error, Warning};

use super::header::Header;
use super::seen::Seen;
use super::{LintFinding, LintOptions, LintReport};
use crate::portal::import_csv::rules::{self, ADDRESSES, IDENTIFIERS};

/// What is told of all of it.
const THE_ROW: &str = "the row";

/// Collects what is found in one row.
struct Row<'a> {
    header: &'a Header,
    record: &'a ByteRecord,
    line: u64,
    report: &'a mut LintReport,
}

impl Row<'_> {
    fn tell(&mut self, column: &str, rule: &'static str, severity: Severity, why: impl AsRef<str>, hint: &str) {
        let hint = Some(hint.to_owned()).filter(|hint| !hint.is_empty());
        let message = format!("{column} {}", why.as_ref());
        let (line, column) = (Some(self.line), (column != THE_ROW).then(|| column.to_owned()));
        self.report.add(LintFinding { line, column, rule, severity, message, hint });
    }

    fn cell(&self, column: &str) -> &[u8] {
        self.header.place(column).and_then(|at| self.record.get(at)).unwrap_or_default()
    }

    fn text(&self, column: &str) -> String {
        String::from_utf8_lossy(self.cell(column)).into_owned()
    }
}

pub(super) fn check(
    header: &Header,
    record: &ByteRecord,
    line: u64,
    options: LintOptions,
    seen: &Seen,
    report: &mut LintReport,
) -> Result<()> {
    if record.iter().all(|cell| cell.trim_ascii().is_empty()) {
        return Ok(());
    }
    report.rows += 1;
    let mut row = Row { header, record, line, report };
    if record.len() != header.columns.len() {
        let why = format!("has {} cells, the header {}", record.len(), header.columns.len());
        row.tell(THE_ROW, "cells", Error, why, "look at the quotes and commas in this line");
    }
    for (at, column) in header.columns.iter().enumerate() {
        if let (Some(column), Some(cell)) = (column, record.get(at)) {
            cell_rules(&mut row, column, cell);
        }
    }
    identifiers(&mut row);
    addresses(&mut row, options);
    values(&mut row);
    let mut parts: Vec<&[u8]> = IDENTIFIERS.iter().map(|(name, _)| row.cell(name)).collect();
    parts.push(row.cell("originalUrl"));
    if !row.cell("originalUrl").is_empty()
        && let Some(before) = seen.before(&parts, line)?
    {
        let why = format!("is the same as in line {before}: the record would show the picture twice");
        row.tell("originalUrl", "row-twice", Error, why, "leave one of the two lines out");
    }
    Ok(())
}

/// What holds for every cell.
fn cell_rules(row: &mut Row<'_>, column: &str, cell: &[u8]) {
    let Ok(text) = std::str::from_utf8(cell) else {
        // The page guesses the encoding of the other columns, and only of these not.
        let taken_raw = column == "originalUrl" || IDENTIFIERS.iter().any(|(name, _)| *name == column);
        let severity = if taken_raw { Error } else { Warning };
        row.tell(column, "encoding", severity, "is not UTF-8", "save the file as UTF-8");
        return;
    };
    if let Some(why) = rules::unholdable(text) {
        row.tell(column, "characters", Error, why, "");
    } else if text.chars().any(char::is_control) {
        row.tell(column, "characters", Warning, "holds a line end or another control character", "");
    }
    if let Some(why) = rules::too_long(column, text.trim()) {
        row.tell(column, "width", Error, why, "the portal refuses the row");
    }
    if row.header.delimiter == b',' && (text.contains("\\\"") || text.ends_with('\\')) {
        let why = "has a backslash before a quote, which the page takes for an escape";
        row.tell(column, "backslash", Error, why, "take the backslash away");
    }
    if row.header.delimiter != b',' && text.len() > 1 && text.starts_with('"') && text.ends_with('"') {
        let why = "is quoted, and the quotes stay in it: only files parted by commas may be quoted";
        row.tell(column, "quotes", Error, why, "save the file parted by commas");
    }
    if rules::is_formula(text) && !(column == "sortOccurrence" && text.parse::<f64>().is_ok()) {
        let why = "begins like a formula: a spreadsheet program would carry it out";
        row.tell(column, "formula", Warning, why, "do not open the file in one before the import");
    }
}

fn identifiers(row: &mut Row<'_>) {
    let filled: Vec<&str> =
        IDENTIFIERS.iter().map(|(name, _)| *name).filter(|name| !row.cell(name).is_empty()).collect();
    match filled.as_slice() {
        [] => row.tell(THE_ROW, "no-identifier", Error, "names no record", ""),
        [_] => {}
        several => {
            let why = format!(
                "names records by {}: every record that any of them fits gets the picture",
                several.join(" and ")
            );
            row.tell(THE_ROW, "identifiers", Warning, why, "leave the surest one alone in the file");
        }
    }
    for name in filled {
        let text = row.text(name);
        if row.header.delimiter == b',' && text.starts_with(char::is_whitespace) {
            row.tell(name, "identifier-space", Error, "begins with a space, and finds nothing", "");
        }
        if name == "occid" && !text.trim().bytes().all(|byte| byte.is_ascii_digit()) {
            let why = format!("is no number: {text}; the page takes its leading digits for one, of another record");
            row.tell(name, "occid", Error, why, "put a recordID or other UUID into a column occurrenceID");
        }
    }
}

fn addresses(row: &mut Row<'_>, options: LintOptions) {
    if row.cell("originalUrl").is_empty() {
        row.tell("originalUrl", "no-original-url", Error, "is empty: the page passes the row over", "");
    }
    for column in ADDRESSES {
        let Ok(text) = std::str::from_utf8(row.cell(column)).map(str::to_owned) else { continue };
        if text.is_empty() {
            continue;
        }
        if rules::has_scheme(&text, "http://") {
            if !options.allow_http {
                let why = format!("is not https: {text}");
                row.tell(column, "https", Warning, why, "pages served by https do not show it");
            }
        } else if !rules::has_scheme(&text, "https://") {
            let why = format!("is no whole web address: {text}");
            row.tell(column, "https", Warning, why, "begin it with https://");
        }
        if let Some(why) = rules::odd_in_address(&text) {
            row.tell(column, "percent-encoding", Error, why, "");
        }
        if let Some(why) = rules::splits_lists(&text) {
            row.tell(column, "separators", Warning, why, "percent-encode it: %2C, %3B or %7C");
        }
    }
}

fn values(row: &mut Row<'_>) {
    let format = row.text("format");
    let ending = rules::ending(&row.text("originalUrl"));
    if format.trim().is_empty() {
        match ending {
            Some(ending) if rules::is_taken_ending(&ending) => {}
            Some(ending) if ["tif", "tiff", "dng"].contains(&ending.as_str()) => {
                let why = format!("is empty, and the page does not take files that end in .{ending}");
                row.tell("format", "format", Error, why, "link a JPEG made of it");
            }
            _ if row.cell("originalUrl").is_empty() => {}
            _ => {
                let why = "is empty, and the address does not tell it: the page would download the file";
                row.tell("format", "format", Error, why, "write image/jpeg, or what it is");
            }
        }
    } else if !rules::is_taken(format.trim()) {
        let why = format!("is {format}, which the page does not take");
        row.tell("format", "format", Error, why, "it takes image/jpeg, image/png, image/gif, image/bmp, sound and PDF");
    }
    let rights = row.text("rights");
    if !rights.trim().is_empty()
        && !rules::has_scheme(rights.trim(), "http://")
        && !rules::has_scheme(rights.trim(), "https://")
    {
        let why = format!("is no address of a licence: {rights}");
        row.tell("rights", "licence", Warning, why, "such as https://creativecommons.org/publicdomain/zero/1.0/");
    }
    let md5 = row.text("mediaMD5");
    let is_sum = md5.len() == 32 && md5.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !md5.is_empty() && !is_sum {
        row.tell("mediaMD5", "md5", Warning, "is no MD5: 32 hexadecimal digits", "");
    }
    let sort = row.text("sortOccurrence");
    if !sort.trim().is_empty() && sort.trim().parse::<u32>().is_err() {
        row.tell("sortOccurrence", "sort", Warning, format!("is no whole number: {sort}"), "the page takes 5 for it");
    }
}
