//! Where a file keeps what it says of itself: its Exif words, its XMP packet and its Photoshop resources, by format.

use super::{iptc, xmp};
use crate::exif::{self, ExifWords};
use crate::format::{Format, sniff};
use crate::formats::{Directory, Tiff};
use crate::header::EXIF_SIGNATURE;
use crate::segment::{APP1, APP13, header_segments};

const MAKE: u16 = 0x010f;
const MODEL: u16 = 0x0110;
const ARTIST: u16 = 0x013b;
const XMP: u16 = 0x02bc;
const COPYRIGHT: u16 = 0x8298;
const PHOTOSHOP: u16 = 0x8649;
const EXIF_DIRECTORY: u16 = 0x8769;
const DATE_TIME_ORIGINAL: u16 = 0x9003;
const OFFSET_TIME_ORIGINAL: u16 = 0x9011;
/// A packet longer than this is not read.
const MAX_PACKET_BYTES: usize = 16_000_000;

/// What was found; nothing where there is nothing, or up to the first damage.
#[derive(Debug, Default)]
pub(super) struct Blocks<'a> {
    pub(super) exif: ExifWords,
    /// The packet as it lies in the file.
    pub(super) xmp: Option<&'a [u8]>,
    /// Photoshop resources, which hold IPTC-IIM.
    pub(super) photoshop: Vec<u8>,
}

impl<'a> Blocks<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        let blocks = match sniff(bytes) {
            Some(Format::Jpeg) => Self::of_jpeg(bytes),
            Some(Format::Png) => Self::of_png(bytes),
            Some(Format::WebP) => Self::of_webp(bytes),
            Some(Format::Tiff) => Self::of_tiff(bytes).unwrap_or_default(),
            _ => Self::default(),
        };
        Self { xmp: blocks.xmp.filter(|packet| packet.len() <= MAX_PACKET_BYTES), ..blocks }
    }

    fn of_jpeg(bytes: &'a [u8]) -> Self {
        let (mut block, mut packet, mut photoshop) = (None, None, Vec::new());
        for segment in header_segments(bytes).map_while(Result::ok) {
            match segment.marker {
                APP1 => {
                    block = block.or_else(|| segment.payload.strip_prefix(EXIF_SIGNATURE));
                    packet = packet.or_else(|| segment.payload.strip_prefix(xmp::SIGNATURE));
                }
                APP13 => iptc::gather(&mut photoshop, segment.payload),
                _ => {}
            }
        }
        Self { exif: block.map(exif::read_words).unwrap_or_default(), xmp: packet, photoshop }
    }

    /// Chunks eXIf, and iTXt `XML:com.adobe.xmp` where it is not compressed (PNG, third edition, 11.3.4.5).
    fn of_png(bytes: &'a [u8]) -> Self {
        const KEYWORD: &[u8] = b"XML:com.adobe.xmp\0\0";
        let mut blocks = Self::default();
        let mut rest = bytes.get(8..).unwrap_or_default();
        while let Some((head, after)) = rest.split_at_checked(8) {
            let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
            let Some(data) = after.get(..length) else { break };
            match &head[4..] {
                b"eXIf" => blocks.exif = exif::read_words(data),
                // Behind the compression flag and method: language and translated keyword, each to its NUL.
                b"iTXt" => {
                    blocks.xmp = blocks.xmp.or_else(|| after_nul(after_nul(data.strip_prefix(KEYWORD)?.get(1..)?)?));
                }
                _ => {}
            }
            let Some(next) = after.get(length + 4..) else { break };
            rest = next;
        }
        blocks
    }

    /// Chunks `EXIF` and `XMP ` (RFC 9649, 2.7.1.5).
    fn of_webp(bytes: &'a [u8]) -> Self {
        let mut blocks = Self::default();
        let mut rest = bytes.get(12..).unwrap_or_default();
        while let Some((head, after)) = rest.split_at_checked(8) {
            let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
            let Some(data) = after.get(..length) else { break };
            match &head[..4] {
                b"EXIF" => blocks.exif = exif::read_words(data.strip_prefix(EXIF_SIGNATURE).unwrap_or(data)),
                b"XMP " => blocks.xmp = blocks.xmp.or(Some(data)),
                _ => {}
            }
            let Some(next) = after.get(length + length % 2..) else { break };
            rest = next;
        }
        blocks
    }

    /// The first directory, the Exif directory it names, and the tags 700 (XMP) and 34377 (Photoshop).
    fn of_tiff(bytes: &'a [u8]) -> Option<Self> {
        let tiff = Tiff::new(bytes)?;
        let first = tiff.first_directory().ok()?;
        let below = tiff.uint_of(&first, EXIF_DIRECTORY).ok().flatten().and_then(|at| tiff.directory_at(at).ok());
        let lines = |directory: Option<&Directory>, tag| {
            let value = directory.and_then(|directory| tiff.bytes_of(directory, tag)).unwrap_or_default();
            let lines = value.split(|byte| *byte == 0).filter(|line| !line.is_empty());
            lines.map(<[u8]>::to_vec).collect::<Vec<_>>()
        };
        let exif = ExifWords {
            artist: lines(Some(&first), ARTIST),
            copyright: lines(Some(&first), COPYRIGHT),
            make: lines(Some(&first), MAKE),
            model: lines(Some(&first), MODEL),
            taken: lines(below.as_ref(), DATE_TIME_ORIGINAL),
            offset: lines(below.as_ref(), OFFSET_TIME_ORIGINAL),
        };
        let photoshop = tiff.bytes_of(&first, PHOTOSHOP).filter(|bytes| bytes.len() <= MAX_PACKET_BYTES);
        Some(Self { exif, xmp: tiff.bytes_of(&first, XMP), photoshop: photoshop.unwrap_or_default().to_vec() })
    }
}

/// What follows the first NUL.
fn after_nul(bytes: &[u8]) -> Option<&[u8]> {
    let nul = bytes.iter().position(|byte| *byte == 0)?;
    bytes.get(nul + 1..)
}
