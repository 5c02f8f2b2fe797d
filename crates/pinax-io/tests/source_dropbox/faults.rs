//! What a Dropbox answers when it does not do what was asked.

use futures::StreamExt as _;
use pinax_core::ErrorKind;
use pinax_core::ports::source::{ListFrom, Source as _};
use pinax_io::source::dropbox::{DropboxLogIn, DropboxSource};
use pinax_testkit::dropbox::{FakeDropbox, refused};
use pinax_testkit::scripted_web::WebReply;
use pinax_testkit::source_contract::list_all;
use url::Url;

use super::{TOKEN, known, options, renewing, source};

#[tokio::test]
async fn a_token_that_ended_is_renewed_where_that_can_be() {
    let fake = FakeDropbox::start(TOKEN);
    fake.put("/a.jpg", b"1");
    let source = renewing(&fake, known());
    let all = list_all(&source).await;
    fake.expire_tokens();
    assert_eq!(source.read(&all[&b"a.jpg"[..]], 10).await.unwrap(), b"1");
    fake.expire_tokens();
    assert_eq!(list_all(&source).await.len(), 1);
    let renewed = fake.requests().iter().filter(|request| request.target == "/oauth2/token").count();
    assert_eq!(renewed, 3);
    let shown = format!("{source:?}");
    assert!(!shown.contains("s3cret") && !shown.contains("short"), "{shown}");
}

#[tokio::test]
async fn a_log_in_that_is_refused_stops_at_once() {
    let fake = FakeDropbox::start(TOKEN);
    fake.put("/a.jpg", b"1");
    let given = source(&fake, "");
    let all = list_all(&given).await;
    fake.expire_tokens();
    let before = fake.requests().len();
    for error in [
        given.check().await.unwrap_err(),
        given.read(&all[&b"a.jpg"[..]], 10).await.unwrap_err(),
        given.list(ListFrom::default()).next().await.unwrap().unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Unauthorized, "{error}");
        assert!(error.hint_text().is_some() && !error.to_string().contains("s3cret"), "{error}");
    }
    assert_eq!(fake.requests().len(), before + 3, "each was asked once");
    let shown = format!("{:?}", options(&fake, "", DropboxLogIn::Token(TOKEN.to_owned())));
    assert!(!shown.contains("s3cret"), "{shown}");
    let error = renewing(&fake, "wrong-s3cret").check().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized, "{error}");
    assert!(!error.to_string().contains("s3cret"), "{error}");
}

#[tokio::test]
async fn passing_faults_pass() {
    let fake = FakeDropbox::start(TOKEN);
    fake.put("/a.jpg", b"0123456789");
    let source = source(&fake, "");
    for fault in [
        WebReply::status(503),
        WebReply::status(429).header("Retry-After", "0"),
        WebReply::bytes("{\"entries\": [").saying(100).cut_at(10),
        WebReply::nothing(),
    ] {
        fake.answer_next(fault.clone());
        assert_eq!(list_all(&source).await.len(), 1);
    }
    let all = list_all(&source).await;
    let image = &all[&b"a.jpg"[..]];
    let before = fake.requests().len();
    let half = WebReply::bytes("0123456789").header("ETag", "\"000000001\"").header("Accept-Ranges", "bytes").cut_at(4);
    fake.answer_next(half);
    assert_eq!(source.read(image, 10).await.unwrap(), b"0123456789");
    let asked =
        fake.requests()[before..].iter().filter_map(|r| r.header("range").map(str::to_owned)).collect::<Vec<_>>();
    assert_eq!(asked, ["bytes=4-"], "what came is not fetched again");
    fake.answer_next(WebReply::status(429).header("Retry-After", "86400"));
    let error = source.read(image, 10).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
}

#[tokio::test]
async fn a_listing_that_is_reset_in_the_middle_fails_and_the_next_one_is_whole() {
    let fake = FakeDropbox::start(TOKEN);
    fake.set_page_entries(1);
    ["/a.jpg", "/b.jpg", "/c.jpg"].iter().for_each(|path| fake.put(path, b"1"));
    let source = source(&fake, "");
    let mut parts = source.list(ListFrom::default());
    let watermark = parts.next().await.unwrap().unwrap().watermark;
    fake.reset_cursors();
    let error = parts.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert!(parts.next().await.is_none());
    let parts: Vec<_> = source.list(ListFrom { watermark, since_ms: None }).collect().await;
    assert_eq!(parts.iter().map(|part| part.as_ref().unwrap().files.len()).sum::<usize>(), 3);
}

#[tokio::test]
async fn a_file_that_was_damaged_on_its_way_is_not_taken() {
    let fake = FakeDropbox::start(TOKEN);
    fake.put("/a.jpg", b"right");
    let source = source(&fake, "");
    let all = list_all(&source).await;
    fake.answer_next(WebReply::bytes("wrong"));
    let error = source.read(&all[&b"a.jpg"[..]], 10).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "nobody says which version came: {error}");
    fake.answer_next(refused(409, "path/restricted_content/.."));
    let error = source.read(&all[&b"a.jpg"[..]], 10).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io, "it is there: {error}");
}

#[tokio::test]
async fn what_cannot_be_used_is_told_before() {
    let fake = FakeDropbox::start(TOKEN);
    fake.put("/a.jpg", b"1");
    let token = || DropboxLogIn::Token(TOKEN.to_owned());
    for folder in ["Herbarium", "/a//b", "id:abc"] {
        let error = DropboxSource::new(options(&fake, folder, token())).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{folder}: {error}");
    }
    let mut options = options(&fake, "", token());
    options.api = Url::parse("http://dropbox.example.org").unwrap();
    assert_eq!(DropboxSource::new(options).unwrap_err().kind(), ErrorKind::Config);
    let error = source(&fake, "/Herbarium").check().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    source(&fake, "/").check().await.unwrap();
}
