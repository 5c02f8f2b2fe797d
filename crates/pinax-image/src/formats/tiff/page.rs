//! A page: what one directory of a TIFF file says of its picture, checked before anything is unpacked.

use super::super::{corrupt, truncated};
use super::{Directory, Tiff};
use crate::error::{Error, ErrorKind};
use crate::format::Format;
use crate::orientation::Orientation;
use crate::probe::ColorModel;

/// Numbers of the tags (TIFF 6.0, section 8 and after).
pub(crate) mod tag {
    pub(crate) const NEW_SUBFILE_TYPE: u16 = 254;
    pub(crate) const WIDTH: u16 = 256;
    pub(crate) const HEIGHT: u16 = 257;
    pub(crate) const BITS: u16 = 258;
    pub(crate) const COMPRESSION: u16 = 259;
    pub(crate) const PHOTOMETRIC: u16 = 262;
    pub(crate) const FILL_ORDER: u16 = 266;
    pub(crate) const STRIP_OFFSETS: u16 = 273;
    pub(crate) const ORIENTATION: u16 = 274;
    pub(crate) const SAMPLES: u16 = 277;
    pub(crate) const ROWS_PER_STRIP: u16 = 278;
    pub(crate) const STRIP_BYTES: u16 = 279;
    pub(crate) const PLANAR: u16 = 284;
    pub(crate) const PREDICTOR: u16 = 317;
    pub(crate) const PALETTE: u16 = 320;
    pub(crate) const TILE_WIDTH: u16 = 322;
    pub(crate) const TILE_HEIGHT: u16 = 323;
    pub(crate) const TILE_OFFSETS: u16 = 324;
    pub(crate) const TILE_BYTES: u16 = 325;
    pub(crate) const INK_SET: u16 = 332;
    pub(crate) const EXTRA_SAMPLES: u16 = 338;
    pub(crate) const SAMPLE_FORMAT: u16 = 339;
    pub(crate) const JPEG_TABLES: u16 = 347;
    pub(crate) const ICC_PROFILE: u16 = 34_675;
}

/// How strips and tiles are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    None,
    Lzw,
    Deflate,
    PackBits,
    Jpeg,
}

/// What the samples of a pixel mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Black is 0, or the greatest value.
    Grey {
        white_is_zero: bool,
    },
    Rgb,
    Cmyk,
    /// 8-bit red, green and blue by index.
    Palette(Vec<[u8; 3]>),
}

/// How a sample after the colours makes them transparent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alpha {
    None,
    /// Colours are multiplied with it already.
    Associated,
    Unassociated,
}

/// One picture of the file.
#[derive(Clone, Debug)]
pub(crate) struct Page<'a> {
    tiff: Tiff<'a>,
    pub(crate) width_px: u32,
    pub(crate) height_px: u32,
    pub(crate) color: ColorModel,
    pub(crate) meaning: Meaning,
    pub(crate) alpha: Alpha,
    /// Samples of a pixel, with those that mean nothing here.
    pub(crate) samples: usize,
    /// 1, 2, 4, 8 or 16.
    pub(crate) bits: usize,
    pub(crate) coding: Coding,
    pub(crate) separate_planes: bool,
    pub(crate) differences: bool,
    /// Width and height of a strip or tile, in pixels.
    pub(crate) chunk_px: (u32, u32),
    offsets: Vec<u64>,
    lengths: Vec<u64>,
    jpeg_tables: Option<&'a [u8]>,
    pub(crate) icc: Option<&'a [u8]>,
    pub(crate) orientation: Orientation,
}

impl<'a> Page<'a> {
    pub(crate) fn read(tiff: Tiff<'a>, directory: &Directory) -> Result<Self, Error> {
        let number = |tag, unless| Ok::<u64, Error>(tiff.uint_of(directory, tag)?.unwrap_or(unless));
        let side = |tag| {
            let side = number(tag, 0)?;
            u32::try_from(side).ok().filter(|side| *side > 0).ok_or_else(|| corrupt("an impossible size"))
        };
        let (width_px, height_px) = (side(tag::WIDTH)?, side(tag::HEIGHT)?);
        let coding = match number(tag::COMPRESSION, 1)? {
            1 => Coding::None,
            5 => Coding::Lzw,
            7 => Coding::Jpeg,
            8 | 32_946 => Coding::Deflate,
            32_773 => Coding::PackBits,
            other => return Err(converter(format!("compression {other}"))),
        };
        let samples = number(tag::SAMPLES, 1)?;
        let bits = tiff.uints(directory, tag::BITS)?.unwrap_or_else(|| vec![1]);
        let depth = bits.first().copied().unwrap_or(1);
        if !(1..=16).contains(&samples) {
            return Err(converter(format!("{samples} samples a pixel")));
        }
        if bits.iter().any(|bits| *bits != depth) || !matches!(depth, 1 | 2 | 4 | 8 | 16) {
            return Err(converter(format!("{bits:?} bits a sample")));
        }
        if number(tag::SAMPLE_FORMAT, 1)? != 1 {
            return Err(converter("samples that are no plain whole numbers"));
        }
        if number(tag::FILL_ORDER, 1)? != 1 {
            return Err(converter("bits in the other order"));
        }
        let predictor = number(tag::PREDICTOR, 1)?;
        if !matches!(predictor, 1 | 2) {
            return Err(converter(format!("predictor {predictor}")));
        }
        let mut page = Self {
            tiff,
            width_px,
            height_px,
            color: ColorModel::Grey,
            meaning: Meaning::Rgb,
            alpha: Alpha::None,
            samples: samples as usize,
            bits: depth as usize,
            coding,
            separate_planes: samples > 1 && number(tag::PLANAR, 1)? == 2,
            differences: predictor == 2 && matches!(coding, Coding::Lzw | Coding::Deflate),
            chunk_px: (width_px, height_px),
            offsets: Vec::new(),
            lengths: Vec::new(),
            jpeg_tables: tiff.bytes_of(directory, tag::JPEG_TABLES),
            icc: tiff.bytes_of(directory, tag::ICC_PROFILE),
            orientation: orientation(&tiff, directory),
        };
        page.read_meaning(directory)?;
        page.read_chunks(directory)?;
        Ok(page)
    }

    fn read_meaning(&mut self, directory: &Directory) -> Result<(), Error> {
        let photometric = self.tiff.uint_of(directory, tag::PHOTOMETRIC)?.unwrap_or(1);
        let (color, meaning) = match photometric {
            0 | 1 => (ColorModel::Grey, Meaning::Grey { white_is_zero: photometric == 0 }),
            2 => (ColorModel::Rgb, Meaning::Rgb),
            3 => (ColorModel::Rgb, Meaning::Palette(self.read_palette(directory)?)),
            5 if self.tiff.uint_of(directory, tag::INK_SET)?.unwrap_or(1) == 1 => (ColorModel::Cmyk, Meaning::Cmyk),
            6 if self.coding == Coding::Jpeg => (ColorModel::YCbCr, Meaning::Rgb),
            other => return Err(converter(format!("colours of kind {other}"))),
        };
        let colours = match meaning {
            Meaning::Grey { .. } | Meaning::Palette(_) => 1,
            Meaning::Rgb => 3,
            Meaning::Cmyk => 4,
        };
        if self.samples < colours {
            return Err(corrupt("too few samples a pixel for its colours"));
        }
        if self.bits < 8 && self.samples > 1 {
            return Err(converter("several samples of less than 8 bits"));
        }
        let extra = self.tiff.uint_of(directory, tag::EXTRA_SAMPLES)?;
        if self.samples > colours && colours != 4 {
            self.alpha = match extra {
                Some(1) => Alpha::Associated,
                Some(2) => Alpha::Unassociated,
                _ => Alpha::None,
            };
        }
        let plain_jpeg = self.bits == 8 && !self.separate_planes && self.samples == colours;
        if self.coding == Coding::Jpeg && !(plain_jpeg && matches!(meaning, Meaning::Grey { .. } | Meaning::Rgb)) {
            return Err(converter("a rare kind of JPEG in TIFF"));
        }
        (self.color, self.meaning) = (color, meaning);
        Ok(())
    }

    fn read_palette(&self, directory: &Directory) -> Result<Vec<[u8; 3]>, Error> {
        let colours = 1_usize << self.bits;
        let values = self.tiff.uints(directory, tag::PALETTE)?.unwrap_or_default();
        if values.len() != colours * 3 {
            return Err(corrupt("a palette of the wrong length"));
        }
        // Samples are of 16 bits; some writers put 8-bit ones.
        let narrow = values.iter().all(|value| *value < 256);
        let sample = |value: u64| if narrow { value as u8 } else { super::super::canvas::to_eight_bits(value as u16) };
        Ok((0..colours).map(|at| [at, at + colours, at + 2 * colours].map(|at| sample(values[at]))).collect())
    }

    fn read_chunks(&mut self, directory: &Directory) -> Result<(), Error> {
        let tiled = directory.has(tag::TILE_WIDTH);
        let (offsets, lengths) = if tiled {
            let side = |tag| {
                let side = self.tiff.uint_of(directory, tag)?.unwrap_or(0);
                u32::try_from(side).ok().filter(|side| *side > 0).ok_or_else(|| corrupt("an impossible tile"))
            };
            self.chunk_px = (side(tag::TILE_WIDTH)?, side(tag::TILE_HEIGHT)?);
            (tag::TILE_OFFSETS, tag::TILE_BYTES)
        } else {
            let rows = self.tiff.uint_of(directory, tag::ROWS_PER_STRIP)?.unwrap_or(u64::MAX);
            self.chunk_px.1 = u32::try_from(rows).unwrap_or(u32::MAX).clamp(1, self.height_px);
            (tag::STRIP_OFFSETS, tag::STRIP_BYTES)
        };
        // Tiles hang over the edges, by less than one of them.
        let padded = u64::from(self.chunks_across()) * u64::from(self.chunk_px.0);
        let padded = padded.saturating_mul(u64::from(self.chunks_down()) * u64::from(self.chunk_px.1));
        let pixels = u64::from(self.width_px) * u64::from(self.height_px);
        if tiled && padded > pixels.saturating_mul(4) + 16_000_000 {
            return Err(corrupt("tiles that are far larger than the picture"));
        }
        self.offsets = self.tiff.uints(directory, offsets)?.ok_or_else(|| corrupt("no pixels"))?;
        self.lengths = match self.tiff.uints(directory, lengths)? {
            Some(lengths) => lengths,
            // The oldest writers leave it out for plain pixels.
            None if self.coding == Coding::None && self.offsets.len() == 1 => {
                vec![self.row_bytes() as u64 * u64::from(self.height_px)]
            }
            None => return Err(corrupt("no lengths of its strips or tiles")),
        };
        let per_plane = u64::from(self.chunks_across()) * u64::from(self.chunks_down());
        let wanted = per_plane * self.planes() as u64;
        if (self.offsets.len() as u64) < wanted || self.lengths.len() < self.offsets.len() {
            return Err(corrupt("too few strips or tiles"));
        }
        self.offsets.truncate(wanted as usize);
        Ok(())
    }

    pub(crate) fn chunks_across(&self) -> u32 {
        self.width_px.div_ceil(self.chunk_px.0)
    }

    pub(crate) fn chunks_down(&self) -> u32 {
        self.height_px.div_ceil(self.chunk_px.1)
    }

    /// 1, or the samples of a pixel if each has chunks of its own.
    pub(crate) fn planes(&self) -> usize {
        if self.separate_planes { self.samples } else { 1 }
    }

    /// Bytes of a row of a chunk once unpacked; of one plane.
    pub(crate) fn row_bytes(&self) -> usize {
        let samples = if self.separate_planes { 1 } else { self.samples };
        (self.chunk_px.0 as usize * samples * self.bits).div_ceil(8)
    }

    /// Bytes taken beside the pixels.
    pub(crate) fn working_bytes(&self) -> u64 {
        let places = (self.offsets.len() + self.lengths.len()) as u64 * 8;
        let chunk = match self.coding {
            // Decoded, and with its tables.
            Coding::Jpeg => {
                let longest = self.lengths.iter().max().copied().unwrap_or(0);
                u64::from(self.chunk_px.0) * u64::from(self.chunk_px.1) * self.samples as u64 + longest
            }
            _ => self.chunk_px.0 as u64 * self.samples as u64 * 5,
        };
        places.saturating_add(chunk)
    }

    /// The packed bytes of a strip or tile.
    pub(crate) fn chunk_bytes(&self, index: usize) -> Result<&'a [u8], Error> {
        self.tiff.part(self.offsets[index], self.lengths[index]).ok_or_else(truncated)
    }

    pub(crate) fn little_endian(&self) -> bool {
        self.tiff.little_endian
    }

    /// A strip or tile as a JPEG that stands alone: the shared tables put in front, and what its colours are.
    pub(crate) fn whole_jpeg(&self, chunk: &[u8]) -> Result<Vec<u8>, Error> {
        let body = chunk.strip_prefix(b"\xff\xd8").ok_or_else(|| corrupt("a strip or tile that is no JPEG"))?;
        let tables = self.jpeg_tables.and_then(|tables| tables.strip_prefix(b"\xff\xd8")).unwrap_or_default();
        let tables = tables.strip_suffix(b"\xff\xd9").unwrap_or(tables);
        let transform = if self.color == ColorModel::YCbCr { 1 } else { 0 };
        // An Adobe segment states the colours, which TIFF states in its own way.
        let colours: &[u8] = match self.samples {
            1 => &[],
            _ => &[&b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0"[..], &[transform]].concat(),
        };
        Ok([b"\xff\xd8", colours, tables, body].concat())
    }
}

/// How a directory says its picture is turned.
pub(crate) fn orientation(tiff: &Tiff<'_>, directory: &Directory) -> Orientation {
    let number = tiff.uint_of(directory, tag::ORIENTATION).ok().flatten();
    number.and_then(|number| Orientation::from_exif(u32::try_from(number).ok()?)).unwrap_or_default()
}

fn converter(context: impl Into<String>) -> Error {
    Error::because(ErrorKind::NeedsConverter(Format::Tiff), context)
}
