use super::{Judged, Shift, Sighting, Standing, judge};
use crate::nouns::occurrence::CatalogNumber;

fn number(number: u32) -> CatalogNumber {
    CatalogNumber::new(&format!("TST{number:08}")).unwrap()
}

/// Name and barcode of each picture; 0: nothing could be read.
fn judged(pictures: &[(u32, u32)]) -> Judged {
    let sighting = |(name, read): &(u32, u32)| Sighting {
        name: number(*name),
        read: if *read == 0 { Vec::new() } else { vec![number(*read)] },
    };
    judge(&pictures.iter().map(sighting).collect::<Vec<_>>())
}

fn shifted(shift: usize, to: u32) -> Standing {
    Standing::Shifted { shift, number: number(to) }
}

#[test]
fn names_that_barcodes_confirm_are_proved_and_vouch_for_those_between() {
    let judged = judged(&[(1, 1), (2, 0), (3, 3), (4, 0)]);
    assert_eq!(judged.standings, [Standing::Proved, Standing::Believed, Standing::Proved, Standing::Believed]);
    assert_eq!(judged.shifts, []);
}

#[test]
fn a_sheet_left_out_shifts_all_names_after_it() {
    let judged = judged(&[(1, 1), (2, 2), (3, 4), (4, 5), (5, 0), (6, 7), (7, 8)]);
    assert_eq!(judged.shifts, [Shift { first: 2, last: 6, places: 1, pictures: 5 }]);
    let expected = [
        Standing::Proved,
        Standing::Proved,
        shifted(0, 4),
        shifted(0, 5),
        shifted(0, 6),
        shifted(0, 7),
        // Its number is no name of the batch.
        shifted(0, 8),
    ];
    assert_eq!(judged.standings, expected);
}

#[test]
fn a_sheet_taken_twice_shifts_the_other_way() {
    let judged = judged(&[(1, 1), (2, 1), (3, 2), (4, 3), (5, 4), (9, 9)]);
    assert_eq!(judged.shifts, [Shift { first: 1, last: 4, places: -1, pictures: 4 }]);
    assert_eq!(judged.standings[5], Standing::Proved);
}

#[test]
fn what_cannot_be_read_at_the_seam_is_doubtful() {
    let judged = judged(&[(1, 1), (2, 0), (3, 4), (4, 5), (5, 6), (6, 0)]);
    assert_eq!(judged.standings[1], Standing::Doubtful { neighbour: 2 });
    assert_eq!(judged.standings[5], Standing::Doubtful { neighbour: 4 });
}

#[test]
fn swapped_pictures_contradict_and_say_nothing_of_their_neighbours() {
    let judged = judged(&[(1, 0), (2, 3), (3, 2), (4, 0), (5, 5)]);
    let expected =
        [Standing::Believed, Standing::Contradicts, Standing::Contradicts, Standing::Believed, Standing::Proved];
    assert_eq!(judged.standings, expected);
    assert_eq!(judged.shifts, []);
}

#[test]
fn several_pictures_of_a_specimen_count_as_one_place() {
    let judged = judged(&[(1, 1), (1, 1), (2, 3), (2, 3), (3, 4), (3, 4), (4, 4)]);
    assert_eq!(judged.shifts, [Shift { first: 2, last: 5, places: 1, pictures: 4 }]);
    assert_eq!(judged.standings[2], shifted(0, 3));
    assert_eq!(judged.standings[6], Standing::Proved);
}

#[test]
fn two_are_no_shift() {
    let judged = judged(&[(1, 1), (2, 3), (3, 4), (4, 4)]);
    assert_eq!(judged.shifts, []);
    assert_eq!(judged.standings[1], Standing::Contradicts);
}
