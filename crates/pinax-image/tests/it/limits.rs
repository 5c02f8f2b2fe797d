//! Limits hold before memory is taken.

use pinax_image::{ErrorKind, Limits, Renderer, encode_cmyk, encode_grey, encode_rgb, probe};

use crate::picture::{fine, jpeg, sheet, target};
use pinax_image::EncodeOptions;

/// Rewrites the size in the frame header.
fn claiming(mut source: Vec<u8>, width: u16, height: u16) -> Vec<u8> {
    let frame = source.windows(2).position(|two| two == [0xff, 0xc0] || two == [0xff, 0xc2]).expect("a frame header");
    source[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    source[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    source
}

#[test]
fn a_bomb_is_refused_by_its_header() {
    let bomb = claiming(jpeg(&sheet(64, 64), &fine()), 60_000, 60_000);
    let error = probe(&bomb, &Limits::default()).expect_err("3600 megapixels");
    let kind = ErrorKind::TooLarge { pixels: 3_600_000_000, limit: 400_000_000 };
    assert_eq!(error.kind(), kind);

    // A probe made under wider limits does not get past a renderer with narrower ones.
    let wide = Limits { max_pixels: u64::MAX, ..Limits::default() };
    let found = probe(&bomb, &wide).expect("within the wide limits");
    let mut renderer = Renderer::new(Limits::default());
    let error = renderer.render(&bomb, &found, &[target(100)]).expect_err("too large");
    assert_eq!(error.kind(), kind);
    assert_eq!(renderer.verify(&bomb, &found).expect_err("too large").kind(), kind);
    assert_eq!(renderer.held_bytes(), 0);
}

#[test]
fn a_limit_is_inclusive() {
    let source = jpeg(&sheet(100, 50), &fine());
    let limits = |max_pixels| Limits { max_pixels, ..Limits::default() };
    assert!(probe(&source, &limits(5000)).is_ok());
    assert!(probe(&source, &limits(4999)).is_err());
}

#[test]
fn endless_scans_are_refused() {
    let options = EncodeOptions { progressive: true, ..fine() };
    let source = jpeg(&sheet(64, 64), &options);
    let limits = Limits { max_scans: 9, ..Limits::default() };
    let found = probe(&source, &limits).expect("a JPEG");
    let error = Renderer::new(limits).render(&source, &found, &[target(20)]).expect_err("ten scans");
    assert_eq!(error.kind(), ErrorKind::TooManyScans);
    let limits = Limits { max_scans: 10, ..limits };
    assert!(Renderer::new(limits).verify(&source, &found).is_ok());
}

/// A progressive file of a few kilobytes that claims 396 megapixels: its coefficients would take 1.2 GB.
#[test]
fn a_progressive_bomb_takes_no_memory() {
    let options = EncodeOptions { progressive: true, ..EncodeOptions::default() };
    let bomb = claiming(jpeg(&sheet(64, 64), &options), 22_000, 18_000);
    let error = probe(&bomb, &Limits::default()).expect_err("too much to hold");
    assert_eq!(error.kind(), ErrorKind::TooMuchMemory { limit_bytes: 512_000_000 });
    let wide = Limits { max_decoder_bytes: u64::MAX, ..Limits::default() };
    let found = probe(&bomb, &wide).expect("within the wide limits");
    let mut renderer = Renderer::new(Limits::default());
    assert_eq!(renderer.render(&bomb, &found, &[target(100)]).expect_err("the same").kind(), error.kind());
    assert_eq!(renderer.held_bytes(), 0);
}

/// Each pass goes over the whole picture: ten of them over 4096 pixels.
#[test]
fn passes_times_pixels_are_bounded() {
    let options = EncodeOptions { progressive: true, ..fine() };
    let source = jpeg(&sheet(64, 64), &options);
    let rendered = |max_scanned_pixels| {
        let limits = Limits { max_scanned_pixels, ..Limits::default() };
        let found = probe(&source, &limits).expect("a JPEG");
        Renderer::new(limits).render(&source, &found, &[target(20)]).map_err(|error| error.kind())
    };
    assert!(rendered(40_960).is_ok());
    assert_eq!(rendered(40_959), Err(ErrorKind::TooManyScans));
}

/// Rows are counted against the clock.
#[test]
fn time_that_is_up_ends_a_picture() {
    let limits = Limits { max_time: std::time::Duration::ZERO, ..Limits::default() };
    let source = crate::seeds::png_of(&sheet(64, 64), crate::seeds::Said::default());
    let found = probe(&source, &limits).expect("a PNG");
    let error = Renderer::new(limits).render(&source, &found, &[target(20)]).expect_err("no time");
    assert_eq!(error.kind(), ErrorKind::TookTooLong);
}

#[test]
fn odd_kinds_are_named_unsupported() {
    let source = jpeg(&sheet(32, 32), &fine());
    let frame = source.windows(2).position(|two| two == [0xff, 0xc0]).expect("a baseline frame");
    let changed = |at: usize, to: u8| {
        let mut changed = source.clone();
        changed[frame + at] = to;
        probe(&changed, &Limits::default()).expect_err("unsupported").kind()
    };
    assert_eq!(changed(1, 0xc3), ErrorKind::UnsupportedJpeg, "lossless");
    assert_eq!(changed(1, 0xc5), ErrorKind::UnsupportedJpeg, "hierarchical");
    assert_eq!(changed(4, 12), ErrorKind::UnsupportedJpeg, "12 bits");
    let heightless = claiming(source.clone(), 32, 0);
    let error = probe(&heightless, &Limits::default()).expect_err("height in DNL");
    assert_eq!(error.kind(), ErrorKind::UnsupportedJpeg);
}

#[test]
fn pixels_that_do_not_fit_are_not_encoded() {
    let options = EncodeOptions::default();
    let errors = [
        encode_rgb(10, 10, &[0; 299], &options),
        encode_rgb(0, 10, &[], &options),
        encode_grey(10, 10, &[0; 300], &options),
        encode_cmyk(10, 10, &[0; 300], &options),
        encode_grey(70_000, 1, &[0; 70_000], &options),
    ];
    for error in errors {
        assert_eq!(error.expect_err("refused").kind(), ErrorKind::Encode);
    }
}
