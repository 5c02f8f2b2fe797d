//! From inks to light: CMYK pixels to sRGB.

use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

/// Converts `inks` (4 bytes a pixel, 255 is full ink) to `rgb` (3 bytes a pixel, sRGB).
///
/// With the profile the file carries, if it can be used; otherwise every ink simply takes away its
/// light, which is what browsers do.
pub(crate) fn to_srgb(inks: &[u8], profile: Option<&[u8]>, rgb: &mut [u8]) {
    if profile.is_some_and(|profile| by_profile(inks, profile, rgb).is_some()) {
        return;
    }
    let (inks, _) = inks.as_chunks::<4>();
    let (rgb, _) = rgb.as_chunks_mut::<3>();
    for (&[c, m, y, k], out) in inks.iter().zip(rgb) {
        *out = [c, m, y].map(|ink| {
            let light = u16::from(255 - ink) * u16::from(255 - k);
            // Below 256 since both factors are.
            ((light + 127) / 255) as u8
        });
    }
}

/// `None` if the profile cannot be used; `rgb` is then undefined.
fn by_profile(inks: &[u8], profile: &[u8], rgb: &mut [u8]) -> Option<()> {
    let profile = ColorProfile::new_from_slice(profile).ok()?;
    if profile.color_space != DataColorSpace::Cmyk {
        return None;
    }
    let options = TransformOptions::default();
    let srgb = ColorProfile::new_srgb();
    profile.create_transform_8bit(Layout::Rgba, &srgb, Layout::Rgb, options).ok()?.transform(inks, rgb).ok()
}
