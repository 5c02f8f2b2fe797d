//! Herbs pulled up with their roots: mints, daisies, vetches, carrots.

use super::Mounting;
use super::fern::{Frond, draw_frond, leaflet};
use super::flower::{draw_daisy as draw_flower_head, draw_spike, draw_umbel as draw_flower_umbel, petals};
use super::leaf::{Leaf, Margin, Pose, Shape};
use super::stem::{Growth, Stem, draw_roots};
use super::texture::Surface;
use crate::canvas::Colour;
use crate::geometry::UP;

/// Roots and one main stem of `length` plant heights, held by three straps.
fn raise(mounting: &mut Mounting<'_>, length: f32, thickness: f32) -> (Stem, Colour) {
    let height = mounting.height_px;
    let lean = mounting.random.around(0.14);
    let base = mounting.place(0.43 - lean, 0.91);
    draw_roots(mounting, base, height * 0.085);
    let growth = Growth {
        base,
        heading: UP + lean,
        length_px: height * length,
        curl: mounting.random.around(0.2) - lean,
        wobble: 0.35,
    };
    let stem = Stem::grow(mounting, growth);
    let colour = *mounting.species.pick(&[[116, 104, 62], [104, 96, 58], [118, 84, 62]]);
    stem.draw(mounting, height * thickness, height * thickness * 0.35, colour);
    for t in [0.06, 0.34, 0.7] {
        stem.hold(mounting, t, height * thickness);
    }
    (stem, colour)
}

fn kind(mounting: &mut Mounting<'_>, half_width: f32, margin: Margin, length_px: f32) -> Leaf {
    let shape = Shape { half_width, widest_at: mounting.species.between(0.32, 0.48), taper: 1.15, margin };
    let browning = mounting.species.between(0.0, 0.26);
    let veins = mounting.species.whole(5, 8);
    let surface = Surface { colour: mounting.green, veins, relief: 20.0, browning };
    Leaf::new(mounting, shape, surface, length_px)
}

/// Mints: pairs of toothed leaves, crosswise, with flowers in the upper axils and a spike.
pub(super) fn draw_opposite(mounting: &mut Mounting<'_>) {
    let height = mounting.height_px;
    let leaf_px = height * mounting.species.between(0.13, 0.19);
    let half_width = mounting.species.between(0.18, 0.3);
    let margin = Margin::Toothed { teeth: mounting.species.whole(9, 16), depth: mounting.species.between(0.1, 0.2) };
    let leaf = kind(mounting, half_width, margin, leaf_px);
    let colour = *mounting.species.pick(&[[148, 104, 140], [166, 120, 150], [120, 96, 146], [190, 170, 180]]);
    let petal_px = height * 0.022;
    let blossom = petals(mounting, colour, 0.24, petal_px);
    let length = mounting.random.between(0.74, 0.82);
    let (stem, _) = raise(mounting, length, 0.0075);
    let nodes = mounting.random.whole(8, 11);
    for node in 0..nodes {
        let t = node as f32 / nodes as f32;
        let (base, heading) = stem.at(0.08 + 0.8 * t);
        // A pair across the line of sight is seen shortened.
        let seen = if node % 2 == 0 { 1.0 } else { 0.72 };
        for side in [-1.0, 1.0] {
            let length_px = leaf_px * seen * (1.0 - 0.55 * t) * mounting.random.between(0.88, 1.08);
            let heading = heading + side * mounting.random.between(0.75, 1.2);
            let bend = side * mounting.random.around(0.2);
            leaf.draw(mounting, Pose { base, heading, length_px, bend });
        }
        for flower in 0..if t > 0.4 { 12u8 } else { 0 } {
            let side = if flower % 2 == 0 { 1.0 } else { -1.0 };
            let heading = heading + side * mounting.random.between(0.3, 1.9);
            blossom.draw(mounting, Pose { base, heading, length_px: petal_px, bend: side * 0.2 });
        }
    }
    draw_spike(mounting, &stem, 0.86, &blossom, petal_px);
}

/// Daisies: a rosette, scattered stem leaves, one to five heads.
pub(super) fn draw_daisy(mounting: &mut Mounting<'_>) {
    let height = mounting.height_px;
    let leaf_px = (height * mounting.species.between(0.16, 0.22)).min(mounting.area.width() as f32 * 0.34);
    let margin = if mounting.species.chance(0.6) {
        Margin::Lobed { lobes: mounting.species.whole(5, 9), depth: mounting.species.between(0.15, 0.5) }
    } else {
        Margin::Entire
    };
    let half_width = mounting.species.between(0.11, 0.17);
    let leaf = kind(mounting, half_width, margin, leaf_px);
    let colour = *mounting.species.pick(&[[232, 226, 206], [176, 150, 182], [214, 178, 64], [226, 216, 188]]);
    let head_px = height * mounting.species.between(0.055, 0.075);
    let rays = petals(mounting, colour, 0.13, head_px);
    let (stem, green) = raise(mounting, 0.74, 0.006);
    let (foot, _) = stem.at(0.01);
    for turn in 0..mounting.random.whole(7, 11) {
        let side = if turn % 2 == 0 { 1.0 } else { -1.0 };
        let heading = UP + side * mounting.random.between(0.35, 1.75);
        let length_px = leaf_px * mounting.random.between(0.75, 1.1);
        let bend = side * mounting.random.between(-0.1, 0.3);
        leaf.draw(mounting, Pose { base: foot, heading, length_px, bend });
    }
    let mut heads = vec![stem.at(1.0).0];
    for branch in 0..mounting.random.whole(0, 4) {
        let side = if branch % 2 == 0 { 1.0 } else { -1.0 };
        let (base, heading) = stem.at(0.45 + 0.1 * branch as f32);
        let length_px = height * mounting.random.between(0.2, 0.3);
        let heading = heading + side * mounting.random.between(0.35, 0.6);
        let scape = Stem::grow(mounting, Growth { base, heading, length_px, curl: -side * 0.35, wobble: 0.3 });
        scape.draw(mounting, height * 0.0038, height * 0.003, green);
        heads.push(scape.at(1.0).0);
    }
    for node in 0..9u8 {
        let t = 0.12 + 0.08 * f32::from(node);
        let (base, heading) = stem.at(t);
        let side = if node % 2 == 0 { 1.0 } else { -1.0 };
        let heading = heading + side * mounting.random.between(0.5, 0.9);
        leaf.draw(mounting, Pose { base, heading, length_px: leaf_px * (0.8 - 0.6 * t), bend: side * 0.1 });
    }
    for centre in heads {
        let radius_px = head_px * mounting.random.between(0.85, 1.1);
        draw_flower_head(mounting, &rays, centre, radius_px, [196, 150, 48]);
    }
}

/// Vetches: feathered leaves in turn, and one-sided clusters of flowers from their axils.
pub(super) fn draw_pinnate(mounting: &mut Mounting<'_>) {
    let height = mounting.height_px;
    let leaflet_px = height * mounting.random.between(0.05, 0.07);
    let half_width = mounting.species.between(0.2, 0.32);
    let leaf = kind(mounting, half_width, Margin::Entire, leaflet_px);
    let colour = *mounting.species.pick(&[[128, 92, 150], [160, 96, 136], [206, 192, 160], [108, 88, 140]]);
    let petal_px = height * 0.026;
    let blossom = petals(mounting, colour, 0.22, petal_px);
    let (stem, green) = raise(mounting, 0.82, 0.006);
    let nodes = mounting.random.whole(7, 9);
    let pairs = mounting.random.whole(4, 8);
    for node in 0..nodes {
        let t = node as f32 / nodes as f32;
        let side = if node % 2 == 0 { 1.0 } else { -1.0 };
        let (base, heading) = stem.at(0.1 + 0.88 * t);
        let size = 1.0 - 0.45 * t;
        let length_px = leaflet_px * 0.62 * (pairs as f32 + 0.6) * size;
        let growth = Growth {
            base,
            heading: heading + side * 0.85,
            length_px,
            curl: side * mounting.random.around(0.4),
            wobble: 0.2,
        };
        let rachis = Stem::grow(mounting, growth);
        rachis.draw(mounting, height * 0.0024, height * 0.0014, green);
        for pair in 0..=pairs * 2 {
            let (base, heading) = rachis.at(0.14 + 0.86 * (pair / 2) as f32 / pairs as f32);
            let side = if pair % 2 == 0 { 1.0 } else { -1.0 };
            let heading = heading + if pair == pairs * 2 { 0.0 } else { side * mounting.random.between(0.8, 1.1) };
            let length_px = leaflet_px * size * mounting.random.between(0.88, 1.05);
            let bend = mounting.random.around(0.1);
            leaf.draw(mounting, Pose { base, heading, length_px, bend });
        }
        if t > 0.4 {
            let heading = heading + side * 0.35;
            let stalk = Growth { base, heading, length_px: height * 0.17, curl: side * 0.4, wobble: 0.2 };
            let cluster = Stem::grow(mounting, stalk);
            cluster.draw(mounting, height * 0.0026, height * 0.0016, green);
            draw_spike(mounting, &cluster, 0.45, &blossom, petal_px);
        }
    }
}

/// Carrots: finely cut leaves and compound umbels.
pub(super) fn draw_umbel(mounting: &mut Mounting<'_>) {
    let height = mounting.height_px;
    let cut = leaflet(mounting, true, height * 0.02);
    let (stem, green) = raise(mounting, 0.68, 0.0085);
    let frond = Frond { pairs: 11, twice: true, reach: 0.36, from: 0.3, stalk: green };
    for node in 0..5u8 {
        let t = 0.03 + 0.14 * f32::from(node);
        let side = if node % 2 == 0 { 1.0 } else { -1.0 };
        let (base, heading) = stem.at(t);
        let length_px = height * (0.38 - 0.28 * t) * mounting.random.between(0.9, 1.1);
        let heading = heading + side * mounting.random.between(0.5, 0.8);
        let leaf = Stem::grow(mounting, Growth { base, heading, length_px, curl: side * 0.3, wobble: 0.2 });
        draw_frond(mounting, &frond, &cut, &leaf, length_px);
    }
    let radius_px = height * mounting.random.between(0.1, 0.13);
    for branch in 0..mounting.random.whole(1, 3) {
        let side = if branch % 2 == 0 { 1.0 } else { -1.0 };
        let (base, heading) = stem.at(0.6 + 0.1 * branch as f32);
        let heading = heading + side * mounting.random.between(0.5, 0.7);
        let growth = Growth { base, heading, length_px: height * 0.24, curl: -side * 0.5, wobble: 0.2 };
        let stalk = Stem::grow(mounting, growth);
        stalk.draw(mounting, height * 0.0045, height * 0.003, green);
        let (tip, heading) = stalk.at(1.0);
        draw_flower_umbel(mounting, tip, heading, radius_px * 0.75, green);
    }
    let (tip, heading) = stem.at(1.0);
    draw_flower_umbel(mounting, tip, heading, radius_px, green);
}
