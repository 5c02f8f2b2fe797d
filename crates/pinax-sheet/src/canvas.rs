//! A canvas of RGB bytes: anti-aliased polygons filled row by row, rectangles, and single blended pixels.

use crate::geometry::{Point, Rect};

/// Red, green, blue.
pub(crate) type Colour = [u8; 3];

/// Sub-scanlines in a row of pixels; their coverages add up to 256.
const SUB_ROWS: i32 = 4;
const FULL: i32 = 256;

/// The picture while it is being drawn, with the buffers that filling reuses.
pub(crate) struct Canvas {
    pub(crate) width: i32,
    pub(crate) height: i32,
    pub(crate) rgb: Vec<u8>,
    /// Polygons are cut at its edges.
    clip: Rect,
    edges: Vec<Edge>,
    active: Vec<usize>,
    crossings: Vec<(f32, i32)>,
    coverage_steps: Vec<i32>,
}

/// One side of a polygon, never horizontal, from its upper to its lower end.
struct Edge {
    top: f32,
    bottom: f32,
    x_at_top: f32,
    slope: f32,
    winding: i32,
}

impl Canvas {
    pub(crate) fn new(width: i32, height: i32) -> Self {
        Self {
            width,
            height,
            rgb: vec![0; width as usize * height as usize * 3],
            clip: Rect::at(0, 0, width, height),
            edges: Vec::new(),
            active: Vec::new(),
            crossings: Vec::new(),
            coverage_steps: vec![0; width as usize + 2],
        }
    }

    /// From now on cuts polygons at the edges of `clip`, or of the canvas where that is smaller.
    pub(crate) fn clip(&mut self, clip: Rect) {
        let left = clip.left.clamp(0, self.width);
        let top = clip.top.clamp(0, self.height);
        let right = clip.right.clamp(left, self.width);
        self.clip = Rect { left, top, right, bottom: clip.bottom.clamp(top, self.height) };
    }

    /// The pixels of row `y` from `left` up to `right`, cut to the canvas.
    pub(crate) fn row_mut(&mut self, y: i32, left: i32, right: i32) -> &mut [u8] {
        if y < 0 || y >= self.height {
            return &mut [];
        }
        let left = left.clamp(0, self.width);
        let right = right.clamp(left, self.width);
        let start = y as usize * self.width as usize;
        &mut self.rgb[(start + left as usize) * 3..(start + right as usize) * 3]
    }

    pub(crate) fn fill_rect(&mut self, rect: Rect, colour: Colour) {
        for y in rect.top.max(0)..rect.bottom.min(self.height) {
            for pixel in self.row_mut(y, rect.left, rect.right).as_chunks_mut::<3>().0 {
                *pixel = colour;
            }
        }
    }

    /// Darkens a rectangle to `keep` 256ths.
    pub(crate) fn shade_rect(&mut self, rect: Rect, keep: u16) {
        for y in rect.top.max(0)..rect.bottom.min(self.height) {
            for value in self.row_mut(y, rect.left, rect.right) {
                *value = ((u16::from(*value) * keep) >> 8) as u8;
            }
        }
    }

    /// Mixes one pixel with `colour`; `coverage` runs from 0 to 256. Outside the canvas nothing happens.
    pub(crate) fn blend(&mut self, x: i32, y: i32, colour: Colour, coverage: i32) {
        if x < 0 || x >= self.width {
            return;
        }
        if let Some(pixel) = self.row_mut(y, x, x + 1).first_chunk_mut::<3>() {
            *pixel = mix(*pixel, colour, coverage);
        }
    }

    pub(crate) fn fill_flat(&mut self, polygon: &[Point], colour: Colour) {
        self.fill(polygon, |_, _, _| colour);
    }

    /// Darkens what lies inside a polygon to `keep` 256ths.
    pub(crate) fn shade(&mut self, polygon: &[Point], keep: u16) {
        self.fill(polygon, |_, _, under| under.map(|value| ((u16::from(value) * keep) >> 8) as u8));
    }

    /// Fills a polygon (non-zero winding), asking `colour_of(x, y, colour below)` for every pixel touched.
    pub(crate) fn fill(&mut self, polygon: &[Point], colour_of: impl Fn(i32, i32, Colour) -> Colour) {
        let Some((first_row, last_row)) = self.load_edges(polygon) else { return };
        let mut next_edge = 0;
        self.active.clear();
        for y in first_row..=last_row {
            let (mut left, mut right) = (self.width, 0);
            for sub_row in 0..SUB_ROWS {
                let middle = y as f32 + (sub_row as f32 + 0.5) / SUB_ROWS as f32;
                while next_edge < self.edges.len() && self.edges[next_edge].top <= middle {
                    self.active.push(next_edge);
                    next_edge += 1;
                }
                let edges = &self.edges;
                self.active.retain(|&edge| edges[edge].bottom > middle);
                self.crossings.clear();
                self.crossings.extend(self.active.iter().map(|&edge| {
                    let edge = &edges[edge];
                    (edge.x_at_top + (middle - edge.top) * edge.slope, edge.winding)
                }));
                self.crossings.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
                let (from, to) = self.cover_sub_row();
                left = left.min(from);
                right = right.max(to);
            }
            self.paint_row(y, left, right, &colour_of);
        }
    }

    /// Sorts the sides by height; returns the first and last row that they touch on the canvas.
    fn load_edges(&mut self, polygon: &[Point]) -> Option<(i32, i32)> {
        self.edges.clear();
        let mut before = *polygon.last()?;
        let (mut top, mut bottom) = (f32::MAX, f32::MIN);
        for &point in polygon {
            let (upper, lower, winding) = if before.y < point.y { (before, point, 1) } else { (point, before, -1) };
            before = point;
            top = top.min(upper.y);
            bottom = bottom.max(lower.y);
            if lower.y > upper.y && lower.y > self.clip.top as f32 && upper.y < self.clip.bottom as f32 {
                let slope = (lower.x - upper.x) / (lower.y - upper.y);
                self.edges.push(Edge { top: upper.y, bottom: lower.y, x_at_top: upper.x, slope, winding });
            }
        }
        self.edges.sort_unstable_by(|one, other| one.top.total_cmp(&other.top));
        let first = (top.floor() as i32).max(self.clip.top);
        let last = (bottom.ceil() as i32).min(self.clip.bottom) - 1;
        (first <= last && !self.edges.is_empty()).then_some((first, last))
    }

    /// Adds the spans between the crossings of one sub-scanline; returns the pixels touched.
    fn cover_sub_row(&mut self) -> (i32, i32) {
        let (start_px, end_px) = (self.clip.left as f32, self.clip.right as f32);
        let (mut left, mut right) = (self.width, 0);
        let (mut winding, mut start) = (0, 0.0f32);
        for &(x, turn) in &self.crossings {
            let x = x.clamp(start_px, end_px);
            let before = winding;
            winding += turn;
            if before == 0 {
                start = x;
            } else if winding == 0 && x > start {
                for (edge_x, sign) in [(start, 1), (x, -1)] {
                    let pixel = edge_x as usize;
                    let part = ((edge_x - pixel as f32) * (FULL / SUB_ROWS) as f32) as i32;
                    self.coverage_steps[pixel] += sign * (FULL / SUB_ROWS - part);
                    self.coverage_steps[pixel + 1] += sign * part;
                }
                left = left.min(start as i32);
                right = right.max(x as i32 + 1);
            }
        }
        (left, right)
    }

    /// Paints what the four sub-scanlines covered and clears the buffer for the next row.
    fn paint_row(&mut self, y: i32, left: i32, right: i32, colour_of: &impl Fn(i32, i32, Colour) -> Colour) {
        if left >= right {
            return;
        }
        let steps = &mut self.coverage_steps[left as usize..=right as usize];
        let start = (y * self.width + left) as usize * 3;
        let end = (y * self.width + right.min(self.width)) as usize * 3;
        let pixels = self.rgb[start..end].as_chunks_mut::<3>().0;
        let mut coverage = 0;
        for (index, (step, pixel)) in steps.iter().zip(pixels).enumerate() {
            coverage += step;
            if coverage > 0 {
                let colour = colour_of(left + index as i32, y, *pixel);
                *pixel = if coverage >= FULL - 1 { colour } else { mix(*pixel, colour, coverage) };
            }
        }
        steps.fill(0);
    }
}

/// `coverage` 256ths of `over`, the rest `under`.
pub(crate) fn mix(under: Colour, over: Colour, coverage: i32) -> Colour {
    std::array::from_fn(|channel| {
        let (under, over) = (i32::from(under[channel]), i32::from(over[channel]));
        (under + (((over - under) * coverage) >> 8)) as u8
    })
}

#[cfg(test)]
mod tests {
    use super::Canvas;
    use crate::geometry::Point;

    fn square(left: f32, top: f32, side: f32) -> [Point; 4] {
        [
            Point::new(left, top),
            Point::new(left + side, top),
            Point::new(left + side, top + side),
            Point::new(left, top + side),
        ]
    }

    #[test]
    fn a_square_covers_exactly_its_pixels_and_half_of_a_cut_one() {
        let mut canvas = Canvas::new(8, 8);
        canvas.fill_flat(&square(1.5, 2.0, 3.0), [200; 3]);
        let row: Vec<u8> = canvas.rgb[3 * 8 * 3..4 * 8 * 3].iter().step_by(3).copied().collect();
        assert_eq!(row, [0, 100, 200, 200, 100, 0, 0, 0]);
        assert!(canvas.rgb[..2 * 8 * 3].iter().all(|&value| value == 0));
    }

    #[test]
    fn polygons_may_hang_over_every_edge() {
        let mut canvas = Canvas::new(5, 5);
        canvas.fill_flat(&square(-10.0, -10.0, 30.0), [9; 3]);
        assert!(canvas.rgb.iter().all(|&value| value == 9));
        canvas.fill_flat(&square(20.0, 20.0, 3.0), [1; 3]);
        canvas.fill_flat(&[], [1; 3]);
        assert!(canvas.rgb.iter().all(|&value| value == 9));
    }
}
