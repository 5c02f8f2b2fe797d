//! IPTC-IIM: the words press agencies and Photoshop put beside a picture, kept among Photoshop's resources in APP13
//! (IPTC-NAA Information Interchange Model 4.2; Adobe Photoshop File Formats, image resource blocks).

use super::text;

const SIGNATURE: &[u8] = b"Photoshop 3.0\0";
const IPTC_RESOURCE: u16 = 0x0404;
/// Resources may go on over several segments; more than this is no longer about words.
const MAX_BYTES: usize = 1 << 20;
const TAG_MARKER: u8 = 0x1c;

/// What the two datasets say.
#[derive(Debug, Default)]
pub(super) struct Iptc {
    pub(super) by_line: Option<String>,
    pub(super) copyright: Option<String>,
}

/// Adds the resources of one APP13 payload, if it is Photoshop's.
pub(super) fn gather(resources: &mut Vec<u8>, app13: &[u8]) {
    if let Some(part) = app13.strip_prefix(SIGNATURE)
        && resources.len() + part.len() <= MAX_BYTES
    {
        resources.extend_from_slice(part);
    }
}

/// Reads the datasets of all IPTC resources, up to the first that is broken.
pub(super) fn read(resources: &[u8]) -> Iptc {
    let (mut by_lines, mut copyright) = (Vec::new(), None);
    let blocks = Resources { rest: resources };
    for dataset in blocks.flat_map(|block| Datasets { rest: block }) {
        match dataset.key {
            (2, 80) => by_lines.push(text::decode(dataset.value)),
            (2, 116) => copyright = copyright.or_else(|| text::plain(&text::decode(dataset.value))),
            _ => {}
        }
    }
    Iptc { by_line: text::list(by_lines.iter().map(String::as_str)), copyright }
}

/// The contents of the IPTC resources.
struct Resources<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Resources<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        loop {
            // Signature, number, name (its length, then text, together even), length, content (padded to even).
            let rest = self.rest.strip_prefix(b"8BIM")?;
            let (id, rest) = rest.split_first_chunk::<2>()?;
            let name_bytes = usize::from(*rest.first()?) + 1;
            let rest = rest.get(name_bytes.next_multiple_of(2)..)?;
            let (length, rest) = rest.split_first_chunk::<4>()?;
            let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
            let content = rest.get(..length)?;
            self.rest = rest.get(length.checked_next_multiple_of(2)?..).unwrap_or_default();
            if u16::from_be_bytes(*id) == IPTC_RESOURCE {
                return Some(content);
            }
        }
    }
}

struct Dataset<'a> {
    /// Record and dataset number.
    key: (u8, u8),
    value: &'a [u8],
}

struct Datasets<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Datasets<'a> {
    type Item = Dataset<'a>;

    fn next(&mut self) -> Option<Dataset<'a>> {
        let &[TAG_MARKER, record, number, high, low, ref rest @ ..] = self.rest else {
            return None;
        };
        let mut length = usize::from(u16::from_be_bytes([high, low]));
        let mut rest = rest;
        if length & 0x8000 != 0 {
            // Extended: the number of bytes the length itself takes, then the length.
            let (digits, after) = rest.split_at_checked(length & 0x7fff)?;
            if digits.len() > 4 {
                return None;
            }
            length = digits.iter().fold(0, |sum, &digit| sum << 8 | usize::from(digit));
            rest = after;
        }
        let (value, rest) = rest.split_at_checked(length)?;
        self.rest = rest;
        Some(Dataset { key: (record, number), value })
    }
}
