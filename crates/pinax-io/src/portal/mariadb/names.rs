//! What the tables of pictures are called, and what must be there, by the version of Symbiota's database schema.
//!
//! Until 3.1 pictures are in `images` (key `imgid`, column `photographer`), since 3.2 in `media` (`mediaID`, `creator`,
//! and `mediaType`). Pixel sizes came with 3.1, `mediametadata` with 3.4. Source: Symbiota's `config/schema/3.0` and its
//! patches.

use std::collections::HashMap;

/// The versions that are known, for messages.
pub(super) const KNOWN: &str = "3.0 to 3.4";

/// The tables and columns there are, in lower case, with the character set of each.
pub(super) type Columns = HashMap<(String, String), Option<String>>;

/// A version of Symbiota's database schema that is known: the second part of 3.0 to 3.4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version(u32);

impl Version {
    const PIXELS: Self = Self(1);
    const MEDIA: Self = Self(2);
    const METADATA: Self = Self(4);

    /// Reads `schemaversion.versionnumber`; a third part does not matter.
    pub(super) fn known(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (first, second) = (parts.next()?, parts.next()?.parse().ok()?);
        (first == "3" && second <= 4).then_some(Self(second))
    }
}

/// What the table of pictures, its key and its column for the photographer are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Names {
    pub(super) media: &'static str,
    pub(super) media_id: &'static str,
    pub(super) creator: &'static str,
}

const IMAGES: Names = Names { media: "images", media_id: "imgid", creator: "photographer" };
const MEDIA: Names = Names { media: "media", media_id: "mediaID", creator: "creator" };

impl Names {
    /// The names of a version.
    pub(super) fn of(version: Version) -> Self {
        if version < Version::MEDIA { IMAGES } else { MEDIA }
    }

    /// The names that are there, whatever the version says.
    pub(super) fn found(columns: &Columns) -> Self {
        let there = |names: &Names| {
            [names.media_id, "originalUrl", "occid"].iter().all(|column| is_there(columns, names.media, column))
        };
        if !there(&MEDIA) && there(&IMAGES) { IMAGES } else { MEDIA }
    }
}

/// Is there such a column?
pub(super) fn is_there(columns: &Columns, table: &str, column: &str) -> bool {
    columns.contains_key(&(table.to_owned(), column.to_lowercase()))
}

/// Columns no door can do without, whatever the version.
const NEEDED: [(&str, &[&str]); 4] = [
    ("omcollections", &["collID", "institutionCode", "collectionCode", "collectionName"]),
    (
        "omcollectionstats",
        &["collid", "recordcnt", "georefcnt", "familycnt", "genuscnt", "speciescnt", "datelastmodified"],
    ),
    (
        "omoccurrences",
        &[
            "occid",
            "collid",
            "catalogNumber",
            "tidInterpreted",
            "sciname",
            "family",
            "recordedBy",
            "recordNumber",
            "eventDate",
            "decimalLatitude",
        ],
    ),
    ("taxa", &["tid", "rankID", "unitName1", "sciName"]),
];

/// Columns of the table of pictures that have one name in every version.
const OF_PICTURES: [&str; 16] = [
    "tid",
    "occid",
    "url",
    "thumbnailUrl",
    "originalUrl",
    "imageType",
    "format",
    "owner",
    "copyright",
    "rights",
    "accessRights",
    "sourceIdentifier",
    "mediaMD5",
    "recordID",
    "sortSequence",
    "sortOccurrence",
];

/// Columns for the size in pixels.
pub(super) const PIXELS: [&str; 2] = ["pixelXDimension", "pixelYDimension"];

/// The table for length and MD5 of each size.
pub(super) const METADATA: (&str, [&str; 4]) = ("mediametadata", ["mediaID", "field", "bytes", "md5sum"]);

/// Tables whose rows hang on a picture's row and are deleted with it, and what a person calls them.
pub(super) const HANGING: [(&str, &str); 3] =
    [("imagetag", "tags"), ("imagekeywords", "keywords"), ("specprocessorrawlabels", "text read from it")];

/// The table of further identifiers of a record.
pub(super) const IDENTIFIERS: &str = "omoccuridentifiers";

/// Every table there may be something to know of.
pub(super) fn tables() -> Vec<&'static str> {
    NEEDED.iter().map(|(table, _)| *table).chain([IMAGES.media, MEDIA.media, METADATA.0, IDENTIFIERS]).collect()
}

/// What is missing. Without a version (it is trusted) only what no door can do without.
pub(super) fn missing(columns: &Columns, names: Names, version: Option<Version>) -> Vec<String> {
    let since = |first: Version| version.is_some_and(|version| version >= first);
    let mut of_pictures: Vec<&str> = OF_PICTURES.to_vec();
    of_pictures.extend([names.media_id, names.creator]);
    of_pictures.extend(since(Version::PIXELS).then_some(PIXELS).into_iter().flatten());
    of_pictures.extend(since(Version::MEDIA).then_some("mediaType"));
    let mut needed: Vec<(&str, &[&str])> = NEEDED.to_vec();
    needed.push((names.media, &of_pictures));
    if since(Version::METADATA) {
        needed.push((METADATA.0, &METADATA.1));
    }
    let mut missing = Vec::new();
    for (table, wanted) in needed {
        if columns.keys().any(|(there, _)| there == table) {
            let lacks = |column: &&&str| !is_there(columns, table, column);
            missing.extend(wanted.iter().filter(lacks).map(|column| format!("column {table}.{column}")));
        } else {
            missing.push(format!("table {table}"));
        }
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::{Columns, IMAGES, MEDIA, Names, Version, missing};

    #[test]
    fn versions() {
        for (text, second) in [("3.0", 0), ("3.1", 1), ("3.4", 4), ("3.4.1", 4)] {
            assert_eq!(Version::known(text), Some(Version(second)), "{text}");
        }
        for text in ["", "3", "1.2", "2.4", "3.5", "3.10", "3.40", "3.x", "4.0"] {
            assert_eq!(Version::known(text), None, "{text}");
        }
    }

    #[test]
    fn names_by_version_and_by_what_is_there() {
        let named = |second| Names::of(Version(second));
        assert_eq!([named(0), named(1), named(2), named(4)], [IMAGES, IMAGES, MEDIA, MEDIA]);
        let columns = |table: &str, key: &str| -> Columns {
            [key, "originalurl", "occid"].map(|column| ((table.to_owned(), column.to_owned()), None)).into()
        };
        assert_eq!(Names::found(&columns("images", "imgid")), IMAGES);
        assert_eq!(Names::found(&columns("media", "mediaid")), MEDIA);
        // The table `media` of Symbiota 1 was another one.
        let mut old = columns("images", "imgid");
        old.insert(("media".to_owned(), "mediaid".to_owned()), None);
        assert_eq!(Names::found(&old), IMAGES);
    }

    #[test]
    fn later_parts_are_needed_only_where_the_version_has_them() {
        let lacks = |version| missing(&Columns::new(), MEDIA, version).join(" ");
        assert!(lacks(Some(Version(4))).contains("mediametadata"));
        assert!(!lacks(Some(Version(3))).contains("mediametadata"));
        assert!(!lacks(None).contains("mediametadata"));
    }
}
