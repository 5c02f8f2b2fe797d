//! TIFF in its kinds, made by hand and by another library.

use std::io::{Cursor, Write};
use std::mem;

use flate2::Compression as Level;
use flate2::write::ZlibEncoder;
use pinax_image::{ColorModel, ErrorKind, Format, Limits, Subsampling, probe};
use tiff::encoder::colortype::{CMYK8, ColorType, Gray8, Gray16, RGB8, RGB16};
use tiff::encoder::{Compression, DeflateLevel, Predictor, TiffEncoder, TiffKind, TiffValue};

use crate::picture::{Pixels, assert_near, fine, jpeg, sheet};
use crate::seeds::{assert_shows, shown};
use crate::tiff_file::{Page, Shape, Value, write};

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut packer = ZlibEncoder::new(Vec::new(), Level::default());
    packer.write_all(bytes).expect("writes");
    packer.finish().expect("writes")
}

/// As another library writes it.
fn encoded<C: ColorType, K: TiffKind>(
    mut encoder: TiffEncoder<Cursor<&mut Vec<u8>>, K>,
    size: (u32, u32),
    samples: &[C::Inner],
) where
    [C::Inner]: TiffValue,
{
    let mut image = encoder.new_image::<C>(size.0, size.1).expect("writes");
    image.rows_per_strip(7).expect("writes");
    image.write_data(samples).expect("writes");
}

#[test]
fn every_compression_of_another_library_is_read() {
    let picture = sheet(61, 45);
    let size = (61, 45);
    let deep: Vec<u16> = picture.rgb.iter().map(|sample| u16::from(*sample) * 257).collect();
    let compressions =
        [Compression::Uncompressed, Compression::Lzw, Compression::Deflate(DeflateLevel::Fast), Compression::Packbits];
    for compression in compressions {
        for predictor in [Predictor::None, Predictor::Horizontal] {
            if predictor == Predictor::Horizontal
                && matches!(compression, Compression::Packbits | Compression::Uncompressed)
            {
                continue;
            }
            let what = format!("compression {:?}, {predictor:?}", mem::discriminant(&compression));
            let mut file = Vec::new();
            let encoder = TiffEncoder::new(Cursor::new(&mut file)).unwrap();
            encoded::<RGB8, _>(encoder.with_compression(compression).with_predictor(predictor), size, &picture.rgb);
            assert_shows(&file, &picture, &what);
            let mut file = Vec::new();
            let encoder = TiffEncoder::new_big(Cursor::new(&mut file)).unwrap();
            encoded::<RGB16, _>(encoder.with_compression(compression).with_predictor(predictor), size, &deep);
            assert_shows(&file, &picture, &format!("{what}, 16 bits, BigTIFF"));
        }
    }
}

#[test]
fn grey_inks_and_transparency() {
    let picture = sheet(40, 30);
    let grey: Vec<u8> = picture.rgb.chunks(3).map(|pixel| pixel[0]).collect();
    let wanted = Pixels { rgb: grey.iter().flat_map(|g| [*g; 3]).collect(), ..picture };
    let mut file = Vec::new();
    encoded::<Gray8, _>(TiffEncoder::new(Cursor::new(&mut file)).unwrap(), (40, 30), &grey);
    assert_shows(&file, &wanted, "grey");
    let deep: Vec<u16> = grey.iter().map(|sample| u16::from(*sample) * 257).collect();
    let mut file = Vec::new();
    encoded::<Gray16, _>(TiffEncoder::new(Cursor::new(&mut file)).unwrap(), (40, 30), &deep);
    assert_shows(&file, &wanted, "grey, 16 bits");

    let negative = grey.iter().map(|sample| 255 - sample).collect();
    let file = write(Shape::Big, &[Page::new((40, 30), 0, 1, 8).strips(30, vec![negative])]);
    assert_shows(&file, &wanted, "white is zero");

    // Light printed with three inks and no black.
    let inks: Vec<u8> = picture.rgb.chunks(3).flat_map(|p| [255 - p[0], 255 - p[1], 255 - p[2], 0]).collect();
    let mut file = Vec::new();
    encoded::<CMYK8, _>(TiffEncoder::new(Cursor::new(&mut file)).unwrap(), (40, 30), &inks);
    assert_eq!(probe(&file, &Limits::default()).unwrap().color, ColorModel::Cmyk);
    assert_shows(&file, &picture, "four inks");

    let half: Vec<u8> = [200, 100, 0, 128].repeat(40 * 30);
    let file = write(Shape::Little, &[Page::new((40, 30), 2, 4, 8).tag(338, 2).strips(30, vec![half])]);
    assert_near(shown(&file).unwrap().at(20, 15), [227, 177, 127], 3);
    let laid = [100, 50, 0, 128].repeat(40 * 30);
    let file = write(Shape::Little, &[Page::new((40, 30), 2, 4, 8).tag(338, 1).strips(30, vec![laid])]);
    assert_near(shown(&file).unwrap().at(20, 15), [227, 177, 127], 3);
}

#[test]
fn few_bits_and_palettes() {
    let (width, height) = (37, 20);
    for bits in [1_u16, 2, 4, 8] {
        let most = (1_u32 << bits) - 1;
        let value = |x: u32, y: u32| (x / 3 + y) & most;
        let row_bytes = (width as usize * usize::from(bits)).div_ceil(8);
        let mut packed = vec![0_u8; row_bytes * height as usize];
        for (y, row) in (0..height).zip(packed.chunks_mut(row_bytes)) {
            for x in 0..width {
                let bit = x as usize * usize::from(bits);
                row[bit / 8] |= (value(x, y) << (8 - usize::from(bits) - bit % 8)) as u8;
            }
        }
        let grey = Pixels::from_fn(width, height, |x, y| [(value(x, y) * 255 / most) as u8; 3]);
        let page = Page::new((width, height), 1, 1, bits).strips(height, vec![packed.clone()]);
        assert_shows(&write(Shape::Little, &[page]), &grey, &format!("grey of {bits} bits"));

        let colours = 1 << bits;
        let colour = |at: u32| [at * 65_535 / most, 65_535 - at * 65_535 / most, 20_000].map(|sample| sample as u16);
        let palette = (0..3).flat_map(|sample| (0..colours).map(move |at| colour(at)[sample])).collect();
        let wanted = Pixels::from_fn(width, height, |x, y| colour(value(x, y)).map(|sample| (sample / 257) as u8));
        let page =
            Page::new((width, height), 3, 1, bits).value(320, Value::Short(palette)).strips(height, vec![packed]);
        let found = shown(&write(Shape::Big, &[page])).unwrap();
        // Chroma is halved on the way; the mean colour is not.
        let mean = |pixels: &Pixels, at: usize| {
            pixels.rgb.iter().skip(at).step_by(3).map(|s| u64::from(*s)).sum::<u64>() / u64::from(width * height)
        };
        for at in 0..3 {
            assert!(mean(&found, at).abs_diff(mean(&wanted, at)) <= 4, "palette of {bits} bits");
        }
    }
}

#[test]
fn tiles_and_separate_planes() {
    let picture = sheet(75, 50);
    // 3 x 4 tiles of 32 x 16 that hang over the right and lower edge.
    let tile = |left: u32, top: u32, plane: Option<usize>| -> Vec<u8> {
        let pixels = (top..top + 16).flat_map(|y| (left..left + 32).map(move |x| (x, y)));
        let pixels = pixels.map(|(x, y)| if x < 75 && y < 50 { picture.at(x, y) } else { [9; 3] });
        match plane {
            None => pixels.flatten().collect(),
            Some(plane) => pixels.map(|pixel| pixel[plane]).collect(),
        }
    };
    let places: Vec<(u32, u32)> = (0..4).flat_map(|down| (0..3).map(move |across| (across * 32, down * 16))).collect();
    let tiles = places.iter().map(|(x, y)| deflated(&tile(*x, *y, None))).collect();
    let page = Page::new((75, 50), 2, 3, 8).tag(259, 8).tiles((32, 16), tiles);
    assert_shows(&write(Shape::Little, &[page]), &picture, "tiles");
    let tiles = (0..3).flat_map(|plane| places.iter().map(move |(x, y)| (*x, *y, plane)));
    let tiles = tiles.map(|(x, y, plane)| tile(x, y, Some(plane))).collect();
    let page = Page::new((75, 50), 2, 3, 8).tag(284, 2).tiles((32, 16), tiles);
    assert_shows(&write(Shape::BigTiff, &[page]), &picture, "tiles of separate planes");

    // JPEGs of 32 x 16, as tiles, in the colours of JPEG and in plain ones.
    let jpegs = |kind: u16| {
        let tiles = places.iter().map(|(x, y)| {
            let pixels = Pixels { width: 32, height: 16, rgb: tile(*x, *y, None) };
            jpeg(&pixels, &fine())
        });
        Page::new((75, 50), kind, 3, 8).tag(259, 7).tiles((32, 16), tiles.collect())
    };
    assert_shows(&write(Shape::Little, &[jpegs(6)]), &picture, "tiles of JPEG");
}

#[test]
fn jpeg_strips_share_their_tables() {
    let picture = sheet(64, 48);
    let options = pinax_image::EncodeOptions { subsampling: Subsampling::Quarter420, ..fine() };
    let mut tables = vec![0xff, 0xd8];
    let mut strips = Vec::new();
    for strip in picture.rgb.chunks(64 * 16 * 3) {
        let whole = jpeg(&Pixels { width: 64, height: 16, rgb: strip.to_vec() }, &options);
        // Tables (DQT, DHT) go to the tag; the rest stays.
        let (mut at, mut body) = (2, vec![0xff, 0xd8]);
        tables.truncate(2);
        while whole[at + 1] != 0xda {
            let end = at + 2 + usize::from(u16::from_be_bytes([whole[at + 2], whole[at + 3]]));
            if matches!(whole[at + 1], 0xdb | 0xc4) { &mut tables } else { &mut body }.extend(&whole[at..end]);
            at = end;
        }
        body.extend(&whole[at..]);
        strips.push(body);
    }
    tables.extend([0xff, 0xd9]);
    let page = Page::new((64, 48), 6, 3, 8).tag(259, 7).value(347, Value::Bytes(tables)).strips(16, strips);
    assert_shows(&write(Shape::Big, &[page]), &picture, "strips of JPEG");
}

#[test]
fn the_largest_page_is_the_picture() {
    let page = |picture: &Pixels| {
        Page::new((picture.width, picture.height), 2, 3, 8).strips(u32::MAX, vec![picture.rgb.clone()])
    };
    let (small, large, middle) = (sheet(20, 30), sheet(60, 90), sheet(40, 60));
    let pages = [page(&small), page(&large), page(&middle)];
    assert_shows(&write(Shape::Little, &pages), &large, "the second of three");
    let nested = page(&small).below(page(&middle)).below(page(&large));
    assert_shows(&write(Shape::Big, &[nested]), &large, "below a thumbnail");
    let mask = Page::new((90, 90), 1, 1, 8).tag(254, 4).strips(90, vec![vec![0; 8100]]);
    assert_shows(&write(Shape::Little, &[page(&large), mask]), &large, "beside a mask");
}

#[test]
fn odd_kinds_need_a_converter() {
    let plain = |kind: u16, samples: u16, bits: u16| {
        Page::new((8, 8), kind, samples, bits).strips(8, vec![vec![0; 8 * 8 * 4 * 4]])
    };
    let cases = [
        plain(1, 1, 1).tag(259, 4),
        plain(2, 3, 8).tag(259, 50_000),
        plain(8, 3, 8),
        plain(6, 3, 8),
        plain(1, 1, 32).tag(339, 3),
        plain(1, 1, 12),
        plain(5, 4, 8).tag(332, 2),
    ];
    for page in cases {
        let error = probe(&write(Shape::Little, &[page]), &Limits::default()).expect_err("an odd kind");
        assert_eq!(error.kind(), ErrorKind::NeedsConverter(Format::Tiff));
        assert!(error.context().is_some());
    }
}

#[test]
fn lies_of_a_header_are_caught() {
    let page = || Page::new((16, 16), 1, 1, 8).tag(259, 8).strips(4, vec![deflated(&[7; 64]); 4]);
    let sound = write(Shape::Little, &[page()]);
    assert!(shown(&sound).is_ok());
    let refused = |file: &[u8], wanted: ErrorKind| assert_eq!(shown(file).expect_err("a lie").kind(), wanted);
    // Fewer strips, or strips of fewer rows, than the picture has.
    refused(&write(Shape::Little, &[Page { chunks: page().chunks[..3].to_vec(), ..page() }]), ErrorKind::Corrupt);
    let short = Page { chunks: vec![deflated(&[7; 63]); 4], ..page() };
    refused(&write(Shape::Little, &[short]), ErrorKind::Corrupt);
    // A directory whose next is itself.
    let mut circle = sound;
    let first = circle[4..8].to_vec();
    let end = circle.len();
    circle[end - 4..].copy_from_slice(&first);
    refused(&circle, ErrorKind::Corrupt);
    // A tile of 64 gigapixels for a picture of 256.
    let tile = Page::new((16, 16), 1, 1, 8).tag(259, 8).tiles((1 << 18, 1 << 18), vec![deflated(&[7; 64])]);
    refused(&write(Shape::Little, &[tile]), ErrorKind::Corrupt);
    let bomb = Page::new((100_000, 100_000), 1, 1, 8).tag(259, 8).strips(u32::MAX, vec![deflated(&[7; 64])]);
    let error = probe(&write(Shape::Little, &[bomb]), &Limits::default()).expect_err("a bomb");
    assert!(matches!(error.kind(), ErrorKind::TooLarge { .. }));
}
