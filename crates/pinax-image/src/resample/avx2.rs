//! The two passes for processors with AVX2, which nearly all since 2013 have.
//!
//! All unsafe code of this crate is here: calls made after asking the processor, and reads and writes of
//! whole arrays.
#![expect(unsafe_code, reason = "vector loads and stores, and the call of a function for a certain processor")]

use std::arch::x86_64::{
    __m128i, __m256i, _MM_HINT_T1, _mm_loadu_si128, _mm_prefetch, _mm_unpackhi_epi8, _mm_unpacklo_epi8, _mm256_add_epi32, _mm256_cvtepu8_epi16,
    _mm256_loadu_si256, _mm256_madd_epi16, _mm256_packs_epi32, _mm256_packus_epi16, _mm256_permute2x128_si256,
    _mm256_set1_epi32, _mm256_setr_epi8, _mm256_shuffle_epi8, _mm256_srai_epi32, _mm256_storeu_si256,
    _mm256_unpackhi_epi32, _mm256_unpackhi_epi64, _mm256_unpacklo_epi32, _mm256_unpacklo_epi64,
};

use super::filter::{Filter, WEIGHT_BITS};
use super::{BETWEEN_BITS, COLUMNS, Pair, Plane, ROWS, RowPair, Strip, Work};

/// Whether the processor could do it.
pub(super) fn resample(work: &mut Work<'_>, from: Plane<'_>, stride: usize, height: usize, bytes: &mut [u8]) -> bool {
    let able = std::arch::is_x86_feature_detected!("avx2");
    if able {
        // SAFETY: the processor has AVX2.
        unsafe { passes(work, from, stride, height, bytes) };
    }
    able
}

#[target_feature(enable = "avx2")]
fn passes(work: &mut Work<'_>, from: Plane<'_>, stride: usize, height: usize, bytes: &mut [u8]) {
    // The common numbers of weights are known to the compiler, which then keeps no count of them.
    let down = match work.down.taps / 2 {
        4 => down::<4>,
        5 => down::<5>,
        6 => down::<6>,
        7 => down::<7>,
        8 => down::<8>,
        9 => down::<9>,
        _ => down::<ANY>,
    };
    let across = match work.across.taps / 2 {
        4 => across::<4>,
        5 => across::<5>,
        6 => across::<6>,
        7 => across::<7>,
        8 => across::<8>,
        9 => across::<9>,
        _ => across::<ANY>,
    };
    for (top, bytes) in (0..height).step_by(ROWS).zip(bytes.chunks_mut(stride * ROWS)) {
        let mut strip = Strip { rows: ROWS.min(height - top), stride, bytes };
        down(from, work.down, top, work.rows, work.pairs);
        across(work.pairs, work.across, &mut strip);
    }
}

/// Stands for any number of pairs of weights.
const ANY: usize = 0;

/// The same weights; their number is known where it is not [`ANY`].
#[inline(always)]
fn counted<const PAIRS: usize>(weights: &[[i16; 2]]) -> &[[i16; 2]] {
    if PAIRS == ANY { weights } else { &weights[..PAIRS] }
}

#[target_feature(enable = "avx2")]
fn down<const PAIRS: usize>(from: Plane<'_>, filter: &Filter, top: usize, rows: &mut Vec<RowPair>, pairs: &mut [Pair]) {
    let (first, _) = filter.sum(top);
    let (last, _) = filter.sum(top + ROWS - 1);
    let count = (last - first + filter.taps) / 2;
    if rows.len() < count {
        rows.resize(count, [0; 2 * COLUMNS]);
    }
    let rows = &mut rows[..count];
    let mut ahead = Ahead::new(from, filter, top);
    for (left, pairs) in (0..from.width).step_by(COLUMNS).zip(pairs.as_chunks_mut::<{ COLUMNS / 2 }>().0) {
        ahead.fetch();
        for (y, row) in (first..).step_by(2).zip(rows.iter_mut()) {
            pair_up(from, y, left, row);
        }
        let mut lines = [[_mm256_set1_epi32(0); ROWS]; 2];
        let [lefts, rights] = &mut lines;
        for (row, (left, right)) in lefts.iter_mut().zip(rights).enumerate() {
            let (start, weights) = filter.sum(top + row);
            let weights = counted::<PAIRS>(weights);
            let rows = &rows[(start - first) / 2..][..weights.len()];
            [*left, *right] = line(rows, weights);
        }
        let (left, right) = pairs.split_at_mut(COLUMNS / 4);
        for (pairs, lines) in [left, right].into_iter().zip(lines) {
            let turned = turned(lines);
            for (pair, from) in pairs.iter_mut().zip([0, 1, 4, 5, 2, 3, 6, 7]) {
                store(pair.as_flattened_mut().try_into().expect("eight rows of two"), turned[from]);
            }
        }
    }
}

/// The rows that the next strip needs and this one does not, asked for in the order in which they lie: there are more
/// of them than the processor would follow by itself.
struct Ahead<'a> {
    bytes: std::slice::Chunks<'a, u8>,
    at_a_time: usize,
}

/// Bytes that come from memory together.
const LINE: usize = 64;

impl<'a> Ahead<'a> {
    fn new(from: Plane<'a>, filter: &Filter, top: usize) -> Self {
        let end_of = |index: usize| {
            let index = index.min(filter.starts.len() - 1);
            (filter.starts[index] + filter.taps).min(from.height)
        };
        let (start, end) = (end_of(top + ROWS - 1), end_of(top + 2 * ROWS - 1));
        let bytes = from.bytes.get(start * from.stride..end * from.stride).unwrap_or_default();
        let lines = bytes.len().div_ceil(LINE);
        Self { bytes: bytes.chunks(LINE), at_a_time: lines.div_ceil(from.width.div_ceil(COLUMNS)) }
    }

    /// Asks for as much as falls to one step of columns.
    #[target_feature(enable = "avx2")]
    #[inline]
    fn fetch(&mut self) {
        for line in self.bytes.by_ref().take(self.at_a_time) {
            // SAFETY: it changes nothing but what is in the cache.
            unsafe { _mm_prefetch::<_MM_HINT_T1>(line.as_ptr().cast()) };
        }
    }
}

/// One row of the target: numbers of 16 columns, and of the next 16. By pairs, they stand in the order
/// 0 1 4 5 2 3 6 7.
#[target_feature(enable = "avx2")]
#[inline]
fn line(rows: &[RowPair], weights: &[[i16; 2]]) -> [__m256i; 2] {
    const SHIFT: i32 = (WEIGHT_BITS - BETWEEN_BITS) as i32;
    let mut sums = [_mm256_set1_epi32(1 << (SHIFT - 1)); 4];
    for (samples, weight) in rows.iter().zip(weights) {
        let weight = both(*weight);
        let quarters: &[[i16; 16]; 4] = samples.as_chunks().0.try_into().expect("four quarters");
        sums[0] = _mm256_add_epi32(sums[0], _mm256_madd_epi16(load(&quarters[0]), weight));
        sums[1] = _mm256_add_epi32(sums[1], _mm256_madd_epi16(load(&quarters[1]), weight));
        sums[2] = _mm256_add_epi32(sums[2], _mm256_madd_epi16(load(&quarters[2]), weight));
        sums[3] = _mm256_add_epi32(sums[3], _mm256_madd_epi16(load(&quarters[3]), weight));
    }
    let [a, b, c, d] = sums;
    let (a, b) = (_mm256_srai_epi32::<SHIFT>(a), _mm256_srai_epi32::<SHIFT>(b));
    let (c, d) = (_mm256_srai_epi32::<SHIFT>(c), _mm256_srai_epi32::<SHIFT>(d));
    [_mm256_packs_epi32(a, b), _mm256_packs_epi32(c, d)]
}

/// Rows `y` and `y + 1` from column `left` on, sample beside sample.
#[target_feature(enable = "avx2")]
#[inline]
fn pair_up(from: Plane<'_>, y: usize, left: usize, row: &mut RowPair) {
    let quarters: &mut [[i16; 16]; 4] = row.as_chunks_mut().0.try_into().expect("four quarters");
    for (half, left) in quarters.as_chunks_mut::<2>().0.iter_mut().zip([left, left + 16]) {
        let (upper, lower) = (sixteen(from, y, left), sixteen(from, y + 1, left));
        store(&mut half[0], _mm256_cvtepu8_epi16(_mm_unpacklo_epi8(upper, lower)));
        store(&mut half[1], _mm256_cvtepu8_epi16(_mm_unpackhi_epi8(upper, lower)));
    }
}

#[target_feature(enable = "avx2")]
fn across<const PAIRS: usize>(pairs: &[Pair], filter: &Filter, strip: &mut Strip<'_>) {
    let width = filter.key.to;
    for left in (0..width).step_by(8) {
        let mut columns = [_mm256_set1_epi32(0); 8];
        for (index, numbers) in columns.iter_mut().enumerate() {
            *numbers = column::<PAIRS>(pairs, filter, left + index);
        }
        let rows = bytes_by_rows(columns);
        for (row, bytes) in rows.iter().enumerate().take(strip.rows) {
            let target = &mut strip.bytes[row * strip.stride..][left..width];
            match target.first_chunk_mut() {
                Some(target) => *target = *bytes,
                None => target.copy_from_slice(&bytes[..target.len()]),
            }
        }
    }
}

/// The eight rows of target column `x`, not yet bytes.
#[target_feature(enable = "avx2")]
#[inline]
fn column<const PAIRS: usize>(pairs: &[Pair], filter: &Filter, x: usize) -> __m256i {
    const SHIFT: i32 = (WEIGHT_BITS + BETWEEN_BITS) as i32;
    let (start, weights) = filter.sum(x);
    let weights = counted::<PAIRS>(weights);
    let mut sum = _mm256_set1_epi32(1 << (SHIFT - 1));
    for (pair, weight) in pairs[start / 2..][..weights.len()].iter().zip(weights) {
        let samples = load(pair.as_flattened().try_into().expect("eight rows of two"));
        sum = _mm256_add_epi32(sum, _mm256_madd_epi16(samples, both(*weight)));
    }
    _mm256_srai_epi32::<SHIFT>(sum)
}

/// From eight columns of eight numbers to eight rows of eight bytes; what is no byte becomes the nearest.
#[target_feature(enable = "avx2")]
#[inline]
fn bytes_by_rows(columns: [__m256i; 8]) -> [[u8; 8]; ROWS] {
    // In each half: four rows of columns 0 to 3, column by column; then row by row.
    let four = |at: usize| {
        let (first, second) =
            (_mm256_packs_epi32(columns[at], columns[at + 1]), _mm256_packs_epi32(columns[at + 2], columns[at + 3]));
        let by_rows = _mm256_setr_epi8(
            0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15,
        );
        _mm256_shuffle_epi8(_mm256_packus_epi16(first, second), by_rows)
    };
    let (left, right) = (four(0), four(4));
    // Rows 0 1 | 4 5 and 2 3 | 6 7.
    let (upper, lower) = (_mm256_unpacklo_epi32(left, right), _mm256_unpackhi_epi32(left, right));
    let mut bytes = [[0i16; 16]; 2];
    store(&mut bytes[0], _mm256_permute2x128_si256::<0x20>(upper, lower));
    store(&mut bytes[1], _mm256_permute2x128_si256::<0x31>(upper, lower));
    // SAFETY: both are 64 bytes of plain numbers.
    unsafe { std::mem::transmute(bytes) }
}

/// Exchanges rows and columns of eight by eight 32-bit numbers.
#[target_feature(enable = "avx2")]
#[inline]
fn turned(rows: [__m256i; 8]) -> [__m256i; 8] {
    let two = |a: usize| (_mm256_unpacklo_epi32(rows[a], rows[a + 1]), _mm256_unpackhi_epi32(rows[a], rows[a + 1]));
    let (a, b, c, d) = (two(0), two(2), two(4), two(6));
    let four = |low: (__m256i, __m256i), high: (__m256i, __m256i)| {
        [
            _mm256_unpacklo_epi64(low.0, high.0),
            _mm256_unpackhi_epi64(low.0, high.0),
            _mm256_unpacklo_epi64(low.1, high.1),
            _mm256_unpackhi_epi64(low.1, high.1),
        ]
    };
    let (upper, lower) = (four(a, b), four(c, d));
    let mut out = [_mm256_set1_epi32(0); 8];
    for index in 0..4 {
        out[index] = _mm256_permute2x128_si256::<0x20>(upper[index], lower[index]);
        out[index + 4] = _mm256_permute2x128_si256::<0x31>(upper[index], lower[index]);
    }
    out
}

/// Both weights of a pair, in every place.
#[target_feature(enable = "avx2")]
#[inline]
fn both([first, second]: [i16; 2]) -> __m256i {
    _mm256_set1_epi32(i32::from(second) << 16 | i32::from(first) & 0xffff)
}

/// Sixteen samples of row `y`, or of the last one, from column `left` on. Beyond the end of the row they may be
/// anything: no weight but 0 falls there.
#[target_feature(enable = "avx2")]
#[inline]
fn sixteen(from: Plane<'_>, y: usize, left: usize) -> __m128i {
    let rest = from.bytes.get(y.min(from.height - 1) * from.stride + left..).unwrap_or_default();
    // Not copied before it is loaded: reading what was just written in parts would wait for it.
    match rest.first_chunk() {
        Some(bytes) => load_half(bytes),
        None => load_half(&last_of(rest)),
    }
}

#[target_feature(enable = "avx2")]
#[inline]
fn load_half(bytes: &[u8; 16]) -> __m128i {
    // SAFETY: 16 bytes, at any address.
    unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) }
}

#[cold]
fn last_of(rest: &[u8]) -> [u8; 16] {
    std::array::from_fn(|index| rest.get(index).copied().unwrap_or(0))
}

#[target_feature(enable = "avx2")]
#[inline]
fn load(numbers: &[i16; 16]) -> __m256i {
    // SAFETY: 32 bytes, at any address.
    unsafe { _mm256_loadu_si256(numbers.as_ptr().cast()) }
}

#[target_feature(enable = "avx2")]
#[inline]
fn store(numbers: &mut [i16; 16], what: __m256i) {
    // SAFETY: 32 bytes, at any address.
    unsafe { _mm256_storeu_si256(numbers.as_mut_ptr().cast(), what) }
}
