//! A perceptual hash: 64 bits that are alike for pictures that look alike.

use std::f32::consts::PI;
use std::fmt;

use crate::luma::Luma;

/// Side of the picture it is made of.
const SIDE: usize = 32;
/// Frequencies each way, beginning with none.
const FREQUENCIES: usize = 8;

/// The signs of the 63 slowest waves of a picture, reduced to 32 x 32 means: its cosine transform.
///
/// The same sheet photographed again, resized, brightened or compressed, differs in few bits; a sheet
/// of the same layout with another plant in many; pictures that have nothing in common in some 32.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PerceptualHash(pub u64);

impl PerceptualHash {
    /// Hashes a picture as stored: turned or mirrored it has another hash.
    #[must_use]
    pub fn of(luma: Luma<'_>) -> Self {
        let small = reduced(luma);
        let waves: [[f32; SIDE]; FREQUENCIES] = std::array::from_fn(|frequency| {
            std::array::from_fn(|at| (PI / SIDE as f32 * (at as f32 + 0.5) * frequency as f32).cos())
        });
        let across: [[f32; FREQUENCIES]; SIDE] =
            small.map(|row| waves.map(|wave| row.iter().zip(wave).map(|(sample, weight)| sample * weight).sum()));
        let mut bits = 0;
        for (v, wave) in waves.iter().enumerate() {
            for u in 0..FREQUENCIES {
                let amplitude: f32 = across.iter().zip(wave).map(|(row, weight)| row[u] * weight).sum();
                // The mean itself, of no frequency, is left out.
                if amplitude > 0.0 && (u, v) != (0, 0) {
                    bits |= 1 << (v * FREQUENCIES + u);
                }
            }
        }
        Self(bits)
    }

    /// Bits that differ, 0 to 63.
    #[must_use]
    pub fn distance(self, other: Self) -> u32 {
        (self.0 ^ other.0).count_ones()
    }
}

impl fmt::Debug for PerceptualHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PerceptualHash({:016x})", self.0)
    }
}

/// Means over 32 x 32 areas; a picture with fewer pixels repeats them.
fn reduced(luma: Luma<'_>) -> [[f32; SIDE]; SIDE] {
    let (width, height) = (luma.width_px as usize, luma.height_px as usize);
    let mut small = [[0.0; SIDE]; SIDE];
    if width == 0 || height == 0 {
        return small;
    }
    let span = |index: usize, side: usize| {
        let start = index * side / SIDE;
        start..((index + 1) * side / SIDE).max(start + 1)
    };
    for (v, line) in small.iter_mut().enumerate() {
        let rows = span(v, height);
        // At most some 32 rows to an area: they tell the mean as well as all.
        let step = (rows.len() / SIDE).max(1);
        let mut sums = [0u64; SIDE];
        let mut count = 0;
        for y in rows.step_by(step) {
            let row = luma.row(u32::try_from(y).expect("a row of the picture"));
            for (u, sum) in sums.iter_mut().enumerate() {
                *sum += row[span(u, width)].iter().map(|level| u64::from(*level)).sum::<u64>();
            }
            count += 1;
        }
        for (u, (sample, sum)) in line.iter_mut().zip(sums).enumerate() {
            *sample = sum as f32 / (count * span(u, width).len()) as f32;
        }
    }
    small
}
