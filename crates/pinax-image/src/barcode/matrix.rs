//! Codes of squares: the half-size picture as it is, then block by block.

use super::accept::{Found, Reading};
use super::blocks::{Block, blocks};
use super::engine::{self, Ask};
use super::patch::Frame;
use super::place::{Point, Quad};
use super::pyramid::{LEVELS, Pyramid};
use super::shades::{Shades, ink, least_changes, sharpen};
use super::tiles::TileMap;
use super::{BarcodeOptions, Effort, Symbology, votes};
use crate::luma::Luma;

/// A patch has so many pixels a side at most.
const SIDE_PX: f32 = 320.0;
/// The part of the variation of brightness that two shades, ink and paper, must explain.
const TWO_SHADES: f32 = 0.55;
/// Ink and paper differ by so much at least.
const LEAST_CONTRAST: f32 = 18.0;
/// See [`least_changes`].
const LEAST_CHANGES: f32 = 2.2;
/// Blocks of fewer pixels a side have squares of a pixel or less.
const SMALL_PX: f32 = 56.0;
/// The part of a block's middle that is ink: print has less, plants have any. A label beside the code is paper.
const INK: std::ops::RangeInclusive<f32> = 0.18..=0.88;
/// Half of the squares are ink; soft ones, and paper between, make it less or more.
const PROMISING_INK: std::ops::RangeInclusive<f32> = 0.28..=0.72;
/// Attempts that a block gets that promises little.
const FEW: usize = 2;
/// Blocks of a level that are looked at.
const MOST: usize = 40;
/// Attempts that the blocks of each level get together.
const ATTEMPTS_IN_ALL: [usize; LEVELS] = [50, 35, 25];
/// The whole of a larger picture is not searched for Data Matrix.
const LARGE_PX: u64 = 6_000_000;

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
    let full = pyramid.levels[0];
    let large = u64::from(full.width_px) * u64::from(full.height_px) > LARGE_PX;
    let small = full.width_px.max(full.height_px) < 1600;
    let level = usize::from(!small);
    // Codes of Data Matrix are small and found as blocks; to follow every edge of a large picture takes long.
    let whole: Vec<Symbology> = asked.iter().copied().filter(|one| !large || *one == Symbology::QrCode).collect();
    let ask = Ask { symbologies: &whole, rotate: true, bilevel: false };
    for seen in engine::sightings(pyramid.levels[level], ask) {
        let scale = Pyramid::scale(level);
        if votes::is_long_enough(seen.symbology, &seen.text) {
            let corners = Quad(seen.corners.0.map(|(x, y)| (x * scale, y * scale)));
            found.add(Reading { text: seen.text, symbology: seen.symbology, corners, weight: 1 });
        }
    }
    let thorough = options.effort == Effort::Thorough;
    for (level, map) in maps.iter().enumerate() {
        let (most, mut attempts) = if thorough { (400, 5_000) } else { (MOST, ATTEMPTS_IN_ALL[level]) };
        let mut likely: Vec<Likely> =
            blocks(map, level).into_iter().take(most).filter_map(|block| likely(pyramid, block)).collect();
        likely.sort_by(|one, other| other.promise.total_cmp(&one.promise));
        for likely in &likely {
            let block = &likely.block;
            let scale = Pyramid::scale(level);
            let centre = ((block.left + block.right) / 2.0 * scale, (block.top + block.bottom) / 2.0 * scale);
            if !found.covers(centre) {
                attempts -= read_block(pyramid, likely, &asked, attempts, found);
            }
        }
    }
}

/// A block whose middle looks as squares do.
struct Likely {
    block: Block,
    shades: Shades,
    /// Grows with the changes between ink and paper, up to those of the smallest codes, and where half is ink.
    promise: f32,
    /// All attempts are made.
    promising: bool,
}

fn likely(pyramid: &Pyramid<'_>, block: Block) -> Option<Likely> {
    // A soft code shows only its middle as a block.
    let seen = (block.right - block.left).max(block.bottom - block.top);
    if wide(seen) > SIDE_PX * 1.5 && block.level + 1 < LEVELS {
        return None;
    }
    let centre = ((block.left + block.right) / 2.0, (block.top + block.bottom) / 2.0);
    let pixels = seen as usize;
    let frame = Frame { centre, angle: 0.0, step: (1.0, 1.0), size: (pixels, pixels) };
    let middle = frame.crop(pyramid.levels[block.level]);
    let shades = Shades::of(&middle);
    let changes = least_changes(&middle, pixels, &shades);
    let ink = ink(&middle, pixels, &shades);
    // The squares of a small block are smaller than pixels of its level.
    let least_changes = if seen < SMALL_PX { LEAST_CHANGES / 2.0 } else { LEAST_CHANGES };
    let two_shades = shades.explained >= TWO_SHADES && shades.paper - shades.ink >= LEAST_CONTRAST;
    (two_shades && changes >= least_changes && INK.contains(&ink)).then(|| Likely {
        block,
        shades,
        promise: changes.min(6.0) / least_changes * (1.0 - (ink - 0.5).abs()),
        promising: changes >= 1.5 * least_changes && PROMISING_INK.contains(&ink),
    })
}

/// The side of the patch that is cut out for a block of so many pixels.
fn wide(seen: f32) -> f32 {
    seen * 1.5 + 24.0
}

/// How many of the `attempts` left it took.
fn read_block(
    pyramid: &Pyramid<'_>,
    likely: &Likely,
    asked: &[Symbology],
    attempts: usize,
    found: &mut Found,
) -> usize {
    let Likely { block, shades, .. } = likely;
    let seen = (block.right - block.left).max(block.bottom - block.top);
    let side = wide(seen);
    let centre = ((block.left + block.right) / 2.0, (block.top + block.bottom) / 2.0);
    let closer = if seen < SMALL_PX && block.level > 0 { 2.0 } else { 1.0 };
    let frame = |enlarged: f32, turn: f32| {
        let enlarged = (enlarged * closer).min((SIDE_PX / side).max(0.5));
        let pixels = (side * enlarged) as usize;
        Frame { centre, angle: turn, step: (1.0 / enlarged, 1.0 / enlarged), size: (pixels, pixels) }
    };
    let tried = attempts.min(if likely.promising { ATTEMPTS.len() } else { FEW });
    let scale = Pyramid::scale(block.level);
    let mut cuts: Vec<((f32, f32), Vec<u8>)> = Vec::new();
    for (index, attempt) in ATTEMPTS[..tried].iter().enumerate() {
        let key = (attempt.enlarged, attempt.turn);
        let frame = frame(attempt.enlarged, attempt.turn);
        let pixels = frame.size.0;
        let known = cuts.iter().position(|(other, _)| *other == key);
        let known = known.unwrap_or_else(|| {
            cuts.push((key, cut(pyramid, block.level, &frame)));
            cuts.len() - 1
        });
        let mut patch = cuts[known].1.clone();
        let (radius, times) = attempt.sharpen;
        if times > 0.0 {
            sharpen(&mut patch, pixels, (radius / frame.step.0).round() as usize, times);
        }
        shades.stretch(&mut patch, attempt.threshold);
        let Some(view) = Luma::new(pixels as u32, pixels as u32, pixels, &patch) else { return index };
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
            return index + 1;
        }
    }
    tried
}

/// Cuts out of a level below where that has the pixels that enlarging would invent.
fn cut(pyramid: &Pyramid<'_>, mut level: usize, frame: &Frame) -> Vec<u8> {
    let mut frame = *frame;
    while level > 0 && frame.step.0 < 0.6 {
        let twice = |(x, y): Point| (x * 2.0, y * 2.0);
        (frame.centre, frame.step, level) = (twice(frame.centre), twice(frame.step), level - 1);
    }
    frame.cut(pyramid.levels[level])
}
