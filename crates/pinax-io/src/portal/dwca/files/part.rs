//! Rows that wait for their archive, one on a line.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Seek, Write};
use std::path::{Path, PathBuf};

use pinax_core::{Error, ErrorKind, Result};

use super::fault;
use crate::portal::dwca::archive::line;
use crate::portal::dwca::row::{COLUMNS, DwcaRow};

/// The part rows are appended to.
pub(super) struct OpenPart {
    file: File,
    path: PathBuf,
    /// In bytes.
    length: u64,
    known: HashSet<String>,
}

impl OpenPart {
    /// A new part.
    pub(super) fn create(path: &Path) -> Result<Self> {
        let failed = |error| fault(path, "write to", error);
        let file = OpenOptions::new().write(true).create_new(true).open(path).map_err(failed)?;
        let mut part = Self { file, path: path.to_owned(), length: 0, known: HashSet::new() };
        part.write(&header(), &mut HashSet::new())?;
        Ok(part)
    }

    /// Goes on with a part; what is torn is cut off, be it the header.
    pub(super) fn reopen(path: &Path) -> Result<Self> {
        let found = read_part(path)?;
        let failed = |error| fault(path, "write to", error);
        let mut file = OpenOptions::new().write(true).open(path).map_err(failed)?;
        file.set_len(found.length).and_then(|()| file.seek(io::SeekFrom::End(0))).map_err(failed)?;
        let known = found.rows.iter().map(DwcaRow::known_as).collect();
        let mut part = Self { file, path: path.to_owned(), length: found.length, known };
        if part.length == 0 {
            part.write(&header(), &mut HashSet::new())?;
        }
        Ok(part)
    }

    /// Its length in bytes.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Is the picture that a portal finds by this name in it?
    pub(super) fn holds(&self, known_as: &str) -> bool {
        self.known.contains(known_as)
    }

    /// Appends lines, all or none; takes the names of their pictures.
    pub(super) fn write(&mut self, lines: &[u8], known_as: &mut HashSet<String>) -> Result<()> {
        let written = self.file.write_all(lines).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // If this fails too, the torn line is cut off when the part is opened again.
            let _ = self.file.set_len(self.length);
            return Err(fault(&self.path, "write to", error));
        }
        self.length += lines.len() as u64;
        self.known.extend(known_as.drain());
        Ok(())
    }
}

fn header() -> Vec<u8> {
    line(COLUMNS.iter().map(|(name, _)| *name))
}

/// The line of a row.
pub(super) fn row_line(row: &DwcaRow) -> Vec<u8> {
    line(row.cells.iter().map(String::as_str))
}

/// The lines of a part that are whole.
pub(super) struct FoundPart {
    pub(super) rows: Vec<DwcaRow>,
    /// Of all whole lines with the header, in bytes.
    pub(super) length: u64,
}

/// Reads a part up to where it is torn.
pub(super) fn read_part(path: &Path) -> Result<FoundPart> {
    let failed = |error| fault(path, "read", error);
    let mut input = BufReader::new(File::open(path).map_err(failed)?);
    let mut found = FoundPart { rows: Vec::new(), length: 0 };
    let mut bytes = Vec::new();
    while input.read_until(b'\n', &mut bytes).map_err(failed)? > 0 && bytes.ends_with(b"\n") {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
        let cells: Vec<String> = match reader.records().next() {
            Some(Ok(record)) => record.iter().map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        let is_header = found.length == 0;
        match <[String; COLUMNS.len()]>::try_from(cells) {
            Ok(cells) if is_header && cells.iter().zip(COLUMNS).all(|(cell, (name, _))| cell == name) => {}
            Ok(cells) if !is_header => found.rows.push(DwcaRow { cells }),
            _ => {
                let at = found.rows.len() + 1 + usize::from(!is_header);
                let told = format!("line {at} of {} is not one that was written there", path.display());
                return Err(Error::new(ErrorKind::Corrupt, told)
                    .hint("mend or remove that line, or restore the file; nothing was cut from it"));
            }
        }
        found.length += bytes.len() as u64;
        bytes.clear();
    }
    Ok(found)
}
