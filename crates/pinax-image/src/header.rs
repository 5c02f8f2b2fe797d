//! A header: everything a JPEG says before its first scan.

use crate::colour;
use crate::error::{Error, ErrorKind};
use crate::exif::{self, ExifFacts};
use crate::icc;
use crate::samples::Samples;
use crate::segment::{APP0, APP1, APP2, APP14, EOI, SOS, Segment, header_segments};

/// The largest side libjpeg decodes.
const MAX_SIDE_PX: u16 = 65_500;
pub(crate) const EXIF_SIGNATURE: &[u8] = b"Exif\0\0";

/// One colour component of the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Component {
    pub(crate) id: u8,
    /// Sampling factors, 1 to 4.
    pub(crate) across: u8,
    pub(crate) down: u8,
}

/// The start-of-frame segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) width_px: u32,
    pub(crate) height_px: u32,
    pub(crate) progressive: bool,
    /// 1, 3 or 4 of them.
    pub(crate) components: Vec<Component>,
}

#[derive(Clone, Debug)]
pub(crate) struct Header {
    pub(crate) frame: Frame,
    pub(crate) jfif: bool,
    /// The transform byte of Adobe's APP14, if there is one.
    pub(crate) adobe_transform: Option<u8>,
    pub(crate) exif: ExifFacts,
    pub(crate) has_icc: bool,
    /// Grey or RGB that is taken as it is: no usable profile says otherwise, and Exif does not either.
    pub(crate) in_srgb: bool,
    /// Components of the first scan: fewer than the frame has means that more scans follow.
    pub(crate) first_scan_components: u8,
    /// Where the first start-of-scan segment begins.
    pub(crate) first_scan: usize,
}

impl Header {
    /// Reads the header of bytes that begin like a JPEG. Takes memory only for the Exif block.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Error> {
        let mut frame = None;
        let mut jfif = false;
        let mut adobe_transform = None;
        let mut exif_block = None;
        let mut has_icc = false;
        for segment in header_segments(bytes) {
            let segment = segment?;
            let payload = segment.payload;
            match segment.marker {
                APP0 => jfif |= is_jfif(payload),
                APP1 => {
                    exif_block = exif_block.or_else(|| payload.strip_prefix(EXIF_SIGNATURE));
                }
                APP2 => has_icc |= icc::is_chunk(payload),
                APP14 => adobe_transform = adobe_transform_of(payload).or(adobe_transform),
                SOS => {
                    let header = Self {
                        frame: frame.ok_or_else(|| corrupt("no frame header before the data"))?,
                        jfif,
                        adobe_transform,
                        exif: exif_block.map(exif::read).unwrap_or_default(),
                        has_icc,
                        in_srgb: false,
                        first_scan_components: *payload.first().ok_or_else(|| corrupt("an empty scan header"))?,
                        first_scan: segment.start,
                    };
                    return Ok(Self { in_srgb: header.is_in_srgb(bytes), ..header });
                }
                EOI => return Err(corrupt("it holds no picture")),
                _ if segment.is_frame() => {
                    let former = frame.replace(read_frame(&segment)?);
                    if former.is_some() {
                        return Err(corrupt("two frame headers"));
                    }
                }
                _ => {}
            }
        }
        Err(Error::new(ErrorKind::Truncated))
    }

    fn is_in_srgb(&self, bytes: &[u8]) -> bool {
        let samples = match self.frame.components.len() {
            1 => Samples::Grey,
            3 => Samples::Rgb,
            _ => return false,
        };
        let other = self.icc_profile(bytes).is_some_and(|profile| colour::is_other(&profile, samples));
        !other && !self.means_adobe_rgb()
    }

    /// Cameras set to Adobe RGB may say so in Exif alone.
    pub(crate) fn means_adobe_rgb(&self) -> bool {
        self.exif.adobe_rgb && !self.has_icc && self.frame.components.len() == 3
    }

    /// Whether the decoder must hold all coefficients of the picture before it can give a pixel.
    pub(crate) fn holds_coefficients(&self) -> bool {
        self.frame.progressive || usize::from(self.first_scan_components) < self.frame.components.len()
    }

    /// The embedded profile, if it is whole and for the colours of this picture.
    pub(crate) fn icc_profile(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        if !self.has_icc {
            return None;
        }
        let space = match self.frame.components.len() {
            1 => icc::ProfileSpace::Grey,
            3 => icc::ProfileSpace::Rgb,
            _ => icc::ProfileSpace::Cmyk,
        };
        let chunks = header_segments(bytes)
            .map_while(Result::ok)
            .filter(|segment| segment.marker == APP2)
            .map(|segment| segment.payload);
        icc::join(chunks, space)
    }
}

pub(crate) fn is_jfif(app0: &[u8]) -> bool {
    app0.len() >= 14 && app0.starts_with(b"JFIF\0")
}

/// The transform byte, if an APP14 payload is Adobe's.
pub(crate) fn adobe_transform_of(app14: &[u8]) -> Option<u8> {
    app14.strip_prefix(b"Adobe").and_then(|rest| rest.get(6)).copied()
}

fn read_frame(segment: &Segment<'_>) -> Result<Frame, Error> {
    let progressive = match segment.marker {
        0xc0 | 0xc1 | 0xc9 => false,
        0xc2 | 0xca => true,
        0xc3 | 0xcb => return Err(unsupported("lossless coding")),
        _ => return Err(unsupported("hierarchical coding")),
    };
    let &[precision, h1, h0, w1, w0, count, ref components @ ..] = segment.payload else {
        return Err(corrupt("a frame header that is too short"));
    };
    if components.len() != usize::from(count) * 3 {
        return Err(corrupt("a frame header of the wrong length"));
    }
    if precision != 8 {
        return Err(unsupported(format!("{precision} bits a sample")));
    }
    let height = u16::from_be_bytes([h1, h0]);
    let width = u16::from_be_bytes([w1, w0]);
    if height == 0 {
        return Err(unsupported("the height follows the data"));
    }
    if width == 0 {
        return Err(corrupt("a picture without width"));
    }
    if width > MAX_SIDE_PX || height > MAX_SIDE_PX {
        return Err(unsupported(format!("a side over {MAX_SIDE_PX} pixels")));
    }
    if !matches!(count, 1 | 3 | 4) {
        return Err(unsupported(format!("{count} colour components")));
    }
    let (components, _) = components.as_chunks::<3>();
    let components = components
        .iter()
        .map(|&[id, factors, _table]| Component { id, across: factors >> 4, down: factors & 15 })
        .collect::<Vec<_>>();
    let factors = components.iter().flat_map(|c| [c.across, c.down]);
    if factors.into_iter().any(|factor| !(1..=4).contains(&factor)) {
        return Err(corrupt("an impossible sampling factor"));
    }
    Ok(Frame { width_px: width.into(), height_px: height.into(), progressive, components })
}

fn corrupt(context: &str) -> Error {
    Error::because(ErrorKind::Corrupt, context)
}

fn unsupported(context: impl Into<String>) -> Error {
    Error::because(ErrorKind::UnsupportedJpeg, context)
}
