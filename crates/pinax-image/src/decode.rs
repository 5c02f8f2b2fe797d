//! Decoding: all of the picture or an error.
//!
//! libjpeg-turbo tells a warning from a failure only by its words, and reports the first warning
//! alone. A harmless one may therefore hide a grave one, so nothing is waved through unless nothing
//! can come after it: see [`Verdict`].

use turbojpeg::{Colorspace, DecompressHeader, Decompressor, Image, ScalingFactor, Subsamp, YuvImage};

use crate::error::{Error, ErrorKind};
use crate::header::Header;
use crate::probe::Limits;
use crate::samples::Samples;
use crate::scans;

pub(crate) struct Decoder {
    inner: Decompressor,
    limits: Limits,
}

/// What to decode, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decode<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) header: &'a Header,
    /// 1, 2, 4 or 8.
    pub(crate) shrink: u32,
    pub(crate) form: Form,
}

/// What to decode to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Interleaved pixels, rows without gaps.
    Pixels(Samples),
    /// [`Planes`](crate::planes::Planes) as they are in the file.
    Planes(Subsamp),
}

impl Decode<'_> {
    /// Width and height of the decoded pixels: rounded up.
    pub(crate) fn size_px(&self) -> (u32, u32) {
        let frame = &self.header.frame;
        (frame.width_px.div_ceil(self.shrink), frame.height_px.div_ceil(self.shrink))
    }
}

/// What a message of the decoder means.
enum Verdict {
    /// A slip in the header that does not touch the pixels: decode a tidied copy instead.
    TidyHeader,
    /// Nothing wrong up to the last block; then so many bytes too many before the end of the image.
    BytesLeft(usize),
    Failed(Error),
}

impl Decoder {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self { inner: decompressor(limits.max_scans), limits: *limits }
    }

    /// Decodes into `buffer`, which holds exactly what [`Decode::form`] takes at [`Decode::size_px`]. After an error its
    /// content is no picture.
    pub(crate) fn decode(&mut self, what: Decode<'_>, buffer: &mut [u8]) -> Result<(), Error> {
        // Else libjpeg would decode a picture without tables by those of the picture before. A new one takes less than
        // a microsecond.
        self.inner = decompressor(self.limits.max_scans);
        if what.header.holds_coefficients() {
            scans::check(what.bytes, what.header, &self.limits)?;
        }
        match self.attempt(what, what.bytes, buffer) {
            Err(Verdict::TidyHeader) => {
                let tidied = scans::tidied(what.bytes, what.header);
                let outcome = self.attempt(what, &tidied, buffer);
                self.settle(what, outcome)
            }
            outcome => self.settle(what, outcome),
        }
    }

    fn attempt(&mut self, what: Decode<'_>, bytes: &[u8], buffer: &mut [u8]) -> Result<(), Verdict> {
        let outcome = self.decompress(what, bytes, buffer);
        if outcome.is_err() {
            // libjpeg-turbo 3.1 that failed in a header goes on from there in the next file, and
            // fails again.
            self.inner = decompressor(self.limits.max_scans);
        }
        outcome
    }

    fn decompress(&mut self, what: Decode<'_>, bytes: &[u8], buffer: &mut [u8]) -> Result<(), Verdict> {
        let shrink = ScalingFactor::new(1, what.shrink as usize);
        self.inner.set_scaling_factor(shrink).map_err(verdict)?;
        let seen = self.inner.read_header(bytes).map_err(verdict)?;
        let frame = &what.header.frame;
        if (seen.width, seen.height) != (frame.width_px as usize, frame.height_px as usize) {
            let error = Error::because(ErrorKind::Corrupt, "its size is stated twice");
            return Err(Verdict::Failed(error));
        }
        let (width, height) = what.size_px();
        let (width, height) = (width as usize, height as usize);
        let samples = match what.form {
            Form::Planes(Subsamp::Gray) => Samples::Grey,
            Form::Planes(subsamp) => {
                check_planes(&seen, subsamp)?;
                let image = YuvImage { pixels: buffer, width, align: 1, height, subsamp };
                return self.inner.decompress_to_yuv(bytes, image).map_err(verdict);
            }
            Form::Pixels(samples) => samples,
        };
        let pitch = width * samples.bytes();
        let image = Image { pixels: buffer, width, pitch, height, format: samples.pixel_format() };
        self.inner.decompress(bytes, image).map_err(verdict)
    }

    fn settle(&self, what: Decode<'_>, outcome: Result<(), Verdict>) -> Result<(), Error> {
        let corrupt = |context: &str| Err(Error::because(ErrorKind::Corrupt, context));
        match outcome {
            Ok(()) => Ok(()),
            Err(Verdict::Failed(error)) => Err(error),
            Err(Verdict::TidyHeader) => corrupt("unexpected bytes between its parts"),
            Err(Verdict::BytesLeft(count)) => {
                let end = scans::check(what.bytes, what.header, &self.limits)?;
                if scans::is_padding(what.bytes, end, count) { Ok(()) } else { corrupt("picture data is left over") }
            }
        }
    }
}

/// The library writes the planes of the file, whatever planes it is given room for.
fn check_planes(seen: &DecompressHeader, subsamp: Subsamp) -> Result<(), Verdict> {
    if (seen.subsamp, seen.colorspace) == (subsamp, Colorspace::YCbCr) {
        return Ok(());
    }
    Err(failed(ErrorKind::UnsupportedJpeg, "its chroma is not as it seems"))
}

fn decompressor(max_scans: u32) -> Decompressor {
    let mut new = Decompressor::new().expect("a decompressor takes a few kilobytes");
    new.set_scan_limit(max_scans.clamp(1, i32::MAX.unsigned_abs())).expect("a positive limit is accepted");
    new
}

fn verdict(error: turbojpeg::Error) -> Verdict {
    let message = match error {
        turbojpeg::Error::TurboJpegError(message) => message,
        other => return failed(ErrorKind::UnsupportedJpeg, &other.to_string()),
    };
    let message = message.strip_prefix("Corrupt JPEG data: ").unwrap_or(&message);
    if let Some((count, marker)) = message.split_once(" extraneous bytes before marker ") {
        return match (count.parse(), marker) {
            (Ok(count), "0xd9") => Verdict::BytesLeft(count),
            _ => Verdict::TidyHeader,
        };
    }
    const SLIPS: [&str; 4] = [
        "Warning: unknown JFIF revision number",
        "Unknown Adobe color transform code",
        "Invalid SOS parameters for sequential JPEG",
        "bad ICC marker",
    ];
    if SLIPS.iter().any(|slip| message.starts_with(slip)) {
        return Verdict::TidyHeader;
    }
    if message.starts_with("Premature end of JPEG file") {
        return Verdict::Failed(Error::new(ErrorKind::Truncated));
    }
    if message.starts_with("Progressive JPEG image has more than") {
        return Verdict::Failed(Error::new(ErrorKind::TooManyScans));
    }
    let unsupported = ["Unsupported", "Could not determine", "Sorry, "];
    if unsupported.iter().any(|word| message.starts_with(word)) {
        return failed(ErrorKind::UnsupportedJpeg, message);
    }
    failed(ErrorKind::Corrupt, message)
}

fn failed(kind: ErrorKind, message: &str) -> Verdict {
    Verdict::Failed(Error::because(kind, message))
}
