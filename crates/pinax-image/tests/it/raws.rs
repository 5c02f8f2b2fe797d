//! Camera raw files: the largest JPEG in them, turned as the file says.

use pinax_image::{ErrorKind, Format, Limits, Orientation, probe};

use crate::picture::{fine, jpeg, sheet};
use crate::seeds::{Said, assert_shows, dng_of, exif_block, shown};
use crate::tiff_file::{Page, Shape, Value, write};

fn refusal(source: &[u8]) -> ErrorKind {
    probe(source, &Limits::default()).expect_err("refused").kind()
}

#[test]
fn a_dng_shows_its_largest_jpeg() {
    let picture = sheet(60, 40);
    let source = dng_of(&picture, Said::default());
    let found = probe(&source, &Limits::default()).unwrap();
    assert_eq!((found.format, found.width_px), (Format::CameraRaw, 60));
    assert_shows(&source, &picture, "dng");
}

/// A JPEG of 513 and 514, as Nikon and Sony keep it, and Panasonic's own tag.
#[test]
fn jpegs_by_place_and_length() {
    let picture = sheet(60, 40);
    let plain = jpeg(&picture, &fine());
    let sensor = Page::new((61, 41), 32_803, 1, 8).strips(41, vec![vec![7; 61 * 41]]);
    let page = Page::default().value(513, Value::Long(vec![8])).value(514, Value::Long(vec![plain.len() as u32]));
    let mut source = write(Shape::Little, &[page, sensor]);
    // The JPEG goes to the end, and its place into the tag.
    let end = source.len() as u32;
    let at = source.windows(4).position(|four| four == [1, 2, 4, 0]).expect("tag 513") + 8;
    source[at..at + 4].copy_from_slice(&end.to_le_bytes());
    assert_eq!(refusal(&source), ErrorKind::Truncated);
    source.extend(&plain);
    assert_shows(&source, &picture, "by place and length");
    source.pop();
    assert_eq!(refusal(&source), ErrorKind::Truncated);

    let page = Page::default().value(0x2e, Value::Bytes(plain));
    let mut panasonic = write(Shape::Little, &[page]);
    panasonic[2] = b'U';
    assert_shows(&panasonic, &picture, "rw2");
}

#[test]
fn fujifilm_and_canon() {
    let picture = sheet(60, 40);
    let plain = jpeg(&picture, &fine());
    let mut raf = b"FUJIFILMCCD-RAW 0201".to_vec();
    raf.resize(84, 0);
    let end = 108 + plain.len() as u32;
    for field in [108, plain.len() as u32, end, 4, end + 4, 8] {
        raf.extend(field.to_be_bytes());
    }
    raf.extend(&plain);
    raf.extend([5; 12]);
    assert_shows(&raf, &picture, "raf");
    assert_eq!(refusal(&raf[..raf.len() - 1]), ErrorKind::Truncated);

    let boxed = |kind: &[u8; 4], data: &[u8]| [&(data.len() as u32 + 8).to_be_bytes(), &kind[..], data].concat();
    let meta = boxed(b"moov", &boxed(b"CMT1", &exif_block(Orientation::Turn90)));
    let cr3 = [boxed(b"ftyp", b"crx \0\0\0\x01"), meta, boxed(b"mdat", &[&[0; 9], &plain[..], &[3; 50]].concat())];
    let cr3 = cr3.concat();
    let found = probe(&cr3, &Limits::default()).unwrap();
    assert_eq!((found.orientation, found.upright_size()), (Orientation::Turn90, (40, 60)));
    assert!(shown(&cr3).is_ok());
    assert_eq!(refusal(&cr3[..cr3.len() - 1]), ErrorKind::Truncated);
}

#[test]
fn a_raw_file_without_a_fair_jpeg_needs_a_converter() {
    let needed = ErrorKind::NeedsConverter(Format::CameraRaw);
    let sensor = || Page::new((600, 400), 32_803, 1, 8).strips(400, vec![vec![7; 600 * 400]]);
    assert_eq!(refusal(&write(Shape::Little, &[sensor()])), needed);
    let thumbnail = jpeg(&sheet(60, 40), &fine());
    let page = Page::new((60, 40), 6, 3, 8).tag(259, 7).strips(40, vec![thumbnail]);
    assert_eq!(refusal(&write(Shape::Little, &[sensor(), page])), needed);
}
