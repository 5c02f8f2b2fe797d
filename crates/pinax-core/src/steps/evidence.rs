//! Evidence: what the file name says of a picture against what its barcodes say, one picture at a time and the pictures
//! of a batch in their order.

mod judge;

pub use judge::{Judged, Shift, Sighting, Standing, judge};

use crate::nouns::occurrence::CatalogNumber;
use crate::nouns::profile::BarcodePolicy;

/// What the barcodes of one picture say of the number it is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compared {
    /// One of them is the number; the others are those of further specimens on the same sheet.
    Agrees {
        /// In reading order, each once.
        others: Vec<CatalogNumber>,
    },
    /// Barcodes are not asked for, or a person decided.
    NotAsked,
    /// No barcode that is a catalog number could be read.
    Unread,
    /// Others were read, and not the number.
    Contradicts,
}

/// Compares the number a picture is known by with those its barcodes hold.
#[must_use]
pub fn compare(policy: BarcodePolicy, known_as: &CatalogNumber, read: &[CatalogNumber]) -> Compared {
    if policy == BarcodePolicy::Off {
        return Compared::NotAsked;
    }
    if read.is_empty() {
        return Compared::Unread;
    }
    if !read.iter().any(|number| same(number, known_as)) {
        return Compared::Contradicts;
    }
    let mut others: Vec<CatalogNumber> = Vec::new();
    for number in read.iter().filter(|number| !same(number, known_as)) {
        if !others.iter().any(|other| same(other, number)) {
            others.push(number.clone());
        }
    }
    Compared::Agrees { others }
}

/// Are they one number? Letters count in either case, leading zeros do not: labels and file names differ in both.
#[must_use]
pub fn same(one: &CatalogNumber, other: &CatalogNumber) -> bool {
    key(one) == key(other)
}

/// What numbers that are [`same`] have in common.
fn key(number: &CatalogNumber) -> String {
    number.without_leading_zeros().unwrap_or(number.as_str()).to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::{Compared, compare};
    use crate::nouns::occurrence::CatalogNumber;
    use crate::nouns::profile::BarcodePolicy;

    fn number(text: &str) -> CatalogNumber {
        CatalogNumber::new(text).unwrap()
    }

    #[test]
    fn a_picture_agrees_with_one_of_its_barcodes() {
        let read: Vec<CatalogNumber> = ["BM1", "BM2", "bm1", "BM2", "BM3"].map(number).to_vec();
        let others = vec![number("BM2"), number("BM3")];
        assert_eq!(compare(BarcodePolicy::Check, &number("bm1"), &read), Compared::Agrees { others });
        assert_eq!(compare(BarcodePolicy::Check, &number("BM4"), &read), Compared::Contradicts);
        assert_eq!(compare(BarcodePolicy::Require, &number("BM4"), &[]), Compared::Unread);
        assert_eq!(compare(BarcodePolicy::Off, &number("BM4"), &read), Compared::NotAsked);
        assert_eq!(
            compare(BarcodePolicy::Check, &number("00123"), &[number("123")]),
            Compared::Agrees { others: Vec::new() }
        );
    }
}
