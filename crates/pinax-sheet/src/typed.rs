//! The typed label at the lower right, and the slip of the botanist who named the plant again.

use crate::canvas::{Canvas, Colour};
use crate::furniture::CENTIMETRE_PX;
use crate::geometry::Rect;
use crate::label::Label;
use crate::text::{self, Fonts};

const CARD: Colour = [246, 241, 228];
const TYPE: Colour = [34, 32, 34];

/// Width and height of the label, in pixels.
pub(crate) fn label_size_px(scale: f32) -> (i32, i32) {
    ((11.2 * CENTIMETRE_PX * scale) as i32, (7.6 * CENTIMETRE_PX * scale) as i32)
}

/// Prints the label; lines that would run over the bottom are left out.
pub(crate) fn draw_label(canvas: &mut Canvas, fonts: &Fonts, place: Rect, label: &Label, catalog_number: &str) {
    card(canvas, place);
    let line = place.height() as f32 / 11.5;
    let size = line * 0.86;
    let middle = (place.left + place.right) as f32 / 2.0;
    let left = place.left as f32 + line * 0.8;
    let right = place.right as f32 - line * 0.8;
    let limit = right - left;
    let mut base = place.top as f32 + line * 1.45;

    let headline = label.institution.to_uppercase();
    let fit = limit / text::width_px(&fonts.upright, 1.0, &headline).max(1.0);
    text::write_centred(canvas, &fonts.upright, (size * 1.1).min(fit), (middle, base), TYPE, &headline);
    base += line;
    text::write_centred(canvas, &fonts.upright, size * 0.85, (middle, base), TYPE, &label.collection);
    let rule = Rect::at(place.left + line as i32, (base + line * 0.35) as i32, limit as i32 - line as i32 / 2, 1);
    canvas.fill_rect(Rect { bottom: rule.top + ((line / 25.0) as i32).max(1), ..rule }, TYPE);

    base += line * 1.4;
    text::write(canvas, &fonts.upright, size * 0.9, (left, base), TYPE, &label.family);
    base += line * 1.15;
    write_name(canvas, fonts, size * 1.12, (left, base), limit, &label.scientific_name);
    base += line * 1.2;
    for words in text::wrap(&fonts.upright, size * 0.9, limit, &label.locality).iter().take(3) {
        text::write(canvas, &fonts.upright, size * 0.9, (left, base), TYPE, words);
        base += line * 0.95;
    }
    base = place.bottom as f32 - line * 1.55;
    let gathered = format!("Coll. {}  No. {}", label.collector, label.record_number);
    text::write(canvas, &fonts.upright, size * 0.9, (left, base), TYPE, &gathered);
    base += line;
    text::write(canvas, &fonts.upright, size * 0.9, (left, base), TYPE, &label.written_date());
    let start = right - text::width_px(&fonts.plain, size * 0.72, catalog_number);
    text::write(canvas, &fonts.plain, size * 0.72, (start.max(left), base), TYPE, catalog_number);
}

/// Glues on a narrow annotation slip: the name, who decided it, and the year.
pub(crate) fn draw_slip(canvas: &mut Canvas, fonts: &Fonts, place: Rect, name: &str, decided: &str) {
    card(canvas, place);
    let line = place.height() as f32 / 3.0;
    let left = place.left as f32 + line * 0.5;
    let limit = place.width() as f32 - line;
    write_name(canvas, fonts, line * 0.8, (left, place.top as f32 + line * 1.25), limit, name);
    text::write(canvas, &fonts.upright, line * 0.65, (left, place.top as f32 + line * 2.3), TYPE, decided);
}

fn card(canvas: &mut Canvas, place: Rect) {
    let edge = (place.width() / 330).max(1);
    canvas.shade_rect(place.moved(edge, edge), 200);
    canvas.shade_rect(place.moved(edge * 2, edge * 2), 226);
    canvas.fill_rect(place, CARD);
}

/// Genus and epithet in italics, the author upright, shrunk to `limit_px` when the name is long.
fn write_name(canvas: &mut Canvas, fonts: &Fonts, size_px: f32, place: (f32, f32), limit_px: f32, name: &str) {
    let epithet_end = name.match_indices(' ').nth(1).map_or(name.len(), |(end, _)| end);
    let (binomial, author) = name.split_at(epithet_end);
    let width = text::width_px(&fonts.italic, size_px, binomial) + text::width_px(&fonts.upright, size_px, author);
    let size_px = size_px * (limit_px / width.max(1.0)).min(1.0);
    let next = text::write(canvas, &fonts.italic, size_px, place, TYPE, binomial);
    text::write(canvas, &fonts.upright, size_px, (next, place.1), TYPE, author);
}
