//! What was found in a picture, and what of it is told.

use super::place::{Point, Quad};
use super::{Barcode, Symbology};

/// A reading that was believed where it was made.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    pub(super) text: String,
    pub(super) symbology: Symbology,
    /// In stored pixels.
    pub(super) corners: Quad,
    /// How many lines or attempts say so.
    pub(super) weight: u32,
}

/// All readings of a picture.
#[derive(Debug, Default)]
pub(super) struct Found {
    readings: Vec<Reading>,
}

impl Found {
    pub(super) fn add(&mut self, new: Reading) {
        // What is read twice lies in one place, give or take a quiet zone.
        let slack = new.corners.height().min(new.corners.length()) * 0.5;
        let same = |old: &&mut Reading| {
            old.symbology == new.symbology && old.text == new.text && old.corners.meets(&new.corners, slack)
        };
        match self.readings.iter_mut().find(same) {
            Some(old) if old.weight < new.weight => *old = new,
            Some(_) => {}
            None => self.readings.push(new),
        }
    }

    /// Whether something was read at `point`.
    pub(super) fn covers(&self, point: Point) -> bool {
        self.readings.iter().any(|reading| reading.corners.holds(point, 2.0))
    }

    /// From the top down. Of two readings in one place the better one is told, or neither when they are alike.
    pub(super) fn into_barcodes(self) -> Vec<Barcode> {
        let beaten = |one: &Reading| {
            self.readings.iter().any(|other| {
                !std::ptr::eq(one, other)
                    && (one.text != other.text || one.symbology != other.symbology)
                    && one.corners.meets(&other.corners, 0.0)
                    && !is_better(one, other)
            })
        };
        let mut barcodes: Vec<Barcode> = self
            .readings
            .iter()
            .filter(|reading| !beaten(reading))
            .map(|reading| Barcode {
                text: reading.text.clone(),
                symbology: reading.symbology,
                corners_px: reading.corners.0,
            })
            .collect();
        let place = |code: &Barcode| Quad(code.corners_px).centre();
        barcodes.sort_by(|one, other| {
            let ((left, top), (other_left, other_top)) = (place(one), place(other));
            top.total_cmp(&other_top).then(left.total_cmp(&other_left))
        });
        barcodes
    }
}

fn is_better(one: &Reading, other: &Reading) -> bool {
    let rank = |reading: &Reading| match reading.symbology {
        Symbology::QrCode | Symbology::DataMatrix => 3,
        Symbology::Code128 => 2,
        Symbology::Code39 => 1,
        Symbology::Codabar | Symbology::Itf => 0,
    };
    match rank(one).cmp(&rank(other)) {
        std::cmp::Ordering::Equal => one.weight >= 3 * other.weight.max(1),
        order => order.is_gt(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Found, Quad, Reading, Symbology};

    fn reading(text: &str, symbology: Symbology, left: f32, weight: u32) -> Reading {
        let corners = Quad([(left, 0.0), (left + 100.0, 0.0), (left + 100.0, 30.0), (left, 30.0)]);
        Reading { text: text.to_owned(), symbology, corners, weight }
    }

    fn told(readings: &[(&str, Symbology, f32, u32)]) -> Vec<String> {
        let mut found = Found::default();
        readings.iter().for_each(|&(text, symbology, left, weight)| found.add(reading(text, symbology, left, weight)));
        found.into_barcodes().into_iter().map(|code| code.text).collect()
    }

    #[test]
    fn one_place_tells_one_text_or_none() {
        use Symbology::{Code39, Code128, Itf};
        for (readings, expected) in [
            (vec![("A1", Code128, 0.0, 3), ("A1", Code128, 5.0, 9)], vec!["A1"]),
            (vec![("A1", Code128, 0.0, 3), ("A1", Code128, 500.0, 3)], vec!["A1", "A1"]),
            (vec![("A1", Code128, 0.0, 3), ("123456", Itf, 0.0, 9)], vec!["A1"]),
            (vec![("A1", Code39, 0.0, 9), ("A7", Code39, 0.0, 2)], vec!["A1"]),
            (vec![("A1", Code39, 0.0, 9), ("A7", Code39, 0.0, 8)], vec![]),
        ] {
            assert_eq!(told(&readings), expected, "{readings:?}");
        }
    }
}
