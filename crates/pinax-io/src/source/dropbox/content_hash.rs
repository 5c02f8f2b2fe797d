//! Dropbox's content hash: the SHA-256 of the SHA-256s of a file's blocks of 4 MiB; and JSON as it may stand in a header.

use std::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

const BLOCK_BYTES: usize = 4 << 20;

/// The content hash of a file, in hexadecimal.
pub(super) fn content_hash(bytes: &[u8]) -> String {
    let mut whole = Sha256::new();
    for block in bytes.chunks(BLOCK_BYTES) {
        whole.update(Sha256::digest(block));
    }
    whole.finalize().iter().fold(String::new(), |mut text, byte| {
        // Writing to a text does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// JSON of ASCII alone: what is not, and DEL, is escaped.
pub(super) fn ascii_json(value: &Value) -> String {
    let mut ascii = String::new();
    for c in value.to_string().chars() {
        if c.is_ascii() && c != '\u{7f}' {
            ascii.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _ = write!(ascii, "\\u{unit:04x}");
        }
    }
    ascii
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{ascii_json, content_hash};

    #[test]
    fn hashes_are_those_of_blocks() {
        // Computed apart, with Python's hashlib.
        for (length, wanted) in [
            (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (1, "bf5d3affb73efd2ec6c36ad3112dd933efed63c4e1cbffcfa88e2759c144f2d8"),
            (4 << 20, "907a506cf5e706bda5c7a29b43c9c65d8344bd2fa2f22339b359c214812af5a1"),
            ((4 << 20) + 1, "5f858b62ccd88447586305aec6fd53c96747cfebf527cbba129a6dfed47d9624"),
            (9_000_000, "275f9b59e40053bfd6a43d5ccb466ad815c13a054a7bf970d85c8ff28fc4a8fd"),
        ] {
            assert_eq!(content_hash(&vec![b'a'; length]), wanted, "{length}");
        }
    }

    #[test]
    fn headers_hold_ascii_alone() {
        let value = json!({"path": "/a \u{7f} \u{fc} \u{690d}\u{7269} \u{1f33f} \" \\ \n#%+'.jpg"});
        let text = ascii_json(&value);
        assert!(text.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{text}");
        assert!(text.contains(r"\u007f \u00fc \u690d\u7269 \ud83c\udf3f"), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }
}
