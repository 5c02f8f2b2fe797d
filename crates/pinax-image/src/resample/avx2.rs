//! The two passes for processors with AVX2, which nearly all since 2013 have.
//!
//! All unsafe code of this crate is here: calls made after asking the processor, and reads and writes of
//! whole arrays.
#![expect(unsafe_code, reason = "vector loads and stores, and the call of a function for a certain processor")]

use std::arch::x86_64::{
    __m256i, _MM_HINT_T0, _MM_HINT_T1, _mm_prefetch, _mm256_add_epi32, _mm256_adds_epi16, _mm256_loadu_si256,
    _mm256_madd_epi16, _mm256_maddubs_epi16, _mm256_packs_epi32, _mm256_packus_epi16, _mm256_permute2x128_si256,
    _mm256_set1_epi16, _mm256_set1_epi32, _mm256_setr_epi8, _mm256_setzero_si256, _mm256_shuffle_epi8,
    _mm256_srai_epi16, _mm256_srai_epi32, _mm256_storeu_si256, _mm256_unpackhi_epi8, _mm256_unpackhi_epi16,
    _mm256_unpackhi_epi32, _mm256_unpackhi_epi64, _mm256_unpacklo_epi8, _mm256_unpacklo_epi16, _mm256_unpacklo_epi32,
    _mm256_unpacklo_epi64,
};

use super::filter::{BOTH_BITS, FINE, FINE_BITS, Filter};
use super::{COLUMNS, Pair, Plane, ROWS, RowPair, Strip, Work};

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
        11 => down::<11>,
        _ => down::<ANY>,
    };
    let across = match work.across.taps / 2 {
        4 => across::<4>,
        5 => across::<5>,
        6 => across::<6>,
        7 => across::<7>,
        8 => across::<8>,
        11 => across::<11>,
        _ => across::<ANY>,
    };
    let mut columns = [_mm256_setzero_si256(); ACROSS];
    let mut between = Between { rows: work.rows, lines: [[_mm256_setzero_si256(); 8]; 4] };
    for (top, bytes) in (0..height).step_by(ROWS).zip(bytes.chunks_mut(stride * ROWS)) {
        let mut strip = Strip { rows: ROWS.min(height - top), stride, bytes };
        let mut ahead = Ahead::new(from, work.down, top);
        let mut made = 0;
        for left in (0..from.width).step_by(COLUMNS) {
            ahead.fetch();
            let pairs = &mut work.pairs[left / 2..][..COLUMNS / 2];
            down(from, work.down, (left, top), &mut between, pairs);
            // As far as that goes, while it is at hand.
            let ready = if left + COLUMNS < from.width { left + COLUMNS } else { usize::MAX };
            while made < work.across.key.to && work.across.end(made + ACROSS - 1) <= ready {
                across(work.pairs, work.across, made, &mut columns, &mut strip);
                made += ACROSS;
            }
        }
    }
}

/// Stands for any number of pairs of weights.
const ANY: usize = 0;

/// The same weights; their number is known where it is not [`ANY`].
#[inline(always)]
fn counted<const PAIRS: usize, W>(weights: &[W]) -> &[W] {
    if PAIRS == ANY { weights } else { &weights[..PAIRS] }
}

/// What is kept of some columns on the way down.
struct Between<'a> {
    rows: &'a mut Vec<RowPair>,
    /// Numbers of half the rows of a strip, not yet by columns.
    lines: [[__m256i; 8]; 4],
}

/// The numbers of some columns from `left` on, for the strip of rows from `top` on.
#[target_feature(enable = "avx2")]
fn down<const PAIRS: usize>(
    from: Plane<'_>,
    filter: &Filter,
    (left, top): (usize, usize),
    Between { rows, lines }: &mut Between<'_>,
    pairs: &mut [Pair],
) {
    let first = filter.starts[top];
    let count = (filter.end(top + ROWS - 1) - first) / 2;
    if rows.len() < count {
        rows.resize(count, RowPair::default());
    }
    let rows = &mut rows[..count];
    for (y, row) in (first..).step_by(2).zip(rows.iter_mut()) {
        pair_up(from, y, left, row);
    }
    for half in 0..2 {
        for row in 0..8 {
            let (start, weights) = filter.down(top + half * 8 + row);
            let weights = counted::<PAIRS, _>(weights);
            let rows = &rows[(start - first) / 2..][..weights.len()];
            let mut sums = line(rows, weights);
            let fine = filter.fine(top + half * 8 + row);
            if !fine.is_empty() {
                for (sum, missing) in sums.iter_mut().zip(line(rows, fine)) {
                    let rounded = _mm256_adds_epi16(missing, _mm256_set1_epi16(FINE / 2));
                    *sum = _mm256_adds_epi16(*sum, _mm256_srai_epi16::<FINE_BITS>(rounded));
                }
            }
            for (lines, sum) in lines.iter_mut().zip(&sums) {
                lines[row] = *sum;
            }
        }
        for (lines, places) in lines.iter().zip(&PLACES) {
            let turned = turned(lines);
            for (numbers, place) in turned.iter().zip(places) {
                store(&mut pairs[*place].as_chunks_mut().0[half], *numbers);
            }
        }
    }
}

/// Which pairs of columns stand where in the vectors of a [`RowPair`]: they were paired within 16 bytes.
const PLACES: [[usize; 8]; 4] = [
    [0, 1, 2, 3, 8, 9, 10, 11],
    [4, 5, 6, 7, 12, 13, 14, 15],
    [16, 17, 18, 19, 24, 25, 26, 27],
    [20, 21, 22, 23, 28, 29, 30, 31],
];

/// One row of the target: numbers of all columns, in the order of [`PLACES`].
#[target_feature(enable = "avx2")]
#[inline]
fn line(rows: &[RowPair], weights: &[[i8; 4]]) -> [__m256i; 4] {
    let mut sums = [_mm256_setzero_si256(); 4];
    for (samples, weight) in rows.iter().zip(weights) {
        let [a, b, c, d] = *weight;
        let weight = _mm256_set1_epi32(i32::from_le_bytes([
            a.cast_unsigned(),
            b.cast_unsigned(),
            c.cast_unsigned(),
            d.cast_unsigned(),
        ]));
        for (sum, samples) in sums.iter_mut().zip(samples) {
            *sum = _mm256_adds_epi16(*sum, _mm256_maddubs_epi16(load(samples), weight));
        }
    }
    sums
}

/// Rows `y` and `y + 1` from column `left` on, sample beside sample.
#[target_feature(enable = "avx2")]
#[inline]
fn pair_up(from: Plane<'_>, y: usize, left: usize, row: &mut RowPair) {
    let (upper, lower) = (some(from, y, left), some(from, y + 1, left));
    for (half, (upper, lower)) in row.as_chunks_mut::<2>().0.iter_mut().zip(upper.into_iter().zip(lower)) {
        store(&mut half[0], _mm256_unpacklo_epi8(upper, lower));
        store(&mut half[1], _mm256_unpackhi_epi8(upper, lower));
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
            _mm_prefetch::<_MM_HINT_T1>(line.as_ptr().cast());
        }
    }
}

/// Columns made at a time on the way across, as many as rows.
const ACROSS: usize = 16;

/// Sixteen target columns from `left` on, by way of `columns`.
#[target_feature(enable = "avx2")]
fn across<const PAIRS: usize>(
    pairs: &[Pair],
    filter: &Filter,
    left: usize,
    columns: &mut [__m256i; ACROSS],
    strip: &mut Strip<'_>,
) {
    let width = filter.key.to;
    if left.is_multiple_of(LINE) {
        // What is soon to be written is asked for as well.
        for line in strip.bytes.iter().skip(left + 2 * LINE).step_by(strip.stride).take(strip.rows) {
            _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(line).cast());
        }
    }
    let count = if PAIRS == ANY { filter.taps / 2 } else { PAIRS };
    let starts = &filter.starts[left..][..ACROSS];
    let weights = filter.across[left * count..][..ACROSS * count].chunks_exact(count);
    for ((numbers, start), weights) in columns.iter_mut().zip(starts).zip(weights) {
        *numbers = column(&pairs[start / 2..][..count], weights);
    }
    let (left_half, right_half) = columns.split_at(8);
    let rows = joined(&by_rows(left_half), &by_rows(right_half));
    for (bytes, row) in rows.iter().zip(ORDER).filter(|(_, row)| *row < strip.rows) {
        let target = &mut strip.bytes[row * strip.stride..][left..width];
        match target.first_chunk_mut() {
            Some(target) => *target = *bytes,
            None => target.copy_from_slice(&bytes[..target.len()]),
        }
    }
}

/// The order in which [`by_rows`] and [`joined`] leave the rows.
const ORDER: [usize; ROWS] = [0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15];

/// The sixteen rows of a target column, in 16 bits: rows 0 to 3, 8 to 11, 4 to 7, 12 to 15.
#[target_feature(enable = "avx2")]
#[inline]
fn column(pairs: &[Pair], weights: &[[i16; 2]]) -> __m256i {
    const SHIFT: i32 = BOTH_BITS as i32;
    let mut sums = [_mm256_set1_epi32(1 << (SHIFT - 1)); 2];
    for (pair, weight) in pairs.iter().zip(weights) {
        let halves = pair.as_chunks::<8>().0;
        let weight = both(*weight);
        sums[0] = _mm256_add_epi32(sums[0], _mm256_madd_epi16(load(&halves[0]), weight));
        sums[1] = _mm256_add_epi32(sums[1], _mm256_madd_epi16(load(&halves[1]), weight));
    }
    _mm256_packs_epi32(_mm256_srai_epi32::<SHIFT>(sums[0]), _mm256_srai_epi32::<SHIFT>(sums[1]))
}

/// From eight columns to sixteen rows of eight bytes; what is no byte becomes the nearest.
#[target_feature(enable = "avx2")]
#[inline]
fn by_rows(columns: &[__m256i]) -> [__m256i; 4] {
    let two = |at: usize| {
        let beside = _mm256_setr_epi8(
            0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15, 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15,
        );
        _mm256_shuffle_epi8(_mm256_packus_epi16(columns[at], columns[at + 1]), beside)
    };
    let four = |at: usize| {
        let (left, right) = (two(at), two(at + 2));
        (_mm256_unpacklo_epi16(left, right), _mm256_unpackhi_epi16(left, right))
    };
    let (left, right) = (four(0), four(4));
    // Rows 0 1 | 4 5, then 2 3 | 6 7, and so on from 8.
    [
        _mm256_unpacklo_epi32(left.0, right.0),
        _mm256_unpackhi_epi32(left.0, right.0),
        _mm256_unpacklo_epi32(left.1, right.1),
        _mm256_unpackhi_epi32(left.1, right.1),
    ]
}

/// From rows of eight bytes, and the eight to their right, to rows of sixteen.
#[target_feature(enable = "avx2")]
#[inline]
fn joined(left: &[__m256i; 4], right: &[__m256i; 4]) -> [[u8; ACROSS]; ROWS] {
    let mut rows = [[0u8; ACROSS]; ROWS];
    let by_two = rows.as_chunks_mut::<2>().0;
    for (at, (left, right)) in left.iter().zip(right).enumerate() {
        store(&mut by_two[2 * at], _mm256_unpacklo_epi64(*left, *right));
        store(&mut by_two[2 * at + 1], _mm256_unpackhi_epi64(*left, *right));
    }
    rows
}

/// Exchanges rows and columns of eight by eight 32-bit numbers.
#[target_feature(enable = "avx2")]
#[inline]
fn turned(rows: &[__m256i; 8]) -> [__m256i; 8] {
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

/// The samples of row `y`, or of the last one, from column `left` on. Beyond the end of the row they may be
/// anything: no weight but 0 falls there.
#[target_feature(enable = "avx2")]
#[inline]
fn some(from: Plane<'_>, y: usize, left: usize) -> [__m256i; 2] {
    let rest = from.bytes.get(y.min(from.height - 1) * from.stride + left..).unwrap_or_default();
    // Not copied before it is loaded: reading what was just written in parts would wait for it.
    match rest.first_chunk::<COLUMNS>() {
        Some(bytes) => both_halves(bytes),
        None => both_halves(&last_of(rest)),
    }
}

#[target_feature(enable = "avx2")]
#[inline]
fn both_halves(bytes: &[u8; COLUMNS]) -> [__m256i; 2] {
    let halves = bytes.as_chunks::<32>().0;
    [load(&halves[0]), load(&halves[1])]
}

#[cold]
fn last_of(rest: &[u8]) -> [u8; COLUMNS] {
    std::array::from_fn(|index| rest.get(index).copied().unwrap_or(0))
}

/// An array of numbers that fills a vector, whatever their kind.
trait Whole {}
impl Whole for [u8; 32] {}
impl Whole for [[u8; 16]; 2] {}
impl Whole for [[i16; 2]; 8] {}

#[target_feature(enable = "avx2")]
#[inline]
fn load<W: Whole>(numbers: &W) -> __m256i {
    const { assert!(size_of::<W>() == 32) };
    // SAFETY: 32 bytes of plain numbers, at any address.
    unsafe { _mm256_loadu_si256(std::ptr::from_ref(numbers).cast()) }
}

#[target_feature(enable = "avx2")]
#[inline]
fn store<W: Whole>(numbers: &mut W, what: __m256i) {
    const { assert!(size_of::<W>() == 32) };
    // SAFETY: 32 bytes of plain numbers, at any address.
    unsafe { _mm256_storeu_si256(std::ptr::from_mut(numbers).cast(), what) }
}
