//! Text as it stands in files: of unsure encoding, padded with blanks, broken over lines.

/// 0x80 to 0x9f in Windows-1252; Latin-1 has control characters there, which nobody means.
const WINDOWS: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";

/// UTF-8; what is not, is Latin-1 as Windows writes it.
pub(super) fn decode(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|&byte| latin(byte)).collect(),
    }
}

fn latin(byte: u8) -> char {
    match byte {
        0x80..=0x9f => WINDOWS.chars().nth(usize::from(byte - 0x80)).unwrap_or(' '),
        _ => char::from(byte),
    }
}

/// On one line: control characters and runs of white space become one space. `None` when nothing is left.
pub(crate) fn plain(text: &str) -> Option<String> {
    let mut words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let mut line = words.next()?.to_owned();
    for word in words {
        line.push(' ');
        line.push_str(word);
    }
    Some(line)
}

/// All that say something, joined as a list of people is written.
pub(super) fn list<'a>(texts: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let mut lines: Vec<String> = texts.into_iter().filter_map(plain).collect();
    lines.dedup();
    (!lines.is_empty()).then(|| lines.join("; "))
}

/// The first `most` of them, decoded and joined.
pub(super) fn first(texts: &[Vec<u8>], most: usize) -> Option<String> {
    let texts: Vec<String> = texts.iter().take(most).map(|bytes| decode(bytes)).collect();
    list(texts.iter().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::{decode, list, plain};

    #[test]
    fn what_is_not_utf_8_is_latin() {
        assert_eq!(decode("Bjørk 植物".as_bytes()), "Bjørk 植物");
        assert_eq!(decode(b"Bj\xf8rk \x96 \x8eary"), "Bjørk – Žary");
    }

    #[test]
    fn one_line_without_control_characters() {
        assert_eq!(plain(" a\r\n\tb\0\u{1b}c\u{85}\u{a0} ").as_deref(), Some("a b c"));
        assert_eq!(plain(" \0\n\u{3000}"), None);
        assert_eq!(list(["A", " ", "A", "B\n"]).as_deref(), Some("A; B"));
        assert_eq!(list([""]), None);
    }
}
