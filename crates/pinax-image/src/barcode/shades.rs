//! Ink and paper: the two shades of a code of squares.

/// Ink and paper of a patch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shades {
    /// The darkest, but for one pixel in 25.
    pub(super) ink: f32,
    /// The mean of the lighter pixels.
    pub(super) paper: f32,
    /// The part of the variation that lies between the two.
    pub(super) explained: f32,
}

impl Shades {
    /// By Otsu's method (IEEE Transactions on Systems, Man, and Cybernetics 9, 1979), but for the ink, which is darker than the mean of what is dark.
    pub(super) fn of(patch: &[u8]) -> Self {
        let mut counts = [0f64; 256];
        patch.iter().for_each(|&value| counts[usize::from(value)] += 1.0);
        let all: f64 = counts.iter().sum();
        let sum: f64 = counts.iter().enumerate().map(|(value, count)| value as f64 * count).sum();
        let mean = sum / all;
        let total: f64 = counts.iter().enumerate().map(|(value, count)| (value as f64 - mean).powi(2) * count).sum();
        let (mut dark, mut dark_sum) = (0.0, 0.0);
        let (mut best, mut paper) = (0.0, mean);
        for (value, count) in counts.iter().enumerate() {
            dark += count;
            dark_sum += value as f64 * count;
            let light = all - dark;
            if dark < 1.0 || light < 1.0 {
                continue;
            }
            let (low, high) = (dark_sum / dark, (sum - dark_sum) / light);
            let between = dark * light / all * (high - low).powi(2);
            if between > best {
                (best, paper) = (between, high);
            }
        }
        let mut few = 0.0;
        let darkest = counts.iter().position(|count| {
            few += count;
            few > all / 25.0
        });
        let ink = darkest.map_or(0.0, |value| value as f64);
        Self { ink: ink as f32, paper: paper as f32, explained: (best / total.max(1.0)) as f32 }
    }

    /// Spreads brightness over the whole range; `threshold`, between ink (0) and paper (1), becomes the middle.
    pub(super) fn stretch(&self, patch: &mut [u8], threshold: Option<f32>) {
        let span = (self.paper - self.ink).max(1.0);
        let middle = self.ink + span * threshold.unwrap_or(0.5);
        let table: [u8; 256] =
            std::array::from_fn(|value| ((value as f32 - middle) * 200.0 / span + 127.5).clamp(0.0, 255.0) as u8);
        patch.iter_mut().for_each(|value| *value = table[usize::from(*value)]);
    }
}

/// Changes between ink and paper along a row and along a column, on average; the smaller of the two. A leaf's edge has
/// one or two, the squares of a code have one for every two or three squares.
pub(super) fn least_changes(patch: &[u8], side: usize, shades: &Shades) -> f32 {
    let middle = (shades.ink + (shades.paper - shades.ink) * 0.45) as u8;
    let (mut across, mut down) = (0usize, 0usize);
    for (row, line) in patch.chunks_exact(side).enumerate() {
        across += line.windows(2).filter(|pair| (pair[0] < middle) != (pair[1] < middle)).count();
        let above = &patch[row.saturating_sub(1) * side..][..side];
        down += line.iter().zip(above).filter(|(here, above)| (**here < middle) != (**above < middle)).count();
    }
    across.min(down) as f32 / side as f32
}

/// The part of the middle of a square patch, half as wide and high, that is nearer to ink than to paper.
pub(super) fn ink(patch: &[u8], side: usize, shades: &Shades) -> f32 {
    let between = ((shades.ink + shades.paper) / 2.0) as u8;
    let (from, to) = (side / 4, side - side / 4);
    let middle = patch.chunks_exact(side).skip(from).take(to - from).flat_map(|row| &row[from..to]);
    middle.filter(|value| **value < between).count() as f32 / ((to - from) * (to - from)).max(1) as f32
}

/// Adds `times` what is left of a square patch after evening it out over `2 * radius + 1` pixels.
pub(super) fn sharpen(patch: &mut [u8], side: usize, radius: usize, times: f32) {
    let evened = evened_down(&evened_across(patch, side, radius), side, radius);
    for (value, even) in patch.iter_mut().zip(evened) {
        let here = f32::from(*value);
        *value = (here + times * (here - f32::from(even))).clamp(0.0, 255.0) as u8;
    }
}

/// What to multiply a sum of so many bytes with to have their mean, in 65536ths.
fn part_of(count: u32) -> u32 {
    (1 << 16) / count.max(1)
}

fn evened_across(patch: &[u8], side: usize, radius: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(patch.len());
    for row in patch.chunks_exact(side) {
        let mut sum: u32 = row.iter().take(radius).map(|&value| u32::from(value)).sum();
        let mut count = radius.min(side) as u32;
        let mut part = part_of(count);
        for column in 0..side {
            let before = count;
            if let Some(&next) = row.get(column + radius) {
                (sum, count) = (sum + u32::from(next), count + 1);
            }
            if column > radius {
                (sum, count) = (sum - u32::from(row[column - radius - 1]), count - 1);
            }
            if count != before {
                part = part_of(count);
            }
            // A mean of bytes is a byte.
            out.push(((sum * part) >> 16) as u8);
        }
    }
    out
}

fn evened_down(patch: &[u8], side: usize, radius: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(patch.len());
    let mut sums = vec![0u32; side];
    let mut count = 0;
    for coming in 0..side + radius {
        if let Some(line) = patch.chunks_exact(side).nth(coming) {
            sums.iter_mut().zip(line).for_each(|(sum, &value)| *sum += u32::from(value));
            count += 1;
        }
        if coming > 2 * radius {
            let line = &patch[(coming - 2 * radius - 1) * side..][..side];
            sums.iter_mut().zip(line).for_each(|(sum, &value)| *sum -= u32::from(value));
            count -= 1;
        }
        if coming >= radius {
            let part = part_of(count);
            // A mean of bytes is a byte.
            out.extend(sums.iter().map(|sum| ((sum * part) >> 16) as u8));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Shades, evened_across, evened_down};

    #[test]
    fn two_shades_are_told_from_a_slope() {
        let squares: Vec<u8> = (0..900).map(|index| if (index / 7) % 2 == 0 { 60 } else { 190 }).collect();
        let shades = Shades::of(&squares);
        assert_eq!((shades.ink, shades.paper), (60.0, 190.0));
        assert!(shades.explained > 0.99);
        let slope: Vec<u8> = (0..900).map(|index| (index * 255 / 900) as u8).collect();
        assert!(Shades::of(&slope).explained < 0.8);
        let mut stretched = vec![100, 150];
        shades.stretch(&mut stretched, Some(0.5));
        assert!(stretched[0] <= 127 && stretched[1] > 127);
    }

    #[test]
    fn evening_out_across_and_down_are_the_same_turned() {
        let side = 9;
        let patch: Vec<u8> = (0..side * side).map(|index| (index * 37 % 251) as u8).collect();
        let turned = |patch: &[u8]| -> Vec<u8> {
            (0..side * side).map(|index| patch[index % side * side + index / side]).collect()
        };
        for radius in [1, 2, 4, 12] {
            let down = turned(&evened_down(&turned(&patch), side, radius));
            assert_eq!(evened_across(&patch, side, radius), down, "{radius}");
        }
        let mean = patch[..5].iter().map(|&value| f32::from(value)).sum::<f32>() / 5.0;
        assert!((f32::from(evened_across(&patch, side, 2)[2]) - mean).abs() <= 1.0);
    }
}
