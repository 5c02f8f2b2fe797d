//! Linking 100 000 published pictures to 2 million records of a MariaDB, against the most one can ask of the server
//! (LOAD DATA and INSERT ... SELECT of the same rows) and against a script that writes row by row.

use std::fs::copy;
use std::io::{Error, Result};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use pinax_testkit::mariadb::TestMariadb;

use crate::Figure;
use crate::measure::{median, sibling};

const RECORDS: u32 = 2_000_000;
const PICTURES: u32 = 100_000;
/// For the memory that must not grow with the number of pictures: so many that the ledger's page cache is full.
const FEWER: u32 = 50_000;
/// The script is measured on so many.
const ROW_BY_ROW: u32 = 5_000;
const ROUNDS: usize = 5;
const MOST_BYTES: f64 = 200e6;

/// What a child tells of itself.
struct Told {
    seconds_each: f64,
    peak_bytes: f64,
}

pub(crate) fn link() -> Result<Vec<Figure>> {
    let folder = tempfile::tempdir()?;
    let root = folder.path();
    let program = sibling("examples/link_cost")?;
    eprintln!("link: {PICTURES} pictures are prepared");
    for (name, pictures) in [("many", PICTURES), ("few", FEWER)] {
        told(
            Command::new(&program)
                .arg("prepare")
                .args([root.join(name), root.join(format!("{name}.tsv"))])
                .arg(pictures.to_string()),
        )?;
    }
    eprintln!("link: {RECORDS} records are made");
    let server = TestMariadb::large_with_records(RECORDS);
    let rows = root.join("many.tsv");
    let ours = |name: &str| -> Result<Told> {
        copy(root.join(name), root.join("ledger"))?;
        empty(&server);
        child(Command::new(&program).arg("link").arg(root.join("ledger")).arg(server.url()))
    };
    let row_by_row = || -> Result<Told> {
        empty(&server);
        child(Command::new(&program).arg("row-by-row").arg(&rows).arg(server.url()).arg(ROW_BY_ROW.to_string()))
    };
    let few = ours("few")?;
    let (mut ours_all, mut floor_all, mut script_all) = (Vec::new(), Vec::new(), Vec::new());
    let mut peak_bytes: f64 = 0.0;
    for round in 1..=ROUNDS {
        let floor = floor(&server, &rows);
        let of_floor = written(&server);
        let script = row_by_row()?;
        let ours = ours("many")?;
        if written(&server) != of_floor {
            return Err(Error::other("the two ways did not write the same rows"));
        }
        let each = [ours.seconds_each, floor, script.seconds_each].map(|seconds| seconds * 1e6);
        eprintln!(
            "link: round {round}: {:.1} us a picture, floor {:.1} us, script {:.1} us",
            each[0], each[1], each[2]
        );
        ours_all.push(ours.seconds_each);
        floor_all.push(floor);
        script_all.push(script.seconds_each);
        peak_bytes = peak_bytes.max(ours.peak_bytes);
    }
    Ok(vec![
        against("link 100 000 to 2 million, LOAD DATA", &ours_all, &floor_all, 1.0 / 0.4),
        against("link 100 000 to 2 million, row by row", &ours_all, &script_all, 1.0 / 15.0),
        bytes("link, peak memory, 100 000", peak_bytes, MOST_BYTES, 1.0),
        bytes("link, peak memory, 100 000 to 50 000", peak_bytes, few.peak_bytes, 1.1),
    ])
}

fn against(name: &'static str, ours: &[f64], peer: &[f64], target: f64) -> Figure {
    let rate = |seconds: &[f64]| format!("{:.0} /s", 1.0 / median(seconds.to_vec()));
    let ratio = median(ours.iter().zip(peer).map(|(ours, peer)| ours / peer).collect());
    Figure { name: name.to_owned(), ours: rate(ours), peer: rate(peer), ratio, target }
}

fn bytes(name: &'static str, ours: f64, peer: f64, target: f64) -> Figure {
    let shown = |bytes: f64| format!("{:.0} MB", bytes / 1e6);
    Figure { name: name.to_owned(), ours: shown(ours), peer: shown(peer), ratio: ours / peer, target }
}

/// Loads the same rows; seconds for each.
fn floor(server: &TestMariadb, rows: &Path) -> f64 {
    const LOAD: &str = include_str!("link/load.sql");
    empty(server);
    let sql = LOAD.replace("ROWS", &rows.display().to_string());
    let started = Instant::now();
    server.exec(&sql);
    started.elapsed().as_secs_f64() / f64::from(PICTURES)
}

/// No picture is linked, and nothing is left to be done for those that were.
fn empty(server: &TestMariadb) {
    server.exec("SET FOREIGN_KEY_CHECKS = 0; TRUNCATE mediametadata; TRUNCATE media;");
}

/// A sum over all that was written.
fn written(server: &TestMariadb) -> String {
    server.query(
        "SELECT COUNT(*), SUM(CRC32(CONCAT_WS('|', occid, recordID, tid, url, thumbnailUrl, originalUrl, format, owner,
                creator, rights, copyright, mediaMD5, pixelXDimension, pixelYDimension, sortOccurrence, sortSequence,
                imageType, mediaType)))
         FROM media;
         SELECT COUNT(*), SUM(CRC32(CONCAT_WS('|', m.recordID, f.field, f.bytes, f.md5sum)))
         FROM mediametadata f JOIN media m ON m.mediaID = f.mediaID;",
    )
}

fn child(command: &mut Command) -> Result<Told> {
    let said = told(command)?;
    let numbers: Vec<f64> = said.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    match numbers[..] {
        [pictures, seconds, peak_bytes] => Ok(Told { seconds_each: seconds / pictures, peak_bytes }),
        _ => Err(Error::other(format!("{command:?} said `{said}`"))),
    }
}

fn told(command: &mut Command) -> Result<String> {
    let output = command.env("PINAX_PORTAL_PASSWORD", TestMariadb::PASSWORD).output()?;
    if !output.status.success() {
        return Err(Error::other(format!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr))));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
