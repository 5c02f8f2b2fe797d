//! How brightness changes, tile by tile: how much, and in which direction.

use crate::luma::Luma;

/// Side of a tile in pixels.
pub(super) const TILE_PX: usize = 8;
/// Of a large picture's tiles every fourth row is looked at, of others every second.
const LARGE_PX: usize = 12_000_000;

/// The change of brightness over an area: sums over pixels of the squared differences to the next pixel.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Change {
    xx: f32,
    yy: f32,
    xy: f32,
}

impl Change {
    pub(super) fn add(&mut self, other: Self) {
        self.xx += other.xx;
        self.yy += other.yy;
        self.xy += other.xy;
    }

    /// Sum of both directions.
    pub(super) fn total(self) -> f32 {
        self.xx + self.yy
    }

    /// From 0, in all directions alike, to 1, in one direction.
    pub(super) fn coherence(self) -> f32 {
        let (level, slanted) = (self.xx - self.yy, 2.0 * self.xy);
        let difference = (level * level + slanted * slanted).sqrt();
        difference / self.total().max(1e-6)
    }

    /// The direction of change, radians clockwise from the right, within a quarter turn either way.
    pub(super) fn angle(self) -> f32 {
        0.5 * (2.0 * self.xy).atan2(self.xx - self.yy)
    }
}

/// One tile, evened out with its eight neighbours.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tile {
    /// A mean per pixel.
    pub(super) change: Change,
    /// See [`Change::coherence`].
    pub(super) coherence: f32,
    /// From the darkest to the lightest pixel.
    pub(super) contrast: f32,
}

/// The tiles of a picture; what is left over at the right and at the bottom belongs to none.
#[derive(Debug)]
pub(super) struct TileMap {
    pub(super) columns: usize,
    pub(super) rows: usize,
    pub(super) tiles: Vec<Tile>,
    /// The middle of all tiles' change: what paper and noise make.
    pub(super) usual: f32,
}

#[derive(Clone, Copy, Default)]
struct Raw {
    change: Change,
    low: u8,
    high: u8,
    /// Tiles that were added up.
    count: u8,
}

impl Raw {
    fn add(&mut self, other: &Self) {
        self.change.add(other.change);
        self.low = self.low.min(other.low);
        self.high = self.high.max(other.high);
        self.count += other.count;
    }
}

impl TileMap {
    pub(super) fn new(luma: Luma<'_>) -> Self {
        // The last column and row have no next pixel.
        let columns = (luma.width_px as usize).saturating_sub(1) / TILE_PX;
        let rows = (luma.height_px as usize).saturating_sub(1) / TILE_PX;
        let every = if columns * rows * TILE_PX * TILE_PX > LARGE_PX { 4 } else { 2 };
        let line = |row: usize| -> Vec<Raw> {
            let raw: Vec<Raw> =
                (0..columns).map(|column| measured(luma, column * TILE_PX, row * TILE_PX, every)).collect();
            summed(&raw)
        };
        let mut lines: [Vec<Raw>; 3] = Default::default();
        let mut tiles = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            if row == 0 {
                lines[1] = line(0);
            } else {
                lines.rotate_left(1);
            }
            lines[2] = if row + 1 < rows { line(row + 1) } else { Vec::new() };
            evened(&lines, columns, &mut tiles);
        }
        let mut totals: Vec<f32> = tiles.iter().step_by(7).map(|tile| tile.change.total()).collect();
        let middle = totals.len() / 2;
        let usual = if totals.is_empty() { 0.0 } else { *totals.select_nth_unstable_by(middle, f32::total_cmp).1 };
        Self { columns, rows, tiles, usual }
    }
}

fn measured(luma: Luma<'_>, left: usize, top: usize, every: usize) -> Raw {
    let mut sums = [0i32; 3];
    let (mut low, mut high) = ([255u8; TILE_PX], [0u8; TILE_PX]);
    for row in (0..TILE_PX).step_by(every) {
        let start = (top + row) * luma.stride + left;
        let here: &[u8; TILE_PX] = luma.bytes[start..].first_chunk().expect("tiles end before the last column");
        let right: &[u8; TILE_PX] = luma.bytes[start + 1..].first_chunk().expect("tiles end before the last column");
        let below: &[u8; TILE_PX] =
            luma.bytes[start + luma.stride..].first_chunk().expect("tiles end before the last row");
        // Sixteen bits, which machines multiply eight at a time.
        let difference = |to: &[u8; TILE_PX]| -> [i16; TILE_PX] {
            std::array::from_fn(|at| i16::from(to[at]) - i16::from(here[at]))
        };
        let (dx, dy) = (difference(right), difference(below));
        sums[0] += product(&dx, &dx);
        sums[1] += product(&dy, &dy);
        sums[2] += product(&dx, &dy);
        for index in 0..TILE_PX {
            low[index] = low[index].min(here[index]);
            high[index] = high[index].max(here[index]);
        }
    }
    let pixels = (TILE_PX * TILE_PX / every) as f32;
    let [xx, yy, xy] = sums.map(|sum| sum as f32 / pixels);
    let change = Change { xx, yy, xy };
    let (low, high) = (low.into_iter().min(), high.into_iter().max());
    Raw { change, low: low.unwrap_or_default(), high: high.unwrap_or_default(), count: 1 }
}

fn product(one: &[i16; TILE_PX], other: &[i16; TILE_PX]) -> i32 {
    one.iter().zip(other).map(|(one, other)| i32::from(*one) * i32::from(*other)).sum()
}

/// Each with its neighbours at the left and at the right.
fn summed(raw: &[Raw]) -> Vec<Raw> {
    (0..raw.len())
        .map(|column| {
            let mut sum = Raw { low: u8::MAX, ..Raw::default() };
            raw[column.saturating_sub(1)..(column + 2).min(raw.len())].iter().for_each(|near| sum.add(near));
            sum
        })
        .collect()
}

/// Adds the tiles of the middle one of three rows; there is none above the first and below the last.
fn evened(lines: &[Vec<Raw>; 3], columns: usize, tiles: &mut Vec<Tile>) {
    for column in 0..columns {
        let mut sum = Raw { low: u8::MAX, ..Raw::default() };
        lines.iter().filter_map(|line| line.get(column)).for_each(|near| sum.add(near));
        let count = f32::from(sum.count);
        let change = Change { xx: sum.change.xx / count, yy: sum.change.yy / count, xy: sum.change.xy / count };
        let contrast = f32::from(sum.high) - f32::from(sum.low);
        tiles.push(Tile { change, coherence: change.coherence(), contrast });
    }
}

#[cfg(test)]
mod tests {
    use super::TileMap;
    use crate::luma::Luma;

    /// Waves that run in a direction.
    fn waves(degrees: f32) -> Vec<u8> {
        let (sin, cos) = degrees.to_radians().sin_cos();
        (0..64 * 64)
            .map(|index| {
                let along = (index % 64) as f32 * cos + (index / 64) as f32 * sin;
                (128.0 + 80.0 * (along * 0.8).sin()) as u8
            })
            .collect()
    }

    #[test]
    fn the_direction_of_stripes_is_seen() {
        for degrees in [-80.0, -45.0, -10.0, 0.0, 25.0, 60.0, 89.0] {
            let bytes = waves(degrees);
            let map = TileMap::new(Luma::new(64, 64, 64, &bytes).expect("fits"));
            let tile = map.tiles[3 * map.columns + 3];
            let off = (tile.change.angle().to_degrees() - degrees).rem_euclid(180.0);
            assert!(off.min(180.0 - off) < 3.0, "{degrees}: {}", tile.change.angle().to_degrees());
            assert!(tile.change.coherence() > 0.7, "{degrees}: {}", tile.change.coherence());
        }
    }

    #[test]
    fn pictures_smaller_than_a_tile_have_none() {
        for side in 1..=8 {
            let bytes = vec![7; side * side];
            let map = TileMap::new(Luma::new(side as u32, side as u32, side, &bytes).expect("fits"));
            assert!(map.tiles.is_empty());
        }
    }
}
