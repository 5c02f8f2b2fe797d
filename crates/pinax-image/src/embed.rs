//! Embedding: what a rendition says of itself, as XMP, IPTC-IIM and Exif, for whoever finds it away from its record.

mod exif;
mod iptc;
mod xmp;

use crate::error::{Error, ErrorKind};
use crate::header::EXIF_SIGNATURE;
use crate::metadata::{Taken, text};
use crate::segment::{APP1, APP13, header_segments};

/// What is written into a rendition. There is no place for where a picture was taken.
///
/// Texts may be of any length and hold any character; they are written on one line, and what has more than 6000 bytes
/// is left out, never cut.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Embed {
    /// Who made the picture; several are separated by `;`.
    pub creator: Option<String>,
    /// The copyright line.
    pub copyright: Option<String>,
    /// The licence: a web address. Any other text is written in front of the usage terms.
    pub licence: Option<String>,
    /// What one may do with it.
    pub usage_terms: Option<String>,
    /// Who owns the rights.
    pub owner: Option<String>,
    /// The number of the specimen.
    pub catalog_number: Option<String>,
    /// SHA-256 of the file the rendition was made from.
    pub source_sha256: Option<[u8; 32]>,
    /// When it was taken.
    pub taken: Option<Taken>,
    /// The maker of the camera.
    pub camera_make: Option<String>,
    /// The camera.
    pub camera_model: Option<String>,
}

/// Longer texts are left out: ten of them fit into the one segment of an XMP packet.
const MAX_TEXT_BYTES: usize = 6_000;

/// Writes `what` into a rendition, in place of what it may say already. Its pixels are stored upright and in sRGB, and
/// that is written too. The same input gives the same bytes.
///
/// # Errors
/// [`ErrorKind::NotAnImage`] for what does not begin like a JPEG; [`ErrorKind::Corrupt`] or [`ErrorKind::Truncated`] if
/// its header cannot be read.
pub fn embed(jpeg: &[u8], what: &Embed) -> Result<Vec<u8>, Error> {
    if !jpeg.starts_with(b"\xff\xd8") {
        return Err(Error::new(ErrorKind::NotAnImage));
    }
    let what = &tidied(what);
    let mut out = Vec::with_capacity(jpeg.len() + 8 * 1024);
    out.extend(&jpeg[..2]);
    // Old readers look for Exif directly after the start of the image.
    write_segment(APP1, &[EXIF_SIGNATURE, &exif::block(what)], &mut out);
    let mut tables = 2;
    for segment in header_segments(jpeg) {
        let segment = segment?;
        if !matches!(segment.marker, 0xe0..=0xef) {
            tables = segment.start;
            break;
        }
        let words = segment.marker == APP1 || segment.marker == APP13;
        if !words {
            out.extend(&jpeg[segment.start..segment.end]);
        }
    }
    write_segment(APP1, &[crate::metadata::xmp::SIGNATURE, xmp::packet(what).as_bytes()], &mut out);
    let resources = iptc::resources(what);
    if !resources.is_empty() {
        write_segment(APP13, &[iptc::SIGNATURE, &resources], &mut out);
    }
    out.extend(&jpeg[tables..]);
    Ok(out)
}

/// Every text on one line, without what is empty or too long.
fn tidied(what: &Embed) -> Embed {
    let fitting = |text: &Option<String>| {
        let line = text::plain(text.as_deref()?)?;
        (line.len() <= MAX_TEXT_BYTES).then_some(line)
    };
    let is_address = |text: &str| ["https://", "http://"].iter().any(|scheme| text.starts_with(scheme));
    let (licence, mut terms) = (fitting(&what.licence), fitting(&what.usage_terms));
    let (licence, words) = match licence {
        Some(text) if is_address(&text) && !text.contains(' ') => (Some(text), None),
        words => (None, words),
    };
    if let Some(words) = words {
        terms = Some(terms.map_or_else(|| words.clone(), |terms| format!("{words}; {terms}")));
    }
    Embed {
        creator: fitting(&what.creator).filter(|names| people(names).next().is_some()),
        copyright: fitting(&what.copyright),
        licence,
        usage_terms: terms,
        owner: fitting(&what.owner).filter(|names| people(names).next().is_some()),
        catalog_number: fitting(&what.catalog_number),
        camera_make: fitting(&what.camera_make),
        camera_model: fitting(&what.camera_model),
        ..*what
    }
}

/// The people of a list.
fn people(list: &str) -> impl Iterator<Item = &str> {
    list.split(';').map(str::trim).filter(|name| !name.is_empty())
}

/// Nothing is written that does not fit into a segment; every part that is made here does.
fn write_segment(marker: u8, parts: &[&[u8]], out: &mut Vec<u8>) {
    let bytes: usize = 2 + parts.iter().map(|part| part.len()).sum::<usize>();
    if let Ok(length) = u16::try_from(bytes) {
        out.extend([0xff, marker]);
        out.extend(length.to_be_bytes());
        parts.iter().for_each(|part| out.extend(*part));
    }
}
