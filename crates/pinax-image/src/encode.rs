//! Encoding pixels as JPEG: web sizes for the renderer, made-up pictures for drawn sheets and tests.

use turbojpeg::{Colorspace, Compressor, Image, Subsamp, YuvImage, compressed_buf_len};

use crate::buffers::grown;
use crate::error::{Error, ErrorKind};
use crate::exif;
use crate::icc;
use crate::orientation::Orientation;
use crate::planes::Planes;
use crate::probe::Subsampling;
use crate::samples::{Raster, Samples};
use crate::segment::{APP0, APP1};

/// How to write a JPEG.
#[derive(Clone, Copy, Debug)]
pub struct EncodeOptions<'a> {
    /// 1 to 100; 80 unless set.
    pub quality: u8,
    /// 4:2:0 unless set. Grey pictures have none.
    pub subsampling: Subsampling,
    /// Progressive rather than baseline; smaller, several times slower.
    pub progressive: bool,
    /// An ICC profile to embed, as it is.
    pub icc: Option<&'a [u8]>,
    /// An Exif block with this orientation and nothing else. The pixels are not turned.
    pub orientation: Option<Orientation>,
}

impl Default for EncodeOptions<'_> {
    fn default() -> Self {
        Self { quality: 80, subsampling: Subsampling::default(), progressive: false, icc: None, orientation: None }
    }
}

/// Encodes `width_px` x `height_px` pixels of three bytes (red, green, blue), rows without gaps.
///
/// # Errors
/// [`ErrorKind::Encode`] if `pixels` has another length, a side is 0 or over 65 500 pixels, or the
/// subsampling is [`Subsampling::Other`].
pub fn encode_rgb(width_px: u32, height_px: u32, pixels: &[u8], options: &EncodeOptions<'_>) -> Result<Vec<u8>, Error> {
    encode_once(width_px, height_px, pixels, Samples::Rgb, options)
}

/// Encodes `width_px` x `height_px` pixels of one byte (0 is black), rows without gaps.
///
/// # Errors
/// As [`encode_rgb`].
pub fn encode_grey(
    width_px: u32,
    height_px: u32,
    pixels: &[u8],
    options: &EncodeOptions<'_>,
) -> Result<Vec<u8>, Error> {
    encode_once(width_px, height_px, pixels, Samples::Grey, options)
}

/// Encodes `width_px` x `height_px` pixels of four bytes (cyan, magenta, yellow, black; 255 is full
/// ink), the way Photoshop does: marked by Adobe, inks inverted. Coded as YCCK, unless the subsampling
/// is 4:4:4: then as CMYK.
///
/// # Errors
/// As [`encode_rgb`].
pub fn encode_cmyk(width_px: u32, height_px: u32, inks: &[u8], options: &EncodeOptions<'_>) -> Result<Vec<u8>, Error> {
    let inverted: Vec<u8> = inks.iter().map(|ink| 255 - ink).collect();
    encode_once(width_px, height_px, &inverted, Samples::Cmyk, options)
}

fn encode_once(
    width_px: u32,
    height_px: u32,
    bytes: &[u8],
    samples: Samples,
    options: &EncodeOptions<'_>,
) -> Result<Vec<u8>, Error> {
    let raster = Raster { width_px, height_px, samples, bytes };
    Encoder::new().encode(raster, options)
}

/// Encodes with one set of working memory.
pub(crate) struct Encoder {
    inner: Compressor,
    scratch: Vec<u8>,
}

impl Encoder {
    pub(crate) fn new() -> Self {
        Self { inner: Compressor::new().expect("a compressor takes a few kilobytes"), scratch: Vec::new() }
    }

    pub(crate) fn encode(&mut self, raster: Raster<'_>, options: &EncodeOptions<'_>) -> Result<Vec<u8>, Error> {
        let (width, height) = (raster.width_px as usize, raster.height_px as usize);
        let pitch = width * raster.samples.bytes();
        if pitch.checked_mul(height) != Some(raster.bytes.len()) || raster.bytes.is_empty() {
            let context = format!("{} bytes for {width} x {height} pixels", raster.bytes.len());
            return Err(Error::because(ErrorKind::Encode, context));
        }
        let subsamp = match raster.samples {
            Samples::Grey => Subsamp::Gray,
            Samples::Rgb | Samples::Cmyk => subsamp(options.subsampling)?,
        };
        let colorspace = match (raster.samples, options.subsampling) {
            (Samples::Grey, _) => Colorspace::Gray,
            (Samples::Rgb, _) => Colorspace::YCbCr,
            (Samples::Cmyk, Subsampling::Full444) => Colorspace::CMYK,
            (Samples::Cmyk, _) => Colorspace::YCCK,
        };
        let image = Image { pixels: raster.bytes, width, pitch, height, format: raster.samples.pixel_format() };
        let length = self
            .compress(image, subsamp, colorspace, options)
            .map_err(|error| Error::because(ErrorKind::Encode, error.to_string()))?;
        Ok(with_metadata(&self.scratch[..length], options))
    }

    /// Encodes planes as they are, with the subsampling that they have whatever `options` say.
    pub(crate) fn encode_planes(
        &mut self,
        planes: Planes,
        bytes: &[u8],
        options: &EncodeOptions<'_>,
    ) -> Result<Vec<u8>, Error> {
        let length = self
            .compress_planes(planes, bytes, options)
            .map_err(|error| Error::because(ErrorKind::Encode, error.to_string()))?;
        Ok(with_metadata(&self.scratch[..length], options))
    }

    fn compress_planes(
        &mut self,
        planes: Planes,
        bytes: &[u8],
        options: &EncodeOptions<'_>,
    ) -> turbojpeg::Result<usize> {
        let (width, height) = (planes.size_px.0 as usize, planes.size_px.1 as usize);
        let subsamp = planes.subsamp();
        self.inner.set_quality(options.quality.clamp(1, 100).into())?;
        self.inner.set_colorspace(if subsamp == Subsamp::Gray { Colorspace::Gray } else { Colorspace::YCbCr })?;
        self.inner.set_progressive(options.progressive)?;
        let scratch = grown(&mut self.scratch, compressed_buf_len(width, height, subsamp)?);
        let image = YuvImage { pixels: bytes, width, align: 1, height, subsamp };
        self.inner.compress_yuv_to_slice(image, scratch)
    }

    fn compress(
        &mut self,
        image: Image<&[u8]>,
        subsamp: Subsamp,
        colorspace: Colorspace,
        options: &EncodeOptions<'_>,
    ) -> turbojpeg::Result<usize> {
        self.inner.set_quality(options.quality.clamp(1, 100).into())?;
        self.inner.set_subsamp(subsamp)?;
        self.inner.set_colorspace(colorspace)?;
        self.inner.set_progressive(options.progressive)?;
        // The bound is for three components; a fourth is as large as the luma.
        let most = compressed_buf_len(image.width, image.height, subsamp)?;
        let most = if colorspace == Colorspace::CMYK || colorspace == Colorspace::YCCK { most * 2 } else { most };
        let scratch = grown(&mut self.scratch, most);
        self.inner.compress_to_slice(image, scratch)
    }

    pub(crate) fn held_bytes(&self) -> usize {
        self.scratch.capacity()
    }

    pub(crate) fn release(&mut self) {
        self.scratch = Vec::new();
    }
}

fn subsamp(subsampling: Subsampling) -> Result<Subsamp, Error> {
    match subsampling {
        Subsampling::Full444 => Ok(Subsamp::None),
        Subsampling::Half422 => Ok(Subsamp::Sub2x1),
        Subsampling::Half440 => Ok(Subsamp::Sub1x2),
        Subsampling::Quarter420 => Ok(Subsamp::Sub2x2),
        Subsampling::Quarter411 => Ok(Subsamp::Sub4x1),
        Subsampling::Other => Err(Error::because(ErrorKind::Encode, "no name for this subsampling")),
    }
}

/// Puts Exif directly after the start of the image, where old readers look, and the profile after the
/// JFIF segment, if there is one.
fn with_metadata(jpeg: &[u8], options: &EncodeOptions<'_>) -> Vec<u8> {
    let profile = options.icc.unwrap_or_default();
    let mut out = Vec::with_capacity(jpeg.len() + profile.len() + profile.len() / 64 + 64);
    let after_jfif = match jpeg {
        [_, _, 0xff, APP0, high, low, ..] => 4 + usize::from(u16::from_be_bytes([*high, *low])),
        _ => 2,
    };
    out.extend(&jpeg[..2]);
    if let Some(orientation) = options.orientation {
        let block = exif::orientation_block(orientation);
        out.extend([0xff, APP1, 0, 2 + 6 + 26]);
        out.extend(b"Exif\0\0");
        out.extend(block);
    }
    out.extend(&jpeg[2..after_jfif]);
    icc::write_segments(profile, &mut out);
    out.extend(&jpeg[after_jfif..]);
    out
}
