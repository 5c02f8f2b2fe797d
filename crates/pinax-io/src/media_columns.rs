//! Columns of tables that tell of pictures, as Symbiota's import knows them ("Media Field Map" of the Extended Data Import:
//! `UtilitiesFileImport::getTranslation`, `OccurrenceImport`): their names, widths, and other names for them.

use pinax_core::nouns::uri::URI_MAX_CHARS;

/// The columns that can name a record. The page links a picture to every record that any of them fits.
pub(crate) const IDENTIFIERS: [(&str, usize); 4] =
    [("catalogNumber", 32), ("otherCatalogNumbers", 255), ("occurrenceID", 255), ("occid", 45)];

/// The columns of table `media` the page can fill, with their widths in characters.
pub(crate) const MEDIA: [(&str, usize); 21] = [
    ("originalUrl", URI_MAX_CHARS),
    ("url", URI_MAX_CHARS),
    ("thumbnailUrl", URI_MAX_CHARS),
    ("sourceUrl", URI_MAX_CHARS),
    ("archiveUrl", URI_MAX_CHARS),
    ("referenceUrl", URI_MAX_CHARS),
    ("creator", 100),
    // A number of the portal's user; the page knows the column and never stores it.
    ("creatorUid", 10),
    ("caption", 100),
    ("owner", 250),
    ("anatomy", 100),
    ("notes", 350),
    ("format", 45),
    ("sourceIdentifier", 150),
    ("hashFunction", 45),
    ("hashValue", 45),
    ("mediaMD5", 45),
    ("copyright", 255),
    ("rights", 255),
    ("accessRights", 255),
    ("sortOccurrence", 10),
];

/// Names the import page translates.
const TRANSLATED: [(&str, &str); 8] = [
    ("web", "url"),
    ("webviewoptional", "url"),
    ("thumbnail", "thumbnailUrl"),
    ("thumbnailoptional", "thumbnailUrl"),
    ("largejpg", "originalUrl"),
    ("large", "originalUrl"),
    ("imageurl", "url"),
    ("accessuri", "url"),
];

/// Names that are often meant for another.
pub(crate) const MEANT: [(&str, &str); 9] = [
    ("photographer", "creator"),
    ("license", "rights"),
    ("licence", "rights"),
    ("identifier", "originalUrl"),
    ("original_url", "originalUrl"),
    ("thumbnail_url", "thumbnailUrl"),
    ("catalog_number", "catalogNumber"),
    ("sortsequence", "sortOccurrence"),
    ("recordid", "occurrenceID, if it names occurrences, or sourceIdentifier, if it names pictures"),
];

/// A name as the import page compares it.
pub(crate) fn plain(name: &str) -> String {
    let name = name.to_lowercase();
    let name = match name.find(':') {
        Some(colon) if colon > 0 => &name[colon..],
        _ => &name,
    };
    name.chars().filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '#' | '-')).collect()
}

/// The column of the portal a name stands for.
pub(crate) fn column(name: &str) -> Option<&'static str> {
    let plain = plain(name);
    let translated = TRANSLATED.iter().find(|(from, _)| *from == plain).map(|(_, to)| *to);
    let known = || IDENTIFIERS.iter().chain(&MEDIA).map(|(name, _)| *name).find(|name| name.to_lowercase() == plain);
    translated.or_else(known)
}

/// The column of the portal a name stands for or is meant for, where that is no guess between several.
pub(crate) fn column_meant(name: &str) -> Option<&'static str> {
    let meant = || MEANT.iter().find(|(other, _)| *other == plain(name)).and_then(|(_, meant)| column(meant));
    column(name).or_else(meant)
}

#[cfg(test)]
mod tests {
    use super::{column, column_meant};

    #[test]
    fn names_are_mapped_as_on_a_portal() {
        for (name, mapped) in [
            ("catalogNumber", Some("catalogNumber")),
            ("dwc:Catalog Number", Some("catalogNumber")),
            ("Original URL", Some("originalUrl")),
            ("Large JPG", Some("originalUrl")),
            ("Thumbnail (optional)", Some("thumbnailUrl")),
            ("ac:accessURI", Some("url")),
            ("dc:format", Some("format")),
            ("thumbnail_url", None),
            ("photographer", None),
            ("recordID", None),
            ("tid", None),
        ] {
            assert_eq!(column(name), mapped, "{name}");
        }
    }

    #[test]
    fn names_that_are_meant_for_others_are_understood() {
        for (name, meant) in [
            ("photographer", Some("creator")),
            ("dcterms:license", Some("rights")),
            ("catalog_number", Some("catalogNumber")),
            ("Large", Some("originalUrl")),
            ("recordID", None),
            ("tid", None),
        ] {
            assert_eq!(column_meant(name), meant, "{name}");
        }
    }
}
