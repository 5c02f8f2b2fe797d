//! Codes of squares: the half-size picture as it is, then block by block.

use super::accept::{Found, Reading};
use super::blocks::{Block, blocks};
use super::engine::{self, Ask};
use super::patch::Frame;
use super::place::{Point, Quad};
use super::pyramid::Pyramid;
use super::shades::{Shades, sharpen};
use super::tiles::TileMap;
use super::{BarcodeOptions, Effort, Symbology, votes};
use crate::luma::Luma;

/// A patch has so many pixels a side at most.
const SIDE_PX: f32 = 420.0;
/// The part of the variation of brightness that two shades, ink and paper, must explain.
const TWO_SHADES: f32 = 0.55;
/// Ink and paper differ by so much at least.
const LEAST_CONTRAST: f32 = 18.0;
/// Attempts that a block gets when others promise more.
const FEW: usize = 3;
/// Blocks of a level that get all attempts.
const PROMISING: usize = 5;

/// A way to try a block.
#[derive(Clone, Copy, Debug)]
struct Attempt {
    /// Pixels of the patch to one of its level.
    enlarged: f32,
    /// Radians.
    turn: f32,
    /// What is left after evening out over so many pixels of the level either way is added so many times.
    sharpen: (f32, f32),
    /// Where between ink (0) and paper (1) black ends; `None` leaves that to the engine.
    threshold: Option<f32>,
}

const fn attempt(enlarged: f32, turn: f32, sharpen: (f32, f32), threshold: Option<f32>) -> Attempt {
    Attempt { enlarged, turn, sharpen, threshold }
}

/// Soft ink is darkest in the middle of large squares, and paper beside the label is darker than the label: black ends
/// nearer to the ink than half-way.
const ATTEMPTS: [Attempt; 10] = [
    attempt(1.5, 0.0, (3.0, 2.0), Some(0.36)),
    attempt(2.0, 0.0, (0.0, 0.0), Some(0.36)),
    attempt(1.0, 0.0, (3.0, 4.0), Some(0.42)),
    attempt(2.0, 0.0, (3.0, 8.0), Some(0.2)),
    attempt(1.0, 0.0, (1.0, 8.0), Some(0.2)),
    attempt(1.0, 0.0, (5.0, 4.0), Some(0.42)),
    attempt(2.0, 0.0, (0.0, 0.0), Some(0.2)),
    attempt(2.0, 0.6, (3.0, 2.0), Some(0.36)),
    attempt(2.0, 0.3, (3.0, 8.0), Some(0.36)),
    attempt(2.0, 0.0, (0.0, 0.0), None),
];

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
        Effort::Normal => 18,
        Effort::Thorough => 200,
    };
    for (level, map) in maps.iter().enumerate() {
        for (rank, block) in blocks(map, level).iter().take(most).enumerate() {
            let scale = Pyramid::scale(level);
            let centre = ((block.left + block.right) / 2.0 * scale, (block.top + block.bottom) / 2.0 * scale);
            let all = rank < PROMISING || options.effort == Effort::Thorough;
            if !found.covers(centre) {
                read_block(pyramid.levels[level], block, &asked, if all { ATTEMPTS.len() } else { FEW }, found);
            }
        }
    }
}

fn read_block(luma: Luma<'_>, block: &Block, asked: &[Symbology], attempts: usize, found: &mut Found) {
    // A soft code shows only its middle as a block.
    let seen = (block.right - block.left).max(block.bottom - block.top);
    let side = seen * 1.5 + 24.0;
    let centre = ((block.left + block.right) / 2.0, (block.top + block.bottom) / 2.0);
    let frame = |enlarged: f32, turn: f32| {
        let enlarged = enlarged.min((SIDE_PX / side).max(0.5));
        let pixels = (side * enlarged) as usize;
        Frame { centre, angle: turn, step: (1.0 / enlarged, 1.0 / enlarged), size: (pixels, pixels) }
    };
    let middle = Frame { size: (seen as usize, seen as usize), ..frame(1.0, 0.0) };
    let shades = Shades::of(&Frame { step: (1.0, 1.0), ..middle }.cut(luma));
    if shades.explained < TWO_SHADES || shades.paper - shades.ink < LEAST_CONTRAST {
        return;
    }
    let scale = Pyramid::scale(block.level);
    for attempt in &ATTEMPTS[..attempts] {
        let frame = frame(attempt.enlarged, attempt.turn);
        let pixels = frame.size.0;
        let mut patch = frame.cut(luma);
        let (radius, times) = attempt.sharpen;
        if times > 0.0 {
            sharpen(&mut patch, pixels, (radius / frame.step.0).round() as usize, times);
        }
        shades.stretch(&mut patch, attempt.threshold);
        let Some(view) = Luma::new(pixels as u32, pixels as u32, pixels, &patch) else { return };
        let ask = Ask { symbologies: asked, rotate: true, bilevel: attempt.threshold.is_some() };
        let mut any = false;
        for seen in engine::sightings(view, ask) {
            if votes::is_long_enough(seen.symbology, &seen.text) {
                let outward = |point: Point| {
                    let (x, y) = frame.outward(point);
                    (x * scale, y * scale)
                };
                let corners = Quad(seen.corners.0.map(outward));
                found.add(Reading { text: seen.text, symbology: seen.symbology, corners, weight: 1 });
                any = true;
            }
        }
        if any {
            return;
        }
    }
}
