//! The surface of a leaf, made once for a plant and looked up for every pixel of its leaves.

use crate::canvas::Colour;
use crate::random::Random;

/// How a surface looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Surface {
    pub(super) colour: Colour,
    /// Side veins on either side of the midrib; 0 for petals and needles.
    pub(super) veins: usize,
    /// How far veins stand out, in levels.
    pub(super) relief: f32,
    /// Part of the surface gone brown, 0 to 1.
    pub(super) browning: f32,
}

/// Colours over a leaf laid out straight: columns run from base to tip, rows from one margin to the other.
pub(super) struct Texture {
    columns: usize,
    rows: usize,
    pixels: Vec<Colour>,
}

impl Texture {
    /// `length_px` is the length of the largest leaf that will be drawn with it.
    pub(super) fn new(surface: Surface, length_px: f32, random: &mut Random) -> Self {
        let columns = ((length_px * 0.8) as usize).next_power_of_two().clamp(16, 1024);
        let rows = (columns / 2).max(16);
        let patches = Clouds::new(random);
        let mut pixels = Vec::with_capacity(columns * rows);
        let base = surface.colour.map(f32::from);
        for row in 0..rows {
            let v = (row as f32 + 0.5) / rows as f32 * 2.0 - 1.0;
            let away = v.abs();
            let fold = if v > 0.0 { 4.0 } else { -4.0 };
            for column in 0..columns {
                let u = (column as f32 + 0.5) / columns as f32;
                let mottle = patches.at(u * 5.0, v * 3.0) - 0.5;
                let fine = patches.at(u * 47.0 + 3.0, v * 25.0) - 0.5;
                let vein = surface.relief * vein_strength(u, away, surface.veins, columns);
                let level = fold + mottle * 26.0 + fine * 10.0 + vein - away * 6.0;
                // Drying browns the margins and the tip first.
                let dry = (mottle * 2.2 + away * 0.5 + u * 0.3 - 1.25 + surface.browning * 1.5).clamp(0.0, 1.0) * 0.8;
                let colour = [(0, 122.0), (1, 88.0), (2, 50.0)].map(|(channel, brown)| {
                    let value = base[channel] + (brown - base[channel]) * dry + level;
                    value.clamp(0.0, 255.0) as u8
                });
                pixels.push(colour);
            }
        }
        Self { columns, rows, pixels }
    }

    /// The colour at `u` from base (0) to tip (1) and `v` from margin (-1) to margin (1), between four pixels.
    pub(super) fn at(&self, u: f32, v: f32) -> Colour {
        let x = ((u * self.columns as f32 * 256.0) as i32 - 128).clamp(0, (self.columns as i32 - 1) * 256 - 1);
        let y = (((v + 1.0) * self.rows as f32 * 128.0) as i32 - 128).clamp(0, (self.rows as i32 - 1) * 256 - 1);
        let (right, down) = ((x & 255) as u32, (y & 255) as u32);
        let index = (y >> 8) as usize * self.columns + (x >> 8) as usize;
        let upper = &self.pixels[index..index + 2];
        let lower = &self.pixels[index + self.columns..index + self.columns + 2];
        std::array::from_fn(|channel| {
            let across =
                |pair: &[Colour]| u32::from(pair[0][channel]) * (256 - right) + u32::from(pair[1][channel]) * right;
            ((across(upper) * (256 - down) + across(lower) * down) >> 16) as u8
        })
    }
}

/// 1 on the midrib, a little less on side veins, fading towards the margin; below 0 beside a vein.
fn vein_strength(u: f32, away: f32, veins: usize, columns: usize) -> f32 {
    if veins == 0 {
        return 0.0;
    }
    let pixel = 1.0 / columns as f32;
    let midrib = (1.0 - away / (0.045 * (1.05 - u)).max(pixel * 3.0)).max(0.0);
    // Side veins leave the midrib at a slant and bend towards the tip.
    let phase = (u - away * 0.16 - away * away * 0.06) * (veins as f32 + 0.5);
    let nearest = (phase - phase.round()).abs() / (veins as f32 + 0.5);
    let line = (1.0 - nearest / (0.0055 * (1.3 - away)).max(pixel * 1.1)).max(0.0);
    let valley = if nearest < 0.02 { -0.18 } else { 0.0 };
    midrib.max(line * (0.85 - 0.6 * away)) + valley
}

/// Soft random patches between 0 and 1.
struct Clouds {
    lattice: Vec<f32>,
}

impl Clouds {
    const SIDE: usize = 32;

    fn new(random: &mut Random) -> Self {
        Self { lattice: (0..Self::SIDE * Self::SIDE).map(|_| random.unit()).collect() }
    }

    fn at(&self, x: f32, y: f32) -> f32 {
        let (x, y) = (x + 64.0, y + 64.0);
        let (column, row) = (x as usize, y as usize);
        let ease = |part: f32| part * part * (3.0 - 2.0 * part);
        let (right, down) = (ease(x - column as f32), ease(y - row as f32));
        let mask = Self::SIDE - 1;
        let corner = |dx: usize, dy: usize| self.lattice[((row + dy) & mask) * Self::SIDE + ((column + dx) & mask)];
        let upper = corner(0, 0) + (corner(1, 0) - corner(0, 0)) * right;
        let lower = corner(0, 1) + (corner(1, 1) - corner(0, 1)) * right;
        upper + (lower - upper) * down
    }
}
