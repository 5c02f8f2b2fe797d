//! Planes: the luma and the chroma of a picture, one after the other in one buffer, as turbojpeg lays them out.

use turbojpeg::Subsamp;

use crate::header::Header;
use crate::probe::{ColorModel, Probe};
use crate::resample::{Plane, PlaneMut};

/// How the planes of a picture lie.
///
/// A chroma sample at the right or lower edge may belong to fewer pixels than the others; the luma plane
/// then has a column or row more than the picture, to fill up the last chroma sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Planes {
    /// Size of the picture.
    pub(crate) size_px: (u32, u32),
    /// Pixels to a chroma sample, across and down: 1 or 2. `None` for a grey picture: luma alone.
    pub(crate) chroma: Option<(u32, u32)>,
}

/// Where one of them lies, and the part of it that is filled by the picture.
#[derive(Clone, Copy, Debug)]
struct Place {
    start: usize,
    stride: usize,
    rows: usize,
    width: usize,
    height: usize,
}

impl Planes {
    /// Those of a JPEG that can be decoded to planes: grey, or YCbCr of an ordinary subsampling.
    pub(crate) fn of(header: &Header, probe: &Probe) -> Option<Self> {
        let size_px = (probe.width_px, probe.height_px);
        match (probe.color, header.frame.components.as_slice()) {
            (ColorModel::Grey, _) => Some(Self { size_px, chroma: None }),
            (ColorModel::YCbCr, [luma, first, second]) => {
                let whole = [first, second].iter().all(|chroma| (chroma.across, chroma.down) == (1, 1));
                let ordinary = whole && luma.across <= 2 && luma.down <= 2;
                ordinary.then(|| Self { size_px, chroma: Some((luma.across.into(), luma.down.into())) })
            }
            _ => None,
        }
    }

    /// The same kind of planes at another size.
    pub(crate) fn at(self, size_px: (u32, u32)) -> Self {
        Self { size_px, ..self }
    }

    /// How they are written: 4:2:0, or grey as they are.
    pub(crate) fn quartered(self) -> Self {
        Self { chroma: self.chroma.map(|_| (2, 2)), ..self }
    }

    pub(crate) fn subsamp(self) -> Subsamp {
        match self.chroma {
            None => Subsamp::Gray,
            Some((1, 1)) => Subsamp::None,
            Some((1, _)) => Subsamp::Sub1x2,
            Some((_, 1)) => Subsamp::Sub2x1,
            Some(_) => Subsamp::Sub2x2,
        }
    }

    pub(crate) fn count(self) -> usize {
        if self.chroma.is_some() { 3 } else { 1 }
    }

    /// Bytes from a row of luma to the next.
    pub(crate) fn luma_stride(self) -> usize {
        self.place(0).stride
    }

    pub(crate) fn bytes(self) -> usize {
        let last = self.place(self.count() - 1);
        last.start + last.stride * last.rows
    }

    /// Samples to pixels of plane `index`, across and down.
    pub(crate) fn pixels_to_sample(self, index: usize) -> (u32, u32) {
        if index == 0 { (1, 1) } else { self.chroma.unwrap_or((1, 1)) }
    }

    fn place(self, index: usize) -> Place {
        let (width, height) = (self.size_px.0 as usize, self.size_px.1 as usize);
        let (across, down) = self.chroma.unwrap_or((1, 1));
        let (across, down) = (across as usize, down as usize);
        let (stride, rows) = (width.next_multiple_of(across), height.next_multiple_of(down));
        if index == 0 {
            return Place { start: 0, stride, rows, width, height };
        }
        let (width, height) = (stride / across, rows / down);
        Place { start: stride * rows + (index - 1) * width * height, stride: width, rows: height, width, height }
    }

    /// Plane `index` (0 is luma) out of a buffer that holds all.
    pub(crate) fn plane(self, index: usize, bytes: &[u8]) -> Plane<'_> {
        let Place { start, stride, rows, width, height } = self.place(index);
        Plane { width, height, stride, bytes: &bytes[start..][..stride * rows] }
    }

    /// As [`Self::plane`], to write.
    pub(crate) fn plane_mut(self, index: usize, bytes: &mut [u8]) -> PlaneMut<'_> {
        let Place { start, stride, rows, width, height } = self.place(index);
        PlaneMut { width, height, stride, bytes: &mut bytes[start..][..stride * rows] }
    }

    /// Fills the column and row that luma has beyond the picture with what lies beside them.
    pub(crate) fn fill_up(self, bytes: &mut [u8]) {
        let Place { stride, rows, width, height, .. } = self.place(0);
        if stride > width {
            for row in bytes[..stride * height].chunks_exact_mut(stride) {
                row[width] = row[width - 1];
            }
        }
        if rows > height {
            bytes.copy_within((height - 1) * stride..height * stride, height * stride);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Planes;

    #[test]
    fn lie_as_turbojpeg_lays_them() {
        for size_px in [(1, 1), (7, 5), (8, 6), (9, 16), (33, 2)] {
            for chroma in [None, Some((1, 1)), Some((2, 1)), Some((1, 2)), Some((2, 2))] {
                let planes = Planes { size_px, chroma };
                let (width, height) = (size_px.0 as usize, size_px.1 as usize);
                let wanted = turbojpeg::yuv_pixels_len(width, 1, height, planes.subsamp()).unwrap();
                assert_eq!(planes.bytes(), wanted, "{planes:?}");
            }
        }
    }

    #[test]
    fn the_edge_is_repeated() {
        let planes = Planes { size_px: (3, 1), chroma: Some((2, 2)) };
        let mut bytes = *b"abc?????uvuv";
        planes.fill_up(&mut bytes);
        assert_eq!(&bytes, b"abccabccuvuv");
    }
}
