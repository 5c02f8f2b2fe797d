//! Colour: web sizes are sRGB. What is tagged with another profile is converted; what is sRGB already is left alone.

use std::sync::Arc;

use moxcms::{
    ColorProfile, DataColorSpace, Layout, RenderingIntent, ToneReprCurve, Transform8BitExecutor, TransformOptions, Xyzd,
};

use crate::samples::Samples;

/// What a profile asks for.
pub(crate) enum Colours {
    /// It says sRGB: nothing, and the profile may go with the pixels.
    Srgb,
    /// It is none, or cannot be used: the pixels are taken for sRGB, as browsers do.
    Unusable,
    /// Another: every pixel is converted.
    Other(Conversion),
}

/// From the colours of a profile to sRGB.
pub(crate) enum Conversion {
    Rgb(Arc<Transform8BitExecutor>),
    /// What becomes of each shade.
    Grey(Box<[u8; 256]>),
}

/// Reads `profile`, for pixels of grey or RGB.
pub(crate) fn colours_of(profile: &[u8], samples: Samples) -> Colours {
    let read = ColorProfile::new_from_slice(profile).ok().and_then(|profile| match samples {
        Samples::Grey if profile.color_space == DataColorSpace::Gray => grey(&profile),
        Samples::Rgb if profile.color_space == DataColorSpace::Rgb => rgb(&profile),
        Samples::Grey | Samples::Rgb | Samples::Cmyk => None,
    });
    read.unwrap_or(Colours::Unusable)
}

/// Whether pixels of this profile are converted.
pub(crate) fn is_other(profile: &[u8], samples: Samples) -> bool {
    matches!(colours_of(profile, samples), Colours::Other(_))
}

/// Bytes converted at once: they stay in the nearest cache.
const PART_BYTES: usize = 3 * 1024;

impl Conversion {
    /// Converts pixels where they stand.
    pub(crate) fn apply(&self, pixels: &mut [u8]) {
        match self {
            Self::Rgb(transform) => {
                let mut part = [0; PART_BYTES];
                for out in pixels.chunks_mut(PART_BYTES) {
                    let part = &mut part[..out.len()];
                    part.copy_from_slice(out);
                    transform.transform(part, out).expect("whole pixels, as many as before");
                }
            }
            Self::Grey(shades) => pixels.iter_mut().for_each(|shade| *shade = shades[usize::from(*shade)]),
        }
    }
}

/// Matrix profiles have no choice of intent; of tables, the ones that keep colours as they are measured.
fn options() -> TransformOptions {
    TransformOptions { rendering_intent: RenderingIntent::RelativeColorimetric, ..TransformOptions::default() }
}

fn rgb(profile: &ColorProfile) -> Option<Colours> {
    let by_table = profile.lut_a_to_b_perceptual.is_some() || profile.lut_a_to_b_colorimetric.is_some();
    if !by_table && is_srgb(profile) {
        return Some(Colours::Srgb);
    }
    let srgb = ColorProfile::new_srgb();
    let transform = profile.create_transform_8bit(Layout::Rgb, &srgb, Layout::Rgb, options()).ok()?;
    let identity = by_table && changes_little(&*transform)?;
    Some(if identity { Colours::Srgb } else { Colours::Other(Conversion::Rgb(transform)) })
}

fn grey(profile: &ColorProfile) -> Option<Colours> {
    if is_srgb_curve(profile.gray_trc.as_ref()?) {
        return Some(Colours::Srgb);
    }
    let srgb = ColorProfile::new_srgb();
    let transform = profile.create_transform_8bit(Layout::Gray, &srgb, Layout::Rgb, options()).ok()?;
    let ramp: Vec<u8> = (0..=255).collect();
    let mut rgb = [0; 3 * 256];
    transform.transform(&ramp, &mut rgb).ok()?;
    // Neutral: the three are the same, but for rounding.
    Some(Colours::Other(Conversion::Grey(Box::new(std::array::from_fn(|shade| rgb[3 * shade + 1])))))
}

/// Primaries of sRGB under D50 (the sRGB profile of the ICC): columns of X, Y, Z.
const SRGB_PRIMARIES: [[f64; 3]; 3] =
    [[0.436_07, 0.222_49, 0.013_92], [0.385_15, 0.716_87, 0.097_08], [0.143_07, 0.060_61, 0.714_10]];
/// Profiles of different makers differ by rounding, and by the white they adapt from.
const PRIMARIES_TOLERANCE: f64 = 0.003;

/// By its primaries and curves, whatever it is called.
fn is_srgb(profile: &ColorProfile) -> bool {
    let near = |found: Xyzd, wanted: [f64; 3]| {
        [found.x, found.y, found.z].into_iter().zip(wanted).all(|(a, b)| (a - b).abs() <= PRIMARIES_TOLERANCE)
    };
    let primaries = [profile.red_colorant, profile.green_colorant, profile.blue_colorant];
    let curves = [&profile.red_trc, &profile.green_trc, &profile.blue_trc];
    primaries.into_iter().zip(SRGB_PRIMARIES).all(|(found, wanted)| near(found, wanted))
        && curves.into_iter().all(|curve| curve.as_ref().is_some_and(is_srgb_curve))
}

/// Within one and a half of 255 levels (IEC 61966-2-1).
fn is_srgb_curve(curve: &ToneReprCurve) -> bool {
    let Ok(curve) = curve.make_linear_evaluator() else {
        return false;
    };
    (0..=32).all(|step| {
        let level = step as f32 / 32.0;
        let light = curve.evaluate_value(level);
        let encoded = if light <= 0.003_130_8 { 12.92 * light } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
        (encoded - level).abs() <= 1.5 / 255.0
    })
}

/// Whether a conversion leaves colours all over the cube as they are, but for rounding.
fn changes_little(transform: &Transform8BitExecutor) -> Option<bool> {
    const LEVELS: [u8; 6] = [0, 51, 102, 153, 204, 255];
    let cube: Vec<u8> = LEVELS
        .into_iter()
        .flat_map(|r| LEVELS.into_iter().flat_map(move |g| LEVELS.into_iter().flat_map(move |b| [r, g, b])))
        .collect();
    let mut converted = vec![0; cube.len()];
    transform.transform(&cube, &mut converted).ok()?;
    Some(cube.iter().zip(&converted).all(|(before, after)| before.abs_diff(*after) <= 3))
}
