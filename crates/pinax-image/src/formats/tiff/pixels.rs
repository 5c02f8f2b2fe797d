//! From the unpacked bytes of a row to 8-bit samples.

use super::super::canvas::{Layout, lay, to_eight_bits};
use super::page::{Alpha, Meaning, Page};

/// One row of a strip or tile on its way.
pub(crate) struct Pixels<'p> {
    page: &'p Page<'p>,
    /// As unpacked.
    packed: Vec<u8>,
    /// 8-bit samples (or indices), those of a pixel together.
    samples: Vec<u8>,
    /// Indices of a palette, if 8 bits do not hold them.
    wide: bool,
}

impl<'p> Pixels<'p> {
    pub(crate) fn new(page: &'p Page<'p>) -> Self {
        let wide = page.bits == 16 && matches!(page.meaning, Meaning::Palette(_));
        let samples = page.chunk_px.0 as usize * page.samples * if wide { 2 } else { 1 };
        Self { page, packed: vec![0; page.row_bytes()], samples: vec![0; samples], wide }
    }

    /// Where the next row of a plane is unpacked to.
    pub(crate) fn packed_row(&mut self, _plane: usize) -> &mut [u8] {
        &mut self.packed
    }

    /// Takes the unpacked row in, as samples of `plane` if planes are separate.
    pub(crate) fn take(&mut self, plane: usize) {
        let page = self.page;
        let (step, first) = if page.separate_planes { (page.samples, plane) } else { (1, 0) };
        let apart = if page.separate_planes { 1 } else { page.samples };
        match page.bits {
            16 => {
                let read = if page.little_endian() { u16::from_le_bytes } else { u16::from_be_bytes };
                let (packed, _) = self.packed.as_chunks_mut::<2>();
                if page.differences {
                    for at in apart..packed.len() {
                        packed[at] = write(page, read(packed[at]).wrapping_add(read(packed[at - apart])));
                    }
                }
                if self.wide {
                    for (to, from) in self.samples.as_chunks_mut::<2>().0.iter_mut().zip(packed) {
                        *to = read(*from).to_ne_bytes();
                    }
                    return;
                }
                for (to, from) in self.samples[first..].iter_mut().step_by(step).zip(packed) {
                    *to = to_eight_bits(read(*from));
                }
            }
            8 => {
                if page.differences {
                    for at in apart..self.packed.len() {
                        self.packed[at] = self.packed[at].wrapping_add(self.packed[at - apart]);
                    }
                }
                if step == 1 {
                    self.samples.copy_from_slice(&self.packed);
                } else {
                    for (to, from) in self.samples[first..].iter_mut().step_by(step).zip(&self.packed) {
                        *to = *from;
                    }
                }
            }
            bits => {
                let most = (1_u16 << bits) - 1;
                let scale = if matches!(page.meaning, Meaning::Palette(_)) { 1 } else { 255 / most };
                let per_byte = 8 / bits;
                for (at, to) in self.samples.iter_mut().enumerate() {
                    let shift = 8 - bits - at % per_byte * bits;
                    let value = u16::from(self.packed[at / per_byte]) >> shift & most;
                    // 255 divides by 1, 3 and 15.
                    *to = (value * scale) as u8;
                }
            }
        }
    }

    /// Writes the first pixels of the row, as many as `to` holds.
    pub(crate) fn write(&self, to: &mut [u8]) {
        let page = self.page;
        let pixels = self.samples.chunks_exact(page.samples);
        match &page.meaning {
            Meaning::Palette(colours) if self.wide => {
                let indices = self.samples.as_chunks::<2>().0.iter().step_by(page.samples);
                for (to, index) in to.as_chunks_mut::<3>().0.iter_mut().zip(indices) {
                    *to = colours[usize::from(u16::from_ne_bytes(*index))];
                }
            }
            Meaning::Palette(colours) => {
                for (to, pixel) in to.as_chunks_mut::<3>().0.iter_mut().zip(pixels) {
                    *to = colours[usize::from(pixel[0])];
                }
            }
            Meaning::Grey { white_is_zero } => {
                for (to, pixel) in to.iter_mut().zip(pixels) {
                    let grey = if *white_is_zero { 255 - pixel[0] } else { pixel[0] };
                    *to = self.seen([grey], pixel.get(1))[0];
                }
            }
            Meaning::Rgb if page.samples == 3 => to.copy_from_slice(&self.samples[..to.len()]),
            Meaning::Rgb if page.samples == 4 && page.alpha == Alpha::Unassociated => {
                lay(&self.samples[..to.len() / 3 * 4], Layout::Rgba, to);
            }
            Meaning::Rgb => {
                for (to, pixel) in to.as_chunks_mut::<3>().0.iter_mut().zip(pixels) {
                    *to = self.seen([pixel[0], pixel[1], pixel[2]], pixel.get(3));
                }
            }
            Meaning::Cmyk => {
                for (to, pixel) in to.as_chunks_mut::<4>().0.iter_mut().zip(pixels) {
                    *to = [pixel[0], pixel[1], pixel[2], pixel[3]];
                }
            }
        }
    }

    /// Colours over white.
    fn seen<const N: usize>(&self, colours: [u8; N], alpha: Option<&u8>) -> [u8; N] {
        use super::super::canvas::over_white;
        match (self.page.alpha, alpha) {
            (Alpha::Unassociated, Some(&alpha)) => colours.map(|colour| over_white(colour, alpha)),
            (Alpha::Associated, Some(&alpha)) => colours.map(|colour| colour.saturating_add(255 - alpha)),
            _ => colours,
        }
    }
}

/// A 16-bit sample in the byte order of the file.
fn write(page: &Page<'_>, sample: u16) -> [u8; 2] {
    if page.little_endian() { sample.to_le_bytes() } else { sample.to_be_bytes() }
}
