//! Servers that die in the middle of a run: nothing is lost, nothing is doubled.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use pinax_testkit::dropbox::FakeDropbox;
use pinax_testkit::mariadb::TestMariadb;
use pinax_testkit::s3_server::{ACCESS_KEY, BUCKET, REGION, S3Server, SECRET_KEY};
use pinax_testkit::sshd::Sshd;
use pinax_testkit::web_server::WebServer;
use tempfile::TempDir;

use super::super::world::World;
use super::{linked, put, sheet};

const PICTURES: u64 = 20;

fn names() -> impl Iterator<Item = (u64, String)> {
    (1..=PICTURES).map(|number| (number, format!("TST{number:08} ü#%+.jpg")))
}

/// A world whose pictures come from `source`, or go to `store`, in place of a folder.
struct Bench {
    database: TestMariadb,
    world: World,
    secrets: Vec<(&'static str, &'static str)>,
}

impl Bench {
    fn new(source: Option<&str>, store: Option<&str>, secrets: &[(&'static str, &'static str)]) -> Self {
        let database = TestMariadb::with_records(PICTURES as u32);
        let mut world = World::with_database(&database);
        let mut replace = |key: &str, with: Option<&str>| {
            let Some(with) = with else { return };
            let line = world.config.lines().find(|line| line.starts_with(key)).unwrap().to_owned();
            world.config = world.config.replace(&line, &format!("{key} = {with}"));
        };
        replace("source", source);
        replace("store", store);
        world.write("pinax.toml", &world.config);
        Self { database, world, secrets: secrets.to_vec() }
    }

    /// Runs until `done` says that enough was done, then does `kill`, and waits for the end.
    fn run_and_kill(&self, done: impl Fn(&World) -> usize, kill: impl FnOnce()) {
        let mut command = self.world.command(&["run"]);
        command.envs(self.secrets.iter().copied()).stderr(Stdio::null()).stdout(Stdio::null());
        let mut child = command.spawn().unwrap();
        while done(&self.world) < 3 {
            assert!(child.try_wait().unwrap().is_none(), "the run ended before anything was done");
            thread::sleep(Duration::from_millis(2));
        }
        kill();
        child.wait().unwrap();
    }

    /// The same, with the run itself killed.
    fn run_killed(&self, done: impl Fn(&World) -> usize) {
        let mut command = self.world.command(&["run"]);
        command.envs(self.secrets.iter().copied()).stderr(Stdio::null()).stdout(Stdio::null());
        let mut child = command.spawn().unwrap();
        while done(&self.world) < 3 && child.try_wait().unwrap().is_none() {
            thread::sleep(Duration::from_millis(2));
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// The next run does the rest; the one after that finds nothing to do.
    fn comes_through(&self) {
        let run = || -> serde_json::Value {
            let mut command = self.world.command(&["run", "--json"]);
            let output = command.envs(self.secrets.iter().copied()).output().unwrap();
            assert_eq!(output.status.code(), Some(0), "{output:?}");
            serde_json::from_slice(&output.stdout).unwrap()
        };
        run();
        assert_eq!(linked(&self.database), format!("{PICTURES} of {PICTURES}"));
        let last = run();
        assert_eq!([&last["linked"], &last["bytes_read"]], [0, 0], "{last}");
        assert_eq!(linked(&self.database), format!("{PICTURES} of {PICTURES}"));
    }

    /// Every address of the portal is an object of the store, and nothing else is there.
    fn store_is<'a>(&self, objects: impl Iterator<Item = (&'a str, Vec<u8>)>) {
        let said = self.database.query("SELECT DISTINCT md5sum FROM mediametadata");
        let mut sums: Vec<String> = said.lines().map(str::to_owned).collect();
        let objects: BTreeMap<String, &str> =
            objects.map(|(key, bytes)| (pinax_core::nouns::checksum::md5_hex(&bytes), key)).collect();
        sums.sort();
        assert_eq!(objects.keys().cloned().collect::<Vec<_>>(), sums, "{objects:?}");
    }

    fn folder_store_is_right(&self) {
        let files: Vec<String> = self.world.tree("www").into_keys().collect();
        let read = |file: &String| std::fs::read(self.world.path("www").join(file)).unwrap();
        self.store_is(files.iter().map(|file| (file.as_str(), read(file))));
    }
}

/// Pictures in the folder that is published; what comes and goes meanwhile is no matter.
fn published(world: &World) -> usize {
    count(&world.path("www"))
}

fn count(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let is_hidden = |path: &Path| path.file_name().unwrap().to_string_lossy().starts_with('.');
    paths.filter(|path| !is_hidden(path)).map(|path| if path.is_dir() { count(&path) } else { 1 }).sum()
}

#[test]
fn a_webdav_server_that_pictures_come_from() {
    let folder = TempDir::new().unwrap();
    names().for_each(|(number, name)| put(folder.path(), &name, &sheet(number)));
    let mut server = WebServer::apache_dav(folder.path());
    let source = format!("{{ kind = \"webdav\", url = \"{}\", allow_http = true }}", server.url("/dav-anon/"));
    let bench = Bench::new(Some(&source), None, &[]);
    bench.run_and_kill(published, || server.stop());
    server.restart();
    bench.run_killed(|world| published(world) / 10);
    bench.comes_through();
    bench.folder_store_is_right();
}

#[test]
fn an_sftp_server_that_pictures_come_from() {
    let folder = TempDir::new().unwrap();
    names().for_each(|(number, name)| put(folder.path(), &name, &sheet(number)));
    let mut server = Sshd::start();
    let bench = Bench::new(Some(&sftp(&server, &folder, "settle_seconds = 0")), None, &[]);
    bench.run_and_kill(published, || server.kill());
    server.start_again();
    bench.run_killed(|world| published(world) / 10);
    bench.comes_through();
    bench.folder_store_is_right();
}

#[test]
fn a_bucket_that_pictures_come_from() {
    let mut server = S3Server::start();
    names().for_each(|(number, name)| server.plant(&format!("in/{name}"), &sheet(number)));
    let source = s3(&server, "in", "");
    let bench = Bench::new(Some(&source), None, &[("PINAX_SOURCE_SECRET_KEY", SECRET_KEY)]);
    bench.run_and_kill(published, || server.kill());
    server.start_again();
    bench.run_killed(|world| published(world) / 10);
    bench.comes_through();
    bench.folder_store_is_right();
}

#[test]
fn a_dropbox_that_pictures_come_from() {
    let dropbox = FakeDropbox::start("token");
    names().for_each(|(number, name)| dropbox.put(&format!("/in/{name}"), &sheet(number)));
    dropbox.set_page_entries(6);
    let url = dropbox.url();
    let source = format!("{{ kind = \"dropbox\", path = \"/in\", api_url = \"{url}\", content_url = \"{url}\" }}");
    let bench = Bench::new(Some(&source), None, &[("PINAX_SOURCE_TOKEN", "token")]);
    bench.run_killed(published);
    // Meanwhile Dropbox forgets how far it was read.
    dropbox.reset_cursors();
    bench.run_killed(|world| published(world) / 10);
    bench.comes_through();
    bench.folder_store_is_right();
}

#[test]
fn a_bucket_that_pictures_go_to() {
    let mut server = S3Server::start();
    let store = s3(&server, "out", &format!("public_url = \"{}/{BUCKET}/out\"", server.endpoint()));
    let bench = Bench::new(None, Some(&store), &[("PINAX_STORE_SECRET_KEY", SECRET_KEY)]);
    names().for_each(|(number, name)| bench.world.write(format!("drop/{name}"), sheet(number)));
    bench.run_killed(|_| server.objects().len());
    let (server, objects) = (&mut server, |server: &S3Server| server.objects().len());
    let before = objects(server);
    let watched = std::sync::Mutex::new(server);
    bench.run_and_kill(|_| objects(&watched.lock().unwrap()).saturating_sub(before), || watched.lock().unwrap().kill());
    let server = watched.into_inner().unwrap();
    server.start_again();
    bench.comes_through();
    let objects = server.objects();
    bench.store_is(objects.iter().map(|(key, stored)| (key.as_str(), stored.bytes.clone())));
}

#[test]
fn an_sftp_server_that_pictures_go_to() {
    let mut server = Sshd::start();
    let folder = TempDir::new().unwrap();
    let store = sftp(&server, &folder, "public_url = \"https://img.example.org\"");
    let bench = Bench::new(None, Some(&store), &[]);
    names().for_each(|(number, name)| bench.world.write(format!("drop/{name}"), sheet(number)));
    bench.run_killed(|_| count(folder.path()));
    let before = count(folder.path());
    bench.run_and_kill(|_| count(folder.path()).saturating_sub(before), || server.kill());
    server.start_again();
    bench.comes_through();
    let files = files(&folder);
    bench.store_is(files.iter().map(|(path, bytes)| (path.as_str(), bytes.clone())));
}

fn s3(server: &S3Server, prefix: &str, more: &str) -> String {
    let comma = if more.is_empty() { "" } else { ", " };
    format!(
        "{{ kind = \"s3\", endpoint = \"{}\", region = \"{REGION}\", bucket = \"{BUCKET}\", prefix = \"{prefix}\", \
         path_style = true, access_key = \"{ACCESS_KEY}\", allow_http = true{comma}{more} }}",
        server.endpoint()
    )
}

fn sftp(server: &Sshd, folder: &TempDir, more: &str) -> String {
    format!(
        "{{ kind = \"sftp\", host = \"127.0.0.1\", port = {}, user = \"{}\", path = \"{}\", key_file = \"{}\", \
         host_key = \"{}\", {more} }}",
        server.port(),
        server.user(),
        folder.path().display(),
        server.key().display(),
        server.fingerprint(),
    )
}

/// What is published in a folder of this machine, with its bytes; not what a killed run left half done.
fn files(folder: &TempDir) -> BTreeMap<String, Vec<u8>> {
    let (mut files, mut folders) = (BTreeMap::new(), vec![folder.path().to_owned()]);
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            match path.is_dir() {
                true if path.ends_with(".pinax-tmp") => {}
                true => folders.push(path),
                false => {
                    files.insert(path.to_string_lossy().into_owned(), std::fs::read(&path).unwrap());
                }
            }
        }
    }
    files
}
