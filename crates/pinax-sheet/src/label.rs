//! The words on a specimen label.

mod words;

use crate::random::{Random, Stream};

/// What is typed on the label, already as text; any field may be empty and is then left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The herbarium that keeps the sheet, as in the headline: `Herbarium of the Northfold Museum`.
    pub institution: String,
    /// The collection within it: `Vascular Plants`.
    pub collection: String,
    /// Name with author: `Acer rubrum L.`; the first two words are set in italics.
    pub scientific_name: String,
    /// Plant family: `Sapindaceae`. It also decides what the drawn plant looks like.
    pub family: String,
    /// Where the plant grew, one or two sentences.
    pub locality: String,
    /// Who gathered it.
    pub collector: String,
    /// The collector's own number.
    pub record_number: String,
    /// Day of gathering as `YYYY-MM-DD`; anything else is printed as it stands.
    pub event_date: String,
}

impl Label {
    /// A plausible label: plant names and families are real, people and places are invented. The same seed gives
    /// the same label.
    pub fn made_up(seed: u64) -> Self {
        let mut random = Random::new(seed, Stream::Label);
        let (scientific_name, family) = *random.pick(&words::TAXA);
        let year = random.whole(1889, 2019);
        let (given, surname) = (random.pick(&words::GIVEN_NAMES), random.pick(&words::SURNAMES));
        Self {
            institution: (*random.pick(&words::INSTITUTIONS)).to_owned(),
            collection: "Vascular Plants".to_owned(),
            scientific_name: scientific_name.to_owned(),
            family: family.to_owned(),
            locality: made_up_locality(&mut random),
            collector: format!("{given} {surname}"),
            record_number: random.whole(12, 9_800).to_string(),
            event_date: format!("{year}-{:02}-{:02}", random.whole(4, 9), random.whole(1, 30)),
        }
    }

    /// The day as botanists write it, with the month in Roman numerals: `14.vi.1987`.
    pub(crate) fn written_date(&self) -> String {
        const MONTHS: [&str; 12] = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];
        let mut parts = self.event_date.splitn(3, '-').map(str::parse::<usize>);
        match (parts.next(), parts.next(), parts.next()) {
            (Some(Ok(year)), Some(Ok(month @ 1..=12)), Some(Ok(day))) => format!("{day}.{}.{year}", MONTHS[month - 1]),
            _ => self.event_date.clone(),
        }
    }
}

fn made_up_locality(random: &mut Random) -> String {
    let county = random.pick(&words::COUNTIES);
    let place = random.pick(&words::PLACES);
    let town = random.pick(&words::TOWNS);
    let heading = random.pick(&["N", "NE", "E", "SE", "S", "SW", "W", "NW"]);
    let habitat = random.pick(&words::HABITATS);
    let (distance_km, elevation_m) = (random.whole(1, 14), random.whole(4, 180) * 10);
    format!("{county}: {place}, {distance_km} km {heading} of {town}. {habitat}. Elev. {elevation_m} m.")
}

#[cfg(test)]
mod tests {
    use super::Label;

    #[test]
    fn labels_are_complete_and_repeatable() {
        for seed in 0..200 {
            let label = Label::made_up(seed);
            assert_eq!(label, Label::made_up(seed));
            assert!(label.family.ends_with("aceae"), "{label:?}");
            assert!(label.scientific_name.split(' ').count() >= 3, "{label:?}");
            assert_eq!(label.event_date.len(), 10, "{label:?}");
            assert!(label.locality.is_ascii(), "{label:?}");
        }
        assert_ne!(Label::made_up(1), Label::made_up(2));
    }

    #[test]
    fn dates_are_written_with_roman_months() {
        let mut label = Label::made_up(1);
        for (date, written) in
            [("1987-06-14", "14.vi.1987"), ("1901-12-02", "2.xii.1901"), ("summer 1890", "summer 1890"), ("", "")]
        {
            date.clone_into(&mut label.event_date);
            assert_eq!(label.written_date(), written);
        }
    }
}
