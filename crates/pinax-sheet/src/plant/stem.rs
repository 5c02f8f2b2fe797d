//! Stems, twigs, stalks and roots: curved lines with a rounded, shaded body.

use super::leaf::cast_shadow;
use super::{Hold, Mounting};
use crate::canvas::Colour;
use crate::geometry::{Point, ribbon};

/// A curved line from base to tip.
#[derive(Clone, Debug)]
pub(super) struct Stem {
    line: Vec<Point>,
}

/// How a stem grows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Growth {
    pub(super) base: Point,
    pub(super) heading: f32,
    pub(super) length_px: f32,
    /// Turn from base to tip, in radians.
    pub(super) curl: f32,
    /// Irregularity; 0 is a smooth arc.
    pub(super) wobble: f32,
}

impl Stem {
    pub(super) fn grow(mounting: &mut Mounting<'_>, growth: Growth) -> Self {
        let steps = ((growth.length_px / 14.0) as usize).clamp(3, 40);
        let mut heading = growth.heading;
        let mut point = growth.base;
        let mut line = vec![point];
        for _ in 0..steps {
            heading += (growth.curl + mounting.random.around(growth.wobble)) / steps as f32;
            point = point.toward(heading, growth.length_px / steps as f32);
            line.push(point);
        }
        Self { line }
    }

    /// The place and heading at `t` from base (0) to tip (1).
    pub(super) fn at(&self, t: f32) -> (Point, f32) {
        let last = self.line.len() - 1;
        let position = t.clamp(0.0, 1.0) * last as f32;
        let index = (position as usize).min(last - 1);
        let step = self.line[index + 1] - self.line[index];
        (self.line[index] + step * (position - index as f32), step.y.atan2(step.x))
    }

    /// Draws it `base_px` thick at the base and `tip_px` at the tip.
    pub(super) fn draw(&self, mounting: &mut Mounting<'_>, base_px: f32, tip_px: f32, colour: Colour) {
        let half_width = |t: f32| ((base_px + (tip_px - base_px) * t) / 2.0).max(0.45);
        let body = ribbon(&self.line, half_width);
        cast_shadow(mounting, &body, base_px * 8.0);
        let shade = |change: i32| colour.map(|value| (i32::from(value) + change).clamp(0, 255) as u8);
        mounting.canvas.fill_flat(&body, shade(if base_px < 3.0 { 0 } else { -26 }));
        if base_px < 3.0 {
            return;
        }
        for (part, level) in [(0.74, 0), (0.36, 20)] {
            let lit = Point::new(-base_px, -base_px * 0.6) * (0.13 * (1.0 - part));
            let line: Vec<Point> = self.line.iter().map(|&point| point + lit).collect();
            mounting.canvas.fill_flat(&ribbon(&line, |t| half_width(t) * part), shade(level));
        }
    }

    /// Lets a strap hold the stem at `t`, where it is `thickness_px` thick.
    pub(super) fn hold(&self, mounting: &mut Mounting<'_>, t: f32, thickness_px: f32) {
        let (middle, heading) = self.at(t);
        let length_px = thickness_px * 2.0 + mounting.height_px * 0.035;
        mounting.holds.push(Hold { middle, heading, length_px });
    }
}

/// A tuft of thin roots below `base`.
pub(super) fn draw_roots(mounting: &mut Mounting<'_>, base: Point, length_px: f32) {
    for _ in 0..mounting.random.whole(9, 22) {
        let growth = Growth {
            base: base + Point::new(mounting.random.around(length_px * 0.08), 0.0),
            heading: std::f32::consts::FRAC_PI_2 + mounting.random.around(1.0),
            length_px: length_px * mounting.random.between(0.35, 1.0),
            curl: mounting.random.around(1.1),
            wobble: 4.0,
        };
        let thickness = length_px * mounting.random.between(0.008, 0.026);
        let brown = *mounting.random.pick(&[[96, 74, 50], [112, 90, 64], [82, 64, 46]]);
        let root = Stem::grow(mounting, growth);
        root.draw(mounting, thickness, thickness * 0.3, brown);
        for _ in 0..3 {
            let (start, heading) = root.at(mounting.random.between(0.2, 0.9));
            let turn = mounting.random.around(1.2);
            let length_px = growth.length_px * mounting.random.between(0.1, 0.4);
            let fibre = Growth { base: start, heading: heading + turn, length_px, ..growth };
            Stem::grow(mounting, fibre).draw(mounting, thickness * 0.4, thickness * 0.2, brown);
        }
    }
}
