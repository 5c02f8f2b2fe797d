//! Grasses and sedges: a tuft of culms with long leaves, and panicles or spikes of spikelets.

use super::Mounting;
use super::leaf::{Leaf, Margin, Pose, Shape};
use super::stem::{Growth, Stem, draw_roots};
use super::texture::Surface;
use crate::canvas::Colour;
use crate::geometry::{Point, UP};

pub(super) fn draw(mounting: &mut Mounting<'_>) {
    let height = mounting.height_px;
    let straw: Colour = *mounting.species.pick(&[[146, 132, 78], [128, 126, 74], [158, 140, 92]]);
    let open = mounting.species.chance(0.6);
    let foot = mounting.place(0.47, 0.92);
    let spikelet_px = height * if open { 0.014 } else { 0.02 };
    let shape = Shape { half_width: 0.2, widest_at: 0.4, taper: 1.0, margin: Margin::Entire };
    let husk = *mounting.species.pick(&[[164, 140, 92], [136, 100, 76], [150, 134, 84]]);
    let surface = Surface { colour: husk, veins: 2, relief: -16.0, browning: 0.1 };
    let spikelet = Leaf::new(mounting, shape, surface, spikelet_px);

    draw_roots(mounting, foot, height * 0.09);
    let culms = mounting.random.whole(4, 8);
    for culm in 0..culms {
        let spread = (culm as f32 + 0.5) / culms as f32 - 0.5;
        let base = foot + Point::new(spread * height * 0.05, mounting.random.around(height * 0.006));
        for _ in 0..2 {
            let heading = UP + spread * 0.9 + mounting.random.around(0.25);
            draw_blade(mounting, base, heading, height);
        }
        let growth = Growth {
            base,
            heading: UP + spread * 0.5,
            length_px: height * mounting.random.between(0.62, 0.84),
            curl: spread * 0.7 + mounting.random.around(0.1),
            wobble: 0.15,
        };
        let stem = Stem::grow(mounting, growth);
        for joint in [0.18, 0.36, 0.52] {
            let (node, heading) = stem.at(joint + mounting.random.around(0.04));
            let side = if mounting.random.chance(0.5) { 0.35 } else { -0.35 };
            draw_blade(mounting, node, heading + side, height * 0.6);
        }
        stem.draw(mounting, height * 0.0042, height * 0.0016, straw);
        let head_px = height * 0.2;
        if open {
            draw_panicle(mounting, &stem, &spikelet, spikelet_px, (head_px, straw));
        } else {
            draw_dense_spike(mounting, &stem, &spikelet, spikelet_px);
        }
        if culm == culms / 2 {
            stem.hold(mounting, 0.1, height * 0.03);
        }
        if culm % 3 == 0 {
            stem.hold(mounting, 0.66, height * 0.004);
        }
    }
}

/// A long leaf with parallel veins, some bent sharply as pressed grasses are.
fn draw_blade(mounting: &mut Mounting<'_>, base: Point, heading: f32, height: f32) {
    let light = mounting.random.between(0.9, 1.2);
    let colour = mounting.green.map(|value| (f32::from(value) * light).min(255.0) as u8);
    let growth = Growth {
        base,
        heading,
        length_px: height * mounting.random.between(0.25, 0.52),
        curl: mounting.random.around(1.1),
        wobble: 0.25,
    };
    let width = height * mounting.random.between(0.005, 0.009);
    Stem::grow(mounting, growth).draw(mounting, width, width * 0.15, colour);
}

fn draw_panicle(
    mounting: &mut Mounting<'_>,
    stem: &Stem,
    spikelet: &Leaf,
    spikelet_px: f32,
    (head_px, straw): (f32, Colour),
) {
    let whorls = mounting.random.whole(7, 10);
    for whorl in 0..whorls {
        let t = whorl as f32 / whorls as f32;
        let (node, heading) = stem.at(0.72 + 0.28 * t);
        for _ in 0..mounting.random.whole(2, 4) {
            let side = if mounting.random.chance(0.5) { 1.0 } else { -1.0 };
            let growth = Growth {
                base: node,
                heading: heading + side * mounting.random.between(0.25, 0.8),
                length_px: head_px * (0.62 - 0.45 * t) * mounting.random.between(0.6, 1.1),
                curl: side * 0.3,
                wobble: 0.5,
            };
            let branch = Stem::grow(mounting, growth);
            branch.draw(mounting, spikelet_px * 0.07, spikelet_px * 0.04, straw);
            for grain in 0..mounting.random.whole(5, 9) {
                let (base, heading) = branch.at(1.0 - grain as f32 * 0.1);
                let heading = heading + mounting.random.around(0.8);
                let length_px = spikelet_px * mounting.random.between(0.8, 1.15);
                spikelet.draw(mounting, Pose { base, heading, length_px, bend: 0.0 });
            }
        }
    }
}

fn draw_dense_spike(mounting: &mut Mounting<'_>, stem: &Stem, spikelet: &Leaf, spikelet_px: f32) {
    let count = mounting.random.whole(44, 70);
    for grain in 0..count {
        let t = grain as f32 / count as f32;
        let (base, heading) = stem.at(0.84 + 0.16 * t);
        let heading = heading + mounting.random.around(0.75);
        let length_px = spikelet_px * (1.0 - 0.3 * t) * mounting.random.between(0.8, 1.1);
        spikelet.draw(mounting, Pose { base, heading, length_px, bend: 0.0 });
    }
}
