//! Which barcodes of a collection are catalog numbers.

use super::NamePattern;
use crate::nouns::occurrence::CatalogNumber;

/// The rule of a collection: what a barcode must look like to be a catalog number.
#[derive(Debug)]
pub struct BarcodeRule {
    pattern: NamePattern,
}

impl BarcodeRule {
    /// Barcodes that match `pattern` are numbers; its first capture is the number, as in file names.
    #[must_use]
    pub fn new(pattern: NamePattern) -> Self {
        Self { pattern }
    }

    /// The catalog number in a barcode that says `text`.
    #[must_use]
    pub fn number(&self, text: &str) -> Option<CatalogNumber> {
        let captured = self.pattern.capture(text).ok()??;
        CatalogNumber::new(&self.pattern.replaced(&text[captured]).ok()?).ok()
    }
}
