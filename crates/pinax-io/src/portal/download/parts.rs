//! A download from a portal: one table, or a zip with several. Only the tables known by name are read, as a stream.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::Path;

use pinax_core::{Error, ErrorKind, Result};
use zip::ZipArchive;

use super::DownloadOptions;

/// The tables of a download.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Occurrences.
    Records,
    /// Pictures and sound.
    Media,
}

impl Part {
    /// Names in a zip, without extension, as Symbiota (`DwcArchiverCore`) and other makers of archives write them.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Records => &["occurrences", "occurrence"],
            Self::Media => &["multimedia", "images", "media"],
        }
    }
}

/// Reads the tables of the download, records first.
pub(super) fn read(options: &DownloadOptions, mut table: impl FnMut(Part, &mut dyn Read) -> Result<()>) -> Result<()> {
    let path = &options.records;
    let mut file = File::open(path).map_err(|error| unreadable(path, error))?;
    let mut start = [0; 4];
    let length = read_up_to(&mut file, &mut start).map_err(|error| unreadable(path, error))?;
    file.rewind().map_err(|error| unreadable(path, error))?;
    if start[..length] != *b"PK\x03\x04" {
        return table(Part::Records, &mut Capped::new(file, options.max_bytes));
    }
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| broken_zip(path, error))?;
    for part in [Part::Records, Part::Media] {
        let Some(place) = place(&archive, part) else {
            if part == Part::Records {
                return Err(Error::new(ErrorKind::Config, format!("{} holds no occurrences.csv", path.display()))
                    .hint("download occurrence records from the portal, as CSV or as Darwin Core archive"));
            }
            continue;
        };
        let entry = archive.by_index(place).map_err(|error| broken_zip(path, error))?;
        table(part, &mut Capped::new(entry, options.max_bytes))?;
    }
    Ok(())
}

/// Where in the zip the table is. Folders are not looked into, and no name is used as a path.
fn place<R: Read + Seek>(archive: &ZipArchive<R>, part: Part) -> Option<usize> {
    let is_it = |name: &str| {
        let name = name.to_lowercase();
        let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
        matches!(extension, "csv" | "tab" | "tsv" | "txt") && part.names().contains(&stem)
    };
    let name = archive.file_names().filter_map(Result::ok).find(|name| is_it(name))?.into_owned();
    archive.index_for_name(&name)
}

fn unreadable(path: &Path, error: io::Error) -> Error {
    let kind = if error.kind() == io::ErrorKind::NotFound { ErrorKind::Config } else { ErrorKind::Io };
    Error::new(kind, format!("the portal's records cannot be read from {}", path.display()))
        .hint("download the collection's records from the portal and set portal.records to that file")
        .caused_by(error)
}

fn broken_zip(path: &Path, error: zip::result::ZipError) -> Error {
    Error::new(ErrorKind::Corrupt, format!("{} is no whole zip file", path.display()))
        .hint("download it again")
        .caused_by(error)
}

fn read_up_to(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match input.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(length) => filled += length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Ends with an error where it has given too much.
struct Capped<R> {
    input: R,
    left: u64,
}

impl<R: Read> Capped<R> {
    fn new(input: R, limit: u64) -> Self {
        Self { input, left: limit }
    }
}

impl<R: Read> Read for Capped<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.input.read(buffer)?;
        match self.left.checked_sub(length as u64) {
            Some(left) => {
                self.left = left;
                Ok(length)
            }
            None => Err(io::Error::new(io::ErrorKind::FileTooLarge, "it unpacks to more than is sensible")),
        }
    }
}
