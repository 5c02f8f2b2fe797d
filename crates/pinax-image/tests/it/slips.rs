//! Slips that careless writers make and that cost no pixel: the picture is rendered all the same.

use pinax_image::{EncodeOptions, ErrorKind};

use crate::picture::{decode, jpeg, render_one, sheet, verify};

fn source() -> Vec<u8> {
    jpeg(&sheet(96, 128), &EncodeOptions::default())
}

fn find(source: &[u8], marker: u8) -> usize {
    source.windows(2).position(|two| two == [0xff, marker]).expect("the marker is there")
}

fn inserted(at: usize, extra: &[u8]) -> Vec<u8> {
    let source = source();
    [&source[..at], extra, &source[at..]].concat()
}

#[track_caller]
fn assert_renders_alike(odd: &[u8]) {
    assert_eq!(verify(odd), Ok(()));
    assert_eq!(render_one(odd, 60), render_one(&source(), 60));
}

#[test]
fn anything_may_follow_the_end() {
    let mut trailed = source();
    trailed.extend(b"a thumbnail, a video or \xff\xd8\xff garbage");
    assert_renders_alike(&trailed);
}

#[test]
fn padding_before_the_end_is_no_damage() {
    let end = source().len() - 2;
    for padding in [&[0; 1][..], &[0; 40], &[0; 4000], &[0xff; 7], &[b' '; 20]] {
        assert_renders_alike(&inserted(end, padding));
    }
}

#[test]
fn unread_data_before_the_end_is_damage() {
    let end = source().len() - 2;
    let unread: Vec<u8> = (0..100).collect();
    for extra in [&unread[..], &[0; 5000]] {
        let error = verify(&inserted(end, extra)).expect_err("left over");
        assert_eq!(error.kind(), ErrorKind::Corrupt);
    }
}

#[test]
fn junk_between_header_segments_is_stepped_over() {
    let odd = inserted(find(&source(), 0xdb), b"junk");
    assert_renders_alike(&odd);
    // The decoder complains of the junk alone; what comes after must not hide behind it.
    let error = verify(&odd[..odd.len() * 3 / 4]).expect_err("cut off");
    assert_eq!(error.kind(), ErrorKind::Truncated);
}

#[test]
fn telephones_may_leave_the_scan_band_unset() {
    let mut odd = source();
    let scan = find(&odd, 0xda);
    let length = usize::from(odd[scan + 3]);
    odd[scan + 2 + length - 3..scan + 2 + length].copy_from_slice(&[0, 0, 0]);
    assert_renders_alike(&odd);
}

#[test]
fn an_unknown_jfif_revision_is_read_like_the_first() {
    let mut odd = source();
    let jfif = find(&odd, 0xe0);
    odd[jfif + 9] = 3;
    assert_renders_alike(&odd);
}

#[test]
fn a_broken_profile_is_dropped() {
    let mut profile = vec![0; 600];
    profile[36..40].copy_from_slice(b"acsp");
    let options = EncodeOptions { icc: Some(&profile), ..EncodeOptions::default() };
    let mut odd = jpeg(&sheet(96, 128), &options);
    assert_renders_alike(&odd);
    // A piece of a profile whose other pieces are missing.
    let chunk = find(&odd, 0xe2);
    odd[chunk + 17] = 4;
    assert_renders_alike(&odd);
}

#[test]
fn garbage_in_exif_is_upright() {
    assert_renders_alike(&inserted(2, b"\xff\xe1\0\x12Exif\0\0II*\0\xff\xff\xff\xff"));
}

#[test]
fn an_unknown_adobe_transform_is_luma_and_chroma() {
    let jfif_end = 20;
    let adobe = b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0\x07";
    let source = source();
    let odd = [&source[..2], adobe, &source[jfif_end..]].concat();
    assert_eq!(verify(&odd), Ok(()));
    assert_eq!(render_one(&odd, 60), render_one(&source, 60));
    assert_eq!(decode(&source).width, 96);
}
