//! Files that are published whole, whatever their format: may they say where a picture was taken?

use super::{MAX_DEPTH, Part, scrubbed, tiff};
use crate::format::{Format, sniff};
use crate::header::EXIF_SIGNATURE;

/// The name of the extension block of a GIF that holds a packet of XMP.
const XMP_IN_GIF: &[u8] = b"XMP DataXMP";
/// The chunks that hold pixels and how they are shown (PNG, third edition, 11.2 and 11.3); any other may hold words.
const SILENT_IN_PNG: [[u8; 4]; 18] = [
    *b"IHDR", *b"PLTE", *b"IDAT", *b"IEND", *b"tRNS", *b"cHRM", *b"gAMA", *b"iCCP", *b"sBIT", *b"sRGB", *b"cICP",
    *b"bKGD", *b"hIST", *b"pHYs", *b"tIME", *b"acTL", *b"fcTL", *b"fdAT",
];
/// The same of WebP (RFC 9649, 2.7).
const SILENT_IN_WEBP: [[u8; 4]; 7] = [*b"VP8 ", *b"VP8L", *b"VP8X", *b"ALPH", *b"ICCP", *b"ANIM", *b"ANMF"];

/// May the file say where the picture was taken? `false` only when it was looked through and says nothing: JPEG, TIFF,
/// PNG, WebP, GIF, bitmaps. Other formats may, as far as anybody here knows.
#[must_use]
pub fn may_say_where(bytes: &[u8]) -> bool {
    match sniff(bytes) {
        Some(Format::Jpeg) => !matches!(scrubbed(bytes, MAX_DEPTH), Ok(None)),
        Some(Format::Tiff) => exif_may(bytes),
        Some(Format::Png) => png_may(bytes),
        Some(Format::WebP) => webp_may(bytes),
        Some(Format::Gif) => bytes.windows(XMP_IN_GIF.len()).any(|window| window == XMP_IN_GIF),
        Some(Format::Bmp) => false,
        _ => true,
    }
}

fn exif_may(block: &[u8]) -> bool {
    tiff::look(block, MAX_DEPTH) != Part::Clean
}

fn png_may(bytes: &[u8]) -> bool {
    let mut rest = bytes.get(8..).unwrap_or_default();
    while let Some((head, after)) = rest.split_at_checked(8) {
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let Some(next) = after.get(length..).and_then(|after| after.get(4..)) else { return true };
        let silent = if head.ends_with(b"eXIf") {
            !exif_may(&after[..length])
        } else {
            SILENT_IN_PNG.iter().any(|name| head.ends_with(name))
        };
        if !silent {
            return true;
        }
        rest = next;
    }
    !rest.is_empty()
}

fn webp_may(bytes: &[u8]) -> bool {
    let mut rest = bytes.get(12..).unwrap_or_default();
    while let Some((head, after)) = rest.split_at_checked(8) {
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let Some(data) = after.get(..length) else { return true };
        let silent = if head.starts_with(b"EXIF") {
            !exif_may(data.strip_prefix(EXIF_SIGNATURE).unwrap_or(data))
        } else {
            SILENT_IN_WEBP.iter().any(|name| head.starts_with(name))
        };
        if !silent {
            return true;
        }
        // Chunks begin at even places.
        rest = after.get(length + length % 2..).unwrap_or_default();
    }
    !rest.is_empty()
}
