//! The picture at full, half and quarter size.

use crate::buffers::grown;
use crate::luma::Luma;

/// Sizes kept.
pub(super) const LEVELS: usize = 3;

#[derive(Debug)]
pub(super) struct Pyramid<'a> {
    pub(super) levels: [Luma<'a>; LEVELS],
}

impl<'a> Pyramid<'a> {
    pub(super) fn new(full: Luma<'a>, [half, quarter]: &'a mut [Vec<u8>; 2]) -> Self {
        let half = halved(full, half);
        let quarter = halved(half, quarter);
        Self { levels: [full, half, quarter] }
    }

    /// Stored pixels that a pixel of the level stands for, along a side.
    pub(super) fn scale(level: usize) -> f32 {
        (1u32 << level) as f32
    }
}

/// Every two by two pixels become their mean; an odd last row or column is left out, a single one kept.
fn halved<'a>(from: Luma<'_>, buffer: &'a mut Vec<u8>) -> Luma<'a> {
    let (width, height) = ((from.width_px / 2).max(1), (from.height_px / 2).max(1));
    let pitch = width as usize;
    let bytes = grown(buffer, pitch * height as usize);
    for (y, row) in (0..height).zip(bytes.chunks_exact_mut(pitch)) {
        let upper = from.row(2 * y);
        let lower = from.row((2 * y + 1).min(from.height_px - 1));
        let pairs = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
        for (to, (upper, lower)) in row.iter_mut().zip(pairs) {
            let sum = u16::from(upper[0]) + u16::from(upper[1]) + u16::from(lower[0]) + u16::from(lower[1]);
            // A mean of bytes is a byte.
            *to = ((sum + 2) / 4) as u8;
        }
    }
    Luma { width_px: width, height_px: height, stride: pitch, bytes }
}

#[cfg(test)]
mod tests {
    use super::Pyramid;
    use crate::luma::Luma;

    #[test]
    fn halves_are_means_and_odd_edges_are_left_out() {
        let bytes: Vec<u8> = (0..5 * 4).map(|index| index * 10).collect();
        let luma = Luma::new(5, 4, 5, &bytes).expect("fits");
        let mut kept = [Vec::new(), Vec::new()];
        let pyramid = Pyramid::new(luma, &mut kept);
        let half = pyramid.levels[1];
        assert_eq!((half.width_px, half.height_px), (2, 2));
        assert_eq!(half.row(0), [30, 50]);
        assert_eq!((pyramid.levels[2].width_px, pyramid.levels[2].height_px), (1, 1));
    }
}
