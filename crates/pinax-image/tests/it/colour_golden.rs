//! Charts in other colours than sRGB, against a reference computed from the definition of these colours.

use std::io::Write;
use std::process::Command;

use pinax_image::{EncodeOptions, Subsampling, encode_cmyk, encode_grey};

use crate::colorimetry::{ADOBE, Curve, P3, PROPHOTO, SRGB, Space, difference, profile, srgb_of, xyz_of_lab};
use crate::picture::{Pixels, decode, fine, jpeg, render, render_one};

/// Patches of a chart are squares of this many pixels, in rows of `ACROSS`.
const PATCH_PX: u32 = 16;
const ACROSS: u32 = 6;

/// Skin, foliage, sky and paper; a row of greys; and as far out as a space goes.
const PATCHES: [[u8; 3]; 36] = [
    [115, 82, 68],
    [194, 150, 130],
    [98, 122, 157],
    [87, 108, 67],
    [133, 128, 177],
    [103, 189, 170],
    [214, 126, 44],
    [80, 91, 166],
    [193, 90, 99],
    [94, 60, 108],
    [157, 188, 64],
    [224, 163, 46],
    [56, 61, 150],
    [70, 148, 73],
    [175, 54, 60],
    [231, 199, 31],
    [187, 86, 149],
    [8, 133, 161],
    [255, 255, 255],
    [243, 243, 242],
    [200, 200, 200],
    [122, 122, 121],
    [52, 52, 52],
    [0, 0, 0],
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [0, 255, 255],
    [255, 0, 255],
    [255, 255, 0],
    [245, 240, 225],
    [40, 70, 30],
    [20, 25, 60],
    [250, 128, 114],
    [60, 30, 20],
    [150, 160, 90],
];

fn chart() -> Pixels {
    Pixels::from_fn(ACROSS * PATCH_PX, 6 * PATCH_PX, |x, y| PATCHES[(y / PATCH_PX * ACROSS + x / PATCH_PX) as usize])
}

/// The middle of every patch, 0 to 1.
fn patches(picture: &Pixels) -> impl Iterator<Item = [f64; 3]> {
    let patch_px = picture.width / ACROSS;
    (0..36).map(move |index| {
        let place = |at: u32| at * patch_px + patch_px / 2;
        picture.at(place(index % ACROSS), place(index / ACROSS)).map(|sample| f64::from(sample) / 255.0)
    })
}

/// Greatest and mean difference of the rendered chart to what its colours are.
fn differences(source: &[u8], wanted: impl Iterator<Item = [f64; 3]>, name: &str) -> (f64, f64) {
    let found = decode(&render_one(source, ACROSS * PATCH_PX).bytes);
    let all: Vec<f64> = patches(&found).zip(wanted).map(|(found, wanted)| difference(found, wanted)).collect();
    let (most, mean) = (all.iter().copied().fold(0.0, f64::max), all.iter().sum::<f64>() / all.len() as f64);
    println!("{name}: mean difference {mean:.3}, greatest {most:.3} (CIEDE2000)");
    (most, mean)
}

fn tagged(space: &Space) -> Vec<u8> {
    let icc = space.profile();
    jpeg(&chart(), &EncodeOptions { quality: 100, icc: Some(&icc), ..fine() })
}

fn has_profile(jpeg: &[u8]) -> bool {
    jpeg.windows(11).any(|window| window == b"ICC_PROFILE")
}

#[test]
fn wide_colours_become_srgb() {
    for space in [ADOBE, P3, PROPHOTO] {
        let source = tagged(&space);
        // What the file holds, which is not quite what was drawn.
        let held = decode(&source);
        let wanted = patches(&held).map(|patch| srgb_of(space.xyz(patch)));
        let (most, mean) = differences(&source, wanted, space.name);
        assert!(most < 2.0 && mean < 0.5, "{}", space.name);
        assert!(!has_profile(&render_one(&source, 40).bytes));
    }
}

#[test]
fn srgb_by_any_maker_stays_as_it_is() {
    let plain = jpeg(&chart(), &fine());
    let shifted =
        Space { primaries: SRGB.primaries.map(|xyz| xyz.map(|part| part + 0.001)), name: "display 7", ..SRGB };
    for space in [SRGB, shifted] {
        let icc = space.profile();
        let source = jpeg(&chart(), &EncodeOptions { icc: Some(&icc), ..fine() });
        for (tagged, plain) in
            render(&source, &[96, 40]).expect("renders").iter().zip(render(&plain, &[96, 40]).expect("renders"))
        {
            assert!(has_profile(&tagged.bytes));
            assert_eq!(decode(&tagged.bytes).rgb, decode(&plain.bytes).rgb);
        }
    }
    // The name alone says nothing.
    let source = tagged(&Space { name: "sRGB IEC61966-2.1", ..ADOBE });
    assert!(!has_profile(&render_one(&source, 40).bytes));
}

#[test]
fn greys_by_their_curve() {
    let ramp: Vec<u8> = (0..64u32 * 16).map(|at| (at % 64 * 4) as u8).collect();
    for (curve, kept) in [(Curve::Gamma(1.0), false), (Curve::Gamma(1.8), false), (Curve::Srgb, true)] {
        let icc = profile(
            b"mntrGRAYXYZ ",
            &[(b"wtpt", b"XYZ \0\0\0\0\0\0\xf6\xd6\0\x01\0\0\0\0\xd3\x2d".to_vec()), (b"kTRC", curve.tag())],
        );
        let options = EncodeOptions { quality: 100, icc: Some(&icc), ..fine() };
        let source = encode_grey(64, 16, &ramp, &options).expect("encodes");
        let rendition = render_one(&source, 64);
        assert_eq!(has_profile(&rendition.bytes), kept);
        let (held, found) = (decode(&source), decode(&rendition.bytes));
        for x in 0..64 {
            let level = f64::from(held.at(x, 8)[0]) / 255.0;
            let wanted = srgb_of([0.9642, 1.0, 0.8249].map(|white| white * curve.light(level)));
            let found = found.at(x, 8).map(|sample| f64::from(sample) / 255.0);
            let off = difference(found, wanted);
            assert!(off < 2.0, "{level} as {found:?}, not {wanted:?}: {off}");
        }
    }
}

/// L*, a*, b* of what is printed with no ink, black, yellow, yellow and black, … cyan, magenta, yellow and black.
const PRINTS: [[f64; 3]; 16] = [
    [100.0, 0.0, 0.0],
    [16.0, 0.0, 0.0],
    [94.0, -5.0, 95.0],
    [15.0, -1.0, 8.0],
    [51.0, 76.0, -4.0],
    [13.0, 8.0, 0.0],
    [50.0, 70.0, 50.0],
    [12.0, 7.0, 6.0],
    [58.0, -38.0, -51.0],
    [13.0, -5.0, -6.0],
    [52.0, -68.0, 27.0],
    [11.0, -8.0, 3.0],
    [25.0, 20.0, -47.0],
    [8.0, 2.0, -6.0],
    [23.0, 0.0, 0.0],
    [4.0, 0.0, 0.0],
];

/// A `lut8Type` of two points a side.
fn print_profile() -> Vec<u8> {
    let mut table = b"mft1\0\0\0\0\x04\x03\x02\0".to_vec();
    for row in 0..3 {
        (0..3).for_each(|column| table.extend((u32::from(row == column) << 16).to_be_bytes()));
    }
    let identity: Vec<u8> = (0..=255).collect();
    (0..4).for_each(|_| table.extend(&identity));
    table.extend(PRINTS.into_iter().flat_map(stored));
    (0..3).for_each(|_| table.extend(&identity));
    profile(b"prtrCMYKLab ", &[(b"A2B0", table)])
}

fn stored([lightness, a, b]: [f64; 3]) -> [u8; 3] {
    [lightness * 2.55, a + 128.0, b + 128.0].map(|value| value.round() as u8)
}

/// Between the prints, by the share of each.
fn printed(inks: [f64; 4]) -> [f64; 3] {
    let mut lab = [0.0; 3];
    for (index, print) in PRINTS.into_iter().enumerate() {
        let share: f64 = inks
            .iter()
            .enumerate()
            .map(|(ink, full)| if index >> (3 - ink) & 1 == 1 { *full } else { 1.0 - full })
            .product();
        let [lightness, a, b] = stored(print).map(f64::from);
        let print = [lightness / 2.55, a - 128.0, b - 128.0];
        (0..3).for_each(|part| lab[part] += share * print[part]);
    }
    lab
}

#[test]
fn inks_become_srgb() {
    let inks: Vec<[u8; 4]> =
        (0..36u32).map(|i| [i * 37, i * 91, i * 151, (i % 5) * 40].map(|ink| (ink % 256) as u8)).collect();
    let side = ACROSS * PATCH_PX;
    let drawn: Vec<u8> =
        (0..side * side).flat_map(|at| inks[(at / side / PATCH_PX * ACROSS + at % side / PATCH_PX) as usize]).collect();
    let icc = print_profile();
    let options = EncodeOptions { quality: 100, subsampling: Subsampling::Full444, icc: Some(&icc), ..fine() };
    let source = encode_cmyk(side, side, &drawn, &options).expect("encodes");
    let wanted = inks.iter().map(|inks| srgb_of(xyz_of_lab(printed(inks.map(|ink| f64::from(ink) / 255.0)))));
    let (most, mean) = differences(&source, wanted, "CMYK");
    assert!(most < 2.5 && mean < 1.0);
}

#[test]
fn a_damaged_profile_is_no_profile_and_never_panics() {
    for space in [ADOBE, P3] {
        let whole = space.profile();
        let pixels = Pixels::from_fn(8, 8, |x, y| [x as u8 * 30, y as u8 * 30, 90]);
        for at in 0..whole.len() {
            for change in [0x55, 0xff] {
                let mut damaged = whole.clone();
                damaged[at] ^= change;
                let source = jpeg(&pixels, &EncodeOptions { icc: Some(&damaged), ..fine() });
                assert!(render(&source, &[4]).is_ok(), "byte {at}");
            }
            let source = jpeg(&pixels, &EncodeOptions { icc: Some(&whole[..at]), ..fine() });
            assert!(render(&source, &[4]).is_ok(), "cut at {at}");
        }
    }
}

/// The same charts through another program's colour management.
#[test]
#[ignore = "needs ImageMagick built with Little CMS: make setup-bench"]
fn little_cms_agrees() {
    let folder = tempfile::tempdir().expect("a folder");
    let to = folder.path().join("srgb.icc");
    std::fs::write(&to, SRGB.profile()).expect("written");
    for space in [ADOBE, P3, PROPHOTO] {
        let source = tagged(&space);
        let from = folder.path().join("source.jpg");
        std::fs::File::create(&from).and_then(|mut file| file.write_all(&source)).expect("written");
        let output = Command::new("convert")
            .arg(&from)
            .args(["-intent", "Relative", "-profile"])
            .arg(&to)
            .args(["-depth", "8", "rgb:-"])
            .output()
            .expect("ImageMagick");
        assert!(output.status.success());
        let peer = Pixels { width: 96, height: 96, rgb: output.stdout };
        let (most, mean) = differences(&source, patches(&peer).collect::<Vec<_>>().into_iter(), space.name);
        assert!(most < 2.0 && mean < 0.6, "{}", space.name);
    }
}
