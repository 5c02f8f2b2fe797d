//! Publish: under which key of the store each size of a picture lies.
//!
//! The default layout is Symbiota's (`ImageLocalProcessor::getTargetPathFrag`, `prepTarget`): a folder named after the
//! catalog number less its last three digits, and the file name with `_tn` and `_med` for the smaller sizes.

mod template;

pub use template::KeyTemplate;

use crate::nouns::checksum::Sha256Sum;
use crate::nouns::media::{ObjectKey, Variant};
use crate::nouns::occurrence::CatalogNumber;

/// Everything a key is made from.
#[derive(Debug, Clone, Copy)]
pub struct KeyParts<'a> {
    /// The specimen.
    pub catalog_number: &'a CatalogNumber,
    /// The source's file name, extension included.
    pub file_name: &'a str,
    /// When the batch began, for numbers too short to make a folder of.
    pub batch_started_ms: i64,
}

/// The names under which one picture may lie, best first: its own, then with ever more of its checksum, so that
/// different content never lands under an address that was given out.
pub fn base_names<'a>(
    template: &'a KeyTemplate,
    parts: KeyParts<'a>,
    sha256: Sha256Sum,
) -> impl Iterator<Item = BaseName> + 'a {
    [0_usize, 8, 16, 64].into_iter().filter_map(move |digits| {
        let mark = if digits == 0 { String::new() } else { format!("_{}", sha256.short(digits)) };
        BaseName::new(template, parts, &mark)
    })
}

/// The keys of the sizes of one picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseName([ObjectKey; 4]);

impl BaseName {
    fn new(template: &KeyTemplate, parts: KeyParts<'_>, mark: &str) -> Option<Self> {
        let [original, medium, thumbnail, archive] = Variant::ALL.map(|variant| template.key(parts, mark, variant));
        Some(Self([original?, medium?, thumbnail?, archive?]))
    }

    /// Where `variant` lies.
    #[must_use]
    pub fn key(&self, variant: Variant) -> &ObjectKey {
        let [original, medium, thumbnail, archive] = &self.0;
        match variant {
            Variant::Original => original,
            Variant::Medium => medium,
            Variant::Thumbnail => thumbnail,
            Variant::Archive => archive,
        }
    }

    /// The same; an archive's ends as its file does. `None` for an extension that cannot stand in a key.
    #[must_use]
    pub fn key_of(&self, variant: Variant, extension: &str) -> Option<ObjectKey> {
        let key = self.key(variant);
        if variant != Variant::Archive {
            return Some(key.clone());
        }
        let stem = key.as_str().rsplit_once('.').map_or(key.as_str(), |(stem, _)| stem);
        let plain = !extension.is_empty() && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
        plain.then(|| ObjectKey::new(format!("{stem}.{extension}"))).flatten()
    }
}

/// Symbiota's folder for a catalog number: the number up to its last digit, less three digits, without `. \ / # space`;
/// padded to five when it is digits only. Numbers too short for that go by year and month.
#[must_use]
pub fn shard(catalog_number: &CatalogNumber, batch_started_ms: i64) -> String {
    let number = catalog_number.as_str();
    let up_to_digits = number
        .find(|c: char| c.is_ascii_digit())
        .map(|first| {
            let end = number[first..].find(|c: char| !c.is_ascii_digit()).map_or(number.len(), |length| first + length);
            &number[..end]
        })
        .unwrap_or(number);
    let kept = up_to_digits.chars().count().saturating_sub(3);
    let folder: String = up_to_digits
        .chars()
        .take(kept)
        .filter(|c| !matches!(c, '.' | '\\' | '/' | '#' | ' '))
        .map(|c| if is_awkward(c) { '_' } else { c })
        .collect();
    if folder.is_empty() {
        return year_and_month(batch_started_ms);
    }
    if folder.starts_with(|c: char| c.is_ascii_digit()) { format!("{folder:0>5}") } else { folder }
}

/// The file name without extension as Symbiota writes it (spaces and `%20` become `_`, parentheses go), made safe as
/// the name of a file anywhere.
#[must_use]
pub fn stem(file_name: &str) -> String {
    const MAX_BYTES: usize = 180;
    let stem = file_name.rfind('.').filter(|dot| *dot > 0).map_or(file_name, |dot| &file_name[..dot]);
    let mut safe: String = stem
        .replace("%20", "_")
        .chars()
        .filter(|c| !matches!(c, '(' | ')'))
        .map(|c| if c == ' ' || is_awkward(c) { '_' } else { c })
        .collect();
    while safe.starts_with('.') {
        safe.remove(0);
    }
    while safe.len() > MAX_BYTES {
        safe.pop();
    }
    safe
}

/// Characters some file system or web server cannot take.
fn is_awkward(c: char) -> bool {
    c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
}

/// `YYYYMM` in UTC; the calendar is Howard Hinnant's `civil_from_days`.
fn year_and_month(ms: i64) -> String {
    let days = ms.div_euclid(86_400_000) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}{month:02}")
}

#[cfg(test)]
mod tests {
    use super::{CatalogNumber, KeyParts, KeyTemplate, Sha256Sum, Variant, base_names, shard, stem, year_and_month};

    fn number(text: &str) -> CatalogNumber {
        CatalogNumber::new(text).unwrap()
    }

    #[test]
    fn folders_are_symbiotas() {
        // 2026-11-22T00:00:00Z
        let now = 1_795_305_600_000;
        for (catalog_number, folder) in [
            ("TST00000010", "TST00000"),
            ("WIS-L-0001234", "WIS-L-0001"),
            ("123456", "00123"),
            ("1234567890", "1234567"),
            ("TST00000010b", "TST00000"),
            ("A.B/C#1 2345", "AB"),
            ("TST 012345", "TST012"),
            ("123", "202611"),
            ("AB1", "202611"),
            ("Ü012345", "Ü012"),
            ("..12345", "00012"),
        ] {
            assert_eq!(shard(&number(catalog_number), now), folder, "{catalog_number}");
        }
    }

    #[test]
    fn months_of_known_days() {
        assert_eq!(year_and_month(0), "197001");
        assert_eq!(year_and_month(951_782_400_000), "200002");
        assert_eq!(year_and_month(1_709_251_199_999), "202402");
        assert_eq!(year_and_month(1_709_251_200_000), "202403");
    }

    #[test]
    fn names_are_symbiotas_and_safe() {
        for (name, safe) in [
            ("TST1 (2).jpg", "TST1_2"),
            ("TST1%20a.jpg", "TST1_a"),
            ("a:b*c?.jpg", "a_b_c_"),
            ("..jpg.jpg", "jpg"),
            ("bjørk+#%å,'.JPG", "bjørk+#%å,'"),
            ("noext", "noext"),
        ] {
            assert_eq!(stem(name), safe);
        }
        assert!(stem(&"é".repeat(300)).len() <= 180);
    }

    #[test]
    fn other_content_gets_another_name() {
        let (template, catalog_number) = (KeyTemplate::default(), number("TST00000010"));
        let parts = KeyParts { catalog_number: &catalog_number, file_name: "TST00000010.jpg", batch_started_ms: 0 };
        let names: Vec<_> = base_names(&template, parts, Sha256Sum::of(b"abc")).collect();
        assert_eq!(names[0].key(Variant::Original).as_str(), "TST00000/TST00000010.jpg");
        assert_eq!(names[0].key(Variant::Medium).as_str(), "TST00000/TST00000010_med.jpg");
        assert_eq!(names[1].key(Variant::Thumbnail).as_str(), "TST00000/TST00000010_ba7816bf_tn.jpg");
        assert_eq!(names.len(), 4);
    }
}
