//! Photographs that museums really made, where they lie beside the project.

use std::path::Path;

use pinax_image::{BarcodeOptions, BarcodeReader, Symbology, crop};

use super::{decoded, luma, texts};

/// Each with all numbers that a person reads beside a whole code.
const PICTURES: [(&str, Option<Symbology>, &[&str]); 4] = [
    ("bm-three-code128.jpg", Some(Symbology::Code128), &["BM001128286", "BM001128287", "BM001128288"]),
    ("bmnh-datamatrix-tray.jpg", Some(Symbology::DataMatrix), &["1681107", "1681110", "1681112"]),
    ("field-museum-two-codes.jpg", Some(Symbology::Code39), &["V0391327F", "V0391328F"]),
    ("vdb-no-barcode.jpg", None, &[]),
];

#[test]
fn every_code_that_a_person_can_read_is_read_and_none_is_invented() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/specimens");
    if !folder.is_dir() {
        println!("note: {} does not exist; nothing was read", folder.display());
        return;
    }
    let mut reader = BarcodeReader::new(BarcodeOptions::default());
    for (name, symbology, expected) in PICTURES {
        let image = decoded(&std::fs::read(folder.join(name)).expect("a picture"));
        let codes = reader.read(luma(&image));
        assert_eq!(texts(&codes), expected, "{name}");
        for code in &codes {
            assert_eq!(Some(code.symbology), symbology, "{name}");
            let (width, height, shown) = crop(luma(&image), code, 60);
            assert_eq!(shown.len(), (width * height) as usize);
            let part = pinax_image::Luma::new(width, height, width as usize, &shown).expect("all rows");
            assert_eq!(texts(&reader.read(part)), [code.text.as_str()], "the part shown of {name} holds the code");
        }
    }
}
