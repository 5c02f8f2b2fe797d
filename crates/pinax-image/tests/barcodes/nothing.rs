//! Pictures without any code: plants, print, rulers, noise.

use pinax_image::{BarcodeOptions, BarcodeReader, Luma};
use pinax_sheet::Sheet;

use super::{read, stored, texts};

#[test]
fn sheets_without_a_code_give_none() {
    for seed in 0..24 {
        let (width, height) = [(1600, 2400), (2400, 1600), (1000, 1500)][seed as usize % 3];
        // The number has no Code 128, so that no sticker is drawn; label, ruler, stamp and plant are.
        let mut picture = Sheet::made_up("Ä12345678", 900 + seed).size(width, height).draw().turned(seed as u8);
        if seed % 2 == 1 {
            picture.add_noise(seed, 9.0);
        }
        let codes = read(&stored(&picture));
        assert!(codes.is_empty(), "seed {seed}: {codes:?}");
    }
}

/// Rulers of every pitch, lines of every width: what an eager reader of bars takes for digits.
#[test]
fn lines_and_noise_give_none() {
    let mut reader = BarcodeReader::new(BarcodeOptions::default());
    let (width, height) = (900usize, 500usize);
    for seed in 0..40u32 {
        let mut state = seed.wrapping_mul(2_654_435_761) | 1;
        let mut random = move || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state
        };
        let mut bytes = vec![225u8; width * height];
        match seed % 4 {
            0 => bytes.iter_mut().for_each(|value| *value = (random() >> 24) as u8),
            kind => {
                let (mut x, pitch) = (60, 3 + seed as usize % 11);
                while x + 40 < width {
                    let bar = if kind == 1 { 2 } else { 1 + random() as usize % pitch };
                    for row in 120..260 + random() as usize % 80 {
                        bytes[row * width + x..row * width + x + bar].fill(30);
                    }
                    x += if kind == 3 { bar + 1 + random() as usize % pitch } else { pitch.max(bar + 1) };
                }
            }
        }
        let codes = reader.read(Luma::new(width as u32, height as u32, width, &bytes).expect("all rows"));
        assert!(codes.is_empty(), "seed {seed}: {:?}", texts(&codes));
    }
}

#[test]
fn the_smallest_pictures_give_none() {
    let mut reader = BarcodeReader::new(BarcodeOptions::default());
    for (width, height) in [(0, 0), (1, 1), (1, 900), (900, 1), (8, 8), (9, 17), (31, 40)] {
        let bytes: Vec<u8> = (0..width * height).map(|index| (index * 89 % 256) as u8).collect();
        let luma = Luma::new(width, height, width as usize, &bytes).expect("all rows");
        assert!(reader.read(luma).is_empty(), "{width} x {height}");
    }
}
