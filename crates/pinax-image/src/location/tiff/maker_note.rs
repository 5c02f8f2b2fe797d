//! Maker notes: what a camera keeps for its own maker, in a form of the maker's. Only those of makers whose notes are
//! known to hold no place stay; Nikon's are looked into.

use super::directory::{Directory, Order};

/// Panasonic, Samsung, Ricoh, Casio, DJI, Apple and others write places or positions into their notes, or may.
const MAKERS: [&str; 9] =
    ["CANON", "NIKON", "FUJIFILM", "OLYMPUS", "OM DIGITAL", "PENTAX", "SONY", "MINOLTA", "KONICA MINOLTA"];
const NIKON_HEAD: &[u8] = b"Nikon\0";
/// Nikon's TIFF block begins behind its name and version.
const NIKON_HEAD_BYTES: usize = 10;
/// A country code after a byte of encoding, and from the fifth byte on the name of a place.
const NIKON_LOCATION: u16 = 0x0039;

pub(super) fn is_harmless(make: &[u8], note: &[u8]) -> bool {
    let make = make.to_ascii_uppercase();
    let known = MAKERS.iter().any(|maker| make.starts_with(maker.as_bytes()));
    let says = |words: &[u8]| note.windows(words.len()).any(|window| window.eq_ignore_ascii_case(words));
    note.is_empty()
        || (known && !says(b"gps") && !says(b"latitude") && !says(b"Exif\0\0") && !nikon_names_a_place(note))
}

/// Also when it cannot be read. The oldest notes are a directory without a head, from before cameras knew their place.
fn nikon_names_a_place(note: &[u8]) -> bool {
    if !note.starts_with(NIKON_HEAD) || note.starts_with(b"Nikon\0\x01") {
        return false;
    }
    let names = || {
        let block = note.get(NIKON_HEAD_BYTES..)?;
        let (order, first) = Order::of(block)?;
        let directory = Directory::read(block, order, usize::try_from(first).ok()?, 0)?;
        let Some(location) = directory.entry(NIKON_LOCATION) else {
            return Some(false);
        };
        let value = location.value(block)?;
        let blank = |bytes: Option<&[u8]>| bytes.unwrap_or_default().iter().all(|byte| matches!(byte, 0 | b' '));
        Some(!blank(value.get(1..4)) || !blank(value.get(5..)))
    };
    names().unwrap_or(true)
}
