//! What a pixel is made of, and its names in the libraries below.

use fast_image_resize::PixelType;
use turbojpeg::PixelFormat;

use crate::resample::{Plane, PlaneMut};

/// The 8-bit samples of one pixel, interleaved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Samples {
    Grey,
    Rgb,
    Cmyk,
}

impl Samples {
    /// Bytes of one pixel.
    pub(crate) fn bytes(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::Rgb => 3,
            Self::Cmyk => 4,
        }
    }

    pub(crate) fn pixel_format(self) -> PixelFormat {
        match self {
            Self::Grey => PixelFormat::GRAY,
            Self::Rgb => PixelFormat::RGB,
            Self::Cmyk => PixelFormat::CMYK,
        }
    }

    pub(crate) fn pixel_type(self) -> PixelType {
        match self {
            Self::Grey => PixelType::U8,
            Self::Rgb => PixelType::U8x3,
            Self::Cmyk => PixelType::U8x4,
        }
    }
}

/// Pixels lent out: rows without gaps, exactly `width_px * height_px` pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Raster<'a> {
    pub(crate) width_px: u32,
    pub(crate) height_px: u32,
    pub(crate) samples: Samples,
    pub(crate) bytes: &'a [u8],
}

/// Rows without gaps; width and stride in pixels, whatever the bytes of one.
pub(crate) fn packed((width, height): (u32, u32), bytes: &[u8]) -> Plane<'_> {
    Plane { width: width as usize, height: height as usize, stride: width as usize, bytes }
}

/// As [`packed`], to write.
pub(crate) fn packed_mut((width, height): (u32, u32), bytes: &mut [u8]) -> PlaneMut<'_> {
    PlaneMut { width: width as usize, height: height as usize, stride: width as usize, bytes }
}
