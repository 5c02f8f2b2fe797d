//! GIF 87a and 89a: the first frame, on white.

use gif::{DecodeOptions, Decoder, DecodingError};

use super::{Canvas, Coded, Opened, corrupt, probe_of, truncated};
use crate::error::Error;
use crate::format::Format;
use crate::probe::ColorModel;

const IMAGE: u8 = 0x2c;
const EXTENSION: u8 = 0x21;
const TRAILER: u8 = 0x3b;
/// Where the rows of each pass of an interlaced frame begin, and how far apart they are.
const PASSES: [(u32, u32); 4] = [(0, 8), (4, 8), (2, 4), (1, 2)];

/// Walks all blocks up to the trailer: without it the file was cut off.
pub(super) fn open(bytes: &[u8]) -> Result<Opened<'_>, Error> {
    let header = bytes.get(6..13).ok_or_else(truncated)?;
    let size_px = (u16::from_le_bytes([header[0], header[1]]), u16::from_le_bytes([header[2], header[3]]));
    if size_px.0 == 0 || size_px.1 == 0 {
        return Err(corrupt("a picture without pixels"));
    }
    let mut at = 13 + palette_bytes(header[4]);
    let mut images = 0;
    loop {
        match bytes.get(at) {
            Some(&IMAGE) => {
                let flags = *bytes.get(at + 9).ok_or_else(truncated)?;
                // After the palette, the size of the first codes.
                at = after_blocks(bytes, at + 10 + palette_bytes(flags) + 1)?;
                images += 1;
            }
            Some(&EXTENSION) => at = after_blocks(bytes, at + 2)?,
            Some(&TRAILER) if images > 0 => break,
            Some(&TRAILER) => return Err(corrupt("it holds no picture")),
            Some(_) => return Err(corrupt("an unknown block")),
            None => return Err(truncated()),
        }
    }
    let probe = probe_of(Format::Gif, (size_px.0.into(), size_px.1.into()), ColorModel::Rgb);
    Ok(Opened { probe, coded: Coded::Gif(bytes) })
}

fn palette_bytes(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// Data comes in blocks of up to 255 bytes, the last of them empty.
fn after_blocks(bytes: &[u8], mut at: usize) -> Result<usize, Error> {
    loop {
        let length = *bytes.get(at).ok_or_else(truncated)?;
        at += 1 + usize::from(length);
        if length == 0 {
            return Ok(at);
        }
    }
}

pub(super) fn decode(bytes: &[u8], canvas: &mut Canvas<'_>) -> Result<Option<Vec<u8>>, Error> {
    let mut options = DecodeOptions::new();
    options.check_frame_consistency(true);
    let mut decoder = options.read_info(bytes).map_err(failed)?;
    let frame = decoder.next_frame_info().map_err(failed)?.ok_or_else(|| corrupt("it holds no picture"))?;
    let (left, top) = (usize::from(frame.left), u32::from(frame.top));
    let (width, height) = (usize::from(frame.width), u32::from(frame.height));
    let (interlaced, transparent) = (frame.interlaced, frame.transparent);
    if left + width > canvas.width_px as usize || top + height > canvas.height_px {
        return Err(corrupt("a frame outside its picture"));
    }
    let palette = decoder.palette().map_err(failed)?.as_chunks::<3>().0.to_vec();
    canvas.bytes.fill(255);
    let mut indices = vec![0; width];
    let mut row = |decoder: &mut Decoder<&[u8]>, y: u32| {
        let filled = decoder.fill_buffer(&mut indices).map_err(failed)?;
        if !filled && width > 0 {
            return Err(corrupt("too few pixels"));
        }
        let to = canvas.row(top + y)?.as_chunks_mut::<3>().0;
        for (to, index) in to[left..].iter_mut().zip(&indices) {
            if Some(*index) != transparent {
                *to = palette.get(usize::from(*index)).copied().unwrap_or_default();
            }
        }
        Ok(())
    };
    if interlaced {
        for (first, step) in PASSES {
            (first..height).step_by(step as usize).try_for_each(|y| row(&mut decoder, y))?;
        }
    } else {
        (0..height).try_for_each(|y| row(&mut decoder, y))?;
    }
    Ok(None)
}

fn failed(error: DecodingError) -> Error {
    match error {
        DecodingError::Io(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => truncated(),
        other => corrupt(other.to_string()),
    }
}
