//! A patch: a part of the picture turned level and enlarged.

use super::place::Point;
use crate::luma::Luma;

/// Phases between two pixels for which weights are kept.
const PHASES: usize = 64;
/// Bits of a place behind the point.
pub(super) const FRACTION_BITS: u32 = 20;
/// Half a pixel.
const HALF: i64 = 1 << (FRACTION_BITS - 1);

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
        if self.angle == 0.0 {
            return self.cut_level(from);
        }
        let (width, height) = self.size;
        let (sin, cos) = self.angle.sin_cos();
        let step = (fixed(cos * self.step.0), fixed(sin * self.step.0));
        let weights = weights();
        let mut out = Vec::with_capacity(width * height);
        for y in 0..height {
            let start = self.outward((0.5, y as f32 + 0.5));
            // Pixel centres lie at halves.
            let mut at = (fixed(start.0 - 0.5), fixed(start.1 - 0.5));
            for _ in 0..width {
                out.push(interpolated(from, &weights, at));
                at = (at.0 + step.0, at.1 + step.1);
            }
        }
        out
    }

    /// [`Self::cut`] where rows of the patch follow rows of the picture: first along the rows, then down.
    fn cut_level(&self, from: Luma<'_>) -> Vec<u8> {
        let (width, height) = self.size;
        let (left, top) = self.outward((0.5, 0.5));
        let places = |start: f32, step: f32, count: usize| -> Vec<i64> {
            (0..count as i64).map(|index| fixed(start - 0.5) + index * fixed(step)).collect()
        };
        let (columns, rows) = (places(left, self.step.0, width), places(top, self.step.1, height));
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Vec::new() };
        let (first, last) = ((first >> FRACTION_BITS) - 1, (last >> FRACTION_BITS) + 2);
        let (last_column, last_row) = (i64::from(from.width_px) - 1, i64::from(from.height_px) - 1);
        let weights = weights();
        // Sixteenths of a shade.
        let mut along = Vec::with_capacity(width * (last - first + 1) as usize);
        for row in first..=last {
            let line = from.row(row.clamp(0, last_row) as u32);
            along.extend(columns.iter().map(|&place| {
                let (column, weights) = (place >> FRACTION_BITS, &weights[phase(place)]);
                let near: [u8; 4] = if column >= 1 && column + 2 <= last_column {
                    *line[column as usize - 1..].first_chunk().expect("two columns follow this one")
                } else {
                    std::array::from_fn(|shift| line[(column - 1 + shift as i64).clamp(0, last_column) as usize])
                };
                let sum: i32 = near.iter().zip(weights).map(|(&value, weight)| i32::from(value) * weight).sum();
                (sum >> 3) as i16
            }));
        }
        let mut out = Vec::with_capacity(width * height);
        for place in rows {
            let start = ((place >> FRACTION_BITS) - 1 - first) as usize * width;
            // At most 128.
            let [w0, w1, w2, w3] = weights[phase(place)].map(|weight| weight as i16);
            let four: [&[i16]; 4] = std::array::from_fn(|index| &along[start + index * width..][..width]);
            let pairs = four[0].iter().zip(four[1]).zip(four[2].iter().zip(four[3]));
            out.extend(pairs.map(|((&a, &b), (&c, &d))| {
                let product = |one: i16, other: i16| i32::from(one) * i32::from(other);
                let sum = product(a, w0) + product(b, w1) + product(c, w2) + product(d, w3);
                ((sum + (1 << 10)) >> 11).clamp(0, 255) as u8
            }));
        }
        out
    }

    /// The patch as [`Self::cut`] gives it, to the pixel, where the frame is level and one step is one pixel.
    pub(super) fn crop(&self, from: Luma<'_>) -> Vec<u8> {
        let (width, height) = self.size;
        let (left, top) = self.outward((0.0, 0.0));
        let (last, last_row) = (i64::from(from.width_px) - 1, i64::from(from.height_px) - 1);
        let mut out = Vec::with_capacity(width * height);
        for y in 0..height as i64 {
            let row = from.row((top as i64 + y).clamp(0, last_row) as u32);
            out.extend((0..width as i64).map(|x| row[(left as i64 + x).clamp(0, last) as usize]));
        }
        out
    }

    /// Cuts the patch out where it shows bars across its rows: a sample is taken from the next row (or column) of
    /// pixels, at the very place along the patch, but up to a pixel higher or lower along the bars.
    pub(super) fn cut_across_bars(&self, from: Luma<'_>) -> Vec<u8> {
        let (width, height) = self.size;
        let (sin, cos) = self.angle.sin_cos();
        let level = cos.abs() >= sin.abs();
        // The main direction runs along pixels, the other one is rounded.
        let (main, other) = if level { (cos, sin) } else { (sin, cos) };
        let (next, next_line) = if level { (1, from.stride) } else { (from.stride, 1) };
        let (last, last_line) = (i64::from(from.width_px) - 1, i64::from(from.height_px) - 1);
        let (last, last_line) = if level { (last, last_line) } else { (last_line, last) };
        let step = (fixed(main * self.step.0), fixed(other * self.step.0));
        let slope = fixed(other / main);
        let weights = weights();
        let mut out = Vec::with_capacity(width * height);
        for y in 0..height {
            let (start_x, start_y) = self.outward((0.5, y as f32 + 0.5));
            let start = if level { (start_x, start_y) } else { (start_y, start_x) };
            let mut at = (fixed(start.0 - 0.5), fixed(start.1 - 0.5));
            for _ in 0..width {
                let line = (at.1 + HALF) >> FRACTION_BITS;
                let off = at.1 - (line << FRACTION_BITS);
                let place = at.0 + ((off * slope) >> FRACTION_BITS);
                let column = place >> FRACTION_BITS;
                let weights = &weights[phase(place)];
                let sum: i32 = if column >= 1 && column + 2 <= last && line >= 0 && line <= last_line {
                    let first = line as usize * next_line + (column as usize - 1) * next;
                    (0..4).map(|shift| i32::from(from.bytes[first + shift * next]) * weights[shift]).sum()
                } else {
                    let first = line.clamp(0, last_line) as usize * next_line;
                    let at = |shift: usize| first + (column - 1 + shift as i64).clamp(0, last) as usize * next;
                    (0..4).map(|shift| i32::from(from.bytes[at(shift)]) * weights[shift]).sum()
                };
                out.push(((sum + (1 << 6)) >> 7).clamp(0, 255) as u8);
                at = (at.0 + step.0, at.1 + step.1);
            }
        }
        out
    }
}

/// Pixels in 2^20ths.
pub(super) fn fixed(px: f32) -> i64 {
    (px * (1 << FRACTION_BITS) as f32) as i64
}

/// Which weights go with a place in [`fixed`] pixels.
fn phase(at: i64) -> usize {
    (at >> (FRACTION_BITS - PHASES.ilog2())) as usize % PHASES
}

/// Weights of four neighbours for each phase, in 128ths.
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

/// Brightness at a place in [`fixed`] pixels from the centre of the first.
fn interpolated(from: Luma<'_>, weights: &[[i32; 4]; PHASES], (x, y): (i64, i64)) -> u8 {
    let (across, down) = (&weights[phase(x)], &weights[phase(y)]);
    let (column, row) = (x >> FRACTION_BITS, y >> FRACTION_BITS);
    let (last_column, last_row) = (i64::from(from.width_px) - 1, i64::from(from.height_px) - 1);
    let mut sum = 0;
    if column >= 1 && row >= 1 && column + 2 <= last_column && row + 2 <= last_row {
        let start = (row as usize - 1) * from.stride + column as usize - 1;
        for (index, weight) in down.iter().enumerate() {
            let line: &[u8; 4] =
                from.bytes[start + index * from.stride..].first_chunk().expect("two columns follow this one");
            let line: i32 = (0..4).map(|shift| i32::from(line[shift]) * across[shift]).sum();
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
    fn bars_at_any_angle_are_cut_the_same_either_way() {
        for degrees in [0.0f32, 20.0, 44.0, 46.0, 90.0, 137.0, -60.0] {
            let angle = degrees.to_radians();
            let (sin, cos) = angle.sin_cos();
            let bytes: Vec<u8> = (0..120 * 120)
                .map(|index| {
                    let along = ((index % 120) as f32 + 0.5) * cos + ((index / 120) as f32 + 0.5) * sin;
                    (128.0 + 100.0 * (along * 0.7).sin()) as u8
                })
                .collect();
            let luma = Luma::new(120, 120, 120, &bytes).expect("fits");
            let frame = Frame { centre: (60.0, 60.0), angle, step: (0.4, 1.5), size: (100, 20) };
            let pairs = frame.cut(luma).into_iter().zip(frame.cut_across_bars(luma));
            let most = pairs.map(|(one, other)| one.abs_diff(other)).max();
            assert!(most <= Some(5), "{degrees}: {most:?}");
        }
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
