//! A check digit: the last character of a barcode, computed from those before it.

/// How the last character follows from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckDigit {
    /// Digits weighted 3, 1, 3 … from the right, modulo 10: GS1 General Specifications, also Interleaved 2 of 5.
    Mod10,
    /// Every other digit from the right doubled, modulo 10: ISO/IEC 7812-1 annex B, also the 14-digit Codabar labels
    /// of libraries.
    Luhn,
    /// Digits weighted 2, 3, 4 … from the right, modulo 11, ten written as X: ISO 2108 (ISBN of ten digits).
    Mod11,
    /// The values of the 43 characters of Code 39, added up modulo 43: ISO/IEC 16388 annex A.
    Mod43,
}

/// The characters of Code 39 in the order of their values.
const CODE_39: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";

impl CheckDigit {
    /// All, by the names that a configuration uses.
    pub const NAMES: [(&str, Self); 4] =
        [("mod10", Self::Mod10), ("luhn", Self::Luhn), ("mod11", Self::Mod11), ("mod43", Self::Mod43)];

    /// The one of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, digit)| *digit)
    }

    /// Does `text` end in the character that its other characters demand? For all but [`Self::Mod43`] only digits
    /// count; letters, spaces and hyphens, a prefix for example, are passed over.
    #[must_use]
    pub fn holds(self, text: &str) -> bool {
        let Some(last) = text.chars().next_back() else { return false };
        let data = &text[..text.len() - last.len_utf8()];
        self.of(data) == Some(last)
    }

    /// The character that belongs after `data`; `None` when there is none to compute it from.
    #[must_use]
    pub fn of(self, data: &str) -> Option<char> {
        if self == Self::Mod43 {
            let values = data.chars().map(|letter| CODE_39.find(letter)).collect::<Option<Vec<usize>>>()?;
            let sum: usize = values.iter().sum();
            return CODE_39.chars().nth(sum % 43).filter(|_| !values.is_empty());
        }
        let digits: Vec<u32> = data.chars().rev().filter_map(|letter| letter.to_digit(10)).collect();
        if digits.is_empty() {
            return None;
        }
        let places = digits.iter().zip(0u32..);
        match self {
            Self::Mod10 => {
                let sum: u32 = places.map(|(digit, place)| digit * if place % 2 == 0 { 3 } else { 1 }).sum();
                char::from_digit((10 - sum % 10) % 10, 10)
            }
            Self::Luhn => {
                let doubled = |digit: u32| if digit >= 5 { 2 * digit - 9 } else { 2 * digit };
                let sum: u32 = places.map(|(&digit, place)| if place % 2 == 0 { doubled(digit) } else { digit }).sum();
                char::from_digit((10 - sum % 10) % 10, 10)
            }
            Self::Mod11 => {
                let sum = places.fold(0u32, |sum, (digit, place)| (sum + digit * (place % 9 + 2)) % 11);
                match (11 - sum) % 11 {
                    10 => Some('X'),
                    check => char::from_digit(check, 10),
                }
            }
            Self::Mod43 => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CheckDigit::{self, Luhn, Mod10, Mod11, Mod43};

    /// Numbers printed elsewhere: a GTIN, the card number of ISO/IEC 7812's own example, an ISBN, the Code 39 annex.
    #[test]
    fn known_numbers() {
        for (digit, text) in [
            (Mod10, "4006381333931"),
            (Mod10, "98765432109213"),
            (Luhn, "79927398713"),
            (Luhn, "NY 79927398713"),
            (Mod11, "0306406152"),
            (Mod11, "080442957X"),
            (Mod43, "CODE39W"),
            (Mod43, "WIKIPEDIA$"),
        ] {
            assert!(digit.holds(text), "{digit:?} of {text}");
        }
    }

    #[test]
    fn every_wrong_digit_is_noticed() {
        for (_, digit) in CheckDigit::NAMES {
            let data = "1128286";
            let text = format!("{data}{}", digit.of(data).expect("digits"));
            for place in 0..data.len() {
                for wrong in ('0'..='9').filter(|wrong| !data[place..].starts_with(*wrong)) {
                    let misread = format!("{}{wrong}{}", &text[..place], &text[place + 1..]);
                    assert!(!digit.holds(&misread), "{digit:?}: {misread} for {text}");
                }
            }
        }
    }

    #[test]
    fn nothing_to_compute_from() {
        for (_, digit) in CheckDigit::NAMES {
            assert!(!digit.holds("") && !digit.holds("5"));
        }
        assert!(!Mod43.holds("abcW"));
        assert_eq!((CheckDigit::named("luhn"), CheckDigit::named("mod 10")), (Some(Luhn), None));
    }
}
