//! Keys in addresses.

/// Percent-encodes as signing wants it (RFC 3986: only letters, digits and `-._~` stay); `/` stays in paths.
pub(super) fn encode(text: &str, is_path: bool) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(byte)),
            b'/' if is_path => encoded.push('/'),
            _ => {
                const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
                encoded.push('%');
                encoded.push(char::from(DIGITS[usize::from(byte >> 4)]));
                encoded.push(char::from(DIGITS[usize::from(byte & 15)]));
            }
        }
    }
    encoded
}

/// Reads back what a listing encoded: there a space may be a `+`.
pub(super) fn decode(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn odd_names_are_read_back() {
        assert_eq!(encode("a b/+%#?~é植.jpg", true), "a%20b/%2B%25%23%3F~%C3%A9%E6%A4%8D.jpg");
        for name in ["a b/+%2F#?&=.jpg", "bjørk e\u{301} 植物", "line\nfeed\r\t'\"`$(x);<b>"] {
            assert_eq!(decode(&encode(name, false)).unwrap(), name);
        }
        assert_eq!(decode("a+b%2Bc").unwrap(), "a b+c");
        assert_eq!(decode("%ff"), None);
    }
}
