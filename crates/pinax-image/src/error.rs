//! The one error of this crate: a kind to decide by and words for a person.

use std::fmt;

use crate::format::Format;

/// What is wrong with an image, for deciding what to do about it.
///
/// None of these goes away by trying again with the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No bytes at all.
    Empty,
    /// The first bytes belong to no image format known here.
    NotAnImage,
    /// An image, but of a format, or a rare kind of it, that only another program can read.
    NeedsConverter(Format),
    /// The bytes contradict the standard of their format or their own header.
    Corrupt,
    /// The file ends before its picture does.
    Truncated,
    /// More pixels than [`Limits::max_pixels`](crate::Limits).
    TooLarge {
        /// Pixels the header declares.
        pixels: u64,
        /// Pixels allowed.
        limit: u64,
    },
    /// Decoding takes more memory beside the pixels than [`Limits::max_decoder_bytes`](crate::Limits).
    TooMuchMemory {
        /// Bytes allowed.
        limit_bytes: u64,
    },
    /// Decoding took longer than [`Limits::max_time`](crate::Limits).
    TookTooLong,
    /// More scans than [`Limits::max_scans`](crate::Limits): small to send, endless to decode.
    TooManyScans,
    /// A rare kind of JPEG: 12 bits a sample, lossless, two components and the like.
    UnsupportedJpeg,
    /// These are not the bytes that were probed.
    NotAsProbed,
    /// Pixels could not be made into a JPEG: their count or a side does not fit.
    Encode,
}

/// Why an image could not be probed, rendered or encoded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Error {
    kind: ErrorKind,
    context: Option<String>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self { kind, context: None }
    }

    pub(crate) fn because(kind: ErrorKind, context: impl Into<String>) -> Self {
        Self { kind, context: Some(context.into()) }
    }

    /// What is wrong, for deciding by.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The finer cause, if one is known: often the decoder's own words.
    #[must_use]
    pub fn context(&self) -> Option<&str> {
        self.context.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            ErrorKind::Empty => f.write_str("the file is empty")?,
            ErrorKind::NotAnImage => f.write_str("this is not an image file")?,
            ErrorKind::NeedsConverter(format) => {
                write!(f, "this {} file needs a converter", format.name())?;
            }
            ErrorKind::Corrupt => f.write_str("the picture is damaged")?,
            ErrorKind::Truncated => {
                f.write_str("the picture is cut off: the file ends before it does")?;
            }
            ErrorKind::TooLarge { pixels, limit } => write!(
                f,
                "the picture is too large: {} megapixels, {} are allowed",
                pixels.div_ceil(1_000_000),
                limit / 1_000_000
            )?,
            ErrorKind::TooMuchMemory { limit_bytes } => {
                write!(f, "decoding it takes more than {} megabytes beside the pixels", limit_bytes / 1_000_000)?;
            }
            ErrorKind::TookTooLong => f.write_str("decoding it takes too long")?,
            ErrorKind::TooManyScans => {
                f.write_str("the JPEG is sent in too many passes to be a picture")?;
            }
            ErrorKind::UnsupportedJpeg => f.write_str("this kind of JPEG cannot be read")?,
            ErrorKind::NotAsProbed => f.write_str("the file changed while it was being read")?,
            ErrorKind::Encode => f.write_str("the picture cannot be written as a JPEG")?,
        }
        match &self.context {
            Some(context) => write!(f, " ({context})"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Error, ErrorKind, Format};

    #[test]
    fn reads_like_a_sentence_at_an_imaging_station() {
        let cases = [
            (Error::new(ErrorKind::Empty), "the file is empty"),
            (Error::new(ErrorKind::NeedsConverter(Format::Heic)), "this HEIC file needs a converter"),
            (
                Error::new(ErrorKind::TooLarge { pixels: 400_000_001, limit: 400_000_000 }),
                "the picture is too large: 401 megapixels, 400 are allowed",
            ),
            (Error::because(ErrorKind::Corrupt, "bad Huffman code"), "the picture is damaged (bad Huffman code)"),
        ];
        for (error, words) in cases {
            assert_eq!(error.to_string(), words);
        }
    }
}
