//! Codes of bars: the whole picture as it is, then stripe by stripe.

use super::accept::{Found, Reading};
use super::engine::{self, Ask};
use super::patch::Frame;
use super::place::{Point, Quad, distance};
use super::profile::{self, Shade, Sharpen};
use super::pyramid::{LEVELS, Pyramid};
use super::stripes::{Stripe, stripes};
use super::tiles::TileMap;
use super::votes::{self, Vote, Votes};
use super::{BarcodeOptions, Effort, Symbology};
use crate::luma::Luma;

/// Samples of a profile to a pixel, so that edges between pixels are not rounded away.
const SAMPLES: f32 = 3.0;
/// A longer profile has fewer samples to a pixel.
const LONGEST: usize = 3000;
/// Rows of a patch at most.
const TALLEST: usize = 72;
/// Bands of a stripe that are read for themselves.
const BANDS: usize = 8;
/// Brightness that bars must explain.
const LEAST_BARS: f32 = 0.22;
/// Lines of the whole picture that must agree.
const LEAST_LINES: u32 = 4;

/// Fewer changes between dark and light than this along a stripe are no code.
const LEAST_CHANGES: usize = 17;

/// Bands that rise and fall less alike than this show no bars; see [`profile::agreement`].
const LEAST_AGREEMENT: f32 = 0.25;
/// A stripe that is read in all ways agrees so much and changes so often between dark and light.
const PROMISING: (f32, usize) = (0.42, 26);
/// Ways in which the other stripes are read.
const FEW: usize = 2;
/// Stripes that are looked at, level by level.
const MOST: [usize; LEVELS] = [40, 30, 20];
/// The whole of a larger picture is read at half its size.
const LARGE_PX: u64 = 6_000_000;

/// Turns of a stripe in which something, but not enough, was read, radians; and whether to interpolate along the bars.
const AGAIN: [(f32, bool); 3] = [(0.0, true), (0.005, false), (-0.005, false)];

/// A way to read a profile.
type Way = (Sharpen, Shade);

/// In the order in which they pay.
const WAYS: [Way; 9] = [
    (Sharpen { radius: 2.1, times: 1.5 }, Shade::Grey),
    (Sharpen { radius: 2.1, times: 4.0 }, Shade::BlackAndWhite),
    (Sharpen { radius: 1.0, times: 0.0 }, Shade::BlackAndWhite),
    (Sharpen { radius: 3.0, times: 4.0 }, Shade::BlackAndWhite),
    (Sharpen { radius: 3.0, times: 1.0 }, Shade::Grey),
    (Sharpen { radius: 4.5, times: 2.5 }, Shade::Grey),
    (Sharpen { radius: 5.0, times: 6.0 }, Shade::BlackAndWhite),
    (Sharpen { radius: 8.0, times: 6.0 }, Shade::BlackAndWhite),
    (Sharpen { radius: 12.0, times: 9.0 }, Shade::BlackAndWhite),
];

/// Reads all codes of bars.
pub(super) fn read(pyramid: &Pyramid<'_>, maps: &[TileMap], options: &BarcodeOptions, found: &mut Found) {
    let effort = options.effort;
    let asked: Vec<Symbology> = options.symbologies.iter().copied().filter(|one| one.is_linear()).collect();
    if asked.is_empty() {
        return;
    }
    let mut places = Vec::new();
    let full = pyramid.levels[0];
    let level = usize::from(u64::from(full.width_px) * u64::from(full.height_px) > LARGE_PX);
    let scale = Pyramid::scale(level);
    for seen in engine::sightings(pyramid.levels[level], Ask { symbologies: &asked, rotate: true, bilevel: false }) {
        let believed = seen.symbology.proves_itself() && seen.lines >= LEAST_LINES;
        if believed && votes::is_long_enough(seen.symbology, &seen.text) {
            let corners = Quad(seen.corners.0.map(|(x, y)| (x * scale, y * scale)));
            found.add(Reading { text: seen.text, symbology: seen.symbology, corners, weight: seen.lines });
        } else {
            places.push(around(&seen.corners, level));
        }
    }
    for (level, map) in maps.iter().enumerate() {
        let most = if effort == Effort::Thorough { 400 } else { MOST[level] };
        places.extend(stripes(map, level).into_iter().take(most));
    }
    // A place where no bars show needs no second look at another size.
    let mut bare: Vec<&Stripe> = Vec::new();
    for place in &places {
        let scale = Pyramid::scale(place.level);
        let centre = (place.centre.0 * scale, place.centre.1 * scale);
        if found.covers(centre) || bare.iter().any(|known| known.level != place.level && known.is_much_the_same(place))
        {
            continue;
        }
        let bars = read_stripe(pyramid.levels[place.level], place, &asked, effort, found);
        if !bars && place.score > 0.0 {
            bare.push(place);
        }
    }
}

/// The stripe of something seen in the whole picture.
fn around(corners: &Quad, level: usize) -> Stripe {
    let [from, to, lower, _] = corners.0;
    Stripe {
        level,
        centre: corners.centre(),
        angle: (to.1 - from.1).atan2(to.0 - from.0),
        length: distance(from, to),
        height: distance(to, lower).max(12.0),
        score: 0.0,
    }
}

/// Whether there are bars, read or not.
fn read_stripe(luma: Luma<'_>, stripe: &Stripe, asked: &[Symbology], effort: Effort, found: &mut Found) -> bool {
    let (angle, explained) = profile::levelled(luma, stripe);
    if explained < LEAST_BARS {
        return false;
    }
    // Room for quiet zones, and for ends that were not seen as stripes.
    let length = stripe.length * 1.25 + 60.0;
    let step = (1.0 / SAMPLES).max(length / LONGEST as f32);
    let across = (stripe.height / TALLEST as f32).max(1.0);
    let size = ((length / step) as usize, ((stripe.height / across) as usize).max(4));
    let frame = Frame { centre: stripe.centre, angle, step: (step, across), size };
    let bands = bands(size.1);
    let profiles_of = |patch: &[u8]| -> Vec<Vec<f32>> {
        bands.iter().map(|&(from, to)| profile::mean_of(patch, size.0, from, to)).collect()
    };
    let profiles = profiles_of(&frame.cut_across_bars(luma));
    let changes = profiles.iter().map(|profile| profile::changes(profile)).max().unwrap_or(0);
    let agreement = profile::agreement(&profiles[..BANDS.min(profiles.len())]);
    if changes < LEAST_CHANGES || agreement < LEAST_AGREEMENT {
        return false;
    }
    let promising = agreement >= PROMISING.0 && changes >= PROMISING.1;
    let ways = if promising || effort == Effort::Thorough { &WAYS[..] } else { &WAYS[..FEW] };
    let mut votes = Votes::default();
    hear(&profiles, ways, asked, &mut votes);
    // Bars of little more than a pixel come out in more bands when cut in other ways.
    for (turn, whole) in AGAIN {
        if promising && !votes.is_empty() && votes.elected().is_empty() {
            let frame = Frame { angle: angle + turn, ..frame };
            let patch = if whole { frame.cut(luma) } else { frame.cut_across_bars(luma) };
            hear(&profiles_of(&patch), ways, asked, &mut votes);
        }
    }
    for vote in votes.elected() {
        if vote.symbology.proves_itself() || is_plausible(vote, &profiles) {
            let scale = Pyramid::scale(stripe.level);
            let corners = Quad(corners(vote, &bands, &frame).map(|(x, y)| (x * scale, y * scale)));
            let (text, symbology) = (vote.text.clone(), vote.symbology);
            found.add(Reading { text, symbology, corners, weight: vote.count });
        }
    }
    promising
}

/// Reads each profile in each of the ways, until one text is said often enough.
fn hear(profiles: &[Vec<f32>], ways: &[Way], asked: &[Symbology], votes: &mut Votes) {
    for &(how, shade) in ways {
        for (band, profile) in profiles.iter().enumerate() {
            let row = profile::shaded(profile, how, shade);
            let Some(row) = Luma::new(row.len() as u32, 1, row.len(), &row) else { continue };
            let bilevel = shade == Shade::BlackAndWhite;
            for seen in engine::sightings(row, Ask { symbologies: asked, rotate: false, bilevel }) {
                votes.add(seen, band);
            }
        }
        if votes.elected().iter().any(|vote| vote.count >= 6) {
            break;
        }
    }
}

/// Rows of each band: eighths, then thirds and the whole, which see through more noise.
fn bands(rows: usize) -> Vec<(usize, usize)> {
    let parts = BANDS.min(rows / 2).max(1);
    let split = |parts: usize| (0..parts).map(move |part| (part * rows / parts, (part + 1) * rows / parts));
    split(parts).chain(split(3)).chain(split(1)).filter(|(from, to)| from < to).collect()
}

fn is_plausible(vote: &Vote, profiles: &[Vec<f32>]) -> bool {
    let (from, to) = (vote.ends.0.min(vote.ends.1), vote.ends.0.max(vote.ends.1));
    let module = (to - from) / votes::modules(vote.symbology, &vote.text);
    let quiet = (module * 6.0).ceil() as usize;
    let said: Vec<&Vec<f32>> = profiles
        .iter()
        .enumerate()
        .filter(|(band, _)| vote.bands & (1 << band) != 0)
        .map(|(_, profile)| profile)
        .collect();
    let bare = said.iter().filter(|profile| profile::has_bare_ends(profile, from as usize, to as usize, quiet)).count();
    2 * bare > said.len()
}

/// The corners of the bands that said so, in pixels of the level.
fn corners(vote: &Vote, bands: &[(usize, usize)], frame: &Frame) -> [Point; 4] {
    let said = bands.iter().enumerate().filter(|(band, _)| vote.bands & (1 << band) != 0).map(|(_, rows)| rows);
    let (mut top, mut bottom) = (usize::MAX, 0);
    for rows in said {
        top = top.min(rows.0);
        bottom = bottom.max(rows.1);
    }
    let (mut top, mut bottom) = (top as f32, bottom as f32);
    let (from, to) = vote.ends;
    if from > to {
        std::mem::swap(&mut top, &mut bottom);
    }
    [(from, top), (to, top), (to, bottom), (from, bottom)].map(|point| frame.outward(point))
}
