//! Twigs of trees and shrubs, with simple leaves of several cuts or hand-shaped ones.

use super::Mounting;
use super::leaf::{Leaf, Margin, Pose, Shape};
use super::stem::{Growth, Stem};
use super::texture::Surface;
use crate::geometry::{Point, UP, disc};

/// Leaf and habit of one shrub.
struct Twig {
    shape: Shape,
    veins: usize,
    /// Length of the largest leaf, in plant heights.
    leaf_length: f32,
    branches: usize,
    /// Leaflets or lobes from one stalk; 1 for a simple leaf.
    fingers: usize,
    fruit: bool,
}

/// Birch, cherry, arrowwood: ovate, toothed.
pub(super) fn draw_toothed(mounting: &mut Mounting<'_>) {
    let random = &mut mounting.random;
    let margin = Margin::Toothed { teeth: random.whole(14, 26), depth: random.between(0.07, 0.15) };
    let half_width = random.between(0.24, 0.34);
    let shape = Shape { half_width, widest_at: random.between(0.34, 0.46), taper: random.between(1.0, 1.4), margin };
    let (veins, leaf_length) = (random.whole(6, 11), random.between(0.105, 0.14));
    let (branches, fruit) = (random.whole(3, 5), random.chance(0.4));
    draw(mounting, &Twig { shape, veins, leaf_length, branches, fingers: 1, fruit });
}

/// Willow, blueberry, laurel: entire, narrow or elliptic.
pub(super) fn draw_entire(mounting: &mut Mounting<'_>) {
    let random = &mut mounting.random;
    let half_width = random.between(0.11, 0.24);
    let taper = random.between(0.9, 1.5);
    let shape = Shape { half_width, widest_at: random.between(0.42, 0.56), taper, margin: Margin::Entire };
    let (veins, leaf_length) = (random.whole(7, 12), random.between(0.085, 0.125));
    let (branches, fruit) = (random.whole(4, 6), random.chance(0.4));
    draw(mounting, &Twig { shape, veins, leaf_length, branches, fingers: 1, fruit });
}

/// Oak: rounded lobes. Beech has the same twig with shallow waves.
pub(super) fn draw_lobed(mounting: &mut Mounting<'_>) {
    let random = &mut mounting.random;
    let lobes = random.whole(3, 5);
    let margin = Margin::Lobed { lobes, depth: random.between(0.38, 0.58) };
    let half_width = random.between(0.3, 0.38);
    let shape = Shape { half_width, widest_at: random.between(0.52, 0.62), taper: random.between(0.8, 1.1), margin };
    let leaf_length = random.between(0.15, 0.2);
    let branches = random.whole(2, 4);
    draw(mounting, &Twig { shape, veins: lobes, leaf_length, branches, fingers: 1, fruit: false });
}

/// Maple and cranesbill: lobes spread like a hand.
pub(super) fn draw_palmate(mounting: &mut Mounting<'_>) {
    let random = &mut mounting.random;
    let margin = Margin::Toothed { teeth: random.whole(5, 9), depth: random.between(0.22, 0.4) };
    let half_width = random.between(0.24, 0.32);
    let shape = Shape { half_width, widest_at: random.between(0.5, 0.6), taper: random.between(1.1, 1.7), margin };
    let leaf_length = random.between(0.12, 0.15);
    let (branches, fingers) = (random.whole(2, 3), *random.pick(&[3, 5, 5]));
    draw(mounting, &Twig { shape, veins: 6, leaf_length, branches, fingers, fruit: false });
}

fn draw(mounting: &mut Mounting<'_>, twig: &Twig) {
    let height = mounting.height_px;
    let bark = *mounting.random.pick(&[[92, 72, 54], [110, 90, 70], [76, 58, 46], [104, 78, 54]]);
    let leaf_px = height * twig.leaf_length;
    let browning = mounting.random.between(0.05, 0.32);
    let surface = Surface { colour: mounting.green, veins: twig.veins, relief: 24.0, browning };
    let leaf = Leaf::new(mounting, twig.shape, surface, leaf_px);
    let lean = mounting.random.around(0.12);
    let trunk_growth = Growth {
        base: mounting.place(0.45 - lean, 0.99),
        heading: UP + lean,
        length_px: height * mounting.random.between(0.76, 0.86),
        curl: -lean * 1.5 + mounting.random.around(0.25),
        wobble: 0.9,
    };
    let trunk = Stem::grow(mounting, trunk_growth);
    let trunk_px = height * 0.009;
    let mut shoots = Vec::new();
    for branch in 0..twig.branches {
        let t = 0.22 + 0.6 * (branch as f32 + mounting.random.unit() * 0.6) / twig.branches as f32;
        let side = if branch % 2 == 0 { 1.0 } else { -1.0 };
        let (base, heading) = trunk.at(t);
        let growth = Growth {
            base,
            heading: heading + side * mounting.random.between(0.55, 0.85),
            length_px: height * (0.46 - 0.32 * t) * mounting.random.between(0.85, 1.15),
            curl: -side * mounting.random.between(0.1, 0.6),
            wobble: 0.8,
        };
        let shoot = Stem::grow(mounting, growth);
        shoot.draw(mounting, trunk_px * (0.75 - 0.3 * t), trunk_px * 0.22, bark);
        shoots.push((shoot, growth.length_px, 0.16));
    }
    trunk.draw(mounting, trunk_px, trunk_px * 0.22, bark);
    for t in [0.07, 0.4] {
        trunk.hold(mounting, t, trunk_px);
    }
    for (shoot, ..) in shoots.iter().take(3) {
        shoot.hold(mounting, 0.55, trunk_px * 0.5);
    }
    shoots.push((trunk, trunk_growth.length_px, 0.4));
    for (shoot, length_px, from) in &shoots {
        leaf_out(mounting, twig, &leaf, shoot, (*length_px, *from), leaf_px);
    }
}

/// Sets leaves along a shoot from `from` to its tip, in turn left and right, smaller towards the tip.
fn leaf_out(mounting: &mut Mounting<'_>, twig: &Twig, leaf: &Leaf, shoot: &Stem, along: (f32, f32), leaf_px: f32) {
    let (length_px, from) = along;
    let spacing = leaf_px * if twig.fingers > 1 { 0.95 } else { 0.5 };
    let nodes = (length_px * (1.0 - from) / spacing).round().max(1.0) as usize;
    for node in 0..=nodes {
        let t = from + (1.0 - from) * node as f32 / nodes as f32;
        let (start, heading) = shoot.at(t);
        let last = node == nodes;
        let side = if node % 2 == 0 { 1.0 } else { -1.0 };
        let turn = if last { mounting.random.around(0.2) } else { side * mounting.random.between(0.6, 1.15) };
        let size = leaf_px * mounting.random.between(0.72, 1.0) * (1.0 - 0.35 * (t - from));
        let stalk = Growth {
            base: start,
            heading: heading + turn,
            length_px: size * if twig.fingers > 1 { 0.5 } else { 0.13 },
            curl: mounting.random.around(0.4),
            wobble: 0.1,
        };
        let petiole = Stem::grow(mounting, stalk);
        petiole.draw(mounting, leaf_px * 0.02, leaf_px * 0.014, [124, 104, 62]);
        let (base, heading) = petiole.at(1.0);
        let (base, bend) = (base.toward(heading, -size * 0.01), mounting.random.around(0.16));
        // The outer fingers first and smaller, the middle one last and on top.
        let fingers = (0..twig.fingers).rev().map(|finger| {
            let order = finger.div_ceil(2) as f32;
            let spread = order * if finger % 2 == 0 { 0.72 } else { -0.72 };
            let length_px = size * (1.0 - 0.17 * order);
            Pose { base, heading: heading + spread, length_px, bend: bend - spread * 0.06 }
        });
        leaf.draw_together(mounting, &fingers.collect::<Vec<_>>());
        if twig.fruit && mounting.random.chance(0.35) {
            draw_fruits(mounting, start, heading - turn * 0.8, leaf_px);
        }
    }
}

/// A few berries on stalks, dried dark.
fn draw_fruits(mounting: &mut Mounting<'_>, node: Point, heading: f32, leaf_px: f32) {
    for _ in 0..mounting.random.whole(2, 4) {
        let length_px = leaf_px * mounting.random.between(0.18, 0.34);
        let growth =
            Growth { base: node, heading: heading + mounting.random.around(0.7), length_px, curl: 0.4, wobble: 0.3 };
        let stalk = Stem::grow(mounting, growth);
        stalk.draw(mounting, leaf_px * 0.014, leaf_px * 0.012, [112, 84, 54]);
        let (centre, radius) = (stalk.at(1.0).0, leaf_px * mounting.random.between(0.04, 0.055));
        mounting.canvas.shade(&disc(centre + mounting.shadow, radius * 1.05), 200);
        for (part, colour) in [(1.0, [62, 32, 36]), (0.75, [84, 44, 46]), (0.35, [116, 72, 66])] {
            let lit = Point::new(-radius, -radius) * (0.35 * (1.0 - part));
            mounting.canvas.fill_flat(&disc(centre + lit, radius * part), colour);
        }
    }
}
