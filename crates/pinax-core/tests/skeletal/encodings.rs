//! Bytes -> text.

use crate::{refused, taken, value};

fn locality(bytes: &[u8]) -> String {
    let file = taken(bytes);
    assert_eq!(file.records.len(), 1);
    assert_eq!(file.refusals, []);
    value(&file.records[0], "locality").to_owned()
}

fn utf_16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(unit).collect()
}

#[test]
fn the_encoding_is_found() {
    let text = "catalogNumber,locality\nTST1,Bjørk å – “𝄞”\n";
    assert_eq!(locality(text.as_bytes()), "Bjørk å – “𝄞”");
    assert_eq!(locality(format!("\u{feff}{text}").as_bytes()), "Bjørk å – “𝄞”");
    assert_eq!(locality(&utf_16(text, u16::to_le_bytes)), "Bjørk å – “𝄞”");
    assert_eq!(locality(&utf_16(text, u16::to_be_bytes)), "Bjørk å – “𝄞”");
    assert_eq!(locality(b"catalogNumber,locality\nTST1,Bj\xf8rk \x96 \x93x\x94 \x80\n"), "Bjørk – “x” €");
}

#[test]
fn one_byte_that_is_no_utf_8_makes_the_whole_file_windows_1252() {
    assert_eq!(locality("catalogNumber,locality\nTST1,é \u{e9}".as_bytes()), "é é");
    assert_eq!(locality(b"catalogNumber,locality\nTST1,\xc3\xa9 \xe9"), "Ã© é");
}

#[test]
fn bytes_that_windows_1252_does_not_know_and_lost_letters_are_refused() {
    for bytes in [&b"catalogNumber,locality\nTST1,a\x81\xe9"[..], "catalogNumber,locality\nTST1,a\u{fffd}".as_bytes()] {
        let file = taken(bytes);
        assert_eq!(file.refusals.len(), 1, "{file:?}");
        assert_eq!(value(&file.records[0], "locality"), "-");
    }
}

#[test]
fn what_is_no_text_is_refused() {
    let without_mark = &utf_16("catalogNumber\nTST1\n", u16::to_le_bytes)[2..];
    let mut odd = utf_16("catalogNumber\nTST1\n", u16::to_le_bytes);
    odd.pop();
    for (bytes, says) in [
        (without_mark, "NUL"),
        (b"catalogNumber\nTST\0\n", "NUL"),
        (b"PK\x03\x04\x14\x00\x08\xff", "NUL"),
        (b"\xef\xbb\xbfcatalogNumber\nTST1\xe9\n", "line 2"),
        (&odd, "damaged"),
        (b"\xff\xfec\x00\x00\xd8", "damaged"),
        (b"\xff\xfec\x00\x00\x00", "NUL"),
    ] {
        let reason = refused(bytes);
        assert!(reason.message.contains(says) && reason.hint.is_some(), "{reason:?}");
    }
}
