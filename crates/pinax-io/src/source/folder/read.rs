//! Reading one file: whole, and the one that was listed, or not at all.

use std::fs::File;
use std::io::{self, Read as _};

use pinax_core::nouns::source_image::SourceImage;
use pinax_core::{Error, ErrorKind, Result};

use super::walk::fingerprint;
use super::{Place, faults};
use crate::beneath::{Folder, Kind, parts, reach, status_of};

/// Opens the folder a listed file lies in.
pub(super) fn folder_of<'a>(place: &Place, image: &'a SourceImage, doing: &str) -> Result<(Folder, &'a [u8])> {
    let path = image.locator.as_bytes();
    // Found out first, so that a wrong path is no fault of the disk.
    parts(path).map_err(|error| faults::file(doing, &image.locator, error))?;
    let root = place.open_root()?;
    reach(&root, path).map_err(|error| file_fault(place, image, doing, error))
}

/// Opens a file, when it still is the one that was listed.
pub(super) fn open_listed(
    place: &Place,
    folder: &Folder,
    name: &[u8],
    image: &SourceImage,
    doing: &str,
) -> Result<File> {
    let fault = |error| file_fault(place, image, doing, error);
    // A pipe or device is not even opened.
    if folder.status(name).map_err(fault)?.kind != Kind::File {
        return Err(faults::changed(&image.locator));
    }
    let file = folder.open(name).map_err(fault)?;
    if is_listed(&file, image).map_err(fault)? { Ok(file) } else { Err(faults::changed(&image.locator)) }
}

/// Is the open file the one that was listed?
pub(super) fn is_listed(file: &File, image: &SourceImage) -> io::Result<bool> {
    let status = status_of(file)?;
    Ok(status.kind == Kind::File && fingerprint(&status) == image.fingerprint)
}

/// A file that is not there may mean a disk that is not there.
pub(super) fn file_fault(place: &Place, image: &SourceImage, doing: &str, error: io::Error) -> Error {
    match place.still_there() {
        Err(gone) => gone,
        Ok(()) => faults::file(doing, &image.locator, error),
    }
}

pub(super) fn read(place: &Place, image: &SourceImage, limit_bytes: u64) -> Result<Vec<u8>> {
    const DOING: &str = "read";
    let (folder, name) = folder_of(place, image, DOING)?;
    let file = open_listed(place, &folder, name, image, DOING)?;
    let size_bytes = image.fingerprint.size_bytes;
    if size_bytes > limit_bytes {
        return Err(Error::new(
            ErrorKind::Rejected,
            format!("{} has {size_bytes} bytes; at most {limit_bytes} are read", image.locator),
        )
        .hint("make it smaller, or raise the limit"));
    }
    let fault = |error| file_fault(place, image, DOING, error);
    let bytes = read_whole(&file, size_bytes).map_err(fault)?;
    if bytes.len() as u64 == size_bytes && is_listed(&file, image).map_err(fault)? {
        Ok(bytes)
    } else {
        Err(faults::changed(&image.locator))
    }
}

/// Reads at most one byte more than expected, which is enough to see that it grew.
fn read_whole(file: &File, size_bytes: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let size = usize::try_from(size_bytes).map_err(|_| io::ErrorKind::OutOfMemory)?;
    bytes.try_reserve_exact(size).map_err(|_| io::ErrorKind::OutOfMemory)?;
    file.take(size_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}
