//! A barcode rule: which of the codes in a picture are catalog numbers of the collection.

use super::check_digit::CheckDigit;
use super::longer_number;
use super::pattern::NamePattern;
use crate::nouns::error::Result;
use crate::nouns::occurrence::CatalogNumber;

/// What a barcode must say to be a catalog number. Sheets also carry codes of loans, of other herbaria, of shops.
#[derive(Debug)]
pub struct BarcodeRule {
    pattern: NamePattern,
    prefix: String,
    check: Option<CheckDigit>,
}

impl BarcodeRule {
    /// Reads a pattern with one capture, the number, as for file names (see [`NamePattern`]); it is matched against
    /// the text of the barcode. With `check`, the whole text must end in its check digit; whether that belongs to the
    /// number is for the pattern to say.
    ///
    /// # Errors
    /// As [`NamePattern::new`].
    pub fn new(pattern: &str, check: Option<CheckDigit>) -> Result<Self> {
        Ok(Self { pattern: NamePattern::for_key("identify.barcode_pattern", pattern)?, prefix: String::new(), check })
    }

    /// The same rule for numbers whose first letters are not in the barcode: `prefix` is put before what was captured.
    #[must_use]
    pub fn with_prefix(self, prefix: &str) -> Self {
        Self { prefix: prefix.to_owned(), ..self }
    }

    /// The catalog number in a barcode that says `text`; `None` when it is no catalog number of this collection: its
    /// symbology is not allowed, the pattern does not match or cuts a run of digits short, or the check digit is wrong.
    #[must_use]
    pub fn number(&self, text: &str, symbology_is_allowed: bool) -> Option<CatalogNumber> {
        let text = text.trim();
        if !symbology_is_allowed || self.check.is_some_and(|check| !check.holds(text)) {
            return None;
        }
        let captured = self.pattern.capture(text).ok()??;
        // A check digit may follow the number, and nothing else.
        let check_alone = self.check.is_some() && captured.end + 1 == text.len();
        if longer_number(text, captured.clone()).is_some() && !check_alone {
            return None;
        }
        CatalogNumber::new(&format!("{}{}", self.prefix, &text[captured])).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{BarcodeRule, CheckDigit};

    #[test]
    fn which_codes_are_numbers() {
        let plain = r"^(BM\d{9})$";
        let luhn = Some(CheckDigit::Luhn);
        for (pattern, check, prefix, text, expected) in [
            (plain, None, "", "BM001128286", Some("BM001128286")),
            (plain, None, "", " BM001128286 ", Some("BM001128286")),
            (plain, None, "", "BM0011282861", None),
            (plain, None, "", "https://example.org/loan/17", None),
            (r"(\d{7})", None, "", "1681107", Some("1681107")),
            (r"(\d{7})", None, "BMNH(E)", "1681107", Some("BMNH(E)1681107")),
            // Another specimen's number, cut short.
            (r"(\d{7})", None, "", "16811075", None),
            (r"^(\d{10})\d$", luhn, "", "79927398713", Some("7992739871")),
            (r"^(\d{11})$", luhn, "", "79927398713", Some("79927398713")),
            (r"^(\d{11})$", luhn, "", "79927398731", None),
            (r"/^https?:\/\/[^?]*\/([a-z]+\d+)$/i", None, "", "https://example.org/NY01234567", Some("NY01234567")),
            (r"^V(?<catalogNumber>\d+F)$", None, "", "V0391327F", Some("0391327F")),
        ] {
            let rule = BarcodeRule::new(pattern, check).expect("a good pattern").with_prefix(prefix);
            let number = rule.number(text, true);
            assert_eq!(number.as_ref().map(|number| number.as_str()), expected, "{pattern} on {text}");
            assert_eq!(rule.number(text, false), None, "{text} in a symbology that is not allowed");
        }
    }

    #[test]
    fn a_bad_pattern_is_named_by_its_key() {
        for pattern in ["(", "no capture", "/(a)"] {
            let error = BarcodeRule::new(pattern, None).expect_err("refused").to_string();
            assert!(error.contains("identify.barcode_pattern"), "{error}");
        }
    }
}
