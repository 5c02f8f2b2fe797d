//! PNG (ISO/IEC 15948): any depth and colour type, interlaced or not; the first frame of an animated one.

use std::io::Cursor;

use png::{ColorType, Decoder, DecodingError, InterlaceInfo, Limits, Transformations, expand_interlaced_row};

use super::canvas::{Layout, lay, over_white, to_eight_bits};
use super::{Canvas, Coded, Opened, corrupt, probe_of, truncated};
use crate::error::{Error, ErrorKind};
use crate::exif;
use crate::format::Format;
use crate::icc;
use crate::probe::ColorModel;
use crate::samples::Samples;

/// What the decoder may take for itself: some rows, and an unpacked colour profile.
const DECODER_BYTES: usize = 64 << 20;
const SIGNATURE_BYTES: usize = 8;

pub(super) fn open(bytes: &[u8]) -> Result<Opened<'_>, Error> {
    let mut header = None;
    let (mut exif_block, mut has_icc) = (None, false);
    let chunks = Chunks { bytes, at: SIGNATURE_BYTES };
    for chunk in chunks {
        let (kind, data) = chunk?;
        match kind {
            b"IHDR" if header.is_none() => header = Some(data),
            b"eXIf" => exif_block = exif_block.or(Some(data)),
            b"iCCP" => has_icc = true,
            b"IEND" => break,
            _ => {}
        }
    }
    let &[w3, w2, w1, w0, h3, h2, h1, h0, _depth, kind, _compression, _filter, interlace] =
        header.ok_or_else(|| corrupt("no header"))?
    else {
        return Err(corrupt("a header of the wrong length"));
    };
    let size_px = (u32::from_be_bytes([w3, w2, w1, w0]), u32::from_be_bytes([h3, h2, h1, h0]));
    if size_px.0 == 0 || size_px.1 == 0 {
        return Err(corrupt("a picture without pixels"));
    }
    let color = match kind {
        0 | 4 => ColorModel::Grey,
        2 | 3 | 6 => ColorModel::Rgb,
        _ => return Err(corrupt("an impossible kind of colour")),
    };
    let mut probe = probe_of(Format::Png, size_px, color);
    probe.orientation = exif_block.map(|block| exif::read(block).orientation).unwrap_or_default();
    probe.progressive = interlace != 0;
    probe.has_icc = has_icc;
    Ok(Opened { probe, coded: Coded::Png(bytes) })
}

/// Name and content of the chunks up to the end of the file.
struct Chunks<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Chunks<'a> {
    type Item = Result<(&'a [u8; 4], &'a [u8]), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.bytes.get(self.at..)?;
        let chunk = (|| {
            let (length, rest) = rest.split_first_chunk::<4>()?;
            let (kind, rest) = rest.split_first_chunk::<4>()?;
            let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
            // The checksum belongs to it.
            let data = rest.get(..length.checked_add(4)?)?;
            Some((kind, &data[..length]))
        })();
        self.at = chunk.map_or(self.bytes.len() + 1, |(_, data)| self.at + 12 + data.len());
        Some(chunk.ok_or_else(truncated))
    }
}

pub(super) fn decode(bytes: &[u8], canvas: &mut Canvas<'_>) -> Result<Option<Vec<u8>>, Error> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: DECODER_BYTES });
    decoder.set_transformations(Transformations::EXPAND);
    decoder.set_ignore_text_chunk(true);
    let mut reader = decoder.read_info().map_err(failed)?;
    let (color, depth) = reader.output_color_type();
    let layout = match color {
        ColorType::Grayscale => Layout::Grey,
        ColorType::GrayscaleAlpha => Layout::GreyAlpha,
        ColorType::Rgb => Layout::Rgb,
        ColorType::Rgba => Layout::Rgba,
        ColorType::Indexed => return Err(corrupt("no palette")),
    };
    let samples = if layout.samples() < 3 { Samples::Grey } else { Samples::Rgb };
    if reader.info().size() != (canvas.width_px, canvas.height_px) || samples != canvas.samples {
        return Err(corrupt("its header is stated twice"));
    }
    let write = if depth == png::BitDepth::Sixteen { lay_sixteen } else { lay };
    let space = if samples == Samples::Grey { icc::ProfileSpace::Grey } else { icc::ProfileSpace::Rgb };
    let profile = reader.info().icc_profile.as_deref().filter(|profile| icc::fits(profile, space)).map(<[u8]>::to_vec);
    let (stride, pixel_bytes) = (canvas.row_bytes(), samples.bytes());
    let mut scratch = Vec::new();
    let mut rows = 0;
    while let Some(row) = reader.next_interlaced_row().map_err(failed)? {
        match row.interlace() {
            InterlaceInfo::Null(_) => {
                if rows >= canvas.height_px {
                    return Err(corrupt("too many rows"));
                }
                write(row.data(), layout, canvas.row(rows)?);
                rows += 1;
            }
            InterlaceInfo::Adam7(pass) => {
                canvas.deadline.check()?;
                let bytes_a_sample = if depth == png::BitDepth::Sixteen { 2 } else { 1 };
                let pixels = row.data().len() / (layout.samples() * bytes_a_sample);
                scratch.resize(pixels * pixel_bytes, 0);
                write(row.data(), layout, &mut scratch);
                let bits = if pixel_bytes == 1 { 8 } else { 24 };
                expand_interlaced_row(canvas.bytes, stride, &scratch, pass, bits);
            }
        }
    }
    if reader.info().interlaced || rows == canvas.height_px {
        reader.finish().map_err(failed)?;
        return Ok(profile);
    }
    Err(truncated())
}

/// As [`lay`], for big-endian samples of two bytes.
fn lay_sixteen(from: &[u8], layout: Layout, to: &mut [u8]) {
    let eight = |sample: &[u8; 2]| to_eight_bits(u16::from_be_bytes(*sample));
    let (from, _) = from.as_chunks::<2>();
    match layout {
        Layout::Grey | Layout::Rgb => {
            for (sample, to) in from.iter().zip(to) {
                *to = eight(sample);
            }
        }
        Layout::GreyAlpha => {
            for ([grey, alpha], to) in from.as_chunks::<2>().0.iter().zip(to) {
                *to = over_white(eight(grey), eight(alpha));
            }
        }
        Layout::Rgba => {
            for ([r, g, b, alpha], to) in from.as_chunks::<4>().0.iter().zip(to.as_chunks_mut::<3>().0) {
                *to = [r, g, b].map(|colour| over_white(eight(colour), eight(alpha)));
            }
        }
    }
}

fn failed(error: DecodingError) -> Error {
    match error {
        DecodingError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => truncated(),
        DecodingError::LimitsExceeded => Error::new(ErrorKind::TooMuchMemory { limit_bytes: DECODER_BYTES as u64 }),
        other => corrupt(other.to_string()),
    }
}
