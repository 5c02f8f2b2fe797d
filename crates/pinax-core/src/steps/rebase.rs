//! Rebase: which addresses of a row move, and to where.

use percent_encoding::percent_decode_str;

use super::bisque::{BisqueAddress, BisqueLinks, read_source_identifier};
use crate::nouns::error::{Error, ErrorKind, Result};
use crate::nouns::media::{Derivative, MediaFile, MediaRecord, Variant};
use crate::nouns::profile::Rights;
use crate::nouns::uri::AccessUri;

/// Before the name of a profile: the name under which the ledger keeps what was moved for it, beside its own files.
const LEDGER_WORD: &str = "rebase ";

/// Which pictures move, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebase {
    from: String,
    to: Option<String>,
    allow_http: bool,
}

impl Rebase {
    /// Addresses that begin with `from` (by http or https) begin with `to` then; without `to` the pictures are copied into
    /// the store.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when one of them is no beginning of an address, or the new one lies below the old one.
    pub fn new(from: &str, to: Option<&str>, allow_http: bool) -> Result<Self> {
        let wrong = |message: String| {
            Error::new(ErrorKind::Config, message).hint("write it whole, such as https://img.example.org/herbarium/")
        };
        let (from, to) = (from.trim(), to.map(str::trim));
        let plain = AccessUri::without_scheme(from);
        if plain.trim_matches('/').is_empty() || (plain == from && !from.starts_with('/')) {
            return Err(wrong(format!("`{from}` is no beginning of a web address")));
        }
        if let Some(to) = to {
            AccessUri::new(to, allow_http).map_err(|error| wrong(error.to_string()))?;
        }
        // A host is compared whole.
        let host_only = !plain.contains('/');
        let closed = |text: &str| format!("{}/", text.trim_end_matches('/'));
        let new = Self {
            from: if host_only { closed(from) } else { from.to_owned() },
            to: to.map(|to| if host_only { closed(to) } else { to.to_owned() }),
            allow_http,
        };
        if let Some(to) = &new.to
            && new.rest(to).is_some_and(|rest| !rest.is_empty())
        {
            return Err(wrong(format!("{to} lies below {}: what was moved would be moved again", new.from)));
        }
        Ok(new)
    }

    /// How the addresses begin.
    #[must_use]
    pub fn from(&self) -> &str {
        &self.from
    }

    /// How they begin then; `None`: the pictures are copied into the store.
    #[must_use]
    pub fn to(&self) -> Option<&str> {
        self.to.as_deref()
    }

    /// May new addresses be http?
    #[must_use]
    pub fn allow_http(&self) -> bool {
        self.allow_http
    }

    /// The rule in words, as the ledger keeps it and a person would type it.
    #[must_use]
    pub fn words(&self) -> String {
        match &self.to {
            Some(to) => format!("--from {} --to {to}", self.from),
            None => format!("--from {} --rehost", self.from),
        }
    }

    /// What follows the beginning, when `address` begins so. Scheme and letter case of the host do not matter.
    #[must_use]
    pub fn rest<'a>(&self, address: &'a str) -> Option<&'a str> {
        let (from, plain) = (AccessUri::without_scheme(&self.from), AccessUri::without_scheme(address));
        if from.starts_with('/') != plain.starts_with('/') {
            return None;
        }
        let host = from.find('/').unwrap_or(from.len());
        let same_host = plain.get(..host)?.eq_ignore_ascii_case(&from[..host]);
        plain[host..].strip_prefix(&from[host..]).filter(|_| same_host)
    }

    /// Does the row show such an address, so that something would change?
    #[must_use]
    pub fn concerns(&self, record: &MediaRecord) -> bool {
        match self.to {
            Some(_) => self.moved(record).is_some(),
            None => record.addresses().any(|address| self.rest(address).is_some()),
        }
    }

    /// The row with its new addresses, by the rule; `None` when none changes.
    #[must_use]
    pub fn moved(&self, record: &MediaRecord) -> Option<MediaRecord> {
        let to = self.to.as_deref()?;
        let mut after = record.clone();
        for variant in Variant::ALL {
            if let Some(rest) = record.address(variant).and_then(|address| self.rest(address)) {
                after.set_address(variant, format!("{to}{rest}"));
            }
        }
        (after != *record).then_some(after)
    }
}

/// The name under which the ledger keeps what was moved for a profile.
#[must_use]
pub fn ledger_name(profile: &str) -> String {
    format!("{LEDGER_WORD}{profile}")
}

/// The profile that a name in the ledger belongs to.
#[must_use]
pub fn profile_of(ledger_name: &str) -> &str {
    ledger_name.strip_prefix(LEDGER_WORD).unwrap_or(ledger_name)
}

/// Where the best file of a row is fetched: its archive, what BisQue holds for any form of its addresses, or its large file.
#[must_use]
pub fn archive_of(record: &MediaRecord) -> Option<String> {
    let of_bisque = |address: &str| {
        BisqueAddress::read(address).map(|address| BisqueLinks::of(&address.base, &address.id).archive_url)
    };
    if let Some(archive) = record.archive_url() {
        return Some(of_bisque(archive).unwrap_or_else(|| archive.to_owned()));
    }
    record.addresses().find_map(of_bisque).or_else(|| record.addresses().next().map(str::to_owned))
}

/// The name of the file that is fetched from `address`: as the row tells it, or the last part of the address.
#[must_use]
pub fn file_name(record: &MediaRecord, address: &str) -> String {
    let told = record.source_identifier.as_deref().and_then(read_source_identifier);
    let path = AccessUri::without_scheme(address).split(['?', '#']).next().unwrap_or_default();
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let last = percent_decode_str(last).decode_utf8_lossy().into_owned();
    let name = told.map(|(_, name)| name).filter(|name| !name.is_empty()).unwrap_or(last);
    let name: String = name.chars().map(|c| if c.is_control() || matches!(c, '/' | '\\') { '_' } else { c }).collect();
    if name.trim_matches('.').is_empty() { "picture".to_owned() } else { name }
}

/// What a row says of rights.
#[must_use]
pub fn rights_of(record: &MediaRecord) -> Rights {
    Rights {
        owner: record.owner.clone(),
        creator: record.creator.clone(),
        rights: record.rights.clone(),
        copyright: record.copyright.clone(),
        access_rights: record.access_rights.clone(),
    }
}

/// The row that shows the published files instead; everything else stays as it is.
#[must_use]
pub fn rehosted(before: &MediaRecord, derivatives: &[Derivative]) -> Option<MediaRecord> {
    let of = |variant| derivatives.iter().find(|derivative| derivative.variant == variant);
    let address = |variant| of(variant).map(|derivative| derivative.uri.as_str().to_owned());
    let original = of(Variant::Original)?;
    let mut after = MediaRecord {
        original_url: original.uri.as_str().to_owned(),
        url: address(Variant::Medium).unwrap_or_default(),
        thumbnail_url: address(Variant::Thumbnail),
        format: "image/jpeg".to_owned(),
        media_md5: Some(original.md5.clone()),
        pixel_x_dimension: Some(original.width_px),
        pixel_y_dimension: Some(original.height_px),
        files: derivatives
            .iter()
            .filter(|file| file.variant != Variant::Archive)
            .map(|file| MediaFile { variant: file.variant, bytes: file.size_bytes, md5: file.md5.clone() })
            .collect(),
        ..before.clone()
    };
    match address(Variant::Archive) {
        Some(address) => after.set_address(Variant::Archive, address),
        None => drop(after.more.remove(Variant::Archive.column())),
    }
    Some(after)
}

#[cfg(test)]
mod tests {
    use super::{MediaRecord, Rebase, Variant, archive_of, file_name};

    fn row(original: &str, archive: Option<&str>) -> MediaRecord {
        let mut row = MediaRecord { original_url: original.to_owned(), ..MediaRecord::default() };
        if let Some(archive) = archive {
            row.set_address(Variant::Archive, archive.to_owned());
        }
        row
    }

    #[test]
    fn every_address_below_the_prefix_moves_by_either_scheme() {
        let rule = Rebase::new("https://Old.example.org/herb/", Some("https://new.example.org/"), false).unwrap();
        let before = row("http://old.example.org/herb/a.jpg", Some("https://elsewhere.org/herb/a.tif"));
        let after = rule.moved(&before).unwrap();
        assert_eq!(after.original_url, "https://new.example.org/a.jpg");
        assert_eq!(after.archive_url(), before.archive_url());
        assert_eq!(rule.moved(&after), None);
        assert!(!rule.concerns(&row("https://old.example.org/herbarium/a.jpg", None)));
    }

    #[test]
    fn a_host_is_compared_whole_and_nothing_moves_below_itself() {
        let rule = Rebase::new("https://old.org", Some("https://new.org"), false).unwrap();
        assert_eq!(rule.moved(&row("https://old.org.example/a.jpg", None)), None);
        assert_eq!(rule.moved(&row("https://old.org/a.jpg", None)).unwrap().original_url, "https://new.org/a.jpg");
        assert!(Rebase::new("https://old.org", Some("https://old.org/new/"), false).is_err());
        let to_https = Rebase::new("http://old.org/", Some("https://old.org/"), false).unwrap();
        assert!(to_https.concerns(&row("http://old.org/a.jpg", None)));
        assert!(!to_https.concerns(&row("https://old.org/a.jpg", None)));
        for odd in ["", "/", "https://", "old.org/a"] {
            assert!(Rebase::new(odd, None, false).is_err(), "{odd}");
        }
        assert!(Rebase::new("https://old.org/", Some("http://new.org/"), false).is_err());
    }

    #[test]
    fn the_archive_is_found_from_every_form_of_an_address() {
        let bisque = "https://b.org/image_service/image/00-abc";
        for address in ["https://b.org/image_service/00-abc?resize=4000&format=jpeg", bisque] {
            assert_eq!(archive_of(&row(address, None)).as_deref(), Some(bisque));
        }
        let told = row("https://h.org/a.jpg", Some("https://h.org/a.tif"));
        assert_eq!(archive_of(&told).as_deref(), Some("https://h.org/a.tif"));
        assert_eq!(archive_of(&row("https://h.org/a.jpg", None)).as_deref(), Some("https://h.org/a.jpg"));
        let named =
            MediaRecord { source_identifier: Some("00-abc; filename: T 1.jpg".into()), ..MediaRecord::default() };
        assert_eq!(file_name(&named, bisque), "T 1.jpg");
        assert_eq!(file_name(&row("", None), "https://h.org/x/%C3%BC%2F1.jpg?y"), "ü_1.jpg");
    }
}
