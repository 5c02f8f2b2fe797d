//! A directory: a table of twelve bytes an entry, each a tag, a format, a count and a value or the place of one.

use std::ops::Range;

/// The order of bytes in numbers.
#[derive(Clone, Copy, Debug)]
pub(super) enum Order {
    Big,
    Little,
}

impl Order {
    /// The order of a block, and where its first directory lies.
    pub(super) fn of(block: &[u8]) -> Option<(Self, u32)> {
        let order = match block.get(..4)? {
            b"MM\0*" => Self::Big,
            b"II*\0" => Self::Little,
            _ => return None,
        };
        Some((order, order.long(block, 4)?))
    }

    fn short(self, bytes: &[u8], at: usize) -> Option<u16> {
        let bytes = *bytes.get(at..)?.first_chunk::<2>()?;
        Some(match self {
            Self::Big => u16::from_be_bytes(bytes),
            Self::Little => u16::from_le_bytes(bytes),
        })
    }

    fn long(self, bytes: &[u8], at: usize) -> Option<u32> {
        let bytes = *bytes.get(at..)?.first_chunk::<4>()?;
        Some(match self {
            Self::Big => u32::from_be_bytes(bytes),
            Self::Little => u32::from_le_bytes(bytes),
        })
    }
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) tag: u16,
    format: u16,
    /// Where its twelve bytes lie.
    at: usize,
    /// The value, as far as the block reaches; `None` for a format nobody knows.
    value: Option<Range<usize>>,
}

impl Entry {
    fn read(block: &[u8], order: Order, at: usize) -> Option<Self> {
        let (tag, format) = (order.short(block, at)?, order.short(block, at + 2)?);
        let count = usize::try_from(order.long(block, at + 4)?).ok()?;
        // TIFF 6.0, formats 1 to 12; 13 is a directory, 129 is text (Exif 3.0).
        let unit = match format {
            1 | 2 | 6 | 7 | 129 => Some(1),
            3 | 8 => Some(2),
            4 | 9 | 11 | 13 => Some(4),
            5 | 10 | 12 => Some(8),
            _ => None,
        };
        let place = usize::try_from(order.long(block, at + 8)?).ok()?;
        let value = unit.and_then(|unit: usize| unit.checked_mul(count)).map(|bytes| match bytes {
            0..=4 => at + 8..at + 8 + bytes,
            _ => place.min(block.len())..place.saturating_add(bytes).min(block.len()),
        });
        Some(Self { tag, format, at, value })
    }

    pub(super) fn value<'a>(&self, block: &'a [u8]) -> Option<&'a [u8]> {
        block.get(self.value.clone()?)
    }

    /// The value, where it lies outside of the table. `None` if nobody knows.
    pub(super) fn elsewhere(&self) -> Option<Option<Range<usize>>> {
        let value = self.value.clone()?;
        Some((!(self.at..self.at + 12).contains(&value.start) && !value.is_empty()).then_some(value))
    }

    /// The first of its whole numbers. `None` if they are none, or not there.
    pub(super) fn numbers(&self, block: &[u8], order: Order, most: usize) -> Option<Vec<u32>> {
        let value = self.value(block).filter(|value| !value.is_empty())?;
        match self.format {
            3 => value.chunks(2).take(most).map(|bytes| order.short(bytes, 0).map(u32::from)).collect(),
            4 | 13 => value.chunks(4).take(most).map(|bytes| order.long(bytes, 0)).collect(),
            _ => None,
        }
    }
}

#[derive(Debug)]
pub(super) struct Directory {
    pub(super) order: Order,
    /// The tag that points here; 0 for the first and those chained to it.
    pub(super) found_by: u16,
    /// All its bytes, with the place of the next.
    pub(super) table: Range<usize>,
    pub(super) entries: Vec<Entry>,
    /// Where the next lies; 0 for none.
    pub(super) next: u32,
}

impl Directory {
    /// `None` if the block does not hold all of it.
    pub(super) fn read(block: &[u8], order: Order, at: usize, found_by: u16) -> Option<Self> {
        let count = usize::from(order.short(block, at).filter(|_| at >= 8)?);
        let end = at + 2 + count * 12;
        let entries = (at + 2..end).step_by(12).map(|at| Entry::read(block, order, at)).collect::<Option<Vec<_>>>()?;
        let next = order.long(block, end);
        let table = at..end + if next.is_some() { 4 } else { 0 };
        Some(Self { order, found_by, table, entries, next: next.unwrap_or(0) })
    }

    pub(super) fn entry(&self, tag: u16) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.tag == tag)
    }

    pub(super) fn value<'a>(&self, block: &'a [u8], tag: u16) -> Option<&'a [u8]> {
        self.entry(tag)?.value(block)
    }

    /// Writes the table into `out` without the entries that are gone.
    pub(super) fn write_without(&self, gone: impl Fn(&Entry) -> bool, block: &[u8], out: &mut [u8]) {
        let kept: Vec<&Entry> = self.entries.iter().filter(|entry| !gone(entry)).collect();
        let count = u16::try_from(kept.len()).expect("no more than there were");
        let mut table = match self.order {
            Order::Big => count.to_be_bytes(),
            Order::Little => count.to_le_bytes(),
        }
        .to_vec();
        kept.iter().for_each(|entry| table.extend(&block[entry.at..entry.at + 12]));
        table.extend(&block[self.table.start + 2 + self.entries.len() * 12..self.table.end]);
        table.resize(self.table.len(), 0);
        out[self.table.clone()].copy_from_slice(&table);
    }
}
