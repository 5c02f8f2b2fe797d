//! The sticker with the catalog number as a Code 128 barcode, drawn so that scanners read it.

use barcoders::sym::code128::Code128;

use crate::canvas::Canvas;
use crate::geometry::Rect;
use crate::text::{self, Fonts};

/// Quiet zone at either side, in modules (ISO/IEC 15417 asks for ten).
const QUIET_MODULES: i32 = 10;
/// A narrower module does not survive JPEG.
const NARROWEST_PX: i32 = 2;
/// Pixels of a module on a sheet 4000 pixels wide.
const MODULE_AT_FULL_SIZE_PX: f32 = 4.6;

const INK: [u8; 3] = [18, 18, 20];
const STICKER: [u8; 3] = [250, 250, 249];

/// A barcode sized for one sheet, not placed yet.
pub(crate) struct Barcode {
    /// `true` for a black module.
    modules: Vec<bool>,
    module_px: i32,
    text: String,
    heading: String,
    font_px: f32,
}

impl Barcode {
    /// `scale` is 1 for a sheet of full size. `None` when the number is empty or has letters that Code 128 B lacks.
    pub(crate) fn new(catalog_number: &str, heading: &str, scale: f32) -> Option<Self> {
        if !catalog_number.bytes().all(|letter| (b' '..=b'~').contains(&letter)) {
            return None;
        }
        let modules: Vec<bool> = Code128::new(in_code_sets(catalog_number))
            .ok()
            .filter(|_| !catalog_number.is_empty())?
            .encode()
            .into_iter()
            .map(|module| module == 1)
            .collect();
        Some(Self {
            modules,
            module_px: ((MODULE_AT_FULL_SIZE_PX * scale).round() as i32).max(NARROWEST_PX),
            text: catalog_number.to_owned(),
            heading: heading.to_owned(),
            font_px: 62.0 * scale,
        })
    }

    /// Width and height of the sticker.
    pub(crate) fn size_px(&self) -> (i32, i32) {
        let margin = self.margin_px();
        let width = (self.modules.len() as i32 + 2 * QUIET_MODULES) * self.module_px;
        (width, self.bars_px() + 3 * margin + (self.font_px * 2.0) as i32)
    }

    /// Draws the sticker with its corner at the corner of `place`.
    pub(crate) fn draw(&self, canvas: &mut Canvas, fonts: &Fonts, place: Rect) {
        let margin = self.margin_px();
        canvas.shade_rect(place.moved(margin / 5 + 1, margin / 5 + 1), 200);
        canvas.fill_rect(place, STICKER);
        let middle = (place.left + place.right) as f32 / 2.0;
        let heading_base = place.top as f32 + margin as f32 + self.font_px * 0.55;
        let heading_px = (self.font_px * 0.62).min(
            self.font_px * 0.9 * place.width() as f32 / text::width_px(&fonts.upright, self.font_px, &self.heading),
        );
        text::write_centred(canvas, &fonts.upright, heading_px, (middle, heading_base), INK, &self.heading);

        let top = place.top + margin + (self.font_px * 0.85) as i32;
        let mut left = place.left + QUIET_MODULES * self.module_px;
        for &black in &self.modules {
            if black {
                canvas.fill_rect(Rect::at(left, top, self.module_px, self.bars_px()), INK);
            }
            left += self.module_px;
        }
        let base = (top + self.bars_px()) as f32 + self.font_px * 0.95;
        text::write_centred(canvas, &fonts.plain, self.font_px, (middle, base), INK, &self.text);
    }

    /// High enough for a scanner that reads every eighth row.
    fn bars_px(&self) -> i32 {
        ((self.font_px * 2.8) as i32).max(self.module_px * 16)
    }

    fn margin_px(&self) -> i32 {
        ((self.font_px * 0.36) as i32).max(self.module_px * 2)
    }
}

/// Marks the code sets for the encoder: B, and C for an even run of four or more digits at the end.
fn in_code_sets(text: &str) -> String {
    let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count() & !1;
    let (head, tail) = text.split_at(text.len() - digits);
    match (head.is_empty(), digits >= 4) {
        (_, false) => format!("\u{0181}{text}"),
        (true, true) => format!("\u{0106}{tail}"),
        (false, true) => format!("\u{0181}{head}\u{0106}{tail}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Barcode, in_code_sets};

    #[test]
    fn digits_at_the_end_are_packed_in_pairs() {
        for (text, marked) in [
            ("NY01234567", "\u{0181}NY\u{0106}01234567"),
            ("NY1234567", "\u{0181}NY1\u{0106}234567"),
            ("01234567", "\u{0106}01234567"),
            ("A-12", "\u{0181}A-12"),
        ] {
            assert_eq!(in_code_sets(text), marked);
        }
    }

    #[test]
    fn what_code_128_cannot_say_has_no_barcode() {
        assert!(Barcode::new("", "Herbarium", 1.0).is_none());
        assert!(Barcode::new("Ä0001", "Herbarium", 1.0).is_none());
        assert!(Barcode::new("NY 01234567/a", "Herbarium", 1.0).is_some());
    }
}
