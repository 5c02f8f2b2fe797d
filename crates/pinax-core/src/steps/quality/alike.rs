//! Pictures that are, or nearly are, the same.

use std::collections::HashMap;

use super::{Measured, Remark};

/// Bits by which two shots of one sheet may differ.
const NEAR_BITS: u32 = 3;
/// Two hashes that differ in three bits have at least one of four quarters in common.
const QUARTERS: u32 = 4;
/// Pictures that share a quarter and are looked through; more is a batch of one motif, of which nothing can be said.
const MOST_IN_QUARTER: usize = 500;

pub(super) fn alike(pictures: &[Measured]) -> Vec<(Remark, usize)> {
    let mut remarks = Vec::new();
    let mut tell = |one: usize, other: usize| {
        let numbers = (&pictures[one].catalog_number, &pictures[other].catalog_number);
        let two_numbers = matches!(numbers, (Some(one), Some(other)) if one != other);
        let remark = if two_numbers { Remark::TwoNumbers } else { Remark::Alike };
        remarks.extend([(remark, one), (remark, other)]);
    };
    let mut sums = HashMap::new();
    for (at, picture) in pictures.iter().enumerate() {
        if let Some(sum) = picture.sha256
            && let Some(first) = sums.insert(sum, at)
        {
            tell(first, at);
        }
    }
    for quarter in 0..QUARTERS {
        let part = |at: usize| (pictures[at].quality.hash >> (16 * quarter)) as u16;
        let mut by_part: Vec<usize> = (0..pictures.len()).filter(|at| !pictures[*at].quality.blank).collect();
        by_part.sort_by_key(|at| part(*at));
        for group in by_part.chunk_by(|one, other| part(*one) == part(*other)) {
            if group.len() > MOST_IN_QUARTER {
                continue;
            }
            for (place, one) in group.iter().enumerate() {
                for other in &group[place + 1..] {
                    let differ = pictures[*one].quality.hash ^ pictures[*other].quality.hash;
                    if differ.count_ones() <= NEAR_BITS {
                        tell(*one, *other);
                    }
                }
            }
        }
    }
    remarks
}
