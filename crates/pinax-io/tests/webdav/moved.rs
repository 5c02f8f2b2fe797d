//! Folders that moved, and servers that are something else.

use std::fs;

use futures::StreamExt as _;
use pinax_core::ErrorKind;
use pinax_core::ports::source::{ListFrom, Source as _};
use pinax_io::source::webdav::{WebdavSource, WebdavSourceOptions};
use pinax_testkit::scripted_web::{ScriptedWeb, WebReply};
use pinax_testkit::web_server::{WebServer, make_folder};
use url::Url;

#[tokio::test]
async fn a_folder_that_moved_is_followed_and_told_and_one_that_is_gone_is_said_to_be() {
    let place = tempfile::tempdir().unwrap();
    let server = WebServer::apache_dav(place.path());
    make_folder(place.path(), &place.path().join("projects/x"));
    fs::write(place.path().join("projects/x/1.jpg"), "1").unwrap();
    let options = WebdavSourceOptions::new(Url::parse(&server.url("/dav-anon/shared")).unwrap());
    let source = WebdavSource::new(options).unwrap();
    source.check().await.unwrap();
    let mut files = Vec::new();
    let mut findings = Vec::new();
    let mut parts = source.list(ListFrom::default());
    while let Some(part) = parts.next().await {
        let part = part.unwrap();
        files.extend(part.files);
        findings.extend(part.findings);
    }
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].locator.as_bytes(), b"x/1.jpg");
    assert!(findings[0].message.contains("/dav-anon/projects/"), "{findings:?}");
    assert_eq!(source.read(&files[0], 10).await.unwrap(), b"1");

    let gone =
        WebdavSource::new(WebdavSourceOptions::new(Url::parse(&server.url("/dav-anon/moved")).unwrap())).unwrap();
    let error = gone.check().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    assert!(error.to_string().contains("moved or withdrawn"), "{error}");
}

#[tokio::test]
async fn what_is_no_webdav_is_said_to_be_none() {
    let web = ScriptedWeb::start(|request| match request.target.as_str() {
        "/page/" => WebReply::bytes("<html>"),
        "/knows-not/" => WebReply::status(405),
        "/elsewhere/" => WebReply::status(301).header("Location", "http://192.0.2.1/dav/"),
        _ => WebReply::status(401),
    });
    for (path, kind) in [
        ("/page/", ErrorKind::Config),
        ("/knows-not/", ErrorKind::Config),
        ("/elsewhere/", ErrorKind::Rejected),
        ("/closed/", ErrorKind::Unauthorized),
    ] {
        let error = super::source(&web.url(path)).check().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{path}: {error}");
        assert!(error.hint_text().is_some(), "{error}");
    }
}
