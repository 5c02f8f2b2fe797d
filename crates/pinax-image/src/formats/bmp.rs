//! Windows bitmaps, also those of OS/2: 1 to 32 bits a pixel, plain or run-length encoded.

mod runs;

use super::{Canvas, Coded, Opened, corrupt, probe_of, truncated};
use crate::error::{Error, ErrorKind};
use crate::format::Format;
use crate::icc;
use crate::probe::ColorModel;

const FILE_HEADER_BYTES: usize = 14;
/// The header of OS/2, with sides of 16 bits.
const CORE_HEADER_BYTES: usize = 12;
const INFO_HEADER_BYTES: usize = 40;
const V5_HEADER_BYTES: usize = 124;

/// A bitmap whose header was read.
#[derive(Clone, Debug)]
pub(crate) struct Bitmap<'a> {
    width_px: u32,
    height_px: u32,
    top_down: bool,
    bits: u16,
    packing: Packing,
    palette: Vec<[u8; 3]>,
    pixels: &'a [u8],
    icc: Option<&'a [u8]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Packing {
    /// By palette, or blue, green, red.
    Plain,
    /// Where the bits of red, green and blue lie.
    Masks([u32; 3]),
    Runs,
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened<'_>, Error> {
    let short = |at: usize| bytes.get(at..at + 2).map(|two| u16::from_le_bytes([two[0], two[1]])).ok_or_else(truncated);
    let long = |at: usize| Ok::<_, Error>(u32::from(short(at)?) | u32::from(short(at + 2)?) << 16);
    let (start, header_bytes) = (long(10)? as usize, long(14)? as usize);
    let core = header_bytes == CORE_HEADER_BYTES;
    if !core && !(INFO_HEADER_BYTES..=256).contains(&header_bytes) {
        return Err(corrupt("a header of the wrong length"));
    }
    let (width, height, bits) = if core {
        (i64::from(short(18)?), i64::from(short(20)?), short(24)?)
    } else {
        (i64::from(long(18)?.cast_signed()), i64::from(long(22)?.cast_signed()), short(28)?)
    };
    let side =
        |side: i64| u32::try_from(side).ok().filter(|side| *side > 0).ok_or_else(|| corrupt("an impossible size"));
    let (width_px, height_px) = (side(width)?, side(height.abs())?);
    let compression = if core { 0 } else { long(30)? };
    let mut after_header = FILE_HEADER_BYTES + header_bytes;
    let packing = match (compression, bits) {
        (0, 1 | 4 | 8 | 24) => Packing::Plain,
        (0, 16) => Packing::Masks([0x7c00, 0x3e0, 0x1f]),
        (0, 32) => Packing::Masks([0xff_0000, 0xff00, 0xff]),
        (1, 8) | (2, 4) if height > 0 => Packing::Runs,
        (3 | 6, 16 | 32) => {
            if header_bytes == INFO_HEADER_BYTES {
                after_header += if compression == 3 { 12 } else { 16 };
            }
            Packing::Masks([long(54)?, long(58)?, long(62)?])
        }
        _ => {
            let context = format!("compression {compression} with {bits} bits a pixel");
            return Err(Error::because(ErrorKind::NeedsConverter(Format::Bmp), context));
        }
    };
    let mut palette = Vec::new();
    if bits <= 8 {
        let stated = if core { 0 } else { long(46)? as usize };
        let most = 1_usize << bits;
        let colours = if stated == 0 { most } else { stated.min(most) };
        let entry_bytes = if core { 3 } else { 4 };
        let entries = bytes.get(after_header..after_header + colours * entry_bytes).ok_or_else(truncated)?;
        palette = entries.chunks_exact(entry_bytes).map(|entry| [entry[2], entry[1], entry[0]]).collect();
    }
    let mut icc = None;
    if header_bytes >= V5_HEADER_BYTES && long(FILE_HEADER_BYTES + 56)? == u32::from_be_bytes(*b"MBED") {
        let at = FILE_HEADER_BYTES + long(FILE_HEADER_BYTES + 112)? as usize;
        icc = bytes.get(at..at.saturating_add(long(FILE_HEADER_BYTES + 116)? as usize));
    }
    let pixels = bytes.get(start..).ok_or_else(truncated)?;
    let bitmap = Bitmap { width_px, height_px, top_down: height < 0, bits, packing, palette, pixels, icc };
    // The padding of the last row may be missing.
    let wanted = bitmap.stride().saturating_mul(u64::from(height_px) - 1) + bitmap.row_bytes();
    if packing != Packing::Runs && (pixels.len() as u64) < wanted {
        return Err(truncated());
    }
    let mut probe = probe_of(Format::Bmp, (width_px, height_px), ColorModel::Rgb);
    probe.has_icc = icc.is_some();
    Ok(Opened { probe, coded: Coded::Bmp(Box::new(bitmap)) })
}

impl Bitmap<'_> {
    fn row_bytes(&self) -> u64 {
        (u64::from(self.width_px) * u64::from(self.bits)).div_ceil(8)
    }

    /// Rows begin at every fourth byte.
    fn stride(&self) -> u64 {
        self.row_bytes().next_multiple_of(4)
    }

    fn colour(&self, index: usize) -> [u8; 3] {
        self.palette.get(index).copied().unwrap_or_default()
    }
}

pub(super) fn decode(bitmap: &Bitmap<'_>, canvas: &mut Canvas<'_>) -> Result<Option<Vec<u8>>, Error> {
    if bitmap.packing == Packing::Runs {
        runs::decode(bitmap, canvas)?;
    } else {
        let (stride, row_bytes) = (bitmap.stride() as usize, bitmap.row_bytes() as usize);
        for stored in 0..bitmap.height_px {
            let y = if bitmap.top_down { stored } else { bitmap.height_px - 1 - stored };
            let row = &bitmap.pixels[stored as usize * stride..][..row_bytes];
            write(bitmap, row, canvas.row(y)?);
        }
    }
    Ok(bitmap.icc.filter(|profile| icc::fits(profile, icc::ProfileSpace::Rgb)).map(<[u8]>::to_vec))
}

fn write(bitmap: &Bitmap<'_>, row: &[u8], to: &mut [u8]) {
    let (to, _) = to.as_chunks_mut::<3>();
    match (bitmap.packing, bitmap.bits) {
        (Packing::Masks(masks), 32) => {
            let pixels = row.as_chunks::<4>().0.iter().map(|pixel| u32::from_le_bytes(*pixel));
            to.iter_mut().zip(pixels).for_each(|(to, pixel)| *to = masks.map(|mask| masked(pixel, mask)));
        }
        (Packing::Masks(masks), _) => {
            let pixels = row.as_chunks::<2>().0.iter().map(|pixel| u32::from(u16::from_le_bytes(*pixel)));
            to.iter_mut().zip(pixels).for_each(|(to, pixel)| *to = masks.map(|mask| masked(pixel, mask)));
        }
        (_, 24) => {
            let pixels = row.as_chunks::<3>().0;
            to.iter_mut().zip(pixels).for_each(|(to, &[b, g, r])| *to = [r, g, b]);
        }
        (_, bits) => {
            let (bits, per_byte) = (usize::from(bits), 8 / usize::from(bits));
            for (x, to) in to.iter_mut().enumerate() {
                let index = usize::from(row[x / per_byte]) >> (8 - bits - x % per_byte * bits) & ((1 << bits) - 1);
                *to = bitmap.colour(index);
            }
        }
    }
}

/// The bits of a pixel under a mask as 0 to 255.
fn masked(pixel: u32, mask: u32) -> u8 {
    if mask == 0 {
        return 0;
    }
    let shift = mask.trailing_zeros();
    let (value, most) = (u64::from((pixel & mask) >> shift), u64::from(mask >> shift));
    // At most 255, since the value is at most all of the mask.
    ((value * 255 + most / 2) / most) as u8
}
