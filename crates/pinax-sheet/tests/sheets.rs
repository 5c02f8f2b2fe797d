//! What a drawn sheet promises: the same bytes for the same seed, the size asked for, a barcode that reads.

#[path = "sheets/code128.rs"]
mod code128;

use pinax_sheet::{Picture, Sheet};

fn small(seed: u64) -> Picture {
    Sheet::made_up("NY01234567", seed).size(450, 675).draw()
}

#[test]
fn the_same_sheet_is_the_same_picture() {
    assert_eq!(small(11).rgb, small(11).rgb);
    let full = Sheet::made_up("NY01234567", 11);
    assert_eq!((full.width_px, full.height_px), (4000, 6000));
    assert!(full.draw() == full.draw());
}

#[test]
fn another_seed_is_another_picture() {
    let pictures: Vec<Picture> = (0..12).map(small).collect();
    for (index, one) in pictures.iter().enumerate() {
        for other in &pictures[index + 1..] {
            let differing = one.rgb.iter().zip(&other.rgb).filter(|(a, b)| a.abs_diff(**b) > 24).count();
            assert!(differing > one.rgb.len() / 50, "{differing}");
        }
    }
}

#[test]
fn every_size_is_drawn_and_filled() {
    for (width, height) in
        [(1, 1), (1, 300), (300, 1), (7, 9), (40, 60), (120, 180), (180, 120), (300, 450), (1350, 900), (2000, 300)]
    {
        for seed in 0..16 {
            let picture = Sheet::made_up("NY01234567", seed).size(width, height).draw();
            assert_eq!((picture.width_px, picture.height_px), (width, height));
            assert_eq!(picture.rgb.len(), (width * height * 3) as usize);
        }
    }
    assert_eq!(Sheet::made_up("NY01234567", 1).size(0, 0).draw().rgb.len(), 3);
}

#[test]
fn the_barcode_reads_at_every_useful_size() {
    for (width, height) in [(300, 450), (450, 675), (900, 1350), (1350, 900), (2000, 3000), (4000, 6000)] {
        for seed in 0..if width < 2000 { 30 } else { 3 } {
            let catalog_number = format!("NY{:08}", 1_234_567 + seed * 7_919);
            let picture = Sheet::made_up(&catalog_number, seed).size(width, height).draw();
            assert_eq!(code128::read(&picture), Some(catalog_number), "{width} x {height}, seed {seed}");
        }
    }
}

#[test]
fn catalog_numbers_of_every_make_read() {
    for catalog_number in ["TST-0001", "K000123456", "BR0000005065868", "E00.123/4 b", "12345678", "1234567", "a"] {
        let picture = Sheet::made_up(catalog_number, 5).size(900, 1350).draw();
        assert_eq!(code128::read(&picture).as_deref(), Some(catalog_number));
    }
}

#[test]
fn without_room_or_form_there_is_no_barcode() {
    for (catalog_number, width, height) in [("NY01234567", 120, 180), ("", 900, 1350), ("Ä1", 900, 1350)] {
        let picture = Sheet::made_up(catalog_number, 5).size(width, height).draw();
        assert_eq!(code128::read(&picture), None, "{catalog_number}");
    }
}

#[test]
fn labels_without_words_are_drawn() {
    let mut sheet = Sheet::made_up("NY01234567", 9).size(900, 1350);
    for field in [
        &mut sheet.label.institution,
        &mut sheet.label.collection,
        &mut sheet.label.scientific_name,
        &mut sheet.label.family,
        &mut sheet.label.locality,
        &mut sheet.label.collector,
        &mut sheet.label.record_number,
        &mut sheet.label.event_date,
    ] {
        field.clear();
    }
    assert_eq!(code128::read(&sheet.draw()).as_deref(), Some("NY01234567"));
}
