//! Focus: how much fine detail the sharpest parts of a picture hold, and whether it holds any.

use crate::luma::Luma;

/// Side of a tile after halving, in samples.
const TILE: usize = 64;
/// Most tiles across and down: a large picture is sampled, not read whole.
const MOST_TILES: u32 = 16;
/// Deviation of brightness within a tile, in grey levels, from which it shows something.
const SHOWS_SOMETHING: f32 = 5.0;

/// One square of the picture, at half size, where noise is halved and the decoder's block edges are softer.
#[derive(Clone, Copy, Debug)]
struct Tile {
    /// Variance of the Laplacian.
    edges: f32,
    /// Variance of the brightness.
    contrast: f32,
}

pub(super) struct Tiles {
    tiles: Vec<Tile>,
}

impl Tiles {
    pub(super) fn of(luma: Luma<'_>) -> Self {
        let halved = (luma.width_px / 2, luma.height_px / 2);
        let places = |side: u32| {
            let count = (side / TILE as u32).clamp(1, MOST_TILES);
            // Evenly from edge to edge; one tile alone lies in the middle.
            let room = u64::from(side.saturating_sub(TILE as u32));
            let gaps = u64::from(count.saturating_sub(1));
            (0..u64::from(count)).map(move |i| match gaps {
                0 => room as usize / 2,
                _ => (room * i / gaps) as usize,
            })
        };
        let size = (TILE.min(halved.0 as usize), TILE.min(halved.1 as usize));
        let tiles = if size.0 < 3 || size.1 < 3 {
            Vec::new()
        } else {
            places(halved.1).flat_map(|top| places(halved.0).map(move |left| (left, top))).collect()
        };
        Self { tiles: tiles.into_iter().map(|place| Tile::at(luma, place, size)).collect() }
    }

    /// Deviation of the Laplacian at the ninth decile of the tiles, without that of noise.
    pub(super) fn focus(&self) -> f32 {
        let mut edges: Vec<f32> = self.tiles.iter().map(|tile| tile.edges).collect();
        edges.sort_by(f32::total_cmp);
        let at = |tenths: usize| edges.get((edges.len() * tenths / 10).min(edges.len().saturating_sub(1))).copied();
        match (at(9), at(0)) {
            // A picture of few tiles has none that is plain.
            (Some(sharp), _) if edges.len() < 10 => sharp.sqrt(),
            (Some(sharp), Some(noise)) => (sharp - noise).max(0.0).sqrt(),
            _ => 0.0,
        }
    }

    pub(super) fn are_blank(&self) -> bool {
        let shown = self.tiles.iter().filter(|tile| tile.contrast > SHOWS_SOMETHING * SHOWS_SOMETHING).count();
        shown * 100 < self.tiles.len().max(1)
    }
}

impl Tile {
    /// The tile whose upper left corner is at `(left, top)` of the halved picture.
    fn at(luma: Luma<'_>, (left, top): (usize, usize), (width, height): (usize, usize)) -> Self {
        let mut samples = [[0i32; TILE]; TILE];
        for (y, line) in samples.iter_mut().enumerate().take(height) {
            let row = u32::try_from((top + y) * 2).expect("a row of the picture");
            let upper = &luma.row(row)[left * 2..][..width * 2];
            let lower = &luma.row(row + 1)[left * 2..][..width * 2];
            let (upper, _) = upper.as_chunks::<2>();
            let (lower, _) = lower.as_chunks::<2>();
            for ((sample, above), below) in line.iter_mut().zip(upper).zip(lower) {
                // Four times the mean: nothing is rounded away.
                *sample = above.iter().chain(below).map(|level| i32::from(*level)).sum();
            }
        }
        let edges = (1..height - 1).map(|y| {
            let (above, here, below) = (&samples[y - 1], &samples[y], &samples[y + 1]);
            (1..width - 1)
                .fold((0i64, 0i64), |sums, x| add(sums, 4 * here[x] - here[x - 1] - here[x + 1] - above[x] - below[x]))
        });
        let contrast =
            samples.iter().take(height).map(|line| line.iter().take(width).fold((0, 0), |sums, &s| add(sums, s)));
        Self { edges: variance(edges, (width - 2) * (height - 2)), contrast: variance(contrast, width * height) }
    }
}

fn add((sum, squares): (i64, i64), value: i32) -> (i64, i64) {
    let value = i64::from(value);
    (sum + value, squares + value * value)
}

/// Of `count` samples that are four times too large, from their sums and sums of squares by rows.
fn variance(rows: impl Iterator<Item = (i64, i64)>, count: usize) -> f32 {
    let (sum, squares) = rows.fold((0, 0), |all, row| (all.0 + row.0, all.1 + row.1));
    let (mean, count) = (sum as f64 / count as f64, count as f64);
    ((squares as f64 / count - mean * mean) / 16.0).max(0.0) as f32
}
