//! Codes of squares: the half-size picture as it is, then block by block.

use super::accept::{Found, Reading};
use super::blocks::{Block, blocks};
use super::engine::{self, Ask};
use super::patch::Frame;
use super::place::{Point, Quad};
use super::pyramid::Pyramid;
use super::tiles::TileMap;
use super::{BarcodeOptions, Effort, Symbology, votes};
use crate::luma::Luma;

/// A patch is enlarged to about this many pixels a side.
const SIDE: f32 = 360.0;

/// A way to try a block: enlarged by, and turned by, radians.
const ATTEMPTS: [(f32, f32); 4] = [(1.0, 0.0), (0.6, 0.0), (1.0, 0.55), (1.5, 1.1)];

/// Reads all codes of squares.
pub(super) fn read(pyramid: &Pyramid<'_>, maps: &[TileMap], options: &BarcodeOptions, found: &mut Found) {
    let asked: Vec<Symbology> = options.symbologies.iter().copied().filter(|one| !one.is_linear()).collect();
    if asked.is_empty() {
        return;
    }
    let small = pyramid.levels[0].width_px.max(pyramid.levels[0].height_px) < 1600;
    let level = usize::from(!small);
    let ask = Ask { symbologies: &asked, rotate: true, bilevel: false };
    for seen in engine::sightings(pyramid.levels[level], ask) {
        let scale = Pyramid::scale(level);
        if votes::is_long_enough(seen.symbology, &seen.text) {
            let corners = Quad(seen.corners.0.map(|(x, y)| (x * scale, y * scale)));
            found.add(Reading { text: seen.text, symbology: seen.symbology, corners, weight: 1 });
        }
    }
    let most = match options.effort {
        Effort::Quick => 0,
        Effort::Normal => 24,
        Effort::Thorough => 200,
    };
    for (level, map) in maps.iter().enumerate() {
        for block in blocks(map, level).iter().take(most) {
            let scale = Pyramid::scale(level);
            let centre = ((block.left + block.right) / 2.0 * scale, (block.top + block.bottom) / 2.0 * scale);
            if !found.covers(centre) {
                read_block(pyramid.levels[level], block, ask, found);
            }
        }
    }
}

fn read_block(luma: Luma<'_>, block: &Block, ask: Ask<'_>, found: &mut Found) {
    let side = (block.right - block.left).max(block.bottom - block.top) + 24.0;
    let centre = ((block.left + block.right) / 2.0, (block.top + block.bottom) / 2.0);
    for (larger, angle) in ATTEMPTS {
        let enlarged = (SIDE * larger / side).clamp(0.7, 4.0);
        let pixels = (side * enlarged) as usize;
        let frame = Frame { centre, angle, step: (1.0 / enlarged, 1.0 / enlarged), size: (pixels, pixels) };
        let mut patch = frame.cut(luma);
        stretch(&mut patch);
        let Some(view) = Luma::new(pixels as u32, pixels as u32, pixels, &patch) else { return };
        let seen = engine::sightings(view, ask);
        if seen.is_empty() {
            continue;
        }
        let scale = Pyramid::scale(block.level);
        for seen in seen.into_iter().filter(|seen| votes::is_long_enough(seen.symbology, &seen.text)) {
            let outward = |point: Point| {
                let (x, y) = frame.outward(point);
                (x * scale, y * scale)
            };
            let corners = Quad(seen.corners.0.map(outward));
            found.add(Reading { text: seen.text, symbology: seen.symbology, corners, weight: 1 });
        }
        return;
    }
}

/// Makes the darkest fiftieth black and the lightest white.
fn stretch(patch: &mut [u8]) {
    let mut counts = [0usize; 256];
    patch.iter().for_each(|&value| counts[usize::from(value)] += 1);
    let few = patch.len() / 50;
    let (mut low, mut dark) = (0, counts[0]);
    while dark <= few {
        low += 1;
        dark += counts[low];
    }
    let (mut high, mut light) = (255, counts[255]);
    while light <= few {
        high -= 1;
        light += counts[high];
    }
    if high <= low {
        return;
    }
    let table: [u8; 256] = std::array::from_fn(|value| (value.saturating_sub(low) * 255 / (high - low)).min(255) as u8);
    patch.iter_mut().for_each(|value| *value = table[usize::from(*value)]);
}
