//! A reader of Code 128 (ISO/IEC 15417), for bars that stand upright and in clear black.

use pinax_sheet::Picture;

/// Widths of bars and spaces by value; the last three begin a code in set A, B, C.
const PATTERNS: &str = "\
    212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 \
    113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 \
    212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 \
    113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 \
    314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 \
    241211 221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 \
    214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214 \
    211232";
const STOP: &str = "233111";
const CODE_C: usize = 99;
const CODE_B: usize = 100;

/// The text of the first barcode met from the top, with a right check character.
pub(crate) fn read(picture: &Picture) -> Option<String> {
    let row_bytes = picture.width_px as usize * 3;
    picture.rgb.chunks_exact(row_bytes).step_by(3).find_map(read_row)
}

fn read_row(row: &[u8]) -> Option<String> {
    let dark: Vec<bool> = row.iter().skip(1).step_by(3).map(|&green| green < 128).collect();
    let runs: Vec<&[bool]> = dark.chunk_by(|one, next| one == next).collect();
    let widths: Vec<usize> = runs.iter().map(|run| run.len()).collect();
    (0..runs.len()).filter(|&index| runs[index][0]).find_map(|index| read_code(&widths[index..]))
}

fn read_code(widths: &[usize]) -> Option<String> {
    let mut values = Vec::new();
    for symbol in widths.chunks_exact(6) {
        let pattern = modules(symbol);
        if pattern == STOP {
            return checked(&values);
        }
        let value = PATTERNS.split_whitespace().position(|known| known == pattern)?;
        if values.is_empty() && value < 104 {
            return None;
        }
        values.push(value);
    }
    None
}

/// The widths of six bars and spaces in modules, eleven in all (the stop has two more after it).
fn modules(symbol: &[usize]) -> String {
    let total: usize = symbol.iter().sum();
    symbol.iter().map(|width| ((width * 22 + total) / (total * 2)).to_string()).collect()
}

fn checked(values: &[usize]) -> Option<String> {
    let (&check, values) = values.split_last()?;
    let (&start, data) = values.split_first()?;
    let sum: usize = data.iter().enumerate().map(|(index, value)| (index + 1) * value).sum();
    if (start + sum) % 103 != check {
        return None;
    }
    let mut pairs = start == 105;
    let mut text = String::new();
    for &value in data {
        match (pairs, value) {
            (true, 0..=99) => text += &format!("{value:02}"),
            (true, CODE_B) => pairs = false,
            (false, CODE_C) => pairs = true,
            (false, 0..=94) => text.push(char::from(u8::try_from(value).ok()? + b' ')),
            _ => return None,
        }
    }
    Some(text)
}
