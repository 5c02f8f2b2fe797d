//! Luma: the brightness of a picture, lent out to whoever only looks at it.

use crate::buffers::grown;
use crate::samples::Samples;

/// 8-bit brightness, 0 is black; rows from top to bottom as stored, not turned upright.
#[derive(Clone, Copy, Debug)]
pub struct Luma<'a> {
    /// Width in pixels.
    pub width_px: u32,
    /// Height in pixels.
    pub height_px: u32,
    /// Bytes from the start of a row to the start of the next; at least the width.
    pub stride: usize,
    /// The samples. What lies between the width and the stride is no picture.
    pub bytes: &'a [u8],
}

impl<'a> Luma<'a> {
    /// `None` unless `bytes` holds all rows and a row fits its stride.
    #[must_use]
    pub fn new(width_px: u32, height_px: u32, stride: usize, bytes: &'a [u8]) -> Option<Self> {
        let (width, height) = (usize::try_from(width_px).ok()?, usize::try_from(height_px).ok()?);
        let needed = match height {
            0 => 0,
            rows => (rows - 1).checked_mul(stride)?.checked_add(width)?,
        };
        (width <= stride && needed <= bytes.len()).then_some(Self { width_px, height_px, stride, bytes })
    }

    /// The samples of row `y`, which is below the height.
    #[must_use]
    pub fn row(&self, y: u32) -> &'a [u8] {
        &self.bytes[y as usize * self.stride..][..self.width_px as usize]
    }
}

/// Brightness of interleaved pixels, in `kept` unless they are brightness already. `inverted` tells of
/// inks that 0 is full ink.
pub(crate) fn of_pixels<'a>(pixels: &'a [u8], samples: Samples, inverted: bool, kept: &'a mut Vec<u8>) -> &'a [u8] {
    let count = pixels.len() / samples.bytes();
    match samples {
        Samples::Grey => return pixels,
        Samples::Rgb => {
            let (pixels, _) = pixels.as_chunks::<3>();
            grown(kept, count).iter_mut().zip(pixels).for_each(|(luma, rgb)| *luma = of_rgb(*rgb));
        }
        Samples::Cmyk => {
            let (pixels, _) = pixels.as_chunks::<4>();
            let flip = if inverted { 0 } else { 255 };
            for (luma, inks) in grown(kept, count).iter_mut().zip(pixels) {
                let [c, m, y, paper] = inks.map(|ink| ink ^ flip);
                let light = u16::from(of_rgb([c, m, y])) * u16::from(paper);
                // Below 256 since both factors are.
                *luma = ((light + 127) / 255) as u8;
            }
        }
    }
    &kept[..count]
}

/// By the weights of JFIF (ITU-R BT.601), which add up to 65 536.
fn of_rgb([red, green, blue]: [u8; 3]) -> u8 {
    let sum = 19_595 * u32::from(red) + 38_470 * u32::from(green) + 7_471 * u32::from(blue);
    ((sum + 32_768) >> 16) as u8
}

#[cfg(test)]
mod tests {
    use super::Luma;

    #[test]
    fn rows_are_as_wide_as_the_picture() {
        let bytes = [1, 2, 3, 9, 4, 5, 6];
        let luma = Luma::new(3, 2, 4, &bytes).expect("the last row may end with the picture");
        assert_eq!((luma.row(0), luma.row(1)), (&[1, 2, 3][..], &[4, 5, 6][..]));
        assert!(Luma::new(3, 2, 4, &bytes[..6]).is_none());
        assert!(Luma::new(4, 1, 3, &bytes).is_none());
        assert!(Luma::new(3, u32::MAX, usize::MAX, &bytes).is_none());
    }
}
