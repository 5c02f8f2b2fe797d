//! What anybody sees on the web, and what the rules make of it.
#![cfg(test)]

use pinax_core::ErrorKind;
use pinax_core::nouns::reason::ReasonCode;
use pinax_core::ports::web::Web as _;
use pinax_core::steps::public::why_no_picture;
use pinax_io::http::{AddressGuard, Credentials, HttpOptions};
use pinax_io::web::OpenWeb;
use pinax_testkit::scripted_web::{ScriptedWeb, WebReply, WebRequest};
use url::Url;

fn script(request: &WebRequest) -> WebReply {
    match request.target.as_str() {
        "/a.jpg" => WebReply::bytes("picture")
            .header("Content-Type", "Image/JPEG; charset=binary")
            .header("ETag", "\"v1\"")
            .header("Set-Cookie", "visited=1"),
        "/page.jpg" => WebReply::bytes("<!doctype html><p>Sorry"),
        "/empty.jpg" => WebReply::bytes("").header("Content-Type", "image/jpeg"),
        "/private.jpg" => WebReply::redirect("/user/login?to=s3cret"),
        "/user/login?to=s3cret" => WebReply::bytes("<html>Log in").header("Content-Type", "text/html"),
        _ => WebReply::status(404),
    }
}

#[tokio::test]
async fn anybody_sees_what_the_server_shows_and_nobody_logs_in() {
    let server = ScriptedWeb::start(script);
    let here = Url::parse(&server.url("/")).unwrap();
    let credentials = Credentials::basic(&here, "me", "s3cret").unwrap();
    let web = OpenWeb::new(HttpOptions { credentials: Some(credentials), ..HttpOptions::for_server(&here) }).unwrap();
    let seen = web.look(&server.url("/a.jpg"), 1_000).await.unwrap();
    assert_eq!(seen.content_type.as_deref(), Some("image/jpeg"));
    assert_eq!((seen.status, seen.said_bytes, seen.bytes.as_slice()), (200, Some(7), &b"picture"[..]));
    assert_eq!((seen.etag.as_deref(), seen.redirected_to.as_deref()), (Some("\"v1\""), None));
    for (path, code) in [
        ("/page.jpg", ReasonCode::NotAnImage),
        ("/empty.jpg", ReasonCode::Empty),
        ("/private.jpg", ReasonCode::NotAnImage),
        ("/none.jpg", ReasonCode::Vanished),
    ] {
        let uri = server.url(path);
        let seen = web.look(&uri, 1_000).await.unwrap();
        let reason = why_no_picture(&uri, &seen).unwrap();
        assert_eq!(reason.code, code, "{reason:?}");
        assert!(!reason.message.contains("s3cret"), "{reason:?}");
    }
    let secrets = ["authorization", "cookie"];
    assert!(server.requests().iter().all(|request| secrets.iter().all(|name| request.header(name).is_none())));
    assert_eq!(web.look(&server.url("/a.jpg"), 6).await.unwrap_err().kind(), ErrorKind::Rejected);
}

#[tokio::test]
async fn nobody_looks_behind_our_own_wall() {
    let server = ScriptedWeb::start(script);
    let web = OpenWeb::new(HttpOptions::new(AddressGuard::public_only())).unwrap();
    for bad in [server.url("/a.jpg"), "file:///etc/passwd".to_owned(), "a.jpg".to_owned()] {
        assert_eq!(web.look(&bad, 1_000).await.unwrap_err().kind(), ErrorKind::Rejected, "{bad}");
    }
    assert!(server.requests().is_empty());
}
