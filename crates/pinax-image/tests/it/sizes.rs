//! Sizes: what was asked for, from every kind of JPEG, and as sharp as it should be.

use pinax_image::{ColorModel, EncodeOptions, Limits, Subsampling, encode_grey, probe};

use crate::picture::{Pixels, decode, fine, jpeg, render, render_one, sheet};

/// Means over the area each small pixel covers: slow and plainly right.
fn averaged(pixels: &Pixels, width: u32, height: u32) -> Pixels {
    Pixels::from_fn(width, height, |x, y| {
        let (left, right) = (x * pixels.width / width, (x + 1) * pixels.width / width);
        let (top, bottom) = (y * pixels.height / height, (y + 1) * pixels.height / height);
        let mut sums = [0u32; 3];
        for y in top..bottom {
            for x in left..right {
                let pixel = pixels.at(x, y);
                (0..3).for_each(|i| sums[i] += u32::from(pixel[i]));
            }
        }
        sums.map(|sum| (sum / ((right - left) * (bottom - top))) as u8)
    })
}

#[test]
fn every_coding_gives_the_picture_at_every_size() {
    let picture = sheet(640, 960);
    let subsamplings = [
        Subsampling::Full444,
        Subsampling::Half422,
        Subsampling::Half440,
        Subsampling::Quarter420,
        Subsampling::Quarter411,
    ];
    for subsampling in subsamplings {
        for progressive in [false, true] {
            let options = EncodeOptions { subsampling, progressive, ..fine() };
            let source = jpeg(&picture, &options);
            let found = probe(&source, &Limits::default()).expect("a JPEG");
            assert_eq!(found.subsampling, subsampling);
            assert_eq!(found.progressive, progressive);
            assert_eq!(found.color, ColorModel::YCbCr);
            // 640: as it is; 400: resized; 320 and 80: decoded smaller first, if alone.
            for width in [640, 400, 320, 80] {
                let rendition = render_one(&source, width);
                let wanted = averaged(&picture, width, width * 3 / 2);
                let difference = decode(&rendition.bytes).mean_difference(&wanted);
                assert!(difference < 4.0, "{options:?} at {width}: {difference}");
            }
        }
    }
}

#[test]
fn results_stand_in_the_order_asked_and_are_never_enlarged() {
    let source = jpeg(&sheet(300, 451), &fine());
    let renditions = render(&source, &[50, 9000, 150, 50]).expect("renders");
    let sizes: Vec<_> = renditions.iter().map(|r| (r.width_px, r.height_px)).collect();
    assert_eq!(sizes, [(50, 75), (300, 451), (150, 226), (50, 75)]);
    for rendition in &renditions {
        let pixels = decode(&rendition.bytes);
        assert_eq!((pixels.width, pixels.height), (rendition.width_px, rendition.height_px));
    }
    assert_eq!(renditions[0], renditions[3]);
}

#[test]
fn every_size_of_source_can_be_rendered() {
    for width in 1..36 {
        for height in [1, 2, 7, 8, 9, 16, 17, 33] {
            let source = jpeg(&sheet(width, height), &EncodeOptions::default());
            let renditions = render(&source, &[1, 3, 8, 100]).expect("renders");
            assert_eq!(renditions[3].width_px, width);
            assert_eq!(renditions[3].height_px, height);
        }
    }
}

#[test]
fn renditions_are_baseline_420_and_grey_stays_grey() {
    let limits = Limits::default();
    let options = EncodeOptions { progressive: true, ..fine() };
    let rendition = render_one(&jpeg(&sheet(100, 100), &options), 60);
    let found = probe(&rendition.bytes, &limits).expect("a JPEG");
    assert!(!found.progressive);
    assert_eq!(found.subsampling, Subsampling::Quarter420);

    let grey: Vec<u8> = (0..100u8).flat_map(|y| [y * 2; 100]).collect();
    let source = encode_grey(100, 100, &grey, &options).expect("encodes");
    assert_eq!(probe(&source, &limits).expect("a JPEG").color, ColorModel::Grey);
    let rendition = render_one(&source, 50);
    let found = probe(&rendition.bytes, &limits).expect("a JPEG");
    assert_eq!(found.color, ColorModel::Grey);
    let middle = decode(&rendition.bytes).at(25, 25)[0];
    assert!(middle.abs_diff(101) <= 2, "{middle}");
}

#[test]
fn a_shrunken_decode_does_not_shift_the_picture() {
    // One bright column pair right of the middle: its centre must stay where it was.
    let picture = Pixels::from_fn(1001, 64, |x, _| if x > 500 { [250; 3] } else { [5; 3] });
    let source = jpeg(&picture, &fine());
    let small = decode(&render_one(&source, 100).bytes);
    let row: Vec<f64> = (0..100).map(|x| f64::from(small.at(x, 3)[0])).collect();
    let dark_width: f64 = row.iter().map(|v| (250.0 - v) / 245.0).sum();
    assert!((dark_width - 50.05).abs() < 0.25, "{dark_width}");
}

#[test]
fn quality_counts() {
    let source = jpeg(&sheet(400, 400), &fine());
    let found = probe(&source, &Limits::default()).expect("a JPEG");
    let targets = [30, 90].map(|quality| pinax_image::Target { width_px: 300, quality });
    let renditions = pinax_image::Renderer::new(Limits::default()).render(&source, &found, &targets).expect("renders");
    assert!(renditions[0].bytes.len() * 2 < renditions[1].bytes.len());
}
