//! Turning pixels upright, in tiles that stay in the cache.

use crate::orientation::Orientation;
use crate::resample::{Plane, PlaneMut};

/// Side of a tile in pixels: two tiles of 4-byte pixels fit a level-one cache.
const TILE_PX: usize = 32;

/// Copies `from` to `to`, turned upright. Width, height and stride are in pixels of `N` bytes, and `to` has
/// the size of `from` after turning.
pub(crate) fn turn<const N: usize>(from: Plane<'_>, orientation: Orientation, to: &mut PlaneMut<'_>) {
    let (width, height) = (from.width, from.height);
    let swapped = orientation.swaps_sides();
    assert_eq!((to.width, to.height), if swapped { (height, width) } else { (width, height) });
    let (pixels, _) = from.bytes.as_chunks::<N>();
    let (turned, _) = to.bytes.as_chunks_mut::<N>();
    let (from_right, from_bottom) = orientation.flips();
    if !swapped {
        for y in 0..height {
            let target_y = if from_bottom { height - 1 - y } else { y };
            let target = &mut turned[target_y * to.stride..][..width];
            target.copy_from_slice(&pixels[y * from.stride..][..width]);
            if from_right {
                target.reverse();
            }
        }
        return;
    }
    // Rows become columns.
    for top in (0..height).step_by(TILE_PX) {
        for left in (0..width).step_by(TILE_PX) {
            for x in left..(left + TILE_PX).min(width) {
                let row = if from_right { width - 1 - x } else { x };
                let target = &mut turned[row * to.stride..][..height];
                for y in top..(top + TILE_PX).min(height) {
                    let column = if from_bottom { height - 1 - y } else { y };
                    target[column] = pixels[y * from.stride + x];
                }
            }
        }
    }
}

/// Rows without gaps, as they are before turning and after.
#[cfg(test)]
fn turn_packed<const N: usize>(from: &[u8], (width, height): (u32, u32), orientation: Orientation, to: &mut [u8]) {
    let packed = crate::samples::packed((width, height), from);
    let (width, height) = orientation.turned_size((width, height));
    turn::<N>(packed, orientation, &mut crate::samples::packed_mut((width, height), to));
}

#[cfg(test)]
mod tests {
    use super::{Orientation, turn_packed};

    /// The letter-like picture `ab / cd / ef` (2 x 3) turned each way, as the Exif standard draws it.
    #[test]
    fn follows_the_exif_table() {
        let cases = [
            (1, "abcdef"),
            (2, "badcfe"),
            (3, "fedcba"),
            (4, "efcdab"),
            (5, "acebdf"),
            (6, "ecafdb"),
            (7, "fdbeca"),
            (8, "bdface"),
        ];
        for (number, upright) in cases {
            let orientation = Orientation::from_exif(number).expect("1 to 8");
            let mut to = [0; 6];
            turn_packed::<1>(b"abcdef", (2, 3), orientation, &mut to);
            assert_eq!(to, upright.as_bytes(), "orientation {number}");
        }
    }

    #[test]
    fn tiles_meet_without_a_seam() {
        let (width, height) = (70u32, 101u32);
        let from: Vec<u8> = (0..width * height).flat_map(|i| [(i % 251) as u8, (i / 251) as u8, 7]).collect();
        let mut there = vec![0; from.len()];
        let mut back = vec![0; from.len()];
        turn_packed::<3>(&from, (width, height), Orientation::Turn90, &mut there);
        turn_packed::<3>(&there, (height, width), Orientation::Turn270, &mut back);
        assert_eq!(from, back);
    }
}
