//! Prints the barcodes of JPEG files, and the time they took against decoding their brightness.
//!
//! `read_barcodes FILE...`, or `read_barcodes --drawn` for made-up sheets of 24 megapixels.

use std::time::Instant;

use pinax_image::{BarcodeOptions, BarcodeReader, EncodeOptions, Luma, Symbology};
use pinax_sheet::{Print, Sheet, Symbol};
use turbojpeg::PixelFormat;

/// The quickest of so many is told.
const ROUNDS: usize = 5;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut reader = BarcodeReader::new(BarcodeOptions::default());
    for argument in std::env::args().skip(1) {
        if argument == "--drawn" {
            for (name, jpeg) in drawn() {
                tell(&mut reader, &name, &jpeg)?;
            }
        } else {
            tell(&mut reader, &argument, &std::fs::read(&argument)?)?;
        }
    }
    Ok(())
}

fn tell(reader: &mut BarcodeReader, name: &str, jpeg: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
    let picture = turbojpeg::decompress(jpeg, PixelFormat::GRAY)?;
    let (width, height) = (picture.width as u32, picture.height as u32);
    let luma = Luma::new(width, height, picture.pitch, &picture.pixels).ok_or("not a picture")?;
    let (mut decode_ms, mut read_ms) = (f64::MAX, f64::MAX);
    let mut codes = Vec::new();
    let started = Instant::now();
    for _ in 0..ROUNDS {
        let from_ms = spent_ms(started);
        turbojpeg::decompress(jpeg, PixelFormat::GRAY)?;
        let between_ms = spent_ms(started);
        codes = reader.read(luma);
        decode_ms = decode_ms.min(between_ms - from_ms);
        read_ms = read_ms.min(spent_ms(started) - between_ms);
    }
    println!(
        "{name}: {:.1} MP, {} codes, {read_ms:.0} ms, {:.2} of decoding in {decode_ms:.0} ms",
        f64::from(width) * f64::from(height) / 1e6,
        codes.len(),
        read_ms / decode_ms
    );
    for code in codes {
        let corners = code.corners_px.map(|(x, y)| (x as i32, y as i32));
        println!("  {:?} {} at {corners:?}", code.symbology, code.text);
    }
    Ok(())
}

/// Of this thread alone where the system tells it, as Linux does, so that other work does not count.
fn spent_ms(since: Instant) -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let spent_ns = told.as_deref().and_then(|text| text.split(' ').next()?.parse::<u64>().ok());
    spent_ns.map_or(since.elapsed().as_secs_f64() * 1e3, |ns| ns as f64 / 1e6)
}

/// A sheet with its sticker, with six small tilted codes, and with none.
fn drawn() -> Vec<(String, Vec<u8>)> {
    let print = Print { module_px: 2.5, tilt_degrees: 28.0, blur_modules: 0.4, contrast: 0.5, bars_modules: 30.0 };
    let texts = ["BM001128286", "V0391327F", "023456789", "1234567890", "https://example.org/NY01234567", "1681107"];
    let mut sheets = Vec::new();
    for (name, number, codes) in
        [("sticker", "NY01234567", 0), ("small codes", "Ä12345678", 6), ("none", "Ä12345678", 0)]
    {
        for seed in 1..3 {
            let mut picture = Sheet::made_up(number, seed).size(4000, 6000).draw();
            for (index, (symbology, text)) in Symbology::ALL.into_iter().zip(texts).take(codes).enumerate() {
                if let Some(symbol) = Symbol::new(symbology, text) {
                    let place = (900.0 + 1100.0 * (index % 3) as f32, 1300.0 + 1700.0 * (index / 3) as f32);
                    picture.print(&symbol, place, &print);
                }
            }
            let jpeg = picture.to_jpeg(&EncodeOptions { quality: 90, ..EncodeOptions::default() });
            sheets.push((format!("drawn, {name}, {seed}"), jpeg));
        }
    }
    sheets
}
