//! The three ways of pictures to a portal, each from end to end with real servers, as its page in the user guide says.

mod cyverse;
mod hosted;
mod killed;
mod own_server;
mod page;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;

use pinax_image::{EncodeOptions, Limits, Renderer, Target, probe};
use pinax_sheet::Sheet;
use pinax_testkit::mariadb::TestMariadb;

use super::world::World;

/// Names as people give them: each has to come through every list, address and row.
const NAMES: [&str; 8] = [
    "TST00000001.jpg",
    "TST00000002 leaf and root.jpg",
    "TST00000003_Blüte.jpg",
    "TST00000004#2.jpg",
    "TST00000005_100%.jpg",
    "TST00000006+fruit.jpg",
    "TST00000007_'a' \"b\".jpg",
    "TST00000008_标本.jpg",
];

const TABLES: [&str; 4] = ["omoccurrences", "media", "mediametadata", "omcollectionstats"];

/// A small sheet.
fn sheet(seed: u64) -> Vec<u8> {
    let options = EncodeOptions { quality: 85, ..EncodeOptions::default() };
    Sheet::made_up(&format!("TST{seed:08}"), seed).size(400, 600).draw().to_jpeg(&options)
}

/// The same, smaller.
fn smaller(picture: &[u8], width_px: u32) -> Vec<u8> {
    let probe = probe(picture, &Limits::default()).unwrap();
    let target = Target { width_px, quality: 80 };
    Renderer::new(Limits::default()).render(picture, &probe, &[target]).unwrap().remove(0).bytes
}

/// A file of a server, which every account may read.
fn put(folder: &Path, name: &str, bytes: &[u8]) {
    std::fs::write(folder.join(name), bytes).unwrap();
}

/// What a visitor gets: status and content.
fn fetch(url: &str) -> (u16, Vec<u8>) {
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = BufReader::new(stream);
    let (mut status, mut length) = (0, None);
    for line in
        answer.by_ref().lines().map(|line| line.unwrap().to_ascii_lowercase()).take_while(|line| !line.is_empty())
    {
        match line.split_once(' ').unwrap() {
            ("content-length:", bytes) => length = bytes.trim().parse().ok(),
            ("http/1.1", said) => status = said[..3].parse().unwrap(),
            _ => {}
        }
    }
    let mut content = Vec::new();
    answer.take(length.expect("the server says how long it is")).read_to_end(&mut content).unwrap();
    (status, content)
}

/// Fetches every address on the portal and compares what comes with what the portal says of it: bytes and sum. Gives how
/// many there are.
fn prove(database: &TestMariadb) -> usize {
    let said = database.query(
        "SELECT CASE field WHEN 'url' THEN url WHEN 'originalUrl' THEN originalUrl WHEN 'thumbnailUrl' THEN thumbnailUrl
                ELSE archiveUrl END, bytes, md5sum FROM media JOIN mediametadata USING (mediaID)",
    );
    for line in said.lines() {
        let [url, bytes, md5] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let (status, content) = fetch(url);
        assert_eq!((status, content.len().to_string().as_str()), (200, bytes), "{url}");
        assert_eq!(pinax_core::nouns::checksum::md5_hex(&content), md5, "{url}");
    }
    said.lines().count()
}

/// Pictures and records on the portal that show one.
fn linked(database: &TestMariadb) -> String {
    database.query("SELECT COUNT(*), COUNT(DISTINCT occid) FROM media").trim_end().replace('\t', " of ")
}

/// How each file of a batch ended: name, outcome, reason.
fn ends(world: &World, batch: u64) -> Vec<(String, String, String)> {
    assert_eq!(world.pinax(&["report", &batch.to_string()]).code, Some(0));
    let table = std::fs::read(world.path(format!("pinax-vascular-batch-{batch}.csv"))).unwrap();
    let records = csv::Reader::from_reader(table.as_slice()).into_records();
    let mut ends: Vec<_> = records
        .map(|record| record.unwrap())
        .map(|record| (record[0].to_owned(), record[1].to_owned(), record[2].to_owned()))
        .collect();
    ends.sort();
    ends
}
