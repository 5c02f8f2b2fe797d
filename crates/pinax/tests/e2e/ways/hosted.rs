//! Pictures that are hosted for the collection: from a Dropbox into a bucket.

use pinax_testkit::dropbox::{APP_KEY, FakeDropbox, REFRESH_TOKEN, refused};
use pinax_testkit::mariadb::TestMariadb;
use pinax_testkit::s3_server::{ACCESS_KEY, BUCKET, REGION, S3Server, SECRET_KEY};

use super::super::world::World;
use super::page::Page;
use super::{NAMES, TABLES, linked, prove, sheet};

const PAGE: &str = "guide-hosted.md";

struct Hosted {
    dropbox: FakeDropbox,
    bucket: S3Server,
    database: TestMariadb,
}

impl Hosted {
    /// Eight pictures in the Dropbox, which accepts no token that was not renewed.
    fn start() -> Self {
        let dropbox = FakeDropbox::start("a token of yesterday");
        for (seed, name) in (1..).zip(NAMES) {
            dropbox.put(&path(name), &sheet(seed));
        }
        let bucket = S3Server::start();
        bucket.show_to_all();
        Self { dropbox, bucket, database: TestMariadb::with_records(20) }
    }

    fn world(&self) -> World {
        let refresh = "refresh_token_file = \"dropbox.token\"";
        let endpoint = self.bucket.endpoint();
        let own = self.dropbox.url();
        let changes = [
            ("mysql://pinax@db.portal.example.org/symbiota?ssl=required", self.database.url()),
            ("abc123def456ghi", APP_KEY.to_owned()),
            (refresh, format!("{refresh}\napi_url = \"{own}\"\ncontent_url = \"{own}\"")),
            ("https://s3.eu-central-1.amazonaws.com\"", format!("{endpoint}\"\npath_style = true\nallow_http = true")),
            ("eu-central-1", REGION.to_owned()),
            ("herbarium-web", BUCKET.to_owned()),
            ("AKIAEXAMPLE", ACCESS_KEY.to_owned()),
            ("https://img.example.org/tst", format!("{endpoint}/{BUCKET}/tst")),
        ];
        let changes: Vec<(&str, &str)> = changes.iter().map(|(from, to)| (*from, to.as_str())).collect();
        let world = World::with_config(&Page::read(PAGE).config(&changes));
        world.write("portal.password", TestMariadb::PASSWORD);
        world.write("dropbox.token", REFRESH_TOKEN);
        world.write("bucket.key", SECRET_KEY);
        world
    }

    /// Paths of questions since the first `from`.
    fn asked(&self, from: usize) -> Vec<String> {
        self.dropbox.requests()[from..].iter().map(|request| request.target.clone()).collect()
    }

    fn fetched(&self, from: usize) -> usize {
        self.asked(from).iter().filter(|target| *target == "/2/files/download").count()
    }
}

fn path(name: &str) -> String {
    format!("/Herbarium/2026/{name}")
}

#[test]
fn the_page_does_what_it_says_and_all_names_come_through() {
    let hosted = Hosted::start();
    let before = hosted.database.dump(&TABLES);
    let (page, world) = (Page::read(PAGE), hosted.world());
    page.follow(&world, |line, said| match line {
        "pinax plan" => {
            assert_eq!(hosted.database.dump(&TABLES), before);
            assert!(hosted.bucket.objects().is_empty());
        }
        "pinax run" => {
            page.shows(said);
            assert_eq!(linked(&hosted.database), "8 of 8");
            assert_eq!(prove(&hosted.database), 24);
            let objects = hosted.bucket.objects();
            assert!(objects.keys().all(|key| key.starts_with("tst/TST00000/TST")), "{:?}", objects.keys());
        }
        _ => {}
    });
    assert_eq!(linked(&hosted.database), "0 of 0", "all is taken back");
}

#[test]
fn faults_of_dropbox_are_waited_out_and_nothing_is_fetched_twice() {
    let hosted = Hosted::start();
    let world = hosted.world();
    hosted.dropbox.answer_next(refused(429, "too_many_requests/").header("Retry-After", "1"));
    let said = world.pinax(&["run", "--json"]);
    assert_eq!((said.code, &said.json()["linked"]), (Some(0), &8.into()), "{said:?}");
    assert!(hosted.asked(0).contains(&"/oauth2/token".to_owned()), "the token was renewed");
    let objects: Vec<String> = hosted.bucket.objects().into_keys().collect();

    let from = hosted.dropbox.requests().len();
    let said = world.pinax(&["run", "--json"]);
    assert_eq!((said.code, &said.json()["linked"], hosted.fetched(from)), (Some(0), &0.into(), 0), "{said:?}");
    assert_eq!(hosted.bucket.objects().into_keys().collect::<Vec<_>>(), objects);
    assert_eq!((linked(&hosted.database).as_str(), prove(&hosted.database)), ("8 of 8", 24));
}

#[test]
fn downloads_that_are_cut_are_fetched_to_their_end() {
    let hosted = Hosted::start();
    let world = hosted.world();
    hosted.dropbox.cut_downloads(3);
    let said = world.pinax(&["run", "--json"]);
    assert_eq!((said.code, &said.json()["linked"]), (Some(0), &8.into()), "{said:?}");
    assert_eq!(hosted.fetched(0), 8 + 3, "each cut is one more question");
    assert_eq!((linked(&hosted.database).as_str(), prove(&hosted.database)), ("8 of 8", 24));
}

#[test]
fn the_second_day_brings_what_changed_and_what_is_new_and_keeps_what_was_deleted() {
    let hosted = Hosted::start();
    let world = hosted.world();
    assert_eq!(world.pinax(&["run", "--json"]).json()["linked"], 8);
    let key = |what: &str| hosted.database.query(&format!("SELECT {what} FROM media WHERE occid = 2"));
    let (identity, address) = (key("mediaID, recordID"), key("originalUrl"));
    hosted.dropbox.expire_tokens();
    hosted.dropbox.put(&path(NAMES[1]), &sheet(102));
    hosted.dropbox.put(&path("TST00000009 späte Blüte.jpg"), &sheet(9));
    hosted.dropbox.remove(&path(NAMES[4]));
    let from = hosted.dropbox.requests().len();
    let said = world.pinax(&["run", "--json"]);
    let answer = said.json();
    assert_eq!((said.code, &answer["linked"], hosted.fetched(from)), (Some(0), &2.into(), 2), "{said:?}");
    assert!(answer["findings"].to_string().contains("100%"), "what was deleted is told: {answer}");
    assert_eq!(key("mediaID, recordID"), identity);
    assert_ne!(key("originalUrl"), address);
    assert_eq!((linked(&hosted.database).as_str(), prove(&hosted.database)), ("9 of 9", 27));
}
