//! PNG in its kinds.

use pinax_image::{ErrorKind, Format, Limits, probe};
use png::{BitDepth, ColorType};

use crate::picture::{Pixels, assert_near, sheet};
use crate::seeds::{Said, assert_shows, png, png_of, png_with, shown};

#[test]
fn depths_and_colours() {
    let picture = sheet(61, 45);
    let size = (61, 45);
    let said = Said::default();
    assert_shows(&png_of(&picture, said), &picture, "rgb");
    assert_eq!(probe(&png_of(&picture, said), &Limits::default()).unwrap().format, Format::Png);
    // The low byte is noise.
    let deep: Vec<u8> = picture.rgb.iter().flat_map(|sample| [*sample, 255 - sample / 2]).collect();
    assert_shows(&png(size, ColorType::Rgb, BitDepth::Sixteen, &deep, said), &picture, "16 bits");
    let grey: Vec<u8> = picture.rgb.chunks(3).map(|pixel| pixel[0]).collect();
    let wanted = Pixels { rgb: grey.iter().flat_map(|g| [*g; 3]).collect(), ..picture };
    assert_shows(&png(size, ColorType::Grayscale, BitDepth::Eight, &grey, said), &wanted, "grey");
    let stripes = vec![0b1010_1010; 8 * 45];
    let found = shown(&png(size, ColorType::Grayscale, BitDepth::One, &stripes, said)).unwrap();
    assert!(found.at(0, 0)[0] > 200 && found.at(1, 0)[0] < 50);
}

#[test]
fn transparent_is_white() {
    let said = Said::default();
    let half = [200, 100, 0, 128].repeat(20 * 20);
    let found = shown(&png((20, 20), ColorType::Rgba, BitDepth::Eight, &half, said)).unwrap();
    assert_near(found.at(10, 10), [227, 177, 127], 3);
    let half = [200, 0, 100, 0, 0, 0, 128, 0].repeat(20 * 20);
    let found = shown(&png((20, 20), ColorType::Rgba, BitDepth::Sixteen, &half, said)).unwrap();
    assert_near(found.at(10, 10), [227, 177, 127], 3);
    let none = [10, 0].repeat(20 * 20);
    let found = shown(&png((20, 20), ColorType::GrayscaleAlpha, BitDepth::Eight, &none, said)).unwrap();
    assert_near(found.at(10, 10), [255; 3], 0);
}

#[test]
fn palettes() {
    let palette = [255, 0, 0, 0, 255, 0, 0, 0, 255, 240, 240, 240];
    let indices = [0x00, 0x55, 0xaa, 0xff].repeat(16);
    let wanted = Pixels::from_fn(16, 16, |x, _| {
        let at = x as usize / 4 * 3;
        [palette[at], palette[at + 1], palette[at + 2]]
    });
    let source = png_with((16, 16), ColorType::Indexed, BitDepth::Two, &indices, Said::default(), &palette);
    assert_shows(&source, &wanted, "palette");
}

/// The 7 passes by hand: the encoder writes none.
#[test]
fn interlaced_rows_fall_into_place() {
    let picture = sheet(29, 23);
    let passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];
    let mut rows = Vec::new();
    for (left, top, across, down) in passes {
        for y in (top..23).step_by(down) {
            let row: Vec<u8> = (left..29).step_by(across).flat_map(|x| picture.at(x, y as u32)).collect();
            if !row.is_empty() {
                rows.push(0);
                rows.extend(row);
            }
        }
    }
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, &rows).unwrap();
    let plain = png_of(&picture, Said::default());
    let mut header = plain[16..29].to_vec();
    header[12] = 1;
    let mut source = plain[..8].to_vec();
    for (kind, data) in [(b"IHDR", header), (b"IDAT", packed.finish().unwrap()), (b"IEND", Vec::new())] {
        source.extend((data.len() as u32).to_be_bytes());
        let start = source.len();
        source.extend(kind);
        source.extend(&data);
        let mut sum = flate2::Crc::new();
        sum.update(&source[start..]);
        source.extend(sum.sum().to_be_bytes());
    }
    assert!(probe(&source, &Limits::default()).unwrap().progressive);
    assert_shows(&source, &picture, "interlaced");
}

#[test]
fn every_cut_is_an_error() {
    let source = png_of(&sheet(30, 20), Said::default());
    for cut in 8..source.len() {
        let error = shown(&source[..cut]).expect_err("cut off");
        assert_eq!(error.kind(), ErrorKind::Truncated, "{cut}: {error}");
    }
}
