//! Files that are no JPEG: their archive, and the programs that read what is not read here.

use std::process::Command;

use pinax_testkit::mariadb::TestMariadb;

use super::world::World;

/// A sheet without compression: a bitmap of 300 x 400 pixels that says nothing but its colours.
fn bitmap() -> Vec<u8> {
    let (width, height): (u32, u32) = (300, 400);
    let pixels: Vec<u8> = (0..width * height)
        .flat_map(|at| [(at % width * 255 / width) as u8, (at / width * 255 / height) as u8, (at % 251) as u8])
        .collect();
    let mut file = b"BM".to_vec();
    for number in [54 + pixels.len() as u32, 0, 54, 40, width, height] {
        file.extend(number.to_le_bytes());
    }
    file.extend([1, 0, 24, 0]);
    file.extend([0; 24]);
    file.extend(pixels);
    file
}

/// The same as JPEG 2000, written by OpenJPEG (Debian package libopenjp2-tools).
fn jpeg_2000(world: &World) -> Vec<u8> {
    world.write("sheet.bmp", bitmap());
    let (from, to) = (world.path("sheet.bmp"), world.path("sheet.jp2"));
    let done = Command::new("opj_compress").arg("-i").arg(from).arg("-o").arg(&to).output();
    assert!(done.expect("opj_compress is installed: make setup").status.success());
    std::fs::read(to).unwrap()
}

fn urls(database: &TestMariadb) -> String {
    database.query("SELECT occid, originalUrl, archiveUrl FROM media ORDER BY occid").trim_end().to_owned()
}

#[test]
fn the_file_as_it_came_is_kept_for_archive_url_and_taken_back_with_the_rest() {
    let database = TestMariadb::with_records(3);
    let mut world = World::with_database(&database);
    world.config = world.config.replace(
        "[profile.tst]",
        "[profile.tst]\nderive = { archive = true, thumbnail = 100, medium = 150, large = 200 }",
    );
    world.write("pinax.toml", &world.config);
    world.write("drop/TST00000001.bmp", bitmap());
    let sheet = world.sheet("TST00000002.JPEG", 2);
    world.config = world.config.replace("large = 200", "large = 3200");
    let answer = world.pinax(&["run", "--json"]);
    assert_eq!((answer.code, &answer.json()["linked"]), (Some(0), &2.into()), "{answer:?}");
    let base = "https://img.example.org/tst/TST00000/TST0000000";
    let expected = format!("1\t{base}1.jpg\t{base}1_archive.bmp\n2\t{base}2.jpg\t{base}2_archive.jpg");
    assert_eq!(urls(&database), expected);
    assert!(std::fs::read(world.path("www/TST00000/TST00000001_archive.bmp")).unwrap() == bitmap());
    assert!(std::fs::read(world.path("www/TST00000/TST00000002_archive.jpg")).unwrap() == sheet);
    assert_eq!(database.query("SELECT COUNT(*) FROM mediametadata WHERE field NOT LIKE '%rl'").trim_end(), "0");

    // One that is published as it came needs no second copy.
    world.write("pinax.toml", &world.config);
    let small = world.sheet("TST00000003.jpg", 3);
    assert_eq!(world.pinax(&["run", "--json"]).json()["linked"], 1);
    assert_eq!(urls(&database).lines().last().unwrap(), format!("3\t{base}3.jpg\t{base}3.jpg"));
    assert!(std::fs::read(world.path("www/TST00000/TST00000003.jpg")).unwrap() == small);

    for batch in ["2", "1"] {
        let undone = world.pinax(&["undo", batch]);
        assert_eq!(undone.code, Some(0), "{undone:?}");
    }
    assert_eq!(urls(&database), "");
}

#[test]
fn a_file_that_may_say_where_it_was_taken_is_no_archive() {
    let database = TestMariadb::with_records(1);
    let mut world = World::with_database(&database);
    world.config = world.config.replace("[profile.tst]", "[profile.tst]\nderive = { archive = true }");
    world.write("pinax.toml", &world.config);
    world.sheet("TST00000001.jpg", 1);
    let exiftool = Command::new("exiftool")
        .args(["-q", "-overwrite_original", "-GPSLatitude=48.2", "-GPSLatitudeRef=N"])
        .arg(world.path("drop/TST00000001.jpg"))
        .status();
    assert!(exiftool.expect("exiftool is installed: make setup").success());
    let with_place = std::fs::read(world.path("drop/TST00000001.jpg")).unwrap();
    assert_eq!(world.pinax(&["run", "--json"]).json()["linked"], 1);
    for file in world.tree("www").keys() {
        let published = std::fs::read(world.path("www").join(file)).unwrap();
        assert!(published != with_place && !pinax_image::may_say_where(&published), "{file}");
    }
}

#[test]
fn a_converter_reads_what_is_not_read_here_once_one_is_named() {
    let database = TestMariadb::with_records(2);
    let mut world = World::with_database(&database);
    let file = jpeg_2000(&world);
    world.write("drop/TST00000001.jp2", &file);
    // By content, not by name.
    world.write("drop/TST00000002.tif", &file);
    let answer = world.pinax(&["run", "--json"]);
    assert_eq!((answer.code, &answer.json()["failed"]), (Some(1), &2.into()), "{answer:?}");
    let waiting = world.pinax(&["review", "list"]);
    assert!(waiting.stdout.contains("[convert], jp2"), "{waiting:?}");
    let again = world.pinax(&["run", "--json"]).json();
    assert_eq!([&again["unchanged"], &again["bytes_read"]], [2, 0], "nobody can read them today either: {again}");

    let command = r#"["opj_decompress", "-i", "{in}", "-o", "{out}.bmp"]"#;
    world.config = format!("[convert]\nmax_seconds = 60\njp2 = {command}\n{}", world.config)
        .replace("[profile.tst]", "[profile.tst]\nderive = { archive = true }");
    world.write("pinax.toml", &world.config);
    let answer = world.pinax(&["run", "--json"]);
    assert_eq!((answer.code, &answer.json()["linked"]), (Some(0), &2.into()), "{answer:?}");
    let sizes = database.query("SELECT DISTINCT pixelXDimension, pixelYDimension, format FROM media");
    assert_eq!(sizes.trim_end(), "300\t400\timage/jpeg");
    // What JPEG 2000 says of places, nobody here can read.
    assert_eq!(database.query("SELECT COUNT(archiveUrl) FROM media").trim_end(), "0");
    assert!(answer.json()["findings"].to_string().contains("may say where"), "{answer:?}");
    assert_eq!(world.pinax(&["run", "--json"]).json()["unchanged"], 2);
}
