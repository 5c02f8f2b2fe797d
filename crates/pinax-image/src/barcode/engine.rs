//! The reading itself, by zxing-cpp: what it is asked and what it says.

use zxingcpp::{BarcodeFormat, Binarizer, ImageFormat, ImageView, TextMode};

use super::Symbology;
use super::place::Quad;
use crate::luma::Luma;

/// One code as the engine saw it.
#[derive(Clone, Debug)]
pub(super) struct Sighting {
    pub(super) text: String,
    pub(super) symbology: Symbology,
    /// In pixels of what was read.
    pub(super) corners: Quad,
    /// Rows of pixels that say the same; 0 for squares.
    pub(super) lines: u32,
}

/// How to read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ask<'a> {
    pub(super) symbologies: &'a [Symbology],
    /// Also along columns.
    pub(super) rotate: bool,
    /// The picture is black and white already.
    pub(super) bilevel: bool,
}

/// Everything the engine sees, without looking for inverted codes.
pub(super) fn sightings(luma: Luma<'_>, ask: Ask<'_>) -> Vec<Sighting> {
    let formats: Vec<BarcodeFormat> = ask.symbologies.iter().map(|symbology| format(*symbology)).collect();
    if formats.is_empty() {
        return Vec::new();
    }
    let reader = zxingcpp::read()
        .formats(&formats)
        .try_harder(true)
        .try_rotate(ask.rotate)
        .try_invert(false)
        .try_downscale(false)
        .min_line_count(1)
        .binarizer(if ask.bilevel { Binarizer::FixedThreshold } else { Binarizer::LocalAverage })
        .text_mode(TextMode::Plain);
    let width = luma.width_px as usize;
    let dense = luma.stride == width;
    let rows: Vec<u8>;
    let bytes = if dense {
        luma.bytes
    } else {
        rows = (0..luma.height_px).flat_map(|y| luma.row(y)).copied().collect();
        &rows
    };
    let Ok(view) = ImageView::from_slice(bytes, luma.width_px, luma.height_px, ImageFormat::Lum) else {
        return Vec::new();
    };
    let Ok(codes) = reader.from(view) else { return Vec::new() };
    codes.iter().filter(|code| code.is_valid()).filter_map(sighting).collect()
}

fn sighting(code: &zxingcpp::Barcode) -> Option<Sighting> {
    let symbology = match code.symbology() {
        BarcodeFormat::Code128 => Symbology::Code128,
        BarcodeFormat::Code39 => Symbology::Code39,
        BarcodeFormat::Codabar => Symbology::Codabar,
        BarcodeFormat::ITF => Symbology::Itf,
        BarcodeFormat::QRCode => Symbology::QrCode,
        BarcodeFormat::DataMatrix => Symbology::DataMatrix,
        _ => return None,
    };
    let mut text = code.text();
    if symbology == Symbology::Codabar {
        text = text.trim_matches(|letter| matches!(letter, 'A'..='D')).to_owned();
    }
    if text.is_empty() || text.contains(|letter: char| letter.is_control() || letter == char::REPLACEMENT_CHARACTER) {
        return None;
    }
    let place = code.position();
    let corners = [place.top_left, place.top_right, place.bottom_right, place.bottom_left];
    let corners = Quad(corners.map(|point| (point.x as f32 + 0.5, point.y as f32 + 0.5)));
    Some(Sighting { text, symbology, corners, lines: code.line_count().unsigned_abs() })
}

fn format(symbology: Symbology) -> BarcodeFormat {
    match symbology {
        Symbology::Code128 => BarcodeFormat::Code128,
        Symbology::Code39 => BarcodeFormat::Code39,
        Symbology::Codabar => BarcodeFormat::Codabar,
        Symbology::Itf => BarcodeFormat::ITF,
        Symbology::QrCode => BarcodeFormat::QRCode,
        Symbology::DataMatrix => BarcodeFormat::DataMatrix,
    }
}
