//! Reading a table of rights.

use std::collections::HashMap;
use std::sync::Arc;

use csv::{ReaderBuilder, StringRecord, Trim};

use super::super::column::{RightsColumn, Said, licence, shown};
use super::header::Header;
use super::{Entry, Kind, RightsMap, folded_hash};
use crate::nouns::error::{Error, ErrorKind, Result};
use crate::nouns::finding::Finding;

/// Places in a table are numbered with 32 bits.
const MAX_BYTES: usize = u32::MAX as usize;
/// A cell is never longer: a quote that is never closed would take the rest of the file for one.
const MAX_CELL_BYTES: usize = 1 << 16;
/// Findings that are told one by one.
const MAX_FINDINGS: usize = 20;

pub(super) fn unusable(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Config, message).context("the table of rights cannot be used")
}

pub(super) fn read(bytes: &[u8]) -> Result<RightsMap> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.len() > MAX_BYTES {
        return Err(unusable("it has more than 4 GB"));
    }
    let first_line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if first_line.contains(&0) || first_line.starts_with(b"\xff\xfe") || first_line.starts_with(b"\xfe\xff") {
        return Err(unusable("it is not plain text: it may be UTF-16").hint("save it as CSV in UTF-8"));
    }
    let mut reader = ReaderBuilder::new().delimiter(delimiter(first_line)).trim(Trim::All).from_reader(bytes);
    let header = Header::read(reader.headers().map_err(|error| broken(&error))?)?;
    let mut building = Building::default();
    building.findings.extend(header.unused.clone());
    let mut record = StringRecord::new();
    while reader.read_record(&mut record).map_err(|error| broken(&error))? {
        let line = record.position().map_or(0, |position| u32::try_from(position.line()).unwrap_or(u32::MAX));
        building.row(&header, &record, line)?;
    }
    building.finish()
}

fn delimiter(line: &[u8]) -> u8 {
    let count = |delimiter: u8| line.iter().filter(|byte| **byte == delimiter).count();
    [b';', b'\t', b','].into_iter().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

fn broken(error: &csv::Error) -> Error {
    let line = error.position().map_or(1, csv::Position::line);
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => unusable(format!("line {line} is not UTF-8")).hint("save it as CSV in UTF-8"),
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            unusable(format!("line {line} has {len} columns, the header {expected_len}"))
                .hint("put quotes around values that hold a separator")
        }
        _ => unusable(format!("line {line}: {error}")),
    }
}

/// A table as it grows.
#[derive(Default)]
struct Building {
    names: String,
    entries: Vec<Entry>,
    rows: Vec<[u32; 5]>,
    row_numbers: HashMap<[u32; 5], u32>,
    values: Vec<Said<Arc<str>>>,
    /// What stands in the table -> number of the value.
    value_numbers: [HashMap<Box<str>, u32>; 5],
    findings: Vec<Finding>,
    more_findings: usize,
}

impl Building {
    fn row(&mut self, header: &Header, record: &StringRecord, line: u32) -> Result<()> {
        if record.iter().any(|cell| cell.len() > MAX_CELL_BYTES) {
            return Err(unusable(format!("line {line} holds more than {MAX_CELL_BYTES} bytes in one column"))
                .hint("a quote may be missing"));
        }
        let cell = |place: Option<usize>| place.and_then(|place| record.get(place)).filter(|cell| !cell.is_empty());
        if record.iter().all(str::is_empty) {
            return Ok(());
        }
        let mut numbers = [0; 5];
        for column in RightsColumn::ALL {
            numbers[column as usize] =
                self.value(column, cell(header.values[column as usize]).unwrap_or_default(), line);
        }
        let row = *self.row_numbers.entry(numbers).or_insert_with(|| {
            self.rows.push(numbers);
            number(self.rows.len() - 1)
        });
        let (kind, name) = match (cell(header.file), cell(header.catalog_number)) {
            (Some(file), _) => (Kind::File, below_source(file)),
            (None, Some(number)) => (Kind::CatalogNumber, number.to_owned()),
            (None, None) => {
                return Err(unusable(format!("line {line} has neither file nor catalog number"))
                    .hint("say which picture it is about, or take the line out"));
            }
        };
        let (start, bytes) = (number(self.names.len()), number(name.len()));
        self.names.push_str(&name);
        self.entries.push(Entry { kind, start, bytes, row, line });
        Ok(())
    }

    fn value(&mut self, column: RightsColumn, text: &str, line: u32) -> u32 {
        if let Some(known) = self.value_numbers[column as usize].get(text) {
            return *known;
        }
        let said = if text.is_empty() { Said::Nothing } else { self.said(column, text, line) };
        self.values.push(said);
        let number = number(self.values.len() - 1);
        self.value_numbers[column as usize].insert(text.into(), number);
        number
    }

    fn said(&mut self, column: RightsColumn, text: &str, line: u32) -> Said<Arc<str>> {
        let of_line = format!(" in line {line} of the table of rights");
        let (written, unknown) = match column {
            RightsColumn::Rights => licence(text, &of_line),
            _ => (text.to_owned(), None),
        };
        if let Some(objection) = column.objection(&written) {
            let message = format!("the {} `{}`{of_line} {objection}; it is left out", column.name(), shown(text));
            self.tell(Finding::warning(message).hint("write it shorter and on one line"));
            return Said::Unusable;
        }
        unknown.into_iter().for_each(|finding| self.tell(finding));
        Said::This(written.into())
    }

    fn tell(&mut self, finding: Finding) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(finding);
        } else {
            self.more_findings += 1;
        }
    }

    fn finish(mut self) -> Result<RightsMap> {
        let mut map = RightsMap {
            names: std::mem::take(&mut self.names),
            entries: std::mem::take(&mut self.entries),
            index: Vec::new(),
            rows: std::mem::take(&mut self.rows),
            values: std::mem::take(&mut self.values),
            findings: Vec::new(),
        };
        map.names.shrink_to_fit();
        map.entries.shrink_to_fit();
        let entries = (0_u32..).zip(&map.entries);
        map.index = entries.map(|(number, entry)| (folded_hash(entry.kind, map.name(entry)), number)).collect();
        map.index.sort_unstable();
        // Of equal hashes only the former ones are compared: each pair once.
        for alike in map.index.chunk_by(|one, two| one.0 == two.0).filter(|alike| alike.len() > 1) {
            self.compare(&map, alike)?;
        }
        if self.more_findings > 0 {
            self.findings.push(Finding::note(format!("{} more findings on the table of rights", self.more_findings)));
        }
        map.findings = self.findings;
        Ok(map)
    }

    /// Rows about the same thing say the same, or the table is refused. Names that differ only in case may differ.
    fn compare(&mut self, map: &RightsMap, alike: &[(u64, u32)]) -> Result<()> {
        let mut seen: HashMap<(Kind, &str), &Entry> = HashMap::new();
        let entries: Vec<&Entry> = alike.iter().map(|(_, number)| &map.entries[*number as usize]).collect();
        for entry in &entries {
            let name = map.name(entry);
            let former = seen.entry((entry.kind, name)).or_insert(entry);
            if former.row != entry.row {
                let lines = format!("lines {} and {}", former.line, entry.line);
                return Err(
                    unusable(format!("{lines} say different things of `{}`", shown(name))).hint("keep one of them")
                );
            }
        }
        if let Some(other) = entries.iter().find(|entry| entry.row != entries[0].row) {
            self.tell(Finding::note(format!(
                "`{}` and `{}` in lines {} and {} of the table of rights differ only in case; only names written \
                 exactly so are found",
                shown(map.name(entries[0])),
                shown(map.name(other)),
                entries[0].line,
                other.line
            )));
        }
        Ok(())
    }
}

/// A path as a source shows it: `/` between its parts, none at its beginning.
fn below_source(file: &str) -> String {
    let path = file.replace('\\', "/");
    let path = path.trim_start_matches("./").trim_start_matches('/');
    path.to_owned()
}

fn number(place: usize) -> u32 {
    u32::try_from(place).expect("a table has less than 4 GB")
}
