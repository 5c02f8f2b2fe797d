//! The two passes for any processor. What they give is what the fast ones must give.

use super::filter::{BOTH_BITS, FINE, FINE_BITS, Filter};
use super::{COLUMNS, Pair, Plane, ROWS, Strip};

/// Makes the numbers of every column for the rows from `top`.
pub(super) fn down(from: Plane<'_>, filter: &Filter, top: usize, pairs: &mut [Pair]) {
    for left in (0..from.width).step_by(COLUMNS) {
        let columns = COLUMNS.min(from.width - left);
        for row in 0..ROWS {
            let (start, weights) = filter.down(top + row);
            let mut sums = [0i16; COLUMNS];
            for (y, [first, second, ..]) in (start..).step_by(2).zip(weights) {
                let upper = &from.row(y)[left..][..columns];
                let lower = &from.row(y + 1)[left..][..columns];
                for ((sum, upper), lower) in sums.iter_mut().zip(upper).zip(lower) {
                    // Two bytes by two weights that add up to less than 128 in all that is ever made.
                    let both = i16::from(*first) * i16::from(*upper);
                    *sum = sum.saturating_add(both.saturating_add(i16::from(*second) * i16::from(*lower)));
                }
            }
            let mut missing = [0i16; COLUMNS];
            for (y, [first, second, ..]) in (start..).step_by(2).zip(filter.fine(top + row)) {
                let upper = &from.row(y)[left..][..columns];
                let lower = &from.row(y + 1)[left..][..columns];
                for ((sum, upper), lower) in missing.iter_mut().zip(upper).zip(lower) {
                    let both = i16::from(*first) * i16::from(*upper);
                    *sum = sum.saturating_add(both.saturating_add(i16::from(*second) * i16::from(*lower)));
                }
            }
            for (sum, missing) in sums.iter_mut().zip(missing) {
                *sum = sum.saturating_add(missing.saturating_add(FINE / 2) >> FINE_BITS);
            }
            let (sums, _) = sums.as_chunks::<2>();
            for (pair, sums) in pairs[left / 2..].iter_mut().zip(sums) {
                pair[row] = *sums;
            }
        }
    }
}

/// Makes bytes of the numbers of all columns.
pub(super) fn across(pairs: &[Pair], filter: &Filter, strip: &mut Strip<'_>) {
    for x in 0..filter.key.to {
        let (start, weights) = filter.across(x);
        let mut sums = [1 << (BOTH_BITS - 1); ROWS];
        for (pair, [first, second]) in pairs[start / 2..].iter().zip(weights) {
            for (sum, [left, right]) in sums.iter_mut().zip(pair) {
                *sum += i32::from(*first) * i32::from(*left) + i32::from(*second) * i32::from(*right);
            }
        }
        for (row, sum) in sums.iter().enumerate().take(strip.rows) {
            strip.bytes[row * strip.stride + x] = (sum >> BOTH_BITS).clamp(0, 255) as u8;
        }
    }
}
