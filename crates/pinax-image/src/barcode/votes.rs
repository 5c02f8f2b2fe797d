//! Votes: what the lines across one stripe say, and whether that is enough to believe it.

use super::Symbology;
use super::engine::Sighting;

/// One reading of a stripe.
#[derive(Clone, Debug)]
pub(super) struct Vote {
    pub(super) symbology: Symbology,
    pub(super) text: String,
    /// Where reading begins and ends, samples of the profile; the mean of all.
    pub(super) ends: (f32, f32),
    /// Which bands say so, a bit each.
    pub(super) bands: u64,
    /// How often it was read.
    pub(super) count: u32,
}

impl Vote {
    fn span(&self) -> (f32, f32) {
        (self.ends.0.min(self.ends.1), self.ends.0.max(self.ends.1))
    }

    fn meets(&self, other: &Self) -> bool {
        let (one, other) = (self.span(), other.span());
        one.0 < other.1 && other.0 < one.1
    }
}

/// All readings of a stripe.
#[derive(Debug, Default)]
pub(super) struct Votes(Vec<Vote>);

impl Votes {
    pub(super) fn add(&mut self, seen: Sighting, band: usize) {
        let [from, to, ..] = seen.corners.0;
        let new = Vote {
            symbology: seen.symbology,
            text: seen.text,
            ends: (from.0, to.0),
            bands: 1 << band.min(63),
            count: 1,
        };
        let same = |old: &&mut Vote| old.symbology == new.symbology && old.text == new.text && old.meets(&new);
        match self.0.iter_mut().find(same) {
            Some(old) => {
                let count = old.count as f32;
                let mean = |old: f32, new: f32| (old * count + new) / (count + 1.0);
                old.ends = (mean(old.ends.0, new.ends.0), mean(old.ends.1, new.ends.1));
                old.bands |= new.bands;
                old.count += 1;
            }
            None => self.0.push(new),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The readings that enough bands share and hardly any contradicts.
    pub(super) fn elected(&self) -> Vec<&Vote> {
        let agreed = |vote: &&Vote| {
            let against = self.0.iter().filter(|other| other.text != vote.text && other.meets(vote));
            let against: u32 = against.map(|other| other.count).sum();
            let bands = vote.bands.count_ones();
            if vote.symbology.proves_itself() {
                bands >= 2 && vote.count >= 3 * against
            } else {
                bands >= 4 && vote.count >= 8 * against
            }
        };
        self.0.iter().filter(agreed).filter(|vote| is_long_enough(vote.symbology, &vote.text)).collect()
    }
}

/// Shorter texts turn up by chance in ruler lines and print.
pub(super) fn is_long_enough(symbology: Symbology, text: &str) -> bool {
    let least = match symbology {
        Symbology::Code128 | Symbology::QrCode | Symbology::DataMatrix => 2,
        Symbology::Code39 => 3,
        Symbology::Codabar => 5,
        Symbology::Itf => 6,
    };
    text.chars().count() >= least
}

/// About how many of its narrowest bars a code is wide, by the standard it follows.
pub(super) fn modules(symbology: Symbology, text: &str) -> f32 {
    let letters = text.chars().count() as f32;
    match symbology {
        Symbology::Code39 => (letters + 2.0) * 14.5,
        Symbology::Codabar => (letters + 2.0) * 11.5,
        Symbology::Itf => letters * 8.0 + 8.0,
        _ => letters * 11.0 + 35.0,
    }
}
