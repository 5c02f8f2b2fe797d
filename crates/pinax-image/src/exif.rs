//! The two facts of an Exif block that pixels need: which way is up, and whether the camera meant
//! Adobe RGB without saying so in a profile. And its words on who made the picture, when and
//! with what.

use exif::{Exif, In, Reader, Tag, Value};

use crate::orientation::Orientation;

/// What an Exif block says about the pixels. Garbage says nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ExifFacts {
    pub(crate) orientation: Orientation,
    /// Interoperability index R03: the "optional colour space" of DCF 2.0, which is Adobe RGB (1998).
    pub(crate) adobe_rgb: bool,
}

/// Reads a TIFF-shaped Exif block (the APP1 payload after `Exif\0\0`).
pub(crate) fn read(block: &[u8]) -> ExifFacts {
    let Some(exif) = parse(block) else {
        return ExifFacts::default();
    };
    let orientation = exif
        .get_field(Tag::Orientation, In::PRIMARY)
        .and_then(|field| field.value.get_uint(0))
        .and_then(Orientation::from_exif)
        .unwrap_or_default();
    let adobe_rgb = exif.get_field(Tag::InteroperabilityIndex, In::PRIMARY).is_some_and(|field| match &field.value {
        Value::Ascii(lines) => lines.first().is_some_and(|line| line.starts_with(b"R03")),
        _ => false,
    });
    ExifFacts { orientation, adobe_rgb }
}

fn parse(block: &[u8]) -> Option<Exif> {
    let parsed = Reader::new().continue_on_error(true).read_raw(block.to_vec());
    parsed.or_else(|error| error.distill_partial_result(|_| {})).ok()
}

/// Words of an Exif block in an encoding nobody states; each is a list, since a NUL separates several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ExifWords {
    pub(crate) artist: Vec<Vec<u8>>,
    /// The photographer's line, then the editor's.
    pub(crate) copyright: Vec<Vec<u8>>,
    pub(crate) make: Vec<Vec<u8>>,
    pub(crate) model: Vec<Vec<u8>>,
    /// DateTimeOriginal.
    pub(crate) taken: Vec<Vec<u8>>,
    /// OffsetTimeOriginal.
    pub(crate) offset: Vec<Vec<u8>>,
}

/// Reads the words of a TIFF-shaped Exif block. Garbage says nothing.
pub(crate) fn read_words(block: &[u8]) -> ExifWords {
    let Some(exif) = parse(block) else {
        return ExifWords::default();
    };
    let words = |tag| match exif.get_field(tag, In::PRIMARY).map(|field| &field.value) {
        Some(Value::Ascii(lines)) => lines.clone(),
        _ => Vec::new(),
    };
    ExifWords {
        artist: words(Tag::Artist),
        copyright: words(Tag::Copyright),
        make: words(Tag::Make),
        model: words(Tag::Model),
        taken: words(Tag::DateTimeOriginal),
        offset: words(Tag::OffsetTimeOriginal),
    }
}

/// The smallest Exif block that states an orientation: big-endian TIFF, one directory, one entry.
pub(crate) fn orientation_block(orientation: Orientation) -> [u8; 26] {
    let mut block = *b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0";
    block[18..20].copy_from_slice(&orientation.exif().to_be_bytes());
    block
}

#[cfg(test)]
mod tests {
    use super::{ExifFacts, Orientation, orientation_block, read};

    #[test]
    fn reads_back_what_it_writes() {
        for orientation in Orientation::ALL {
            assert_eq!(read(&orientation_block(orientation)).orientation, orientation);
        }
    }

    #[test]
    fn garbage_is_upright() {
        let mut wrong_number = orientation_block(Orientation::Turn90);
        wrong_number[19] = 9;
        for block in [&b""[..], b"MM\0*", b"not a tiff block at all", &wrong_number] {
            assert_eq!(read(block), ExifFacts::default());
        }
        let whole = orientation_block(Orientation::Turn90);
        for cut in 0..whole.len() {
            read(&whole[..cut]);
        }
    }
}
