//! Printed words, in the DejaVu fonts.

use ab_glyph::{Font, FontRef, PxScale, ScaleFont, point};

use crate::canvas::{Canvas, Colour};

/// The fonts a label uses; nothing else is embedded.
pub(crate) struct Fonts {
    /// The body of a label.
    pub(crate) upright: FontRef<'static>,
    /// Names of genera and species.
    pub(crate) italic: FontRef<'static>,
    /// Numbers under a barcode, on a ruler, on a stamp.
    pub(crate) plain: FontRef<'static>,
}

/// Letters lower than this would be dust; they are left out.
const SMALLEST_PX: f32 = 3.0;

impl Fonts {
    pub(crate) fn load() -> Self {
        let parse = |bytes| FontRef::try_from_slice(bytes).expect("the embedded fonts are well formed");
        Self {
            upright: parse(dejavu::serif_condensed::regular()),
            italic: parse(dejavu::serif_condensed::italic()),
            plain: parse(dejavu::sans_mono::regular()),
        }
    }
}

/// How wide a line would be, in pixels; `size_px` is the height of the font.
pub(crate) fn width_px(font: &FontRef<'_>, size_px: f32, text: &str) -> f32 {
    let scaled = font.as_scaled(PxScale::from(size_px));
    text.chars().map(|letter| scaled.h_advance(scaled.glyph_id(letter))).sum()
}

/// Writes one line from (`x`, `baseline`) and returns where the next word would start.
pub(crate) fn write(
    canvas: &mut Canvas,
    font: &FontRef<'_>,
    size_px: f32,
    (mut x, baseline): (f32, f32),
    colour: Colour,
    text: &str,
) -> f32 {
    let scaled = font.as_scaled(PxScale::from(size_px));
    for letter in text.chars() {
        let mut glyph = scaled.scaled_glyph(letter);
        let advance = scaled.h_advance(glyph.id);
        glyph.position = point(x, baseline);
        x += advance;
        if size_px < SMALLEST_PX {
            continue;
        }
        if let Some(outline) = font.outline_glyph(glyph) {
            let corner = outline.px_bounds().min;
            let (left, top) = (corner.x as i32, corner.y as i32);
            outline.draw(|right, down, coverage| {
                let coverage = (coverage.min(1.0) * 256.0) as i32;
                canvas.blend(left + right as i32, top + down as i32, colour, coverage);
            });
        }
    }
    x
}

/// Writes one line around `middle_x`.
pub(crate) fn write_centred(
    canvas: &mut Canvas,
    font: &FontRef<'_>,
    size_px: f32,
    (middle_x, baseline): (f32, f32),
    colour: Colour,
    text: &str,
) {
    let start = middle_x - width_px(font, size_px, text) / 2.0;
    write(canvas, font, size_px, (start, baseline), colour, text);
}

/// Breaks a text between words into lines no wider than `limit_px`; a longer word keeps a line of its own.
pub(crate) fn wrap(font: &FontRef<'_>, size_px: f32, limit_px: f32, text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        if let Some(line) = lines.last_mut() {
            let longer = format!("{line} {word}");
            if width_px(font, size_px, &longer) <= limit_px {
                *line = longer;
                continue;
            }
        }
        lines.push(word.to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{Fonts, width_px, wrap};

    #[test]
    fn lines_break_between_words_and_keep_every_word() {
        let fonts = Fonts::load();
        let text = "Wet meadow above the old mill, with Carex and Juncus, on peat";
        let lines = wrap(&fonts.upright, 20.0, 150.0, text);
        assert!(lines.len() > 2);
        assert!(lines.iter().all(|line| width_px(&fonts.upright, 20.0, line) <= 150.0));
        assert_eq!(lines.join(" "), text);
    }
}
