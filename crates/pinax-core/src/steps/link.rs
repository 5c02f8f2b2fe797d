//! Link: the portal row a picture shall have, against the rows its record has.

use uuid::Uuid;

use crate::nouns::collection::Collection;
use crate::nouns::media::{Derivative, MediaFile, MediaRecord, MediaRow, Variant};
use crate::nouns::occurrence::Occurrence;
use crate::nouns::profile::Rights;
use crate::nouns::uri::AccessUri;

/// `media.sortOccurrence` of the first picture of a record: Symbiota's default.
pub const SORT_FIRST: u32 = 5;

/// One write to the portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MediaChange {
    /// A new row.
    Insert(Box<MediaRecord>),
    /// The same row (`recordID`) shows something else.
    Update {
        /// As it was when we looked.
        before: Box<MediaRecord>,
        /// As it shall be.
        after: Box<MediaRecord>,
    },
}

impl MediaChange {
    /// The row as it shall be.
    #[must_use]
    pub fn after(&self) -> &MediaRecord {
        match self {
            Self::Insert(record) => record,
            Self::Update { after, .. } => after,
        }
    }

    /// The row as it was.
    #[must_use]
    pub fn before(&self) -> Option<&MediaRecord> {
        match self {
            Self::Insert(_) => None,
            Self::Update { before, .. } => Some(before),
        }
    }
}

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
    let medium = of(Variant::Medium)?;
    let thumbnail = of(Variant::Thumbnail);
    Some(MediaRecord {
        occid: occurrence.occid.0,
        record_id: record_id(occurrence, &original.uri),
        url: medium.uri.as_str().to_owned(),
        thumbnail_url: thumbnail.map(|thumbnail| thumbnail.uri.as_str().to_owned()),
        original_url: original.uri.as_str().to_owned(),
        format: "image/jpeg".to_owned(),
        tid: occurrence.tid,
        owner: rights.owner.clone().or_else(|| Some(collection.name.clone())),
        creator: rights.creator.clone(),
        rights: rights.rights.clone(),
        copyright: rights.copyright.clone(),
        media_md5: Some(original.md5.clone()),
        pixel_x_dimension: Some(original.width_px),
        pixel_y_dimension: Some(original.height_px),
        sort_occurrence: SORT_FIRST + rank,
        files: derivatives
            .iter()
            .map(|file| MediaFile { variant: file.variant, bytes: file.size_bytes, md5: file.md5.clone() })
            .collect(),
    })
}

/// Wanted row against the rows the record has. `shown_before` is the `recordID` of the row that shows an earlier
/// content of the same file: it is updated and keeps its identity.
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
    let earlier = shown_before.and_then(|id| of_record().find(|row| row.record.record_id.eq_ignore_ascii_case(id)));
    LinkDecision::Change(match earlier {
        None => MediaChange::Insert(Box::new(wanted)),
        Some(row) => {
            let before = row.record.clone();
            let after = MediaRecord {
                url: wanted.url,
                thumbnail_url: wanted.thumbnail_url,
                original_url: wanted.original_url,
                format: wanted.format,
                media_md5: wanted.media_md5,
                pixel_x_dimension: wanted.pixel_x_dimension,
                pixel_y_dimension: wanted.pixel_y_dimension,
                files: wanted.files,
                ..before.clone()
            };
            MediaChange::Update { before: Box::new(before), after: Box::new(after) }
        }
    })
}

/// What a record's rows say of a picture that is about to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// Nothing.
    Not,
    /// This row shows it: same record, same MD5.
    Already(String),
    /// This row shows another picture at the address this one would have; somebody else made it.
    Otherwise(String),
}

/// Looks for a picture among the rows of its record, before it is published. `md5` is that of its large file, `original`
/// the address it would have. At that address a row of ours (its `recordID` follows from record and address) may show
/// another file of the same name; the ledger finds this one another address.
#[must_use]
pub fn shown(
    occurrence: &Occurrence,
    present: &[MediaRow],
    shown_before: Option<&str>,
    original: &AccessUri,
    md5: &str,
) -> Shown {
    let ours = record_id(occurrence, original);
    let is = |row: &MediaRow, id: &str| row.record.record_id.eq_ignore_ascii_case(id);
    let rows = || {
        let of_record = present.iter().filter(|row| row.record.occid == occurrence.occid.0);
        of_record.filter(|row| !shown_before.is_some_and(|id| is(row, id)))
    };
    let same_md5 = |row: &&MediaRow| row.record.media_md5.as_deref().is_some_and(|sum| sum.eq_ignore_ascii_case(md5));
    if let Some(row) = rows().find(same_md5) {
        return Shown::Already(row.record.record_id.clone());
    }
    let at_address = |row: &&MediaRow| AccessUri::same_place(&row.record.original_url, original.as_str());
    match rows().filter(|row| !is(row, &ours)).find(at_address) {
        Some(row) if row.record.media_md5.is_some() => Shown::Otherwise(row.record.original_url.clone()),
        _ => Shown::Not,
    }
}

/// The UUID of a new row. It follows from record and address, so that a write repeated after a crash is seen to be
/// the same write.
fn record_id(occurrence: &Occurrence, original: &AccessUri) -> String {
    let name = format!("{}\n{original}", occurrence.occid);
    Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes()).to_string()
}

#[cfg(test)]
mod tests {
    use super::{LinkDecision, MediaChange, MediaRecord, MediaRow, Occurrence, Shown, decide, shown};
    use crate::nouns::occurrence::Occid;
    use crate::nouns::uri::PublicUrl;

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
        let (before, after) = (change.before().expect("an update"), change.after());
        assert_eq!((after.record_id.as_str(), after.owner.as_deref()), ("AA-1", Some("theirs")));
        assert_eq!(
            (before.original_url.as_str(), after.original_url.as_str()),
            ("https://h/x.jpg", "https://h/x_1.jpg")
        );
    }

    #[test]
    fn a_picture_somebody_else_linked_is_known_by_its_md5() {
        let occurrence = Occurrence {
            occid: Occid(7),
            catalog_number: "A1".to_owned(),
            tid: None,
            scientific_name: None,
            recorded_by: None,
            event_date: None,
        };
        let root = PublicUrl::new("https://h", false).unwrap();
        let (here, elsewhere) = (root.join("x.jpg").unwrap(), root.join("y.jpg").unwrap());
        let mut theirs = row(7, "theirs", "http://h/x.jpg");
        theirs.record.media_md5 = Some("AB12".to_owned());
        let present = [theirs];
        let ask = |original, md5, before| shown(&occurrence, &present, before, original, md5);
        assert_eq!(ask(&elsewhere, "ab12", None), Shown::Already("theirs".to_owned()));
        assert_eq!(ask(&here, "cd34", None), Shown::Otherwise("http://h/x.jpg".to_owned()));
        assert_eq!(ask(&elsewhere, "cd34", None), Shown::Not);
        assert_eq!(ask(&here, "cd34", Some("THEIRS")), Shown::Not, "it is the row that will be updated");
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
