//! Damage: a cut or broken file is an error, and never a panic.

use pinax_image::{EncodeOptions, ErrorKind, Limits, Renderer, Subsampling, encode_cmyk, encode_grey, probe};

use crate::picture::{jpeg, render, sheet, target, verify};

/// One file of each kind, small enough to be cut everywhere.
fn kinds() -> Vec<(&'static str, Vec<u8>)> {
    let picture = sheet(96, 128);
    let plain = EncodeOptions::default();
    let progressive = EncodeOptions { progressive: true, ..plain };
    let full = EncodeOptions { subsampling: Subsampling::Full444, ..plain };
    let grey: Vec<u8> = picture.rgb.chunks(3).map(|pixel| pixel[0]).collect();
    let inks: Vec<u8> = picture.rgb.chunks(3).flat_map(|p| [p[0], p[1], p[2], 20]).collect();
    vec![
        ("baseline", jpeg(&picture, &plain)),
        ("4:4:4", jpeg(&picture, &full)),
        ("progressive", jpeg(&picture, &progressive)),
        ("grey", encode_grey(96, 128, &grey, &plain).expect("encodes")),
        ("ycck", encode_cmyk(96, 128, &inks, &plain).expect("encodes")),
        ("cmyk", encode_cmyk(96, 128, &inks, &full).expect("encodes")),
    ]
}

#[test]
fn whole_files_are_whole() {
    for (name, source) in kinds() {
        assert_eq!(verify(&source), Ok(()), "{name}");
        assert!(render(&source, &[50]).is_ok(), "{name}");
    }
}

#[test]
fn every_cut_is_an_error() {
    for (name, source) in kinds() {
        let limits = Limits::default();
        let mut renderer = Renderer::new(limits);
        // The last cut takes only the second byte of the end-of-image marker.
        for cut in 0..source.len() {
            let part = &source[..cut];
            let Ok(found) = probe(part, &limits) else {
                continue;
            };
            let rendered = renderer.render(part, &found, &[target(50)]);
            let error = rendered.expect_err("cut off");
            assert_eq!(error.kind(), ErrorKind::Truncated, "{name} at {cut}: {error}");
            let error = renderer.verify(part, &found).expect_err("cut off");
            assert_eq!(error.kind(), ErrorKind::Truncated, "{name} at {cut}: {error}");
        }
    }
}

#[test]
fn a_cut_header_is_called_truncated() {
    let (_, source) = kinds().remove(0);
    for cut in 12..source.len() {
        match probe(&source[..cut], &Limits::default()) {
            Ok(_) => return,
            Err(error) => assert_eq!(error.kind(), ErrorKind::Truncated, "{cut}"),
        }
    }
}

/// A lazy copy may have its full length, or even an end, but not its middle.
#[test]
fn a_cut_that_is_patched_up_is_still_an_error() {
    for (name, source) in kinds() {
        for eighth in 3..8 {
            let cut = source.len() * eighth / 8;
            let ended = [&source[..cut], b"\xff\xd9"].concat();
            let zeros = [&source[..cut], &vec![0; source.len() - cut]].concat();
            let zeros_ended = [&zeros[..source.len() - 2], b"\xff\xd9"].concat();
            for (how, patched) in [ended, zeros, zeros_ended].into_iter().enumerate() {
                let Ok(found) = probe(&patched, &Limits::default()) else {
                    continue;
                };
                let rendered = Renderer::new(Limits::default()).render(&patched, &found, &[target(50)]);
                assert!(rendered.is_err(), "{name} cut at {cut} of {}, patch {how}", source.len());
            }
        }
    }
}

/// A progressive file cut between two passes and properly ended decodes without a word in libjpeg.
#[test]
fn missing_passes_are_missed() {
    let (_, source) = kinds().swap_remove(2);
    let scans: Vec<usize> =
        source.windows(2).enumerate().filter(|(_, two)| *two == [0xff, 0xda]).map(|(at, _)| at).collect();
    assert_eq!(scans.len(), 10);
    for &at in &scans[1..] {
        let fewer = [&source[..at], b"\xff\xd9"].concat();
        let error = verify(&fewer).expect_err("passes are missing");
        assert_eq!(error.kind(), ErrorKind::Truncated);
    }
}

#[test]
fn flipped_bits_never_panic_and_sizes_stay_true() {
    for (name, source) in kinds() {
        let limits = Limits { max_pixels: 1_000_000, max_scans: 50, ..Limits::default() };
        let mut renderer = Renderer::new(limits);
        for at in (0..source.len()).step_by(3) {
            let mut flipped = source.clone();
            flipped[at] ^= 1 << (at % 8);
            let Ok(found) = probe(&flipped, &limits) else {
                continue;
            };
            if let Ok(renditions) = renderer.render(&flipped, &found, &[target(40)]) {
                let size = (renditions[0].width_px, renditions[0].height_px);
                assert!(size.0 <= 40 && size.1 >= 1, "{name} at {at}");
            }
            let _either = renderer.verify(&flipped, &found);
        }
        // And after all that, it still works.
        let found = probe(&source, &limits).expect("a JPEG");
        let rendered = renderer.render(&source, &found, &[target(40)]);
        assert!(rendered.is_ok(), "{name}: {rendered:?}");
    }
}
