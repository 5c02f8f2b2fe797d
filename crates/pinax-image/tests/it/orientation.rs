//! Eight ways to store a picture, one way to see it.

use pinax_image::{EncodeOptions, Limits, Orientation, encode_grey, probe};

use crate::picture::{Pixels, decode, fine, jpeg, render, sheet};
use crate::seeds::{Said, assert_shows, dng_of, png_of, tiff_of, webp_of};

/// Stores an upright picture so that `orientation` turns it back: the Exif table, read backwards.
fn stored(upright: &Pixels, orientation: Orientation) -> Pixels {
    let (width, height) = (upright.width, upright.height);
    let (right, bottom) = (width - 1, height - 1);
    let (stored_width, stored_height) = orientation.turned_size((width, height));
    Pixels::from_fn(stored_width, stored_height, |x, y| {
        let (x, y) = match orientation {
            Orientation::Upright => (x, y),
            Orientation::MirrorSideways => (right - x, y),
            Orientation::Turn180 => (right - x, bottom - y),
            Orientation::MirrorUpDown => (x, bottom - y),
            Orientation::Transpose => (y, x),
            Orientation::Turn90 => (right - y, x),
            Orientation::Transverse => (right - y, bottom - x),
            Orientation::Turn270 => (y, bottom - x),
        };
        upright.at(x, y)
    })
}

#[test]
fn all_orientations_show_the_same_upright_picture() {
    let upright = sheet(203, 301);
    let plain = jpeg(&upright, &fine());
    let widths = [203, 150, 40];
    let wanted = render(&plain, &widths).expect("renders");
    for orientation in Orientation::ALL {
        let options = EncodeOptions { orientation: Some(orientation), ..fine() };
        let source = jpeg(&stored(&upright, orientation), &options);
        let found = probe(&source, &Limits::default()).expect("a JPEG");
        assert_eq!(found.orientation, orientation);
        assert_eq!(found.upright_size(), (203, 301));
        assert_eq!(found.needs_turn(), orientation != Orientation::Upright);
        let renditions = render(&source, &widths).expect("renders");
        for (rendition, wanted) in renditions.iter().zip(&wanted) {
            assert_eq!((rendition.width_px, rendition.height_px), (wanted.width_px, wanted.height_px));
            let difference = decode(&rendition.bytes).mean_difference(&decode(&wanted.bytes));
            assert!(difference < 3.0, "{orientation:?} at {}: {difference}", wanted.width_px);
        }
    }
}

/// The formats that say how they are turned, each in its own way.
#[test]
fn formats_that_state_an_orientation_obey_it() {
    let upright = sheet(83, 61);
    for orientation in Orientation::ALL {
        let turned = stored(&upright, orientation);
        let said = Said { orientation: Some(orientation), icc: None };
        let sources = [
            ("PNG", png_of(&turned, said)),
            ("TIFF", tiff_of(&turned, said)),
            ("WebP", webp_of(&turned, said)),
            ("DNG", dng_of(&turned, said)),
        ];
        for (format, source) in sources {
            let found = probe(&source, &Limits::default()).expect("a picture");
            assert_eq!((found.orientation, found.upright_size()), (orientation, (83, 61)), "{format}");
            assert_shows(&source, &upright, &format!("{format} {orientation:?}"));
        }
    }
}

/// Exif may come after the pixels.
#[test]
fn a_png_may_state_its_orientation_at_its_end() {
    let source = png_of(&sheet(30, 20), Said { orientation: Some(Orientation::Turn90), icc: None });
    let at = source.windows(4).position(|four| four == b"eXIf").expect("a chunk") - 4;
    let length = 12 + u32::from_be_bytes([source[at], source[at + 1], source[at + 2], source[at + 3]]) as usize;
    let end = source.len() - 12;
    let moved = [&source[..at], &source[at + length..end], &source[at..at + length], &source[end..]].concat();
    assert_eq!(probe(&moved, &Limits::default()).expect("a PNG").orientation, Orientation::Turn90);
    assert!(render(&moved, &[20]).is_ok());
}

#[test]
fn a_turned_rendition_does_not_ask_to_be_turned_again() {
    let options = EncodeOptions { orientation: Some(Orientation::Turn90), ..fine() };
    let renditions = render(&jpeg(&sheet(80, 50), &options), &[30]).expect("renders");
    let found = probe(&renditions[0].bytes, &Limits::default()).expect("a JPEG");
    assert_eq!(found.orientation, Orientation::Upright);
    assert!(!renditions[0].bytes.windows(4).any(|four| four == b"Exif"));
}

#[test]
fn grey_pictures_turn_too() {
    let grey: Vec<u8> = (0..60 * 40).map(|i| if i % 60 < 30 { 20 } else { 220 }).collect();
    let options = EncodeOptions { orientation: Some(Orientation::Turn90), ..fine() };
    let source = encode_grey(60, 40, &grey, &options).expect("encodes");
    let renditions = render(&source, &[40]).expect("renders");
    let upright = decode(&renditions[0].bytes);
    assert_eq!((upright.width, upright.height), (40, 60));
    assert!(upright.at(20, 5)[0] < 40 && upright.at(20, 55)[0] > 200);
}
