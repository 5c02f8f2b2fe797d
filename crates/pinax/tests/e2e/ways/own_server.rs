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
        let servers = format!("{source}\nallow_http = true\nservers = [\"{}\"]", self.server.url(""));
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
    page.follow(&world, |line, said| match line {
        "pinax plan" => assert_eq!(own.database.dump(&TABLES), before),
        "pinax run" => {
            page.shows(said);
            assert_eq!(linked(&own.database), "8 of 8");
            assert_eq!(prove(&own.database), 24);
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
        ("linked", ""),
        ("failed", "not-an-image"),
        ("failed", "empty"),
        ("failed", "vanished"),
        ("failed", "wrong-picture"),
        ("failed", "not-an-image"),
    ];
    assert_eq!(ended, expected);
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
