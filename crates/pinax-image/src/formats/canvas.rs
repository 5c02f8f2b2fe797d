//! A canvas: the rows a decoder writes, and the arithmetic from other samples to 8-bit ones.

use crate::deadline::Deadline;
use crate::error::Error;
use crate::samples::Samples;

/// Rows to be filled with 8-bit samples, top to bottom as stored.
pub(crate) struct Canvas<'a> {
    pub(crate) width_px: u32,
    pub(crate) height_px: u32,
    pub(crate) samples: Samples,
    /// Exactly `width_px * height_px` pixels.
    pub(crate) bytes: &'a mut [u8],
    pub(crate) deadline: Deadline,
}

impl Canvas<'_> {
    pub(crate) fn row_bytes(&self) -> usize {
        self.width_px as usize * self.samples.bytes()
    }

    /// Row `y` to write, if there is time left.
    pub(crate) fn row(&mut self, y: u32) -> Result<&mut [u8], Error> {
        self.deadline.check()?;
        let row_bytes = self.row_bytes();
        Ok(&mut self.bytes[y as usize * row_bytes..][..row_bytes])
    }
}

/// The samples of one pixel before they are laid over white.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    Grey,
    GreyAlpha,
    Rgb,
    Rgba,
}

impl Layout {
    pub(crate) fn samples(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::GreyAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba => 4,
        }
    }
}

/// 0 to 65535 as 0 to 255, rounded to the nearest.
pub(crate) fn to_eight_bits(sample: u16) -> u8 {
    ((u32::from(sample) * 255 + 32_895) >> 16) as u8
}

/// A colour seen through `alpha` (255 is opaque) on white paper.
pub(crate) fn over_white(colour: u8, alpha: u8) -> u8 {
    let light = u32::from(colour) * u32::from(alpha) + 255 * (255 - u32::from(alpha));
    // At most 255, as a mean of two samples.
    ((light + 127) / 255) as u8
}

/// Writes a row of 8-bit samples to `to` (as many pixels, without alpha).
pub(crate) fn lay(from: &[u8], layout: Layout, to: &mut [u8]) {
    match layout {
        Layout::Grey | Layout::Rgb => to.copy_from_slice(from),
        Layout::GreyAlpha => {
            for (&[grey, alpha], to) in from.as_chunks::<2>().0.iter().zip(to) {
                *to = over_white(grey, alpha);
            }
        }
        Layout::Rgba => {
            for (&[r, g, b, alpha], to) in from.as_chunks::<4>().0.iter().zip(to.as_chunks_mut::<3>().0) {
                *to = [r, g, b].map(|colour| over_white(colour, alpha));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{over_white, to_eight_bits};

    #[test]
    fn rounds_to_the_nearest() {
        for sample in 0..=u16::MAX {
            let exact = f64::from(sample) * 255.0 / 65_535.0;
            assert_eq!(f64::from(to_eight_bits(sample)), exact.round(), "{sample}");
        }
    }

    #[test]
    fn transparent_is_white_and_opaque_is_itself() {
        for colour in 0..=255 {
            assert_eq!(over_white(colour, 0), 255);
            assert_eq!(over_white(colour, 255), colour);
        }
        assert_eq!(over_white(0, 128), 127);
    }
}
