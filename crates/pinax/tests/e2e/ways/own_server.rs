//! Pictures that stay on the institution's own web server.

use std::path::Path;

use pinax_testkit::mariadb::TestMariadb;
use pinax_testkit::web_server::{IndexPages, WebServer};
use tempfile::TempDir;

use super::super::world::World;
use super::page::Page;
use super::{NAMES, TABLES, ends, linked, prove, put, sheet, smaller};

const PAGE: &str = "guide-own-server.md";

/// A picture with its sizes beside it.
fn put_with_sizes(folder: &Path, name: &str, seed: u64) {
    let (picture, stem) = (sheet(seed), name.strip_suffix(".jpg").unwrap());
    put(folder, &format!("{stem}_med.jpg"), &smaller(&picture, 200));
    put(folder, &format!("{stem}_tn.jpg"), &smaller(&picture, 50));
    put(folder, name, &picture);
}

struct Own {
    folder: TempDir,
    server: WebServer,
    database: TestMariadb,
}

impl Own {
    fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let server = WebServer::with_index(IndexPages::Nginx, folder.path());
        Self { folder, server, database: TestMariadb::with_records(20) }
    }

    /// What the page says, at the addresses of this test.
    fn changes(&self) -> [(String, String); 3] {
        let portal = "mysql://pinax@db.portal.example.org/symbiota?ssl=required".to_owned();
        let own = format!("[web]\nown_servers = [\"{}\"]", self.server.url(""));
        let map = "[profile.vascular.map]".to_owned();
        [(portal, self.database.url()), ("[web]".to_owned(), own), (map.clone(), format!("{map}\nallow_http = true"))]
    }

    fn world(&self, config: impl Fn(&[(&str, &str)]) -> String, more: &[(&str, &str)]) -> World {
        let changes = self.changes();
        let mut all: Vec<(&str, &str)> = changes.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
        all.extend(more);
        let world = World::with_config(&config(&all));
        world.write("portal.password", TestMariadb::PASSWORD);
        world
    }

    /// The first way of the page.
    fn through_index_pages(&self) -> World {
        let url = format!("{}\"\nallow_http = true", self.server.url("/"));
        self.world(|changes| Page::read(PAGE).config(changes), &[("https://img.example.org/herbarium/\"", &url)])
    }

    /// The second, with a table.
    fn through_a_table(&self) -> World {
        let source = "kind = \"csv-map\"";
        let servers = format!("{source}\nallow_http = true");
        let without = ["profile.vascular.source", "profile.vascular.map"];
        self.world(|changes| Page::read(PAGE).config_with(1, &without, changes), &[(source, &servers)])
    }
}

#[test]
fn the_page_does_what_it_says_and_all_names_come_through() {
    let own = Own::start();
    for (seed, name) in (1..).zip(NAMES) {
        put_with_sizes(own.folder.path(), name, seed);
    }
    let before = own.database.dump(&TABLES);
    let (page, world) = (Page::read(PAGE), own.through_index_pages());
    let mut planned: Vec<String> = Vec::new();
    page.follow(&world, |line, said| match line {
        "pinax plan" => {
            assert_eq!(own.database.dump(&TABLES), before);
            planned = said.stdout.lines().map(|line| line.rsplit('\t').next().unwrap().to_owned()).collect();
            planned.sort();
        }
        "pinax run" => {
            page.shows(said);
            assert_eq!(linked(&own.database), "8 of 8");
            assert_eq!(prove(&own.database), 24);
            let shown = own.database.query("SELECT originalUrl FROM media");
            let mut shown: Vec<&str> = shown.lines().collect();
            shown.sort_unstable();
            assert_eq!(planned, shown, "what was planned is what is shown");
            assert_eq!(world.pinax(&["run", "--json"]).json()["unchanged"], 8);
        }
        _ => {}
    });
    assert_eq!(linked(&own.database), "0 of 0", "all is taken back");
}

#[test]
fn what_is_no_picture_waits_and_goes_on_once_it_is_mended() {
    let own = Own::start();
    let folder = own.folder.path();
    for seed in 1..=6 {
        put_with_sizes(folder, &format!("TST{seed:08}.jpg"), seed);
    }
    put(folder, "TST00000002_med.jpg", b"<!DOCTYPE html><title>moved</title>");
    put(folder, "TST00000003_tn.jpg", b"");
    std::fs::remove_file(folder.join("TST00000004_tn.jpg")).unwrap();
    put(folder, "TST00000005_med.jpg", &smaller(&sheet(1), 200));
    put(folder, "TST00000006.jpg", b"<html><body>Please log in</body></html>");
    let files_before: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    let world = own.through_index_pages();
    let said = world.pinax(&["run", "--json"]);
    assert_eq!((said.code, &said.json()["linked"]), (Some(1), &1.into()), "{said:?}");
    let ended = ends(&world, 1);
    let ended: Vec<_> = ended.iter().map(|(_, outcome, reason)| (outcome.as_str(), reason.as_str())).collect();
    let expected = [
        ("done", ""),
        ("failed", "not-shown"),
        ("failed", "not-shown"),
        ("failed", "vanished"),
        ("failed", "wrong-picture"),
        ("failed", "not-shown"),
    ];
    assert_eq!(ended, expected);
    let told = world.pinax(&["review"]).stdout;
    for words in
        ["_med.jpg shows a web page", "_tn.jpg is empty", "status 404", "another picture", "6.jpg shows a web page"]
    {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert_eq!((linked(&own.database).as_str(), prove(&own.database)), ("1 of 1", 3));
    let files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(files, files_before, "nothing is written to the server");

    for seed in 2..=6 {
        put_with_sizes(folder, &format!("TST{seed:08}.jpg"), seed);
    }
    let said = world.pinax(&["run", "--json"]);
    assert_eq!((said.code, &said.json()["linked"]), (Some(0), &5.into()), "{said:?}");
    assert_eq!((linked(&own.database).as_str(), prove(&own.database)), ("6 of 6", 18));
    for batch in ["2", "1"] {
        assert_eq!(world.pinax(&["undo", batch]).code, Some(0));
    }
    assert_eq!(linked(&own.database), "0 of 0");
}

/// A table of pictures on the server; letters and blanks are left to Pinax, `#` and `%` are written as an address has them.
fn table(own: &Own, names: &[(&str, &str)]) -> Vec<u8> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(["catalogNumber", "originalUrl", "url", "thumbnailUrl"]).unwrap();
    for (number, name) in names {
        let stem = own.server.url(&format!("/{}", name.strip_suffix(".jpg").unwrap()));
        let stem = stem.replace('%', "%25").replace('#', "%23");
        let row = [(*number).to_owned(), format!("{stem}.jpg"), format!("{stem}_med.jpg"), format!("{stem}_tn.jpg")];
        table.write_record(row).unwrap();
    }
    table.into_inner().unwrap()
}

#[test]
fn a_table_says_where_pictures_lie_and_those_that_do_not_wait() {
    let own = Own::start();
    let folder = own.folder.path();
    for (seed, name) in (1..).zip(NAMES) {
        put_with_sizes(folder, name, seed);
    }
    put_with_sizes(folder, "TST00000009.jpg", 9);
    put(folder, "TST00000009.jpg", b"<!DOCTYPE html><title>about TST00000009</title>");
    put_with_sizes(folder, "TST00000010.jpg", 10);
    put(folder, "TST00000010.jpg", b"");
    let numbers: Vec<String> = (1..=11).map(|number| format!("TST{number:08}")).collect();
    let more = ["TST00000009.jpg", "TST00000010.jpg", "TST00000011.jpg"];
    let rows: Vec<(&str, &str)> = numbers.iter().map(String::as_str).zip(NAMES.into_iter().chain(more)).collect();
    let world = own.through_a_table();
    world.write("pictures.csv", table(&own, &rows));
    for verb in ["check", "plan"] {
        let said = world.pinax(&[verb]);
        assert_eq!(said.code, Some(0), "{said:?}");
    }
    let said = world.pinax(&["run", "--json"]);
    assert_eq!((said.code, &said.json()["linked"]), (Some(1), &8.into()), "{said:?}");
    assert_eq!((linked(&own.database).as_str(), prove(&own.database)), ("8 of 8", 24));
    let mut reasons: Vec<String> = ends(&world, 1).into_iter().map(|(_, _, reason)| reason).collect();
    reasons.sort();
    assert_eq!(reasons[8..], ["not-shown", "not-shown", "vanished"]);

    put_with_sizes(folder, "TST00000011.jpg", 11);
    assert_eq!(world.pinax(&["run", "--json"]).json()["linked"], 1);
    for batch in ["2", "1"] {
        assert_eq!(world.pinax(&["undo", batch]).code, Some(0));
    }
    assert_eq!(linked(&own.database), "0 of 0");
}
