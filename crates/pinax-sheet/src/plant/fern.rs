//! Fern fronds, once or twice cut.

use super::Mounting;
use super::leaf::{Leaf, Margin, Pose, Shape};
use super::stem::{Growth, Stem, draw_roots};
use super::texture::Surface;
use crate::canvas::Colour;
use crate::geometry::UP;

/// A cut leaf: pinnae along a stalk, each whole or cut again.
pub(super) struct Frond {
    pub(super) pairs: usize,
    /// Pinnae are cut into pinnules.
    pub(super) twice: bool,
    /// Longest pinna, in frond lengths.
    pub(super) reach: f32,
    /// Where on the stalk the pinnae begin.
    pub(super) from: f32,
    pub(super) stalk: Colour,
}

pub(super) fn draw(mounting: &mut Mounting<'_>) {
    let height = mounting.height_px;
    let fronds = mounting.random.whole(1, 3);
    let twice = mounting.random.chance(0.65);
    let frond = Frond {
        pairs: if twice { mounting.random.whole(13, 18) } else { mounting.random.whole(16, 26) },
        twice,
        reach: mounting.random.between(0.2, 0.28),
        from: mounting.random.between(0.2, 0.3),
        stalk: *mounting.random.pick(&[[112, 92, 54], [92, 66, 44], [124, 112, 66]]),
    };
    let leaflet_px = height * if twice { 0.03 } else { 0.2 };
    let leaflet = leaflet(mounting, twice, leaflet_px);
    let foot = mounting.place(0.47, 0.94);
    draw_roots(mounting, foot, height * 0.07);
    for index in 0..fronds {
        let turn = (index as f32 - (fronds as f32 - 1.0) / 2.0) * 0.42 + mounting.random.around(0.07);
        let size = mounting.random.between(0.8, 0.94) * (1.0 - 0.35 * turn.abs());
        let growth =
            Growth { base: foot, heading: UP + turn, length_px: height * size, curl: -turn * 0.7, wobble: 0.25 };
        let stem = Stem::grow(mounting, growth);
        draw_frond(mounting, &frond, &leaflet, &stem, growth.length_px);
        stem.hold(mounting, 0.12 + 0.05 * index as f32, height * 0.007);
        stem.hold(mounting, 0.62, height * 0.004);
    }
}

/// The leaflets of a fern; `cut` says that they are pinnules, not whole pinnae.
pub(super) fn leaflet(mounting: &mut Mounting<'_>, cut: bool, length_px: f32) -> Leaf {
    let teeth = if cut { 5 } else { 24 };
    let shape = Shape {
        half_width: if cut { 0.26 } else { mounting.random.between(0.07, 0.1) },
        widest_at: 0.32,
        taper: if cut { 0.8 } else { 0.7 },
        margin: Margin::Toothed { teeth, depth: 0.16 },
    };
    let browning = mounting.random.between(0.0, 0.2);
    let surface = Surface {
        colour: mounting.green,
        veins: if cut { 5 } else { 26 },
        relief: if cut { 12.0 } else { 18.0 },
        browning,
    };
    Leaf::new(mounting, shape, surface, length_px)
}

/// Draws a frond on its stalk, from the lowest pinnae to the tip.
pub(super) fn draw_frond(mounting: &mut Mounting<'_>, frond: &Frond, leaflet: &Leaf, stem: &Stem, length_px: f32) {
    let spacing_px = length_px * (1.0 - frond.from) / frond.pairs as f32;
    for index in 0..frond.pairs {
        let t = index as f32 / frond.pairs as f32;
        let (base, heading) = stem.at(frond.from + (1.0 - frond.from) * t);
        // Longest a third of the way up, then a long taper.
        let profile = if t < 0.3 { 0.72 + 0.93 * t } else { (1.0 - t) / 0.7 } + 0.03;
        for side in [-1.0, 1.0] {
            let pinna_px = length_px * frond.reach * profile * mounting.random.between(0.92, 1.06);
            let heading = heading + side * (1.2 - 0.45 * t) + mounting.random.around(0.06);
            if !frond.twice || pinna_px < 6.0 {
                let pose = Pose { base, heading, length_px: pinna_px, bend: -side * 0.12 };
                leaflet.draw(mounting, pose);
                continue;
            }
            let growth = Growth { base, heading, length_px: pinna_px, curl: -side * 0.3, wobble: 0.1 };
            let rib = Stem::grow(mounting, growth);
            draw_pinnules(mounting, leaflet, &rib, pinna_px, spacing_px * (0.35 + 0.3 * profile));
            rib.draw(mounting, length_px * 0.0022, length_px * 0.001, frond.stalk);
        }
    }
    stem.draw(mounting, length_px * 0.0085, length_px * 0.002, frond.stalk);
}

/// Sets pinnules side by side along a rib, the lowest `largest_px` long.
fn draw_pinnules(mounting: &mut Mounting<'_>, leaflet: &Leaf, rib: &Stem, pinna_px: f32, largest_px: f32) {
    let pairs = ((pinna_px / (largest_px * 0.42)) as usize).clamp(3, 30);
    for pinnule in 0..=pairs {
        let along = pinnule as f32 / pairs as f32;
        let (base, heading) = rib.at(0.04 + 0.96 * along);
        let length_px = largest_px * (1.05 - 0.75 * along);
        if pinnule == pairs {
            leaflet.draw(mounting, Pose { base, heading, length_px, bend: 0.0 });
            continue;
        }
        for side in [-1.0, 1.0] {
            let heading = heading + side * 1.05 + mounting.random.around(0.08);
            leaflet.draw(mounting, Pose { base, heading, length_px, bend: -side * 0.15 });
        }
    }
}
