//! Reading one file out of a zip file.

use std::fs::File;
use std::io::{self, Read as _};

use pinax_core::nouns::source_image::{Locator, SourceImage};
use pinax_core::{Error, ErrorKind, Result};
use zip::read::{ZipFileEntry, ZipReadOptions};
use zip::result::ZipError;

use super::archive::{Blocks, Entry, classify};
use super::place::{Place, archive_of};
use crate::beneath::status_of;

/// What `deflate` can make of a byte at most (RFC 1951: 258 bytes out of two bits).
const MOST_FROM_A_BYTE: u64 = 1_032;

pub(super) fn read(place: &Place, image: &SourceImage, limit_bytes: u64) -> Result<Vec<u8>> {
    let locator = &image.locator;
    let (file, archive, inner) =
        archive_of(place.open()?, locator.as_bytes()).map_err(|error| unreadable(locator, error))?;
    let before = status_of(&file).map_err(|error| unreadable(locator, error))?;
    let index = place.indexes.of(archive, &file).map_err(|error| damaged(locator, error))?;
    let Some(entry) = index.get(inner) else {
        return Err(gone(locator));
    };
    let entry = entry.as_ref();
    match classify(&entry) {
        Entry::File(fingerprint) if fingerprint == image.fingerprint => {}
        _ => return Err(changed(locator)),
    }
    let size_bytes = image.fingerprint.size_bytes;
    if size_bytes > limit_bytes {
        return Err(Error::new(
            ErrorKind::Rejected,
            format!("{locator} has {size_bytes} bytes; at most {limit_bytes} are read"),
        )
        .hint("make it smaller, or raise the limit"));
    }
    // The sum of the bytes is proved while they are read: what comes whole is what was listed.
    match unpack(&file, entry, size_bytes) {
        Ok(bytes) if bytes.len() as u64 == size_bytes => Ok(bytes),
        result if status_of(&file).is_ok_and(|after| after != before) => {
            drop(result);
            Err(changed(locator))
        }
        Ok(_) => Err(Error::new(ErrorKind::Corrupt, format!("{locator} is not as long as its zip file says"))
            .hint("copy the zip file again from where it came")),
        Err(error) => Err(damaged(locator, error)),
    }
}

fn unpack(file: &File, entry: ZipFileEntry<'_>, size_bytes: u64) -> std::result::Result<Vec<u8>, ZipError> {
    // A small entry that claims to be huge gets no more memory than it could fill.
    let could_be = entry.compressed_size().min(file.metadata()?.len()).saturating_mul(MOST_FROM_A_BYTE);
    let room = usize::try_from(size_bytes.min(could_be)).map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(room).map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
    let mut blocks = Blocks::new(file)?;
    let unpacked = entry.with_reader(&mut blocks, ZipReadOptions::new())?;
    unpacked.take(size_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unreadable(locator: &Locator, error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::InvalidInput => gone(locator),
        _ => Error::new(ErrorKind::Io, format!("cannot read {locator}"))
            .hint("look at the disk or server the zip file lies on")
            .caused_by(error),
    }
}

fn damaged(locator: &Locator, error: ZipError) -> Error {
    Error::new(ErrorKind::Corrupt, format!("cannot unpack {locator}"))
        .hint("copy the zip file again from where it came")
        .caused_by(error)
}

fn gone(locator: &Locator) -> Error {
    Error::new(ErrorKind::NotFound, format!("{locator} is not there any more"))
        .hint("if it was taken out on purpose, all is well")
}

fn changed(locator: &Locator) -> Error {
    Error::new(ErrorKind::Conflict, format!("{locator} changed since it was listed"))
        .hint("run again when nobody writes to the zip file")
}
