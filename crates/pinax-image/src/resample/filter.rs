//! A filter: which samples of the source make up each sample of the target, and how much each counts.

use std::f64::consts::PI;

use super::ROWS;

/// Bits below the point of a weight: those of one sample add up to 1.
pub(super) const WEIGHT_BITS: u32 = 14;

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
    /// The first of them for each sum: an even number. Sums come in whole eights; the last is repeated.
    pub(super) starts: Vec<usize>,
    /// By pairs, sum after sum.
    pub(super) weights: Vec<[i16; 2]>,
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
        let support = 3.0 * mapping.scale;
        let room = from.next_multiple_of(2);
        // One more for where the window falls, one more for an even start.
        let taps = ((2.0 * support).ceil() as usize + 2).next_multiple_of(2).min(room);
        let mut filter = Self { taps, starts: Vec::with_capacity(to), weights: Vec::with_capacity(to * taps / 2), key };
        let mut shares = vec![0.0; taps];
        for index in (0..to.next_multiple_of(ROWS)).map(|index| index.min(to - 1)) {
            let centre = (index as f64 + 0.5) * mapping.scale + mapping.start;
            let first = (centre - support - 0.5).ceil().clamp(0.0, (room - taps) as f64) as usize & !1;
            for (at, share) in (first..).zip(&mut shares) {
                *share = if at < from { lanczos3((at as f64 + 0.5 - centre) / mapping.scale) } else { 0.0 };
            }
            filter.starts.push(first);
            filter.push(&shares);
        }
        filter
    }

    /// Appends weights in proportion to `shares` that add up to exactly 1.
    fn push(&mut self, shares: &[f64]) {
        let one = f64::from(1 << WEIGHT_BITS);
        let total: f64 = shares.iter().sum();
        let first = self.weights.len();
        let (pairs, _) = shares.as_chunks::<2>();
        self.weights.extend(pairs.iter().map(|pair| pair.map(|share| (share / total * one).round() as i16)));
        let weights = self.weights[first..].as_flattened_mut();
        let missing = (1 << WEIGHT_BITS) - weights.iter().map(|weight| i32::from(*weight)).sum::<i32>();
        let largest = weights.iter_mut().max().expect("a filter has a tap");
        *largest += i16::try_from(missing).expect("half a unit for each tap at most");
    }

    /// First sample and pairs of weights of sum `index`.
    #[inline(always)]
    pub(super) fn sum(&self, index: usize) -> (usize, &[[i16; 2]]) {
        let pairs = self.taps / 2;
        (self.starts[index], &self.weights[index * pairs..][..pairs])
    }

    pub(super) fn held_bytes(&self) -> usize {
        self.starts.capacity() * size_of::<usize>() + self.weights.capacity() * 4
    }
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
