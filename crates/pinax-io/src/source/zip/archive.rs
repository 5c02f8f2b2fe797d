//! The entries of one zip file, read one by one from its directory; nothing of its size is believed.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use pinax_core::nouns::source_image::Fingerprint;
use zip::CompressionMethod;
use zip::read::{Config, ZipFileEntry};
use zip::result::ZipError;
use zip::unstable::read::ZipIterable;

use super::ZipSource;
use crate::source::names::{Name, look_at};
use crate::source::passed_over::Why;

/// Hands over each entry in the order of the directory; stops where `each` says `false`.
///
/// # Errors
/// What is wrong with the zip file; entries handed over before stand.
pub(super) fn each_entry(file: &File, mut each: impl FnMut(ZipFileEntry<'static>) -> bool) -> Result<(), ZipError> {
    let mut entries = ZipIterable::try_new(Blocks::new(file)?, Config::default())?;
    if entries.len() > ZipSource::MOST_ENTRIES {
        return Err(ZipError::UnsupportedArchive("it has more than 500 000 entries: pack it in parts, or unpack it"));
    }
    for entry in entries.files()? {
        if !each(entry?) {
            break;
        }
    }
    Ok(())
}

/// What an entry is.
pub(super) enum Entry {
    /// A file that can be read.
    File(Fingerprint),
    /// A folder, or litter of a system: nobody misses it.
    Nothing,
    /// Something that is passed over.
    Passed(Why),
}

/// Looks at an entry without reading it.
pub(super) fn classify(entry: &ZipFileEntry<'_>) -> Entry {
    let name = entry.name_raw();
    if entry.is_dir() || name.ends_with(b"/") {
        return Entry::Nothing;
    }
    let parts = || name.split(|byte| *byte == b'/');
    if parts().any(|part| part.is_empty() || part == b"." || part == b".." || part.contains(&0)) {
        return Entry::Passed(Why::Outside);
    }
    if parts().any(|part| look_at(part) == Name::Litter) {
        return Entry::Nothing;
    }
    if look_at(parts().next_back().unwrap_or_default()) == Name::Unfinished {
        return Entry::Passed(Why::Unfinished);
    }
    if entry.is_symlink() {
        return Entry::Passed(Why::Link);
    }
    if super::place::is_zip_name(name) {
        return Entry::Passed(Why::Nested);
    }
    if entry.encrypted() {
        return Entry::Passed(Why::Encrypted);
    }
    if !matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
        return Entry::Passed(Why::Packed);
    }
    Entry::File(fingerprint(entry))
}

/// What is known of a file before it is read. The time is left out: it has no zone, and packing again changes it.
fn fingerprint(entry: &ZipFileEntry<'_>) -> Fingerprint {
    let tag = Fingerprint::tag_of(&format!("crc32 {:08x}", entry.crc32()));
    Fingerprint { size_bytes: entry.size(), modified_ns: 0, tag }
}

/// A file that is read in blocks, which seeking does not throw away: the directory is read with many small seeks.
pub(super) struct Blocks<'a> {
    file: &'a File,
    length: u64,
    position: u64,
    block: Vec<u8>,
    block_start: u64,
}

const BLOCK_BYTES: u64 = 64 * 1024;

impl<'a> Blocks<'a> {
    pub(super) fn new(file: &'a File) -> io::Result<Self> {
        Ok(Self { file, length: file.metadata()?.len(), position: 0, block: Vec::new(), block_start: 0 })
    }

    fn within(&self) -> Option<usize> {
        let ahead = usize::try_from(self.position.checked_sub(self.block_start)?).ok()?;
        (ahead < self.block.len()).then_some(ahead)
    }
}

impl Read for Blocks<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() || self.position >= self.length {
            return Ok(0);
        }
        let ahead = match self.within() {
            Some(ahead) => ahead,
            None => {
                self.block.clear();
                self.block_start = self.position;
                let mut file = self.file;
                file.seek(SeekFrom::Start(self.position))?;
                file.take(BLOCK_BYTES).read_to_end(&mut self.block)?;
                0
            }
        };
        let there = self.block.get(ahead..).unwrap_or_default();
        let length = there.len().min(buffer.len());
        buffer[..length].copy_from_slice(&there[..length]);
        self.position += length as u64;
        Ok(length)
    }
}

impl Seek for Blocks<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(offset) => self.length.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = target.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}
