//! A render plan: the sizes, the shrinking and the order of work for one picture, by arithmetic alone.

use crate::probe::{ColorModel, Probe};
use crate::resize::STRIP_ROWS;
use crate::samples::Samples;

/// A size to render.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Width of the upright picture in pixels. A picture that is narrower keeps its own width.
    pub width_px: u32,
    /// JPEG quality, 1 to 100.
    pub quality: u8,
}

/// One rendition to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// Its place among the targets.
    pub(crate) index: usize,
    /// Upright size in pixels.
    pub(crate) size_px: (u32, u32),
    pub(crate) quality: u8,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RenderPlan {
    /// The decoder shrinks by this: 1, 2, 4 or 8.
    pub(crate) shrink: u32,
    /// Largest first, each made from the one before. Never empty.
    pub(crate) steps: Vec<Step>,
}

impl RenderPlan {
    /// The plan for a picture that is looked at before it is resized: nothing is shrunk.
    pub(crate) fn looking(probe: &Probe, targets: &[Target]) -> Option<Self> {
        Self::new(probe, targets).map(|plan| Self { shrink: 1, ..plan })
    }

    /// `None` when there is nothing to render.
    pub(crate) fn new(probe: &Probe, targets: &[Target]) -> Option<Self> {
        let upright = probe.upright_size();
        let mut steps: Vec<Step> = targets
            .iter()
            .enumerate()
            .map(|(index, target)| Step {
                index,
                size_px: fitted(upright, target.width_px),
                quality: target.quality.clamp(1, 100),
            })
            .collect();
        steps.sort_by_key(|step| std::cmp::Reverse(step.size_px));
        let largest = probe.orientation.turned_size(steps.first()?.size_px);
        let stored = (probe.width_px, probe.height_px);
        // The other decoders give full size only.
        let shrink = if probe.is_jpeg_coded() { shrink_for(stored, largest) } else { 1 };
        Some(Self { shrink, steps })
    }
}

/// The largest power of two the decoder can shrink by and still leave two samples for each one wanted: what
/// it shrinks it averages in squares, which is coarse, and a filter then makes good. Other ratios have no
/// fast path in libjpeg-turbo and cost more than they save.
fn shrink_for(stored: (u32, u32), wanted: (u32, u32)) -> u32 {
    let leaves = |side: u32, by: u32, wanted: u32| side / by >= wanted.saturating_mul(2);
    [8, 4, 2].into_iter().find(|&by| leaves(stored.0, by, wanted.0) && leaves(stored.1, by, wanted.1)).unwrap_or(1)
}

/// The size of `width_px` x `height_px` at width `wanted_px`: never larger, the height rounded to the
/// nearest pixel, at least 1.
fn fitted((width_px, height_px): (u32, u32), wanted_px: u32) -> (u32, u32) {
    let wanted = wanted_px.clamp(1, width_px.max(1));
    let (w, h) = (u64::from(width_px.max(1)), u64::from(height_px));
    let fitted = (2 * u64::from(wanted) * h + w) / (2 * w);
    let height = u32::try_from(fitted).expect("not larger than the height it came from");
    (wanted, height.max(1))
}

/// The pixels a picture is decoded to.
pub(crate) fn decoded_samples(color: ColorModel) -> Samples {
    match color {
        ColorModel::Grey => Samples::Grey,
        ColorModel::YCbCr | ColorModel::Rgb => Samples::Rgb,
        ColorModel::Cmyk | ColorModel::Ycck => Samples::Cmyk,
    }
}

/// The pixels a picture is decoded to that is looked at and nothing else.
pub(crate) fn looked_samples(probe: &Probe) -> Samples {
    match decoded_samples(probe.color) {
        // The decoder can leave chroma out of YCbCr, not out of RGB.
        Samples::Rgb if probe.is_jpeg_coded() && probe.color == ColorModel::YCbCr => Samples::Grey,
        samples => samples,
    }
}

/// Bytes that [`Renderer::render`](crate::Renderer::render) takes for a picture at most, beside the
/// source itself: planes or pixels, coefficients of a progressive file, strips, and what it returns. For
/// admitting pictures to memory; a fixed megabyte or two a renderer are left out.
#[must_use]
pub fn memory_estimate_bytes(probe: &Probe, targets: &[Target]) -> u64 {
    match RenderPlan::new(probe, targets) {
        Some(plan) => planned_bytes(probe, &plan),
        None if probe.is_jpeg_coded() => probe.decoder_bytes + probe.pixels().div_ceil(16),
        None => probe.decoder_bytes + probe.pixels() * decoded_samples(probe.color).bytes() as u64,
    }
}

/// As [`memory_estimate_bytes`], for [`Renderer::render_and_look`](crate::Renderer::render_and_look).
#[must_use]
pub fn looking_estimate_bytes(probe: &Probe, targets: &[Target]) -> u64 {
    let samples = match RenderPlan::looking(probe, targets) {
        // The plane of luma is there to be seen.
        Some(plan) if probe.planes.is_some() => return planned_bytes(probe, &plan),
        Some(plan) => return planned_bytes(probe, &plan) + probe.pixels(),
        None => looked_samples(probe),
    };
    let luma = u64::from(samples != Samples::Grey);
    probe.decoder_bytes + probe.pixels() * (samples.bytes() as u64 + luma)
}

fn planned_bytes(probe: &Probe, plan: &RenderPlan) -> u64 {
    let area = |(w, h): (u32, u32)| u64::from(w) * u64::from(h);
    let decoded_px = (probe.width_px.div_ceil(plan.shrink), probe.height_px.div_ceil(plan.shrink));
    let largest_px = probe.orientation.turned_size(plan.steps[0].size_px);
    let working = match probe.planes {
        Some(planes) => planes.at(decoded_px).bytes() as u64 + planes.quartered().at(largest_px).bytes() as u64,
        None => {
            let strip_px = (decoded_px.0, STRIP_ROWS);
            let bytes = decoded_samples(probe.color).bytes() as u64;
            (area(decoded_px) + area(largest_px) + area(strip_px)) * bytes
        }
    };
    // Each once in the encoder, where the largest stays, and once returned.
    let encoded = |step: &Step| area(step.size_px) * most_encoded_percent(step.quality) / 100;
    let largest = plan.steps.iter().map(encoded).max().unwrap_or(0);
    probe.decoder_bytes + working + largest + plan.steps.iter().map(encoded).sum::<u64>()
}

/// Bytes of a JPEG to 100 pixels, 4:2:0, if they are noise, which is the worst.
fn most_encoded_percent(quality: u8) -> u64 {
    match quality {
        ..=80 => 75,
        81..=90 => 105,
        _ => 250,
    }
}

#[cfg(test)]
mod tests {
    use super::{fitted, shrink_for};

    #[test]
    fn heights_are_rounded_and_never_zero() {
        let cases = [
            ((4000, 6000), 200, (200, 300)),
            ((4000, 6000), 3200, (3200, 4800)),
            ((3000, 2001), 1000, (1000, 667)),
            ((1001, 1501), 200, (200, 300)),
            ((100, 100), 500, (100, 100)),
            ((60_000, 10), 100, (100, 1)),
            ((10, 20), 0, (1, 2)),
        ];
        for (size, wanted, expected) in cases {
            assert_eq!(fitted(size, wanted), expected, "{size:?} to {wanted}");
        }
    }

    #[test]
    fn shrinks_by_powers_of_two_and_leaves_twice_the_wanted_size() {
        let cases = [
            ((4000, 6000), (3200, 4800), 1),
            ((4000, 6000), (1001, 1501), 1),
            ((4000, 6000), (1000, 1500), 2),
            ((4001, 6001), (1000, 1501), 1),
            ((4000, 6000), (500, 750), 4),
            ((4000, 6000), (200, 300), 8),
            ((16, 16), (1, 1), 8),
            ((3, 3), (3, 3), 1),
        ];
        for (stored, wanted, shrink) in cases {
            assert_eq!(shrink_for(stored, wanted), shrink, "{stored:?} to {wanted:?}");
        }
    }
}
