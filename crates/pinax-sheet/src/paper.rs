//! The ground of the picture: the copy stand, the mounting paper with its fibres, and the grain of the camera.

use crate::canvas::{Canvas, Colour};
use crate::geometry::Rect;
use crate::random::{Random, Stream};

/// Cream and off-white papers, from rag to yellowed.
const PAPERS: [Colour; 5] = [[240, 233, 214], [237, 228, 205], [243, 239, 226], [233, 222, 196], [241, 235, 219]];
/// What the sheet lies on: black, grey or blue-grey board.
const GROUNDS: [Colour; 4] = [[38, 38, 40], [92, 93, 95], [58, 63, 70], [196, 197, 198]];

/// Distance between the points of the coarse light map, in pixels.
const CELL_PX: usize = 64;
/// Bytes of sensor grain made once and reused with a new offset for every row.
const GRAIN_BYTES: usize = 1 << 16;

/// Paints the ground and, on it, the paper.
pub(crate) fn paint(canvas: &mut Canvas, paper: Rect, seed: u64) {
    let mut random = Random::new(seed, Stream::Paper);
    let ground = *random.pick(&GROUNDS);
    let colour = *random.pick(&PAPERS);
    let light = Light::new(canvas.width as usize, canvas.height as usize, &mut random);
    let fibres = Fibres::new(canvas.width as usize, &mut random);
    let mut levels = vec![0i16; canvas.width as usize];
    let stack_px = (paper.left / 6).max(1);
    for y in 0..canvas.height {
        light.row(y as usize, &mut levels);
        tint(canvas.row_mut(y, 0, i32::MAX), &levels, ground);
        if (paper.top..paper.bottom).contains(&y) {
            let left = paper.left as usize;
            fibres.add_to(y as usize, &mut levels);
            tint(canvas.row_mut(y, paper.left, paper.right), &levels[left..], colour);
        }
        // The sheet below the sheet: a soft shadow to the right and below, as thin as the paper.
        for spread in 1..=3 {
            let shadow = paper.moved(stack_px * spread / 2, stack_px * spread / 2);
            if (shadow.top..shadow.bottom).contains(&y) {
                let from = if y < paper.bottom { paper.right } else { shadow.left };
                canvas.shade_rect(Rect { left: from, top: y, right: shadow.right, bottom: y + 1 }, 205);
            }
        }
    }
}

/// Adds camera noise to the whole picture, stronger for red and blue, as sensors do.
pub(crate) fn add_grain(canvas: &mut Canvas, seed: u64) {
    let mut random = Random::new(seed, Stream::Sensor);
    let mut before = [0i16; 3];
    let grain: Vec<i8> = (0..GRAIN_BYTES)
        .map(|index| {
            let bits = random.bits();
            let dice = (0..4).map(|die| ((bits >> (die * 8)) & 15) as i16).sum::<i16>() - 30;
            // Demosaicing smears the grain over neighbours; half of the last value of the channel stays.
            let channel = index % 3;
            let value = dice + before[channel] / 2;
            before[channel] = value;
            (value / if channel == 1 { 4 } else { 3 }) as i8
        })
        .collect();
    let row_bytes = canvas.width as usize * 3;
    for row in canvas.rgb.chunks_exact_mut(row_bytes) {
        for part in row.chunks_mut(GRAIN_BYTES / 2) {
            let offset = random.below(GRAIN_BYTES / 6) * 3;
            for (value, &noise) in part.iter_mut().zip(&grain[offset..]) {
                *value = (i16::from(*value) + i16::from(noise)).clamp(0, 255) as u8;
            }
        }
    }
}

fn tint(row: &mut [u8], levels: &[i16], colour: Colour) {
    let colour = colour.map(i16::from);
    for (pixel, &level) in row.as_chunks_mut::<3>().0.iter_mut().zip(levels) {
        *pixel = colour.map(|base| (base + level).clamp(0, 255) as u8);
    }
}

/// Uneven light over the sheet (darker corners) and faint stains, as a coarse grid in 256ths of a level.
struct Light {
    columns: usize,
    grid: Vec<i32>,
}

impl Light {
    fn new(width: usize, height: usize, random: &mut Random) -> Self {
        let (columns, rows) = (width / CELL_PX + 2, height / CELL_PX + 2);
        let (lamp_x, lamp_y) = (random.between(0.4, 0.6), random.between(0.4, 0.6));
        let mut grid = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            for column in 0..columns {
                let x = (column * CELL_PX) as f32 / width as f32 - lamp_x;
                let y = (row * CELL_PX) as f32 / height as f32 - lamp_y;
                let level = 2.0 - 30.0 * (x * x + y * y) + random.around(1.1);
                grid.push((level * 256.0) as i32);
            }
        }
        Self { columns, grid }
    }

    fn row(&self, y: usize, levels: &mut [i16]) {
        let (row, down) = (y / CELL_PX, (y % CELL_PX) as i32);
        let cell = CELL_PX as i32;
        let at = |column: usize| {
            let index = row * self.columns + column;
            (self.grid[index] * (cell - down) + self.grid[index + self.columns] * down) / cell
        };
        for (column, part) in levels.chunks_mut(CELL_PX).enumerate() {
            let (start, end) = (at(column) * cell, at(column + 1) * cell);
            let step = (end - start) / cell;
            for (index, level) in part.iter_mut().enumerate() {
                *level = ((start + step * index as i32) >> 14) as i16;
            }
        }
    }
}

/// A tile of paper surface that repeats unnoticed: tooth, and long fibres lighter or darker than the pulp.
struct Fibres {
    side: usize,
    tile: Vec<i16>,
}

impl Fibres {
    fn new(width: usize, random: &mut Random) -> Self {
        let side = (width / 4).next_power_of_two().clamp(32, 512);
        let mut tile: Vec<i16> = (0..side * side).map(|_| (random.bits() & 3) as i16 - 1).collect();
        for _ in 0..side * side / 350 {
            let (mut x, mut y) = (random.between(0.0, side as f32), random.between(0.0, side as f32));
            let mut heading = random.between(0.0, std::f32::consts::TAU);
            let depth = *random.pick(&[-5, -3, -2, 2, 3]);
            for _ in 0..random.whole(8, 40) {
                heading += random.around(0.25);
                x += heading.cos();
                y += heading.sin();
                let column = x.rem_euclid(side as f32) as usize % side;
                let row = y.rem_euclid(side as f32) as usize % side;
                tile[row * side + column] += depth;
            }
        }
        Self { side, tile }
    }

    fn add_to(&self, y: usize, levels: &mut [i16]) {
        let start = (y % self.side) * self.side;
        let row = &self.tile[start..start + self.side];
        for part in levels.chunks_mut(self.side) {
            for (level, fibre) in part.iter_mut().zip(row) {
                *level += fibre;
            }
        }
    }
}
