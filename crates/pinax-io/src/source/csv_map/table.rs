//! The table as rows of cells: fetched, when it is elsewhere; any delimiter; UTF-8 or Latin-1.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek as _, SeekFrom, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use csv::{ByteRecord, Reader, ReaderBuilder};
use pinax_core::{Error, ErrorKind, Result};

use super::{CsvMapSource, CsvPlace};
use crate::http::{Sink, Wanted};

/// A row is never longer: a quote that is never closed would take the rest of the table for one.
const ROW_BYTES: u64 = 1 << 20;
/// A header is never longer.
const HEADER_BYTES: usize = 1 << 16;

/// Opens the table, or fetches it into a file that nobody sees.
pub(super) async fn open(source: &CsvMapSource) -> Result<File> {
    let limit_bytes = source.options.table_limit_bytes;
    match &source.options.place {
        CsvPlace::File(path) => {
            let unreadable = |error: io::Error| {
                let message = format!("the table {} cannot be read", path.display());
                Error::new(ErrorKind::Config, message).caused_by(error).hint("look at source.path")
            };
            let file = File::open(path).map_err(unreadable)?;
            let seen = file.metadata().map_err(unreadable)?;
            if !seen.is_file() || seen.len() > limit_bytes {
                let message = format!("{} is no table of at most {limit_bytes} bytes", path.display());
                return Err(Error::new(ErrorKind::Config, message).hint("look at source.path"));
            }
            Ok(file)
        }
        CsvPlace::Web(url) => {
            let no_room = |error: io::Error| {
                Error::new(ErrorKind::Full, "the table cannot be put by").caused_by(error).hint("make room in TMPDIR")
            };
            let mut sink = FileSink { file: tempfile::tempfile().map_err(no_room)?, fault: None };
            source.table.download_into(url, &Wanted::up_to(limit_bytes), &mut sink).await?;
            if let Some(fault) = sink.fault {
                return Err(no_room(fault));
            }
            sink.file.seek(SeekFrom::Start(0)).map_err(no_room)?;
            Ok(sink.file)
        }
    }
}

/// Keeps a download in a file.
struct FileSink {
    file: File,
    fault: Option<io::Error>,
}

impl Sink for FileSink {
    fn begin(&mut self, _size_bytes: Option<u64>) {
        self.fault = self.file.set_len(0).and_then(|()| self.file.rewind()).err();
    }

    fn take(&mut self, part: &[u8]) {
        if self.fault.is_none() {
            self.fault = self.file.write_all(part).err();
        }
    }
}

/// The rows of a table.
pub(super) struct Rows {
    reader: Reader<Leashed>,
    left: Arc<AtomicU64>,
    record: ByteRecord,
    name: String,
}

impl Rows {
    /// Finds out encoding and delimiter.
    pub(super) fn new(name: String, mut input: impl Read + Send + 'static) -> Result<Self> {
        let mut head = Vec::new();
        while !head.contains(&b'\n') && head.len() < HEADER_BYTES {
            let before = head.len();
            (&mut input).take(4096).read_to_end(&mut head).map_err(|error| unreadable(&name, error))?;
            if head.len() == before {
                break;
            }
        }
        if head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]) || head.contains(&0) {
            return Err(Error::new(
                ErrorKind::Config,
                format!("{name} is not plain text: it may be UTF-16, or no table"),
            )
            .hint("save it as CSV in UTF-8"));
        }
        let start = if head.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
        let line = head[start..].split(|byte| matches!(byte, b'\n' | b'\r')).find(|line| !line.is_empty());
        let delimiter = delimiter(line.unwrap_or_default());
        let left = Arc::new(AtomicU64::new(ROW_BYTES));
        // With a line end behind the last row, every row ends with one.
        let rest = Cursor::new(head.split_off(start)).chain(input).chain(&b"\n"[..]);
        let reader = ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(Leashed {
            rest: Box::new(rest),
            left: Arc::clone(&left),
            held_cr: false,
        });
        Ok(Self { reader, left, record: ByteRecord::new(), name })
    }

    /// The next row that is not empty, and the line it begins in.
    pub(super) fn next(&mut self) -> Result<Option<(u64, &ByteRecord)>> {
        self.left.store(ROW_BYTES, Ordering::Relaxed);
        let there = self.reader.read_byte_record(&mut self.record).map_err(|error| unreadable(&self.name, error))?;
        let within = self.record.iter().flatten().filter(|byte| **byte == b'\n').count() as u64;
        let line = self.reader.position().line().saturating_sub(1 + within).max(1);
        Ok(there.then_some((line, &self.record)))
    }
}

fn unreadable(name: &str, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(ErrorKind::Corrupt, format!("{name} cannot be read to its end"))
        .hint("is a quote missing? Open it as text, or save it again as CSV")
        .caused_by(error)
}

/// The one that stands in the header most often, outside of quotes.
fn delimiter(line: &[u8]) -> u8 {
    let count = |delimiter: u8| {
        let mut quoted = false;
        line.iter()
            .filter(|byte| {
                quoted ^= **byte == b'"';
                !quoted && **byte == delimiter
            })
            .count()
    };
    [b'|', b';', b'\t', b','].into_iter().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

/// The text of a cell, and whether it is Latin-1: what is not UTF-8 is, as on a portal.
pub(super) fn text(cell: &[u8]) -> (Cow<'_, str>, bool) {
    match std::str::from_utf8(cell) {
        Ok(text) => (Cow::Borrowed(text), false),
        Err(_) => (Cow::Owned(cell.iter().map(|byte| char::from(*byte)).collect()), true),
    }
}

/// Stops when a row does not end, and gives CR LF as LF, because lines are counted by LF.
struct Leashed {
    rest: Box<dyn Read + Send>,
    /// Bytes it may still give for this row.
    left: Arc<AtomicU64>,
    /// A CR came, and was not given yet.
    held_cr: bool,
}

impl Read for Leashed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            // Room for what is held.
            let Some(room) = buffer.get_mut(1..).filter(|room| !room.is_empty()) else {
                return Err(io::Error::other("there is no room to read into"));
            };
            let length = self.rest.read(room)?;
            let Some(left) = self.left.load(Ordering::Relaxed).checked_sub(length as u64) else {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "a row has no end: a quote may be missing"));
            };
            self.left.store(left, Ordering::Relaxed);
            if length == 0 {
                return Ok(0);
            }
            let given = self.without_cr(buffer, length);
            if given > 0 {
                return Ok(given);
            }
        }
    }
}

impl Leashed {
    /// Moves what was read, behind the first byte, to the front; how much is left of it.
    fn without_cr(&mut self, buffer: &mut [u8], length: usize) -> usize {
        let mut given = 0;
        for at in 1..=length {
            let byte = buffer[at];
            if std::mem::take(&mut self.held_cr) && byte != b'\n' {
                buffer[given] = b'\r';
                given += 1;
            }
            if byte == b'\r' {
                self.held_cr = true;
            } else {
                buffer[given] = byte;
                given += 1;
            }
        }
        given
    }
}

#[cfg(test)]
mod tests {
    use super::Rows;

    fn rows(text: &'static [u8]) -> Vec<(u64, Vec<String>)> {
        let mut rows = Rows::new("it".to_owned(), text).unwrap();
        let mut all = Vec::new();
        while let Some((line, record)) = rows.next().unwrap() {
            all.push((line, record.iter().map(|cell| super::text(cell).0.into_owned()).collect()));
        }
        all
    }

    #[test]
    fn rows_know_their_lines_however_they_end() {
        for text in [
            &b"a,b\n1,x\n\n\n2,\"y\nz\"\n3,w"[..],
            b"a,b\r\n1,x\r\n\r\n\r\n2,\"y\nz\"\r\n3,w\r\n",
            b"\xEF\xBB\xBFa;b\n1;x\n\n\n2;\"y\nz\"\n3;w\n\n",
            b"a\tb\n1\tx\n\n\n2\t\"y\nz\"\n3\tw",
            b"a|b\n1|x\n\n\n2|\"y\nz\"\n3|w",
        ] {
            let lines: Vec<u64> = rows(text).iter().map(|(line, _)| *line).collect();
            assert_eq!(lines, [1, 2, 5, 7], "{:?}", String::from_utf8_lossy(text));
            assert_eq!(rows(text)[2].1, ["2", "y\nz"]);
        }
    }

    #[test]
    fn line_ends_of_every_kind_end_rows() {
        let cells = |text: &'static [u8]| rows(text).into_iter().map(|(_, cells)| cells.join("+")).collect::<Vec<_>>();
        for text in [&b"a,b\r1,x\r2,y\r"[..], b"a,b\r\n1,x\r\n2,y", b"a,b\n1,x\r2,y\n", b"a,b\r\r\n1,x\r\n2,y\r\n\r"] {
            assert_eq!(cells(text), ["a+b", "1+x", "2+y"], "{:?}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn delimiters_within_quotes_and_old_encodings_do_not_mislead() {
        assert_eq!(rows(b"\"a;b;c\",d\n1,2").len(), 2);
        assert_eq!(rows(b"\"a;b;c\",d\n1,2")[0].1, ["a;b;c", "d"]);
        assert_eq!(rows(b"a,b\n\xfc,x")[1].1[0], "\u{fc}");
        for odd in [&b"\xFF\xFEa\0"[..], b"a\0b\n"] {
            assert!(Rows::new("it".to_owned(), odd).is_err());
        }
    }

    #[test]
    fn a_row_without_an_end_stops() {
        let text = [b"a,b\n\"1,x\n".to_vec(), vec![b'x'; 3 << 20]].concat();
        let mut rows = Rows::new("it".to_owned(), std::io::Cursor::new(text)).unwrap();
        assert!(rows.next().unwrap().is_some());
        assert!(rows.next().is_err());
    }
}
