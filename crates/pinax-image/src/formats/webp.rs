//! WebP (RFC 9649): lossy or lossless, with or without transparency; no animations.

use std::io::Cursor;

use image_webp::{DecodingError, WebPDecoder};

use super::canvas::{Layout, lay};
use super::{Canvas, Coded, Opened, corrupt, probe_of, truncated};
use crate::error::{Error, ErrorKind};
use crate::exif;
use crate::format::Format;
use crate::header::EXIF_SIGNATURE;
use crate::icc;
use crate::probe::ColorModel;

/// A file whose chunks were found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WebP<'a> {
    /// The file, without what follows it.
    bytes: &'a [u8],
    icc: Option<&'a [u8]>,
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened<'_>, Error> {
    let length = bytes.get(4..8).and_then(|four| four.first_chunk::<4>()).ok_or_else(truncated)?;
    let bytes = bytes.get(..8 + u32::from_le_bytes(*length) as usize).ok_or_else(truncated)?;
    let mut webp = WebP { bytes, icc: None };
    let (mut canvas, mut frame, mut exif_block) = (None, None, None);
    let mut at = 12;
    while at < bytes.len() {
        let header = bytes.get(at..at + 8).ok_or_else(truncated)?;
        let length = u32::from_le_bytes([header[4], header[5], header[6], header[7]]) as usize;
        let data = bytes.get(at + 8..at + 8 + length).ok_or_else(truncated)?;
        match &header[..4] {
            b"VP8X" => canvas = canvas.or(Some(extended(data)?)),
            b"VP8 " | b"VP8L" if frame.is_none() => frame = Some(picture(&header[..4], data)?),
            b"ANIM" | b"ANMF" => return Err(Error::because(ErrorKind::NeedsConverter(Format::WebP), "animated")),
            b"ICCP" => webp.icc = webp.icc.or(Some(data)),
            b"EXIF" => exif_block = exif_block.or(Some(data.strip_prefix(EXIF_SIGNATURE).unwrap_or(data))),
            _ => {}
        }
        // Chunks begin at even places.
        at += 8 + length + length % 2;
    }
    let frame = frame.ok_or_else(|| corrupt("it holds no picture"))?;
    let size_px = (frame.width_px, frame.height_px);
    let alpha = canvas.map_or(frame.alpha, |canvas| canvas.alpha);
    if canvas.is_some_and(|canvas| (canvas.width_px, canvas.height_px) != size_px) {
        return Err(corrupt("its size is stated twice"));
    }
    let mut probe = probe_of(Format::WebP, size_px, ColorModel::Rgb);
    probe.orientation = exif_block.map(|block| exif::read(block).orientation).unwrap_or_default();
    probe.has_icc = webp.icc.is_some();
    // Lossless: all four samples. Lossy: luma and chroma; its transparency is a lossless picture of its own.
    let held = match (frame.lossless, alpha) {
        (true, _) => 5,
        (false, false) => 2,
        (false, true) => 12,
    };
    probe.decoder_bytes = probe.pixels() * held + bytes.len() as u64;
    Ok(Opened { probe, coded: Coded::WebP(webp) })
}

#[derive(Clone, Copy)]
struct Frame {
    width_px: u32,
    height_px: u32,
    alpha: bool,
    lossless: bool,
}

/// The header of the extended format: flags, then each side less one in three bytes.
fn extended(data: &[u8]) -> Result<Frame, Error> {
    let &[flags, _, _, _, w0, w1, w2, h0, h1, h2, ..] = data else {
        return Err(corrupt("a header of the wrong length"));
    };
    let side = |bytes: [u8; 3]| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0]) + 1;
    let (width_px, height_px) = (side([w0, w1, w2]), side([h0, h1, h2]));
    Ok(Frame { width_px, height_px, alpha: flags & 0x10 != 0, lossless: false })
}

fn picture(kind: &[u8], data: &[u8]) -> Result<Frame, Error> {
    let frame = if kind == b"VP8L" {
        let &[0x2f, b0, b1, b2, b3, ..] = data else {
            return Err(corrupt("no lossless picture"));
        };
        let bits = u32::from_le_bytes([b0, b1, b2, b3]);
        let (width_px, height_px) = ((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1);
        Frame { width_px, height_px, alpha: bits >> 28 & 1 == 1, lossless: true }
    } else {
        let &[_, _, _, 0x9d, 0x01, 0x2a, w0, w1, h0, h1, ..] = data else {
            return Err(corrupt("no key frame"));
        };
        let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
        Frame { width_px: side(w0, w1), height_px: side(h0, h1), alpha: false, lossless: false }
    };
    if frame.width_px == 0 || frame.height_px == 0 {
        return Err(corrupt("a picture without pixels"));
    }
    Ok(frame)
}

pub(super) fn decode(webp: &WebP<'_>, canvas: &mut Canvas<'_>) -> Result<Option<Vec<u8>>, Error> {
    let mut decoder = WebPDecoder::new(Cursor::new(webp.bytes)).map_err(failed)?;
    if decoder.dimensions() != (canvas.width_px, canvas.height_px) {
        return Err(corrupt("its size is stated twice"));
    }
    if decoder.has_alpha() {
        let mut pixels = vec![0; canvas.width_px as usize * canvas.height_px as usize * 4];
        decoder.read_image(&mut pixels).map_err(failed)?;
        for (y, row) in (0..canvas.height_px).zip(pixels.chunks_exact(canvas.width_px as usize * 4)) {
            lay(row, Layout::Rgba, canvas.row(y)?);
        }
    } else {
        decoder.read_image(canvas.bytes).map_err(failed)?;
    }
    Ok(webp.icc.filter(|profile| icc::fits(profile, icc::ProfileSpace::Rgb)).map(<[u8]>::to_vec))
}

fn failed(error: DecodingError) -> Error {
    match error {
        DecodingError::UnsupportedFeature(what) => Error::because(ErrorKind::NeedsConverter(Format::WebP), what),
        other => corrupt(other.to_string()),
    }
}
