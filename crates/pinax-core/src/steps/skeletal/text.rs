//! Bytes -> text.

use std::borrow::Cow;

use crate::nouns::reason::Reason;

use super::unusable;

/// What Windows-1252 has at 0x80 to 0x9F; the five that are not assigned stay control characters, which no value may
/// hold.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The text of a file: by its byte order mark (UTF-8, UTF-16), else UTF-8, else Windows-1252 for the whole file.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Reason> {
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => Cow::Owned(utf_16(rest, u16::from_le_bytes)?),
        [0xfe, 0xff, rest @ ..] => Cow::Owned(utf_16(rest, u16::from_be_bytes)?),
        [0xef, 0xbb, 0xbf, rest @ ..] => Cow::Borrowed(std::str::from_utf8(rest).map_err(|error| {
            let line = 1 + rest[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
            unusable(format!("the file says that it is UTF-8, but line {line} is not"))
                .hint("save it again as UTF-8 with the program it was made with")
        })?),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) if bytes.contains(&0) => return Err(no_text()),
            Err(_) => Cow::Owned(bytes.iter().copied().map(windows_1252).collect()),
        },
    };
    if text.contains('\0') { Err(no_text()) } else { Ok(text) }
}

fn no_text() -> Reason {
    unusable("the file holds NUL bytes: it is no text, or its encoding is not told")
        .hint("save the table as CSV in UTF-8; a spreadsheet itself (.xlsx, .ods) cannot be read")
}

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9f => WINDOWS_1252[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Reason> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let broken = || unusable("the file begins as UTF-16, but is damaged").hint("save it again as UTF-8");
    if !rest.is_empty() {
        return Err(broken());
    }
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect::<Result<String, _>>().map_err(|_| broken())
}
