//! A writer of zip files that can lie: names are bytes, and every field can be spoiled.

use std::io::Write as _;

use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, result::ZipResult};

/// One file to be packed, without compression.
#[derive(Debug, Clone, Default)]
pub(crate) struct Entry {
    pub(crate) name: Vec<u8>,
    pub(crate) bytes: Vec<u8>,
    /// General purpose flags; bit 0 is encryption.
    pub(crate) flags: u16,
    /// Method; 0 is none.
    pub(crate) method: u16,
    /// Said to be so long, instead of the length of `bytes`.
    pub(crate) claimed_bytes: Option<u32>,
    /// Said to have this sum, instead of that of `bytes`.
    pub(crate) claimed_crc: Option<u32>,
    /// Unix mode, as `ls` shows it.
    pub(crate) mode: u32,
}

impl Entry {
    pub(crate) fn new(name: impl Into<Vec<u8>>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), bytes: bytes.into(), mode: 0o100_644, ..Self::default() }
    }
}

/// CRC-32 as in ISO 3309, bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
    })
}

/// The zip file (APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16).
pub(crate) fn pack(entries: &[Entry]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let packed = u32::try_from(entry.bytes.len()).unwrap();
        let crc = entry.claimed_crc.unwrap_or_else(|| crc32(&entry.bytes));
        let mut common = Vec::new();
        for field in [20, entry.flags, entry.method, 0, 0x21] {
            common.extend_from_slice(&field.to_le_bytes());
        }
        for field in [crc, packed, entry.claimed_bytes.unwrap_or(packed)] {
            common.extend_from_slice(&field.to_le_bytes());
        }
        common.extend_from_slice(&u16::try_from(entry.name.len()).unwrap().to_le_bytes());
        common.extend_from_slice(&[0, 0]);
        directory.extend_from_slice(b"PK\x01\x02\x14\x03");
        directory.extend_from_slice(&common);
        directory.extend_from_slice(&[0; 6]);
        directory.extend_from_slice(&(entry.mode << 16).to_le_bytes());
        directory.extend_from_slice(&u32::try_from(out.len()).unwrap().to_le_bytes());
        directory.extend_from_slice(&entry.name);
        out.extend_from_slice(b"PK\x03\x04");
        out.extend_from_slice(&common);
        out.extend_from_slice(&entry.name);
        out.extend_from_slice(&entry.bytes);
    }
    let (start, count) = (u32::try_from(out.len()).unwrap(), u16::try_from(entries.len()).unwrap());
    out.extend_from_slice(&directory);
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(&u32::try_from(directory.len()).unwrap().to_le_bytes());
    out.extend_from_slice(&start.to_le_bytes());
    out.extend_from_slice(&[0, 0]);
    out
}

/// One file, compressed by a writer that is not ours.
pub(crate) fn deflated(name: &str, bytes: &[u8]) -> Vec<u8> {
    let write = || -> ZipResult<Vec<u8>> {
        let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file(name, SimpleFileOptions::default().compression_method(CompressionMethod::Deflated))?;
        zip.write_all(bytes)?;
        Ok(zip.finish()?.into_inner())
    };
    write().unwrap()
}
