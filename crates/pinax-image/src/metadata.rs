//! Metadata: what a picture says of itself in words, read without decoding a pixel.

mod blocks;
mod iptc;
mod taken;
pub(crate) mod text;
pub(crate) mod xmp;

pub use taken::Taken;

use blocks::Blocks;

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

/// What a picture says of its making.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PictureFacts {
    /// Exif DateTimeOriginal with OffsetTimeOriginal, else XMP `exif:DateTimeOriginal`, `photoshop:DateCreated` or
    /// `xmp:CreateDate`.
    pub taken: Option<Taken>,
    /// Exif Make, else XMP `tiff:Make`.
    pub camera_make: Option<String>,
    /// Exif Model, else XMP `tiff:Model`.
    pub camera_model: Option<String>,
    /// Who made it, and who may use it.
    pub rights: EmbeddedRights,
}

/// Reads the rights of a picture from its header: the first XMP packet, the first Exif block and the Photoshop
/// resources (IPTC-IIM). Extended XMP, which carries what does not fit into one segment, is not read.
///
/// Gives what can be read up to the first damage, and nothing for what is no JPEG, TIFF, PNG or WebP. Takes at most some megabytes.
#[must_use]
pub fn embedded_rights(bytes: &[u8]) -> EmbeddedRights {
    picture_facts(bytes).rights
}

/// Reads when, with what and by whom a picture was made, from the same places and as carefully as
/// [`embedded_rights`].
#[must_use]
pub fn picture_facts(bytes: &[u8]) -> PictureFacts {
    let Blocks { exif, xmp, photoshop } = Blocks::of(bytes);
    let xmp = xmp.map(xmp::read).unwrap_or_default();
    let iptc = iptc::read(&photoshop);
    let line = |words: &[Vec<u8>]| words.first().map(|bytes| text::decode(bytes));
    let taken = line(&exif.taken).and_then(|date| Taken::read(&date, line(&exif.offset).as_deref()));
    PictureFacts {
        taken: taken.or_else(|| Taken::read(&xmp.taken?, None)),
        camera_make: text::first(&exif.make, 1).or(xmp.camera_make),
        camera_model: text::first(&exif.model, 1).or(xmp.camera_model),
        rights: EmbeddedRights {
            creator: xmp.creator.or(iptc.by_line).or_else(|| text::first(&exif.artist, 1)),
            rights: xmp.rights,
            usage_terms: xmp.usage_terms,
            // Exif keeps the photographer's line first and the editor's second.
            copyright: xmp.copyright.or(iptc.copyright).or_else(|| text::first(&exif.copyright, 2)),
            owner: xmp.owner,
        },
    }
}
