//! Photoshop resources in APP13, and the IPTC-IIM datasets among them. Several segments are one.

use super::{Part, scrubbed, tiff, xmp};
use crate::segment::{APP13, Segment};

const SIGNATURE: &[u8] = b"Photoshop 3.0\0";
const MAX_CONTENT_BYTES: usize = 65_533 - SIGNATURE.len();
/// Resources: IPTC-IIM, its checksum, Exif, Exif 3, XMP, and thumbnails with a head of 28 bytes before the JPEG.
const IPTC: u16 = 0x0404;
const IPTC_SUM: u16 = 0x0425;
const EXIF: [u16; 2] = [0x0422, 0x0423];
const XMP: u16 = 0x0424;
const THUMBNAILS: [u16; 2] = [0x0409, 0x040c];
const THUMBNAIL_HEAD_BYTES: usize = 28;

pub(super) fn is_resources(segment: &Segment<'_>) -> bool {
    segment.marker == APP13 && segment.payload.starts_with(SIGNATURE)
}

/// The resources of all segments.
pub(super) struct Joined {
    part: Part,
}

impl Joined {
    pub(super) fn of<'a>(segments: impl Iterator<Item = &'a Segment<'a>>, depth: u8) -> Self {
        let parts = segments.filter_map(|segment| segment.payload.strip_prefix(SIGNATURE));
        Self { part: look(&parts.collect::<Vec<_>>().concat(), depth) }
    }

    pub(super) fn part(&self) -> &Part {
        &self.part
    }

    /// What is left, as segments; nothing when they cannot be read.
    pub(super) fn segments(self) -> Vec<u8> {
        let Part::Without(content) = self.part else {
            return Vec::new();
        };
        let mut out = Vec::with_capacity(content.len() + 64);
        for chunk in content.chunks(MAX_CONTENT_BYTES) {
            let length = u16::try_from(2 + SIGNATURE.len() + chunk.len()).expect("a chunk is cut to fit its segment");
            out.extend([0xff, APP13]);
            out.extend(length.to_be_bytes());
            out.extend(SIGNATURE);
            out.extend(chunk);
        }
        out
    }
}

fn look(resources: &[u8], depth: u8) -> Part {
    let (mut rest, mut kept, mut changed, mut words_changed) = (resources, Vec::new(), false, false);
    while rest.iter().any(|byte| *byte != 0) {
        let Some((resource, after)) = Resource::first(rest) else {
            return Part::Opaque;
        };
        rest = after;
        let part = match resource.id {
            IPTC => without_places(resource.content),
            XMP => xmp::look(resource.content, true),
            id if EXIF.contains(&id) => tiff::look(resource.content, depth),
            id if THUMBNAILS.contains(&id) => {
                let jpeg = resource.content.get(THUMBNAIL_HEAD_BYTES..);
                let clean = jpeg.is_some_and(|jpeg| matches!(scrubbed(jpeg, depth), Ok(None)));
                if clean { Part::Clean } else { Part::Opaque }
            }
            _ => Part::Clean,
        };
        changed |= part != Part::Clean;
        words_changed |= part != Part::Clean && resource.id == IPTC;
        match part {
            Part::Clean => kept.push((resource.id, resource.whole.to_vec())),
            Part::Without(content) => kept.push((resource.id, resource.with(&content))),
            Part::Opaque => {}
        }
    }
    if !changed {
        return Part::Clean;
    }
    kept.retain(|(id, _)| !(words_changed && *id == IPTC_SUM));
    Part::Without(kept.into_iter().flat_map(|(_, bytes)| bytes).collect())
}

struct Resource<'a> {
    id: u16,
    /// Signature, number and name.
    head: &'a [u8],
    content: &'a [u8],
    whole: &'a [u8],
}

impl<'a> Resource<'a> {
    fn first(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        // ImageReady, Photoshop Mobile and others sign with words of their own.
        let signed = [b"8BIM", b"MeSa", b"PHUT", b"AgHg", b"DCSR"].iter().any(|words| bytes.starts_with(*words));
        let id = u16::from_be_bytes(*bytes.get(4..)?.first_chunk::<2>()?);
        let name_bytes = (usize::from(*bytes.get(6)?) + 1).next_multiple_of(2);
        let head = bytes.get(..6 + name_bytes).filter(|_| signed)?;
        let (length, rest) = bytes[head.len()..].split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let content = rest.get(..length)?;
        let end = (head.len() + 4 + length).next_multiple_of(2).min(bytes.len());
        Some((Self { id, head, content, whole: &bytes[..end] }, &bytes[end..]))
    }

    fn with(&self, content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len()).expect("not longer than it was");
        let mut bytes = [self.head, &length.to_be_bytes(), content].concat();
        bytes.resize(bytes.len().next_multiple_of(2), 0);
        bytes
    }
}

/// Datasets of record 2 that name a place: content location code and name, and all from city to country.
fn names_a_place((record, number): (u8, u8)) -> bool {
    record == 2 && matches!(number, 26 | 27 | 90..=101)
}

fn without_places(datasets: &[u8]) -> Part {
    let (mut rest, mut kept) = (datasets, Vec::with_capacity(datasets.len()));
    while rest.iter().any(|byte| *byte != 0) {
        let Some((key, end)) = dataset(rest) else {
            return Part::Opaque;
        };
        if !names_a_place(key) {
            kept.extend(&rest[..end]);
        }
        rest = &rest[end..];
    }
    if kept.len() + rest.len() == datasets.len() { Part::Clean } else { Part::Without(kept) }
}

/// Record and number of the first dataset, and where it ends.
fn dataset(bytes: &[u8]) -> Option<((u8, u8), usize)> {
    let &[0x1c, record, number, high, low, ..] = bytes else {
        return None;
    };
    let length = usize::from(u16::from_be_bytes([high, low]));
    let end = if length & 0x8000 == 0 {
        5 + length
    } else {
        // Extended: the number of bytes the length itself takes, then the length.
        let digits = bytes.get(5..5 + (length & 0x7fff)).filter(|digits| digits.len() <= 4)?;
        5 + digits.len() + digits.iter().fold(0, |sum, &digit| sum << 8 | usize::from(digit))
    };
    (end <= bytes.len()).then_some(((record, number), end))
}
