//! A segment: one marker of a JPEG header with what it carries (ITU-T T.81, annex B).

use crate::error::{Error, ErrorKind};

pub(crate) const SOI: u8 = 0xd8;
pub(crate) const EOI: u8 = 0xd9;
pub(crate) const SOS: u8 = 0xda;
pub(crate) const DQT: u8 = 0xdb;
pub(crate) const DHT: u8 = 0xc4;
pub(crate) const DAC: u8 = 0xcc;
pub(crate) const DRI: u8 = 0xdd;
pub(crate) const JPG: u8 = 0xc8;
pub(crate) const APP0: u8 = 0xe0;
pub(crate) const APP1: u8 = 0xe1;
pub(crate) const APP2: u8 = 0xe2;
pub(crate) const APP13: u8 = 0xed;
pub(crate) const APP14: u8 = 0xee;

/// A marker with its payload, which excludes the marker and the two bytes of length.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Segment<'a> {
    pub(crate) marker: u8,
    pub(crate) payload: &'a [u8],
    /// Where the segment begins (at its 0xff) and where the next byte lies.
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Segment<'_> {
    /// Start of frame: the size of the picture and how it is coded.
    pub(crate) fn is_frame(&self) -> bool {
        matches!(self.marker, 0xc0..=0xcf) && !matches!(self.marker, DHT | JPG | DAC)
    }
}

/// Walks the segments from `at` on, as forgiving of junk between them as libjpeg is, up to and with
/// the next start of scan. Ends after that, or after an error.
pub(crate) struct Segments<'a> {
    bytes: &'a [u8],
    at: usize,
    done: bool,
}

/// The segments of a header, after the start-of-image marker.
pub(crate) fn header_segments(bytes: &[u8]) -> Segments<'_> {
    segments_from(bytes, 2)
}

/// The segments from byte `at` on, up to the next start of scan or the end of the image.
pub(crate) fn segments_from(bytes: &[u8], at: usize) -> Segments<'_> {
    Segments { bytes, at, done: false }
}

impl<'a> Segments<'a> {
    fn step(&mut self) -> Result<Segment<'a>, Error> {
        let truncated = || Error::new(ErrorKind::Truncated);
        loop {
            let start = self.at + position_of_ff(&self.bytes[self.at..]).ok_or_else(truncated)?;
            let mut at = start + 1;
            while self.bytes.get(at) == Some(&0xff) {
                at += 1;
            }
            let marker = *self.bytes.get(at).ok_or_else(truncated)?;
            at += 1;
            self.at = at;
            match marker {
                // Stuffing, TEM and restart markers carry nothing.
                0x00 | 0x01 | 0xd0..=0xd7 => continue,
                EOI => {
                    return Ok(Segment { marker, payload: &[], start, end: at });
                }
                _ => {}
            }
            let length = self.bytes.get(at..at + 2).ok_or_else(truncated)?;
            let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
            if length < 2 {
                return Err(Error::because(ErrorKind::Corrupt, "a header segment without length"));
            }
            let payload = self.bytes.get(at + 2..at + length).ok_or_else(truncated)?;
            self.at = at + length;
            return Ok(Segment { marker, payload, start, end: self.at });
        }
    }
}

impl<'a> Iterator for Segments<'a> {
    type Item = Result<Segment<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let step = self.step();
        self.done = !matches!(&step, Ok(segment) if !matches!(segment.marker, SOS | EOI));
        Some(step)
    }
}

/// Where the entropy-coded data that begins at `at` ends: at the next marker that is neither stuffing
/// nor a restart. `None` if the file ends first.
pub(crate) fn end_of_scan(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += position_of_ff(bytes.get(at..)?)?;
        match bytes.get(at + 1)? {
            0x00 | 0x01 | 0xd0..=0xd7 => at += 2,
            0xff => at += 1,
            _ => return Some(at),
        }
    }
}

fn position_of_ff(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|&byte| byte == 0xff)
}
