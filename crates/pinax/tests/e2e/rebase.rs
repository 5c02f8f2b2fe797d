//! Five hundred pictures move from a BisQue into a folder, killed again and again; and back. The commands of
//! `docs/rebase.md` are among those that are run.

use std::process::Stdio;
use std::time::{Duration, Instant};

use pinax_image::EncodeOptions;
use pinax_sheet::Sheet;
use pinax_testkit::bisque::{BisqueFault, FakeBisque};
use pinax_testkit::mariadb::TestMariadb;
use pinax_testkit::scripted_web::{ScriptedWeb, WebReply};
use sha2::{Digest as _, Sha256};

use super::world::World;

const PICTURES: u32 = 500;
const KILLS: u32 = 10;

fn dump(database: &TestMariadb) -> String {
    database.dump_without(&["omoccurrences", "media", "mediametadata"], &["dateLastModified"])
}

/// A small sheet, never the same twice.
fn picture(number: u32) -> Vec<u8> {
    let sheet = Sheet::made_up(&format!("TST{number:08}"), u64::from(number)).size(80, 120).draw();
    sheet.to_jpeg(&EncodeOptions::default())
}

/// The world of a profile whose pictures lie on servers of this machine.
fn world(database: &TestMariadb, servers: &[&str]) -> World {
    let mut world = World::with_database(database);
    let named: Vec<String> = servers.iter().map(|server| format!("\"{server}/\"")).collect();
    world.config = format!("[web]\nown_servers = [{}]\n{}", named.join(", "), world.config);
    world.config = world.config.replace("img.example.org/tst\"", "img.example.org/tst\", allow_http = true");
    world.write("pinax.toml", &world.config);
    world
}

/// A row of each form that portals hold.
fn row(base: &str, number: u32) -> String {
    let id = format!("00-p{number}");
    let start = format!("{base}/image_service");
    let (original, url, thumbnail, archive) = match number % 4 {
        0 => (
            format!("{start}/image/{id}/resize:4000/format:jpeg"),
            format!("{start}/image/{id}/resize:1250/format:jpeg"),
            format!("{start}/image/{id}/thumbnail:200,200"),
            format!("'{start}/image/{id}'"),
        ),
        1 => (
            format!("{start}/image/{id}?resize=4000&format=jpeg"),
            format!("{start}/image/{id}?resize=1250&format=jpeg"),
            format!("{start}/image/{id}?thumbnail=200,200"),
            "NULL".to_owned(),
        ),
        2 => (
            format!("{start}/images/{id}?resize=4000"),
            format!("{start}/images/{id}"),
            format!("{start}/images/{id}?thumbnail"),
            "NULL".to_owned(),
        ),
        _ => (
            format!("{start}/{id}?resize=4000&format=jpeg"),
            format!("{start}/{id}"),
            format!("{start}/{id}?thumbnail"),
            format!("'{start}/{id}'"),
        ),
    };
    format!(
        "({number}, 'image', '{original}', '{url}', '{thumbnail}', {archive}, 'guid-{number}', \
         '{id}; filename: TST{number:08}.jpg', 'theirs')"
    )
}

fn fill(database: &TestMariadb, base: &str) {
    let rows: Vec<String> = (1..=PICTURES).map(|number| row(base, number)).collect();
    for rows in rows.chunks(50) {
        database.exec(&format!(
            "INSERT INTO media (occid, mediaType, originalUrl, url, thumbnailUrl, archiveUrl, recordID,
             sourceIdentifier, owner) VALUES {}",
            rows.join(", ")
        ));
    }
}

#[test]
fn five_hundred_pictures_leave_a_bisque_and_come_back() {
    let bisque = FakeBisque::start();
    let base = bisque.url().trim_end_matches('/').to_owned();
    for number in 1..=PICTURES {
        let (id, name) = (format!("00-p{number}"), format!("TST{number:08}.jpg"));
        bisque.upload(&id, &name, &format!("/home/shared/{name}"), "2020-01-01", &picture(number));
        if number % 50 == 7 {
            bisque.fail(&id, BisqueFault::Busy, 1);
        }
    }
    let database = TestMariadb::with_records(PICTURES);
    fill(&database, &base);
    let world = world(&database, &[&base]);
    let before = dump(&database);
    let rehost = ["rebase", "tst", "--from", &base, "--rehost"];

    let plan = world.pinax(&[&rehost[..], &["--plan", "--json"]].concat()).json();
    assert_eq!(plan["rows"], PICTURES, "{plan}");
    assert_eq!(dump(&database), before, "a plan changes nothing");

    let kills = disturb(&world, &rehost);
    println!("{kills} kills");
    assert!(kills >= KILLS, "only {kills} kills");
    let again = world.pinax(&[&rehost[..], &["--json"]].concat());
    assert_eq!((again.code, &again.json()["found"]), (Some(0), &0.into()), "{again:?}");
    let shown = database.query("SELECT occid, originalUrl, recordID, owner FROM media ORDER BY occid");
    let www = world.tree("www");
    assert_eq!(shown.lines().count() as u32, PICTURES);
    for (number, line) in (1..).zip(shown.lines()) {
        let cells: Vec<&str> = line.split('\t').collect();
        let key = cells[1].strip_prefix("https://img.example.org/tst/").unwrap_or_else(|| panic!("{line}"));
        let sum: String = Sha256::digest(picture(number)).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((cells[2], cells[3], www.get(key)), (&*format!("guid-{number}"), "theirs", Some(&sum)), "{line}");
    }
    let left = "SELECT COUNT(*) FROM media WHERE CONCAT_WS(' ', originalUrl, url, thumbnailUrl, archiveUrl) LIKE '%image_service%'";
    assert_eq!(database.query(left).trim(), "0");

    let batches: Vec<i64> = batches(&world);
    for batch in batches {
        let undo = world.pinax(&["undo", &batch.to_string(), "--json"]);
        assert_eq!(undo.code, Some(0), "{undo:?}");
    }
    assert_eq!(dump(&database), before, "every row is as it was");
}

/// Batches that moved something, newest first.
fn batches(world: &World) -> Vec<i64> {
    let status = world.pinax(&["status", "--json"]).json();
    let mut batches: Vec<i64> =
        status["batches"].as_array().unwrap().iter().filter_map(|batch| batch["batch"].as_i64()).collect();
    batches.sort_unstable_by(|one, other| other.cmp(one));
    batches
}

/// Starts and kills until a rebase comes to its end and nothing is left to do.
fn disturb(world: &World, arguments: &[&str]) -> u32 {
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for kills in 0..200_u32 {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        // Any moment of a short while, which grows when there were enough kills.
        let growth = 1.3_f64.powi(i32::try_from(kills.saturating_sub(KILLS)).unwrap());
        let moment = Duration::from_millis(100 + random % 700).mul_f64(growth);
        let mut child = world.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let until = Instant::now() + moment;
        loop {
            if let Some(status) = child.try_wait().unwrap() {
                // 1: some pictures could not be had; the next one asks again.
                assert!(matches!(status.code(), Some(0 | 1)), "{status:?}");
                if status.code() == Some(0) {
                    return kills;
                }
                break;
            }
            if Instant::now() > until {
                child.kill().unwrap();
                child.wait().unwrap();
                break;
            }
            // The moment is what is tested; there is nothing to wait for but time.
            std::thread::sleep(Duration::from_millis(2));
        }
    }
    panic!("200 rebases did not come to an end");
}

#[test]
fn addresses_move_by_a_rule_when_the_new_ones_show_the_same() {
    let old = ScriptedWeb::start(|request| {
        WebReply::file(request, &picture(1), "\"1\"").header("Content-Type", "image/jpeg")
    });
    let new = ScriptedWeb::start(|request| match request.target.as_str() {
        "/img/1.jpg" => WebReply::file(request, &picture(1), "\"1\"").header("Content-Type", "image/jpeg"),
        _ => WebReply::bytes("<html>Soon</html>").header("Content-Type", "text/html"),
    });
    let (from, to) = (old.url("/herb/"), new.url("/img/"));
    let database = TestMariadb::with_records(2);
    for number in 1..=2 {
        database.exec(&format!(
            "INSERT INTO media (occid, mediaType, originalUrl, url, recordID) VALUES \
             ({number}, 'image', '{from}{number}.jpg', '{from}{number}.jpg', 'guid-{number}')"
        ));
    }
    let world = world(&database, &[&old.url(""), &new.url("")]);
    let before = dump(&database);
    let rule = ["rebase", "tst", "--from", &from, "--to", &to];
    let plan = world.pinax(&[&rule[..], &["--plan"]].concat());
    assert!(plan.code == Some(0) && plan.stdout.contains("2 rows would change"), "{plan:?}");
    let moved = world.pinax(&rule);
    assert_eq!(moved.code, Some(1), "{moved:?}");
    let shown = database.query("SELECT originalUrl FROM media ORDER BY occid");
    assert_eq!(shown.lines().collect::<Vec<_>>(), [format!("{to}1.jpg"), format!("{from}2.jpg")]);
    let page = world.pinax(&["report", "1"]);
    assert_eq!(page.code, Some(0), "{page:?}");
    assert_eq!(world.pinax(&["undo", "1"]).code, Some(0));
    assert_eq!(dump(&database), before);
    assert_eq!(world.pinax(&[&rule[..], &["--again", "--json"]].concat()).json()["moved"], 1);
}
