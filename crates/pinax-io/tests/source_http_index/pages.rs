//! What pages say that is odd, and what becomes of it.

use std::fs;
use std::os::unix::fs::symlink;
use std::time::Duration;

use futures::StreamExt as _;
use pinax_core::ErrorKind;
use pinax_core::nouns::uri::PublicUrl;
use pinax_core::ports::source::{ListFrom, Listing, Source as _};
use pinax_io::source::http_index::{HttpIndexOptions, HttpIndexSource};
use pinax_testkit::scripted_web::{ScriptedWeb, WebReply, WebRequest};
use pinax_testkit::source_contract::list_all;
use pinax_testkit::web_server::{IndexPages, WebServer, make_folder};
use url::Url;

fn source(url: &str) -> HttpIndexSource {
    let mut options = HttpIndexOptions::new(Url::parse(url).unwrap());
    options.http.manners.least_pause = Duration::ZERO;
    options.http.manners.retry_pause = Duration::from_millis(1);
    HttpIndexSource::new(options).unwrap()
}

async fn whole(source: &HttpIndexSource) -> Listing {
    let mut whole = Listing::default();
    let mut parts = source.list(ListFrom::default());
    while let Some(part) = parts.next().await {
        let part = part.unwrap();
        whole.files.extend(part.files);
        whole.findings.extend(part.findings);
        whole.is_whole |= part.is_whole;
    }
    whole
}

fn html(body: &str) -> WebReply {
    WebReply::bytes(format!("<title>Index of</title>{body}")).header("Content-Type", "text/html; charset=utf-8")
}

#[tokio::test]
async fn links_that_lead_up_on_a_real_server_are_not_followed() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("in");
    fs::create_dir(&folder).unwrap();
    make_folder(place.path(), &folder.join("a/b"));
    fs::write(folder.join("a/1.jpg"), "1").unwrap();
    symlink("../../a", folder.join("a/b/up")).unwrap();
    let server = WebServer::with_index(IndexPages::Nginx, &folder);
    let listing = whole(&source(&server.url("/"))).await;
    let names: Vec<String> = listing.files.iter().map(|image| image.locator.to_string()).collect();
    assert_eq!(names, ["a/1.jpg"]);
    assert_eq!(listing.findings.len(), 1, "{:?}", listing.findings);
}

#[tokio::test]
async fn nothing_outside_the_root_is_asked_for() {
    let web = ScriptedWeb::start(|request| match request.target.as_str() {
        "/img/" => html(
            "<a href='../'>up</a><br><a href='/'>home</a><br><a href='/etc/'>etc</a><br><a href='//192.0.2.1/x/'>x</a><br>\
             <a href='http://169.254.169.254/img/'>meta</a><br><a href='x/../../y/'>y</a><br><a href='%2e%2e/'>z</a><br>\
             <a href='sub/'>sub</a> 2026-11-22 22:11 -<br><a href='?C=N'>sort</a><br><a href='a.jpg'>a</a> 2026-11-22 22:11 1",
        ),
        "/img/sub/" => WebReply::redirect("/other/"),
        _ => html("<a href='secret.jpg'>secret</a>"),
    });
    let source = source(&web.url("/img"));
    let listing = whole(&source).await;
    assert_eq!(listing.files.len(), 1, "{:?}", listing.files);
    assert!(!listing.is_whole, "the folder that leads elsewhere was not seen");
    assert_eq!(listing.findings.len(), 2, "{:?}", listing.findings);
    assert!(listing.findings.iter().any(|finding| finding.message.contains("/other/")), "{:?}", listing.findings);
}

#[tokio::test]
async fn what_is_no_directory_page_is_told() {
    let web = ScriptedWeb::start(|request| match request.target.as_str() {
        "/welcome/" => WebReply::bytes("<title>Welcome</title><a href='https://example.org/'>x</a>")
            .header("Content-Type", "text/html"),
        "/picture/" => WebReply::bytes("x").header("Content-Type", "image/jpeg"),
        "/json/" => WebReply::bytes("{}").header("Content-Type", "application/json"),
        "/empty/" => html("<h1>Index of /empty</h1>"),
        "/closed/" => WebReply::status(401),
        _ => WebReply::status(410),
    });
    for (path, kind) in [
        ("/welcome/", ErrorKind::Config),
        ("/picture/", ErrorKind::Rejected),
        ("/json/", ErrorKind::Rejected),
        ("/closed/", ErrorKind::Unauthorized),
        ("/moved/", ErrorKind::NotFound),
    ] {
        let error = source(&web.url(path)).check().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{path}: {error}");
        assert!(error.hint_text().is_some(), "{error}");
    }
    source(&web.url("/empty/")).check().await.unwrap();
}

#[tokio::test]
async fn a_page_that_does_not_tell_the_truth_does_not_hold_up_its_files() {
    let untrue = |request: &WebRequest| match request.target.as_str() {
        // Sizes in kilobytes.
        "/" => {
            html("<pre><a href='a.jpg'>a</a> 22-Nov-2026 22:11 12\n<a href='b.jpg'>b</a> 22-Nov-2026 22:11 12\n</pre>")
        }
        _ => WebReply::bytes(vec![1; 12_345]),
    };
    let web = ScriptedWeb::start(untrue);
    let source = source(&web.url("/"));
    let all = list_all(&source).await;
    for image in all.values() {
        assert_eq!(source.read(image, 100_000).await.unwrap().len(), 12_345);
    }
    let pages = web.requests().iter().filter(|request| request.target == "/").count();
    assert_eq!(pages, 2, "the page is looked at once more, not for every file");
}

#[tokio::test]
async fn files_have_the_address_everybody_sees() {
    let mut options = HttpIndexOptions::new(Url::parse("http://127.0.0.1:9/img").unwrap());
    options.public_url = Some(PublicUrl::new("https://img.example.org/tst", false).unwrap());
    let source = HttpIndexSource::new(options).unwrap();
    let image = pinax_core::nouns::source_image::SourceImage::new(
        pinax_core::nouns::source_image::Locator::new(&b"a b/not text \xff#.jpg"[..]),
        pinax_core::nouns::source_image::Fingerprint::of_file(1, 1),
    );
    let uri = source.public_uri(&image).unwrap().unwrap();
    assert_eq!(uri.as_str(), "https://img.example.org/tst/a%20b/not%20text%20%FF%23.jpg");
}
