//! Run-length encoded bitmaps: pairs of a count and a colour, with escapes, from the lowest row up.

use super::super::{Canvas, corrupt, truncated};
use super::Bitmap;
use crate::error::Error;

/// What follows a count of zero.
const END_OF_LINE: u8 = 0;
const END_OF_PICTURE: u8 = 1;
const MOVE: u8 = 2;

pub(super) fn decode(bitmap: &Bitmap<'_>, canvas: &mut Canvas<'_>) -> Result<(), Error> {
    let nibbles = bitmap.bits == 4;
    for to in canvas.bytes.as_chunks_mut::<3>().0 {
        *to = bitmap.colour(0);
    }
    let mut bytes = bitmap.pixels.iter().copied();
    let mut next = || bytes.next().ok_or_else(truncated);
    let mut pen = Pen { bitmap, x: 0, up: 0 };
    loop {
        let (count, value) = (next()?, next()?);
        match (count, value) {
            (0, END_OF_LINE) => {
                (pen.x, pen.up) = (0, pen.up.saturating_add(1));
                canvas.deadline.check()?;
            }
            (0, END_OF_PICTURE) => return Ok(()),
            (0, MOVE) => {
                pen.x = pen.x.saturating_add(next()?.into());
                pen.up = pen.up.saturating_add(next()?.into());
            }
            (0, count) => {
                let mut byte = 0;
                for at in 0..count {
                    if !nibbles || at % 2 == 0 {
                        byte = next()?;
                    }
                    pen.put(if nibbles { nibble(byte, at) } else { byte }, canvas)?;
                }
                let read = if nibbles { count.div_ceil(2) } else { count };
                if read % 2 == 1 {
                    next()?;
                }
            }
            (count, value) => {
                for at in 0..count {
                    pen.put(if nibbles { nibble(value, at) } else { value }, canvas)?;
                }
            }
        }
    }
}

fn nibble(byte: u8, at: u8) -> u8 {
    if at.is_multiple_of(2) { byte >> 4 } else { byte & 15 }
}

/// Where the next pixel goes.
struct Pen<'a> {
    bitmap: &'a Bitmap<'a>,
    x: u32,
    /// Rows above the lowest.
    up: u32,
}

impl Pen<'_> {
    fn put(&mut self, index: u8, canvas: &mut Canvas<'_>) -> Result<(), Error> {
        if self.x >= canvas.width_px || self.up >= canvas.height_px {
            return Err(corrupt("a pixel outside the picture"));
        }
        let y = canvas.height_px - 1 - self.up;
        let at = (y as usize * canvas.width_px as usize + self.x as usize) * 3;
        canvas.bytes[at..at + 3].copy_from_slice(&self.bitmap.colour(index.into()));
        self.x += 1;
        Ok(())
    }
}
