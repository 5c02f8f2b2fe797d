//! A source image: one file as a source knows it, by a locator and a fingerprint.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use serde::{Deserialize, Serialize};

use super::checksum::Sha256Sum;
use super::error::{Error, ErrorKind, Result};

/// The name by which a source finds a file again, as bytes: for a folder, the path below its root with `/` between
/// the parts. File systems allow names that are not text, so this is not a `String`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Locator(Vec<u8>);

impl Locator {
    /// Takes the bytes as they are.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// The bytes as the source gave them.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The path without its last part; empty at the root of the source.
    #[must_use]
    pub fn folder(&self) -> &[u8] {
        self.0.iter().rposition(|byte| *byte == b'/').map_or(&[], |slash| &self.0[..slash])
    }

    /// The last part of the path, as bytes.
    #[must_use]
    pub fn file_name(&self) -> &[u8] {
        self.0.rsplit(|byte| *byte == b'/').next().unwrap_or(&self.0)
    }

    /// The last part of the path, if it is UTF-8.
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`] when the name is not UTF-8.
    pub fn file_name_text(&self) -> Result<&str> {
        std::str::from_utf8(self.file_name())
            .map_err(|_| Error::new(ErrorKind::Corrupt, "the file name is not UTF-8").hint("rename the file"))
    }

    /// The extension in lower case, without the dot; empty when there is none.
    #[must_use]
    pub fn extension(&self) -> String {
        let name = self.file_name();
        match name.iter().rposition(|byte| *byte == b'.') {
            Some(dot) if dot > 0 => String::from_utf8_lossy(&name[dot + 1..]).to_ascii_lowercase(),
            _ => String::new(),
        }
    }

    /// Reads back what [`Display`](fmt::Display) wrote.
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`] when a `\` is not followed by a known escape.
    pub fn from_shown(text: &str) -> Result<Self> {
        let wrong = || Error::new(ErrorKind::Corrupt, format!("`{text}` holds an unknown escape"));
        let mut bytes = Vec::with_capacity(text.len());
        let mut rest = text.bytes();
        while let Some(byte) = rest.next() {
            if byte != b'\\' {
                bytes.push(byte);
                continue;
            }
            match rest.next().ok_or_else(wrong)? {
                b'\\' => bytes.push(b'\\'),
                b'n' => bytes.push(b'\n'),
                b'r' => bytes.push(b'\r'),
                b't' => bytes.push(b'\t'),
                b'x' => {
                    let mut digit = || {
                        let digit = (rest.next()? as char).to_digit(16)?;
                        u8::try_from(digit).ok()
                    };
                    let high = digit().ok_or_else(wrong)?;
                    bytes.push(high << 4 | digit().ok_or_else(wrong)?);
                }
                _ => return Err(wrong()),
            }
        }
        Ok(Self(bytes))
    }
}

/// The locator for people, on one line: bytes that are not text and control characters are written as `\xNN`, `\n`,
/// `\r`, `\t`, and `\` itself as `\\`. Nothing is lost: [`Locator::from_shown`] reads it back.
impl fmt::Display for Locator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            for character in chunk.valid().chars() {
                match character {
                    '\\' => f.write_str("\\\\")?,
                    '\n' => f.write_str("\\n")?,
                    '\r' => f.write_str("\\r")?,
                    '\t' => f.write_str("\\t")?,
                    c if c.is_control() => {
                        let mut buffer = [0; 4];
                        for byte in c.encode_utf8(&mut buffer).bytes() {
                            write!(f, "\\x{byte:02x}")?;
                        }
                    }
                    c => f.write_char(c)?,
                }
            }
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Locator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Locator({self})")
    }
}

/// What tells, without reading a file, that it is the one we know. What a source does not say is 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fingerprint {
    /// Length in bytes.
    pub size_bytes: u64,
    /// Time of the last change, nanoseconds since 1970 (UTC).
    pub modified_ns: i64,
    /// Stands for what else the source says of the content: a sum, an ETag, a revision. See [`tag_of`](Self::tag_of).
    #[serde(default)]
    pub tag: u64,
}

impl Fingerprint {
    /// Of a file whose size and time of change are known.
    #[must_use]
    pub fn of_file(size_bytes: u64, modified_ns: i64) -> Self {
        Self { size_bytes, modified_ns, tag: 0 }
    }

    /// The tag that stands for a text: the first eight bytes of its SHA-256, never 0.
    #[must_use]
    pub fn tag_of(text: &str) -> u64 {
        let mut first = [0; 8];
        first.copy_from_slice(&Sha256Sum::of(text.as_bytes()).0[..8]);
        u64::from_be_bytes(first).max(1)
    }
}

/// What a source says of a picture beside its name: a table that maps pictures to specimens, or a harvested service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceStatement {
    /// The number the picture belongs to, before it is looked at as a catalog number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalog_number: Option<String>,
    /// Addresses and words for the portal row, by media column (`originalUrl`, `thumbnailUrl`, `creator`, …).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub media: BTreeMap<String, String>,
}

/// One file as a source lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceImage {
    /// Where the source finds it.
    pub locator: Locator,
    /// Its size and time when it was listed.
    pub fingerprint: Fingerprint,
    /// What the source says of it; most say nothing.
    pub statement: Option<Box<SourceStatement>>,
}

impl SourceImage {
    /// A file of which nothing but its name and fingerprint is said.
    #[must_use]
    pub fn new(locator: Locator, fingerprint: Fingerprint) -> Self {
        Self { locator, fingerprint, statement: None }
    }
}

#[cfg(test)]
mod tests {
    use super::Locator;

    #[test]
    fn shown_names_are_one_line_and_read_back() {
        for bytes in [
            &b"a/b.jpg"[..],
            b"a\\b\nc\r\t.jpg",
            b"\xff\xfe.jpg",
            "ü bjørk 植物 %2F+#.jpg".as_bytes(),
            b"\x00\x7f\x1b[31m.jpg",
            "\u{85}\u{9b}.jpg".as_bytes(),
        ] {
            let locator = Locator::new(bytes);
            let shown = locator.to_string();
            assert!(!shown.chars().any(char::is_control), "{shown}");
            assert_eq!(Locator::from_shown(&shown).unwrap(), locator);
        }
        assert!(Locator::from_shown("a\\q").is_err());
        assert!(Locator::from_shown("a\\x4").is_err());
    }

    #[test]
    fn extension_is_what_follows_the_last_dot() {
        assert_eq!(Locator::new("a.b/C.JPG").extension(), "jpg");
        assert_eq!(Locator::new("a.b/C").extension(), "");
        assert_eq!(Locator::new(".jpg").extension(), "");
    }
}
