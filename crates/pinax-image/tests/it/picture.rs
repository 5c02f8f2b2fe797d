//! Pictures made up for tests, and looking at renditions.

use pinax_image::{EncodeOptions, Error, Limits, Renderer, Rendition, Subsampling, Target, encode_rgb, probe};
use turbojpeg::PixelFormat;

/// Pixels of three bytes.
#[derive(Clone, Debug)]
pub(crate) struct Pixels {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) rgb: Vec<u8>,
}

impl Pixels {
    pub(crate) fn at(&self, x: u32, y: u32) -> [u8; 3] {
        let start = (y * self.width + x) as usize * 3;
        [self.rgb[start], self.rgb[start + 1], self.rgb[start + 2]]
    }

    /// Made by a function of place.
    pub(crate) fn from_fn(width: u32, height: u32, pixel: impl Fn(u32, u32) -> [u8; 3]) -> Self {
        let rgb = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).flat_map(|(x, y)| pixel(x, y)).collect();
        Self { width, height, rgb }
    }

    /// The mean difference of samples to another picture of the same size.
    pub(crate) fn mean_difference(&self, other: &Self) -> f64 {
        assert_eq!((self.width, self.height), (other.width, other.height));
        let sum: u64 = self.rgb.iter().zip(&other.rgb).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
        sum as f64 / self.rgb.len() as f64
    }
}

/// Something like a sheet: no symmetry, smooth shades, a little noise.
pub(crate) fn sheet(width: u32, height: u32) -> Pixels {
    let mut noise = 12_345u32;
    let mut pixels = Pixels::from_fn(width, height, |x, y| {
        let (u, v) = (x * 255 / width, y * 255 / height);
        if x * 3 < width && y * 5 < height { [200, 30, 40] } else { [u as u8, v as u8, ((u + 2 * v) / 3) as u8] }
    });
    for sample in &mut pixels.rgb {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *sample = sample.saturating_add((noise >> 29) as u8);
    }
    pixels
}

/// Fine options for tests that compare pixels.
pub(crate) fn fine() -> EncodeOptions<'static> {
    EncodeOptions { quality: 97, subsampling: Subsampling::Full444, ..EncodeOptions::default() }
}

pub(crate) fn jpeg(pixels: &Pixels, options: &EncodeOptions<'_>) -> Vec<u8> {
    encode_rgb(pixels.width, pixels.height, &pixels.rgb, options).expect("encodes")
}

pub(crate) fn target(width_px: u32) -> Target {
    Target { width_px, quality: 95 }
}

/// Probes and renders with a fresh renderer.
pub(crate) fn render(source: &[u8], widths: &[u32]) -> Result<Vec<Rendition>, Error> {
    let limits = Limits::default();
    let found = probe(source, &limits)?;
    let targets: Vec<_> = widths.iter().copied().map(target).collect();
    Renderer::new(limits).render(source, &found, &targets)
}

pub(crate) fn render_one(source: &[u8], width: u32) -> Rendition {
    render(source, &[width]).expect("renders").remove(0)
}

/// Probes and verifies with a fresh renderer.
pub(crate) fn verify(source: &[u8]) -> Result<(), Error> {
    let limits = Limits::default();
    let found = probe(source, &limits)?;
    Renderer::new(limits).verify(source, &found)
}

pub(crate) fn decode(jpeg: &[u8]) -> Pixels {
    let image = turbojpeg::decompress(jpeg, PixelFormat::RGB).expect("a whole JPEG");
    Pixels { width: image.width as u32, height: image.height as u32, rgb: image.pixels }
}

/// Asserts that a colour is near another.
#[track_caller]
pub(crate) fn assert_near(found: [u8; 3], wanted: [u8; 3], tolerance: u8) {
    let near = found.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) <= tolerance);
    assert!(near, "{found:?} is not within {tolerance} of {wanted:?}");
}
