//! Look: what is read on a picture while its sizes are made.

use std::sync::Arc;

pub use pinax_image::Symbology;
use pinax_image::{Barcode, BarcodeOptions, BarcodeReader, EncodeOptions, Luma, Quality, crop, encode_grey};

use crate::nouns::profile::{BarcodePolicy, QualityPolicy};
use crate::nouns::reading::{PictureQuality, ReadBarcode, Reading};
use crate::steps::identify::BarcodeRule;

/// Pixels around a barcode that is shown to a person.
const CROP_MARGIN_PX: u32 = 40;
/// Larger crops are not kept.
const CROP_MAX_PIXELS: u64 = 2_000_000;

/// What is looked for, and what of it counts.
#[derive(Debug, Clone)]
pub struct LookOptions {
    /// What barcodes have to say.
    pub barcode: BarcodePolicy,
    /// Which of them are catalog numbers.
    pub rule: Arc<BarcodeRule>,
    /// Which kinds are read.
    pub symbologies: Vec<Symbology>,
    /// Whether pictures are measured.
    pub quality: QualityPolicy,
}

impl LookOptions {
    /// Nothing is looked for.
    ///
    /// # Panics
    /// Never: the pattern is ours.
    #[must_use]
    pub fn nothing() -> Self {
        let any = BarcodeRule::new("/^(.+)$/", None).expect("the pattern is sound");
        Self { barcode: BarcodePolicy::Off, rule: Arc::new(any), symbologies: Vec::new(), quality: QualityPolicy::Off }
    }

    /// Is anything asked for? Else pictures need not be decoded at full size.
    #[must_use]
    pub fn looks(&self) -> bool {
        self.barcode != BarcodePolicy::Off || self.quality != QualityPolicy::Off
    }

    /// A reader for what is asked for.
    #[must_use]
    pub fn reader(&self) -> BarcodeReader {
        BarcodeReader::new(BarcodeOptions { symbologies: self.symbologies.clone(), ..BarcodeOptions::default() })
    }

    /// Reads a picture.
    pub fn look(&self, reader: &mut BarcodeReader, luma: Luma<'_>) -> Reading {
        let barcodes = if self.barcode == BarcodePolicy::Off { Vec::new() } else { reader.read(luma) };
        let read: Vec<ReadBarcode> = barcodes
            .iter()
            .map(|barcode| ReadBarcode {
                text: barcode.text.clone(),
                symbology: barcode.symbology.to_string(),
                number: self.rule.number(&barcode.text, true),
            })
            .collect();
        let shown = read.iter().position(|barcode| barcode.number.is_some());
        Reading {
            crop: shown.and_then(|at| picture_of(luma, &barcodes[at])),
            barcodes: read,
            quality: (self.quality != QualityPolicy::Off).then(|| quality(Quality::of(luma))),
        }
    }
}

/// The barcode as a small JPEG.
fn picture_of(luma: Luma<'_>, barcode: &Barcode) -> Option<Vec<u8>> {
    let (width_px, height_px, bytes) = crop(luma, barcode, CROP_MARGIN_PX);
    if u64::from(width_px) * u64::from(height_px) > CROP_MAX_PIXELS {
        return None;
    }
    let options = EncodeOptions { quality: 60, ..EncodeOptions::default() };
    // Without a picture of it the barcode is told in words alone.
    encode_grey(width_px, height_px, &bytes, &options).ok()
}

fn quality(quality: Quality) -> PictureQuality {
    PictureQuality {
        focus: quality.focus,
        blank: quality.blank,
        clipped_dark: quality.clipped_dark,
        clipped_light: quality.clipped_light,
        hash: quality.hash.0,
    }
}
