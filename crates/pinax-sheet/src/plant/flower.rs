//! Flowers: daisies, umbels, spikes of small blossoms.

use std::f32::consts::TAU;

use super::Mounting;
use super::leaf::{Leaf, Margin, Pose, Shape};
use super::stem::{Growth, Stem};
use super::texture::Surface;
use crate::canvas::Colour;
use crate::geometry::{Point, disc};

/// Petals of one colour.
pub(super) fn petals(mounting: &mut Mounting<'_>, colour: Colour, half_width: f32, length_px: f32) -> Leaf {
    let shape = Shape { half_width, widest_at: 0.66, taper: 0.8, margin: Margin::Entire };
    let surface = Surface { colour, veins: 3, relief: -9.0, browning: 0.08 };
    Leaf::new(mounting, shape, surface, length_px)
}

/// A flower head seen from above: rays around a disc of tiny florets.
pub(super) fn draw_daisy(mounting: &mut Mounting<'_>, rays: &Leaf, centre: Point, radius_px: f32, eye: Colour) {
    let count = mounting.random.whole(13, 24);
    for ray in 0..count {
        let heading = ray as f32 * TAU / count as f32 + mounting.random.around(0.12);
        let pose = Pose {
            base: centre.toward(heading, radius_px * 0.2),
            heading,
            length_px: radius_px * mounting.random.between(0.68, 0.85),
            bend: mounting.random.around(0.1),
        };
        rays.draw(mounting, pose);
    }
    mounting.canvas.shade(&disc(centre + mounting.shadow, radius_px * 0.3), 215);
    mounting.canvas.fill_flat(&disc(centre, radius_px * 0.29), eye.map(|value| (u16::from(value) * 3 / 4) as u8));
    for floret in 0..90u8 {
        // Florets stand in the spiral of a sunflower.
        let spot = centre.toward(f32::from(floret) * 2.4, radius_px * 0.029 * f32::from(floret).sqrt());
        let light = mounting.random.between(0.72, 1.12);
        let colour = eye.map(|value| (f32::from(value) * light).min(255.0) as u8);
        mounting.canvas.fill_flat(&disc(spot, radius_px * 0.019), colour);
    }
}

/// A compound umbel on the tip of a stalk: rays, each with a small umbel of white florets.
pub(super) fn draw_umbel(mounting: &mut Mounting<'_>, centre: Point, heading: f32, radius_px: f32, stalk: Colour) {
    let rays = mounting.random.whole(12, 20);
    let mut tips = Vec::new();
    for ray in 0..rays {
        let spread = (ray as f32 + 0.5) / rays as f32 * 2.0 - 1.0;
        let growth = Growth {
            base: centre,
            heading: heading + spread * 1.15,
            length_px: radius_px * (1.0 - 0.22 * spread * spread) * mounting.random.between(0.82, 1.05),
            curl: spread * -0.5,
            wobble: 0.3,
        };
        let stem = Stem::grow(mounting, growth);
        stem.draw(mounting, radius_px * 0.022, radius_px * 0.012, stalk);
        tips.push(stem.at(1.0));
    }
    for (tip, heading) in tips {
        for _ in 0..mounting.random.whole(12, 18) {
            let turn = mounting.random.around(1.5);
            let reach = radius_px * mounting.random.between(0.06, 0.2);
            let floret = tip.toward(heading + turn, reach);
            draw_line(mounting, [tip, floret], radius_px * 0.007, stalk);
            let white = *mounting.random.pick(&[[226, 218, 190], [212, 200, 164], [234, 228, 206]]);
            let floret_px = radius_px * mounting.random.between(0.02, 0.032);
            draw_floret(mounting, floret, floret_px, white);
        }
    }
}

/// Blossoms set close along the upper part of a stem, from `from` to its tip.
pub(super) fn draw_spike(mounting: &mut Mounting<'_>, stem: &Stem, from: f32, petals: &Leaf, petal_px: f32) {
    let count = mounting.random.whole(16, 30);
    for flower in 0..count {
        let t = flower as f32 / count as f32;
        let (place, heading) = stem.at(from + (1.0 - from) * t);
        let side = if flower % 2 == 0 { 1.0 } else { -1.0 };
        let size = petal_px * (1.0 - 0.6 * t);
        for turn in [0.5, 0.95, 1.4] {
            let pose = Pose {
                base: place,
                heading: heading + side * (turn + mounting.random.around(0.2)),
                length_px: size * mounting.random.between(0.75, 1.05),
                bend: side * mounting.random.between(0.05, 0.3),
            };
            petals.draw(mounting, pose);
        }
    }
}

/// Five petals too small to have a surface.
fn draw_floret(mounting: &mut Mounting<'_>, centre: Point, radius_px: f32, colour: Colour) {
    mounting.canvas.shade(&disc(centre + mounting.shadow * 0.4, radius_px * 1.5), 226);
    let turn = mounting.random.around(1.0);
    for petal in 0..5u8 {
        let spot = centre.toward(turn + f32::from(petal) * TAU / 5.0, radius_px * 0.9);
        mounting.canvas.fill_flat(&disc(spot, radius_px * 0.72), colour);
    }
    mounting.canvas.fill_flat(&disc(centre, radius_px * 0.4), [150, 132, 70]);
}

fn draw_line(mounting: &mut Mounting<'_>, ends: [Point; 2], width_px: f32, colour: Colour) {
    mounting.canvas.fill_flat(&crate::geometry::ribbon(&ends, |_| (width_px / 2.0).max(0.4)), colour);
}
