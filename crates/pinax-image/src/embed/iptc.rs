//! The IPTC-IIM of a rendition, for readers that know no XMP. A text that is longer than its dataset may be is left
//! out, since half a name is another name (IPTC-NAA Information Interchange Model 4.2).

use super::{Embed, people};

pub(super) const SIGNATURE: &[u8] = b"Photoshop 3.0\0";

/// Most bytes of object name (2:05), by-line (2:80) and copyright notice (2:116).
const OBJECT_NAME_BYTES: usize = 64;
const BY_LINE_BYTES: usize = 32;
const COPYRIGHT_BYTES: usize = 128;

/// The Photoshop resources with the datasets; empty when there is nothing to say.
pub(super) fn resources(what: &Embed) -> Vec<u8> {
    let fits = |text: &&str, most: usize| text.len() <= most;
    let mut words: Vec<(u8, &str)> = Vec::new();
    words.extend(what.catalog_number.as_deref().filter(|text| fits(text, OBJECT_NAME_BYTES)).map(|text| (5, text)));
    if let Some(creator) = &what.creator
        && people(creator).all(|name| fits(&name, BY_LINE_BYTES))
    {
        words.extend(people(creator).map(|name| (80, name)));
    }
    words.extend(what.copyright.as_deref().filter(|text| fits(text, COPYRIGHT_BYTES)).map(|text| (116, text)));
    if words.is_empty() {
        return Vec::new();
    }
    // What follows is UTF-8; and it is version 4 of the model.
    let mut datasets = dataset(1, 90, b"\x1b%G");
    datasets.extend(dataset(2, 0, &[0, 4]));
    words.iter().for_each(|(number, text)| datasets.extend(dataset(2, *number, text.as_bytes())));
    let mut resource = b"8BIM\x04\x04\0\0".to_vec();
    resource.extend(u32::try_from(datasets.len()).expect("short texts").to_be_bytes());
    resource.extend(&datasets);
    resource.resize(resource.len().next_multiple_of(2), 0);
    resource
}

fn dataset(record: u8, number: u8, value: &[u8]) -> Vec<u8> {
    let length = u16::try_from(value.len()).expect("short texts").to_be_bytes();
    [&[0x1c, record, number], &length[..], value].concat()
}
