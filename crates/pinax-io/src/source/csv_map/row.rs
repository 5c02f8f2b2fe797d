//! A row, understood.

use std::collections::{BTreeMap, HashSet};

use csv::ByteRecord;
use pinax_core::nouns::source_image::{Fingerprint, Locator, SourceImage, SourceStatement};
use pinax_core::nouns::uri::AccessUri;
use url::Url;

use super::header::Header;
use super::table::text;
use super::told::{Fault, Told};

/// Columns that hold addresses.
const ADDRESSES: [&str; 6] = ["originalUrl", "url", "thumbnailUrl", "archiveUrl", "sourceUrl", "referenceUrl"];

/// What rows are compared with.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Numbers with addresses, eight bytes for each.
    seen: HashSet<u64>,
    pub(super) told: Told,
}

impl Known {
    /// The picture of a row; `None` when it is left out.
    pub(super) fn image(
        &mut self,
        header: &Header,
        line: u64,
        record: &ByteRecord,
        allow_http: bool,
    ) -> Option<SourceImage> {
        let mut latin1 = false;
        let mut cell = |at: usize| {
            let (text, is_latin1) = text(record.get(at).unwrap_or_default());
            latin1 |= is_latin1;
            text.trim().to_owned()
        };
        let number = cell(header.number);
        let cells = header.media.iter().map(|(at, column)| ((*column).to_owned(), cell(*at)));
        let mut media: BTreeMap<String, String> = cells.filter(|(_, text)| !text.is_empty()).collect();
        if number.is_empty() && media.is_empty() {
            return None;
        }
        if record.iter().skip(header.width).any(|cell| !cell.trim_ascii().is_empty()) {
            self.told.add(Fault::TooWide, line, "");
            return None;
        }
        if number.is_empty() {
            self.told.add(Fault::NoNumber, line, "");
            return None;
        }
        let Some(told) = media.get("originalUrl").or_else(|| media.get("url")) else {
            self.told.add(Fault::NoAddress, line, "");
            return None;
        };
        let address = match address(told, allow_http) {
            Ok(address) => address,
            Err(why) => {
                self.told.add(Fault::BadAddress, line, &why);
                return None;
            }
        };
        let locator = format!("{}/{address}", number.replace('%', "%25").replace('/', "%2F"));
        if !self.seen.insert(Fingerprint::tag_of(&locator)) {
            self.told.add(Fault::Twice, line, "");
            return None;
        }
        if latin1 {
            self.told.add(Fault::Latin1, line, "");
        }
        media.insert("originalUrl".to_owned(), address);
        for column in ADDRESSES.into_iter().skip(1) {
            let Some(told) = media.get(column) else { continue };
            match self::address(told, allow_http) {
                Ok(address) => {
                    media.insert(column.to_owned(), address);
                }
                Err(why) => {
                    self.told.add(Fault::OtherAddress, line, &format!("{column}: {why}"));
                    media.remove(column);
                }
            }
        }
        let row: String = media.iter().map(|(column, text)| format!("{column}\u{1f}{text}\u{1e}")).collect();
        let tag = Fingerprint::tag_of(&format!("{number}\u{1e}{row}"));
        Some(SourceImage {
            locator: Locator::new(locator),
            fingerprint: Fingerprint { tag, ..Fingerprint::of_file(0, 0) },
            statement: Some(Box::new(SourceStatement { catalog_number: Some(number), media })),
        })
    }
}

/// An address as a portal can show it: blanks and letters that are not ASCII are percent-encoded.
fn address(text: &str, allow_http: bool) -> Result<String, String> {
    let url = Url::parse(text).map_err(|_| "it is no web address".to_owned())?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it holds a log-in".to_owned());
    }
    if url.fragment().is_some() {
        return Err("it holds a `#`, which must be written %23".to_owned());
    }
    // A lone `%` is kept by parsers, and refused by servers.
    let lame = |at: usize| !text.get(at + 1..at + 3).is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
    if text.match_indices('%').any(|(at, _)| lame(at)) {
        return Err("it has a `%` that must be written %25".to_owned());
    }
    AccessUri::new(url.as_str(), allow_http).map(|uri| uri.as_str().to_owned()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn addresses_are_made_fit_for_a_portal() {
        for (text, wanted) in [
            ("https://h.org/a.jpg", "https://h.org/a.jpg"),
            ("https://h.org/a b \u{fc} \u{690d}.jpg", "https://h.org/a%20b%20%C3%BC%20%E6%A4%8D.jpg"),
            ("https://h.org/a%20b%23+,'.jpg?x=1&y=2", "https://h.org/a%20b%23+,'.jpg?x=1&y=2"),
            ("HTTPS://H.org/\"a\".jpg", "https://h.org/%22a%22.jpg"),
        ] {
            assert_eq!(address(text, false).as_deref(), Ok(wanted), "{text}");
        }
        for bad in [
            "a.jpg",
            "http://h.org/a.jpg",
            "ftp://h.org/a.jpg",
            "file:///etc/passwd",
            "https://me:s3cret@h.org/a.jpg",
            "https://h.org/a#1.jpg",
            "https://h.org/100%.jpg",
            "https://h.org/100%zz.jpg",
            &format!("https://h.org/{}", "x".repeat(250)),
        ] {
            let why = address(bad, false).unwrap_err();
            assert!(!why.contains("s3cret"), "{why}");
        }
        assert!(address("http://h.org/a.jpg", true).is_ok());
    }
}
