//! Points, rectangles and curves, in pixels from the top left corner; angles in radians, clockwise from the right.

use std::ops::{Add, Mul, Sub};

/// The heading towards the top of the sheet.
pub(crate) const UP: f32 = -std::f32::consts::FRAC_PI_2;

/// A place on the sheet, or a step between two.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    pub(crate) x: f32,
    pub(crate) y: f32,
}

impl Point {
    pub(crate) const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// The place `distance` away in the direction of `heading`.
    pub(crate) fn toward(self, heading: f32, distance: f32) -> Self {
        let (sin, cos) = heading.sin_cos();
        Self::new(self.x + cos * distance, self.y + sin * distance)
    }

    pub(crate) fn dot(self, other: Self) -> f32 {
        self.x * other.x + self.y * other.y
    }
}

impl Add for Point {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::new(self.x + other.x, self.y + other.y)
    }
}

impl Sub for Point {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self::new(self.x - other.x, self.y - other.y)
    }
}

impl Mul<f32> for Point {
    type Output = Self;
    fn mul(self, factor: f32) -> Self {
        Self::new(self.x * factor, self.y * factor)
    }
}

/// Whole pixels from (`left`, `top`) up to but without (`right`, `bottom`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rect {
    pub(crate) left: i32,
    pub(crate) top: i32,
    pub(crate) right: i32,
    pub(crate) bottom: i32,
}

impl Rect {
    pub(crate) const fn at(left: i32, top: i32, width: i32, height: i32) -> Self {
        Self { left, top, right: left + width, bottom: top + height }
    }

    pub(crate) const fn width(self) -> i32 {
        self.right - self.left
    }

    pub(crate) const fn height(self) -> i32 {
        self.bottom - self.top
    }

    /// Smaller on every side by `margin`; larger when it is negative.
    pub(crate) const fn inset(self, margin: i32) -> Self {
        Self {
            left: self.left + margin,
            top: self.top + margin,
            right: self.right - margin,
            bottom: self.bottom - margin,
        }
    }

    pub(crate) const fn moved(self, right: i32, down: i32) -> Self {
        Self::at(self.left + right, self.top + down, self.width(), self.height())
    }

    pub(crate) const fn meets(self, other: Self) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }

    pub(crate) const fn holds(self, other: Self) -> bool {
        self.left <= other.left && self.top <= other.top && other.right <= self.right && other.bottom <= self.bottom
    }
}

/// A closed polygon `half_width(t)` to both sides of a line, `t` running from 0 at its start to 1 at its end.
pub(crate) fn ribbon(line: &[Point], half_width: impl Fn(f32) -> f32) -> Vec<Point> {
    let last = line.len().saturating_sub(1);
    if last == 0 {
        return Vec::new();
    }
    let mut outline = Vec::with_capacity(line.len() * 2);
    let mut back = Vec::with_capacity(line.len());
    for (index, &point) in line.iter().enumerate() {
        let step = line[(index + 1).min(last)] - line[index.saturating_sub(1)];
        let scale = half_width(index as f32 / last as f32) / step.dot(step).sqrt().max(1e-6);
        let across = Point::new(-step.y * scale, step.x * scale);
        outline.push(point + across);
        back.push(point - across);
    }
    outline.extend(back.into_iter().rev());
    outline
}

/// A regular polygon that passes for a circle at this size.
pub(crate) fn disc(centre: Point, radius: f32) -> Vec<Point> {
    let corners = ((radius * 2.0) as usize).clamp(6, 96);
    let turn = std::f32::consts::TAU / corners as f32;
    (0..corners).map(|corner| centre.toward(corner as f32 * turn, radius)).collect()
}
