//! A filter: which samples of the source make up each sample of the target, and how much each counts.

use std::f64::consts::PI;

use super::ROWS;

/// What the weights of one sample on the way down add up to. With it no sum of bytes leaves 16 bits: the weights
/// above 0 add up to less than 1.4 of it, and 1.4 bytes of 255 are 32 130.
pub(super) const DOWN_WHOLE: i16 = 90;
/// Parts of a weight on the way down that a short side is reckoned with.
pub(super) const FINE: i16 = 1 << FINE_BITS;
/// The same in bits.
pub(super) const FINE_BITS: i32 = 3;
/// Bits below the point after both ways.
pub(super) const BOTH_BITS: u32 = 20;
/// What the weights of one sample on the way across add up to: what makes both ways together 1.
const ACROSS_WHOLE: i16 = ((1 << BOTH_BITS) as f64 / DOWN_WHOLE as f64 + 0.5) as i16;

/// How much of the kernel is used at least, of 3: a pair of samples less is a sixth of the work and more, and what lies
/// beyond weighs half a hundredth.
const LEAST_SUPPORT: f64 = 2.75;
/// A side so short costs next to nothing: it gets all of the kernel, and finer weights.
const SHORT: usize = 512;

/// Where the samples of a target lie among those of the source, along one side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Mapping {
    /// Source samples to a target sample, at least 1.
    pub(crate) scale: f64,
    /// Where the target begins, in source samples.
    pub(crate) start: f64,
}

impl Mapping {
    /// Every sample is itself.
    pub(crate) const IDENTITY: Self = Self { scale: 1.0, start: 0.0 };
}

/// Lanczos3 along one side, in whole pairs of samples.
#[derive(Debug)]
pub(super) struct Filter {
    /// Samples to each sum: an even number. One of them may lie beyond the source; it counts nothing.
    pub(super) taps: usize,
    /// The first of them for each sum: an even number. Sums come in whole strips; the last is repeated.
    pub(super) starts: Vec<usize>,
    /// For the way down by pairs, sum after sum, each pair twice.
    pub(super) down: Vec<[i8; 4]>,
    /// What is missing of those, in parts of [`FINE`]; only for a short side, where it costs next to nothing.
    fine: Vec<[i8; 4]>,
    /// For the way across by pairs, sum after sum.
    pub(super) across: Vec<[i16; 2]>,
    pub(super) key: Key,
}

/// What a filter is for: `to` samples out of `from`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Key {
    pub(super) mapping: Mapping,
    pub(super) from: usize,
    pub(super) to: usize,
}

impl Filter {
    /// What lies beyond the source is left out, and the rest counts more.
    pub(super) fn new(key: Key) -> Self {
        let Key { mapping, from, to } = key;
        let room = from.next_multiple_of(2);
        // One more for an even start; then as much of the kernel as they cover.
        let least = if to <= SHORT { 3.0 } else { LEAST_SUPPORT };
        let taps = ((2.0 * least * mapping.scale).ceil() as usize + 1).next_multiple_of(2);
        let support = (3.0 * mapping.scale).min((taps - 1) as f64 / 2.0);
        let taps = taps.min(room);
        let mut filter = Self { taps, starts: Vec::new(), down: Vec::new(), fine: Vec::new(), across: Vec::new(), key };
        let mut shares = vec![0.0; taps];
        for index in (0..to.next_multiple_of(ROWS)).map(|index| index.min(to - 1)) {
            let centre = (index as f64 + 0.5) * mapping.scale + mapping.start;
            let first = (centre - support - 0.5).ceil().clamp(0.0, (room - taps) as f64) as usize & !1;
            for (at, share) in (first..).zip(&mut shares) {
                let x = at as f64 + 0.5 - centre;
                *share = if at < from && x.abs() < support { lanczos3(x / mapping.scale) } else { 0.0 };
            }
            filter.starts.push(first);
            let by_pairs = |weights: Vec<i16>| weights.as_chunks::<2>().0.to_vec();
            filter.across.extend(by_pairs(weights(&shares, ACROSS_WHOLE)));
            let down = weights(&shares, DOWN_WHOLE);
            let fine = weights(&shares, DOWN_WHOLE * FINE);
            let missing = fine.iter().zip(&down).map(|(fine, down)| fine - down * FINE).collect();
            let bytes = |weights| {
                let pairs = by_pairs(weights).into_iter().map(|pair| pair.map(|weight| weight.clamp(-128, 127) as i8));
                pairs.map(|[first, second]| [first, second, first, second])
            };
            if to <= SHORT {
                filter.fine.extend(bytes(missing));
            }
            filter.down.extend(bytes(down));
        }
        filter
    }

    /// First sample and pairs of weights of sum `index`, on the way down.
    #[inline(always)]
    pub(super) fn down(&self, index: usize) -> (usize, &[[i8; 4]]) {
        let pairs = self.taps / 2;
        (self.starts[index], &self.down[index * pairs..][..pairs])
    }

    /// What is missing of the weights of sum `index` on the way down; empty where that is not reckoned.
    #[inline(always)]
    pub(super) fn fine(&self, index: usize) -> &[[i8; 4]] {
        let pairs = self.taps / 2;
        self.fine.get(index * pairs..(index + 1) * pairs).unwrap_or_default()
    }

    /// First sample and pairs of weights of sum `index`, on the way across.
    #[inline(always)]
    pub(super) fn across(&self, index: usize) -> (usize, &[[i16; 2]]) {
        let pairs = self.taps / 2;
        (self.starts[index], &self.across[index * pairs..][..pairs])
    }

    /// The first sample that sum `index` does not look at.
    #[inline(always)]
    pub(super) fn end(&self, index: usize) -> usize {
        self.starts[index] + self.taps
    }

    pub(super) fn held_bytes(&self) -> usize {
        self.starts.capacity() * size_of::<usize>()
            + (self.down.capacity() + self.fine.capacity() + self.across.capacity()) * 4
    }
}

/// Whole numbers in proportion to `shares` that add up to exactly `whole`, each as near as that lets it be.
fn weights(shares: &[f64], whole: i16) -> Vec<i16> {
    let total: f64 = shares.iter().sum();
    let exact: Vec<f64> = shares.iter().map(|share| share / total * f64::from(whole)).collect();
    let mut weights: Vec<i16> = exact.iter().map(|exact| exact.round() as i16).collect();
    let missing = whole - weights.iter().sum::<i16>();
    let step = missing.signum();
    for _ in 0..missing.abs() {
        let off = |at: &usize| (exact[*at] - f64::from(weights[*at])) * f64::from(step);
        // Where there is no sample, there is no weight.
        let samples = (0..weights.len()).filter(|at| shares[*at] != 0.0);
        let most = samples.max_by(|a, b| off(a).total_cmp(&off(b))).expect("a filter has a tap");
        weights[most] += step;
    }
    weights
}

fn lanczos3(x: f64) -> f64 {
    if x == 0.0 {
        1.0
    } else if x.abs() < 3.0 {
        let x = x * PI;
        3.0 * x.sin() * (x / 3.0).sin() / (x * x)
    } else {
        0.0
    }
}
