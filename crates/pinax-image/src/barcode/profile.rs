//! A profile: brightness along a line across the bars, averaged along the bars, where noise cancels out.

use super::patch::{FRACTION_BITS, fixed};
use super::stripes::Stripe;
use crate::luma::Luma;

/// Points looked at along and across the bars while a stripe is turned level.
const LOOK: (usize, usize) = (280, 20);
/// Samples from which to which a profile rises or falls: about a pixel.
const SLOPE: usize = 3;
/// Samples of a block whose darkest and lightest sample are kept.
const BLOCK: usize = 8;
/// Blocks on either side that say what is dark and what is light around a sample.
const AROUND: usize = 7;
/// Contrast of the surroundings, against that of the whole profile, below which there are no bars.
const BARE: f32 = 0.16;

/// The direction in which the bars of `stripe` stand sharpest, and how much of the brightness there is explained by
/// bars: 0 nothing, 1 everything.
pub(super) fn levelled(luma: Luma<'_>, stripe: &Stripe) -> (f32, f32) {
    let mut best = (stripe.angle, sharpness(luma, stripe, stripe.angle));
    for (step, count) in [(1.6f32, 6), (0.5, 3)] {
        let middle = best.0;
        for turn in (-count..=count).filter(|turn| *turn != 0) {
            let angle = middle + (turn as f32 * step).to_radians();
            let found = sharpness(luma, stripe, angle);
            if found.0 > best.1.0 {
                best = (angle, found);
            }
        }
    }
    (best.0, best.1.1)
}

/// Differences between neighbouring columns of the stripe, read in direction `angle`, and the explained part.
fn sharpness(luma: Luma<'_>, stripe: &Stripe, angle: f32) -> (f32, f32) {
    let (columns, rows) = LOOK;
    let (sin, cos) = angle.sin_cos();
    // Steps of about a pixel, in the middle of a long stripe.
    let along = stripe.length.min(columns as f32) / columns as f32;
    let across = stripe.height * 0.8 / rows as f32;
    let step = (fixed(along * cos), fixed(along * sin));
    let (last_x, last_y) = (i64::from(luma.width_px) - 1, i64::from(luma.height_px) - 1);
    let mut sums = [0u32; LOOK.0];
    let mut squares = 0u64;
    for row in 0..rows {
        let down = (row as f32 + 0.5 - rows as f32 / 2.0) * across;
        let right = (0.5 - columns as f32 / 2.0) * along;
        let mut x = fixed(stripe.centre.0 + right * cos - down * sin);
        let mut y = fixed(stripe.centre.1 + right * sin + down * cos);
        let mut row_squares = 0u32;
        for sum in &mut sums {
            let (column, line) = ((x >> FRACTION_BITS).clamp(0, last_x), (y >> FRACTION_BITS).clamp(0, last_y));
            let value = u32::from(luma.bytes[line as usize * luma.stride + column as usize]);
            *sum += value;
            row_squares += value * value;
            (x, y) = (x + step.0, y + step.1);
        }
        squares += u64::from(row_squares);
    }
    let count = (columns * rows) as f32;
    let mean = sums.iter().sum::<u32>() as f32 / count;
    let all = squares as f32 / count - mean * mean;
    let means = sums.map(|sum| sum as f32 / rows as f32);
    let between = means.iter().map(|value| (value - mean) * (value - mean)).sum::<f32>() / columns as f32;
    let steps = means.windows(2).map(|pair| (pair[1] - pair[0]) * (pair[1] - pair[0])).sum::<f32>();
    (steps, between / all.max(1e-3))
}

/// How alike neighbouring profiles rise and fall: 1 the same, 0 as if by chance. Bars go on from one to the next; print,
/// veins and noise do not.
pub(super) fn agreement(profiles: &[Vec<f32>]) -> f32 {
    let slopes: Vec<Vec<f32>> = profiles
        .iter()
        .map(|profile| profile.iter().zip(profile.iter().skip(SLOPE)).map(|(from, to)| to - from).collect())
        .collect();
    let product = |one: &[f32], other: &[f32]| one.iter().zip(other).map(|(one, other)| one * other).sum::<f32>();
    let alike = |pair: &[Vec<f32>]| {
        let own = product(&pair[0], &pair[0]) * product(&pair[1], &pair[1]);
        product(&pair[0], &pair[1]) / own.sqrt().max(1.0)
    };
    let pairs = slopes.len().saturating_sub(1);
    slopes.windows(2).map(alike).sum::<f32>() / pairs.max(1) as f32
}

/// The mean of rows `from..to` of a patch.
pub(super) fn mean_of(patch: &[u8], width: usize, from: usize, to: usize) -> Vec<f32> {
    let mut sums = vec![0u32; width];
    for row in patch[from * width..to * width].chunks_exact(width) {
        sums.iter_mut().zip(row).for_each(|(sum, &value)| *sum += u32::from(value));
    }
    let count = (to - from).max(1) as f32;
    sums.into_iter().map(|sum| sum as f32 / count).collect()
}

/// How to undo the blur of a lens: what is left of the profile after blurring it by `radius` samples is added `times`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sharpen {
    pub(super) radius: f32,
    pub(super) times: f32,
}

/// `profile`, sharpened.
fn sharpened(profile: &[f32], how: Sharpen) -> Vec<f32> {
    if how.times == 0.0 {
        return profile.to_vec();
    }
    let reach = (how.radius * 2.5).ceil() as usize;
    let bell: Vec<f32> = (0..=reach).map(|x| (-((x * x) as f32) / (2.0 * how.radius * how.radius)).exp()).collect();
    let sum = bell[0] + 2.0 * bell[1..].iter().sum::<f32>();
    let mut padded = vec![profile[0]; reach];
    padded.extend(profile);
    padded.extend(std::iter::repeat_n(profile[profile.len() - 1], reach));
    let mut sharp: Vec<f32> =
        profile.iter().map(|value| value * (1.0 + how.times - how.times * bell[0] / sum)).collect();
    for (distance, weight) in bell.iter().enumerate().skip(1) {
        let weight = how.times * weight / sum;
        let (before, after) = (&padded[reach - distance..], &padded[reach + distance..]);
        for ((value, before), after) in sharp.iter_mut().zip(before).zip(after) {
            *value -= (before + after) * weight;
        }
    }
    sharp
}

/// What a profile is made into for reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shade {
    /// The brightness of the profile before sharpening fills the range; what sharpening adds beyond is cut off.
    Grey,
    /// See [`bilevel`].
    BlackAndWhite,
}

/// The profile as a row of pixels.
pub(super) fn shaded(profile: &[f32], how: Sharpen, shade: Shade) -> Vec<u8> {
    let sharp = sharpened(profile, how);
    match shade {
        Shade::BlackAndWhite => bilevel(&sharp),
        Shade::Grey => {
            let (low, high) = extremes(profile);
            let stretch = 210.0 / (high - low).max(1.0);
            sharp.iter().map(|value| ((value - low) * stretch + 20.0).clamp(0.0, 255.0) as u8).collect()
        }
    }
}

/// How often the profile turns from darker to lighter or back, by more than a tenth of its range.
pub(super) fn changes(profile: &[f32]) -> usize {
    let (low, high) = extremes(profile);
    let least = ((high - low) * 0.1).max(2.0);
    let (mut count, mut rising, mut turn) = (0, true, profile[0]);
    for &value in profile {
        turn = if rising { turn.max(value) } else { turn.min(value) };
        if (value - turn).abs() > least {
            (count, rising, turn) = (count + 1, !rising, value);
        }
    }
    count
}

/// Black (0) and white (255): darker or lighter than the middle between the darkest and the lightest around; white
/// where there is little between them.
fn bilevel(profile: &[f32]) -> Vec<u8> {
    let blocks: Vec<(f32, f32)> = profile.chunks(BLOCK).map(extremes).collect();
    let (low, high) = extremes(profile);
    let faintest = (high - low) * BARE;
    let mut out = Vec::with_capacity(profile.len());
    for (index, part) in profile.chunks(BLOCK).enumerate() {
        let around = &blocks[index.saturating_sub(AROUND)..(index + AROUND + 1).min(blocks.len())];
        let low = around.iter().fold(f32::MAX, |low, block| low.min(block.0));
        let high = around.iter().fold(f32::MIN, |high, block| high.max(block.1));
        let middle = if high - low < faintest { f32::MIN } else { (low + high) / 2.0 };
        out.extend(part.iter().map(|&value| if value < middle { 0 } else { 255 }));
    }
    out
}

fn extremes(values: &[f32]) -> (f32, f32) {
    values.iter().fold((f32::MAX, f32::MIN), |(low, high), &value| (low.min(value), high.max(value)))
}

/// Whether brightness stays much the same just before `from` and just after `to`, against what it does between them.
pub(super) fn has_bare_ends(profile: &[f32], from: usize, to: usize, quiet: usize) -> bool {
    let busy = |from: usize, to: usize| {
        let part = &profile[from.min(profile.len())..to.min(profile.len())];
        let sum: f32 = part.windows(2).map(|pair| (pair[1] - pair[0]) * (pair[1] - pair[0])).sum();
        sum / part.len().max(1) as f32
    };
    // The outermost bars fade out over a few samples.
    let fade = quiet / 4;
    let inside = busy(from, to);
    let before = busy(from.saturating_sub(quiet), from.saturating_sub(fade));
    let after = busy(to + fade, to + quiet);
    before < inside * 0.25 && after < inside * 0.25
}

#[cfg(test)]
mod tests {
    use super::{Sharpen, bilevel, has_bare_ends, sharpened};

    fn bars(blur: usize) -> Vec<f32> {
        let sharp: Vec<f32> =
            (0..400).map(|x| if (100..300).contains(&x) && (x / 10) % 2 == 0 { 60.0 } else { 200.0 }).collect();
        (0..400usize)
            .map(|x| {
                let around = &sharp[x.saturating_sub(blur)..(x + blur + 1).min(400)];
                around.iter().sum::<f32>() / around.len() as f32
            })
            .collect()
    }

    #[test]
    fn bars_come_out_black_and_paper_white() {
        let black = bilevel(&bars(2));
        assert!(black[..95].iter().chain(&black[305..]).all(|&value| value == 255));
        assert_eq!(black.windows(2).filter(|pair| pair[0] != pair[1]).count(), 20);
    }

    #[test]
    fn sharpening_widens_the_contrast_of_soft_bars() {
        let soft = bars(4);
        let sharp = sharpened(&soft, Sharpen { radius: 6.0, times: 2.0 });
        let span =
            |values: &[f32]| values[150..250].iter().fold((f32::MAX, f32::MIN), |s, &v| (s.0.min(v), s.1.max(v)));
        assert!(span(&sharp).1 - span(&sharp).0 > 1.3 * (span(&soft).1 - span(&soft).0));
    }

    #[test]
    fn ends_inside_the_bars_are_not_bare() {
        let profile = bars(2);
        assert!(has_bare_ends(&profile, 100, 290, 40));
        assert!(!has_bare_ends(&profile, 160, 290, 40));
        assert!(!has_bare_ends(&profile, 100, 230, 40));
    }
}
