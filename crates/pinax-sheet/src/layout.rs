//! Where everything lies on a sheet, so that nothing that must be read is covered.

use crate::furniture::{CENTIMETRE_PX, scale_card_size_px};
use crate::geometry::{Point, Rect};
use crate::random::{Random, Stream};
use crate::typed::label_size_px;

/// Narrower labels hold no readable word and are left out.
const SMALLEST_LABEL_PX: i32 = 70;

/// The places of the parts of one sheet; `None` is left out.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) paper: Rect,
    pub(crate) plant: Rect,
    pub(crate) label: Option<Rect>,
    pub(crate) slip: Option<Rect>,
    pub(crate) card: Option<Rect>,
    pub(crate) barcode: Option<Rect>,
    pub(crate) packet: Option<Rect>,
    /// Middle and radius of the round stamp.
    pub(crate) stamp: Option<(Point, f32)>,
}

/// 1 for a sheet of 4000 x 6000 pixels; smaller sheets are the same things seen smaller.
pub(crate) fn scale_of(width: i32, height: i32) -> f32 {
    (width as f32 / 4000.0).min(height as f32 / 6000.0)
}

impl Layout {
    /// `barcode_px` is the size of the sticker with the barcode, which shrinks less than the rest.
    pub(crate) fn new(width: i32, height: i32, seed: u64, barcode_px: Option<(i32, i32)>) -> Self {
        let mut random = Random::new(seed, Stream::Layout);
        let scale = scale_of(width, height);
        let px = |centimetres: f32| (centimetres * CENTIMETRE_PX * scale) as i32;
        let paper = Rect::at(0, 0, width, height).inset(px(0.62));
        let inner = paper.inset(px(0.45));

        let large = label_size_px(scale).0 >= SMALLEST_LABEL_PX;
        let mut label = large.then(|| corner(inner, label_size_px(scale), true, true));
        let card_right = random.chance(0.5);
        let card_low = random.chance(0.4);
        let mut card = large.then(|| corner(inner, scale_card_size_px(scale), card_right && !card_low, card_low));

        let barcode = barcode_px.and_then(|size| {
            let mut places = vec![
                corner(inner, size, false, true),
                corner(inner, size, true, false),
                corner(inner, size, false, false),
            ];
            if let Some(label) = label {
                places.push(corner(Rect { bottom: label.top - px(0.4), ..inner }, size, true, true));
            }
            let first = random.below(places.len());
            places.rotate_left(first);
            let free = |place: &Rect, taken: [Option<Rect>; 2]| {
                paper.holds(*place) && !taken.into_iter().flatten().any(|other| other.meets(*place))
            };
            if let Some(place) = places.iter().find(|place| free(place, [label, card])) {
                return Some(*place);
            }
            // On a small sheet the barcode matters most: the target goes first, then the label.
            card = None;
            if let Some(place) = places.iter().find(|place| free(place, [label, None])) {
                return Some(*place);
            }
            label = None;
            places.into_iter().find(|place| free(place, [None, None]))
        });

        let mut taken: Vec<Rect> = [label, card, barcode].into_iter().flatten().collect();
        let mut plant = paper.inset(px(1.2));
        for place in &taken {
            let (low, left) = (place.top > height / 2, place.left < width * 2 / 5);
            if low && left {
                plant.bottom = plant.bottom.min(place.top - px(0.3));
            } else if !low {
                plant.top = plant.top.max(place.bottom + px(0.3));
            }
        }
        let mut claim = |place: Rect| {
            let free = large && paper.holds(place) && !taken.iter().any(|other| other.meets(place));
            free.then(|| {
                taken.push(place);
                place
            })
        };

        let above_label = label.map_or(inner, |label| Rect { bottom: label.top - px(0.5), ..inner });
        let slip =
            random.chance(0.45).then(|| corner(above_label, (px(9.6), px(2.5)), true, true)).and_then(&mut claim);
        let packet_low = random.chance(0.4);
        let packet = random
            .chance(0.4)
            .then(|| corner(inner, (px(8.4), px(6.2)), packet_low && label.is_none(), packet_low))
            .and_then(&mut claim);
        let radius = px(1.5);
        let stamp_right = random.chance(0.5);
        let stamp = random
            .chance(0.7)
            .then(|| corner(plant, (radius * 2, radius * 2), stamp_right, false))
            .and_then(&mut claim)
            .map(|place| (Point::new((place.left + radius) as f32, (place.top + radius) as f32), radius as f32));
        Self { paper, plant, label, slip, card, barcode, packet, stamp }
    }
}

/// A rectangle of this size in a corner of another.
fn corner(within: Rect, (width, height): (i32, i32), right: bool, bottom: bool) -> Rect {
    let left = if right { within.right - width } else { within.left };
    let top = if bottom { within.bottom - height } else { within.top };
    Rect::at(left, top, width, height)
}

#[cfg(test)]
mod tests {
    use super::Layout;

    #[test]
    fn label_card_and_barcode_never_cover_each_other() {
        for seed in 0..300 {
            for (width, height, barcode) in
                [(4000, 6000, (660, 420)), (900, 1350, (264, 110)), (6000, 4000, (500, 300)), (300, 450, (264, 110))]
            {
                let layout = Layout::new(width, height, seed, Some(barcode));
                let places: Vec<_> = [layout.label, layout.card, layout.barcode].into_iter().flatten().collect();
                assert!(layout.barcode.is_some(), "{width} {seed}");
                for (index, place) in places.iter().enumerate() {
                    assert!(layout.paper.holds(*place), "{layout:?}");
                    assert!(!places[index + 1..].iter().any(|other| other.meets(*place)), "{layout:?}");
                }
            }
        }
    }

    #[test]
    fn a_barcode_that_does_not_fit_is_left_out() {
        assert!(Layout::new(120, 180, 1, Some((264, 110))).barcode.is_none());
    }
}
