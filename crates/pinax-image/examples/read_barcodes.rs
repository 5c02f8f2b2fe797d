//! Prints the barcodes of JPEG files, and the time they took against decoding.

use std::time::Instant;

use pinax_image::{BarcodeOptions, BarcodeReader, Luma};
use turbojpeg::PixelFormat;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut reader = BarcodeReader::new(BarcodeOptions::default());
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path)?;
        let started = Instant::now();
        let picture = turbojpeg::decompress(&bytes, PixelFormat::GRAY)?;
        let decoded = started.elapsed();
        let luma = Luma::new(picture.width as u32, picture.height as u32, picture.pitch, &picture.pixels)
            .ok_or("not a picture")?;
        let started = Instant::now();
        let codes = reader.read(luma);
        let ratio = started.elapsed().as_secs_f64() / decoded.as_secs_f64();
        println!(
            "{path}: {} codes, {:.0} ms, {ratio:.2} of decoding",
            codes.len(),
            started.elapsed().as_secs_f64() * 1e3
        );
        for code in codes {
            println!(
                "  {:?} {} at {:?}",
                code.symbology,
                code.text,
                code.corners_px.map(|(x, y)| (x as i32, y as i32))
            );
        }
    }
    Ok(())
}
