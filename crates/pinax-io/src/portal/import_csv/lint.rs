//! A lint for files for the import page, whoever wrote them: what the page would refuse, drop or take for something
//! else, before it is imported. Files are read as the page reads them, as a stream.

mod header;
mod row;
mod seen;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;
use std::rc::Rc;

use csv::{ByteRecord, ReaderBuilder};
use pinax_core::nouns::finding::Severity;
use pinax_core::{Error, ErrorKind, Result};
use serde::Serialize;

use self::header::Header;
use self::seen::Seen;
use super::rules::MAX_FILE_BYTES;
use crate::portal::download::Leashed;

/// A row is never longer: a quote that is never closed would take the rest of the file for one.
const ROW_BYTES: u64 = 1 << 20;

/// A header is never longer.
const HEADER_BYTES: usize = 1 << 16;

/// Findings of one rule that are told one by one; the others are counted.
const TOLD: u64 = 20;

/// What the lint lets pass.
#[derive(Debug, Clone, Copy, Default)]
pub struct LintOptions {
    /// Addresses that are not https.
    pub allow_http: bool,
}

/// Something in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LintFinding {
    /// The line it begins in; `None` for the file as a whole.
    pub line: Option<u64>,
    /// The column, by the name the page knows it by.
    pub column: Option<String>,
    /// Which rule; a name that does not change.
    pub rule: &'static str,
    /// An error spoils the row or the file; a warning should be looked at.
    pub severity: Severity,
    /// What was seen.
    pub message: String,
    /// What can be done.
    pub hint: Option<String>,
}

/// What was found in a file.
#[derive(Debug, Clone, Default, Serialize)]
pub struct LintReport {
    /// Rows that hold something.
    pub rows: u64,
    /// Errors.
    pub errors: u64,
    /// Warnings.
    pub warnings: u64,
    /// The first of each rule, by line.
    pub findings: Vec<LintFinding>,
    /// How many more of each rule there are.
    pub more: BTreeMap<&'static str, u64>,
    #[serde(skip)]
    count: BTreeMap<&'static str, u64>,
}

impl LintReport {
    fn add(&mut self, finding: LintFinding) {
        match finding.severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
            Severity::Fine | Severity::Note => {}
        }
        let count = self.count.entry(finding.rule).or_default();
        *count += 1;
        if *count <= TOLD {
            self.findings.push(finding);
        } else {
            *self.more.entry(finding.rule).or_default() += 1;
        }
    }

    /// A finding about the file as a whole.
    fn file(&mut self, rule: &'static str, severity: Severity, message: impl Into<String>, hint: &str) {
        let hint = Some(hint.to_owned()).filter(|hint| !hint.is_empty());
        self.add(LintFinding { line: None, column: None, rule, severity, message: message.into(), hint });
    }
}

/// Reads a file for the import page.
///
/// # Errors
/// When the file cannot be read. Whatever is wrong in it is a finding.
pub fn lint(path: &Path, options: LintOptions) -> Result<LintReport> {
    let unreadable = |error| {
        let kind = ErrorKind::Config;
        Error::new(kind, format!("{} cannot be read", path.display())).hint("give a CSV file").caused_by(error)
    };
    let mut file = File::open(path).map_err(unreadable)?;
    let seen = file.metadata().map_err(unreadable)?;
    if !seen.is_file() {
        return Err(Error::new(ErrorKind::Config, format!("{} is no file", path.display())).hint("give a CSV file"));
    }
    let mut report = LintReport::default();
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    if !["csv", "txt", "tab"].iter().any(|ending| name.ends_with(&format!(".{ending}"))) {
        let told = "the import page takes files whose names end in .csv, .txt or .tab";
        report.file("file-name", Severity::Error, told, "give it such a name; a .zip is not unpacked (Symbiota 3.4)");
    }
    if seen.len() > MAX_FILE_BYTES {
        let told = format!("the file has {} bytes; the import page takes {MAX_FILE_BYTES}", seen.len());
        report.file("file-size", Severity::Error, told, "split it, each part with the header");
    }
    read(&mut file, options, &mut report)
        .map_err(|error| error.context(format_args!("{} could not be read to its end", path.display())))?;
    Ok(report)
}

fn read(input: &mut dyn Read, options: LintOptions, report: &mut LintReport) -> Result<()> {
    let Some((head, delimiter)) = open(input, report)? else { return Ok(()) };
    let left = Rc::new(Cell::new(ROW_BYTES));
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        // The page splits such lines without regard to quotes.
        .quoting(delimiter == b',')
        .has_headers(false)
        .flexible(true)
        .from_reader(Leashed { head: Cursor::new(head), rest: input, left: Rc::clone(&left) });
    let mut record = ByteRecord::new();
    let mut header: Option<Header> = None;
    let seen = Seen::new()?;
    loop {
        left.set(ROW_BYTES);
        let line = reader.position().line();
        match reader.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) if left.get() == 0 || error.is_io_error() => {
                let told = "a row does not end, or the file cannot be read on: a quote may be missing";
                report.add(LintFinding {
                    line: Some(line),
                    column: None,
                    rule: "row-without-end",
                    severity: Severity::Error,
                    message: told.to_owned(),
                    hint: Some("look at the quotes in and before this line; nothing after it was read".to_owned()),
                });
                return Ok(());
            }
            Err(error) => return Err(Error::new(ErrorKind::Io, "the file cannot be read").caused_by(error)),
        }
        let line = record.position().map_or(line, csv::Position::line);
        match &header {
            None => header = Some(Header::of(&record, delimiter, report)),
            Some(header) => row::check(header, &record, line, options, &seen, report)?,
        }
    }
    if report.rows == 0 {
        report.file("no-rows", Severity::Warning, "the file has no rows", "");
    }
    seen.end()
}

/// Reads the first line ahead: it tells the delimiter. `None` when nothing can be read from such a file.
fn open(input: &mut dyn Read, report: &mut LintReport) -> Result<Option<(Vec<u8>, u8)>> {
    let mut head = Vec::new();
    while !head.contains(&b'\n') && head.len() < HEADER_BYTES {
        let before = head.len();
        let read = input.take(4096).read_to_end(&mut head);
        read.map_err(|error| Error::new(ErrorKind::Io, "the file cannot be read").caused_by(error))?;
        if head.len() == before {
            break;
        }
    }
    if head.starts_with(b"\xEF\xBB\xBF") {
        head.drain(..3);
        report.file(
            "byte-order-mark",
            Severity::Note,
            "the file begins with a byte order mark, which does no harm",
            "",
        );
    }
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default().to_vec();
    if head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]) || line.contains(&0) {
        report.file(
            "encoding",
            Severity::Error,
            "the file is not UTF-8; it may be UTF-16",
            "save it as UTF-8 (CSV UTF-8)",
        );
        return Ok(None);
    }
    if head.starts_with(b"PK\x03\x04") {
        report.file("file-name", Severity::Error, "the file is a zip", "unpack it: the page does not (Symbiota 3.4)");
        return Ok(None);
    }
    if line.iter().all(u8::is_ascii_whitespace) {
        report.file(
            "no-header",
            Severity::Error,
            "the first line is empty",
            "begin the file with the names of its columns",
        );
        return Ok(None);
    }
    if line.strip_suffix(b"\r").unwrap_or(&line).contains(&b'\r') {
        let told = "lines end in CR alone: the page takes the whole file for one line";
        report.file("line-ends", Severity::Error, told, "save it with line ends LF or CRLF");
        return Ok(None);
    }
    let has = |delimiter: u8| line.contains(&delimiter);
    let delimiter = [b',', b'\t', b'|'].into_iter().find(|delimiter| has(*delimiter)).unwrap_or(b',');
    if delimiter == b',' && !has(b',') && has(b';') {
        let told = "cells are parted by semicolons, which the page does not know: each line is one cell to it";
        report.file("delimiter", Severity::Error, told, "save it parted by commas");
        return Ok(None);
    }
    Ok(Some((head, delimiter)))
}
