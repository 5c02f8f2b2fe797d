//! Which lines of a file are whole: after a kill, the last one may not be.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use pinax_core::{Error, ErrorKind, Result};

use super::fault;

/// The lines of a file that are whole: all have an end, and as many cells as the first.
pub(in crate::portal::import_csv) struct WholeLines {
    pub(super) header: Option<Vec<String>>,
    /// In bytes.
    pub(in crate::portal::import_csv) length: u64,
    pub(super) rows: u64,
}

pub(in crate::portal::import_csv) fn whole_lines(path: &Path) -> Result<WholeLines> {
    let failed = |error| fault(path, "read", error);
    let mut input = BufReader::new(File::open(path).map_err(failed)?);
    let mut whole = WholeLines { header: None, length: 0, rows: 0 };
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line).map_err(failed)? > 0 {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_slice());
        let cells: Option<Vec<String>> =
            reader.records().next().and_then(Result::ok).map(|record| record.iter().map(str::to_owned).collect());
        if !line.ends_with(b"\n") {
            break;
        }
        match (&whole.header, cells) {
            (None, Some(cells)) => whole.header = Some(cells),
            (Some(header), Some(cells)) if header.len() == cells.len() => whole.rows += 1,
            _ => {
                let told = format!("line {} of {} is not one that was written there", whole.rows + 2, path.display());
                return Err(Error::new(ErrorKind::Corrupt, told)
                    .hint("mend or remove that line, or restore the file; nothing was cut from it"));
            }
        }
        whole.length += line.len() as u64;
        line.clear();
    }
    Ok(whole)
}
