//! Small, fast, repeatable randomness: the same seed and stream always give the same numbers.

/// A SplitMix64 generator. One stream per concern, so that changing how the paper is drawn leaves the plant alone.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

/// What the numbers are for; keeps the streams of one seed apart.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stream {
    Label = 1,
    Layout,
    Paper,
    Plant,
    Furniture,
    Sensor,
}

impl Random {
    pub(crate) fn new(seed: u64, stream: Stream) -> Self {
        let mut random = Self(seed ^ (stream as u64).wrapping_mul(0xA24B_AED4_963E_E407));
        random.bits();
        random
    }

    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Evenly spread over `0.0..1.0`.
    pub(crate) fn unit(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / (1u64 << 24) as f32
    }

    pub(crate) fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// Evenly spread over `-size..size`.
    pub(crate) fn around(&mut self, size: f32) -> f32 {
        self.between(-size, size)
    }

    /// Below `end`; 0 when `end` is 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        ((self.bits() >> 32) as usize * end.min(u32::MAX as usize)) >> 32
    }

    /// A whole number from `low` to `high`, both possible.
    pub(crate) fn whole(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high.saturating_sub(low) + 1)
    }

    pub(crate) fn chance(&mut self, probability: f32) -> bool {
        self.unit() < probability
    }

    /// One of the choices, which must not be empty.
    pub(crate) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }
}

#[cfg(test)]
mod tests {
    use super::{Random, Stream};

    #[test]
    fn numbers_stay_in_their_range() {
        let mut random = Random::new(7, Stream::Plant);
        for _ in 0..10_000 {
            assert!((0.0..1.0).contains(&random.unit()));
            assert!(random.below(3) < 3);
            assert!((4..=6).contains(&random.whole(4, 6)));
        }
        assert_eq!(random.below(0), 0);
    }

    #[test]
    fn streams_of_one_seed_differ() {
        assert_ne!(Random::new(7, Stream::Plant).bits(), Random::new(7, Stream::Paper).bits());
    }
}
