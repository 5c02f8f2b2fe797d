//! Unpacking strips and tiles, row by row.

use flate2::{Decompress, FlushDecompress};
use weezl::BitOrder;
use weezl::decode::Decoder as Lzw;

use super::super::corrupt;
use super::page::Coding;
use crate::error::{Error, ErrorKind};
use crate::format::Format;

/// What is still packed of one strip or tile.
pub(crate) struct Unpack<'a> {
    packed: &'a [u8],
    coding: Unpacker,
}

enum Unpacker {
    None,
    Lzw(Box<Lzw>),
    Deflate(Box<Decompress>),
    PackBits(Run),
}

/// What is left of a run of bytes.
#[derive(Clone, Copy, Default)]
struct Run {
    bytes: usize,
    /// The byte that is repeated; `None`: the bytes follow one by one.
    repeated: Option<u8>,
}

impl<'a> Unpack<'a> {
    pub(crate) fn new(coding: Coding, packed: &'a [u8]) -> Result<Self, Error> {
        let coding = match coding {
            Coding::None => Unpacker::None,
            // Before TIFF 5.0 the bits came the other way round.
            Coding::Lzw if matches!(packed, [0, second, ..] if second & 1 == 1) => {
                return Err(Error::because(ErrorKind::NeedsConverter(Format::Tiff), "LZW of before 1988"));
            }
            Coding::Lzw => Unpacker::Lzw(Box::new(Lzw::with_tiff_size_switch(BitOrder::Msb, 8))),
            Coding::Deflate => Unpacker::Deflate(Box::new(Decompress::new(true))),
            Coding::PackBits => Unpacker::PackBits(Run::default()),
            Coding::Jpeg => unreachable!("a JPEG is decoded by the JPEG decoder"),
        };
        Ok(Self { packed, coding })
    }

    /// Fills `row` with the next bytes.
    ///
    /// # Errors
    /// `Corrupt` if they do not come.
    pub(crate) fn fill(&mut self, mut row: &mut [u8]) -> Result<(), Error> {
        while !row.is_empty() {
            let (read, written) = self.step(row)?;
            if written == 0 && (read == 0 || self.packed.is_empty()) {
                return Err(corrupt("a strip or tile that is too short"));
            }
            self.packed = &self.packed[read..];
            row = &mut row[written..];
        }
        Ok(())
    }

    /// Bytes read and written.
    fn step(&mut self, row: &mut [u8]) -> Result<(usize, usize), Error> {
        match &mut self.coding {
            Unpacker::None => {
                let bytes = row.len().min(self.packed.len());
                row[..bytes].copy_from_slice(&self.packed[..bytes]);
                Ok((bytes, bytes))
            }
            Unpacker::Lzw(lzw) => {
                let done = lzw.decode_bytes(self.packed, row);
                done.status.map_err(|error| corrupt(error.to_string()))?;
                Ok((done.consumed_in, done.consumed_out))
            }
            Unpacker::Deflate(inflate) => {
                let (read, written) = (inflate.total_in(), inflate.total_out());
                let done = inflate.decompress(self.packed, row, FlushDecompress::None);
                done.map_err(|error| corrupt(error.to_string()))?;
                Ok(((inflate.total_in() - read) as usize, (inflate.total_out() - written) as usize))
            }
            Unpacker::PackBits(run) => Ok(pack_bits(run, self.packed, row)),
        }
    }
}

/// Apple's PackBits (TIFF 6.0, section 9): a signed count, then one byte to repeat or bytes to copy.
fn pack_bits(run: &mut Run, packed: &[u8], row: &mut [u8]) -> (usize, usize) {
    if run.bytes == 0 {
        let Some((&count, rest)) = packed.split_first() else {
            return (0, 0);
        };
        return match (i8::from_ne_bytes([count]), rest.first()) {
            (i8::MIN, _) => (1, 0),
            (count @ 0.., _) => {
                *run = Run { bytes: usize::from(count.unsigned_abs()) + 1, repeated: None };
                (1, 0)
            }
            (count, Some(&byte)) => {
                *run = Run { bytes: usize::from(count.unsigned_abs()) + 1, repeated: Some(byte) };
                (2, 0)
            }
            (_, None) => (0, 0),
        };
    }
    let bytes = run.bytes.min(row.len());
    let (read, bytes) = match run.repeated {
        Some(byte) => {
            row[..bytes].fill(byte);
            (0, bytes)
        }
        None => {
            let bytes = bytes.min(packed.len());
            row[..bytes].copy_from_slice(&packed[..bytes]);
            (bytes, bytes)
        }
    };
    run.bytes -= bytes;
    (read, bytes)
}
