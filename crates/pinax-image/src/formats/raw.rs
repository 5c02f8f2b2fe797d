//! Camera raw files and DNG: the largest JPEG the camera put into them, seen as the camera saw it.
//!
//! Most raw files are TIFF in shape and say where their JPEGs lie. In the others (CR3, ORF and what else there is) they
//! are found by their first bytes. Developing the sensor's own values is left to a converter.

use super::tiff::{Directory, Tiff};
use super::{Coded, Opened, corrupt, truncated};
use crate::error::{Error, ErrorKind};
use crate::exif;
use crate::format::Format;
use crate::header::Header;
use crate::orientation::Orientation;
use crate::probe::Probe;

/// Headers are looked for in this much of what may be a JPEG.
const HEADER_BYTES: usize = 512 << 10;
/// JPEGs looked at in a file that does not say where they lie.
const MAX_FOUND: usize = 64;
/// A JPEG of fewer pixels than this part of the raw picture is a thumbnail.
const LEAST_PART: u64 = 16;

mod tag {
    pub(super) const WIDTH: u16 = 256;
    pub(super) const HEIGHT: u16 = 257;
    pub(super) const COMPRESSION: u16 = 259;
    pub(super) const PHOTOMETRIC: u16 = 262;
    pub(super) const STRIP_OFFSETS: u16 = 273;
    pub(super) const STRIP_BYTES: u16 = 279;
    pub(super) const TILE_OFFSETS: u16 = 324;
    pub(super) const TILE_BYTES: u16 = 325;
    pub(super) const ORIENTATION: u16 = 274;
    pub(super) const JPEG_AT: u16 = 513;
    pub(super) const JPEG_BYTES: u16 = 514;
    /// Panasonic's JpgFromRaw.
    pub(super) const PANASONIC_JPEG: u16 = 0x2e;
    pub(super) const DNG_VERSION: u16 = 50_706;
}

const COLOUR_FILTER_ARRAY: u64 = 32_803;
const LINEAR_RAW: u64 = 34_892;
/// Sony, Samsung, Nikon, Kodak and Pentax compress the sensor's values in ways of their own.
const RAW_COMPRESSIONS: [u64; 7] = [32_767, 32_769, 32_770, 32_772, 34_713, 65_000, 65_535];

/// Whether a file of the shape of TIFF comes from a sensor.
pub(super) fn is_raw(tiff: &Tiff<'_>, directories: &[Directory]) -> bool {
    directories.iter().any(|directory| directory.has(tag::DNG_VERSION) || is_sensor(tiff, directory))
}

fn is_sensor(tiff: &Tiff<'_>, directory: &Directory) -> bool {
    let number = |tag| tiff.uint_of(directory, tag).ok().flatten();
    number(tag::PHOTOMETRIC).is_some_and(|kind| [COLOUR_FILTER_ARRAY, LINEAR_RAW].contains(&kind))
        || number(tag::COMPRESSION).is_some_and(|kind| RAW_COMPRESSIONS.contains(&kind))
}

/// A raw file by its first bytes.
pub(super) fn open(bytes: &[u8]) -> Result<Opened<'_>, Error> {
    if bytes.starts_with(b"FUJIFILMCCD-RAW") {
        return open_fuji(bytes);
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        check_boxes(bytes)?;
        let orientation = canon_orientation(bytes);
        return found(search(bytes), orientation, 0);
    }
    let tiff = Tiff::new(bytes).ok_or_else(truncated)?;
    let directories = tiff.directories()?;
    open_tiff(&tiff, &directories)
}

/// A raw file of the shape of TIFF.
pub(super) fn open_tiff<'a>(tiff: &Tiff<'a>, directories: &[Directory]) -> Result<Opened<'a>, Error> {
    let mut jpegs = Vec::new();
    let mut sensor_pixels = 0;
    for directory in directories {
        let number = |tag| tiff.uint_of(directory, tag);
        check_chunks(tiff, directory)?;
        if is_sensor(tiff, directory) {
            let sides = number(tag::WIDTH)?.zip(number(tag::HEIGHT)?);
            sensor_pixels = sensor_pixels.max(sides.map_or(0, |(width, height)| width.saturating_mul(height)));
        }
        if let (Some(at), Some(bytes)) = (number(tag::JPEG_AT)?, number(tag::JPEG_BYTES)?) {
            jpegs.push(tiff.part(at, bytes).ok_or_else(truncated)?);
        }
        if matches!(number(tag::COMPRESSION)?, Some(6 | 7))
            && let (Some(at), Some(bytes)) =
                (tiff.uints(directory, tag::STRIP_OFFSETS)?, tiff.uints(directory, tag::STRIP_BYTES)?)
            && let ([at], [bytes]) = (at.as_slice(), bytes.as_slice())
        {
            jpegs.push(tiff.part(*at, *bytes).ok_or_else(truncated)?);
        }
        jpegs.extend(tiff.bytes_of(directory, tag::PANASONIC_JPEG));
    }
    let first = directories.first().filter(|directory| directory.has(tag::ORIENTATION));
    let orientation = first.map(|directory| super::tiff::orientation(tiff, directory));
    let mut readable: Vec<_> = jpegs.into_iter().filter_map(readable).collect();
    if readable.is_empty() {
        readable = search(tiff.bytes);
    }
    found(readable, orientation, sensor_pixels)
}

/// Every strip and tile lies in the file: else it was cut off, whatever the JPEG in front of them shows.
fn check_chunks(tiff: &Tiff<'_>, directory: &Directory) -> Result<(), Error> {
    for (at, bytes) in [(tag::STRIP_OFFSETS, tag::STRIP_BYTES), (tag::TILE_OFFSETS, tag::TILE_BYTES)] {
        if let (Some(at), Some(bytes)) = (tiff.uints(directory, at)?, tiff.uints(directory, bytes)?)
            && at.len() == bytes.len()
            && at.iter().zip(&bytes).any(|(at, bytes)| tiff.part(*at, *bytes).is_none())
        {
            return Err(truncated());
        }
    }
    Ok(())
}

/// Fujifilm's RAF: at byte 84, three pairs of place and length, of the JPEG, the header and the sensor's values.
fn open_fuji(bytes: &[u8]) -> Result<Opened<'_>, Error> {
    let number = |at: usize| {
        let four = bytes.get(at..at + 4).and_then(|four| four.first_chunk::<4>()).ok_or_else(truncated)?;
        Ok::<_, Error>(u32::from_be_bytes(*four) as usize)
    };
    let part = |at: usize| {
        let (start, length) = (number(at)?, number(at + 4)?);
        bytes.get(start..start.saturating_add(length)).ok_or_else(truncated)
    };
    let jpeg = part(84)?;
    part(92)?;
    part(100)?;
    found(readable(jpeg).into_iter().collect(), None, 0)
}

/// The boxes of an ISO base media file lie one after another up to its end.
fn check_boxes(bytes: &[u8]) -> Result<(), Error> {
    let mut at = 0_u64;
    while at < bytes.len() as u64 {
        let rest = &bytes[at as usize..];
        let short = rest.first_chunk::<4>().map(|size| u64::from(u32::from_be_bytes(*size))).ok_or_else(truncated)?;
        let size = match short {
            0 => return Ok(()),
            1 => {
                let long = rest.get(8..16).and_then(|long| long.first_chunk::<8>()).ok_or_else(truncated)?;
                u64::from_be_bytes(*long)
            }
            short => short,
        };
        if size < 8 {
            return Err(corrupt("a box without length"));
        }
        at = at.checked_add(size).ok_or_else(truncated)?;
    }
    if at == bytes.len() as u64 { Ok(()) } else { Err(truncated()) }
}

/// Canon's CR3 keeps the first directory of its Exif in a box of its own.
fn canon_orientation(bytes: &[u8]) -> Option<Orientation> {
    let head = &bytes[..bytes.len().min(HEADER_BYTES)];
    let at = head.windows(4).position(|four| four == b"CMT1")?;
    let block = &head[at + 4..];
    let length = u32::from_be_bytes(*head.get(at.checked_sub(4)?..at)?.first_chunk::<4>()?) as usize;
    Some(exif::read(block.get(..length.checked_sub(8)?).unwrap_or(block)).orientation)
}

/// A JPEG whose header can be read.
fn readable(bytes: &[u8]) -> Option<(&[u8], Header)> {
    let head = &bytes[..bytes.len().min(HEADER_BYTES)];
    head.starts_with(b"\xff\xd8\xff").then(|| Header::read(head).ok()).flatten().map(|header| (bytes, header))
}

/// JPEGs by their first bytes.
fn search(bytes: &[u8]) -> Vec<(&[u8], Header)> {
    let places = bytes.windows(3).enumerate().filter(|(_, three)| *three == b"\xff\xd8\xff").map(|(at, _)| at);
    places.take(MAX_FOUND).filter_map(|at| readable(&bytes[at..])).collect()
}

/// The largest of them, the first of equals.
fn found(
    jpegs: Vec<(&[u8], Header)>,
    orientation: Option<Orientation>,
    sensor_pixels: u64,
) -> Result<Opened<'_>, Error> {
    let converter = |context: &str| Error::because(ErrorKind::NeedsConverter(Format::CameraRaw), context);
    let pixels = |header: &Header| u64::from(header.frame.width_px) * u64::from(header.frame.height_px);
    let largest = jpegs.into_iter().rev().max_by_key(|(_, header)| pixels(header));
    let (bytes, header) = largest.ok_or_else(|| converter("it holds no JPEG"))?;
    if pixels(&header).saturating_mul(LEAST_PART) < sensor_pixels {
        return Err(converter("it holds only a thumbnail as JPEG"));
    }
    let mut probe = Probe::of(&header);
    probe.format = Format::CameraRaw;
    probe.orientation = orientation.unwrap_or(probe.orientation);
    Ok(Opened { probe, coded: Coded::Jpeg { bytes, header } })
}
