//! Looking: the whole picture's brightness, once, and the same renditions as without.

use pinax_image::{
    EncodeOptions, ErrorKind, Limits, Orientation, Renderer, Subsampling, encode_cmyk, encode_grey,
    looking_estimate_bytes, probe,
};

use crate::picture::{Pixels, fine, jpeg, render, sheet, target};

fn brightness([red, green, blue]: [u8; 3]) -> f64 {
    0.299 * f64::from(red) + 0.587 * f64::from(green) + 0.114 * f64::from(blue)
}

/// Size and samples of every luma shown.
fn looks(source: &[u8], widths: &[u32]) -> Vec<(u32, u32, Vec<u8>)> {
    let limits = Limits::default();
    let found = probe(source, &limits).expect("a JPEG");
    let targets: Vec<_> = widths.iter().copied().map(target).collect();
    let mut seen = Vec::new();
    let mut renderer = Renderer::new(limits);
    let renditions = renderer
        .render_and_look(source, &found, &targets, &mut |luma| {
            let rows = (0..luma.height_px).flat_map(|y| luma.row(y).to_vec()).collect();
            seen.push((luma.width_px, luma.height_px, rows));
        })
        .expect("renders");
    assert_eq!(renditions.len(), widths.len());
    assert!(renderer.held_bytes() <= looking_estimate_bytes(&found, &targets) + 1_000_000);
    seen
}

#[test]
fn the_whole_picture_is_shown_once_as_stored() {
    let picture = sheet(301, 203);
    for subsampling in [Subsampling::Quarter420, Subsampling::Full444, Subsampling::Half422, Subsampling::Half440] {
        for progressive in [false, true] {
            let orientation = Some(Orientation::Turn90);
            let source = jpeg(&picture, &EncodeOptions { subsampling, progressive, orientation, ..fine() });
            for widths in [&[150, 40][..], &[20], &[500], &[]] {
                let seen = looks(&source, widths);
                let [(301, 203, rows)] = seen.as_slice() else { panic!("{} looks", seen.len()) };
                let wrong = picture.rgb.as_chunks::<3>().0.iter().zip(rows);
                let sum: f64 = wrong.map(|(rgb, luma)| (brightness(*rgb) - f64::from(*luma)).abs()).sum();
                assert!(sum / (301.0 * 203.0) < 1.5, "{subsampling:?} {widths:?}: {sum}");
            }
        }
    }
}

#[test]
fn grey_and_inks_have_brightness_too() {
    let grey = encode_grey(64, 40, &[90; 64 * 40], &fine()).expect("encodes");
    assert!(looks(&grey, &[32])[0].2.iter().all(|level| level.abs_diff(90) <= 1));
    // Full cyan on half black: (0, 255, 255) at half the light.
    let inks = [255, 0, 0, 128].repeat(64 * 40);
    let cmyk = encode_cmyk(64, 40, &inks, &fine()).expect("encodes");
    for widths in [&[32][..], &[]] {
        assert!(looks(&cmyk, widths)[0].2.iter().all(|level| level.abs_diff(89) <= 2));
    }
}

#[test]
fn looking_does_not_change_what_is_rendered() {
    let source = jpeg(&sheet(400, 300), &EncodeOptions::default());
    let limits = Limits::default();
    let found = probe(&source, &limits).expect("a JPEG");
    let targets = [target(300), target(100)];
    let looked = Renderer::new(limits).render_and_look(&source, &found, &targets, &mut |_| ()).expect("renders");
    assert_eq!(looked, render(&source, &[300, 100]).expect("renders"));
}

#[test]
fn nothing_is_shown_of_a_broken_picture() {
    let mut source = jpeg(&Pixels::from_fn(300, 300, |x, y| [x as u8, y as u8, 9]), &fine());
    source.truncate(source.len() / 2);
    let limits = Limits::default();
    let found = probe(&source, &limits).expect("a header");
    for targets in [&[target(100)][..], &[]] {
        let outcome = Renderer::new(limits).render_and_look(&source, &found, targets, &mut |_| panic!("seen"));
        assert_eq!(outcome.expect_err("cut off").kind(), ErrorKind::Truncated);
    }
}
