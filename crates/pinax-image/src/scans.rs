//! Scans: the passes in which a JPEG sends its coefficients, checked without decoding them.
//!
//! libjpeg is silent about passes that never come: it shows what it has. Here every coefficient must
//! have been sent to its last bit.

use crate::error::{Error, ErrorKind};
use crate::header::{Header, adobe_transform_of, is_jfif};
use crate::probe::Limits;
use crate::segment::{
    APP0, APP14, DAC, DHT, DQT, DRI, EOI, SOI, SOS, Segment, end_of_scan, header_segments, segments_from,
};

/// Runs of padding before the end of the image are let pass up to here: a lost disk page is longer.
const MAX_PADDING_BYTES: usize = 4095;
/// No bit of this coefficient has come yet.
const UNSENT: u8 = u8::MAX;

/// Walks all scans and gives the place of the end-of-image marker.
///
/// # Errors
/// `Truncated` if the file or its passes end too soon, `TooManyScans`, or `Corrupt`.
pub(crate) fn check(bytes: &[u8], header: &Header, limits: &Limits) -> Result<usize, Error> {
    // Every pass goes over the whole picture, be it ever so short in the file.
    let pixels = u64::from(header.frame.width_px) * u64::from(header.frame.height_px);
    let affordable = (limits.max_scanned_pixels / pixels).max(1);
    let mut sent = Sent::new(header);
    let mut scans = 0;
    let mut segments = segments_from(bytes, header.first_scan);
    while let Some(segment) = segments.next() {
        let segment = segment?;
        match segment.marker {
            SOS => {
                scans += 1;
                if scans > limits.max_scans || u64::from(scans) > affordable {
                    return Err(Error::new(ErrorKind::TooManyScans));
                }
                sent.note(segment.payload)?;
                let end = end_of_scan(bytes, segment.end).ok_or_else(|| Error::new(ErrorKind::Truncated))?;
                segments = segments_from(bytes, end);
            }
            EOI => {
                sent.all()?;
                return Ok(segment.start);
            }
            _ => {}
        }
    }
    Err(Error::new(ErrorKind::Truncated))
}

/// How far each coefficient of each component has been sent: the number of low bits still missing.
struct Sent<'a> {
    header: &'a Header,
    missing_bits: Vec<[u8; 64]>,
}

impl<'a> Sent<'a> {
    fn new(header: &'a Header) -> Self {
        Self { header, missing_bits: vec![[UNSENT; 64]; header.frame.components.len()] }
    }

    fn note(&mut self, scan: &[u8]) -> Result<(), Error> {
        let corrupt = || Error::because(ErrorKind::Corrupt, "an impossible scan header");
        let (&count, rest) = scan.split_first().ok_or_else(corrupt)?;
        let (selectors, rest) = rest.split_at_checked(usize::from(count) * 2).ok_or_else(corrupt)?;
        let &[first, last, bits] = rest else {
            return Err(corrupt());
        };
        let (band, missing) = if self.header.frame.progressive {
            (usize::from(first)..=usize::from(last), bits & 15)
        } else {
            (0..=63, 0)
        };
        for id in selectors.iter().step_by(2) {
            let component = self.header.frame.components.iter().position(|c| c.id == *id);
            let sent = &mut self.missing_bits[component.ok_or_else(corrupt)?];
            sent.get_mut(band.clone()).ok_or_else(corrupt)?.fill(missing);
        }
        Ok(())
    }

    fn all(&self) -> Result<(), Error> {
        if self.missing_bits.iter().flatten().all(|&missing| missing == 0) {
            return Ok(());
        }
        Err(Error::because(ErrorKind::Truncated, "its last passes are missing"))
    }
}

/// Whether `unread_bytes` before the end-of-image marker are mere padding: a short run of one byte,
/// and the whole of that run. Otherwise they are picture data left unread by a decoder gone astray,
/// or the rest of a hole that it read into.
pub(crate) fn is_padding(bytes: &[u8], end_of_image: usize, unread_bytes: usize) -> bool {
    let before_end = bytes[..end_of_image].iter().rev();
    let run = before_end.clone().zip(before_end.clone().skip(1)).take_while(|(byte, next)| byte == next).count() + 1;
    // The decoder looks ahead by up to a word, which it does not count as unread.
    run <= MAX_PADDING_BYTES && (unread_bytes..=unread_bytes + 8).contains(&run)
}

/// The same picture with nothing in its header that a decoder need complain of: no metadata, no junk
/// between segments, and the slips of careless writers put right in the way libjpeg takes them.
pub(crate) fn tidied(bytes: &[u8], header: &Header) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    out.extend([0xff, SOI]);
    for segment in header_segments(bytes).map_while(Result::ok) {
        let at = out.len();
        match segment.marker {
            SOS => {
                out.extend(&bytes[segment.start..]);
                tidy_first_scan(&mut out[at..][..segment.end - segment.start], header);
                break;
            }
            APP0 if is_jfif(segment.payload) => {
                push(&mut out, &segment);
                // Revision 1.01: the fields that count are the same in every one.
                out[at + 9..at + 11].copy_from_slice(&[1, 1]);
            }
            APP14 => {
                if let Some(transform) = adobe_transform_of(segment.payload) {
                    push(&mut out, &segment);
                    let known = if header.frame.components.len() == 4 { 2 } else { 1 };
                    out[at + 15] = if transform == 0 { 0 } else { known };
                }
            }
            DQT | DHT | DAC | DRI => push(&mut out, &segment),
            _ if segment.is_frame() => push(&mut out, &segment),
            _ => {}
        }
    }
    out
}

/// Some telephones leave the band of a sequential scan unset: it is always the whole of it.
fn tidy_first_scan(scan: &mut [u8], header: &Header) {
    if let ([.., first, last, bits], false) = (scan, header.frame.progressive) {
        (*first, *last, *bits) = (0, 63, 0);
    }
}

fn push(out: &mut Vec<u8>, segment: &Segment<'_>) {
    let length = u16::try_from(segment.payload.len() + 2).expect("a payload read from a segment");
    out.extend([0xff, segment.marker]);
    out.extend(length.to_be_bytes());
    out.extend(segment.payload);
}
