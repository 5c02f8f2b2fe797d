//! Both ways give the same picture: measured against one resampled in numbers without bounds.

use std::f64::consts::PI;

use turbojpeg::PixelFormat;

use super::{Facts, Renderer, Rendition};
use crate::deadline::Deadline;
use crate::decode::{Decode, Form};
use crate::encode::{EncodeOptions, encode_rgb};
use crate::header::Header;
use crate::orientation::Orientation;
use crate::plan::{RenderPlan, Target};
use crate::planes::Planes;
use crate::probe::{Limits, Subsampling, probe};
use crate::samples::{Samples, packed, packed_mut};
use crate::turn::turn;

const WIDTH: usize = 801;
const HEIGHT: usize = 1203;

/// Paper with coloured print, leaves and shades; red, green and blue.
fn original() -> Vec<u8> {
    let mut noise = 1u32;
    let mut pixels = Vec::with_capacity(WIDTH * HEIGHT * 3);
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            let leaf = (x as f64 - 300.0).powi(2) / 2.0 + (y as f64 - 500.0).powi(2) < 40_000.0;
            let vein = (x + 2 * y) % 37 < 3;
            let print = y > 900 && x > 400 && (x / 3 * 5 + y / 4 * 3) % 7 < 2;
            let colour = match (leaf, print) {
                (true, _) if vein => [150, 170, 60],
                (true, _) => [60, 90 + (y % 60) as u8, 40],
                (_, true) if y % 90 < 45 => [150, 20, 30],
                (_, true) => [20, 20, 60],
                _ => [235 - (x / 40) as u8, 228, 205 + (y / 60) as u8],
            };
            for level in colour {
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                pixels.push(level + (noise >> 30) as u8);
            }
        }
    }
    pixels
}

/// The original at another size, by Lanczos3.
fn reference(pixels: &[u8], width: usize, height: usize) -> Vec<f64> {
    let filter = |from: usize, to: usize| -> Vec<Vec<(usize, f64)>> {
        let scale = from as f64 / to as f64;
        let sinc = |x: f64| if x == 0.0 { 1.0 } else { (PI * x).sin() / (PI * x) };
        let taps = |index: usize| {
            let centre = (index as f64 + 0.5) * scale;
            let at = |tap: usize| (tap as f64 + 0.5 - centre) / scale;
            let shares = (0..from).map(|tap| (tap, at(tap))).filter(|(_, x)| x.abs() < 3.0);
            let shares: Vec<_> = shares.map(|(tap, x)| (tap, sinc(x) * sinc(x / 3.0))).collect();
            let sum: f64 = shares.iter().map(|(_, share)| share).sum();
            shares.into_iter().map(|(tap, share)| (tap, share / sum)).collect()
        };
        (0..to).map(taps).collect()
    };
    let (across, down) = (filter(WIDTH, width), filter(HEIGHT, height));
    let mut narrow = vec![0.0; width * HEIGHT * 3];
    for (line, row) in narrow.chunks_mut(width * 3).zip(pixels.chunks(WIDTH * 3)) {
        for (index, sum) in line.iter_mut().enumerate() {
            *sum = across[index / 3].iter().map(|(tap, share)| share * f64::from(row[tap * 3 + index % 3])).sum();
        }
    }
    let mut small = Vec::with_capacity(width * height * 3);
    for taps in &down {
        small.extend(
            (0..width * 3).map(|at| taps.iter().map(|(y, share)| share * narrow[y * width * 3 + at]).sum::<f64>()),
        );
    }
    small
}

/// Peak signal to noise, in decibels.
fn psnr(rendition: &Rendition, reference: &[f64]) -> f64 {
    let found = turbojpeg::decompress(&rendition.bytes, PixelFormat::RGB).unwrap();
    assert_eq!(found.pixels.len(), reference.len());
    let squares = found.pixels.iter().zip(reference).map(|(found, wanted)| (f64::from(*found) - wanted).powi(2));
    10.0 * (255.0f64.powi(2) * reference.len() as f64 / squares.sum::<f64>()).log10()
}

/// By planes, and by pixels.
fn both(source: &[u8], targets: &[Target]) -> [Vec<Rendition>; 2] {
    let limits = Limits::default();
    let probe = probe(source, &limits).unwrap();
    let plan = RenderPlan::new(&probe, targets).unwrap();
    let header = Header::read(source).unwrap();
    let deadline = Deadline::within(limits.max_time);
    let facts = Facts { probe: &probe, profile: None, conversion: None, inverted: false, deadline };
    let planes = Planes::of(&header, &probe).unwrap();
    let mut renderer = Renderer::new(limits);
    let decode = |form| Decode { bytes: source, header: &header, shrink: plan.shrink, form };
    let by_planes = renderer.by_planes(decode(Form::Planes(planes.subsamp())), facts, planes, &plan, None).unwrap();
    let picture = renderer.decode(decode(Form::Pixels(Samples::Rgb)), Samples::Rgb).unwrap();
    [by_planes, renderer.by_pixels(picture, facts, &plan, None).unwrap()]
}

#[test]
fn planes_and_pixels_are_equally_near_the_reference() {
    let pixels = original();
    // As it is, a little smaller, much smaller; and decoded smaller, when they are the largest.
    let widths = [801, 640, 281, 80];
    let references = widths.map(|width| reference(&pixels, width, (width * HEIGHT * 2 + WIDTH) / (2 * WIDTH)));
    let ways = [
        (Orientation::Upright, Orientation::Upright),
        (Orientation::Turn180, Orientation::Turn180),
        (Orientation::Turn90, Orientation::Turn270),
        (Orientation::Transverse, Orientation::Transverse),
    ];
    let kinds = [Subsampling::Quarter420, Subsampling::Half422, Subsampling::Half440, Subsampling::Full444];
    let mut worst = f64::MAX;
    for (orientation, inverse) in ways {
        let (width, height) = inverse.turned_size((WIDTH as u32, HEIGHT as u32));
        let mut stored = vec![0; pixels.len()];
        turn::<3>(
            packed((WIDTH as u32, HEIGHT as u32), &pixels),
            inverse,
            &mut packed_mut((width, height), &mut stored),
        );
        for subsampling in kinds {
            let orientation = Some(orientation);
            let options = EncodeOptions { quality: 92, subsampling, orientation, ..EncodeOptions::default() };
            let source = encode_rgb(width, height, &stored, &options).unwrap();
            for first in 0..widths.len() {
                let targets: Vec<_> =
                    widths[first..].iter().map(|width| Target { width_px: *width as u32, quality: 85 }).collect();
                let [planes, pixels] = both(&source, &targets);
                for (at, (planes, pixels)) in planes.iter().zip(&pixels).enumerate() {
                    let reference = &references[first + at];
                    let (planes, pixels) = (psnr(planes, reference), psnr(pixels, reference));
                    let what = format!("{subsampling:?} {orientation:?} to {}", widths[first + at]);
                    worst = worst.min(planes - pixels);
                    assert!(planes > pixels - 0.1 && planes > 24.0, "{what}: {planes:.2} and {pixels:.2} dB");
                }
            }
        }
    }
    println!("planes against pixels, at worst: {worst:+.3} dB");
}
