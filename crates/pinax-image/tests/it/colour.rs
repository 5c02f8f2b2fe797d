//! Colours: the profile of sRGB kept, inks turned to light, no other metadata passed on.

use pinax_image::{ColorModel, EncodeOptions, Limits, Subsampling, encode_cmyk, probe};

use crate::colorimetry::{ADOBE, SRGB};
use crate::picture::{Pixels, assert_near, decode, fine, jpeg, render, render_one, sheet};
use crate::seeds::{Said, png_of, tiff_of, webp_of};

/// A profile header with something after it, long enough for two segments.
fn profile(space: &[u8; 4], length: usize) -> Vec<u8> {
    let mut profile: Vec<u8> = (0..length).map(|i| (i % 241) as u8).collect();
    profile[..4].copy_from_slice(&u32::try_from(length).expect("small").to_be_bytes());
    profile[16..20].copy_from_slice(space);
    profile[36..40].copy_from_slice(b"acsp");
    profile
}

/// A CMYK profile that knows inks by other names: full cyan alone is red, magenta green, yellow blue,
/// and black is paper white. A table of two points a side, in Lab (ICC.1:2022, 10.10 "lut8Type").
fn contrary_cmyk_profile() -> Vec<u8> {
    // L*, a*, b* of sRGB red, green and blue under D50, in 8 bits.
    let red = [138, 209, 198];
    let green = [224, 49, 209];
    let blue = [75, 196, 16];
    let white = [255, 128, 128];
    let black = [0, 128, 128];
    let identity: Vec<u8> = (0..=255).collect();
    let mut table = b"mft1\0\0\0\0\x04\x03\x02\0".to_vec();
    let one = 0x1_0000u32.to_be_bytes();
    let zero = [0; 4];
    for row in [[one, zero, zero], [zero, one, zero], [zero, zero, one]] {
        table.extend(row.concat());
    }
    (0..4).for_each(|_| table.extend(&identity));
    for inks in 0..16 {
        table.extend(match inks {
            0b1000 => red,
            0b0100 => green,
            0b0010 => blue,
            0b0001 => white,
            _ => black,
        });
    }
    (0..3).for_each(|_| table.extend(&identity));

    let mut profile = vec![0; 128];
    profile[8] = 2;
    profile[12..24].copy_from_slice(b"prtrCMYKLab ");
    profile[36..40].copy_from_slice(b"acsp");
    // The white point of the connection space, D50.
    profile[68..80].copy_from_slice(&[0, 0, 0xf6, 0xd6, 0, 1, 0, 0, 0, 0, 0xd3, 0x2d]);
    profile.extend(1u32.to_be_bytes());
    profile.extend(b"A2B0");
    profile.extend(144u32.to_be_bytes());
    profile.extend(u32::try_from(table.len()).expect("small").to_be_bytes());
    profile.extend(table);
    let length = u32::try_from(profile.len()).expect("small").to_be_bytes();
    profile[..4].copy_from_slice(&length);
    profile
}

/// Five stripes of inks across: cyan, magenta, yellow, black, none.
fn stripes() -> Vec<u8> {
    let row: Vec<u8> = (0..100)
        .flat_map(|x| match x / 20 {
            0 => [255, 0, 0, 0],
            1 => [0, 255, 0, 0],
            2 => [0, 0, 255, 0],
            3 => [0, 0, 0, 255],
            _ => [0, 0, 0, 0],
        })
        .collect();
    row.repeat(60)
}

fn stripe_colours(source: &[u8]) -> [[u8; 3]; 5] {
    let pixels = decode(&render_one(source, 50).bytes);
    [5, 15, 25, 35, 45].map(|x| pixels.at(x, 15))
}

fn has(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|window| window == words)
}

#[test]
fn the_profile_of_srgb_goes_into_every_rendition() {
    let rgb = SRGB.profile();
    let options = EncodeOptions { icc: Some(&rgb), ..fine() };
    let source = jpeg(&sheet(120, 90), &options);
    assert!(probe(&source, &Limits::default()).expect("a JPEG").has_icc);
    for rendition in render(&source, &[120, 60, 20]).expect("renders") {
        assert!(has(&rendition.bytes, &rgb));
        decode(&rendition.bytes);
        // The rendition of a rendition keeps it too: it was written as it should be.
        let again = render_one(&rendition.bytes, 10);
        assert!(has(&again.bytes, &rgb));
    }
}

#[test]
fn what_is_no_profile_is_dropped() {
    for (space, length) in [(b"RGB ", 90_000), (b"RGB ", 128), (b"GRAY", 400)] {
        let garbage = profile(space, length);
        let options = EncodeOptions { icc: Some(&garbage), ..fine() };
        let plain = jpeg(&sheet(40, 40), &fine());
        let source = jpeg(&sheet(40, 40), &options);
        assert_eq!(render_one(&source, 20), render_one(&plain, 20));
    }
}

#[test]
fn profiles_for_other_colours_are_dropped() {
    for space in [b"CMYK", b"GRAY", b"Lab "] {
        let wrong = profile(space, 400);
        let options = EncodeOptions { icc: Some(&wrong), ..fine() };
        let rendition = render_one(&jpeg(&sheet(40, 40), &options), 20);
        assert!(!has(&rendition.bytes, b"ICC_PROFILE"));
    }
}

#[test]
fn inks_without_a_profile_take_away_their_light() {
    let wanted = [[0, 255, 255], [255, 0, 255], [255, 255, 0], [0, 0, 0], [255, 255, 255]];
    let codings = [(Subsampling::Full444, ColorModel::Cmyk), (Subsampling::Quarter420, ColorModel::Ycck)];
    for (subsampling, model) in codings {
        for progressive in [false, true] {
            let options = EncodeOptions { subsampling, progressive, ..fine() };
            let source = encode_cmyk(100, 60, &stripes(), &options).expect("encodes");
            let found = probe(&source, &Limits::default()).expect("a JPEG");
            assert_eq!(found.color, model);
            for (found, wanted) in stripe_colours(&source).into_iter().zip(wanted) {
                assert_near(found, wanted, 12);
            }
        }
    }
}

#[test]
fn inks_that_adobe_did_not_invert_are_not_inverted_back() {
    let source = encode_cmyk(100, 60, &stripes(), &fine()).expect("encodes");
    let adobe = source.windows(2).position(|two| two == [0xff, 0xee]).expect("an Adobe marker");
    // Without the marker the same samples mean the opposite: the bare stripe is full of all inks.
    let plain = [&source[..adobe], &source[adobe + 16..]].concat();
    assert_near(stripe_colours(&plain)[4], [0, 0, 0], 6);
}

#[test]
fn inks_are_read_by_their_profile() {
    let contrary = contrary_cmyk_profile();
    let options = EncodeOptions { icc: Some(&contrary), ..fine() };
    let source = encode_cmyk(100, 60, &stripes(), &options).expect("encodes");
    let wanted = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255], [0, 0, 0]];
    for (found, wanted) in stripe_colours(&source).into_iter().zip(wanted) {
        assert_near(found, wanted, 24);
    }
    assert!(!has(&render_one(&source, 50).bytes, b"ICC_PROFILE"));
}

#[test]
fn a_damaged_ink_profile_never_panics() {
    let whole = contrary_cmyk_profile();
    for at in (0..180).chain((180..whole.len()).step_by(31)) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x55;
        let options = EncodeOptions { icc: Some(&damaged), ..fine() };
        let source = encode_cmyk(8, 8, &[90; 256], &options).expect("encodes");
        assert!(render(&source, &[4]).is_ok(), "byte {at}");
    }
}

#[test]
fn a_camera_that_means_adobe_rgb_is_believed() {
    // Big-endian Exif: IFD0 -> Exif IFD -> interoperability IFD -> "R03".
    let block = b"Exif\0\0MM\0*\0\0\0\x08\
        \0\x01\x87\x69\0\x04\0\0\0\x01\0\0\0\x1a\0\0\0\0\
        \0\x01\xa0\x05\0\x04\0\0\0\x01\0\0\0\x2c\0\0\0\0\
        \0\x01\0\x01\0\x02\0\0\0\x04R03\0\0\0\0\0";
    let plain = jpeg(&sheet(60, 60), &fine());
    let length = u16::try_from(block.len() + 2).expect("small").to_be_bytes();
    let source = [&plain[..2], b"\xff\xe1", &length, block, &plain[2..]].concat();
    let adobe = ADOBE.profile();
    let stated = jpeg(&sheet(60, 60), &EncodeOptions { icc: Some(&adobe), ..fine() });
    let rendition = render_one(&source, 30);
    let difference = decode(&rendition.bytes).mean_difference(&decode(&render_one(&stated, 30).bytes));
    assert!(difference < 0.5, "{difference}");
    assert!(decode(&rendition.bytes).mean_difference(&decode(&render_one(&plain, 30).bytes)) > 3.0);
    assert!(!has(&rendition.bytes, b"ICC_PROFILE") && !has(&rendition.bytes, b"Exif"));
}

#[test]
fn plain_colours_stay_as_they_are() {
    let patches = [[180, 40, 40], [30, 140, 60], [20, 40, 170], [240, 240, 235]];
    let picture = Pixels::from_fn(160, 80, |x, _| patches[(x / 40) as usize]);
    for subsampling in [Subsampling::Full444, Subsampling::Quarter420] {
        let options = EncodeOptions { subsampling, ..fine() };
        let small = decode(&render_one(&jpeg(&picture, &options), 80).bytes);
        for (x, patch) in [10, 30, 50, 70].into_iter().zip(patches) {
            assert_near(small.at(x, 20), patch, 4);
        }
    }
}

/// Every format has its own place for a profile; a rendition does with it what it does with that of a JPEG.
#[test]
fn a_profile_is_minded_in_every_format() {
    let picture = sheet(40, 30);
    let (rgb, grey) = (profile(b"RGB ", 400), profile(b"GRAY", 400));
    for profile in [&rgb, &grey] {
        let plain = jpeg(&picture, &EncodeOptions { icc: Some(profile), ..fine() });
        let wanted = has(&render_one(&plain, 20).bytes, profile);
        let said = Said { icc: Some(profile), orientation: None };
        for source in [png_of(&picture, said), tiff_of(&picture, said), webp_of(&picture, said)] {
            let found = probe(&source, &Limits::default()).expect("a picture");
            assert!(found.has_icc);
            assert_eq!(has(&render_one(&source, 20).bytes, profile), wanted, "{:?}", found.format);
        }
    }
}
