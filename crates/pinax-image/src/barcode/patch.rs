//! A patch: a part of the picture turned level and enlarged.

use super::place::Point;
use crate::luma::Luma;

/// Phases between two pixels for which weights are kept.
const PHASES: usize = 64;

/// From pixels of a patch to pixels of the picture it was cut from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    /// Where the middle of the patch lies.
    pub(super) centre: Point,
    /// The direction of its rows, radians clockwise from the right.
    pub(super) angle: f32,
    /// Pixels of the picture from one pixel of the patch to the next, along and across its rows.
    pub(super) step: (f32, f32),
    /// Its width and height.
    pub(super) size: (usize, usize),
}

impl Frame {
    /// The place of a point of the patch, in the picture it was cut from.
    pub(super) fn outward(&self, (x, y): Point) -> Point {
        let (sin, cos) = self.angle.sin_cos();
        let along = (x - self.size.0 as f32 / 2.0) * self.step.0;
        let across = (y - self.size.1 as f32 / 2.0) * self.step.1;
        (self.centre.0 + along * cos - across * sin, self.centre.1 + along * sin + across * cos)
    }

    /// Cuts the patch out with Catmull-Rom interpolation; beyond its edges the picture goes on as it ends.
    pub(super) fn cut(&self, from: Luma<'_>) -> Vec<u8> {
        let (width, height) = self.size;
        let (sin, cos) = self.angle.sin_cos();
        let (dx, dy) = (cos * self.step.0, sin * self.step.0);
        let weights = weights();
        let mut out = Vec::with_capacity(width * height);
        for y in 0..height {
            let (mut at_x, mut at_y) = self.outward((0.5, y as f32 + 0.5));
            for _ in 0..width {
                out.push(interpolated(from, &weights, (at_x, at_y)));
                at_x += dx;
                at_y += dy;
            }
        }
        out
    }
}

/// Weights of four neighbours for each phase, in 256ths of 128.
fn weights() -> [[i32; 4]; PHASES] {
    std::array::from_fn(|phase| {
        let t = phase as f32 / PHASES as f32;
        let (t2, t3) = (t * t, t * t * t);
        let exact =
            [-t3 + 2.0 * t2 - t, 3.0 * t3 - 5.0 * t2 + 2.0, -3.0 * t3 + 4.0 * t2 + t, t3 - t2].map(|w| w * 64.0);
        let mut rounded = exact.map(|weight| weight.round() as i32);
        rounded[1] += 128 - rounded.iter().sum::<i32>();
        rounded
    })
}

fn interpolated(from: Luma<'_>, weights: &[[i32; 4]; PHASES], (x, y): Point) -> u8 {
    // Pixel centres lie at halves.
    let (x, y) = (x - 0.5, y - 0.5);
    let (column, row) = (x.floor(), y.floor());
    let across = &weights[((x - column) * PHASES as f32) as usize % PHASES];
    let down = &weights[((y - row) * PHASES as f32) as usize % PHASES];
    let (column, row) = (column as i64, row as i64);
    let (last_column, last_row) = (i64::from(from.width_px) - 1, i64::from(from.height_px) - 1);
    let mut sum = 0;
    if column >= 1 && row >= 1 && column + 2 <= last_column && row + 2 <= last_row {
        let start = (row as usize - 1) * from.stride + column as usize - 1;
        for (index, weight) in down.iter().enumerate() {
            let line = &from.bytes[start + index * from.stride..][..4];
            let line: i32 = line.iter().zip(across).map(|(&value, weight)| i32::from(value) * weight).sum();
            sum += line * weight;
        }
    } else {
        for (index, weight) in down.iter().enumerate() {
            let line = from.row((row - 1 + index as i64).clamp(0, last_row) as u32);
            let at = |shift: usize| i32::from(line[(column - 1 + shift as i64).clamp(0, last_column) as usize]);
            sum += (0..4).map(|shift| at(shift) * across[shift]).sum::<i32>() * weight;
        }
    }
    ((sum + (1 << 13)) >> 14).clamp(0, 255) as u8
}

#[cfg(test)]
mod tests {
    use super::Frame;
    use crate::luma::Luma;

    #[test]
    fn a_level_patch_of_the_same_size_is_the_picture() {
        let bytes: Vec<u8> = (0..12 * 9).map(|index| (index * 7 % 251) as u8).collect();
        let luma = Luma::new(12, 9, 12, &bytes).expect("fits");
        let frame = Frame { centre: (6.0, 4.5), angle: 0.0, step: (1.0, 1.0), size: (12, 9) };
        assert_eq!(frame.cut(luma), bytes);
        let upside_down = Frame { angle: std::f32::consts::PI, ..frame };
        let turned: Vec<u8> = bytes.iter().rev().copied().collect();
        let differing = upside_down.cut(luma).iter().zip(&turned).filter(|(a, b)| a.abs_diff(**b) > 3).count();
        assert_eq!(differing, 0);
    }

    #[test]
    fn points_of_the_patch_are_found_in_the_picture() {
        let frame =
            Frame { centre: (100.0, 50.0), angle: std::f32::consts::FRAC_PI_2, step: (0.5, 2.0), size: (40, 10) };
        let (x, y) = frame.outward((40.0, 5.0));
        assert!((x - 100.0).abs() < 1e-3 && (y - 60.0).abs() < 1e-3, "{x} {y}");
        let (x, y) = frame.outward((20.0, 0.0));
        assert!((x - 110.0).abs() < 1e-3 && (y - 50.0).abs() < 1e-3, "{x} {y}");
    }
}
