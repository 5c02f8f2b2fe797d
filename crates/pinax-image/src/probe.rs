//! A probe: what a picture says of itself, read before any memory is taken for its pixels.

use std::time::Duration;

use crate::error::{Error, ErrorKind};
use crate::format::Format;
use crate::formats;
use crate::header::{Frame, Header};
use crate::orientation::Orientation;
use crate::planes::Planes;

/// What is too much to decode, whatever the file claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most pixels a picture may declare. 400 million unless set.
    pub max_pixels: u64,
    /// Most scans a progressive JPEG may have: real ones have about ten. 200 unless set.
    pub max_scans: u32,
    /// Most bytes a decoder may hold beside the pixels: the coefficients of a progressive JPEG above all. 512 million
    /// unless set, enough for one of 170 megapixels (4:2:0).
    pub max_decoder_bytes: u64,
    /// Most pixels times scans of a progressive JPEG, which is the time it takes. 4 thousand million unless set.
    pub max_scanned_pixels: u64,
    /// The longest that decoding may take where rows can be counted. Two minutes unless set.
    pub max_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_pixels: 400_000_000,
            max_scans: 200,
            max_decoder_bytes: 512_000_000,
            max_scanned_pixels: 4_000_000_000,
            max_time: Duration::from_secs(120),
        }
    }
}

/// The colours as coded in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ColorModel {
    /// One component.
    Grey,
    /// Luma and two chroma components, as nearly all photographs are.
    YCbCr,
    /// Red, green and blue as they are.
    Rgb,
    /// Four inks, as sent to a printer.
    Cmyk,
    /// Four inks, three of them coded as luma and chroma.
    Ycck,
}

/// How much coarser the chroma components are than the luma.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Subsampling {
    /// 4:4:4, none; also what a grey picture has.
    Full444,
    /// 4:2:2, half across.
    Half422,
    /// 4:4:0, half down.
    Half440,
    /// 4:2:0, half across and down.
    #[default]
    Quarter420,
    /// 4:1:1, a quarter across.
    Quarter411,
    /// Anything else: decoded, never written.
    Other,
}

/// What a header declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Probe {
    /// The format of the file, by its content.
    pub format: Format,
    /// Width in pixels as stored, before turning upright.
    pub width_px: u32,
    /// Height in pixels as stored, before turning upright.
    pub height_px: u32,
    /// How to turn it, from Exif; upright where Exif is missing or garbage.
    pub orientation: Orientation,
    /// Its colours.
    pub color: ColorModel,
    /// Whether it is coded progressively.
    pub progressive: bool,
    /// Whether it carries (a piece of) an ICC profile, usable or not.
    pub has_icc: bool,
    /// Whether its colours are shown as they are: sRGB, or taken for it. Others, and all inks, are converted when it is
    /// rendered.
    pub in_srgb: bool,
    /// How its chroma is sampled.
    pub subsampling: Subsampling,
    /// Bytes the decoder must hold at once beside the pixels. Of a JPEG: 0 for most, coefficients of 3 to 6 a pixel for
    /// progressive ones.
    pub decoder_bytes: u64,
    /// Its planes, if it is decoded to them and not to pixels.
    pub(crate) planes: Option<Planes>,
}

impl Probe {
    /// Width and height in pixels after turning upright.
    #[must_use]
    pub fn upright_size(&self) -> (u32, u32) {
        self.orientation.turned_size((self.width_px, self.height_px))
    }

    /// Whether the stored pixels are not upright.
    #[must_use]
    pub fn needs_turn(&self) -> bool {
        self.orientation != Orientation::Upright
    }

    /// Width times height.
    #[must_use]
    pub fn pixels(&self) -> u64 {
        u64::from(self.width_px) * u64::from(self.height_px)
    }

    /// Whether the JPEG decoder does the work, and can shrink on the way.
    pub(crate) fn is_jpeg_coded(&self) -> bool {
        matches!(self.format, Format::Jpeg | Format::CameraRaw)
    }

    pub(crate) fn of(header: &Header) -> Self {
        let probe = Self {
            format: Format::Jpeg,
            width_px: header.frame.width_px,
            height_px: header.frame.height_px,
            orientation: header.exif.orientation,
            color: color_model(header),
            progressive: header.frame.progressive,
            has_icc: header.has_icc,
            in_srgb: header.in_srgb,
            subsampling: subsampling(&header.frame),
            decoder_bytes: if header.holds_coefficients() { coefficient_bytes(&header.frame) } else { 0 },
            planes: None,
        };
        // Colours are converted by pixels.
        Self { planes: Planes::of(header, &probe).filter(|_| probe.in_srgb), ..probe }
    }

    pub(crate) fn check(&self, limits: &Limits) -> Result<(), Error> {
        let (pixels, limit) = (self.pixels(), limits.max_pixels);
        if pixels > limit {
            return Err(Error::new(ErrorKind::TooLarge { pixels, limit }));
        }
        if self.decoder_bytes > limits.max_decoder_bytes {
            return Err(Error::new(ErrorKind::TooMuchMemory { limit_bytes: limits.max_decoder_bytes }));
        }
        Ok(())
    }
}

/// Reads the header of a picture. Takes no memory in proportion to the pixels and does not look at the
/// picture data: that it is whole is known only after [`Renderer::render`](crate::Renderer::render)
/// or [`Renderer::verify`](crate::Renderer::verify).
///
/// # Errors
/// [`ErrorKind::Empty`], [`NotAnImage`](ErrorKind::NotAnImage), [`NeedsConverter`](ErrorKind::NeedsConverter),
/// [`Corrupt`](ErrorKind::Corrupt), [`Truncated`](ErrorKind::Truncated) (within the header),
/// [`UnsupportedJpeg`](ErrorKind::UnsupportedJpeg), [`TooLarge`](ErrorKind::TooLarge) or
/// [`TooMuchMemory`](ErrorKind::TooMuchMemory).
pub fn probe(bytes: &[u8], limits: &Limits) -> Result<Probe, Error> {
    formats::open(bytes, limits).map(|opened| opened.probe)
}

/// As libjpeg guesses it (`default_decompress_parms` in `jdapimin.c`).
fn color_model(header: &Header) -> ColorModel {
    let ids: Vec<u8> = header.frame.components.iter().map(|c| c.id).collect();
    match (ids.as_slice(), header.jfif, header.adobe_transform) {
        ([_], ..) => ColorModel::Grey,
        ([_, _, _], false, Some(0)) | ([b'R', b'G', b'B'], false, None) => ColorModel::Rgb,
        ([_, _, _], ..) => ColorModel::YCbCr,
        (_, _, None | Some(0)) => ColorModel::Cmyk,
        (_, _, Some(_)) => ColorModel::Ycck,
    }
}

fn subsampling(frame: &Frame) -> Subsampling {
    let [luma, chroma @ ..] = frame.components.as_slice() else {
        return Subsampling::Other;
    };
    let Some(first) = chroma.first() else {
        return Subsampling::Full444;
    };
    let alike = chroma[..2].iter().all(|c| (c.across, c.down) == (first.across, first.down));
    if !alike || luma.across % first.across != 0 || luma.down % first.down != 0 {
        return Subsampling::Other;
    }
    match (luma.across / first.across, luma.down / first.down) {
        (1, 1) => Subsampling::Full444,
        (2, 1) => Subsampling::Half422,
        (1, 2) => Subsampling::Half440,
        (2, 2) => Subsampling::Quarter420,
        (4, 1) => Subsampling::Quarter411,
        _ => Subsampling::Other,
    }
}

/// Two bytes for each coefficient, in whole blocks of 8 x 8.
fn coefficient_bytes(frame: &Frame) -> u64 {
    let widest = frame.components.iter().map(|c| c.across).max().unwrap_or(1);
    let tallest = frame.components.iter().map(|c| c.down).max().unwrap_or(1);
    let blocks = |side_px: u32, factor: u8, largest: u8| {
        let units = u64::from(side_px).div_ceil(8 * u64::from(largest));
        units * u64::from(factor)
    };
    frame
        .components
        .iter()
        .map(|c| blocks(frame.width_px, c.across, widest) * blocks(frame.height_px, c.down, tallest))
        .sum::<u64>()
        * 128
}
