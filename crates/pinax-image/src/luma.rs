//! Luma: the brightness of a picture, lent out to whoever only looks at it.

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
