//! Every format that is rendered: what its header says, and its pixels as rows of 8-bit samples.
//!
//! A JPEG, alone or inside a camera's raw file, goes to [`Decoder`] and may be shrunk on the way. The others are
//! decoded to their full size, row by row, onto a [`Canvas`]; a row is the most that is held of them twice, where the
//! format lets it.

mod bmp;
mod canvas;
mod gif;
mod png;
mod raw;
mod tiff;
mod webp;

pub(crate) use canvas::Canvas;
pub(crate) use tiff::{Directory, Tiff};

use crate::decode::Decoder;
use crate::error::{Error, ErrorKind};
use crate::format::{Format, sniff};
use crate::header::Header;
use crate::icc;
use crate::orientation::Orientation;
use crate::probe::{ColorModel, Limits, Probe, Subsampling};

/// A file whose header was read.
#[derive(Debug)]
pub(crate) struct Opened<'a> {
    pub(crate) probe: Probe,
    pub(crate) coded: Coded<'a>,
}

/// Where the picture lies, and how it is coded.
#[derive(Debug)]
pub(crate) enum Coded<'a> {
    /// The file itself, or the largest JPEG within a raw file.
    Jpeg {
        bytes: &'a [u8],
        header: Header,
    },
    Png(&'a [u8]),
    Gif(&'a [u8]),
    WebP(webp::WebP<'a>),
    Bmp(Box<bmp::Bitmap<'a>>),
    Tiff(Box<tiff::Page<'a>>),
}

/// Reads the header of whatever came in. Takes no memory in proportion to the pixels.
pub(crate) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    if bytes.is_empty() {
        return Err(Error::new(ErrorKind::Empty));
    }
    let opened = match sniff(bytes) {
        Some(Format::Jpeg) => {
            let header = Header::read(bytes)?;
            Opened { probe: Probe::of(&header), coded: Coded::Jpeg { bytes, header } }
        }
        Some(Format::Png) => png::open(bytes)?,
        Some(Format::Tiff) => tiff::open(bytes)?,
        Some(Format::Gif) => gif::open(bytes)?,
        Some(Format::WebP) => webp::open(bytes)?,
        Some(Format::Bmp) => bmp::open(bytes)?,
        Some(Format::CameraRaw) => raw::open(bytes)?,
        Some(format) => return Err(Error::new(ErrorKind::NeedsConverter(format))),
        None => return Err(Error::new(ErrorKind::NotAnImage)),
    };
    opened.probe.check(limits)?;
    Ok(opened)
}

/// Decodes all of a picture that is no JPEG onto `canvas` and gives its colour profile, if it has one for its colours.
/// After an error the canvas holds no picture.
pub(crate) fn decode(
    coded: &Coded<'_>,
    decoder: &mut Decoder,
    canvas: &mut Canvas<'_>,
) -> Result<Option<Vec<u8>>, Error> {
    match coded {
        Coded::Jpeg { .. } => unreachable!("a JPEG is decoded by the JPEG decoder"),
        Coded::Png(bytes) => png::decode(bytes, canvas),
        Coded::Gif(bytes) => gif::decode(bytes, canvas),
        Coded::WebP(webp) => webp::decode(webp, canvas),
        Coded::Bmp(bitmap) => bmp::decode(bitmap, canvas),
        Coded::Tiff(page) => tiff::decode(page, decoder, canvas),
    }
}

/// The probe of a picture that is no JPEG.
fn probe_of(format: Format, (width_px, height_px): (u32, u32), color: ColorModel) -> Probe {
    Probe {
        format,
        width_px,
        height_px,
        orientation: Orientation::Upright,
        color,
        progressive: false,
        has_icc: false,
        in_srgb: true,
        subsampling: Subsampling::Full444,
        decoder_bytes: 0,
        planes: None,
    }
}

/// The space a profile must be for.
fn space_of(color: ColorModel) -> icc::ProfileSpace {
    match color {
        ColorModel::Grey => icc::ProfileSpace::Grey,
        ColorModel::YCbCr | ColorModel::Rgb => icc::ProfileSpace::Rgb,
        ColorModel::Cmyk | ColorModel::Ycck => icc::ProfileSpace::Cmyk,
    }
}

fn corrupt(context: impl Into<String>) -> Error {
    Error::because(ErrorKind::Corrupt, context)
}

fn truncated() -> Error {
    Error::new(ErrorKind::Truncated)
}
