//! Sizes that are not made: the file as it came, and what lies on somebody's server already.

use std::sync::Arc;

use pinax_image::{Format, Limits, Luma, Probe, Quality, Renderer, may_say_where, sniff};

use super::{DerivativeRecipe, Made, MadeFile, Make, Picture, There, Unread, not_converted, probe, scrubbed, show};
use crate::nouns::checksum::{Sha256Sum, md5_hex};
use crate::nouns::media::Variant;
use crate::nouns::reason::{Reason, ReasonCode};

/// Bits in which the hashes of one picture in two sizes may differ; pictures of different things differ in some 32, and
/// sheets of one layout in many.
const SAME_PICTURE_BITS: u32 = 8;
/// Width by height of one picture in two sizes, rounded to pixels and cropped by careless programs.
const SAME_SHAPE: f64 = 0.05;

/// Adds the file as it came; or notes that it may say too much.
pub(super) fn archive(
    recipe: &DerivativeRecipe,
    picture: Picture<'_>,
    how: Make,
    made: &mut Made,
) -> Result<(), Reason> {
    let original = made.files.first().expect("the large file is made first").clone();
    if how == Make::SameAsOriginal {
        made.files.push(MadeFile { variant: Variant::Archive, same_as_original: true, ..original });
        return Ok(());
    }
    let bytes = match sniff(picture.file) {
        _ if recipe.keep_location => Arc::clone(picture.file),
        Some(Format::Jpeg) => scrubbed(picture.file)?,
        _ if may_say_where(picture.file) => {
            made.archive_kept_back = true;
            return Ok(());
        }
        _ => Arc::clone(picture.file),
    };
    let is_file = Arc::ptr_eq(&bytes, picture.file);
    made.archive_extension = sniff(picture.file).map(|format| format.extension().to_owned());
    made.files.push(MadeFile {
        variant: Variant::Archive,
        sha256: if is_file { picture.sha256 } else { Sha256Sum::of(&bytes) },
        md5: md5_hex(&bytes),
        width_px: made.size_px.0,
        height_px: made.size_px.1,
        bytes,
        same_as_original: false,
        lies_at: None,
    });
    Ok(())
}

/// A size that lies somewhere already: decoded whole, and compared with the picture.
///
/// # Errors
/// Why it is no size of this picture.
pub(super) fn there(renderer: &mut Renderer, picture: Picture<'_>, variant: Variant) -> Result<MadeFile, Reason> {
    let missing = || Reason::new(ReasonCode::Internal, format!("{} is not there", variant.column()));
    let there = picture.there.iter().find(|there| there.variant == variant).ok_or_else(missing)?;
    let is_file = Arc::ptr_eq(&there.bytes, picture.file);
    let (width_px, height_px) =
        if is_file { picture.probe.upright_size() } else { compared(renderer, picture, there)? };
    Ok(MadeFile {
        variant,
        bytes: Arc::clone(&there.bytes),
        sha256: if is_file { picture.sha256 } else { Sha256Sum::of(&there.bytes) },
        md5: md5_hex(&there.bytes),
        width_px,
        height_px,
        same_as_original: false,
        lies_at: Some(there.uri.clone()),
    })
}

/// Upright width and height of a size, when it shows the same as the picture.
fn compared(renderer: &mut Renderer, picture: Picture<'_>, there: &There) -> Result<(u32, u32), Reason> {
    let small = match probe(&there.bytes, &Limits::default()) {
        Ok(probe) => probe,
        // Nobody here can compare an archive of such a format; that it is there was seen.
        Err(Unread::NeedsConverter(_)) if there.variant == Variant::Archive => return Ok(picture.probe.upright_size()),
        Err(Unread::NeedsConverter(format)) => return Err(of_size(there.uri.as_str(), not_converted(format))),
        Err(Unread::Refused(reason)) => return Err(of_size(there.uri.as_str(), reason)),
    };
    same_picture(renderer, (picture.bytes, picture.probe), (there.uri.as_str(), &there.bytes, &small))
}

/// Upright width and height of what an address shows, when it is the same picture, whole and perhaps of another size.
///
/// # Errors
/// Why it is not, or cannot be decoded.
pub fn same_picture(
    renderer: &mut Renderer,
    (picture, of_picture): (&[u8], &Probe),
    (address, there, of_there): (&str, &[u8], &Probe),
) -> Result<(u32, u32), Reason> {
    let wrong = |why: &str| {
        let message = format!("{address} shows another picture than the file: {why}");
        Reason::new(ReasonCode::WrongPicture, message).hint("look at both; the size may be that of another file")
    };
    let shape = |(width, height): (u32, u32)| f64::from(width) / f64::from(height);
    let (width, height) = of_there.upright_size();
    if (shape(of_picture.upright_size()) / shape((width, height)) - 1.0).abs() > SAME_SHAPE {
        return Err(wrong(&format!("it has {width} x {height} pixels")));
    }
    let mut measured = |bytes: &[u8], probe| {
        let mut quality = None;
        let mut look = |luma: Luma<'_>| quality = Some(Quality::of(luma));
        show(renderer, bytes, probe, &mut look).map(|()| quality)
    };
    let other = measured(there, of_there).map_err(|reason| of_size(address, reason))?;
    let one = measured(picture, of_picture)?;
    // Hashes are of pictures as stored; and where nothing is to be seen, nothing can be compared.
    let comparable = of_there.orientation == of_picture.orientation;
    if let (Some(one), Some(other)) = (one, other)
        && comparable
        && !one.blank
        && one.hash.distance(other.hash) > SAME_PICTURE_BITS
    {
        return Err(wrong("light and dark lie elsewhere"));
    }
    Ok((width, height))
}

fn of_size(address: &str, reason: Reason) -> Reason {
    Reason { message: format!("{address}: {}", reason.message), ..reason }.of_address()
}
