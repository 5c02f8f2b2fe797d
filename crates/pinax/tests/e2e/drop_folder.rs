//! A drop folder to a portal's database, and the ways in which the portal may fail.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use pinax_testkit::mariadb::TestMariadb;

use super::world::{World, small_sheet};

const TABLES: [&str; 5] = ["omcollections", "omcollectionstats", "omoccurrences", "media", "mediametadata"];

#[test]
fn rows_are_as_symbiota_writes_them_with_size_and_sums() {
    let database = TestMariadb::with_records(3);
    let world = World::with_database(&database);
    let bytes = world.sheet("TST00000002_b.jpg", 2);
    let answer = world.pinax(&["run", "--json"]);
    assert_eq!((answer.code, &answer.json()["linked"]), (Some(0), &1.into()), "{answer:?}");
    let row = database.query(
        "SELECT occid, url, thumbnailUrl, originalUrl, imageType, mediaType, format, owner, tid, sortOccurrence,
                sortSequence, pixelXDimension, pixelYDimension, LENGTH(recordID) FROM media",
    );
    let base = "https://img.example.org/tst/TST00000/TST00000002_b";
    let expected = format!(
        "2\t{base}.jpg\t{base}_tn.jpg\t{base}.jpg\tspecimen\timage\timage/jpeg\tTest Herbarium\t4\t7\t50\t600\t900\t36"
    );
    assert_eq!(row.trim_end(), expected);
    let sums =
        database.query("SELECT mediaMD5, (SELECT GROUP_CONCAT(field ORDER BY field) FROM mediametadata) FROM media");
    let md5 = pinax_core::nouns::checksum::md5_hex(&bytes);
    assert_eq!(sums.trim_end(), format!("{md5}\toriginalUrl,thumbnailUrl,url"));
    let statistics = database.query("SELECT recordcnt, georefcnt, familycnt FROM omcollectionstats");
    assert_eq!(statistics.trim_end(), "3\t1\t1");

    let before = database.dump(&TABLES);
    assert_eq!(world.pinax(&["run", "--json"]).json()["unchanged"], 1);
    assert_eq!(database.dump(&TABLES), before);
}

#[test]
fn a_link_somebody_else_made_is_seen() {
    let database = TestMariadb::with_records(1);
    database.exec(
        "INSERT INTO media (occid, url, originalUrl, mediaType)
         VALUES (1, 'http://img.example.org/tst/TST00000/TST00000001_med.jpg',
                    'http://img.example.org/tst/TST00000/TST00000001.jpg', 'image')",
    );
    let world = World::with_database(&database);
    world.sheet("TST00000001.jpg", 1);
    let answer = world.pinax(&["run", "--json"]).json();
    assert_eq!([&answer["linked"], &answer["needed_nothing"]], [0, 1], "{answer}");
    assert_eq!(database.query("SELECT COUNT(*) FROM media").trim_end(), "1");
}

#[test]
fn a_picture_somebody_else_linked_is_known_by_its_md5_and_never_doubled() {
    let database = TestMariadb::with_records(2);
    let world = World::with_database(&database);
    let md5 = pinax_core::nouns::checksum::md5_hex(&world.sheet("TST00000001.jpg", 1));
    world.sheet("TST00000002.jpg", 2);
    database.exec(&format!(
        "INSERT INTO media (occid, url, originalUrl, mediaType, mediaMD5)
         VALUES (1, 'https://elsewhere.org/1.jpg', 'https://elsewhere.org/1.jpg', 'image', '{md5}'),
                (2, '/x.jpg', 'http://img.example.org/tst/TST00000/TST00000002.jpg', 'image', 'ffffffffffffffffffffffffffffffff')"
    ));
    let before = database.dump(&TABLES);
    let answer = world.pinax(&["run", "--json"]).json();
    assert_eq!([&answer["needed_nothing"], &answer["skipped"], &answer["linked"]], [1, 1, 0], "{answer}");
    assert_eq!(answer["waiting"]["review"], 0, "existing = skip says what is done");
    assert_eq!(database.dump(&TABLES), before);
    assert!(world.tree("www").is_empty(), "nothing is published that is not linked");
}

#[test]
fn a_changed_picture_updates_its_row_and_keeps_its_identity() {
    let database = TestMariadb::with_records(1);
    let world = World::with_database(&database);
    world.sheet("TST00000001.jpg", 1);
    world.pinax(&["run"]);
    let key = |what: &str| database.query(&format!("SELECT {what} FROM media"));
    let (identity, address) = (key("mediaID, recordID"), key("originalUrl"));
    world.write("drop/TST00000001.jpg", small_sheet(50));
    assert_eq!(world.pinax(&["run", "--json"]).json()["linked"], 1);
    assert_eq!(key("mediaID, recordID"), identity);
    assert_ne!(key("originalUrl"), address);
    assert_eq!(world.tree("www").len(), 4, "the old address still shows the old picture");
}

#[test]
fn a_portal_that_is_down_at_the_start_changes_nothing() {
    let mut database = TestMariadb::with_records(1);
    let world = World::with_database(&database);
    world.sheet("TST00000001.jpg", 1);
    database.stop();
    let said = world.pinax(&["run"]);
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("error: ") && said.stderr.contains("hint: "), "{}", said.stderr);
    assert!(world.tree("www").is_empty());
    database.restart();
    assert_eq!(world.pinax(&["run", "--json"]).json()["linked"], 1);
}

#[test]
fn a_portal_that_dies_in_the_middle_costs_nothing() {
    let mut database = TestMariadb::with_records(400);
    let world = World::with_database(&database);
    for number in 1..=400 {
        world.sheet(&format!("TST{number:08}.jpg"), number);
    }
    let mut child = world.command(&["run"]).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    // "400 pictures to do": the collection was found, the work begins.
    let mut told = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(told.any(|line| line.unwrap().contains("400 pictures to do")));
    database.stop();
    let rest: Vec<String> = told.map(|line| line.unwrap()).collect();
    assert_eq!(child.wait().unwrap().code(), Some(2), "{rest:?}");
    let rest = rest.join("\n");
    assert!(rest.contains("what was done is kept") && rest.contains("hint: "), "{rest}");
    database.restart();
    let answer = world.pinax(&["run", "--json"]).json();
    assert_eq!(answer["resumed"], true);
    assert_eq!(database.query("SELECT COUNT(*), COUNT(DISTINCT occid) FROM media").trim_end(), "400\t400");
}

#[test]
fn a_wrong_password_is_said_and_never_shown() {
    let database = TestMariadb::with_records(1);
    let mut world = World::with_database(&database);
    world.password = Some("open-sesame".to_owned());
    for verb in ["run", "check", "plan"] {
        let said = world.pinax(&[verb]);
        assert_eq!(said.code, Some(2), "{said:?}");
        let all = format!("{}{}", said.stdout, said.stderr);
        assert!(all.contains("PINAX_PORTAL_PASSWORD") && !all.contains("open-sesame"), "{all}");
    }
}

#[test]
fn a_missing_table_is_named() {
    let database = TestMariadb::with_records(1);
    database.exec("DROP TABLE mediametadata");
    let world = World::with_database(&database);
    world.sheet("TST00000001.jpg", 1);
    let said = world.pinax(&["run"]);
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("mediametadata"), "{}", said.stderr);
}

#[test]
fn a_second_run_at_the_same_time_is_refused_with_the_holder_named() {
    let database = TestMariadb::with_records(200);
    let world = World::with_database(&database);
    for number in 1..=200 {
        world.sheet(&format!("TST{number:08}.jpg"), number);
    }
    let mut first = world.command(&["run"]).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let mut told = BufReader::new(first.stderr.take().unwrap()).lines();
    assert!(told.any(|line| line.unwrap().contains("200 pictures to do")));
    let second = world.pinax(&["run"]);
    assert_eq!(second.code, Some(2));
    assert!(second.stderr.contains(&format!("process {}", first.id())), "{}", second.stderr);
    assert!(second.stderr.contains("pinax run tst"), "{}", second.stderr);
    // Looking is allowed meanwhile.
    assert_eq!(world.pinax(&["status"]).code, Some(1));
    drop(told);
    first.kill().unwrap();
    first.wait().unwrap();
}

#[test]
fn ctrl_c_finishes_what_is_in_hand_and_says_how_to_go_on() {
    let database = TestMariadb::with_records(300);
    let world = World::with_database(&database);
    for number in 1..=300 {
        world.sheet(&format!("TST{number:08}.jpg"), number);
    }
    let mut child = world.command(&["run"]).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(told.any(|line| line.unwrap().contains("300 pictures to do")));
    let interrupt = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupt.success());
    let rest: Vec<String> = told.map(|line| line.unwrap()).collect();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{rest:?}");
    assert!(rest.iter().any(|line| line.contains("`pinax run tst` goes on from here")), "{rest:?}");
    // What was published is linked; nothing hangs in between.
    let rows: usize = database.query("SELECT COUNT(*) FROM media").trim_end().parse().unwrap();
    assert_eq!(world.tree("www").len(), rows * 2);
    assert!(rows < 300);
    assert_eq!(world.pinax(&["run", "--json"]).code, Some(0));
    assert_eq!(database.query("SELECT COUNT(DISTINCT occid) FROM media").trim_end(), "300");
}
