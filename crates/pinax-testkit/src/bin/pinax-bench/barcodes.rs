//! Barcodes of 24-megapixel sheets: time and codes found, against zxing-cpp looking hard at the whole picture.

use std::io::{Error, Result};
use std::time::Instant;

use pinax_image::{BarcodeOptions, BarcodeReader, Luma, Symbology};
use pinax_sheet::{Print, Sheet, Symbol};
use zxingcpp::{BarcodeFormat, ImageFormat, ImageView};

use crate::Figure;
use crate::measure::median;

const SHEETS: u64 = 4;
const ROUNDS: usize = 3;
const WIDTH_PX: u32 = 4000;
const HEIGHT_PX: u32 = 6000;
const TEXTS: [(Symbology, &str); 6] = [
    (Symbology::Code128, "BM001128286"),
    (Symbology::Code39, "V0391327F"),
    (Symbology::Codabar, "023456789"),
    (Symbology::Itf, "1234567890"),
    (Symbology::QrCode, "https://example.org/NY01234567"),
    (Symbology::DataMatrix, "1681107"),
];

pub(crate) fn barcodes() -> Result<Vec<Figure>> {
    let plain = Print { module_px: 5.0, tilt_degrees: 1.5, blur_modules: 0.2, contrast: 0.9, bars_modules: 30.0 };
    let hard = Print { module_px: 2.5, tilt_degrees: 28.0, blur_modules: 0.4, contrast: 0.5, bars_modules: 30.0 };
    let mut figures = Vec::new();
    for (names, print) in [
        (["barcodes 24 MP, six plain codes, ms, zxing-cpp", "barcodes found, plain, zxing-cpp"], Some(plain)),
        (["barcodes 24 MP, six hard codes, ms, zxing-cpp", "barcodes found, hard, zxing-cpp"], Some(hard)),
        (["barcodes 24 MP, no code, ms, zxing-cpp", "barcodes invented, zxing-cpp"], None),
    ] {
        let planes: Vec<Vec<u8>> = (0..SHEETS).map(|seed| draw(seed, print)).collect::<Result<_>>()?;
        let mut reader = BarcodeReader::new(BarcodeOptions::default());
        let (mut ours_ms, mut peer_ms, mut ours, mut peer) = (Vec::new(), Vec::new(), 0, 0);
        for round in 0..ROUNDS {
            for plane in &planes {
                let luma = Luma::new(WIDTH_PX, HEIGHT_PX, WIDTH_PX as usize, plane)
                    .ok_or_else(|| Error::other("the plane has another size"))?;
                let started = Instant::now();
                let found: Vec<String> = reader.read(luma).into_iter().map(|code| code.text).collect();
                ours_ms.push(started.elapsed().as_secs_f64() * 1e3);
                let started = Instant::now();
                let seen = whole(plane)?;
                peer_ms.push(started.elapsed().as_secs_f64() * 1e3);
                if round == 0 {
                    ours += right(&found, print.is_some());
                    peer += right(&seen, print.is_some());
                }
            }
        }
        let ratio = median(ours_ms.iter().zip(&peer_ms).map(|(ours, peer)| ours / peer).collect());
        let ms = |values: Vec<f64>| format!("{:.0} ms", median(values));
        figures.push(Figure { name: names[0].to_owned(), ours: ms(ours_ms), peer: ms(peer_ms), ratio, target: 1.0 });
        let (better, worse) = if print.is_some() { (ours, peer) } else { (peer, ours) };
        let ratio = if worse == 0 { 0.0 } else { worse as f64 / better as f64 };
        figures.push(Figure {
            name: names[1].to_owned(),
            ours: ours.to_string(),
            peer: peer.to_string(),
            ratio,
            target: 1.0,
        });
    }
    Ok(figures)
}

/// The brightness of a sheet with all codes, or none.
fn draw(seed: u64, print: Option<Print>) -> Result<Vec<u8>> {
    // The number has no Code 128, so that the sheet has no sticker of its own.
    let mut picture = Sheet::made_up("Ä12345678", seed).size(WIDTH_PX, HEIGHT_PX).draw();
    if let Some(print) = print {
        for (index, (symbology, text)) in TEXTS.into_iter().enumerate() {
            let symbol = Symbol::new(symbology, text).ok_or_else(|| Error::other(format!("{text} cannot be drawn")))?;
            let place = (900.0 + 1100.0 * (index % 3) as f32, 1300.0 + 1700.0 * (index / 3) as f32);
            picture.print(&symbol, place, &print);
        }
    }
    Ok(picture.to_grey().rgb.into_iter().step_by(3).collect())
}

fn whole(plane: &[u8]) -> Result<Vec<String>> {
    let view = ImageView::from_slice(plane, WIDTH_PX, HEIGHT_PX, ImageFormat::Lum).map_err(Error::other)?;
    let reader = zxingcpp::read().try_harder(true).try_rotate(true).try_invert(false).formats([
        BarcodeFormat::Code128,
        BarcodeFormat::Code39,
        BarcodeFormat::Codabar,
        BarcodeFormat::ITF,
        BarcodeFormat::QRCode,
        BarcodeFormat::DataMatrix,
    ]);
    let codes = reader.from(view).map_err(Error::other)?;
    Ok(codes.iter().map(|code| code.text().trim_matches(|letter| matches!(letter, 'A'..='D')).to_owned()).collect())
}

/// Codes that are there and were read; without any there, those that were read all the same.
fn right(read: &[String], drawn: bool) -> usize {
    if drawn { TEXTS.iter().filter(|(_, text)| read.iter().any(|read| read == text)).count() } else { read.len() }
}
