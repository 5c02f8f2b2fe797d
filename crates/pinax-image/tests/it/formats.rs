//! Formats are told by content; what cannot be read is named, not guessed at.

use pinax_image::{ErrorKind, Format, Limits, probe, sniff};

#[test]
fn first_bytes_name_the_format() {
    let cases: [(&[u8], Format); 17] = [
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0", Format::Jpeg),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Format::Png),
        (b"II*\0\x08\0\0\0\0\0", Format::Tiff),
        (b"MM\0*\0\0\0\x08", Format::Tiff),
        (b"II+\0\x08\0\0\0", Format::Tiff),
        (b"II*\0\x10\0\0\0CR\x02\0", Format::CameraRaw),
        (b"FUJIFILMCCD-RAW 0201", Format::CameraRaw),
        (b"GIF89a\x01\0\x01\0", Format::Gif),
        (b"RIFF\x24\0\0\0WEBPVP8 ", Format::WebP),
        (b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0", Format::Bmp),
        (b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14", Format::Jp2),
        (b"\0\0\0\x18ftypheic\0\0\0\0", Format::Heic),
        (b"\0\0\0\x18ftypavif\0\0\0\0", Format::Avif),
        (b"\0\0\0\x18ftypcrx \0\0\0\x01", Format::CameraRaw),
        (b"\xff\x0a\xfa\x7f\x01\x90\x08\x06", Format::JpegXl),
        (b"8BPS\0\x01\0\0\0\0\0\0", Format::Psd),
        (b"%PDF-1.7\n%\xe2\xe3", Format::Pdf),
    ];
    for (bytes, format) in cases {
        assert_eq!(sniff(bytes), Some(format));
        let error = probe(bytes, &Limits::default()).expect_err("no whole picture");
        if matches!(format, Format::Jp2 | Format::Heic | Format::Avif | Format::JpegXl | Format::Psd | Format::Pdf) {
            assert_eq!(error.kind(), ErrorKind::NeedsConverter(format));
            assert!(error.to_string().contains(format.name()));
        } else {
            assert!(!matches!(error.kind(), ErrorKind::NeedsConverter(_) | ErrorKind::NotAnImage), "{error}");
        }
        assert!(format.mime().contains('/'));
    }
}

#[test]
fn the_rest_is_no_image() {
    let cases: [(&[u8], ErrorKind); 7] = [
        (b"", ErrorKind::Empty),
        (b"\xff", ErrorKind::NotAnImage),
        (b"<html><body>404", ErrorKind::NotAnImage),
        (b"BMW registration 1998", ErrorKind::NotAnImage),
        (b"RIFF\x24\0\0\0WAVEfmt ", ErrorKind::NotAnImage),
        (b"\0\0\0\x18ftypmp42\0\0\0\0", ErrorKind::NotAnImage),
        (&[0; 64], ErrorKind::NotAnImage),
    ];
    for (bytes, kind) in cases {
        let error = probe(bytes, &Limits::default()).expect_err("no image");
        assert_eq!(error.kind(), kind);
    }
}
