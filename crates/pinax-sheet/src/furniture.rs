//! What lies beside the plant: colour target, ruler, straps, the fragment packet and the stamp.

use crate::canvas::{Canvas, Colour};
use crate::geometry::{Point, Rect, disc, ribbon};
use crate::random::Random;
use crate::text::{self, Fonts};

/// Pixels of a centimetre on a sheet 4000 pixels wide.
pub(crate) const CENTIMETRE_PX: f32 = 131.0;

const CARD: Colour = [30, 30, 31];
const WHITE: Colour = [246, 246, 245];
/// Twelve chromatic patches and six greys, after the usual 24-patch target.
const PATCHES: [Colour; 18] = [
    [115, 82, 68],
    [194, 150, 130],
    [98, 122, 157],
    [87, 108, 67],
    [214, 126, 44],
    [80, 91, 166],
    [193, 90, 99],
    [56, 61, 150],
    [70, 148, 73],
    [175, 54, 60],
    [231, 199, 31],
    [8, 133, 161],
    [243, 243, 242],
    [200, 200, 200],
    [160, 160, 160],
    [122, 122, 121],
    [85, 85, 85],
    [52, 52, 52],
];

/// Size of colour target and ruler together, in pixels.
pub(crate) fn scale_card_size_px(scale: f32) -> (i32, i32) {
    ((15.6 * CENTIMETRE_PX * scale) as i32, (3.5 * CENTIMETRE_PX * scale) as i32)
}

/// Draws the colour target over a ruler of fifteen centimetres.
pub(crate) fn draw_scale_card(canvas: &mut Canvas, fonts: &Fonts, place: Rect, scale: f32) {
    let centimetre = CENTIMETRE_PX * scale;
    let px = |centimetres: f32| (centimetres * centimetre).round() as i32;
    canvas.shade_rect(place.moved(px(0.05), px(0.06)), 190);
    canvas.fill_rect(place, CARD);

    let row_bottom = place.top + px(1.75);
    for (index, &patch) in PATCHES.iter().enumerate() {
        let left = place.left + px(0.3 + index as f32 * 15.0 / 18.0);
        let right = place.left + px(0.3 + (index + 1) as f32 * 15.0 / 18.0) - px(0.06);
        canvas.fill_rect(Rect { left, top: place.top + px(0.25), right, bottom: row_bottom }, patch);
    }

    let tick_px = (centimetre * 0.03).round().max(1.0) as i32;
    let ruler = Rect { top: row_bottom + px(0.2), bottom: place.bottom - px(0.15), ..place };
    canvas.fill_rect(Rect { left: ruler.left + px(0.1), right: ruler.right - px(0.1), ..ruler }, WHITE);
    let millimetres = if centimetre >= 40.0 { 1 } else { 5 };
    for millimetre in (0..=150).step_by(millimetres) {
        let length = if millimetre % 10 == 0 { 0.62 } else { [0.3, 0.45][usize::from(millimetre % 5 == 0)] };
        let left = ruler.left + px(0.3 + millimetre as f32 / 10.0);
        canvas.fill_rect(Rect::at(left, ruler.top, tick_px, px(length)), CARD);
        if millimetre % 10 == 0 && millimetre < 150 {
            let number = (millimetre / 10).to_string();
            let place = (left as f32 + centimetre * 0.08, ruler.top as f32 + centimetre * 0.98);
            text::write(canvas, &fonts.plain, centimetre * 0.46, place, CARD, &number);
        }
    }
    let unit = (ruler.right as f32 - centimetre * 0.75, ruler.top as f32 + centimetre * 1.05);
    text::write(canvas, &fonts.plain, centimetre * 0.4, unit, CARD, "cm");
}

/// Glues a strap of white linen across `middle`, at right angles to a stem that runs along `heading`.
pub(crate) fn draw_strap(canvas: &mut Canvas, middle: Point, heading: f32, length_px: f32, random: &mut Random) {
    let across = heading + std::f32::consts::FRAC_PI_2 + random.around(0.2);
    let ends = [middle.toward(across, -length_px / 2.0), middle.toward(across, length_px / 2.0)];
    let half_width = length_px * random.between(0.09, 0.12);
    let shadow = Point::new(half_width * 0.25, half_width * 0.35);
    canvas.shade(&ribbon(&ends.map(|end| end + shadow), |_| half_width), 205);
    let bump = half_width.max(1.0);
    canvas.fill(&ribbon(&ends, |_| half_width), |x, y, _| {
        // The strap rises over the stem: light on the near side, grey on the far side, and a weave of threads.
        let step = Point::new(x as f32 + 0.5, y as f32 + 0.5) - middle;
        let along = step.dot(Point::new(across.cos(), across.sin())) / bump;
        let slope = (along * (-along * along / 6.0).exp() * 26.0) as i32;
        let weave = ((x ^ y) & 2) * 3;
        [238, 235, 226].map(|base: i32| (base - slope.abs() / 2 + slope / 2 - weave).clamp(0, 255) as u8)
    });
}

/// Glues on a folded paper packet for loose fragments.
pub(crate) fn draw_packet(canvas: &mut Canvas, place: Rect, random: &mut Random) {
    let paper: Colour = *random.pick(&[[228, 219, 196], [222, 208, 176], [236, 232, 222]]);
    let fold = (place.width() / 200).max(1);
    for spread in 1..=3 {
        canvas.shade_rect(place.moved(fold * spread, fold * spread), 226);
    }
    canvas.fill_rect(place, paper);
    let darker = paper.map(|value| value - 26);
    let flap = place.height() / 5;
    canvas.shade_rect(Rect { bottom: place.top + flap + 2 * fold, ..place }, 236);
    canvas.fill_rect(Rect { bottom: place.top + flap, ..place }, paper.map(|value| value.saturating_add(5)));
    for side in [place.left + place.width() / 9, place.right - place.width() / 9] {
        canvas.fill_rect(Rect { left: side, right: side + fold, top: place.top + flap, ..place }, darker);
    }
}

/// Presses the round stamp of the herbarium, in faded ink.
pub(crate) fn draw_stamp(canvas: &mut Canvas, fonts: &Fonts, middle: Point, radius: f32, words: [&str; 2]) {
    let ink = [74, 78, 142];
    for (ring, thickness) in [(radius, radius * 0.05), (radius * 0.86, radius * 0.025)] {
        let mut outline = disc(middle, ring);
        // The inner circle runs the other way, so that the middle stays open.
        outline.push(outline[0]);
        let inner = disc(middle, ring - thickness.max(0.8));
        outline.push(inner[0]);
        outline.extend(inner.into_iter().rev());
        canvas.fill(&outline, |x, y, under| faded(x, y, under, ink));
    }
    for (index, word) in words.iter().enumerate() {
        let size = (radius * 0.34).min(radius * 44.0 / (text::width_px(&fonts.plain, 30.0, word) + 1.0));
        let base = middle.y + radius * (0.38 * index as f32 - 0.05);
        text::write_centred(canvas, &fonts.plain, size, (middle.x, base), ink.map(|value| value + 30), word);
    }
}

fn faded(x: i32, y: i32, under: Colour, ink: Colour) -> Colour {
    let wear = ((x.wrapping_mul(0x2F35) ^ y.wrapping_mul(0x5A27)) >> 5) & 63;
    crate::canvas::mix(under, ink, 150 + wear)
}
