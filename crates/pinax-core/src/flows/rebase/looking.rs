//! Looking at new addresses before a row shows them: each must give the bytes that the old one gives (or that the row's own
//! sums tell), or the same picture.

use super::moving::{Work, tried_again};
use crate::flows::run::Worker;
use crate::nouns::checksum::md5_hex;
use crate::nouns::error::Result;
use crate::nouns::media::{MediaFile, MediaRecord, MediaRow, Variant};
use crate::nouns::reason::{Reason, ReasonCode};
use crate::nouns::uri::AccessUri;
use crate::steps::derive::{self, Unread};
use crate::steps::public::why_no_picture;

/// What a new address shows.
struct Shown {
    variant: Variant,
    address: String,
    bytes: u64,
    md5: String,
    /// Upright width and height, when it is another file.
    other_file: Option<(u32, u32)>,
}

/// The row as it shall be, when each of its new addresses was proved; inside, why it stays.
///
/// # Errors
/// What every row would meet.
pub(super) async fn proved(
    work: Work<'_>,
    row: &MediaRow,
    after: MediaRecord,
    fetched: &mut u64,
) -> Result<Result<MediaRecord, Reason>> {
    let mut shown: Vec<Shown> = Vec::new();
    for variant in Variant::ALL {
        let (Some(old), Some(new)) = (row.record.address(variant), after.address(variant)) else { continue };
        if old == new {
            continue;
        }
        if let Some(same) = shown.iter().find(|one| one.address == new) {
            let (md5, other_file) = (same.md5.clone(), same.other_file);
            shown.push(Shown { variant, address: new.to_owned(), bytes: same.bytes, md5, other_file });
            continue;
        }
        match size(work, &row.record, (variant, old, new), fetched).await? {
            Ok(one) => shown.push(one),
            Err(reason) => return Ok(Err(tried_again(reason, ReasonCode::WrongPicture))),
        }
    }
    Ok(Ok(told(after, &shown)))
}

/// The row with the sums of what is another file now.
fn told(mut after: MediaRecord, shown: &[Shown]) -> MediaRecord {
    for one in shown {
        let Some((width_px, height_px)) = one.other_file else { continue };
        if one.variant == Variant::Original {
            after.media_md5 = after.media_md5.map(|_| one.md5.clone());
            after.pixel_x_dimension = after.pixel_x_dimension.map(|_| width_px);
            after.pixel_y_dimension = after.pixel_y_dimension.map(|_| height_px);
        }
        if let Some(file) = after.files.iter_mut().find(|file| file.variant == one.variant) {
            *file = MediaFile { variant: one.variant, bytes: one.bytes, md5: one.md5.clone() };
        }
    }
    after
}

async fn size(
    work: Work<'_>,
    record: &MediaRecord,
    (variant, old, new): (Variant, &str, &str),
    fetched: &mut u64,
) -> Result<Result<Shown, Reason>> {
    if let Err(error) = AccessUri::new(new, work.what.allow_http()) {
        return Ok(Err(Reason::from_error(ReasonCode::UriRefused, &error)));
    }
    let bytes = match picture_at(work, new, fetched).await? {
        Ok(bytes) => bytes,
        Err(reason) => return Ok(Err(reason)),
    };
    let md5 = md5_hex(&bytes);
    let shown = |other_file| Shown {
        variant,
        address: new.to_owned(),
        bytes: bytes.len() as u64,
        md5: md5.clone(),
        other_file,
    };
    if knows(record, variant, &md5) {
        return Ok(Ok(shown(None)));
    }
    // Where the old one is gone, another size of the row may tell.
    let others = record.addresses().filter(|address| *address != old);
    for (is_old, address) in [(true, old)].into_iter().chain(others.map(|address| (false, address))) {
        if AccessUri::new(address, true).is_err() {
            continue;
        }
        let Ok(witness) = picture_at(work, address, fetched).await? else { continue };
        if is_old && witness == bytes {
            return Ok(Ok(shown(None)));
        }
        let (name, picture) = (new.to_owned(), bytes.clone());
        let compared = work.pool.run(move |worker| compare(worker, &witness, &name, &picture)).await;
        match compared {
            Ok(Some(size_px)) => return Ok(Ok(shown(Some(size_px)))),
            Ok(None) => {}
            Err(reason) => return Ok(Err(reason)),
        }
    }
    let message = format!("{old} shows no picture any more, and nothing tells whether {new} shows the same one");
    let hint = "look at the new one, and change the row by hand; or bring the old server back for a while";
    Ok(Err(Reason::new(ReasonCode::WrongPicture, message).hint(hint)))
}

/// Does the row itself tell this sum?
fn knows(record: &MediaRecord, variant: Variant, md5: &str) -> bool {
    let of_file = record.files.iter().filter(|file| file.variant == variant).map(|file| file.md5.as_str());
    let of_row = record.media_md5.as_deref().filter(|_| variant == Variant::Original);
    of_file.chain(of_row).any(|known| known.eq_ignore_ascii_case(md5))
}

/// The picture that anybody sees at an address.
///
/// # Errors
/// What every row would meet; inside, why there is none.
pub(super) async fn picture_at(work: Work<'_>, address: &str, fetched: &mut u64) -> Result<Result<Vec<u8>, Reason>> {
    let seen = match work.context.web.look(address, work.context.profile.max_source_bytes).await {
        Ok(seen) => seen,
        Err(error) if error.stops_the_run() => return Err(error),
        Err(error) => return Ok(Err(Reason::from_error(ReasonCode::Unreadable, &error))),
    };
    *fetched += seen.bytes.len() as u64;
    Ok(match why_no_picture(address, &seen) {
        Some(reason) => Err(reason),
        None => Ok(seen.bytes),
    })
}

/// Upright width and height of the new picture, when it shows the same; `None` when the old one cannot be decoded.
fn compare(worker: &mut Worker, old: &[u8], address: &str, new: &[u8]) -> Result<Option<(u32, u32)>, Reason> {
    let Ok(of_old) = derive::probe(old, &worker.limits) else { return Ok(None) };
    let of_new = derive::probe(new, &worker.limits).map_err(|unread| match unread {
        Unread::NeedsConverter(format) => derive::not_converted(format),
        Unread::Refused(reason) => reason,
    })?;
    let _admitted = worker.gate.enter(derive::looking_bytes(&of_old).max(derive::looking_bytes(&of_new)));
    derive::same_picture(&mut worker.renderer, (old, &of_old), (address, new, &of_new)).map(Some)
}
