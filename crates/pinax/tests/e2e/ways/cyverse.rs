//! Pictures at CyVerse: a WebDAV collection, and BisQue.

use std::path::PathBuf;

use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use pinax_testkit::bisque::{BisqueFault, FakeBisque};
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

/// The day `days` days ago, as BisQue writes it.
fn day(days: i32) -> String {
    Timestamp::now().to_zoned(TimeZone::UTC).date().saturating_sub(days.days()).to_string()
}

struct Bisque {
    service: FakeBisque,
    database: TestMariadb,
}

impl Bisque {
    fn upload(&self, number: u64, name: &str, day: &str) {
        let path = format!("/iplant/home/shared/sernec/TST/{name}");
        self.service.upload(&format!("00-id{number}"), name, &path, day, &sheet(number));
    }

    /// What the page says, linked in place.
    fn world(&self, config: impl Fn(&[(&str, &str)]) -> String, more: &[(&str, &str)]) -> World {
        let kind = "kind = \"bisque\"";
        let changes = [
            ("mysql://pinax@db.portal.example.org/symbiota?ssl=required", self.database.url()),
            ("[web]", format!("[web]\nown_servers = [\"{}\"]", self.service.url())),
            ("https://bisque.cyverse.org", self.service.url()),
            ("2016-01-01", day(3)),
            (kind, format!("{kind}\nallow_http = true\npause_seconds = 0.05")),
        ];
        let mut changes: Vec<(&str, &str)> = changes.iter().map(|(from, to)| (*from, to.as_str())).collect();
        changes.extend(more);
        let world = World::with_config(&config(&changes));
        world.write("portal.password", TestMariadb::PASSWORD);
        world
    }
}

/// Three days of harvest; on the first two BisQue does not answer for one day.
fn harvest(bisque: &Bisque, world: &World) {
    let days = [day(3), day(2), day(1), day(0)];
    bisque.upload(1, NAMES[0], &days[0]);
    bisque.upload(2, NAMES[1], &days[0]);
    bisque.upload(3, NAMES[2], &days[1]);
    bisque.upload(4, NAMES[3], &days[1]);
    bisque.upload(5, NAMES[4], &days[2]);
    bisque.service.fail(&days[1], BisqueFault::Page, 100);
    let said = world.pinax(&["run", "--json"]);
    assert_eq!(said.json()["linked"], 3, "{said:?}");
    assert!(said.json()["findings"].to_string().contains(&days[1]), "the day that failed is told: {said:?}");

    bisque.upload(6, NAMES[5], &days[3]);
    bisque.service.fail(&days[1], BisqueFault::HalfAText, 100);
    let from = bisque.service.requests().len();
    let said = world.pinax(&["run", "--json"]);
    assert_eq!(said.json()["linked"], 1, "{said:?}");
    assert!(!bisque.service.days_asked(from).contains(&days[0]), "a day that is over is not asked again");

    bisque.upload(7, NAMES[6], &days[3]);
    bisque.upload(8, NAMES[7], &days[3]);
    bisque.service.fail(&days[1], BisqueFault::Page, 0);
    let said = world.pinax(&["run", "--json"]);
    assert_eq!((said.code, &said.json()["linked"]), (Some(0), &4.into()), "{said:?}");
    assert_eq!(linked(&bisque.database), "8 of 8");
    assert_eq!(world.pinax(&["run", "--json"]).json()["linked"], 0);
    assert_eq!((linked(&bisque.database).as_str(), prove(&bisque.database)), ("8 of 8", 24));
}

#[test]
fn a_harvest_of_three_days_one_of_which_failed_loses_and_doubles_nothing() {
    let bisque = Bisque { service: FakeBisque::start(), database: TestMariadb::with_records(10) };
    let map = "[profile.vascular.map]";
    let without = ["profile.vascular.source", "profile.vascular.store"];
    let more = [(map, "[profile.vascular.map]\nallow_http = true")];
    let world = bisque.world(|changes| Page::read(PAGE).config_with(1, &without, changes), &more);
    harvest(&bisque, &world);
    let addresses = bisque.database.query("SELECT originalUrl, url, thumbnailUrl FROM media WHERE occid = 3");
    let image = format!("{}/image_service/image/00-id3", bisque.service.url());
    let told = format!("{image}/resize:4000/format:jpeg\t{image}/resize:1250/format:jpeg\t{image}/thumbnail:200,200");
    assert_eq!(addresses.trim_end(), told, "as Symbiota writes them");
}

#[test]
fn a_harvest_whose_sizes_are_made_goes_to_the_data_store() {
    let DataStore { folder: _folder, server, database } = DataStore::start();
    let bisque = Bisque { service: FakeBisque::start(), database };
    let kind = "kind = \"webdav\"";
    let (allowed, user) = (format!("{kind}\nallow_http = true"), format!("user = \"{}\"", WebServer::USER));
    let url = server.url("");
    let more = [("https://data.cyverse.org", url.as_str()), (kind, &allowed), ("user = \"tst\"", &user)];
    let config = |changes: &[(&str, &str)]| {
        let config = Page::read(PAGE).config_with(1, &["profile.vascular.source"], changes);
        config.split("[profile.vascular.map]").next().unwrap().to_owned()
    };
    let world = bisque.world(config, &more);
    world.write("cyverse.password", WebServer::PASSWORD);
    harvest(&bisque, &world);
}
