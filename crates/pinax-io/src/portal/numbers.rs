//! When two catalog numbers are the same: without regard to case and to spaces at the end, as a portal's collation has
//! it, but with regard to accents, which it ignores (`É1` is not `E1`). Where the column may lack them, a number is also
//! looked for without its leading zeros.

use std::collections::{HashMap, HashSet};

use pinax_core::nouns::matching::MatchField;
use pinax_core::nouns::occurrence::{CatalogNumber, Occurrence};

/// What is equal for two numbers that are the same.
pub(crate) fn folded(number: &str) -> String {
    number.trim_end_matches(' ').chars().flat_map(char::to_lowercase).collect()
}

/// The distinct texts to ask the column for: every number, and the same without its leading zeros.
pub(crate) fn asked_for<'a>(field: MatchField, numbers: &[&'a CatalogNumber]) -> Vec<&'a str> {
    let mut seen = HashSet::new();
    numbers
        .iter()
        .flat_map(|number| [Some(number.as_str()), shortened(field, number)])
        .flatten()
        .filter(|text| seen.insert(folded(text)))
        .collect()
}

fn shortened(field: MatchField, number: &CatalogNumber) -> Option<&str> {
    number.without_leading_zeros().filter(|_| field.may_lack_zeros())
}

/// Gives each number its records, oldest first; records with other numbers are left out.
pub(crate) fn answers(field: MatchField, numbers: &[&CatalogNumber], found: Vec<Occurrence>) -> Vec<Vec<Occurrence>> {
    let mut by_number: HashMap<String, Vec<Occurrence>> = HashMap::new();
    for occurrence in found {
        by_number.entry(folded(&occurrence.matched)).or_default().push(occurrence);
    }
    let of = |text: &str| by_number.get(&folded(text)).into_iter().flatten().cloned();
    numbers
        .iter()
        .map(|number| {
            let mut records: Vec<Occurrence> = of(number.as_str()).collect();
            records.extend(shortened(field, number).into_iter().flat_map(of));
            records.sort_by_key(|record| record.occid);
            records.dedup_by_key(|record| record.occid);
            records
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use pinax_core::nouns::matching::MatchField;
    use pinax_core::nouns::occurrence::{CatalogNumber, Occid, Occurrence};

    use super::{answers, asked_for, folded};

    fn record(occid: u64, number: &str) -> Occurrence {
        Occurrence::numbered(Occid(occid), number)
    }

    #[test]
    fn case_and_spaces_at_the_end_do_not_count_but_accents_do() {
        assert_eq!(folded("Tst1  "), folded("tST1"));
        assert_eq!(folded("É1"), folded("é1"));
        assert_ne!(folded("É1"), folded("E1"));
        assert_ne!(folded(" 1"), folded("1"));
    }

    #[test]
    fn zeros_are_dropped_from_what_is_asked_but_not_from_what_is_found() {
        let numbers = ["00123", "123", "0123"].map(|text| CatalogNumber::new(text).unwrap());
        let numbers: Vec<&CatalogNumber> = numbers.iter().collect();
        let asked = |field| -> (Vec<&str>, Vec<Vec<u64>>) {
            let found = vec![record(9, "123"), record(4, "00123"), record(4, "00123")];
            let occids = |records: Vec<Occurrence>| records.into_iter().map(|record| record.occid.0).collect();
            (asked_for(field, &numbers), answers(field, &numbers, found).into_iter().map(occids).collect())
        };
        let texts = vec!["00123", "123", "0123"];
        assert_eq!(asked(MatchField::CatalogNumber), (texts.clone(), vec![vec![4, 9], vec![9], vec![9]]));
        assert_eq!(asked(MatchField::OccurrenceId), (texts, vec![vec![4], vec![9], vec![]]));
    }
}
