//! Turning pixels upright, in tiles that stay in the cache.

use crate::orientation::Orientation;

/// Side of a tile in pixels: two tiles of 4-byte pixels fit a level-one cache.
const TILE_PX: usize = 32;

/// Copies `from` (`width_px` x `height_px` pixels of `N` bytes, rows without gaps) to `to`, turned
/// upright. Both slices hold exactly that many pixels.
pub(crate) fn turn<const N: usize>(
    from: &[u8],
    (width_px, height_px): (u32, u32),
    orientation: Orientation,
    to: &mut [u8],
) {
    let (width, height) = (width_px as usize, height_px as usize);
    let (from, _) = from.as_chunks::<N>();
    let (to, _) = to.as_chunks_mut::<N>();
    assert_eq!(from.len(), width * height);
    assert_eq!(to.len(), from.len());
    if !orientation.swaps_sides() {
        let upside_down = matches!(orientation, Orientation::Turn180 | Orientation::MirrorUpDown);
        let mirrored = matches!(orientation, Orientation::Turn180 | Orientation::MirrorSideways);
        for (y, row) in from.chunks_exact(width).enumerate() {
            let y = if upside_down { height - 1 - y } else { y };
            let target = &mut to[y * width..][..width];
            target.copy_from_slice(row);
            if mirrored {
                target.reverse();
            }
        }
        return;
    }
    // Rows become columns: where a stored column x and row y go.
    let from_right = matches!(orientation, Orientation::Turn90 | Orientation::Transverse);
    let from_bottom = matches!(orientation, Orientation::Turn270 | Orientation::Transverse);
    for top in (0..height).step_by(TILE_PX) {
        for left in (0..width).step_by(TILE_PX) {
            for x in left..(left + TILE_PX).min(width) {
                let row = if from_bottom { width - 1 - x } else { x };
                let target = &mut to[row * height..][..height];
                for y in top..(top + TILE_PX).min(height) {
                    let column = if from_right { height - 1 - y } else { y };
                    target[column] = from[y * width + x];
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Orientation, turn};

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
            turn::<1>(b"abcdef", (2, 3), orientation, &mut to);
            assert_eq!(to, upright.as_bytes(), "orientation {number}");
        }
    }

    #[test]
    fn tiles_meet_without_a_seam() {
        let (width, height) = (70u32, 101u32);
        let from: Vec<u8> = (0..width * height).flat_map(|i| [(i % 251) as u8, (i / 251) as u8, 7]).collect();
        let mut there = vec![0; from.len()];
        let mut back = vec![0; from.len()];
        turn::<3>(&from, (width, height), Orientation::Turn90, &mut there);
        turn::<3>(&there, (height, width), Orientation::Turn270, &mut back);
        assert_eq!(from, back);
    }
}
