//! Resampling one plane of bytes by Lanczos3, down and across in one go, in memory that stays in the cache.
//!
//! Sixteen rows of the target are made at a time: first down, into numbers of 16 bits, kept by pairs of columns; then
//! across along those pairs, all rows at once. So no pass ever adds up within a vector, and nothing is rounded or cut
//! to a byte between the two.
//!
//! Weights on the way down are 90ths, so that two bytes are weighed at once. What that is off is a fraction of a
//! level where pixels differ and nothing where they do not: far below what the JPEG before and the one after are off.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod filter;
mod plain;

pub(crate) use filter::Mapping;
use filter::{Filter, Key};

/// Rows made at a time.
const ROWS: usize = 16;
/// Columns made at a time on the way down.
const COLUMNS: usize = 64;

/// Filters kept: six for each size of a picture.
const MOST_FILTERS: usize = 48;

/// Two neighbouring columns, all rows of a strip: row by row, left and right.
type Pair = [[i16; 2]; ROWS];

/// Two neighbouring rows, some columns: column by column, upper and lower.
type RowPair = [[u8; 32]; 2 * COLUMNS / 32];

/// Samples lent out: `height` rows of `width` bytes, `stride` bytes from one to the next.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plane<'a> {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) stride: usize,
    pub(crate) bytes: &'a [u8],
}

impl Plane<'_> {
    /// Row `y`, or the last one if there are fewer.
    #[inline(always)]
    fn row(&self, y: usize) -> &[u8] {
        &self.bytes[y.min(self.height - 1) * self.stride..][..self.width]
    }
}

/// Samples to write, as a [`Plane`].
#[derive(Debug)]
pub(crate) struct PlaneMut<'a> {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) stride: usize,
    pub(crate) bytes: &'a mut [u8],
}

impl PlaneMut<'_> {
    /// Copies a plane of the same size.
    pub(crate) fn copy_from(self, from: Plane<'_>) {
        let rows = from.bytes.chunks(from.stride).zip(self.bytes.chunks_mut(self.stride)).take(self.height);
        rows.for_each(|(from, to)| to[..self.width].copy_from_slice(&from[..self.width]));
    }
}

/// The rows to write of a strip.
struct Strip<'a> {
    rows: usize,
    stride: usize,
    bytes: &'a mut [u8],
}

/// Resamples planes with one set of working memory.
#[derive(Debug, Default)]
pub(crate) struct Resampler {
    filters: Vec<Filter>,
    pairs: Vec<Pair>,
    /// Pairs of rows of a few columns, for the fast way down.
    rows: Vec<RowPair>,
}

/// What one plane takes.
struct Work<'a> {
    across: &'a Filter,
    down: &'a Filter,
    pairs: &'a mut [Pair],
    rows: &'a mut Vec<RowPair>,
}

impl Resampler {
    /// Fills `to` from `from`, whose samples lie as `across` and `down` say. Neither is empty.
    pub(crate) fn resample(&mut self, from: Plane<'_>, across: Mapping, down: Mapping, mut to: PlaneMut<'_>) {
        let mut work = self.prepare(from, across, down, &to);
        #[cfg(target_arch = "x86_64")]
        if avx2::resample(&mut work, from, to.stride, to.height, to.bytes) {
            return;
        }
        plainly(&mut self.prepare(from, across, down, &to), from, &mut to);
    }

    fn prepare(&mut self, from: Plane<'_>, across: Mapping, down: Mapping, to: &PlaneMut<'_>) -> Work<'_> {
        if self.filters.len() > MOST_FILTERS {
            self.filters.clear();
        }
        let across = self.filter(Key { mapping: across, from: from.width, to: to.width });
        let down = self.filter(Key { mapping: down, from: from.height, to: to.height });
        let pairs = from.width.next_multiple_of(COLUMNS) / 2;
        if self.pairs.len() < pairs {
            self.pairs = vec![Pair::default(); pairs];
        }
        Work {
            across: &self.filters[across],
            down: &self.filters[down],
            pairs: &mut self.pairs[..pairs],
            rows: &mut self.rows,
        }
    }

    /// The place of a filter, made if need be: pictures of a batch mostly have one size.
    fn filter(&mut self, key: Key) -> usize {
        let known = self.filters.iter().position(|filter| filter.key == key);
        known.unwrap_or_else(|| {
            self.filters.push(Filter::new(key));
            self.filters.len() - 1
        })
    }

    pub(crate) fn held_bytes(&self) -> usize {
        let filters: usize = self.filters.iter().map(Filter::held_bytes).sum();
        filters + self.pairs.capacity() * size_of::<Pair>() + self.rows.capacity() * size_of::<RowPair>()
    }
}

fn plainly(work: &mut Work<'_>, from: Plane<'_>, to: &mut PlaneMut<'_>) {
    for (top, bytes) in (0..to.height).step_by(ROWS).zip(to.bytes.chunks_mut(to.stride * ROWS)) {
        plain::down(from, work.down, top, work.pairs);
        let rows = ROWS.min(to.height - top);
        plain::across(work.pairs, work.across, &mut Strip { rows, stride: to.stride, bytes });
    }
}

#[cfg(test)]
mod tests {
    use super::{Mapping, Plane, PlaneMut, Resampler, plainly};

    /// What the two passes should give, in numbers without bounds.
    fn exactly(from: Plane<'_>, across: Mapping, down: Mapping, (width, height): (usize, usize)) -> Vec<f64> {
        let filter = |mapping: Mapping, count: usize, index: usize| -> Vec<f64> {
            let centre = (index as f64 + 0.5) * mapping.scale + mapping.start;
            let share = |at: usize| {
                let x = std::f64::consts::PI * ((at as f64 + 0.5 - centre) / mapping.scale);
                if x == 0.0 {
                    1.0
                } else if x.abs() >= 3.0 * std::f64::consts::PI {
                    0.0
                } else {
                    3.0 * x.sin() * (x / 3.0).sin() / (x * x)
                }
            };
            let shares: Vec<f64> = (0..count).map(share).collect();
            let sum: f64 = shares.iter().sum();
            shares.into_iter().map(|share| share / sum).collect()
        };
        let across: Vec<Vec<f64>> = (0..width).map(|x| filter(across, from.width, x)).collect();
        let mut exact = Vec::new();
        for y in 0..height {
            let down = filter(down, from.height, y);
            let line: Vec<f64> = (0..from.width)
                .map(|x| down.iter().enumerate().map(|(y, share)| share * f64::from(from.row(y)[x])).sum())
                .collect();
            exact.extend(across.iter().map(|shares| shares.iter().zip(&line).map(|(s, l)| s * l).sum::<f64>()));
        }
        exact
    }

    #[test]
    fn every_way_is_right_at_every_size() {
        let mut resampler = Resampler::default();
        let sizes = [
            (1, 1, 1, 1),
            (3, 2, 2, 1),
            (17, 40, 9, 33),
            (64, 64, 64, 64),
            (133, 71, 100, 60),
            (200, 90, 111, 50),
            (90, 200, 7, 9),
        ];
        for (from_width, from_height, width, height) in sizes {
            let stride = from_width + 3;
            let bytes: Vec<u8> = (0..stride * from_height).map(|i| (i * i / 7 % 256) as u8).collect();
            let from = Plane { width: from_width, height: from_height, stride, bytes: &bytes };
            let shift = if width < from_width { -0.5 } else { 0.0 };
            let across = Mapping { scale: from_width as f64 / width as f64, start: shift };
            let down = Mapping { scale: from_height as f64 / height as f64, start: 0.0 };
            let exact = exactly(from, across, down, (width, height));
            let to_stride = width + 5;
            let (mut fast, mut plain) = (vec![7; to_stride * height], vec![7; to_stride * height]);
            resampler.resample(from, across, down, PlaneMut { width, height, stride: to_stride, bytes: &mut fast });
            let mut to = PlaneMut { width, height, stride: to_stride, bytes: &mut plain };
            plainly(&mut resampler.prepare(from, across, down, &to), from, &mut to);
            assert_eq!(fast, plain, "{from_width} x {from_height} to {width} x {height}");
            let mut squares = 0.0;
            for (row, exact) in fast.chunks(to_stride).zip(exact.chunks(width)) {
                assert_eq!(row[width..], [7; 5], "beyond the row");
                let off = |(found, wanted): (&u8, &f64)| f64::from(*found) - wanted.clamp(0.0, 255.0);
                squares += row[..width].iter().zip(exact).map(off).map(|off| off * off).sum::<f64>();
            }
            // 49 dB, and on noise from black to white, which no picture is.
            let squares = squares / (width * height) as f64;
            assert!(squares < 0.8, "{squares} at {from_width} x {from_height} to {width} x {height}");
        }
    }
}
