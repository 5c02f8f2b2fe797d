//! A row for an archive: a picture and the names of its record. What an import would cut, spoil or leave out is refused
//! here, where a person is told why.

use pinax_core::nouns::media::MediaRecord;
use pinax_core::nouns::uri::URI_MAX_CHARS;
use pinax_core::steps::link::SORT_FIRST;
use pinax_core::{Error, ErrorKind, Result};

use crate::portal::download::Identifier;

/// The columns of a row while it waits for its archive, with the bytes a portal's staging tables keep of each
/// (`uploadimagetemp`, `uploadspectemp`): it cuts what is longer without a word (`SpecUploadBase::getSqlFragments`).
pub(super) const COLUMNS: [(&str, usize); 14] = [
    ("id", 150),
    ("catalogNumber", 32),
    ("originalUrl", URI_MAX_CHARS),
    ("url", URI_MAX_CHARS),
    ("thumbnailUrl", URI_MAX_CHARS),
    ("format", 45),
    // The row's recordID: the portal gives it another, but keeps this one too, and finds the row again by it.
    ("sourceIdentifier", 150),
    ("owner", 100),
    ("creator", 100),
    ("rights", 255),
    ("copyright", 255),
    ("accessRights", 255),
    ("mediaMD5", 45),
    ("sortOccurrence", 10),
];

/// Those of [`COLUMNS`] that hold addresses.
const ADDRESSES: std::ops::Range<usize> = 2..5;

/// Those of [`COLUMNS`] without which a row is worth nothing.
const NEEDED: [usize; 5] = [0, 1, 2, 5, 6];

/// A row, in the order of [`COLUMNS`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DwcaRow {
    pub(super) cells: [String; COLUMNS.len()],
}

impl DwcaRow {
    /// The cells of `record`, whose occurrence is `core_id` in the archive and `catalog_number` on the portal.
    ///
    /// # Errors
    /// [`ErrorKind::Rejected`], naming the column.
    pub(super) fn new(record: &MediaRecord, core_id: &str, catalog_number: &str, allow_http: bool) -> Result<Self> {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let cells = [
            core_id.to_owned(),
            catalog_number.to_owned(),
            record.original_url.clone(),
            record.url.clone(),
            text(&record.thumbnail_url),
            record.format.clone(),
            record.record_id.clone(),
            text(&record.owner),
            text(&record.creator),
            text(&record.rights),
            text(&record.copyright),
            text(&record.access_rights),
            text(&record.media_md5),
            record.sort_occurrence.to_string(),
        ];
        let refused =
            |column: usize, why: String| Err(Error::new(ErrorKind::Rejected, format!("{} {why}", COLUMNS[column].0)));
        for (column, value) in cells.iter().enumerate() {
            let width = COLUMNS[column].1;
            if let Some(why) = unsafe_text(value) {
                return refused(column, why);
            }
            if value.len() > width {
                return refused(column, format!("has {} bytes; the portal's import keeps {width}", value.len()));
            }
            if value.is_empty() && NEEDED.contains(&column) {
                return refused(column, "is empty".to_owned());
            }
            if ADDRESSES.contains(&column)
                && let Some(why) = bad_address(value, allow_http)
            {
                return refused(column, why);
            }
        }
        Ok(Self { cells })
    }

    /// The value of a column.
    pub(super) fn cell(&self, column: &str) -> &str {
        let at = COLUMNS.iter().position(|(name, _)| *name == column);
        at.map_or("", |at| self.cells[at].as_str())
    }

    /// The row by which a portal finds a picture again, without regard to case.
    pub(super) fn known_as(&self) -> String {
        self.cell("sourceIdentifier").to_lowercase()
    }

    /// The place among the pictures of its record.
    pub(super) fn place(&self) -> u32 {
        self.cell("sortOccurrence").parse().unwrap_or(SORT_FIRST)
    }

    /// The picture; `None` when its record cannot be told.
    pub(super) fn record(&self, identifier: Identifier) -> Option<MediaRecord> {
        let filled = |column| Some(self.cell(column).to_owned()).filter(|text| !text.is_empty());
        Some(MediaRecord {
            occid: identifier.occid(self.cell("id"))?.0,
            record_id: self.cell("sourceIdentifier").to_owned(),
            url: self.cell("url").to_owned(),
            thumbnail_url: filled("thumbnailUrl"),
            original_url: self.cell("originalUrl").to_owned(),
            format: self.cell("format").to_owned(),
            owner: filled("owner"),
            creator: filled("creator"),
            rights: filled("rights"),
            copyright: filled("copyright"),
            access_rights: filled("accessRights"),
            media_md5: filled("mediaMD5"),
            sort_occurrence: self.place(),
            ..MediaRecord::default()
        })
    }
}

fn unsafe_text(value: &str) -> Option<String> {
    if value.chars().any(char::is_control) {
        return Some("holds a control character".to_owned());
    }
    if value.chars().any(|c| c.len_utf8() > 3) {
        return Some("holds a character a portal's tables cannot (such as an emoji)".to_owned());
    }
    // PHP takes a backslash before a quote for an escape.
    if value.contains('\\') {
        return Some("holds a backslash".to_owned());
    }
    if value.starts_with(['=', '+', '-', '@']) {
        return Some("begins like a formula, which a spreadsheet program would carry out".to_owned());
    }
    if value != value.trim() || value.contains("  ") {
        return Some("has spaces at an end or two together, which the import takes out".to_owned());
    }
    None
}

/// A portal leaves raw and TIFF files out without a word (`SpecUploadBase::cleanImages`).
fn bad_address(value: &str, allow_http: bool) -> Option<String> {
    if !(value.is_empty() || (allow_http && value.starts_with("http://")) || value.starts_with("https://")) {
        return Some(format!("is no https address: {value}"));
    }
    let odd = |c: &char| !c.is_ascii_graphic() || matches!(c, '"' | '<' | '>' | ',');
    if let Some(odd) = value.chars().find(odd) {
        return Some(format!("holds `{odd}`, which must be percent-encoded: {value}"));
    }
    let ending = value.rsplit('.').next().unwrap_or_default().to_lowercase();
    matches!(ending.as_str(), "tif" | "dng")
        .then(|| format!("is left out by the portal, for it ends in {ending}: {value}"))
}

#[cfg(test)]
mod tests {
    use pinax_core::nouns::media::MediaRecord;

    use super::{DwcaRow, Identifier};

    fn record() -> MediaRecord {
        MediaRecord {
            occid: 7,
            record_id: "b0".to_owned(),
            url: "https://h/a_med.jpg".to_owned(),
            original_url: "https://h/a.jpg".to_owned(),
            format: "image/jpeg".to_owned(),
            sort_occurrence: 6,
            ..MediaRecord::default()
        }
    }

    #[test]
    fn a_row_tells_its_picture_again() {
        let record = MediaRecord { creator: Some("A \"B\", C'".to_owned()), ..record() };
        let row = DwcaRow::new(&record, "7", "TST7", false).unwrap();
        assert_eq!(row.record(Identifier::Occid), Some(record));
        assert_eq!(row.cell("catalogNumber"), "TST7");
    }

    #[test]
    fn what_an_import_would_spoil_is_refused_by_name() {
        let with = |change: fn(&mut MediaRecord)| {
            let mut record = record();
            change(&mut record);
            DwcaRow::new(&record, "7", "TST7", false).unwrap_err().to_string()
        };
        for (told, part) in [
            (with(|r| r.original_url = "http://h/a.jpg".to_owned()), "originalUrl is no https"),
            (with(|r| r.original_url = "https://h/a.TIF".to_owned()), "originalUrl is left out"),
            (with(|r| r.url = "https://h/a b.jpg".to_owned()), "url holds ` `"),
            (with(|r| r.thumbnail_url = Some("https://h/a,b.jpg".to_owned())), "thumbnailUrl holds `,`"),
            (with(|r| r.original_url = format!("https://h/{}", "x".repeat(255))), "originalUrl has 265 bytes"),
            (with(|r| r.format.clear()), "format is empty"),
            (with(|r| r.owner = Some("a\nb".to_owned())), "owner holds a control"),
            // In characters it would fit; PHP counts bytes.
            (with(|r| r.owner = Some("é".repeat(51))), "owner has 102 bytes"),
            (with(|r| r.creator = Some("=cmd()".to_owned())), "creator begins like a formula"),
            (with(|r| r.creator = Some("a  b".to_owned())), "creator has spaces"),
            (with(|r| r.rights = Some("CC🌿".to_owned())), "rights holds a character"),
            (with(|r| r.copyright = Some("a\\\"b".to_owned())), "copyright holds a backslash"),
        ] {
            assert!(told.contains(part), "{told}");
        }
        let plain = MediaRecord { original_url: "http://h/a.jpg".to_owned(), ..record() };
        assert!(DwcaRow::new(&plain, "7", "TST7", true).is_ok());
        assert!(DwcaRow::new(&record(), "7", "", false).unwrap_err().to_string().contains("catalogNumber is empty"));
    }
}
