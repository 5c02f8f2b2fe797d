//! Whatever is done to a picture, its places are taken out or it is an error: no panic, no endless walk.

use std::borrow::Cow;

use pinax_image::{embed, picture_facts, without_location};

use crate::exiftool::with_tags;
use crate::picture::{fine, jpeg, sheet, verify};

/// A small picture with a place in Exif, XMP and IPTC.
fn source() -> Vec<u8> {
    let places = ["-GPSLatitude=47.5", "-GPSAreaInformation=SECRETPLACE", "-XMP-photoshop:City=SECRETPLACE"];
    let words = ["-IPTC:City=SECRETPLACE", "-ExifIFD:DateTimeOriginal=2019:05:04 10:11:12"];
    with_tags(&jpeg(&sheet(16, 16), &fine()), &[&places[..], &words[..]].concat())
}

/// What is given back needs no second look.
fn look(bytes: &[u8], what: &str) {
    // Whatever decodes can be published.
    assert!(verify(bytes).is_err() || without_location(bytes).is_ok(), "{what}");
    if let Ok(Cow::Owned(rest)) = without_location(bytes) {
        assert!(matches!(without_location(&rest), Ok(Cow::Borrowed(_))), "{what}");
        assert!(rest.len() <= bytes.len() + 64, "{what}");
    }
    drop(picture_facts(bytes));
    embed(bytes, &pinax_image::Embed::default()).ok();
}

#[test]
fn cut_at_every_byte() {
    let whole = source();
    for cut in 0..whole.len() {
        look(&whole[..cut], &format!("cut at {cut}"));
    }
}

#[test]
fn every_byte_changed() {
    let whole = source();
    for at in 2..whole.len() {
        for change in [0x01, 0x80, 0xff] {
            let mut changed = whole.clone();
            changed[at] ^= change;
            look(&changed, &format!("byte {at} changed by {change}"));
        }
    }
}

#[test]
fn directories_without_end() {
    // Chained to itself; pointing at itself; sharing entries.
    let itself = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x01\0\0\0\0\0\x08";
    let inner = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x87\x69\0\x04\0\0\0\x01\0\0\0\x08\0\0\0\0";
    let shared =
        b"Exif\0\0MM\0*\0\0\0\x08\0\x02\x87\x69\0\x04\0\0\0\x01\0\0\0\x0c\x88\x25\0\x04\0\0\0\x01\0\0\0\x10\0\0\0\0";
    let plain = jpeg(&sheet(16, 16), &fine());
    for block in [&itself[..], inner, shared] {
        let length = u16::try_from(block.len() + 2).expect("short").to_be_bytes();
        let source = [&plain[..2], b"\xff\xe1", &length, block, &plain[2..]].concat();
        assert_eq!(without_location(&source).expect("a JPEG"), plain);
    }
}

#[test]
fn pictures_within_pictures() {
    let mut nested = jpeg(&sheet(8, 8), &fine());
    for _ in 0..20 {
        let payload = [b"JFXX\0\x10", &nested[..]].concat();
        let outer = jpeg(&sheet(8, 8), &fine());
        let length = u16::try_from(payload.len() + 2).expect("short").to_be_bytes();
        nested = [&outer[..2], b"\xff\xe0", &length, &payload, &outer[2..]].concat();
    }
    assert_eq!(without_location(&nested).expect("a JPEG"), jpeg(&sheet(8, 8), &fine()));
}
