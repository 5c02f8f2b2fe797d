//! Quality: what can be said of a picture from its brightness alone, without knowing what it shows.
//!
//! Everything is measured on a sample of bounded size, spread over the whole picture, so that it costs
//! a few milliseconds whatever the megapixels. Nothing here is a verdict: a number is told beside those
//! of its batch, and a person looks.

mod focus;
mod hash;

use crate::luma::Luma;
pub use hash::PerceptualHash;

/// Rows looked at for shares and means: about this many, evenly spread.
const ROWS: u32 = 1024;
/// Samples up to here are clipped to black.
const DARKEST: usize = 1;
/// Samples from here are clipped to white.
const LIGHTEST: usize = 254;

/// What a picture is like, measured on its luma.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quality {
    /// How sharp its sharpest parts are, in grey levels: the deviation of the Laplacian (a sample against
    /// its four neighbours, at half size) in the best tenth of its tiles, less that of the smoothest tiles,
    /// which is noise. 0 is a picture without edges; print in focus has 20 and more. To be compared within
    /// a batch: it depends on what is shown and on the resolution.
    pub focus: f32,
    /// Mean brightness, 0 to 255.
    pub mean: u8,
    /// Standard deviation of the brightness, in grey levels.
    pub spread: f32,
    /// Share of samples that are black (0 or 1), 0.0 to 1.0.
    pub clipped_dark: f32,
    /// Share of samples that are white (254 or 255), 0.0 to 1.0.
    pub clipped_light: f32,
    /// Alike for pictures that look alike.
    pub hash: PerceptualHash,
    /// Whether it shows nothing: fewer than one tile in a hundred (a tile is a square of 128 pixels) holds
    /// more than noise and slow shading. A lens cap, an empty table, an unexposed frame.
    pub blank: bool,
}

impl Quality {
    /// Measures a picture. Its orientation counts for the hash only: turned pictures have other hashes.
    #[must_use]
    pub fn of(luma: Luma<'_>) -> Self {
        let tiles = focus::Tiles::of(luma);
        let levels = Levels::of(luma);
        Self {
            focus: tiles.focus(),
            mean: levels.mean().round() as u8,
            spread: levels.spread() as f32,
            clipped_dark: levels.share(..=DARKEST),
            clipped_light: levels.share(LIGHTEST..),
            hash: PerceptualHash::of(luma),
            blank: tiles.are_blank(),
        }
    }
}

/// The rows that stand for all: every one of a small picture, every n-th of a large one.
fn sampled_rows(luma: Luma<'_>) -> impl Iterator<Item = (u32, &[u8])> {
    let step = (luma.height_px / ROWS).max(1);
    (step / 2..luma.height_px).step_by(step as usize).map(move |y| (y, luma.row(y)))
}

/// How often each level of brightness occurs.
struct Levels {
    counts: [u64; 256],
}

impl Levels {
    fn of(luma: Luma<'_>) -> Self {
        // Four tables, so that equal neighbours do not wait for each other.
        let mut tables = [[0u32; 256]; 4];
        let mut counts = [0u64; 256];
        for (_, row) in sampled_rows(luma) {
            let (fours, rest) = row.as_chunks::<4>();
            for four in fours {
                for (table, level) in tables.iter_mut().zip(four) {
                    table[usize::from(*level)] += 1;
                }
            }
            rest.iter().for_each(|level| counts[usize::from(*level)] += 1);
        }
        for table in &tables {
            counts.iter_mut().zip(table).for_each(|(sum, count)| *sum += u64::from(*count));
        }
        Self { counts }
    }

    fn total(&self) -> f64 {
        self.counts.iter().sum::<u64>().max(1) as f64
    }

    fn mean(&self) -> f64 {
        let sum: u64 = (0..).zip(&self.counts).map(|(level, count)| level * count).sum();
        sum as f64 / self.total()
    }

    fn spread(&self) -> f64 {
        let mean = self.mean();
        let squares =
            self.counts.iter().enumerate().map(|(level, count)| (level as f64 - mean).powi(2) * *count as f64);
        (squares.sum::<f64>() / self.total()).sqrt()
    }

    fn share(&self, levels: impl std::slice::SliceIndex<[u64], Output = [u64]>) -> f32 {
        (self.counts[levels].iter().sum::<u64>() as f64 / self.total()) as f32
    }
}
