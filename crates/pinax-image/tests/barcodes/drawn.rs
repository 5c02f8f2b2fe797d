//! A table of drawn sheets: kinds of code, sizes, tilts, blurs, contrasts, several codes in a picture.

use std::collections::BTreeMap;

use pinax_image::Symbology;
use pinax_sheet::{Picture, Print, Sheet, Symbol};

use super::{read, stored, texts};

/// Sides of a drawn sheet: 4 megapixels, a sixth of a real one, so that the table stays quick.
const SIZE_PX: (u32, u32) = (1600, 2400);

/// Module in pixels, tilt in degrees, blur in modules, contrast, noise.
const CONDITIONS: [(f32, f32, f32, f32, f32); 13] = [
    (2.0, 0.0, 0.0, 1.0, 0.0),
    (3.0, 5.0, 0.3, 0.8, 3.0),
    (4.0, 30.0, 0.5, 0.6, 3.0),
    (5.0, 45.0, 0.5, 0.5, 0.0),
    (2.0, 90.0, 0.3, 0.8, 3.0),
    (3.0, 17.0, 0.6, 0.6, 0.0),
    (2.5, 33.0, 0.3, 0.7, 3.0),
    (4.0, 0.0, 0.8, 0.6, 0.0),
    (5.0, 12.0, 0.9, 1.0, 3.0),
    (2.0, 41.0, 0.2, 1.0, 0.0),
    (3.0, 75.0, 0.4, 0.3, 3.0),
    (4.0, -23.0, 0.3, 0.3, 6.0),
    // No eye can tell single bars apart here.
    (3.0, 0.0, 1.5, 1.0, 0.0),
];

/// Right readings in 100 at the least, of all that stand in the table.
const FLOOR: usize = 67;

struct Case {
    name: String,
    codes: Vec<(Symbology, String, Print, (f32, f32))>,
    noise: f32,
}

fn number(symbology: Symbology, seed: usize) -> String {
    match symbology {
        Symbology::Code128 => format!("BM{:09}", 1_128_286 + seed * 7_919),
        Symbology::Code39 => format!("V{:07}F", 391_327 + seed * 911),
        Symbology::Codabar => format!("{:09}", 23_456_789 + seed * 1_013),
        Symbology::Itf => format!("{:010}", 1_234_567_890 + seed * 3_571),
        Symbology::QrCode => format!("https://example.org/NY{:08}", 1_234_567 + seed),
        Symbology::DataMatrix => format!("{}", 1_681_107 + seed),
    }
}

fn print((module_px, tilt_degrees, blur_modules, contrast): (f32, f32, f32, f32)) -> Print {
    Print { module_px, tilt_degrees, blur_modules, contrast, bars_modules: 26.0 }
}

fn cases() -> Vec<Case> {
    // Over the plant, between label and ruler, near the edge of the paper.
    let places = [(800.0, 1040.0), (560.0, 560.0), (1000.0, 1640.0), (680.0, 1800.0), (920.0, 400.0)];
    let mut cases = Vec::new();
    for symbology in Symbology::ALL {
        for (index, &(module, tilt, blur, contrast, noise)) in CONDITIONS.iter().enumerate() {
            let code = (symbology, number(symbology, index), print((module, tilt, blur, contrast)), places[index % 5]);
            let name = format!("{symbology:?} {module} px, {tilt} degrees, blur {blur}, contrast {contrast}");
            cases.push(Case { name, codes: vec![code], noise });
        }
    }
    for (index, tilt) in [0.0, 8.0, -30.0, 60.0].into_iter().enumerate() {
        let rows = [(480.0, 400.0), (1000.0, 640.0), (560.0, 1120.0), (1040.0, 1520.0)];
        let codes = rows.into_iter().enumerate().map(|(row, place)| {
            let symbology = Symbology::ALL[(index + row * (1 + index % 2)) % 6];
            (symbology, number(symbology, 50 + index * 9 + row), print((3.0, tilt + row as f32 * 3.0, 0.3, 0.8)), place)
        });
        cases.push(Case { name: format!("four codes, {tilt} degrees"), codes: codes.collect(), noise: 2.0 });
    }
    cases
}

#[test]
fn drawn_sheets_are_read_right_or_not_at_all() {
    let grounds: Vec<Picture> =
        (0..4).map(|seed| Sheet::made_up("Ä12345678", 300 + seed).size(SIZE_PX.0, SIZE_PX.1).draw()).collect();
    let cases = cases();
    assert!(cases.len() >= 60);
    let (mut right, mut all) = (0, 0);
    let mut by_kind: BTreeMap<Symbology, (usize, usize)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (index, case) in cases.iter().enumerate() {
        let mut picture = grounds[index % grounds.len()].clone();
        for (symbology, text, how, place) in &case.codes {
            picture.print(&Symbol::new(*symbology, text).expect("drawable"), *place, how);
        }
        if case.noise > 0.0 {
            picture.add_noise(index as u64, case.noise);
        }
        let found = read(&stored(&picture));
        for (symbology, text, ..) in &case.codes {
            let hit = found.iter().filter(|code| code.text == *text && code.symbology == *symbology).count() == 1;
            let count = by_kind.entry(*symbology).or_default();
            *count = (count.0 + usize::from(hit), count.1 + 1);
            (right, all) = (right + usize::from(hit), all + 1);
            if !hit {
                println!("not read: {} ({text})", case.name);
            }
        }
        if found
            .iter()
            .any(|code| !case.codes.iter().any(|(kind, text, ..)| (*kind, text) == (code.symbology, &code.text)))
        {
            wrong.push(format!("{}: {:?}", case.name, texts(&found)));
        }
    }
    println!("{right} of {all} codes on {} sheets read right; by kind {by_kind:?}", cases.len());
    assert!(wrong.is_empty(), "read wrong: {wrong:#?}");
    assert!(100 * right >= FLOOR * all, "{right} of {all}");
}
