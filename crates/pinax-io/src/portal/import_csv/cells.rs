//! A row for the import page: its cells, and what must not be in them. A row the portal would refuse, or would take for
//! something else, is refused here, where a person is told why.

use pinax_core::nouns::media::MediaRecord;
use pinax_core::{Error, ErrorKind, Result};

use super::rules;

/// The columns after the identifier. The import page maps each of them by its header (`UtilitiesFileImport`); it drops
/// any of them when it comes first in a file. Of those it knows, these are the ones a run has something for.
pub(super) const COLUMNS: [&str; 18] = [
    "originalUrl",
    "url",
    "thumbnailUrl",
    "format",
    "mediaMD5",
    // The row's recordID: the portal gives it another, but keeps this one too.
    "sourceIdentifier",
    "owner",
    "creator",
    "rights",
    "copyright",
    "accessRights",
    "archiveUrl",
    "sourceUrl",
    "referenceUrl",
    "caption",
    "notes",
    "anatomy",
    "sortOccurrence",
];

/// Those of [`COLUMNS`] that are left out of a file when they are empty.
const MAY_BE_MISSING: std::ops::Range<usize> = 6..17;

/// The cells of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cells {
    pub(super) identifier: String,
    pub(super) values: [String; COLUMNS.len()],
}

impl Cells {
    /// The columns this row needs.
    pub(super) fn columns(&self) -> impl Iterator<Item = usize> {
        (0..COLUMNS.len()).filter(|column| !MAY_BE_MISSING.contains(column) || !self.values[*column].is_empty())
    }
}

/// The cells of `record`.
///
/// # Errors
/// [`ErrorKind::Rejected`], naming the column.
pub(super) fn cells(record: &MediaRecord, identifier: &str, allow_http: bool) -> Result<Cells> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let more = |column: &str| record.more.get(column).cloned().unwrap_or_default();
    let values = [
        record.original_url.clone(),
        record.url.clone(),
        text(&record.thumbnail_url),
        record.format.clone(),
        text(&record.media_md5),
        record.record_id.clone(),
        text(&record.owner),
        text(&record.creator),
        text(&record.rights),
        text(&record.copyright),
        text(&record.access_rights),
        more("archiveUrl"),
        more("sourceUrl"),
        more("referenceUrl"),
        more("caption"),
        more("notes"),
        more("anatomy"),
        record.sort_occurrence.to_string(),
    ];
    let refuse = |column: &str, why: String| Err(Error::new(ErrorKind::Rejected, format!("{column} {why}")));
    for (column, value) in std::iter::once("occid, occurrenceID or catalogNumber")
        .chain(COLUMNS)
        .zip(std::iter::once(identifier).chain(values.iter().map(String::as_str)))
    {
        if let Some(why) = unsafe_text(value) {
            return refuse(column, why);
        }
    }
    for (column, value) in COLUMNS.iter().zip(&values) {
        if let Some(why) = rules::too_long(column, value) {
            return refuse(column, why);
        }
    }
    for (column, value) in COLUMNS.iter().zip(&values).filter(|(column, _)| rules::ADDRESSES.contains(column)) {
        if let Some(why) = bad_address(value, allow_http) {
            return refuse(column, why);
        }
    }
    for (column, value) in [("originalUrl", &values[0]), ("format", &values[3]), ("sourceIdentifier", &values[5])] {
        if value.is_empty() {
            return refuse(column, "is empty".to_owned());
        }
    }
    if !rules::is_taken(&record.format) {
        return refuse("format", format!("is {}, which the import page does not take", record.format));
    }
    if identifier.is_empty() {
        return refuse("the record", "has no identifier in the download".to_owned());
    }
    Ok(Cells { identifier: identifier.to_owned(), values })
}

fn unsafe_text(value: &str) -> Option<String> {
    if let Some(why) = rules::unholdable(value) {
        return Some(why);
    }
    if value.chars().any(char::is_control) {
        return Some("holds a control character".to_owned());
    }
    // PHP takes a backslash before a quote for an escape.
    if value.contains('\\') {
        return Some("holds a backslash".to_owned());
    }
    rules::is_formula(value).then(|| "begins like a formula, which a spreadsheet program would carry out".to_owned())
}

fn bad_address(value: &str, allow_http: bool) -> Option<String> {
    if value.is_empty() || (allow_http && value.starts_with("http://")) || value.starts_with("https://") {
        return rules::odd_in_address(value).or_else(|| rules::splits_lists(value));
    }
    Some(format!("is no https address: {value}"))
}

#[cfg(test)]
mod tests {
    use super::{COLUMNS, cells};
    use pinax_core::nouns::media::MediaRecord;

    fn record() -> MediaRecord {
        MediaRecord {
            occid: 7,
            record_id: "b0".to_owned(),
            url: "https://h/a_med.jpg".to_owned(),
            original_url: "https://h/a.jpg".to_owned(),
            format: "image/jpeg".to_owned(),
            ..MediaRecord::default()
        }
    }

    #[test]
    fn empty_texts_need_no_column() {
        let columns = |record: &MediaRecord| -> Vec<&str> {
            cells(record, "7", false).unwrap().columns().map(|column| COLUMNS[column]).collect()
        };
        let all = ["originalUrl", "url", "thumbnailUrl", "format", "mediaMD5", "sourceIdentifier", "sortOccurrence"];
        assert_eq!(columns(&record()), all);
        let owned = MediaRecord { owner: Some("TST".to_owned()), ..record() };
        assert!(columns(&owned).contains(&"owner"));
    }

    #[test]
    fn what_an_import_would_spoil_is_refused_by_name() {
        let with = |change: fn(&mut MediaRecord)| {
            let mut record = record();
            change(&mut record);
            cells(&record, "7", false).unwrap_err().to_string()
        };
        for (told, part) in [
            (with(|r| r.original_url = "http://h/a.jpg".to_owned()), "originalUrl is no https"),
            (with(|r| r.url = "https://h/a b.jpg".to_owned()), "url holds ` `"),
            (with(|r| r.url = "https://h/é.jpg".to_owned()), "url holds `é`"),
            (with(|r| r.thumbnail_url = Some("https://h/a,b.jpg".to_owned())), "thumbnailUrl holds `,`"),
            (with(|r| r.original_url = format!("https://h/{}", "x".repeat(255))), "originalUrl has 265 characters"),
            (with(|r| r.original_url.clear()), "originalUrl is empty"),
            (with(|r| r.thumbnail_url = Some("https://h/a;b.jpg".to_owned())), "thumbnailUrl holds `;`"),
            (with(|r| r.format.clear()), "format is empty"),
            (with(|r| r.format = "image/tiff".to_owned()), "format is image/tiff"),
            (with(|r| r.access_rights = Some("x".repeat(256))), "accessRights has 256"),
            (with(|r| r.owner = Some("a\nb".to_owned())), "owner holds a control"),
            (with(|r| r.owner = Some("x".repeat(251))), "owner has 251"),
            (with(|r| r.creator = Some("=cmd()".to_owned())), "creator begins like a formula"),
            (with(|r| r.rights = Some("CC🌿".to_owned())), "rights holds a character"),
            (with(|r| r.copyright = Some("a\\\"b".to_owned())), "copyright holds a backslash"),
            (with(|r| r.media_md5 = Some("a".repeat(64))), "mediaMD5 has 64"),
        ] {
            assert!(told.contains(part), "{told}");
        }
        assert!(cells(&record(), "", false).is_err());
        let plain = MediaRecord { original_url: "http://h/a.jpg".to_owned(), ..record() };
        assert!(cells(&plain, "7", true).is_ok());
    }
}
