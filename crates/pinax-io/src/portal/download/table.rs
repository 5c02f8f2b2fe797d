//! A table in a download: header and rows, whatever delimiter and encoding the portal was asked for.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::{self, Cursor, Read};
use std::rc::Rc;

use csv::{ByteRecord, Reader, ReaderBuilder};
use pinax_core::{Error, ErrorKind, Result};

/// A row is never longer: a quote that is never closed would take the rest of the file for one.
const ROW_BYTES: u64 = 16 << 20;

/// Broken lines that are named.
const NAMED: usize = 10;

/// One in so many lines may be broken.
const BROKEN_ONE_IN: u64 = 100;

/// A table being read.
pub(crate) struct Table<'a> {
    reader: Reader<Leashed<'a>>,
    left: Rc<Cell<u64>>,
    header: Vec<String>,
    names: Vec<String>,
    name: &'a str,
    record: ByteRecord,
    rows: u64,
    broken: Vec<u64>,
    broken_count: u64,
}

impl<'a> Table<'a> {
    /// Reads the header.
    pub(crate) fn open(name: &'a str, input: &'a mut dyn Read) -> Result<Self> {
        let mut first_line = Vec::new();
        while !first_line.contains(&b'\n') && first_line.len() < 1 << 16 {
            let before = first_line.len();
            input.take(4096).read_to_end(&mut first_line).map_err(|error| unreadable(name, error))?;
            if first_line.len() == before {
                break;
            }
        }
        let start = if first_line.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
        let line = first_line[start..].split(|byte| *byte == b'\n').next().unwrap_or_default();
        if first_line.starts_with(&[0xFF, 0xFE]) || first_line.starts_with(&[0xFE, 0xFF]) || line.contains(&0) {
            return Err(Error::new(ErrorKind::Corrupt, format!("{name} is not plain text: it may be UTF-16"))
                .hint("download it again and do not save it with a spreadsheet program"));
        }
        let delimiter = delimiter(line);
        let left = Rc::new(Cell::new(ROW_BYTES));
        let head = Cursor::new(first_line.split_off(start));
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            // Symbiota joins fields with tabs and quotes nothing.
            .quoting(delimiter != b'\t')
            .has_headers(false)
            .flexible(true)
            .from_reader(Leashed { head, rest: input, left: Rc::clone(&left) });
        let mut record = ByteRecord::new();
        let there = reader.read_byte_record(&mut record).map_err(|error| broken_table(name, error))?;
        if !there {
            return Err(Error::new(ErrorKind::Corrupt, format!("{name} is empty")).hint("download it again"));
        }
        let names: Vec<String> = record.iter().map(|field| text(field).into_owned()).collect();
        let header = names.iter().map(|name| plain(name)).collect();
        Ok(Self { reader, left, header, names, name, record, rows: 0, broken: Vec::new(), broken_count: 0 })
    }

    /// The column that has one of `names`, the first name first. Names are compared without regard to case.
    pub(crate) fn column(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.header.iter().position(|column| *column == name.to_lowercase()))
    }

    /// The names of the columns.
    pub(crate) fn header(&self) -> &[String] {
        &self.header
    }

    /// The names of the columns as they are written.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// The next row. One with another number of columns than the header is left out and remembered: what stands in
    /// which column is not known.
    pub(crate) fn next(&mut self) -> Result<Option<Row<'_>>> {
        loop {
            self.left.set(ROW_BYTES);
            let line = self.reader.position().line();
            let there =
                self.reader.read_byte_record(&mut self.record).map_err(|error| broken_table(self.name, error))?;
            if !there {
                return self.end();
            }
            self.rows += 1;
            if self.record.len() == self.header.len() {
                return Ok(Some(Row { record: &self.record, line }));
            }
            self.broken_count += 1;
            if self.broken.len() < NAMED {
                self.broken.push(line);
            }
        }
    }

    fn end(&self) -> Result<Option<Row<'_>>> {
        match self.broken.first() {
            Some(line) if self.broken_count * BROKEN_ONE_IN > self.rows.max(BROKEN_ONE_IN) => {
                let told = format!(
                    "{} of {} lines of {} do not have the {} columns of the header; the first is line {line}",
                    self.broken_count,
                    self.rows,
                    self.name,
                    self.header.len()
                );
                Err(Error::new(ErrorKind::Corrupt, told).hint("download it again, and do not edit it"))
            }
            _ => Ok(None),
        }
    }

    /// What is to be told of broken lines.
    pub(crate) fn told_of_broken(&self) -> Option<String> {
        let lines: Vec<String> = self.broken.iter().map(u64::to_string).collect();
        let more = if self.broken_count > lines.len() as u64 { ", …" } else { "" };
        (!lines.is_empty()).then(|| {
            format!(
                "{} lines of {} were left out, because they do not have the {} columns of the header: line {}{more}",
                self.broken_count,
                self.name,
                self.header.len(),
                lines.join(", ")
            )
        })
    }
}

/// One row.
pub(crate) struct Row<'a> {
    record: &'a ByteRecord,
    line: u64,
}

impl Row<'_> {
    /// Its cells, as they are.
    pub(crate) fn record(&self) -> &ByteRecord {
        self.record
    }

    /// The line it begins in.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// The text in a column; empty when there is no such column.
    pub(crate) fn text(&self, column: Option<usize>) -> Cow<'_, str> {
        column.and_then(|column| self.record.get(column)).map(text).unwrap_or_default()
    }

    /// The text in a column, unless it is empty.
    pub(crate) fn filled(&self, column: Option<usize>) -> Option<String> {
        let text = self.text(column);
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }
}

/// UTF-8; what is not, is Latin-1: the two encodings a portal offers.
fn text(field: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(field) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(field.iter().map(|byte| char::from(*byte)).collect()),
    }
}

/// A column's name without what stands before it (`dwc:`, `http://rs.tdwg.org/dwc/terms/`), in small letters.
fn plain(column: &str) -> String {
    let name = column.trim().trim_matches('"');
    name.rsplit([':', '/']).next().unwrap_or(name).to_lowercase()
}

/// The one that is in the header most often.
fn delimiter(line: &[u8]) -> u8 {
    let count = |delimiter: u8| line.iter().filter(|byte| **byte == delimiter).count();
    [b';', b'\t', b','].into_iter().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

fn unreadable(name: &str, error: io::Error) -> Error {
    Error::new(ErrorKind::Corrupt, format!("{name} cannot be read to its end"))
        .hint("download it again")
        .caused_by(error)
}

fn broken_table(name: &str, error: csv::Error) -> Error {
    Error::new(ErrorKind::Corrupt, format!("{name} cannot be read to its end"))
        .hint("download it again")
        .caused_by(error)
}

/// What was read ahead, then the rest; stops when a row does not end.
pub(crate) struct Leashed<'a> {
    pub(crate) head: Cursor<Vec<u8>>,
    pub(crate) rest: &'a mut dyn Read,
    /// Bytes it may still give for this row.
    pub(crate) left: Rc<Cell<u64>>,
}

impl Read for Leashed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut length = self.head.read(buffer)?;
        if length == 0 {
            length = self.rest.read(buffer)?;
        }
        let Some(left) = self.left.get().checked_sub(length as u64) else {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a row has no end: a quote may be missing"));
        };
        self.left.set(left);
        Ok(length)
    }
}
