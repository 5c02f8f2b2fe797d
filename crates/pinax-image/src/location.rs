//! Taking away where a picture was taken: published pictures may show protected species.
//!
//! Every part of the file that can hold a place is looked through. What says none stays as it is, bit for bit; a place
//! is overwritten, not merely unlinked; and a part that nobody can look through is taken away whole. The coded picture is
//! never touched.

mod other;
mod photoshop;
mod tiff;
mod trailer;
mod xmp;

pub use other::may_say_where;

use std::borrow::Cow;

use crate::error::{Error, ErrorKind};
use crate::exif;
use crate::header::{EXIF_SIGNATURE, adobe_transform_of, is_jfif};
use crate::icc;
use crate::metadata::xmp::SIGNATURE as XMP_SIGNATURE;
use crate::orientation::Orientation;
use crate::segment::{APP0, APP1, APP2, APP13, APP14, EOI, SOS, Segment, end_of_scan, segments_from};

/// What came of looking through a part.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// It says no place.
    Clean,
    /// It said one; this is the rest.
    Without(Vec<u8>),
    /// It cannot be looked through.
    Opaque,
}

/// Pictures inside pictures inside pictures.
const MAX_DEPTH: u8 = 3;

/// Takes every place out of a JPEG: GPS and maps in Exif, the maker notes of cameras that know or may know where they
/// are, places in XMP (GPS, IPTC, Photoshop, Darwin Core) and IPTC-IIM, and whatever of it lies in previews. What
/// nobody can look through goes too: segments of unknown programs, films and pictures behind the picture.
///
/// Borrows `jpeg` back when there is nothing to take. The coded picture, colours and upright side stay the same, and
/// so do all other words. Free text (captions, keywords, comments) is not understood and stays.
///
/// # Errors
/// [`ErrorKind::NotAnImage`], [`ErrorKind::Corrupt`] or [`ErrorKind::Truncated`] for what is no whole JPEG.
pub fn without_location(jpeg: &[u8]) -> Result<Cow<'_, [u8]>, Error> {
    Ok(scrubbed(jpeg, MAX_DEPTH)?.map_or(Cow::Borrowed(jpeg), Cow::Owned))
}

/// `None` when there is nothing to take.
fn scrubbed(jpeg: &[u8], depth: u8) -> Result<Option<Vec<u8>>, Error> {
    if !jpeg.starts_with(b"\xff\xd8") {
        return Err(Error::new(ErrorKind::NotAnImage));
    }
    let depth = depth.checked_sub(1).ok_or_else(|| Error::because(ErrorKind::Corrupt, "pictures within pictures"))?;
    let pieces = pieces(jpeg)?;
    let mut looked = Looked::at(&pieces, depth);
    if trailer::is_clean(&jpeg[pieces.end..], depth) {
        if !looked.changed {
            return Ok(None);
        }
        if !looked.moved {
            // Directories of the pictures behind it still point there.
            looked.kept.push(Cow::Borrowed(&jpeg[pieces.end..]));
            return Ok(Some(looked.kept.concat()));
        }
    }
    // Without the pictures behind it, nothing may point there.
    looked.kept.retain(|piece| !is_directory_of_pictures(piece));
    Ok(Some(looked.kept.concat()))
}

/// A JPEG cut into its segments and its coded data, in order.
struct Pieces<'a> {
    list: Vec<Piece<'a>>,
    /// Where the picture ends.
    end: usize,
}

enum Piece<'a> {
    /// A segment that programs may use as they like, with its bytes in the file.
    Application(Segment<'a>, &'a [u8]),
    /// Tables, comments, coded data.
    Picture(&'a [u8]),
    /// Bytes between segments.
    Junk,
}

fn pieces(jpeg: &[u8]) -> Result<Pieces<'_>, Error> {
    let mut list = vec![Piece::Picture(&jpeg[..2])];
    let mut at = 2;
    loop {
        for segment in segments_from(jpeg, at) {
            let segment = segment?;
            if segment.start != at {
                list.push(Piece::Junk);
            }
            let bytes = &jpeg[segment.start..segment.end];
            at = segment.end;
            match segment.marker {
                0xe0..=0xef => list.push(Piece::Application(segment, bytes)),
                EOI => {
                    list.push(Piece::Picture(bytes));
                    return Ok(Pieces { list, end: at });
                }
                SOS => {
                    let end = end_of_scan(jpeg, at).ok_or_else(|| Error::new(ErrorKind::Truncated))?;
                    list.push(Piece::Picture(&jpeg[segment.start..end]));
                    at = end;
                }
                _ => list.push(Piece::Picture(bytes)),
            }
        }
    }
}

/// The pieces that stay.
struct Looked<'a> {
    kept: Vec<Cow<'a, [u8]>>,
    changed: bool,
    /// What comes later lies elsewhere now.
    moved: bool,
}

impl<'a> Looked<'a> {
    fn at(pieces: &Pieces<'a>, depth: u8) -> Self {
        let mut looked = Self { kept: Vec::with_capacity(pieces.list.len()), changed: false, moved: false };
        let applications = || {
            pieces.list.iter().filter_map(|piece| match piece {
                Piece::Application(segment, _) => Some(segment),
                Piece::Picture(_) | Piece::Junk => None,
            })
        };
        let extension_is_clean = xmp::extension_is_clean(applications().map(|segment| segment.payload));
        let mut resources =
            Some(photoshop::Joined::of(applications().filter(|segment| segment.marker == APP13), depth));
        for piece in &pieces.list {
            match piece {
                Piece::Picture(bytes) => looked.kept.push(Cow::Borrowed(bytes)),
                Piece::Junk => looked.take(),
                Piece::Application(segment, bytes) if photoshop::is_resources(segment) => {
                    match resources.as_ref().map(photoshop::Joined::part) {
                        Some(Part::Clean) => looked.kept.push(Cow::Borrowed(bytes)),
                        Some(Part::Without(_) | Part::Opaque) => {
                            looked.take();
                            // All of them are one, and go where the first was.
                            looked.kept.extend(resources.take().map(|joined| Cow::Owned(joined.segments())));
                        }
                        None => looked.take(),
                    }
                }
                Piece::Application(segment, bytes) => match look(segment, extension_is_clean, depth) {
                    Part::Clean => looked.kept.push(Cow::Borrowed(bytes)),
                    Part::Without(payload) if payload.len() == segment.payload.len() => {
                        let head = bytes.len() - payload.len();
                        looked.kept.push(Cow::Owned([&bytes[..head], &payload].concat()));
                        looked.changed = true;
                    }
                    Part::Without(payload) => {
                        looked.take();
                        let length = u16::try_from(payload.len() + 2).expect("no longer than it was");
                        let head = [0xff, segment.marker, length.to_be_bytes()[0], length.to_be_bytes()[1]];
                        looked.kept.push(Cow::Owned([&head[..], &payload].concat()));
                    }
                    Part::Opaque => looked.take(),
                },
            }
        }
        looked
    }

    fn take(&mut self) {
        (self.changed, self.moved) = (true, true);
    }
}

/// Looks through one segment by what it begins with. Only what is known to hold no place, or can be read, stays.
fn look(segment: &Segment<'_>, extension_is_clean: bool, depth: u8) -> Part {
    let payload = segment.payload;
    let begins = |signature: &[u8]| payload.starts_with(signature);
    let clean_if = |clean: bool| if clean { Part::Clean } else { Part::Opaque };
    match segment.marker {
        // JFXX: a thumbnail, coded (0x10) or not.
        APP0 if begins(b"JFXX\0\x10") => clean_if(matches!(scrubbed(&payload[6..], depth), Ok(None))),
        APP0 => clean_if(is_jfif(payload) || begins(b"JFXX\0") || begins(b"AVI1")),
        APP1 if begins(EXIF_SIGNATURE) => match tiff::look(&payload[EXIF_SIGNATURE.len()..], depth) {
            Part::Without(block) => Part::Without([EXIF_SIGNATURE, &block].concat()),
            Part::Opaque => upright_side_of(&payload[EXIF_SIGNATURE.len()..]),
            Part::Clean => Part::Clean,
        },
        APP1 if begins(XMP_SIGNATURE) => match xmp::look(&payload[XMP_SIGNATURE.len()..], extension_is_clean) {
            Part::Without(packet) => Part::Without([XMP_SIGNATURE, &packet].concat()),
            other => other,
        },
        APP1 => clean_if(begins(xmp::EXTENSION_SIGNATURE) && extension_is_clean),
        APP2 => clean_if(icc::is_chunk(payload) || begins(b"MPF\0") || begins(b"urn:iso:std:iso:ts:21496:-1\0")),
        // What Photoshop's "save for the web" and old versions of it leave.
        0xec => clean_if(begins(b"Ducky")),
        APP13 => clean_if(begins(b"Adobe_CM")),
        APP14 => clean_if(adobe_transform_of(payload).is_some()),
        _ => Part::Opaque,
    }
}

/// All that pixels need of an Exif block that has to go.
fn upright_side_of(block: &[u8]) -> Part {
    match exif::read(block).orientation {
        Orientation::Upright => Part::Opaque,
        orientation => Part::Without([EXIF_SIGNATURE, &exif::orientation_block(orientation)].concat()),
    }
}

/// A multi-picture format directory (CIPA DC-007), by its segment.
fn is_directory_of_pictures(segment: &[u8]) -> bool {
    segment.starts_with(&[0xff, APP2]) && segment.get(4..8) == Some(b"MPF\0")
}
