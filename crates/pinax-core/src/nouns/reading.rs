//! A reading: what the pixels of a picture say beside what they show, its barcodes and how good it is.

use serde::{Deserialize, Serialize};

use super::batch::{BatchId, BatchItem};
use super::occurrence::CatalogNumber;

/// A barcode on a picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadBarcode {
    /// What it says.
    pub text: String,
    /// Its kind, as people know it: `Code 128`, `QR`, …
    pub symbology: String,
    /// The catalog number in it, when the profile's rule finds one.
    pub number: Option<CatalogNumber>,
}

/// How good a picture is, as numbers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PictureQuality {
    /// How sharp its sharpest parts are; only to be compared with pictures of the same batch.
    pub focus: f32,
    /// Nothing is on it.
    pub blank: bool,
    /// Share of pixels without any detail because too dark, 0 to 1.
    pub clipped_dark: f32,
    /// Share of pixels without any detail because too light, 0 to 1.
    pub clipped_light: f32,
    /// Pictures that look alike differ in few bits.
    pub hash: u64,
}

/// What was read on one picture.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// All barcodes.
    pub barcodes: Vec<ReadBarcode>,
    /// How good it is, where that was measured.
    pub quality: Option<PictureQuality>,
    /// A small JPEG of the barcode, for a person who must decide.
    pub crop: Option<Vec<u8>>,
}

impl Reading {
    /// The catalog numbers in its barcodes, as they were read.
    #[must_use]
    pub fn numbers(&self) -> Vec<CatalogNumber> {
        self.barcodes.iter().filter_map(|barcode| barcode.number.clone()).collect()
    }
}

/// An item with what was read on it.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadItem {
    /// The item.
    pub item: BatchItem,
    /// The batch that read it.
    pub batch: BatchId,
    /// What was read, without the crop.
    pub reading: Reading,
}
