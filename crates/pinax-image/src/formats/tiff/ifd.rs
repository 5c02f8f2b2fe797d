//! The directories of a TIFF file (TIFF 6.0, BigTIFF, and the raw files that borrow their shape), walked within bounds.

use std::collections::BTreeSet;

use super::super::{corrupt, truncated};
use crate::error::Error;

/// More directories than any scanner or camera writes.
const MAX_DIRECTORIES: usize = 1024;
/// All entries of all directories: they are held at once.
const MAX_ENTRIES: usize = 65_536;
/// Directories below one directory.
const MAX_BELOW: u64 = 64;

const SUB_DIRECTORIES: u16 = 330;

/// The frame of a TIFF file: byte order and width of its offsets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tiff<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) little_endian: bool,
    big: bool,
}

/// One entry, with the place of its value.
#[derive(Clone, Copy, Debug)]
struct Entry {
    tag: u16,
    kind: u16,
    count: u64,
    at: u64,
}

/// What is said of one picture of the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Directory {
    entries: Vec<Entry>,
}

impl<'a> Tiff<'a> {
    /// `None` if the bytes do not begin like TIFF or a raw file of its shape.
    pub(crate) fn new(bytes: &'a [u8]) -> Option<Self> {
        let little_endian = bytes.starts_with(b"II");
        if !little_endian && !bytes.starts_with(b"MM") {
            return None;
        }
        let mut tiff = Self { bytes, little_endian, big: false };
        tiff.big = tiff.uint(2, 2)? == 43;
        Some(tiff)
    }

    /// The directories in the order of the file, those below others right after the whole chain.
    ///
    /// # Errors
    /// `Truncated` if one lies outside the file, `Corrupt` if they run in a circle or are too many.
    pub(crate) fn directories(&self) -> Result<Vec<Directory>, Error> {
        let first = if self.big { self.uint(8, 8) } else { self.uint(4, 4) };
        let mut waiting = vec![first.ok_or_else(truncated)?];
        let mut seen = BTreeSet::new();
        let (mut directories, mut entries) = (Vec::new(), 0);
        let mut below = Vec::new();
        while let Some(at) = waiting.pop().or_else(|| below.pop()) {
            if at == 0 {
                continue;
            }
            if !seen.insert(at) {
                return Err(corrupt("its directories run in a circle"));
            }
            let (directory, next) = self.directory(at)?;
            entries += directory.entries.len();
            if seen.len() > MAX_DIRECTORIES || entries > MAX_ENTRIES {
                return Err(corrupt("too many directories"));
            }
            if let Some(entry) = directory.entry(SUB_DIRECTORIES)
                && entry.count <= MAX_BELOW
            {
                below.extend(self.uints(&directory, SUB_DIRECTORIES)?.unwrap_or_default().into_iter().rev());
            }
            waiting.push(next);
            directories.push(directory);
        }
        Ok(directories)
    }

    /// The first directory of the file.
    ///
    /// # Errors
    /// `Truncated` if it lies outside the file, `Corrupt` if it is too long.
    pub(crate) fn first_directory(&self) -> Result<Directory, Error> {
        let first = if self.big { self.uint(8, 8) } else { self.uint(4, 4) };
        self.directory_at(first.ok_or_else(truncated)?)
    }

    /// The directory at this place.
    ///
    /// # Errors
    /// As [`first_directory`](Self::first_directory).
    pub(crate) fn directory_at(&self, at: u64) -> Result<Directory, Error> {
        self.directory(at).map(|(directory, _)| directory)
    }

    fn directory(&self, at: u64) -> Result<(Directory, u64), Error> {
        let (count_bytes, entry_bytes, place_bytes) = if self.big { (8, 20, 8) } else { (2, 12, 4) };
        let count = self.uint(at, count_bytes).ok_or_else(truncated)?;
        let start = at + count_bytes;
        let end = count.checked_mul(entry_bytes).and_then(|bytes| start.checked_add(bytes)).ok_or_else(truncated)?;
        if end > self.bytes.len() as u64 {
            return Err(truncated());
        }
        if count > MAX_ENTRIES as u64 {
            return Err(corrupt("too many entries"));
        }
        let mut entries = Vec::with_capacity(count as usize);
        for index in 0..count {
            let at = start + index * entry_bytes;
            let field = |from, bytes| self.uint(at + from, bytes).ok_or_else(truncated);
            let (tag, kind, count) = (field(0, 2)? as u16, field(2, 2)? as u16, field(4, place_bytes)?);
            let value = at + 4 + place_bytes;
            let inline = count.checked_mul(size_of_kind(kind)).is_some_and(|bytes| bytes <= place_bytes);
            let value = if inline { value } else { field(4 + place_bytes, place_bytes)? };
            entries.push(Entry { tag, kind, count, at: value });
        }
        // Some writers end the file after the last entry.
        Ok((Directory { entries }, self.uint(end, place_bytes).unwrap_or(0)))
    }

    /// The whole numbers of a tag, `None` without the tag.
    ///
    /// # Errors
    /// `Truncated` if they lie outside the file, `Corrupt` if they are no whole numbers.
    pub(crate) fn uints(&self, directory: &Directory, tag: u16) -> Result<Option<Vec<u64>>, Error> {
        let Some(entry) = directory.entry(tag) else {
            return Ok(None);
        };
        let size = match entry.kind {
            1 | 3 | 4 | 13 | 16 | 18 => size_of_kind(entry.kind),
            kind => return Err(corrupt(format!("tag {tag} has values of kind {kind}"))),
        };
        let bytes = self.value(entry).ok_or_else(truncated)?;
        let numbers = bytes.chunks_exact(size as usize).map(|bytes| number(bytes, self.little_endian));
        Ok(Some(numbers.collect()))
    }

    /// The first whole number of a tag; `None` without the tag.
    pub(crate) fn uint_of(&self, directory: &Directory, tag: u16) -> Result<Option<u64>, Error> {
        let Some(mut entry) = directory.entry(tag).copied() else {
            return Ok(None);
        };
        // No need to read a list for its first.
        entry.count = entry.count.min(1);
        let one = Directory { entries: vec![entry] };
        Ok(self.uints(&one, tag)?.and_then(|numbers| numbers.first().copied()))
    }

    /// The bytes of a tag's value, whatever its kind; `None` without the tag or outside the file.
    pub(crate) fn bytes_of(&self, directory: &Directory, tag: u16) -> Option<&'a [u8]> {
        self.value(directory.entry(tag)?)
    }

    fn value(&self, entry: &Entry) -> Option<&'a [u8]> {
        self.part(entry.at, entry.count.checked_mul(size_of_kind(entry.kind))?)
    }

    /// A part of the file.
    pub(crate) fn part(&self, at: u64, bytes: u64) -> Option<&'a [u8]> {
        let end = usize::try_from(at.checked_add(bytes)?).ok()?;
        self.bytes.get(usize::try_from(at).ok()?..end)
    }

    fn uint(&self, at: u64, bytes: u64) -> Option<u64> {
        self.part(at, bytes).map(|bytes| number(bytes, self.little_endian))
    }
}

impl Directory {
    fn entry(&self, tag: u16) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.tag == tag)
    }

    pub(crate) fn has(&self, tag: u16) -> bool {
        self.entry(tag).is_some()
    }
}

/// Bytes of one value, by the number of its kind; 1 for those nobody knows.
fn size_of_kind(kind: u16) -> u64 {
    match kind {
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 | 16 | 17 | 18 => 8,
        _ => 1,
    }
}

/// Up to 8 bytes as a number.
fn number(bytes: &[u8], little_endian: bool) -> u64 {
    let add = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
    if little_endian { bytes.iter().rev().fold(0, add) } else { bytes.iter().fold(0, add) }
}
