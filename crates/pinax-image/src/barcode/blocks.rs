//! Blocks: places full of hard edges in more than one direction, as the squares of a code make them.

use super::groups::groups;
use super::tiles::{TILE_PX, TileMap};

/// A place that may be a code of squares, in pixels of its level.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    /// 0 for the whole picture, 1 for half its size, 2 for a quarter.
    pub(super) level: usize,
    pub(super) left: f32,
    pub(super) top: f32,
    pub(super) right: f32,
    pub(super) bottom: f32,
    /// How much it promises.
    pub(super) score: f32,
}

/// The difference between ink and paper is at least so much.
const FAINTEST: f32 = 30.0;
/// Change against the square of the contrast: sharp squares have the first, soft ones and print the last.
const DENSE: [f32; 4] = [0.032, 0.018, 0.0095, 0.006];
/// Sides in tiles.
const SIDES: std::ops::RangeInclusive<usize> = 3..=70;

/// The blocks of one level, the best first.
pub(super) fn blocks(map: &TileMap, level: usize) -> Vec<Block> {
    let dense = |tile: usize| {
        let tile = &map.tiles[tile];
        tile.change.total() / (tile.contrast * tile.contrast).max(1.0)
    };
    let mut blocks: Vec<Block> = Vec::new();
    for least in DENSE {
        let takes = |tile: usize| {
            let shown = &map.tiles[tile];
            shown.contrast >= FAINTEST && shown.coherence < 0.75 && dense(tile) > least
        };
        for group in groups(map.columns, map.rows, takes, |_, _| true) {
            let density = group.iter().map(|&tile| dense(tile)).sum::<f32>() / group.len() as f32;
            let Some(block) = block(map, level, &group, density) else { continue };
            if !blocks.iter().any(|known| is_much_the_same(known, &block)) {
                blocks.push(block);
            }
        }
    }
    blocks.sort_by(|one, other| other.score.total_cmp(&one.score));
    blocks
}

/// `None` for what is too small, too large or no square, not even one that stands on its corner.
fn block(map: &TileMap, level: usize, group: &[usize], density: f32) -> Option<Block> {
    let (mut left, mut top, mut right, mut bottom) = (usize::MAX, usize::MAX, 0, 0);
    for &tile in group {
        let (column, row) = (tile % map.columns, tile / map.columns);
        (left, right) = (left.min(column), right.max(column + 1));
        (top, bottom) = (top.min(row), bottom.max(row + 1));
    }
    let (width, height) = (right - left, bottom - top);
    let square = width.min(height) as f32 / width.max(height) as f32;
    let filled = group.len() as f32 / (width * height) as f32;
    if !SIDES.contains(&width) || !SIDES.contains(&height) || square < 0.45 || filled < 0.38 {
        return None;
    }
    let px = |tiles: usize| (tiles * TILE_PX) as f32;
    let score = density.sqrt() * filled * square * (group.len() as f32).sqrt();
    Some(Block { level, left: px(left), top: px(top), right: px(right), bottom: px(bottom), score })
}

fn is_much_the_same(one: &Block, other: &Block) -> bool {
    let near = |one: f32, other: f32| (one - other).abs() <= TILE_PX as f32;
    near(one.left, other.left)
        && near(one.top, other.top)
        && near(one.right, other.right)
        && near(one.bottom, other.bottom)
}
