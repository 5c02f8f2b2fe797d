//! Link: the portal row a picture shall have, against the rows its record has.

mod change;
mod existing;

pub use change::MediaChange;
pub use existing::{Candidate, Shown, shown};
use uuid::Uuid;

use crate::nouns::collection::Collection;
use crate::nouns::media::{Derivative, MORE_COLUMNS, MediaFile, MediaRecord, MediaRow, Variant};
use crate::nouns::occurrence::Occurrence;
use crate::nouns::profile::Rights;
use crate::nouns::source_image::SourceStatement;
use crate::nouns::uri::AccessUri;

/// `media.sortOccurrence` of the first picture of a record: Symbiota's default.
pub const SORT_FIRST: u32 = 5;

/// What is to be done for one picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkDecision {
    /// This write.
    Change(MediaChange),
    /// Nothing: this row shows it.
    Present(Box<MediaRow>),
}

/// The row a published picture shall have, as Symbiota's own batch script writes it (imageType `specimen`, mediaType
/// `image` and format `image/jpeg` are the same for all; adapters write them), with pixel size and checksums.
#[must_use]
pub fn wanted_row(
    collection: &Collection,
    occurrence: &Occurrence,
    rights: &Rights,
    rank: u32,
    derivatives: &[Derivative],
) -> Option<MediaRecord> {
    let of = |variant| derivatives.iter().find(|derivative| derivative.variant == variant);
    let original = of(Variant::Original)?;
    let medium = of(Variant::Medium);
    let thumbnail = of(Variant::Thumbnail);
    Some(MediaRecord {
        occid: occurrence.occid.0,
        record_id: record_id(occurrence, &original.uri),
        url: medium.map(|medium| medium.uri.as_str().to_owned()).unwrap_or_default(),
        thumbnail_url: thumbnail.map(|thumbnail| thumbnail.uri.as_str().to_owned()),
        original_url: original.uri.as_str().to_owned(),
        format: format_of(original.uri.as_str()).to_owned(),
        tid: occurrence.tid,
        owner: rights.owner.clone().or_else(|| Some(collection.name.clone())),
        creator: rights.creator.clone(),
        rights: rights.rights.clone(),
        copyright: rights.copyright.clone(),
        access_rights: rights.access_rights.clone(),
        source_identifier: None,
        media_md5: Some(original.md5.clone()),
        pixel_x_dimension: Some(original.width_px),
        pixel_y_dimension: Some(original.height_px),
        sort_occurrence: SORT_FIRST + rank,
        files: derivatives
            .iter()
            .filter(|file| file.variant != Variant::Archive)
            .map(|file| MediaFile { variant: file.variant, bytes: file.size_bytes, md5: file.md5.clone() })
            .collect(),
        more: of(Variant::Archive)
            .map(|archive| (Variant::Archive.column().to_owned(), archive.uri.as_str().to_owned()))
            .into_iter()
            .collect(),
    })
}

/// The type of the large file, by the ending of its address: what is made is JPEG, what lies elsewhere may be anything.
fn format_of(address: &str) -> &'static str {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match ending.as_deref() {
        Some("png") => "image/png",
        Some("gif") => "image/gif",
        Some("bmp") => "image/bmp",
        Some("webp") => "image/webp",
        Some("tif" | "tiff") => "image/tiff",
        _ => "image/jpeg",
    }
}

/// What a table says of a picture beside its addresses goes before everything else.
pub fn as_told(row: &mut MediaRecord, statement: &SourceStatement) {
    let told = |column: &str| statement.media.get(column).filter(|text| !text.is_empty()).cloned();
    for (field, column) in [
        (&mut row.owner, "owner"),
        (&mut row.creator, "creator"),
        (&mut row.rights, "rights"),
        (&mut row.copyright, "copyright"),
        (&mut row.access_rights, "accessRights"),
        (&mut row.source_identifier, "sourceIdentifier"),
    ] {
        if let Some(text) = told(column) {
            *field = Some(text);
        }
    }
    let words = MORE_COLUMNS.into_iter().filter(|(column, _)| *column != Variant::Archive.column());
    row.more.extend(words.filter_map(|(column, _)| Some((column.to_owned(), told(column)?))));
    if let Some(place) = told("sortOccurrence").and_then(|text| text.parse().ok()) {
        row.sort_occurrence = place;
    }
}

/// Wanted row against the rows the record has. `shown_before` is the `recordID` of the row that shows an earlier
/// content of the same file, or another picture that is to be replaced: it is updated and keeps its identity.
#[must_use]
pub fn decide(wanted: MediaRecord, present: &[MediaRow], shown_before: Option<&str>) -> LinkDecision {
    let of_record = || present.iter().filter(|row| row.record.occid == wanted.occid);
    let same_address = |row: &&MediaRow| {
        AccessUri::same_place(&row.record.original_url, &wanted.original_url)
            || AccessUri::same_place(&row.record.url, &wanted.url)
    };
    if let Some(row) = of_record().find(same_address) {
        return LinkDecision::Present(Box::new(row.clone()));
    }
    let earlier = shown_before.and_then(|id| of_record().find(|row| row.is_known_as(id)));
    LinkDecision::Change(match earlier {
        None => MediaChange::Insert(Box::new(wanted)),
        Some(row) => {
            let before = row.record.clone();
            // An archive of the earlier content is none of this one.
            let mut more = before.more.clone();
            more.remove(Variant::Archive.column());
            more.extend(wanted.more);
            let after = MediaRecord {
                url: wanted.url,
                thumbnail_url: wanted.thumbnail_url,
                original_url: wanted.original_url,
                format: wanted.format,
                media_md5: wanted.media_md5,
                pixel_x_dimension: wanted.pixel_x_dimension,
                pixel_y_dimension: wanted.pixel_y_dimension,
                files: wanted.files,
                more,
                ..before.clone()
            };
            MediaChange::Update { before: Box::new(before), after: Box::new(after) }
        }
    })
}

/// The UUID of a new row. It follows from record and address, so that a write repeated after a crash is seen to be
/// the same write.
fn record_id(occurrence: &Occurrence, original: &AccessUri) -> String {
    let name = format!("{}\n{original}", occurrence.occid.0);
    Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes()).to_string()
}

#[cfg(test)]
mod tests {
    use super::{LinkDecision, MediaChange, MediaRecord, MediaRow, decide};

    fn row(occid: u64, record_id: &str, original: &str) -> MediaRow {
        let record = MediaRecord {
            occid,
            record_id: record_id.to_owned(),
            original_url: original.to_owned(),
            url: original.replace(".jpg", "_med.jpg"),
            owner: Some("theirs".to_owned()),
            ..MediaRecord::default()
        };
        MediaRow { media_id: Some(1), record }
    }

    #[test]
    fn an_address_that_is_there_is_left_alone_whatever_its_scheme() {
        let present = [row(7, "a", "http://h/x.jpg")];
        assert!(matches!(decide(row(7, "b", "https://h/x.jpg").record, &present, None), LinkDecision::Present(_)));
        // The same address on another record says nothing about this one.
        assert!(matches!(decide(row(8, "b", "https://h/x.jpg").record, &present, None), LinkDecision::Change(_)));
    }

    #[test]
    fn changed_content_updates_the_row_and_keeps_what_is_theirs() {
        let present = [row(7, "AA-1", "https://h/x.jpg")];
        let wanted = MediaRecord { owner: Some("ours".to_owned()), ..row(7, "new", "https://h/x_1.jpg").record };
        let LinkDecision::Change(change) = decide(wanted, &present, Some("aa-1")) else { panic!("a change") };
        let (before, after) = (change.before().expect("an update"), change.after().expect("an update"));
        assert_eq!((after.record_id.as_str(), after.owner.as_deref()), ("AA-1", Some("theirs")));
        assert_eq!(
            (before.original_url.as_str(), after.original_url.as_str()),
            ("https://h/x.jpg", "https://h/x_1.jpg")
        );
    }

    #[test]
    fn empty_addresses_are_not_the_same_address() {
        let mut present = row(7, "a", "");
        present.record.url = String::new();
        let wanted = MediaRecord { url: String::new(), ..row(7, "b", "https://h/x.jpg").record };
        let LinkDecision::Change(change) = decide(wanted, &[present], None) else { panic!("a change") };
        assert!(matches!(change, MediaChange::Insert(_)));
    }
}
