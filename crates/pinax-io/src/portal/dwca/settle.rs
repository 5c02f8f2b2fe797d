//! What becomes of a change: it is in an archive already, it goes into the next, or no import can bring it about.

use pinax_core::nouns::media::{MediaRecord, MediaRow};
use pinax_core::nouns::occurrence::Occid;
use pinax_core::{Error, ErrorKind, Result};

use super::written::Written;
use crate::portal::download::Index;

/// A change that is not refused.
pub(super) enum Settled {
    /// It is told already.
    There(MediaRecord),
    /// It must be told: the picture as it shall be.
    New(MediaRecord),
}

/// A new picture.
pub(super) fn insert(written: &Written, record: &MediaRecord) -> Result<Settled> {
    Ok(match written.find(record)? {
        Some(there) => Settled::There(there),
        None => Settled::New(carried(record)),
    })
}

/// What of a row an import carries to the portal; the rest is worked out there.
pub(super) fn carried(record: &MediaRecord) -> MediaRecord {
    MediaRecord {
        tid: None,
        source_identifier: None,
        pixel_x_dimension: None,
        pixel_y_dimension: None,
        files: Vec::new(),
        ..record.clone()
    }
}

/// A picture that has moved. Of a row it finds by its `sourceIdentifier` an import changes the three addresses and
/// nothing else (`SpecUploadBase::transferImages`), and only when the `originalUrl` is a new one (`cleanImages`).
pub(super) fn update(written: &Written, index: &Index, before: &MediaRecord, after: &MediaRecord) -> Result<Settled> {
    let occid = Occid(before.occid);
    let names = [Some(&before.record_id), before.source_identifier.as_ref()];
    let mut held = None;
    for name in names.into_iter().flatten() {
        held = held.or(written.known_as(occid, name)?);
    }
    let Some(held) = held else {
        let is_shown = |record: MediaRecord| MediaRow { media_id: None, record }.is_known_as(&before.record_id);
        return Err(if index.media_of(&[occid])?.into_iter().any(is_shown) {
            rejected("no archive of this profile told the portal of this picture, so an import would add it again")
        } else {
            Error::new(ErrorKind::Conflict, "the row is gone")
        });
    };
    if let Some(column) = other_than_addresses(before, after) {
        return Err(rejected(&format!(
            "{column} of a picture that is there cannot be changed by importing an archive"
        )));
    }
    let addresses =
        |row: &MediaRecord| [Some(row.original_url.clone()), Some(row.url.clone()), row.thumbnail_url.clone()];
    let [was, shall, is] = [before, after, &held].map(addresses);
    for column in 0..was.len() {
        if was[column] != shall[column] && is[column] != was[column] && is[column] != shall[column] {
            let told = format!("{} was changed since we looked", ["originalUrl", "url", "thumbnailUrl"][column]);
            return Err(Error::new(ErrorKind::Conflict, told));
        }
    }
    if (0..was.len()).all(|column| was[column] == shall[column] || is[column] == shall[column]) {
        return Ok(Settled::There(held));
    }
    if is[0] == shall[0] {
        return Err(rejected("the portal's import skips a picture whose originalUrl it has, so url stays as it is"));
    }
    Ok(Settled::New(MediaRecord {
        original_url: after.original_url.clone(),
        url: after.url.clone(),
        thumbnail_url: after.thumbnail_url.clone(),
        media_md5: after.media_md5.clone(),
        ..held
    }))
}

fn other_than_addresses(before: &MediaRecord, after: &MediaRecord) -> Option<&'static str> {
    [
        ("occid", before.occid != after.occid),
        ("format", before.format != after.format),
        ("owner", before.owner != after.owner),
        ("creator", before.creator != after.creator),
        ("rights", before.rights != after.rights),
        ("copyright", before.copyright != after.copyright),
        ("accessRights", before.access_rights != after.access_rights),
        ("sortOccurrence", before.sort_occurrence != after.sort_occurrence),
    ]
    .into_iter()
    .find_map(|(column, differs)| differs.then_some(column))
}

/// A picture that shall go.
pub(super) fn delete() -> Error {
    rejected("no import takes a picture away")
}

fn rejected(told: &str) -> Error {
    Error::new(ErrorKind::Rejected, told).hint("change the image in the portal's editor, or use portal kind mariadb")
}

/// A picture that has moved, told in words that have no name for it.
pub(super) fn no_update() -> Error {
    Error::new(ErrorKind::Rejected, "GBIF's words for pictures cannot tell that one has moved")
        .hint("set portal.extension to \"audubon-core\"")
}
