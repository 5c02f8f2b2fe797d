//! Bad input of every kind has a named outcome, and nothing is lost.

use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use pinax_image::EncodeOptions;
use pinax_sheet::Sheet;

use super::world::{World, small_sheet};

/// The reason code of each file that waits.
fn waiting(world: &World) -> Vec<(String, String)> {
    let answer = world.pinax(&["review", "--json"]).json();
    let mut waiting: Vec<_> = answer["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["file"].as_str().unwrap().to_owned(), item["reason"].as_str().unwrap().to_owned()))
        .collect();
    waiting.sort();
    waiting
}

#[test]
fn every_kind_of_bad_picture_is_named_and_the_good_one_is_linked() {
    let world = World::with_download(&[(1, "TST00000001"), (2, "TST00000002"), (3, "TST00000003"), (4, "TST00000003")]);
    let good = world.sheet("TST00000001.jpg", 1);
    world.write("drop/TST00000002_1.jpg", b"");
    world.write("drop/TST00000002_2.jpg", &good[..good.len() * 2 / 3]);
    world.write("drop/TST00000002_3.jpg", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic");
    world.write("drop/TST00000002_4.jpg", "<html>not found</html>");
    world.write("drop/TST00000002_5.jpg", noise(&good));
    world.write("drop/TST00000002_6.jpg", bomb());
    world.write("drop/TST00000002_7.jpg", &good[..good.len() - 2]);
    world.write("drop/TST00000003.jpg", small_sheet(3));
    world.write("drop/TST00000004.jpg", small_sheet(4));
    world.write("drop/TST000000055555555555555555555555555555555.jpg", small_sheet(5));
    world.write("drop/TST00000002_tn.jpg", small_sheet(6));
    world.write("drop/IMG_1.jpg", small_sheet(7));
    let answer = world.pinax(&["run", "--json"]);
    assert_eq!(answer.code, Some(1), "{answer:?}");
    assert_eq!(answer.json()["linked"], 1, "{answer:?}");
    let expected = [
        ("IMG_1.jpg", "name-not-matched"),
        ("TST00000002_1.jpg", "empty"),
        ("TST00000002_2.jpg", "truncated"),
        ("TST00000002_3.jpg", "unsupported-format"),
        ("TST00000002_4.jpg", "not-an-image"),
        ("TST00000002_5.jpg", "corrupt"),
        ("TST00000002_6.jpg", "too-large"),
        ("TST00000002_7.jpg", "truncated"),
        ("TST00000002_tn.jpg", "derivative-name"),
        ("TST00000003.jpg", "several-records"),
        ("TST00000004.jpg", "no-record"),
        ("TST000000055555555555555555555555555555555.jpg", "number-refused"),
    ];
    let got = waiting(&world);
    assert_eq!(got.iter().map(|(file, code)| (file.as_str(), code.as_str())).collect::<Vec<_>>(), expected);
}

/// A JPEG whose picture data is overwritten with noise.
fn noise(good: &[u8]) -> Vec<u8> {
    let mut bytes = good.to_vec();
    let middle = bytes.len() / 2;
    let mut state = 12345_u32;
    for byte in &mut bytes[middle..middle + 3000] {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *byte = (state >> 24) as u8;
    }
    bytes
}

/// A small JPEG whose header claims 65 500 x 65 500 pixels.
fn bomb() -> Vec<u8> {
    let mut bytes = pinax_image::encode_rgb(16, 16, &[90; 16 * 16 * 3], &EncodeOptions::default()).unwrap();
    let frame = bytes.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    let side = 65_500_u16.to_be_bytes();
    bytes[frame + 5..frame + 7].copy_from_slice(&side);
    bytes[frame + 7..frame + 9].copy_from_slice(&side);
    bytes
}

#[test]
fn names_that_are_hard_are_handled_and_shown_on_one_line() {
    let world = World::with_download(&[(1, "TST00000001")]);
    for (seed, name) in
        ["_a %2e+#'\".jpg", "_b\nnext.jpg", "_c..jpg", "_d é植物.jpg", "_e ;,|&=.jpg"].iter().enumerate()
    {
        world.sheet(&format!("TST00000001{name}"), seed as u64);
    }
    let odd = std::ffi::OsStr::from_bytes(b"drop/TST00000001_\xff\xfe.jpg");
    world.write(Path::new(odd), small_sheet(99));
    let answer = world.pinax(&["run", "--json"]);
    assert_eq!([&answer.json()["linked"], &answer.json()["review"]], [5, 1], "{answer:?}");
    assert_eq!(waiting(&world), [(r"TST00000001_\xff\xfe.jpg".to_owned(), "name-not-text".to_owned())]);
    let links = std::fs::read_to_string(world.path("out/tst-batch1-1.csv")).unwrap();
    assert_eq!(links.lines().count(), 6, "{links}");
    assert!(links.is_ascii() && links.contains("TST00000001_d_%C3%A9%E6%A4%8D%E7%89%A9.jpg"), "{links}");
}

#[test]
fn a_configuration_with_a_typo_shows_the_line() {
    let world = World::with_download(&[]);
    world.write("pinax.toml", world.config.replace("identify =", "identfy ="));
    let said = world.pinax(&["run"]);
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("identfy") && said.stderr.contains("line 11"), "{}", said.stderr);
}

#[test]
fn a_missing_configuration_says_how_to_get_one() {
    let world = World::with_download(&[]);
    let said = world.pinax(&["--config", "nowhere.toml", "run"]);
    assert_eq!(said.code, Some(2));
    assert!(
        said.stderr.contains("nowhere.toml") && said.stderr.contains("hint: ") && said.stderr.contains("pinax init")
    );
}

#[test]
fn a_source_or_store_that_is_not_there_stops_the_run_before_it_begins() {
    for gone in ["drop", "www"] {
        let world = World::with_download(&[(1, "TST00000001")]);
        std::fs::remove_dir(world.path(gone)).unwrap();
        let said = world.pinax(&["run", "--json"]);
        assert_eq!(said.code, Some(2), "{said:?}");
        assert!(said.stderr.contains(gone) && said.stderr.contains("hint: "), "{said:?}");
        assert_eq!(said.json()["batch"], serde_json::Value::Null);
    }
}

#[test]
fn a_ledger_of_a_newer_version_or_no_ledger_at_all_is_left_alone() {
    let world = World::with_download(&[(1, "TST00000001")]);
    world.write("pinax.ledger", "this is no database, but somebody's notes");
    let said = world.pinax(&["run"]);
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("pinax.ledger") && said.stderr.contains("hint: "), "{said:?}");
    assert_eq!(std::fs::read(world.path("pinax.ledger")).unwrap(), b"this is no database, but somebody's notes");
}

#[test]
fn a_source_file_is_taken_away_only_when_its_copy_is_proved() {
    let world = World::with_download(&[(1, "TST00000001"), (2, "TST00000002")]);
    let small = world.sheet("TST00000001.jpg", 1);
    let large = Sheet::made_up("TST00000002", 2).size(3600, 900).draw().to_jpeg(&EncodeOptions::default());
    world.write("drop/in/TST00000002.jpg", &large);
    world.write("drop/TST00000003.jpg", small_sheet(3));
    let delete = world.config.replace("settle_seconds = 0", "settle_seconds = 0, after = \"delete\"");
    world.write("pinax.toml", delete);
    let answer = world.pinax(&["run", "--json"]);
    assert_eq!(answer.json()["linked"], 2, "{answer:?}");
    assert!(!world.path("drop/TST00000001.jpg").exists());
    assert_eq!(std::fs::read(world.path("www/TST00000/TST00000001.jpg")).unwrap(), small);
    assert!(world.path("drop/in/TST00000002.jpg").exists(), "the store holds only a smaller copy");
    assert!(world.path("drop/TST00000003.jpg").exists(), "it has no record");
}

#[test]
fn moved_files_keep_their_place_below_the_done_folder() {
    let world = World::with_download(&[(1, "TST00000001")]);
    let bytes = world.sheet("2026/TST00000001.jpg", 1);
    let config = world.config.replace("settle_seconds = 0", "settle_seconds = 0, after = \"move\", done = \"done\"");
    world.write("pinax.toml", config);
    std::fs::create_dir(world.path("done")).unwrap();
    assert_eq!(world.pinax(&["run", "--json"]).json()["linked"], 1);
    assert!(!world.path("drop/2026/TST00000001.jpg").exists());
    assert_eq!(std::fs::read(world.path("done/2026/TST00000001.jpg")).unwrap(), bytes);
}
