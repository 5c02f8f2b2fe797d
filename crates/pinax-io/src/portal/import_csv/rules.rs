//! What the import page does with a cell: which columns it knows, how wide the portal's are, and what would be spoilt on
//! the way. For our own rows and for anybody's file. The page is Symbiota 3.4's Extended Data Import, "Media Field Map"
//! (`OccurrenceImport`, `UtilitiesFileImport`, `Media::insert`).

pub(super) use crate::media_columns::{IDENTIFIERS, MEDIA};

/// The widths of [`MEDIA`] and [`IDENTIFIERS`].
pub(super) fn width(column: &str) -> Option<usize> {
    IDENTIFIERS.iter().chain(&MEDIA).find(|(name, _)| *name == column).map(|(_, width)| *width)
}

/// Columns that hold addresses; those of pictures come first.
pub(super) const ADDRESSES: [&str; 6] =
    ["originalUrl", "url", "thumbnailUrl", "archiveUrl", "sourceUrl", "referenceUrl"];

/// The types the page takes (`ALLOWED_MEDIA_MIME_TYPES` in `config/symbbase.php`; a portal may have another list), with
/// the endings by which it knows them where no type is given.
pub(super) const FORMATS: [(&str, &[&str]); 8] = [
    ("image/jpeg", &["jpg", "jpeg"]),
    ("image/png", &["png"]),
    ("image/gif", &["gif"]),
    ("image/bmp", &["bmp"]),
    ("audio/mpeg", &["mp3"]),
    ("audio/wav", &["wav"]),
    ("audio/ogg", &["ogg"]),
    ("application/pdf", &["pdf"]),
];

/// A file is never larger (`MAX_FILE_SIZE` in `collections/admin/importextended.php`).
pub(super) const MAX_FILE_BYTES: u64 = 10_000_000;

/// Is it wider than its column?
pub(super) fn too_long(column: &str, value: &str) -> Option<String> {
    let width = width(column)?;
    let length = value.chars().count();
    (length > width).then(|| format!("has {length} characters; a portal holds {width}"))
}

/// What no table of a portal can hold.
pub(super) fn unholdable(value: &str) -> Option<String> {
    if value.contains('\0') {
        return Some("holds a NUL byte".to_owned());
    }
    if value.chars().any(|c| c.len_utf8() > 3) {
        return Some("holds a character a portal's tables cannot (such as an emoji)".to_owned());
    }
    None
}

/// Begins like a formula, which a spreadsheet program would carry out.
pub(super) fn is_formula(value: &str) -> bool {
    value.starts_with(['=', '+', '-', '@'])
}

/// What in an address must be percent-encoded.
pub(super) fn odd_in_address(value: &str) -> Option<String> {
    let odd = |c: &char| !c.is_ascii_graphic() || matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '}');
    if let Some(odd) = value.chars().find(odd) {
        return Some(format!("holds `{}`, which must be percent-encoded: {value}", odd.escape_debug()));
    }
    let lame = |at: usize| !value.get(at + 1..at + 3).is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
    value.match_indices('%').any(|(at, _)| lame(at)).then(|| format!("has a `%` that must be written %25: {value}"))
}

/// Where Symbiota and those who take its data split `associatedMedia`.
pub(super) fn splits_lists(value: &str) -> Option<String> {
    let at = value.chars().find(|c| matches!(c, ',' | ';' | '|'))?;
    Some(format!("holds `{at}`, at which lists of addresses are split (associatedMedia): {value}"))
}

/// Has it the scheme (in any case)?
pub(super) fn has_scheme(value: &str, scheme: &str) -> bool {
    value.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme))
}

/// Is it one of [`FORMATS`]?
pub(super) fn is_taken(format: &str) -> bool {
    let format = if format.eq_ignore_ascii_case("audio/mp3") { "audio/mpeg" } else { format };
    FORMATS.iter().any(|(name, _)| name.eq_ignore_ascii_case(format))
}

/// The ending of an address, in small letters.
pub(super) fn ending(address: &str) -> Option<String> {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next()?;
    name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase())
}

/// Does the page know the type of a file with this ending?
pub(super) fn is_taken_ending(ending: &str) -> bool {
    FORMATS.iter().any(|(_, endings)| endings.contains(&ending))
}

#[cfg(test)]
mod tests {
    use super::{ending, odd_in_address, splits_lists, too_long};

    #[test]
    fn addresses() {
        for fine in ["https://h/a.jpg", "https://h/%C3%A9?x=1&y=2#z", "https://h/~a_(1)'!*"] {
            assert_eq!(odd_in_address(fine), None, "{fine}");
        }
        for odd in ["https://h/a b", "https://h/é", "https://h/%", "https://h/%2", "https://h/%zz", "https://h/a\\b"] {
            assert!(odd_in_address(odd).is_some(), "{odd}");
        }
        assert!(splits_lists("https://h/full/,250/0/x.jpg").is_some());
        assert_eq!(splits_lists("https://h/%2C.jpg"), None);
        assert_eq!(ending("https://h/A.B/x.JPG?y=z.png").as_deref(), Some("jpg"));
        assert_eq!(ending("https://h.org/00-abc"), None);
    }

    #[test]
    fn widths_are_in_characters() {
        assert_eq!(too_long("owner", &"é".repeat(250)), None);
        assert!(too_long("owner", &"é".repeat(251)).is_some());
        assert!(too_long("hashValue", &"0".repeat(64)).is_some());
        assert_eq!(too_long("unheard of", &"0".repeat(6400)), None);
    }
}
