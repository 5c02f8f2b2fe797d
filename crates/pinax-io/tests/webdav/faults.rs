//! Servers that are killed in the middle, answers that are lost.

use std::fs;
use std::sync::Arc;

use futures::StreamExt as _;
use pinax_core::ErrorKind;
use pinax_core::nouns::checksum::Sha256Sum;
use pinax_core::ports::source::{ListFrom, Source as _};
use pinax_core::ports::store::{Put, Store as _};
use pinax_testkit::scripted_web::{ScriptedWeb, WebReply};
use pinax_testkit::source_contract::list_all;
use pinax_testkit::store_contract::key;
use pinax_testkit::web_server::{WebServer, make_folder};

const OBJECTS: usize = 120;

fn content(number: usize) -> Vec<u8> {
    vec![u8::try_from(number % 251).unwrap(); 50_000 + number]
}

/// Whatever was answered is there, whole; the rest is not there, or whole; and put again, all is there once.
#[tokio::test]
async fn a_server_that_is_killed_while_objects_are_put_loses_nothing() {
    let place = tempfile::tempdir().unwrap();
    let mut server = WebServer::apache_dav(place.path());
    let store = Arc::new(super::store(&server.url("/dav/")));
    for round in 0..3 {
        let (done, mut heard) = tokio::sync::mpsc::unbounded_channel();
        let putting = Arc::clone(&store);
        let puts = tokio::spawn(async move {
            for number in 0..OBJECTS {
                if putting.put_new(&key(&format!("{}/{number}.jpg", number % 7)), &content(number)).await.is_err() {
                    return;
                }
                let _ = done.send(number);
            }
        });
        for _ in 0..=(round + 1) * 15 {
            heard.recv().await.unwrap();
        }
        server.stop();
        puts.await.unwrap();
        server.restart();
        for (name, bytes) in super::files(place.path()) {
            let Some(name) = name.strip_suffix(".jpg") else { continue };
            let number = name.rsplit('/').next().unwrap().parse().unwrap();
            assert!(bytes == content(number), "{name} is whole");
        }
    }
    for number in 0..OBJECTS {
        let key = key(&format!("{}/{number}.jpg", number % 7));
        store.put_new(&key, &content(number)).await.unwrap();
        let there = store.digest(&key).await.unwrap().unwrap();
        assert_eq!(there.sha256, Sha256Sum::of(&content(number)));
    }
    store.check().await.unwrap();
    assert_eq!(super::files(place.path()).len(), OBJECTS, "nothing is doubled or left over");
}

#[tokio::test]
async fn a_listing_that_broke_off_is_no_short_listing() {
    let place = tempfile::tempdir().unwrap();
    let mut server = WebServer::apache_dav(place.path());
    for number in 0..40 {
        let folder = place.path().join(format!("f{number}"));
        make_folder(place.path(), &folder);
        fs::write(folder.join("1.jpg"), number.to_string()).unwrap();
    }
    let source = super::source(&server.url("/dav/"));
    let mut parts = source.list(ListFrom::default());
    let mut listed = 0;
    while listed < 10 {
        listed += parts.next().await.unwrap().unwrap().files.len();
    }
    server.stop();
    let rest: Vec<_> = parts.collect().await;
    assert_eq!(rest.last().unwrap().as_ref().unwrap_err().kind(), ErrorKind::Unavailable);
    assert!(rest.iter().flatten().all(|part| !part.is_whole));
    server.restart();
    assert_eq!(list_all(&source).await.len(), 40);
}

fn thing() -> WebReply {
    let list = "<multistatus xmlns=\"DAV:\"><response><href>/1.jpg</href><propstat><prop><resourcetype/></prop>\
        <status>HTTP/1.1 200 OK</status></propstat></response></multistatus>";
    WebReply::refusal(207, list)
}

/// The move was made and its answer lost; asked again, the server finds nothing to move, or something in the way.
#[tokio::test]
async fn a_move_whose_answer_was_lost_is_known_by_its_bytes() {
    for (second, there, wanted) in
        [(404, "ours", Some(Put::Created)), (412, "ours", Some(Put::Created)), (412, "theirs", Some(Put::Exists))]
    {
        let web = ScriptedWeb::start(move |request| match (request.method.as_str(), request.before) {
            ("PROPFIND", _) => WebReply::status(404),
            ("MOVE", 0) => WebReply::nothing(),
            ("MOVE", _) => WebReply::status(second),
            ("GET", _) => WebReply::bytes(there),
            _ => WebReply::status(201),
        });
        let put = super::store(&web.url("/")).put_new(&key("1.jpg"), b"ours").await;
        assert_eq!(put.ok(), wanted, "{second}");
    }
}

#[tokio::test]
async fn a_server_that_moves_nothing_is_written_to_where_nothing_lies() {
    let web = ScriptedWeb::start(|request| match request.method.as_str() {
        "PROPFIND" if request.target == "/taken.jpg" => thing(),
        "PROPFIND" => WebReply::status(404),
        "MOVE" => WebReply::status(501),
        "PUT" if request.target == "/late.jpg" => WebReply::status(412),
        _ => WebReply::status(201),
    });
    let store = super::store(&web.url("/"));
    assert_eq!(store.put_new(&key("1.jpg"), b"ours").await.unwrap(), Put::Created);
    assert_eq!(store.put_new(&key("taken.jpg"), b"ours").await.unwrap(), Put::Exists);
    assert_eq!(store.put_new(&key("late.jpg"), b"ours").await.unwrap(), Put::Exists);
    let requests = web.requests();
    let puts: Vec<_> =
        requests.iter().filter(|request| request.method == "PUT" && !request.target.contains("tmp")).collect();
    assert!(puts.iter().all(|put| put.header("if-none-match") == Some("*")), "{puts:?}");
}

#[tokio::test]
async fn full_and_locked_servers_stop_the_run() {
    for (status, kind) in [(507, ErrorKind::Full), (423, ErrorKind::Unavailable), (403, ErrorKind::Forbidden)] {
        let web = ScriptedWeb::start(move |request| match request.method.as_str() {
            "PROPFIND" => WebReply::status(404),
            "PUT" => WebReply::status(status),
            _ => WebReply::status(201),
        });
        let error = super::store(&web.url("/")).put_new(&key("1.jpg"), b"ours").await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
    }
}
