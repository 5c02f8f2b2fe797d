//! Killed at many random moments and started again each time, a run ends as if nothing had happened.

use std::process::Stdio;
use std::time::{Duration, Instant};

use pinax_image::{EncodeOptions, Orientation, Subsampling};
use pinax_sheet::Sheet;
use pinax_testkit::mariadb::TestMariadb;

use super::world::World;

const RECORDS: u32 = 400;
const FILES: usize = 500;
const KILLS: u32 = 40;

/// Everything the portal shows of pictures, but for keys that count up and times.
const ROWS: &str = "SELECT m.occid, m.recordID, m.url, m.thumbnailUrl, m.originalUrl, m.imageType, m.mediaType, m.format,
    m.owner, m.mediaMD5, m.tid, m.sortOccurrence, m.pixelXDimension, m.pixelYDimension,
    (SELECT GROUP_CONCAT(field, ' ', bytes, ' ', md5sum ORDER BY field) FROM mediametadata d WHERE d.mediaID = m.mediaID)
    FROM media m ORDER BY m.originalUrl, m.recordID";

#[test]
fn killed_at_forty_moments_it_ends_as_if_nothing_had_happened() {
    let database = TestMariadb::with_records(RECORDS);
    database.exec("UPDATE omoccurrences SET catalogNumber = 'TST00000399' WHERE catalogNumber = 'TST00000400'");
    let files = cast();
    assert_eq!(files.len(), FILES);

    let calm = filled(&database, &files);
    let started = Instant::now();
    let answer = calm.pinax(&["run", "--json"]);
    let took = started.elapsed();
    assert_eq!(answer.code, Some(1), "{answer:?}");
    let (rows, store, ends) = (database.query(ROWS), calm.tree("www"), ends(&calm));
    assert_eq!(rows.lines().count() as u64, answer.json()["linked"].as_u64().unwrap());

    database.exec("DELETE FROM mediametadata; DELETE FROM media");
    let disturbed = filled(&database, &files);
    let kills = disturb(&disturbed, took);
    println!("{kills} kills; undisturbed it takes {took:?}");
    assert!(kills >= KILLS, "only {kills} kills in {took:?}");
    assert_eq!(database.query(ROWS), rows);
    assert_eq!(disturbed.tree("www"), store);
    assert_eq!(self::ends(&disturbed), ends);

    // Every picture once: no address twice, and each good file has its row.
    assert_eq!(database.query("SELECT originalUrl FROM media GROUP BY 1 HAVING COUNT(*) > 1"), "");
    let bad = ends.iter().filter(|(_, outcome, _)| outcome != "done").count();
    let twins = ends.iter().filter(|(_, outcome, reason)| outcome == "done" && !reason.is_empty()).count();
    assert_eq!(rows.lines().count(), FILES - bad - twins);

    // And once more changes nothing.
    let again = disturbed.pinax(&["run", "--json"]).json();
    assert_eq!([&again["found"], &again["unchanged"]], [FILES, FILES], "{again}");
    assert_eq!((database.query(ROWS), disturbed.tree("www")), (rows, store));
}

/// Starts and kills until a run comes to its end.
fn disturb(world: &World, calm: Duration) -> u32 {
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for kills in 0..500_u32 {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        // Any moment of a short while: some hit the start, some the work, some the linking. After enough kills the
        // while grows, so that the run comes to its end on a slow machine too.
        let growth = 1.1_f64.powi(i32::try_from(kills.saturating_sub(KILLS)).unwrap());
        let moment = calm.mul_f64((random % 1000) as f64 / 1000.0 / 15.0 * growth);
        let mut child = world.command(&["run"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let until = Instant::now() + moment;
        while Instant::now() < until {
            if let Some(status) = child.try_wait().unwrap() {
                assert_eq!(status.code(), Some(1));
                return kills;
            }
            // The moment is what is tested; there is nothing to wait for but time.
            std::thread::sleep(Duration::from_millis(2));
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    panic!("500 runs did not come to an end");
}

fn filled(database: &TestMariadb, files: &[(String, Vec<u8>)]) -> World {
    let world = World::with_database(database);
    for (name, bytes) in files {
        world.write(format!("drop/{name}"), bytes);
    }
    world
}

/// How each file ended: name, outcome, reason.
fn ends(world: &World) -> Vec<(String, String, String)> {
    assert_eq!(world.pinax(&["report", "1"]).code, Some(0));
    let table = std::fs::read(world.path("pinax-tst-batch-1.csv")).unwrap();
    let mut ends: Vec<(String, String, String)> = csv::Reader::from_reader(table.as_slice())
        .records()
        .map(|record| record.unwrap())
        .map(|record| (record[0].to_owned(), record[1].to_owned(), record[2].to_owned()))
        .collect();
    ends.sort();
    ends
}

/// Five hundred files of mixed kinds.
fn cast() -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::with_capacity(FILES);
    for number in 1..=RECORDS {
        let name = format!("{:02}/TST{number:08}", number % 20);
        files.push((format!("{name}.jpg"), picture(number)));
    }
    for number in 1..=60 {
        // Second pictures, some byte for byte the first.
        let seed = if number % 6 == 0 { number } else { 1000 + number };
        files.push((format!("second/TST{number:08}_{}.jpg", if number % 2 == 0 { "2" } else { "b" }), picture(seed)));
    }
    for number in 401..=420 {
        files.push((format!("TST{number:08}.jpg"), picture(number)));
    }
    for number in 61..=75 {
        // The same name in another folder, other content.
        files.push((format!("again/TST{number:08}.jpg"), picture(2000 + number)));
    }
    for number in 0..5 {
        files.push((format!("IMG_{number}.jpg"), picture(3000 + number)));
    }
    files
}

fn picture(seed: u32) -> Vec<u8> {
    let options = EncodeOptions { quality: 88, ..EncodeOptions::default() };
    let width = if seed % 25 == 3 { 2600 } else { 480 };
    let drawn = || Sheet::made_up(&format!("TST{seed:08}"), u64::from(seed)).size(width, width * 3 / 2).draw();
    match seed % 20 {
        1 => drawn().to_grey_jpeg(&options),
        2 => drawn().to_cmyk_jpeg(&options),
        4 => drawn().to_jpeg(&EncodeOptions { progressive: true, ..options }),
        5 => drawn().to_jpeg(&EncodeOptions { subsampling: Subsampling::Full444, ..options }),
        6 => drawn().turned(3).to_jpeg(&EncodeOptions { orientation: Some(Orientation::Turn90), ..options }),
        7 => {
            let mut bytes = drawn().to_jpeg(&options);
            bytes.truncate(bytes.len() * 3 / 4);
            bytes
        }
        8 if seed % 40 == 8 => Vec::new(),
        9 if seed % 40 == 9 => drawn().to_png(),
        _ => drawn().to_jpeg(&options),
    }
}
