//! Barcodes: the numbers that stand in a picture as bars or squares.
//!
//! Codes on specimens are small, soft, pale and askew, and a picture has several. So the whole picture is read
//! once as it is, which finds the easy ones; then places where the brightness changes the way bars or squares
//! make it change are cut out, turned level, enlarged, averaged along the bars and sharpened, and read again.
//! What has no check digit of its own counts only when most of its height says the same and both its ends are
//! bare: a wrong number is worse than none.

mod accept;
mod blocks;
mod engine;
mod groups;
mod linear;
mod matrix;
mod patch;
mod place;
mod profile;
mod pyramid;
mod shades;
mod stripes;
mod tiles;
mod votes;

use std::fmt;

use crate::luma::Luma;
use accept::Found;
use place::Quad;
use pyramid::Pyramid;
use tiles::TileMap;

/// A way to draw letters and digits as bars or squares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Symbology {
    /// ISO/IEC 15417; always with a check digit.
    Code128,
    /// ISO/IEC 16388.
    Code39,
    /// Also NW-7 or Monarch; on the slips of libraries and of old collections.
    Codabar,
    /// Interleaved 2 of 5, ISO/IEC 16390: an even number of digits.
    Itf,
    /// ISO/IEC 18004.
    QrCode,
    /// ISO/IEC 16022, ECC 200.
    DataMatrix,
}

impl Symbology {
    /// All that are read.
    pub const ALL: [Self; 6] = [Self::Code128, Self::Code39, Self::Codabar, Self::Itf, Self::QrCode, Self::DataMatrix];

    /// Bars rather than squares.
    #[must_use]
    pub fn is_linear(self) -> bool {
        !matches!(self, Self::QrCode | Self::DataMatrix)
    }

    /// A reading proves itself, by a check digit that every symbol has or by error correction.
    #[must_use]
    pub fn proves_itself(self) -> bool {
        matches!(self, Self::Code128 | Self::QrCode | Self::DataMatrix)
    }
}

impl fmt::Display for Symbology {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Code128 => "Code 128",
            Self::Code39 => "Code 39",
            Self::Codabar => "Codabar",
            Self::Itf => "Interleaved 2 of 5",
            Self::QrCode => "QR",
            Self::DataMatrix => "Data Matrix",
        })
    }
}

/// How long to look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Effort {
    /// Only what the picture shows plainly.
    Quick,
    /// Also small, soft, pale and tilted codes, at the places that promise most.
    #[default]
    Normal,
    /// At all places, in every way.
    Thorough,
}

/// What to read.
#[derive(Clone, Debug)]
pub struct BarcodeOptions {
    /// The symbologies to look for; all unless set. Fewer take less time.
    pub symbologies: Vec<Symbology>,
    /// How long to look.
    pub effort: Effort,
}

impl Default for BarcodeOptions {
    fn default() -> Self {
        Self { symbologies: Symbology::ALL.to_vec(), effort: Effort::default() }
    }
}

/// A barcode that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Barcode {
    /// What it says, without start and stop letters.
    pub text: String,
    /// How it says it.
    pub symbology: Symbology,
    /// Its corners, in stored pixels: where reading begins at the top, then around. About right, not to the pixel.
    pub corners_px: [(f32, f32); 4],
}

/// Reads barcodes; keeps its buffers from picture to picture. One to a worker thread.
#[derive(Debug, Default)]
pub struct BarcodeReader {
    options: BarcodeOptions,
    halves: [Vec<u8>; 2],
}

impl BarcodeReader {
    /// A reader for what `options` ask for.
    #[must_use]
    pub fn new(options: BarcodeOptions) -> Self {
        Self { options, halves: [Vec::new(), Vec::new()] }
    }

    /// All barcodes of the picture, from the top down. A code that stands in the picture twice is given twice.
    pub fn read(&mut self, luma: Luma<'_>) -> Vec<Barcode> {
        if luma.width_px < 8 || luma.height_px < 8 || self.options.symbologies.is_empty() {
            return Vec::new();
        }
        let pyramid = Pyramid::new(luma, &mut self.halves);
        let mut found = Found::default();
        let maps = match self.options.effort {
            Effort::Quick => Vec::new(),
            _ => pyramid.levels.map(TileMap::new).into(),
        };
        linear::read(&pyramid, &maps, &self.options, &mut found);
        matrix::read(&pyramid, &maps, &self.options, &mut found);
        found.into_barcodes()
    }

    /// Gives the memory back that was kept for the next picture.
    pub fn release(&mut self) {
        self.halves = [Vec::new(), Vec::new()];
    }
}

/// The part of the picture around a barcode, upright as stored, with `margin_px` more on every side as far as there
/// is picture: width, height and brightness in rows without gaps. For showing to a person.
#[must_use]
pub fn crop(luma: Luma<'_>, barcode: &Barcode, margin_px: u32) -> (u32, u32, Vec<u8>) {
    let [left, top, right, bottom] = Quad(barcode.corners_px).bounds();
    let margin = margin_px as f32;
    let from = |low: f32, end: u32| (low - margin).floor().clamp(0.0, end as f32) as u32;
    let to = |high: f32, end: u32| (high + margin).ceil().clamp(0.0, end as f32) as u32;
    let (left, right) = (from(left, luma.width_px), to(right, luma.width_px));
    let (top, bottom) = (from(top, luma.height_px), to(bottom, luma.height_px));
    let bytes = (top..bottom).flat_map(|y| &luma.row(y)[left as usize..right as usize]).copied().collect();
    (right - left, bottom - top, bytes)
}
