//! Quality measures on pictures whose faults are known.

use pinax_image::{Luma, Quality};

/// Brightness, rows without gaps.
struct Grey {
    width: usize,
    height: usize,
    levels: Vec<u8>,
}

impl Grey {
    fn from_fn(width: usize, height: usize, level: impl Fn(usize, usize) -> u8) -> Self {
        let levels = (0..width * height).map(|i| level(i % width, i / width)).collect();
        Self { width, height, levels }
    }

    /// Paper shaded from left to right, with print in the lower half: strokes of `stroke` pixels.
    fn print(seed: usize, stroke: usize) -> Self {
        Self::from_fn(1200, 1600, |x, y| {
            let paper = 200 + x / 40;
            let ink =
                y > 800 && (x / stroke * 7 + y / stroke * 13 + x / stroke * (y / stroke) * seed).is_multiple_of(5);
            if ink { 40 } else { paper as u8 }
        })
    }

    fn quality(&self) -> Quality {
        let size = (self.width as u32, self.height as u32);
        Quality::of(Luma::new(size.0, size.1, self.width, &self.levels).expect("all rows"))
    }

    /// Means over squares of `2 * radius + 1` pixels.
    fn blurred(&self, radius: usize) -> Self {
        Self::from_fn(self.width, self.height, |x, y| {
            let columns = x.saturating_sub(radius)..(x + radius + 1).min(self.width);
            let rows = y.saturating_sub(radius)..(y + radius + 1).min(self.height);
            let count = columns.len() * rows.len();
            let sum: usize = rows
                .map(|y| self.levels[y * self.width..][columns.clone()].iter().map(|l| usize::from(*l)).sum::<usize>())
                .sum();
            (sum / count) as u8
        })
    }

    /// Even noise of up to `most` grey levels either way.
    fn noisy(&self, most: i32) -> Self {
        let mut state = 7u32;
        let levels = self.levels.iter().map(|level| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (i32::from(*level) + (state >> 16) as i32 % (2 * most + 1) - most).clamp(0, 255) as u8
        });
        Self { levels: levels.collect(), ..*self }
    }

    fn mapped(&self, level: impl Fn(u8) -> u8) -> Self {
        Self { levels: self.levels.iter().map(|l| level(*l)).collect(), ..*self }
    }
}

#[test]
fn blur_lowers_focus_step_by_step_and_noise_does_not_raise_it() {
    let sharp = Grey::print(1, 6);
    let blurred = [0, 1, 3, 6].map(|radius| sharp.blurred(radius));
    let focus = blurred.each_ref().map(|picture| picture.quality().focus);
    assert!(focus.windows(2).all(|pair| pair[1] < pair[0] * 0.75), "{focus:?}");
    // The grain of a dark room must not make up for what the lens lost.
    let grainy = blurred[2].noisy(12).quality().focus;
    assert!(grainy < focus[1], "{grainy} against {focus:?}");
    let still_sharp = sharp.noisy(12).quality().focus;
    assert!((still_sharp / focus[0] - 1.0).abs() < 0.1, "{still_sharp} against {focus:?}");
}

#[test]
fn pictures_of_nothing_are_blank_and_sparse_ones_are_not() {
    let table = Grey::from_fn(2000, 3000, |x, y| (60 + x / 40 + y / 50) as u8).noisy(10);
    let cap = Grey::from_fn(2000, 3000, |_, _| 0).noisy(3);
    for nothing in [&table, &cap] {
        assert!(nothing.quality().blank);
    }
    let label = Grey::from_fn(2000, 3000, |x, y| {
        let print = x > 1200 && y > 2500 && x / 5 % 3 == 0 && y / 9 % 2 == 0;
        if print { 50 } else { 220 }
    });
    assert!(!label.quality().blank);
    assert!(!label.blurred(4).quality().blank, "out of focus is not blank");
}

#[test]
fn levels_are_counted() {
    let halves = Grey::from_fn(800, 600, |x, _| if x < 200 { 0 } else { 255 });
    let quality = halves.quality();
    assert_eq!((quality.clipped_dark, quality.clipped_light), (0.25, 0.75));
    assert_eq!(quality.mean, 191);
    assert!((quality.spread - 110.42).abs() < 0.01, "{}", quality.spread);
    let fine = Grey::from_fn(800, 600, |x, _| if x < 200 { 2 } else { 253 }).quality();
    assert_eq!((fine.clipped_dark, fine.clipped_light), (0.0, 0.0));
}

#[test]
fn near_duplicates_are_near_and_others_far() {
    let picture = Grey::from_fn(1200, 1600, |x, y| {
        let leaf = |cx: usize, cy: usize, r: usize| x.abs_diff(cx).pow(2) + (y.abs_diff(cy) / 2).pow(2) < r * r;
        if leaf(500, 500, 150) || leaf(800, 900, 120) || leaf(300, 1300, 90) { 60 } else { 215 }
    });
    let other = Grey::from_fn(1200, 1600, |x, y| {
        let leaf = |cx: usize, cy: usize, r: usize| x.abs_diff(cx).pow(2) + (y.abs_diff(cy) / 2).pow(2) < r * r;
        if leaf(900, 400, 170) || leaf(300, 800, 100) || leaf(700, 1200, 130) { 60 } else { 215 }
    });
    let hash = picture.quality().hash;
    let small = Grey::from_fn(400, 533, |x, y| picture.levels[y * 3 * 1200 + x * 3]);
    let again = Grey::from_fn(1200, 1600, |x, y| picture.levels[y.saturating_sub(5) * 1200 + x.saturating_sub(4)]);
    let alike =
        [picture.noisy(15), picture.blurred(4), picture.mapped(|l| (f32::from(l) * 0.8) as u8 + 20), small, again];
    for (index, alike) in alike.iter().enumerate() {
        let distance = alike.quality().hash.distance(hash);
        assert!(distance <= 6, "{index}: {distance}");
    }
    let distance = other.quality().hash.distance(hash);
    assert!(distance >= 16, "{distance}");
}

#[test]
fn every_size_can_be_measured() {
    for width in [0, 1, 2, 3, 5, 6, 7, 31, 127, 130, 300] {
        for height in [0, 1, 2, 5, 6, 7, 33, 200] {
            let quality = Grey::from_fn(width, height, |x, y| (x * y) as u8).quality();
            assert!(quality.focus.is_finite() && quality.spread.is_finite(), "{width} x {height}: {quality:?}");
        }
    }
}
