//! Sizes are as near the original as those of the tools that people use for this.
//!
//! ImageMagick, vips and `fast_image_resize` all reduce by Lanczos3, from red, green and blue. ImageMagick reckons in 16
//! bits, which is all but exact; vips keeps bytes between its two passes, and averages squares of pixels first as
//! long as four times the wanted size is left (`vips_resize`, gap 2).

use std::f64::consts::PI;

use fast_image_resize::images::Image;
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use pinax_image::{EncodeOptions, Limits, Renderer, Rendition, Subsampling, Target, encode_rgb, probe};
use pinax_sheet::Sheet;
use turbojpeg::PixelFormat;

/// Red, green and blue, of any precision.
struct Pixels {
    width: usize,
    height: usize,
    levels: Vec<f64>,
}

impl Pixels {
    fn of(width: usize, bytes: &[u8]) -> Self {
        Self { width, height: bytes.len() / 3 / width, levels: bytes.iter().copied().map(f64::from).collect() }
    }

    /// As bytes hold it.
    fn rounded(self) -> Self {
        Self { levels: self.levels.iter().map(|level| level.round().clamp(0.0, 255.0)).collect(), ..self }
    }

    fn turned(&self) -> Self {
        let places = (0..self.width).flat_map(|x| (0..self.height).map(move |y| (y * self.width + x) * 3));
        let levels = places.flat_map(|at| [self.levels[at], self.levels[at + 1], self.levels[at + 2]]).collect();
        Self { width: self.height, height: self.width, levels }
    }

    /// At another width, by Lanczos3.
    fn narrowed(&self, width: usize) -> Self {
        let scale = self.width as f64 / width as f64;
        let sinc = |x: f64| if x == 0.0 { 1.0 } else { (PI * x).sin() / (PI * x) };
        let filters: Vec<Vec<(usize, f64)>> = (0..width)
            .map(|index| {
                let centre = (index as f64 + 0.5) * scale;
                let at = |tap: usize| (tap as f64 + 0.5 - centre) / scale;
                let shares = (0..self.width).map(|tap| (tap, at(tap))).filter(|(_, x)| x.abs() < 3.0);
                let shares: Vec<_> = shares.map(|(tap, x)| (tap, sinc(x) * sinc(x / 3.0))).collect();
                let sum: f64 = shares.iter().map(|(_, share)| share).sum();
                shares.into_iter().map(|(tap, share)| (tap, share / sum)).collect()
            })
            .collect();
        let mut levels = Vec::with_capacity(width * self.height * 3);
        for row in self.levels.chunks(self.width * 3) {
            for filter in &filters {
                levels
                    .extend((0..3).map(|at| filter.iter().map(|(tap, share)| share * row[tap * 3 + at]).sum::<f64>()));
            }
        }
        Self { width, height: self.height, levels }
    }

    /// By averages of `by` pixels across.
    fn averaged(&self, by: usize) -> Self {
        let width = self.width / by;
        let mut levels = Vec::with_capacity(width * self.height * 3);
        for row in self.levels.chunks(self.width * 3) {
            for x in 0..width {
                let sum = |at: usize| (0..by).map(|tap| row[(x * by + tap) * 3 + at]).sum::<f64>();
                levels.extend((0..3).map(|at| sum(at) / by as f64));
            }
        }
        Self { width, height: self.height, levels }
    }

    fn bytes(&self) -> Vec<u8> {
        self.levels.iter().map(|level| level.round().clamp(0.0, 255.0) as u8).collect()
    }
}

fn as_imagemagick(decoded: &Pixels, (width, height): (usize, usize)) -> Vec<u8> {
    decoded.narrowed(width).turned().narrowed(height).turned().bytes()
}

fn as_vips(decoded: &Pixels, (width, height): (usize, usize)) -> Vec<u8> {
    let down = decoded.turned().averaged((decoded.height / height / 2).max(1)).rounded().narrowed(height).rounded();
    let across = down.turned();
    across.averaged((across.width / width / 2).max(1)).rounded().narrowed(width).bytes()
}

fn as_fast_image_resize(decoded: &Pixels, (width, height): (usize, usize)) -> Vec<u8> {
    let (from_width, from_height) = (decoded.width as u32, decoded.height as u32);
    let from = Image::from_vec_u8(from_width, from_height, decoded.bytes(), PixelType::U8x3).expect("whole pixels");
    let mut to = Image::new(width as u32, height as u32, PixelType::U8x3);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    Resizer::new().resize(&from, &mut to, &options).expect("resizes");
    to.into_vec()
}

/// Peak signal to noise of a JPEG, in decibels.
fn psnr(jpeg: &[u8], reference: &Pixels) -> f64 {
    let found = turbojpeg::decompress(jpeg, PixelFormat::RGB).expect("decodes");
    assert_eq!((found.width, found.height), (reference.width, reference.height));
    let squares =
        found.pixels.iter().zip(&reference.levels).map(|(found, wanted)| (f64::from(*found) - wanted).powi(2));
    10.0 * (255.0f64.powi(2) * reference.levels.len() as f64 / squares.sum::<f64>()).log10()
}

/// At the quality that sizes have unless set.
const QUALITY: u8 = 80;

#[test]
fn sizes_are_as_near_the_original_as_the_best_of_the_peers() {
    // A fifth of 50, 24 and 12 megapixels, and of the sizes made from them.
    let cases = [((1155, 1732), [640, 280, 40]), ((800, 1200), [640, 280, 40]), ((566, 848), [566, 280, 40])];
    for (seed, ((width_px, height_px), widths)) in (0..).zip(cases) {
        let drawn = Sheet::made_up("TST00000001", seed).size(width_px, height_px).draw();
        let original = Pixels::of(width_px as usize, &drawn.rgb);
        for subsampling in [Subsampling::Quarter420, Subsampling::Full444] {
            let options = EncodeOptions { quality: 92, subsampling, ..EncodeOptions::default() };
            let source = encode_rgb(width_px, height_px, &drawn.rgb, &options).expect("encodes");
            let decoded = turbojpeg::decompress(&source, PixelFormat::RGB).expect("decodes");
            let decoded = Pixels::of(width_px as usize, &decoded.pixels);
            let targets = widths.map(|width_px| Target { width_px, quality: QUALITY });
            let found = probe(&source, &Limits::default()).expect("a JPEG");
            let renditions = Renderer::new(Limits::default()).render(&source, &found, &targets).expect("renders");
            for Rendition { bytes, width_px: width, height_px: height, .. } in renditions {
                let size = (width as usize, height as usize);
                let reference = original.narrowed(size.0).turned().narrowed(size.1).turned();
                let options = EncodeOptions { quality: QUALITY, ..EncodeOptions::default() };
                let peers = [as_imagemagick, as_vips, as_fast_image_resize].map(|peer| {
                    psnr(&encode_rgb(width, height, &peer(&decoded, size), &options).expect("encodes"), &reference)
                });
                let (best, ours) = (peers.into_iter().fold(0.0, f64::max), psnr(&bytes, &reference));
                let what = format!("{width_px} {subsampling:?} to {width}: {ours:.2} dB, peers {peers:.2?} dB");
                println!("{what}");
                assert!(ours > best - 0.1, "{what}");
            }
        }
    }
}
