//! Stripes: places where brightness changes in one direction only, as bars make it change.

use super::groups::groups;
use super::place::{Point, distance};
use super::pyramid::Pyramid;
use super::tiles::{Change, TILE_PX, TileMap};

/// A place that may be a code of bars. Lengths in pixels of its level.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stripe {
    /// 0 for the whole picture, 1 for half its size, 2 for a quarter.
    pub(super) level: usize,
    pub(super) centre: Point,
    /// The direction across the bars, in which a code is read; radians clockwise from the right.
    pub(super) angle: f32,
    /// Across the bars.
    pub(super) length: f32,
    /// Along the bars.
    pub(super) height: f32,
    /// How much it promises.
    pub(super) score: f32,
}

impl Stripe {
    /// Its length, height and centre in stored pixels.
    fn stored(&self) -> (f32, f32, Point) {
        let scale = Pyramid::scale(self.level);
        (self.length * scale, self.height * scale, (self.centre.0 * scale, self.centre.1 * scale))
    }

    /// Whether the two, of whatever level, are one place: what was not read in the one is not read in the other.
    pub(super) fn is_much_the_same(&self, other: &Self) -> bool {
        let ((length, height, centre), (other_length, other_height, other_centre)) = (self.stored(), other.stored());
        let near = |one: f32, other: f32, most: f32| one < other * most && other < one * most;
        turned(self.angle, other.angle) < 0.15
            && near(length, other_length, 1.33)
            && near(height, other_height, 2.5)
            && distance(centre, other_centre) < 0.2 * length
    }
}

/// Less change than this is paper.
const FAINTEST: f32 = 14.0;
/// A tile with less of its change in one direction is no bars.
const COHERENT: f32 = 0.42;
/// Bars of one code do not differ more than this from tile to tile, radians.
const BEND: f32 = 0.25;
/// A code of bars is at least so long, pixels of its level.
const SHORTEST_PX: f32 = 44.0;

/// The stripes of one level, the best first.
pub(super) fn stripes(map: &TileMap, level: usize) -> Vec<Stripe> {
    let faintest = FAINTEST.max(map.usual * 2.0);
    let takes = |tile: usize| {
        let tile = &map.tiles[tile];
        tile.change.total() >= faintest && tile.coherence >= COHERENT
    };
    let angles: Vec<f32> =
        (0..map.tiles.len()).map(|tile| if takes(tile) { map.tiles[tile].change.angle() } else { 0.0 }).collect();
    let fits = |from: usize, to: usize| turned(angles[from], angles[to]) < BEND;
    let mut stripes: Vec<Stripe> = groups(map.columns, map.rows, takes, fits)
        .iter()
        .filter(|group| group.len() >= 5)
        .filter_map(|group| stripe(map, level, group))
        .collect();
    stripes.sort_by(|one, other| other.score.total_cmp(&one.score));
    stripes
}

fn stripe(map: &TileMap, level: usize, group: &[usize]) -> Option<Stripe> {
    let mut sum = Change::default();
    group.iter().for_each(|&tile| sum.add(map.tiles[tile].change));
    let angle = sum.angle();
    let (sin, cos) = angle.sin_cos();
    let side = TILE_PX as f32;
    let mut span = [f32::MAX, f32::MIN, f32::MAX, f32::MIN];
    for &tile in group {
        let x = ((tile % map.columns) as f32 + 0.5) * side;
        let y = ((tile / map.columns) as f32 + 0.5) * side;
        let (along, across) = (x * cos + y * sin, y * cos - x * sin);
        span = [span[0].min(along), span[1].max(along), span[2].min(across), span[3].max(across)];
    }
    let (length, height) = (span[1] - span[0] + side, span[3] - span[2] + side);
    let (along, across) = ((span[0] + span[1]) / 2.0, (span[2] + span[3]) / 2.0);
    let filled = group.len() as f32 * side * side / (length * height);
    let score = group.len() as f32 * filled * sum.coherence();
    (length >= SHORTEST_PX && filled > 0.3).then_some(Stripe {
        level,
        centre: (along * cos - across * sin, along * sin + across * cos),
        angle,
        length,
        height,
        score,
    })
}

/// The angle between two directions without arrowheads.
fn turned(one: f32, other: f32) -> f32 {
    let between = (one - other).rem_euclid(std::f32::consts::PI);
    between.min(std::f32::consts::PI - between)
}

#[cfg(test)]
mod tests {
    use super::{stripes, turned};
    use crate::barcode::tiles::TileMap;
    use crate::luma::Luma;

    #[test]
    fn directions_have_no_arrowheads() {
        assert!(turned(1.55, -1.55) < 0.05);
        assert!((turned(0.1, 0.4) - 0.3).abs() < 1e-6);
    }

    #[test]
    fn bars_on_paper_are_one_stripe() {
        let (width, height) = (400, 300);
        let angle = 0.5f32;
        let (sin, cos) = angle.sin_cos();
        let bytes: Vec<u8> = (0..width * height)
            .map(|index| {
                let (x, y) = ((index % width) as f32 - 210.0, (index / width) as f32 - 140.0);
                let (along, across) = (x * cos + y * sin, y * cos - x * sin);
                let inside = along.abs() < 110.0 && across.abs() < 25.0;
                if inside && (along * 1.3).sin() > 0.0 { 30 } else { 220 }
            })
            .collect();
        let luma = Luma::new(width as u32, height as u32, width, &bytes).expect("fits");
        let found = stripes(&TileMap::new(luma), 0);
        let best = found[0];
        assert!(turned(best.angle, angle) < 0.15, "{best:?}");
        assert!((best.centre.0 - 210.0).abs() < 10.0 && (best.centre.1 - 140.0).abs() < 10.0, "{best:?}");
        assert!((200.0..270.0).contains(&best.length) && (45.0..115.0).contains(&best.height), "{best:?}");
    }
}
