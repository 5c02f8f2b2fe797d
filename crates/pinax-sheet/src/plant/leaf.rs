//! One kind of leaf or petal: outline and surface; drawn bent, tinted and with its shadow.

use super::Mounting;
use super::texture::{Surface, Texture};
use crate::geometry::Point;

/// The edge of a leaf.
#[derive(Clone, Copy, Debug)]
pub(super) enum Margin {
    Entire,
    Toothed { teeth: usize, depth: f32 },
    Lobed { lobes: usize, depth: f32 },
}

/// The outline of a leaf, without size.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    /// Half the greatest width, in lengths.
    pub(super) half_width: f32,
    /// Where the leaf is widest: 0 at the base, 1 at the tip.
    pub(super) widest_at: f32,
    /// Below 1 blunt, above 1 drawn out at both ends.
    pub(super) taper: f32,
    pub(super) margin: Margin,
}

/// A kind of leaf, ready to draw many times.
pub(super) struct Leaf {
    half_width: f32,
    /// Steps from base to tip, and there the part of the greatest half width.
    outline: Vec<(f32, f32)>,
    texture: Texture,
}

/// Where and how one leaf lies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pose {
    pub(super) base: Point,
    pub(super) heading: f32,
    pub(super) length_px: f32,
    /// How far the tip lies beside the heading, in lengths.
    pub(super) bend: f32,
}

impl Leaf {
    /// `length_px` is the length of the largest one.
    pub(super) fn new(mounting: &mut Mounting<'_>, shape: Shape, surface: Surface, length_px: f32) -> Self {
        let texture = Texture::new(surface, length_px, &mut mounting.random);
        Self { half_width: shape.half_width, outline: outline(shape, length_px), texture }
    }

    pub(super) fn draw(&self, mounting: &mut Mounting<'_>, pose: Pose) {
        self.draw_together(mounting, &[pose]);
    }

    /// Draws the lobes or fingers of one leaf: of one colour, none throwing a shadow on another.
    pub(super) fn draw_together(&self, mounting: &mut Mounting<'_>, poses: &[Pose]) {
        for &pose in poses.iter().filter(|pose| pose.length_px >= 1.0) {
            cast_shadow(mounting, &self.polygon(pose), pose.length_px);
        }
        let light = mounting.random.between(0.84, 1.16);
        let tint = [1.0, 0.99, 0.97].map(|part| (256.0 * light * (part + mounting.random.around(0.03))) as u32);
        for &pose in poses.iter().filter(|pose| pose.length_px >= 1.0) {
            self.paint(mounting, pose, tint);
        }
    }

    fn half_width_px(&self, pose: Pose) -> f32 {
        (pose.length_px * self.half_width).max(0.6)
    }

    fn polygon(&self, pose: Pose) -> Vec<Point> {
        let Pose { base, heading, length_px: length, bend } = pose;
        let along = Point::new(heading.cos(), heading.sin());
        let across = Point::new(-along.y, along.x);
        let half_width = self.half_width_px(pose);
        let at = |u: f32, v: f32| base + along * (u * length) + across * (v * half_width + bend * length * u * u);
        let side = |sign: f32| self.outline.iter().map(move |&(u, width)| at(u, width * sign));
        let mut polygon: Vec<Point> = side(1.0).collect();
        polygon.extend(side(-1.0).rev());
        polygon
    }

    /// Fills the outline from the texture, `tint` in 256ths.
    fn paint(&self, mounting: &mut Mounting<'_>, pose: Pose, tint: [u32; 3]) {
        let Pose { base, heading, length_px: length, bend } = pose;
        let half_width = self.half_width_px(pose);
        let (sin, cos) = heading.sin_cos();
        let along = Point::new(cos, sin) * (1.0 / length);
        let across = Point::new(-sin, cos) * (1.0 / half_width);
        let bend = bend * length / half_width;
        mounting.canvas.fill(&self.polygon(pose), |x, y, _| {
            let from_base = Point::new(x as f32 + 0.5, y as f32 + 0.5) - base;
            let u = from_base.dot(along);
            let v = from_base.dot(across) - bend * u * u;
            let colour = self.texture.at(u, v);
            std::array::from_fn(|channel| ((u32::from(colour[channel]) * tint[channel]) >> 8).min(255) as u8)
        });
    }
}

/// Darkens the paper below a shape, softly where the shape is large enough to need it.
pub(super) fn cast_shadow(mounting: &mut Mounting<'_>, polygon: &[Point], size_px: f32) {
    let depth = (size_px / 160.0).clamp(0.25, 1.0);
    let soft: &[(f32, u16)] =
        if size_px < 60.0 { &[(0.8, 205)] } else { &[(0.3, 226), (0.75, 230), (1.25, 238), (1.8, 247)] };
    for &(reach, keep) in soft {
        let offset = mounting.shadow * (reach * depth);
        let moved: Vec<Point> = polygon.iter().map(|&point| point + offset).collect();
        mounting.canvas.shade(&moved, keep);
    }
}

fn outline(shape: Shape, length_px: f32) -> Vec<(f32, f32)> {
    let (rise, fall) = (shape.taper * shape.widest_at, shape.taper * (1.0 - shape.widest_at));
    let highest = shape.widest_at.powf(rise) * (1.0 - shape.widest_at).powf(fall);
    let teeth = match shape.margin {
        Margin::Toothed { teeth, .. } => teeth * 4,
        Margin::Lobed { lobes, .. } => lobes * 10,
        Margin::Entire => 0,
    };
    // Teeth smaller than two pixels cannot be seen.
    let steps = teeth.min((length_px / 2.0) as usize).max(((length_px / 12.0) as usize).clamp(8, 48));
    (0..=steps)
        .map(|step| {
            // Even steps in a cosine crowd the points where the outline turns fastest, at both ends.
            let u = if teeth > 0 {
                step as f32 / steps as f32
            } else {
                (1.0 - (step as f32 / steps as f32 * std::f32::consts::PI).cos()) / 2.0
            };
            let width = u.powf(rise) * (1.0 - u).max(0.0).powf(fall) / highest;
            let cut = match shape.margin {
                Margin::Entire => 0.0,
                Margin::Toothed { teeth, depth } => depth * (1.0 - (u * teeth as f32).fract()),
                Margin::Lobed { lobes, depth } => {
                    // Round lobes, narrow bays.
                    depth * (1.0 - (u * lobes as f32 * std::f32::consts::PI).sin().abs().powf(0.55))
                }
            };
            (u, width * (1.0 - cut))
        })
        .collect()
}
