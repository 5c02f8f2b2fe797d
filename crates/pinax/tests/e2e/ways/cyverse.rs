//! Pictures at CyVerse: a WebDAV collection, and BisQue.

use std::path::PathBuf;

use pinax_testkit::mariadb::TestMariadb;
use pinax_testkit::web_server::{WebServer, make_folder};
use tempfile::TempDir;

use super::super::world::World;
use super::page::Page;
use super::{NAMES, TABLES, linked, prove, put, sheet};

const PAGE: &str = "guide-cyverse.md";

struct DataStore {
    folder: TempDir,
    server: WebServer,
    database: TestMariadb,
}

impl DataStore {
    fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let server = WebServer::apache_dav(folder.path());
        for name in ["images", "published"] {
            make_folder(folder.path(), &folder.path().join("iplant/home/tst").join(name));
        }
        Self { folder, server, database: TestMariadb::with_records(30) }
    }

    fn images(&self) -> PathBuf {
        self.folder.path().join("iplant/home/tst/images")
    }

    fn world(&self) -> World {
        let kind = "kind = \"webdav\"";
        let changes = [
            ("mysql://pinax@db.portal.example.org/symbiota?ssl=required", self.database.url()),
            ("https://data.cyverse.org", self.server.url("")),
            ("user = \"tst\"", format!("user = \"{}\"", WebServer::USER)),
            (kind, format!("{kind}\nallow_http = true")),
        ];
        let changes: Vec<(&str, &str)> = changes.iter().map(|(from, to)| (*from, to.as_str())).collect();
        let world = World::with_config(&Page::read(PAGE).config(&changes));
        world.write("portal.password", TestMariadb::PASSWORD);
        world.write("cyverse.password", WebServer::PASSWORD);
        world
    }
}

#[test]
fn the_page_does_what_it_says_and_all_names_come_through() {
    let store = DataStore::start();
    for (seed, name) in (1..).zip(NAMES) {
        put(&store.images(), name, &sheet(seed));
    }
    let before = store.database.dump(&TABLES);
    let (page, world) = (Page::read(PAGE), store.world());
    page.follow(&world, |line, said| match line {
        "pinax plan" => assert_eq!(store.database.dump(&TABLES), before),
        "pinax run" => {
            page.shows(said);
            assert_eq!(linked(&store.database), "8 of 8");
            assert_eq!(prove(&store.database), 24);
            let again = world.pinax(&["run", "--json"]).json();
            assert_eq!([&again["unchanged"], &again["bytes_read"]], [8, 0], "{again}");
        }
        _ => {}
    });
    assert_eq!(linked(&store.database), "0 of 0", "all is taken back");
}

#[test]
fn on_the_second_day_only_what_is_new_or_changed_is_done_and_what_vanished_is_kept() {
    let store = DataStore::start();
    for (seed, name) in (1..).zip(NAMES) {
        put(&store.images(), name, &sheet(seed));
    }
    let world = store.world();
    assert_eq!(world.pinax(&["run", "--json"]).json()["linked"], 8);
    let key = |what: &str| store.database.query(&format!("SELECT {what} FROM media WHERE occid = 3"));
    let (identity, address) = (key("mediaID, recordID"), key("originalUrl"));

    put(&store.images(), NAMES[2], &sheet(103));
    put(&store.images(), "TST00000009.jpg", &sheet(9));
    std::fs::remove_file(store.images().join(NAMES[7])).unwrap();
    let said = world.pinax(&["run", "--json"]);
    let answer = said.json();
    assert_eq!([&answer["linked"], &answer["unchanged"]], [2, 6], "{said:?}");
    assert!(answer["findings"].to_string().contains("标本"), "what vanished is told: {answer}");
    assert_eq!(linked(&store.database), "9 of 9");
    assert_eq!(key("mediaID, recordID"), identity);
    assert_ne!(key("originalUrl"), address);
    assert_eq!(prove(&store.database), 27);
}
