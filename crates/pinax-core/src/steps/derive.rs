//! Derive: which sizes of a picture are made, copied or shared, and the making of them.
//!
//! The rules are those of Symbiota's `ImageLocalProcessor::processImageFile`, with four differences: a picture that
//! must be turned is never copied, one in other colours than sRGB is never copied as web size, no picture is enlarged,
//! and a copy does not say where it was taken.

mod elsewhere;

use std::borrow::Cow;
use std::sync::Arc;

use pinax_image::{Embed, Format, Limits, Luma, Probe, Renderer, Target, embed, without_location};

pub use elsewhere::same_picture;
use elsewhere::{archive, there};

use crate::nouns::checksum::{Sha256Sum, md5_hex};
use crate::nouns::media::Variant;
use crate::nouns::reason::{Reason, ReasonCode};
use crate::nouns::uri::AccessUri;
use crate::steps::places::{SizeFrom, SizePlaces};

/// Sizes, quality and limits: Symbiota's `tnPixWidth`, `webPixWidth`, `lgPixWidth`, `jpgCompression`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DerivativeRecipe {
    /// Width of the thumbnail; `None`: none is made.
    pub thumbnail_px: Option<u32>,
    /// Width of the web size.
    pub medium_px: u32,
    /// Greatest width of the large file.
    pub large_px: u32,
    /// JPEG quality, 1 to 100.
    pub quality: u8,
    /// A source of more bytes is scaled down even when it is narrow enough.
    pub large_max_bytes: u64,
    /// A source of fewer bytes may serve as web size.
    pub medium_max_bytes: u64,
    /// Rights and numbers are written into the sizes that are made.
    pub metadata: bool,
    /// Files that are published as they came keep where they were taken; sizes that are made never say it.
    pub keep_location: bool,
    /// The file is published as it came too, for `archiveUrl`.
    pub archive: bool,
}

impl Default for DerivativeRecipe {
    fn default() -> Self {
        Self {
            thumbnail_px: Some(200),
            medium_px: 1400,
            large_px: 3200,
            quality: 80,
            large_max_bytes: 10_000_000,
            medium_max_bytes: 500_000,
            metadata: true,
            keep_location: false,
            archive: false,
        }
    }
}

/// How one size comes about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Make {
    /// The source's bytes, bit for bit but for where it was taken.
    Copy,
    /// The large file serves.
    SameAsOriginal,
    /// It lies somewhere already.
    There,
    /// Resized to this width.
    Resize {
        /// Upright width.
        width_px: u32,
    },
}

/// Which sizes come about, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DerivativePlan {
    /// The large file.
    pub original: Make,
    /// The web size, if wanted.
    pub medium: Option<Make>,
    /// The thumbnail, if wanted.
    pub thumbnail: Option<Make>,
    /// The file as it came, if wanted.
    pub archive: Option<Make>,
}

/// A picture whose header was read.
#[derive(Debug, Clone, Copy)]
pub struct Picture<'a> {
    /// The file as it came.
    pub file: &'a Arc<Vec<u8>>,
    /// Its sum.
    pub sha256: Sha256Sum,
    /// What is decoded: the file, or what a converter made of it, which is never published as it is.
    pub bytes: &'a Arc<Vec<u8>>,
    /// The header of that.
    pub probe: &'a Probe,
    /// Which sizes are made.
    pub places: &'a SizePlaces,
    /// The sizes that lie somewhere already; the first is `file`, when it is the large one.
    pub there: &'a [There],
}

/// A size that lies somewhere already, as anybody sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct There {
    /// Which size.
    pub variant: Variant,
    /// Where.
    pub uri: AccessUri,
    /// Its bytes.
    pub bytes: Arc<Vec<u8>>,
}

impl Picture<'_> {
    fn is_there(&self, variant: Variant) -> bool {
        self.there.iter().any(|there| there.variant == variant)
    }
}

/// Decides the sizes of a picture.
#[must_use]
pub fn plan(recipe: &DerivativeRecipe, picture: Picture<'_>) -> DerivativePlan {
    let (probe, size_bytes) = (picture.probe, picture.bytes.len() as u64);
    let (width_px, _) = probe.upright_size();
    let resize = |wanted: u32| Make::Resize { width_px: wanted.clamp(1, width_px) };
    // Browsers and Symbiota show JPEG; a raw file or a TIFF is made into one.
    let jpeg = probe.format == Format::Jpeg && Arc::ptr_eq(picture.file, picture.bytes);
    let mut small = false;
    let original = if picture.is_there(Variant::Original) {
        Make::There
    } else if width_px > recipe.large_px {
        resize(recipe.large_px)
    } else if size_bytes > recipe.large_max_bytes {
        let factor = (recipe.large_max_bytes as f64 / size_bytes as f64).sqrt();
        resize((f64::from(width_px) * factor).round() as u32)
    } else {
        small = f64::from(width_px) < f64::from(recipe.medium_px) * 1.3;
        if probe.needs_turn() || !jpeg { resize(width_px) } else { Make::Copy }
    };
    let medium = if picture.is_there(Variant::Medium) {
        Make::There
    } else if small && probe.in_srgb {
        Make::SameAsOriginal
    } else if jpeg
        && probe.in_srgb
        && !probe.needs_turn()
        && size_bytes < recipe.medium_max_bytes
        && width_px < recipe.medium_px.saturating_mul(2)
    {
        Make::Copy
    } else {
        resize(recipe.medium_px)
    };
    let archive = if original == Make::Copy { Make::SameAsOriginal } else { Make::Copy };
    let there = |variant| picture.is_there(variant).then_some(Make::There);
    let nothing = |from: &SizeFrom| *from == SizeFrom::Nothing;
    let thumbnail = recipe.thumbnail_px.filter(|_| !nothing(&picture.places.thumbnail)).map(resize);
    DerivativePlan {
        original,
        medium: Some(medium).filter(|_| !nothing(&picture.places.medium)),
        thumbnail: there(Variant::Thumbnail).or(thumbnail),
        archive: there(Variant::Archive).or(recipe.archive.then_some(archive)),
    }
}

/// One size, made.
#[derive(Debug, Clone)]
pub struct MadeFile {
    /// Which size.
    pub variant: Variant,
    /// Its bytes; shared where two sizes are the same bytes.
    pub bytes: Arc<Vec<u8>>,
    /// Their sum.
    pub sha256: Sha256Sum,
    /// Their sum, as Symbiota wants it.
    pub md5: String,
    /// Upright width.
    pub width_px: u32,
    /// Upright height.
    pub height_px: u32,
    /// The web address of the large file serves; nothing is published for this size.
    pub same_as_original: bool,
    /// It lies here already; nothing is published for this size.
    pub lies_at: Option<AccessUri>,
}

/// A picture read, proved and made into its sizes.
#[derive(Debug, Clone)]
pub struct Made {
    /// Sum of the source's bytes.
    pub sha256: Sha256Sum,
    /// Upright width and height of the source.
    pub size_px: (u32, u32),
    /// The sizes, large first.
    pub files: Vec<MadeFile>,
    /// How the name of the archive ends, when there is one by itself.
    pub archive_extension: Option<String>,
    /// There is no archive, though one is wanted: the file may say where the picture was taken.
    pub archive_kept_back: bool,
}

/// Why a picture has no probe.
#[derive(Debug)]
pub enum Unread {
    /// Another program must make a picture of it that can be read.
    NeedsConverter(Format),
    /// It cannot be used.
    Refused(Reason),
}

/// Looks at the header alone.
///
/// # Errors
/// The reason why the picture cannot be used, or what it needs first.
pub fn probe(source: &[u8], limits: &Limits) -> Result<Probe, Unread> {
    pinax_image::probe(source, limits).map_err(|error| match error.kind() {
        pinax_image::ErrorKind::NeedsConverter(format) => Unread::NeedsConverter(format),
        _ => Unread::Refused(refusal(&error)),
    })
}

/// Why a picture is not used that nobody converts.
#[must_use]
pub fn not_converted(format: Format) -> Reason {
    let message = format!("{} files are read with the help of another program", format.name());
    let hint = format!("name one in pinax.toml ([convert], {}); or save it as JPEG or TIFF", format.word());
    Reason::new(ReasonCode::UnsupportedFormat, message).hint(hint)
}

/// Bytes of memory [`make`] will take for this picture, when something looks at it or nothing does.
#[must_use]
pub fn memory_bytes(recipe: &DerivativeRecipe, picture: Picture<'_>, looks: bool) -> u64 {
    let plan = plan(recipe, picture);
    let targets: Vec<Target> = targets(recipe, &plan).map(|(_, target)| target).collect();
    if looks {
        return pinax_image::looking_estimate_bytes(picture.probe, &targets);
    }
    pinax_image::memory_estimate_bytes(picture.probe, &targets)
}

/// Bytes of memory [`show`] will take for this picture.
#[must_use]
pub fn looking_bytes(probe: &Probe) -> u64 {
    pinax_image::looking_estimate_bytes(probe, &[])
}

/// Decodes the picture whole, and shows it to `look`; nothing is made.
///
/// # Errors
/// The reason why the picture cannot be used.
pub fn show(
    renderer: &mut Renderer,
    source: &[u8],
    probe: &Probe,
    look: &mut dyn FnMut(Luma<'_>),
) -> Result<(), Reason> {
    renderer.render_and_look(source, probe, &[], look).map(drop).map_err(|error| refusal(&error))
}

/// Decodes the picture whole, shows it to `look`, and makes its sizes, which say of themselves what `says` holds.
///
/// # Errors
/// The reason why the picture cannot be used: truncated, corrupt, …
pub fn make(
    renderer: &mut Renderer,
    recipe: &DerivativeRecipe,
    picture: Picture<'_>,
    says: &Embed,
    look: Option<&mut dyn FnMut(Luma<'_>)>,
) -> Result<Made, Reason> {
    let plan = plan(recipe, picture);
    let Picture { file: source, bytes, probe, sha256, .. } = picture;
    let (variants, targets): (Vec<_>, Vec<_>) = targets(recipe, &plan).unzip();
    let rendered = match look {
        Some(look) => renderer.render_and_look(bytes, probe, &targets, look),
        None => renderer.render(bytes, probe, &targets),
    }
    .map_err(|error| refusal(&error))?;
    let mut rendered: Vec<_> = variants.into_iter().zip(rendered).collect();
    let size_px = probe.upright_size();
    let copied = copied(recipe, &plan, source)?;
    let is_source = Arc::ptr_eq(&copied, source);
    let copied_sha256 = if is_source { sha256 } else { Sha256Sum::of(&copied) };
    let copy = |variant, md5| MadeFile {
        variant,
        bytes: Arc::clone(&copied),
        sha256: copied_sha256,
        md5,
        width_px: size_px.0,
        height_px: size_px.1,
        same_as_original: false,
        lies_at: None,
    };
    let mut files: Vec<MadeFile> = Vec::with_capacity(3);
    for (variant, how) in wanted(&plan) {
        let file = match how {
            Make::Copy => {
                let known = files.iter().find(|file| Arc::ptr_eq(&file.bytes, &copied)).map(|file| file.md5.clone());
                copy(variant, known.unwrap_or_else(|| md5_hex(&copied)))
            }
            Make::There => there(renderer, picture, variant)?,
            Make::SameAsOriginal => {
                let original = files.first().expect("the large file is made first");
                MadeFile { variant, same_as_original: true, ..original.clone() }
            }
            Make::Resize { .. } => {
                let at = rendered.iter().position(|(made, _)| *made == variant).expect("every target was rendered");
                let (_, mut rendition) = rendered.swap_remove(at);
                if recipe.metadata {
                    rendition.bytes = embed(&rendition.bytes, says).map_err(|error| refusal(&error))?;
                }
                MadeFile {
                    variant,
                    sha256: Sha256Sum::of(&rendition.bytes),
                    md5: md5_hex(&rendition.bytes),
                    width_px: rendition.width_px,
                    height_px: rendition.height_px,
                    bytes: Arc::new(rendition.bytes),
                    same_as_original: false,
                    lies_at: None,
                }
            }
        };
        files.push(file);
    }
    let mut made = Made { sha256, size_px, files, archive_extension: None, archive_kept_back: false };
    match plan.archive {
        None => {}
        Some(Make::There) => made.files.push(there(renderer, picture, Variant::Archive)?),
        Some(how) => archive(recipe, picture, how, &mut made)?,
    }
    Ok(made)
}

/// A JPEG without the place it was taken at.
fn scrubbed(jpeg: &Arc<Vec<u8>>) -> Result<Arc<Vec<u8>>, Reason> {
    match without_location(jpeg).map_err(|error| refusal(&error))? {
        Cow::Borrowed(_) => Ok(Arc::clone(jpeg)),
        Cow::Owned(rest) => Ok(Arc::new(rest)),
    }
}

/// What is published where the source is copied.
fn copied(recipe: &DerivativeRecipe, plan: &DerivativePlan, source: &Arc<Vec<u8>>) -> Result<Arc<Vec<u8>>, Reason> {
    if recipe.keep_location || (plan.original != Make::Copy && plan.medium != Some(Make::Copy)) {
        return Ok(Arc::clone(source));
    }
    scrubbed(source)
}

fn wanted(plan: &DerivativePlan) -> impl Iterator<Item = (Variant, Make)> {
    [(Variant::Original, Some(plan.original)), (Variant::Medium, plan.medium), (Variant::Thumbnail, plan.thumbnail)]
        .into_iter()
        .filter_map(|(variant, how)| how.map(|how| (variant, how)))
}

fn targets(recipe: &DerivativeRecipe, plan: &DerivativePlan) -> impl Iterator<Item = (Variant, Target)> {
    let quality = recipe.quality;
    wanted(plan).filter_map(move |(variant, how)| match how {
        Make::Resize { width_px } => Some((variant, Target { width_px, quality })),
        Make::Copy | Make::SameAsOriginal | Make::There => None,
    })
}

fn refusal(error: &pinax_image::Error) -> Reason {
    use pinax_image::ErrorKind;
    let (code, hint) = match error.kind() {
        ErrorKind::Empty => (ReasonCode::Empty, "copy the file again from the camera or scanner"),
        ErrorKind::NotAnImage => (ReasonCode::NotAnImage, "look at what the file really is"),
        ErrorKind::NeedsConverter(format) => return not_converted(format),
        ErrorKind::Truncated => (ReasonCode::Truncated, "the copy was cut off; copy the file again"),
        ErrorKind::TooLarge { .. } => (ReasonCode::TooLarge, "raise limits.max_megapixels if the file is what it says"),
        ErrorKind::TooMuchMemory { .. } | ErrorKind::TookTooLong => {
            (ReasonCode::TooLarge, "save it again as a baseline JPEG or a plain TIFF")
        }
        ErrorKind::TooManyScans => (ReasonCode::TooLarge, "save it again as a baseline JPEG"),
        _ => (ReasonCode::Corrupt, "copy the file again, or save it again as JPEG"),
    };
    Reason::new(code, error.to_string()).hint(hint)
}
