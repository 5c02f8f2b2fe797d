//! The two passes for any processor. What they give is what the fast ones must give.

use super::filter::{Filter, WEIGHT_BITS};
use super::{BETWEEN_BITS, COLUMNS, Pair, Plane, ROWS, Strip};

/// Makes the eight numbers of every column for the rows from `top`.
pub(super) fn down(from: Plane<'_>, filter: &Filter, top: usize, pairs: &mut [Pair]) {
    const SHIFT: u32 = WEIGHT_BITS - BETWEEN_BITS;
    for left in (0..from.width).step_by(COLUMNS) {
        let columns = COLUMNS.min(from.width - left);
        for row in 0..ROWS {
            let (start, weights) = filter.sum(top + row);
            let mut sums = [1 << (SHIFT - 1); COLUMNS];
            for (y, [first, second]) in (start..).step_by(2).zip(weights) {
                let upper = &from.row(y)[left..][..columns];
                let lower = &from.row(y + 1)[left..][..columns];
                for ((sum, upper), lower) in sums.iter_mut().zip(upper).zip(lower) {
                    *sum += i32::from(*first) * i32::from(*upper) + i32::from(*second) * i32::from(*lower);
                }
            }
            let (sums, _) = sums.as_chunks::<2>();
            for (pair, sums) in pairs[left / 2..].iter_mut().zip(sums) {
                // At most 1.6 times a byte, shifted up by six bits.
                pair[row] = sums.map(|sum| (sum >> SHIFT) as i16);
            }
        }
    }
}

/// Makes bytes of the numbers of all columns.
pub(super) fn across(pairs: &[Pair], filter: &Filter, strip: &mut Strip<'_>) {
    const SHIFT: u32 = WEIGHT_BITS + BETWEEN_BITS;
    for x in 0..filter.key.to {
        let (start, weights) = filter.sum(x);
        let mut sums = [1 << (SHIFT - 1); ROWS];
        for (pair, [first, second]) in pairs[start / 2..].iter().zip(weights) {
            for (sum, [left, right]) in sums.iter_mut().zip(pair) {
                *sum += i32::from(*first) * i32::from(*left) + i32::from(*second) * i32::from(*right);
            }
        }
        for (row, sum) in sums.iter().enumerate().take(strip.rows) {
            strip.bytes[row * strip.stride + x] = (sum >> SHIFT).clamp(0, 255) as u8;
        }
    }
}
