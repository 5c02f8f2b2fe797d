//! Metadata: what a JPEG says of itself in words, read from its header without decoding a pixel.

mod iptc;
mod text;
mod xmp;

use crate::exif;
use crate::header::EXIF_SIGNATURE;
use crate::segment::{APP1, APP13, header_segments};

/// Who made a picture and who may do what with it, as the file itself says.
///
/// Every text is trimmed, on one line and free of control characters; what is blank is `None`. No length is promised
/// but that of a header segment, and nothing is checked: a licence may be any text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EmbeddedRights {
    /// XMP `dc:creator` (several joined with `; `), else IPTC by-line (2:80), else Exif Artist.
    pub creator: Option<String>,
    /// XMP `cc:license`, else `dcterms:license`, `xmp:License` or `plus:License`, else `xmpRights:WebStatement`, which
    /// may be a page about rights in general.
    pub rights: Option<String>,
    /// XMP `xmpRights:UsageTerms`, in its default language.
    pub usage_terms: Option<String>,
    /// XMP `dc:rights` in its default language, else IPTC copyright notice (2:116), else Exif Copyright.
    pub copyright: Option<String>,
    /// XMP `xmpRights:Owner` (several joined with `; `).
    pub owner: Option<String>,
}

/// Reads the rights of a picture from its header: the first XMP packet, the first Exif block and the Photoshop
/// resources (IPTC-IIM). Extended XMP, which carries what does not fit into one segment, is not read.
///
/// Gives what can be read up to the first damage, and nothing for what is no JPEG. Takes at most some megabytes.
#[must_use]
pub fn embedded_rights(bytes: &[u8]) -> EmbeddedRights {
    if !bytes.starts_with(b"\xff\xd8") {
        return EmbeddedRights::default();
    }
    let (mut exif_block, mut packet, mut photoshop) = (None, None, Vec::new());
    for segment in header_segments(bytes).map_while(Result::ok) {
        match segment.marker {
            APP1 => {
                exif_block = exif_block.or_else(|| segment.payload.strip_prefix(EXIF_SIGNATURE));
                packet = packet.or_else(|| segment.payload.strip_prefix(xmp::SIGNATURE));
            }
            APP13 => iptc::gather(&mut photoshop, segment.payload),
            _ => {}
        }
    }
    let xmp = packet.map(xmp::read).unwrap_or_default();
    let iptc = iptc::read(&photoshop);
    let exif = exif_block.map(exif::read_words).unwrap_or_default();
    EmbeddedRights {
        creator: xmp.creator.or(iptc.by_line).or_else(|| text::first(&exif.artist, 1)),
        rights: xmp.rights,
        usage_terms: xmp.usage_terms,
        // Exif keeps the photographer's line first and the editor's second.
        copyright: xmp.copyright.or(iptc.copyright).or_else(|| text::first(&exif.copyright, 2)),
        owner: xmp.owner,
    }
}
