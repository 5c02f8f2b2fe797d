//! Media: the pictures of an occurrence as a portal holds them, one row of web addresses each.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::checksum::Sha256Sum;
use super::occurrence::Occid;
use super::uri::AccessUri;

/// The sizes of one picture, by the column that shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Variant {
    /// `media.originalUrl`: the large file.
    Original,
    /// `media.url`: the web size.
    Medium,
    /// `media.thumbnailUrl`.
    Thumbnail,
    /// `media.archiveUrl`: the file as it came, of whatever format.
    Archive,
}

impl Variant {
    /// All: those that pages show, largest first, and the archive.
    pub const ALL: [Self; 4] = [Self::Original, Self::Medium, Self::Thumbnail, Self::Archive];

    /// The column of table `media` this size is kept in; also the value of `mediametadata.field`, which knows no archive.
    #[must_use]
    pub fn column(self) -> &'static str {
        match self {
            Self::Original => "originalUrl",
            Self::Medium => "url",
            Self::Thumbnail => "thumbnailUrl",
            Self::Archive => "archiveUrl",
        }
    }

    /// Reads [`column`](Self::column) back.
    #[must_use]
    pub fn from_column(column: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|variant| variant.column() == column)
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Original => "original",
            Self::Medium => "medium",
            Self::Thumbnail => "thumbnail",
            Self::Archive => "archive",
        })
    }
}

/// Where a store keeps an object: parts joined by `/`, never empty, never `.` or `..`, no control characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ObjectKey(String);

impl ObjectKey {
    /// Checks `text`; `None` when it could leave the root of a store or cannot be a path.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        let fits = text.split('/').all(|part| {
            !part.is_empty()
                && part != "."
                && part != ".."
                && part.len() <= 255
                && !part.contains(|c: char| c.is_control() || c == '\\')
        });
        fits.then_some(Self(text))
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One published size: where it lies, and what proves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derivative {
    /// Which size.
    pub variant: Variant,
    /// Where the store keeps it; `None`: it lies elsewhere, and is only linked.
    pub key: Option<ObjectKey>,
    /// Where the web sees it.
    pub uri: AccessUri,
    /// Length.
    pub size_bytes: u64,
    /// What was read back from the store.
    pub sha256: Sha256Sum,
    /// For `mediaMD5` and `mediametadata.md5sum`.
    pub md5: String,
    /// Upright width.
    pub width_px: u32,
    /// Upright height.
    pub height_px: u32,
}

impl Derivative {
    /// Of these, one that holds the very bytes of the source.
    #[must_use]
    pub fn of_source(derivatives: &[Self], source: Option<Sha256Sum>) -> Option<&Self> {
        derivatives.iter().find(|derivative| {
            matches!(derivative.variant, Variant::Original | Variant::Archive) && Some(derivative.sha256) == source
        })
    }
}

/// Length and MD5 of one size, as Symbiota 3.4 keeps them in `mediametadata`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaFile {
    /// Which size.
    pub variant: Variant,
    /// Length.
    pub bytes: u64,
    /// MD5 in lower-case hexadecimal.
    pub md5: String,
}

/// A row of table `media`, as we want it or as we found it; field names are those of Symbiota 3.4.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MediaRecord {
    /// The record it belongs to.
    pub occid: u64,
    /// UUID of the row; stays when the row is updated.
    pub record_id: String,
    /// Web size.
    pub url: String,
    /// Thumbnail.
    pub thumbnail_url: Option<String>,
    /// Large file.
    pub original_url: String,
    /// MIME type of the large file.
    pub format: String,
    /// Taxon shown under.
    pub tid: Option<u32>,
    /// Owner; Symbiota writes the collection's name.
    pub owner: Option<String>,
    /// Photographer (`creator` since 3.2).
    pub creator: Option<String>,
    /// Licence URI.
    pub rights: Option<String>,
    /// Copyright line.
    pub copyright: Option<String>,
    /// Usage terms.
    pub access_rights: Option<String>,
    /// Name of the picture where it comes from; our own `recordID` where the portal gave the row another one.
    pub source_identifier: Option<String>,
    /// MD5 of the large file.
    #[serde(rename = "mediaMD5")]
    pub media_md5: Option<String>,
    /// Width of the large file.
    pub pixel_x_dimension: Option<u32>,
    /// Height of the large file.
    pub pixel_y_dimension: Option<u32>,
    /// Place among the pictures of the record; 5 is Symbiota's default.
    pub sort_occurrence: u32,
    /// Length and MD5 of each size.
    pub files: Vec<MediaFile>,
    /// Further columns, of [`MORE_COLUMNS`]; one that is not here is empty.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub more: BTreeMap<String, String>,
}

/// Columns that only some rows fill, with their widths in characters (the same from version 3.0 on).
pub const MORE_COLUMNS: [(&str, usize); 6] = [
    ("archiveUrl", 255),
    ("sourceUrl", 255),
    ("referenceUrl", 255),
    ("caption", 100),
    ("notes", 350),
    ("anatomy", 100),
];

impl MediaRecord {
    /// The file as it came.
    #[must_use]
    pub fn archive_url(&self) -> Option<&str> {
        self.more.get(Variant::Archive.column()).map(String::as_str)
    }

    /// The address of one size.
    #[must_use]
    pub fn address(&self, variant: Variant) -> Option<&str> {
        let address = match variant {
            Variant::Original => Some(self.original_url.as_str()),
            Variant::Medium => Some(self.url.as_str()),
            Variant::Thumbnail => self.thumbnail_url.as_deref(),
            Variant::Archive => self.archive_url(),
        };
        address.filter(|address| !address.is_empty())
    }

    /// Gives one size another address.
    pub fn set_address(&mut self, variant: Variant, address: String) {
        match variant {
            Variant::Original => self.original_url = address,
            Variant::Medium => self.url = address,
            Variant::Thumbnail => self.thumbnail_url = Some(address),
            Variant::Archive => drop(self.more.insert(variant.column().to_owned(), address)),
        }
    }

    /// Every address of a picture in this row.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        let shown = [Some(self.original_url.as_str()), Some(&self.url), self.thumbnail_url.as_deref()];
        shown.into_iter().chain([self.archive_url()]).flatten().filter(|address| !address.is_empty())
    }
}

/// A row that is already on the portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaRow {
    /// `media.mediaID`, where the portal shows it.
    pub media_id: Option<u64>,
    /// The row.
    pub record: MediaRecord,
}

impl MediaRow {
    /// Is it the row that this program knows as `record_id`? A row that came by import has a `recordID` of the
    /// portal's making, and ours as `sourceIdentifier`.
    #[must_use]
    pub fn is_known_as(&self, record_id: &str) -> bool {
        let ours = |text: &str| !record_id.is_empty() && text.eq_ignore_ascii_case(record_id);
        ours(&self.record.record_id) || self.record.source_identifier.as_deref().is_some_and(ours)
    }

    /// The record it belongs to.
    #[must_use]
    pub fn occid(&self) -> Occid {
        Occid(self.record.occid)
    }
}

#[cfg(test)]
mod tests {
    use super::ObjectKey;

    #[test]
    fn keys_stay_below_the_root() {
        for bad in ["", "/a", "a/", "a//b", "../a", "a/..", "a/./b", "a\nb", "a\\b", "a\0"] {
            assert!(ObjectKey::new(bad).is_none(), "{bad:?}");
        }
        assert!(ObjectKey::new("TST00000/TST 1 (é)..jpg").is_some());
    }
}
