//! What lies behind a picture: padding, or whole pictures, such as previews and the other eye of a stereo camera.

use super::scrubbed;
use crate::segment::{EOI, SOS, end_of_scan, segments_from};

/// Whether it says no place: nothing but padding, and JPEG files that say none.
pub(super) fn is_clean(mut trailer: &[u8], depth: u8) -> bool {
    loop {
        let padding = trailer.iter().take_while(|byte| matches!(byte, 0 | 0xff | b'\r' | b'\n' | b' ' | 0x1a)).count();
        // The first byte of a picture looks like padding.
        let padding = if trailer.get(padding) == Some(&0xd8) && padding > 0 { padding - 1 } else { padding };
        trailer = &trailer[padding..];
        if trailer.is_empty() {
            return true;
        }
        let Some(end) = end_of_picture(trailer) else {
            return false;
        };
        if !matches!(scrubbed(&trailer[..end], depth), Ok(None)) {
            return false;
        }
        trailer = &trailer[end..];
    }
}

/// Where the JPEG that begins here ends.
fn end_of_picture(bytes: &[u8]) -> Option<usize> {
    let mut at = bytes.starts_with(b"\xff\xd8").then_some(2)?;
    loop {
        for segment in segments_from(bytes, at) {
            let segment = segment.ok()?;
            at = segment.end;
            match segment.marker {
                EOI => return Some(at),
                SOS => at = end_of_scan(bytes, at)?,
                _ => {}
            }
        }
    }
}
