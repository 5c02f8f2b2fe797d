//! WebP, GIF and bitmaps in their kinds.

use pinax_image::{ErrorKind, Format, Limits, probe};

use crate::picture::{Pixels, assert_near, sheet};
use crate::seeds::{Said, assert_shows, bmp, bmp_of, coarse, gif_of, lossy_webp, shown, webp, webp_of};

fn format_of(source: &[u8]) -> Format {
    probe(source, &Limits::default()).expect("a picture").format
}

#[test]
fn webp_with_and_without_loss() {
    let picture = sheet(61, 45);
    let source = webp_of(&picture, Said::default());
    assert_eq!(format_of(&source), Format::WebP);
    assert_shows(&source, &picture, "lossless");
    let half = [200, 100, 0, 128].repeat(61 * 45);
    let source = webp(&picture, &half, image_webp::ColorType::Rgba8, Said::default());
    assert_near(shown(&source).unwrap().at(20, 15), [227, 177, 127], 3);
    let found = shown(&lossy_webp()).unwrap();
    assert_eq!((found.width, found.height), (24, 16));
    assert!(found.at(12, 1)[0] > 180 && found.at(12, 1)[2] < 70);
    assert!(found.at(12, 14)[0] < 70 && found.at(12, 14)[2] > 180);
}

#[test]
fn a_webp_whose_frame_is_larger_than_it_says_is_refused() {
    let source = webp_of(&sheet(20, 20), Said { icc: Some(b"none"), ..Said::default() });
    let at = source.windows(4).position(|four| four == b"VP8X").expect("the extended format") + 12;
    let mut lying = source.clone();
    lying[at] = 0xff;
    assert_eq!(probe(&lying, &Limits::default()).expect_err("a lie").kind(), ErrorKind::Corrupt);
    let animated =
        [&source[..4], &(source.len() as u32 + 6).to_le_bytes(), &source[8..], b"ANIM\x06\0\0\0\0\0\0\0\0\0"];
    let error = probe(&animated.concat(), &Limits::default()).expect_err("an animation");
    assert_eq!(error.kind(), ErrorKind::NeedsConverter(Format::WebP));
}

#[test]
fn gif_rows_in_any_order() {
    let picture = coarse(&sheet(61, 45));
    assert_eq!(format_of(&gif_of(&picture, false, None)), Format::Gif);
    assert_shows(&gif_of(&picture, false, None), &picture, "gif");
    assert_shows(&gif_of(&picture, true, None), &picture, "interlaced");
    let black = Pixels::from_fn(20, 20, |_, _| [0; 3]);
    let found = shown(&gif_of(&black, false, Some(0))).unwrap();
    assert_near(found.at(10, 10), [255; 3], 0);
}

#[test]
fn bitmaps_of_all_depths() {
    let picture = sheet(61, 45);
    assert_eq!(format_of(&bmp_of(&picture)), Format::Bmp);
    assert_shows(&bmp_of(&picture), &picture, "24 bits");
    let rows: Vec<u8> = picture.rgb.chunks(3).flat_map(|pixel| [pixel[2], pixel[1], pixel[0], 0]).collect();
    assert_shows(&bmp((61, -45), 32, 0, &[], &rows), &picture, "32 bits, from the top");
    let masks: Vec<u8> = [0xff_u32, 0xff00, 0xff_0000].iter().flat_map(|mask| mask.to_le_bytes()).collect();
    let rows: Vec<u8> = picture.rgb.chunks(3).flat_map(|pixel| [pixel[0], pixel[1], pixel[2], 9]).collect();
    assert_shows(&bmp((61, -45), 32, 3, &masks, &rows), &picture, "32 bits with masks");

    // 16 bits: the levels that 5 bits hold.
    let level = |sample: u8| u16::from(sample) * 31 / 255;
    let packed = |pixel: &[u8]| level(pixel[0]) << 10 | level(pixel[1]) << 5 | level(pixel[2]);
    let rows: Vec<u8> = picture
        .rgb
        .chunks(61 * 3)
        .flat_map(|row| row.chunks(3).map(packed).chain([0]).flat_map(u16::to_le_bytes).collect::<Vec<_>>())
        .collect();
    let wanted = picture.rgb.iter().map(|sample| ((u32::from(level(*sample)) * 255 + 15) / 31) as u8).collect();
    assert_shows(&bmp((61, -45), 16, 0, &[], &rows), &Pixels { rgb: wanted, ..picture }, "16 bits");
}

/// A palette of 16 greys, and the pixels by index, plain and in runs.
#[test]
fn palettes_and_runs() {
    let palette: Vec<u8> = (0..16).flat_map(|level: u8| [level * 17, level * 17, level * 17, 0]).collect();
    let whole: Vec<u8> = palette.iter().copied().chain([0; 240 * 4]).collect();
    let wanted = Pixels::from_fn(8, 2, |x, y| [if y == 0 { x as u8 * 17 } else { 15 * 17 }; 3]);
    let plain = bmp((8, 2), 4, 0, &palette, &[0xff, 0xff, 0xff, 0xff, 0x01, 0x23, 0x45, 0x67]);
    assert_shows(&plain, &wanted, "4 bits");
    let runs = [8, 15, 0, 0, 0, 8, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1];
    assert_shows(&bmp((8, 2), 8, 1, &whole, &runs), &wanted, "runs of 8 bits");
    let runs = [8, 0xff, 0, 0, 0, 8, 0x01, 0x23, 0x45, 0x67, 0, 1];
    assert_shows(&bmp((8, 2), 4, 2, &palette, &runs), &wanted, "runs of 4 bits");
    // Moved by one to the right, and too far.
    let moved = [0, 2, 1, 0, 7, 15, 0, 1];
    assert!(shown(&bmp((8, 2), 8, 1, &whole, &moved)).is_ok());
    let beyond = [0, 2, 1, 0, 8, 15, 0, 1];
    assert_eq!(shown(&bmp((8, 2), 8, 1, &whole, &beyond)).expect_err("outside").kind(), ErrorKind::Corrupt);
    let error = probe(&bmp((8, 2), 0, 4, &[], b"\xff\xd8\xff"), &Limits::default()).expect_err("a JPEG within");
    assert_eq!(error.kind(), ErrorKind::NeedsConverter(Format::Bmp));
}

#[test]
fn every_cut_is_an_error() {
    let picture = coarse(&sheet(20, 15));
    let runs = [8, 15, 0, 0, 0, 8, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1];
    let sources = [
        webp_of(&picture, Said::default()),
        lossy_webp(),
        gif_of(&picture, false, None),
        gif_of(&picture, true, None),
        // The last row ends at a whole word.
        bmp_of(&picture),
        bmp((8, 2), 8, 1, &[9; 1024], &runs),
    ];
    for source in sources {
        let format = format_of(&source);
        assert!(shown(&source).is_ok(), "{format:?}");
        for cut in 16..source.len() {
            let error = shown(&source[..cut]).expect_err("cut off");
            assert_eq!(error.kind(), ErrorKind::Truncated, "{format:?} at {cut}: {error}");
        }
    }
}
