//! Barcodes: real pictures, drawn sheets, and pictures without any.

mod drawn;
mod nothing;
mod real;

use pinax_image::{Barcode, BarcodeOptions, BarcodeReader, EncodeOptions, Luma};
use pinax_sheet::Picture;
use turbojpeg::{Image, PixelFormat};

/// A JPEG's brightness.
fn decoded(jpeg: &[u8]) -> Image<Vec<u8>> {
    turbojpeg::decompress(jpeg, PixelFormat::GRAY).expect("a whole JPEG")
}

fn luma(image: &Image<Vec<u8>>) -> Luma<'_> {
    Luma::new(image.width as u32, image.height as u32, image.pitch, &image.pixels).expect("all rows")
}

fn read(jpeg: &[u8]) -> Vec<Barcode> {
    BarcodeReader::new(BarcodeOptions::default()).read(luma(&decoded(jpeg)))
}

/// As a camera would store it: small and lossy.
fn stored(picture: &Picture) -> Vec<u8> {
    picture.to_jpeg(&EncodeOptions { quality: 75, ..EncodeOptions::default() })
}

fn texts(codes: &[Barcode]) -> Vec<&str> {
    let mut texts: Vec<&str> = codes.iter().map(|code| code.text.as_str()).collect();
    texts.sort_unstable();
    texts
}
