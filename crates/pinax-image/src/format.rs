//! A format: what kind of file the first bytes say it is, whatever its name.

/// A file format told by its magic bytes. What is not rendered here is named all the same, so that a person, or a
/// converter, learns what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// JPEG (ITU-T T.81), with or without JFIF or Exif.
    Jpeg,
    /// Portable Network Graphics.
    Png,
    /// TIFF or BigTIFF; also DNG, NEF, ARW and other raw files built on it.
    Tiff,
    /// GIF 87a or 89a.
    Gif,
    /// WebP.
    WebP,
    /// Windows bitmap.
    Bmp,
    /// JPEG 2000, boxed or bare code stream.
    Jp2,
    /// HEIC or another HEIF still picture.
    Heic,
    /// AVIF.
    Avif,
    /// JPEG XL, boxed or bare.
    JpegXl,
    /// Photoshop document.
    Psd,
    /// A camera's raw file that is not plain TIFF: CR2, CR3, RAF, ORF, RW2.
    CameraRaw,
    /// PDF: no picture, but often sent in place of one.
    Pdf,
}

impl Format {
    /// The Internet media type.
    #[must_use]
    pub fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Tiff => "image/tiff",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
            Self::Bmp => "image/bmp",
            Self::Jp2 => "image/jp2",
            Self::Heic => "image/heic",
            Self::Avif => "image/avif",
            Self::JpegXl => "image/jxl",
            Self::Psd => "image/vnd.adobe.photoshop",
            Self::CameraRaw => "image/x-raw",
            Self::Pdf => "application/pdf",
        }
    }

    /// The name a person knows it by.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Tiff => "TIFF",
            Self::Gif => "GIF",
            Self::WebP => "WebP",
            Self::Bmp => "BMP",
            Self::Jp2 => "JPEG 2000",
            Self::Heic => "HEIC",
            Self::Avif => "AVIF",
            Self::JpegXl => "JPEG XL",
            Self::Psd => "Photoshop",
            Self::CameraRaw => "camera raw",
            Self::Pdf => "PDF",
        }
    }

    /// How names of such files end, without the dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Tiff => "tif",
            format => format.word(),
        }
    }

    /// One lower-case word, as in configurations and file extensions.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Tiff => "tiff",
            Self::Gif => "gif",
            Self::WebP => "webp",
            Self::Bmp => "bmp",
            Self::Jp2 => "jp2",
            Self::Heic => "heic",
            Self::Avif => "avif",
            Self::JpegXl => "jxl",
            Self::Psd => "psd",
            Self::CameraRaw => "raw",
            Self::Pdf => "pdf",
        }
    }
}

/// Tells a format from the first bytes of a file; 32 are enough. The name and the rest do not count.
#[must_use]
pub fn sniff(bytes: &[u8]) -> Option<Format> {
    const MAGIC: &[(&[u8], Format)] = &[
        (b"\xff\xd8\xff", Format::Jpeg),
        (b"\x89PNG\r\n\x1a\n", Format::Png),
        (b"II*\0\x10\0\0\0CR", Format::CameraRaw),
        (b"IIU\0", Format::CameraRaw),
        (b"IIRO", Format::CameraRaw),
        (b"IIRS", Format::CameraRaw),
        (b"MMOR", Format::CameraRaw),
        (b"FUJIFILMCCD-RAW", Format::CameraRaw),
        (b"II*\0", Format::Tiff),
        (b"MM\0*", Format::Tiff),
        (b"II+\0", Format::Tiff),
        (b"MM\0+", Format::Tiff),
        (b"GIF87a", Format::Gif),
        (b"GIF89a", Format::Gif),
        (b"\0\0\0\x0cjP  \r\n\x87\n", Format::Jp2),
        (b"\xff\x4f\xff\x51", Format::Jp2),
        (b"\0\0\0\x0cJXL \r\n\x87\n", Format::JpegXl),
        (b"\xff\x0a", Format::JpegXl),
        (b"8BPS", Format::Psd),
        (b"%PDF-", Format::Pdf),
    ];
    if let Some((_, format)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Some(*format);
    }
    match (bytes.get(..4)?, bytes.get(4..8)?, bytes.get(8..12)?) {
        (b"RIFF", _, b"WEBP") => Some(Format::WebP),
        (_, b"ftyp", brand) => match brand {
            b"avif" | b"avis" => Some(Format::Avif),
            b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"mif1" | b"msf1" => Some(Format::Heic),
            b"crx " => Some(Format::CameraRaw),
            _ => None,
        },
        // "BM" alone begins many a text: the two reserved words of a bitmap header are zero.
        ([b'B', b'M', ..], _, _) if bytes[6..10] == [0; 4] => Some(Format::Bmp),
        _ => None,
    }
}
