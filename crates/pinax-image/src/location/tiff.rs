//! Exif: directories of tagged values in the shape of TIFF 6.0. Values are overwritten where they lie and their entries
//! taken out of their directories; nothing else moves, since maker notes point at places of their own.

mod directory;
mod maker_note;

use std::ops::Range;

use self::directory::{Directory, Entry, Order};
use super::{Part, scrubbed};

const MAKE: u16 = 0x010f;
const SUB_DIRECTORIES: u16 = 0x014a;
const THUMBNAIL: u16 = 0x0201;
const THUMBNAIL_LENGTH: u16 = 0x0202;
const EXIF_DIRECTORY: u16 = 0x8769;
const GPS_DIRECTORY: u16 = 0x8825;
const INTEROPERABILITY: u16 = 0xa005;
const MAKER_NOTE: u16 = 0x927c;
/// Adobe keeps maker notes here.
const PRIVATE_DATA: u16 = 0xc634;
/// Whole packets of XMP, IPTC and Photoshop, and the tags of GeoTIFF.
const PLACES: [u16; 9] = [0x02bc, 0x83bb, 0x8649, 0x830e, 0x8482, 0x85d8, 0x87af, 0x87b0, 0x87b1];
const MAX_DIRECTORIES: usize = 32;

/// Looks through a block (the APP1 payload after `Exif\0\0`).
pub(super) fn look(block: &[u8], depth: u8) -> Part {
    let read = || {
        let (order, first) = Order::of(block)?;
        let directories = directories(block, order, first)?;
        rest(block, &directories, &taken(block, &directories, depth)?)
    };
    read().unwrap_or(Part::Opaque)
}

/// All directories. `None` if one is broken, visited twice, or there are too many.
fn directories(block: &[u8], order: Order, first: u32) -> Option<Vec<Directory>> {
    let mut found: Vec<Directory> = Vec::new();
    // Where one lies, by which tag it was found, and whether another may follow it.
    let mut waiting = vec![(first, 0, true)];
    while let Some((at, tag, chained)) = waiting.pop() {
        let at = usize::try_from(at).ok()?;
        // Broken in many old files, and of no consequence.
        let Some(directory) = Directory::read(block, order, at, tag) else {
            if tag == INTEROPERABILITY {
                continue;
            }
            return None;
        };
        if found.len() == MAX_DIRECTORIES || found.iter().any(|other| overlap(&other.table, &directory.table)) {
            return None;
        }
        if chained && directory.next != 0 {
            waiting.push((directory.next, 0, true));
        }
        for entry in &directory.entries {
            if matches!(entry.tag, EXIF_DIRECTORY | GPS_DIRECTORY | INTEROPERABILITY | SUB_DIRECTORIES) {
                let most = if entry.tag == SUB_DIRECTORIES { MAX_DIRECTORIES } else { 1 };
                waiting.extend(entry.numbers(block, order, most)?.into_iter().map(|at| (at, entry.tag, false)));
            }
        }
        found.push(directory);
    }
    Some(found)
}

/// What is taken out.
#[derive(Default)]
struct Taken {
    /// Directory and tag.
    entries: Vec<(usize, u16)>,
    values: Vec<Range<usize>>,
}

impl Taken {
    /// `None` if nobody knows how long the value is.
    fn add(&mut self, directory: usize, entry: &Entry) -> Option<()> {
        self.entries.push((directory, entry.tag));
        self.values.extend(entry.elsewhere()?);
        Some(())
    }
}

fn taken(block: &[u8], directories: &[Directory], depth: u8) -> Option<Taken> {
    // Many cameras write an empty directory with nothing but the version of the standard.
    let located = |directory: &Directory| {
        directory.found_by == GPS_DIRECTORY && directory.entries.iter().any(|entry| entry.tag != 0)
    };
    let knows_its_place = directories.iter().any(located);
    let make = directories.iter().find_map(|directory| directory.value(block, MAKE)).unwrap_or_default();
    let mut taken = Taken::default();
    for (index, directory) in directories.iter().enumerate() {
        for entry in &directory.entries {
            let goes = match entry.tag {
                _ if located(directory) => true,
                GPS_DIRECTORY => knows_its_place,
                MAKER_NOTE | PRIVATE_DATA => {
                    knows_its_place || !maker_note::is_harmless(make, entry.value(block).unwrap_or_default())
                }
                tag => PLACES.contains(&tag),
            };
            if goes {
                taken.add(index, entry)?;
            }
        }
        if directory.entry(THUMBNAIL).is_some() {
            let twice = directory.entries.iter().filter(|entry| entry.tag == THUMBNAIL).nth(1).is_some();
            let lies = thumbnail_place(block, directory).filter(|_| !twice)?;
            let jpeg = block.get(lies.clone());
            if !jpeg.is_some_and(|jpeg| matches!(scrubbed(jpeg, depth), Ok(None))) {
                taken.entries.extend([(index, THUMBNAIL), (index, THUMBNAIL_LENGTH)]);
                taken.values.push(lies.start.min(block.len())..lies.end.min(block.len()));
            }
        }
    }
    Some(taken)
}

fn thumbnail_place(block: &[u8], directory: &Directory) -> Option<Range<usize>> {
    let number = |tag| {
        let number = directory.entry(tag)?.numbers(block, directory.order, 1)?;
        usize::try_from(*number.first()?).ok()
    };
    let from = number(THUMBNAIL)?;
    Some(from..from.checked_add(number(THUMBNAIL_LENGTH)?)?)
}

/// The block without what is taken; `None` if that would overwrite a directory.
fn rest(block: &[u8], directories: &[Directory], taken: &Taken) -> Option<Part> {
    if taken.entries.is_empty() {
        return Some(Part::Clean);
    }
    let mut bytes = block.to_vec();
    for value in &taken.values {
        let harm = |table: &Range<usize>| overlap(table, value);
        if harm(&(0..8)) || directories.iter().any(|directory| harm(&directory.table)) {
            return None;
        }
        bytes[value.clone()].fill(0);
    }
    for (index, directory) in directories.iter().enumerate() {
        let gone = |entry: &Entry| taken.entries.contains(&(index, entry.tag));
        if directory.entries.iter().any(gone) {
            directory.write_without(gone, block, &mut bytes);
        }
    }
    Some(Part::Without(bytes))
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}
