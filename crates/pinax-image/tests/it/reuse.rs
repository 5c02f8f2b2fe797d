//! A renderer that has seen other pictures gives what a fresh one gives.

use pinax_image::{
    EncodeOptions, ErrorKind, Limits, Orientation, Renderer, encode_cmyk, encode_grey, memory_estimate_bytes, probe,
};

use crate::picture::{fine, jpeg, render, sheet, target};

#[test]
fn earlier_pictures_leave_no_trace() {
    let turned = EncodeOptions { orientation: Some(Orientation::Turn90), progressive: true, ..fine() };
    let big = jpeg(&sheet(700, 900), &fine());
    let sources = [
        big.clone(),
        jpeg(&sheet(90, 60), &turned),
        big[..big.len() / 2].to_vec(),
        encode_grey(300, 200, &[77; 60_000], &fine()).expect("encodes"),
        encode_cmyk(300, 200, &[40; 240_000], &fine()).expect("encodes"),
        big,
    ];
    let widths = [600, 250, 60];
    let targets = widths.map(target);
    let limits = Limits::default();
    let mut renderer = Renderer::new(limits);
    for _ in 0..2 {
        for source in &sources {
            let found = probe(source, &limits).expect("a JPEG header");
            let reused = renderer.render(source, &found, &targets);
            assert_eq!(reused, render(source, &widths));
        }
    }
}

/// Motion JPEG leaves out its Huffman tables; an earlier picture's must not serve in their place.
#[test]
fn tables_are_not_borrowed_from_the_picture_before() {
    let whole = jpeg(&sheet(90, 60), &fine());
    let mut bare = whole[..2].to_vec();
    let mut at = 2;
    while whole[at + 1] != 0xda {
        let end = at + 2 + usize::from(u16::from_be_bytes([whole[at + 2], whole[at + 3]]));
        if whole[at + 1] != 0xc4 {
            bare.extend(&whole[at..end]);
        }
        at = end;
    }
    bare.extend(&whole[at..]);
    let limits = Limits::default();
    let mut renderer = Renderer::new(limits);
    let own_tables = jpeg(&sheet(90, 60), &EncodeOptions { progressive: true, ..fine() });
    for source in [&bare, &own_tables, &bare, &whole, &bare] {
        let found = probe(source, &limits).expect("a JPEG header");
        assert_eq!(renderer.render(source, &found, &[target(40)]), render(source, &[40]));
    }
}

#[test]
fn memory_is_steady_within_its_estimate_and_can_be_given_back() {
    let limits = Limits::default();
    let mut renderer = Renderer::new(limits);
    assert_eq!(renderer.held_bytes(), 0);
    let source = jpeg(&sheet(1000, 1500), &fine());
    let found = probe(&source, &limits).expect("a JPEG");
    let targets = [target(800), target(300), target(100)];
    renderer.render(&source, &found, &targets).expect("renders");
    let held = renderer.held_bytes();
    for _ in 0..3 {
        renderer.render(&source, &found, &targets).expect("renders");
    }
    assert_eq!(renderer.held_bytes(), held);
    // The encoder's scratch is sized for the worst picture, of which a real one touches a part.
    let untouched = 800 * 1200 * 3;
    assert!(held <= memory_estimate_bytes(&found, &targets) + untouched);

    renderer.release_above(held);
    assert_eq!(renderer.held_bytes(), held);
    renderer.release_above(held - 1);
    assert_eq!(renderer.held_bytes(), 0);
    renderer.render(&source, &found, &targets).expect("renders");
}

#[test]
fn a_probe_of_another_file_is_refused() {
    let limits = Limits::default();
    let probed = jpeg(&sheet(100, 100), &fine());
    let found = probe(&probed, &limits).expect("a JPEG");
    let other = jpeg(&sheet(200, 100), &fine());
    let mut renderer = Renderer::new(limits);
    let error = renderer.render(&other, &found, &[target(50)]).expect_err("not what was probed");
    assert_eq!(error.kind(), ErrorKind::NotAsProbed);
    let error = renderer.verify(&other, &found).expect_err("the same");
    assert_eq!(error.kind(), ErrorKind::NotAsProbed);
}
