//! Where requests go, and where not.

use pinax_core::ErrorKind;
use pinax_io::http::{Credentials, Request, StatusCode, Wanted};
use pinax_testkit::scripted_web::{ScriptedWeb, WebReply};

use super::{client, client_with, url};

#[tokio::test]
async fn redirects_are_followed_and_told() {
    let web = ScriptedWeb::start(|request| match request.target.as_str() {
        "/a" => WebReply::status(301).header("Location", "b/c"),
        "/b/c" => WebReply::redirect("/d"),
        _ => WebReply::bytes("here"),
    });
    let (client, _) = client(&web);
    let answer = client.send(&Request::get(url(web.url("/a")))).await.unwrap();
    assert_eq!(answer.url, url(web.url("/d")));
    let steps: Vec<_> = answer.redirects.iter().map(|step| (step.from.path(), step.to.path())).collect();
    assert_eq!(steps, [("/a", "/b/c"), ("/b/c", "/d")]);
    assert_eq!(answer.redirects[0].status, StatusCode::MOVED_PERMANENTLY);
}

#[tokio::test]
async fn circles_are_left() {
    let web = ScriptedWeb::start(|request| WebReply::redirect(if request.target == "/a" { "/b" } else { "/a" }));
    let (client, _) = client(&web);
    let error = client.send(&Request::get(url(web.url("/a")))).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
    assert_eq!(web.requests().len(), 6);
}

#[tokio::test]
async fn a_password_stays_with_its_server() {
    let other = ScriptedWeb::start(|_| WebReply::bytes("there"));
    let to = other.url("/stolen");
    let web = ScriptedWeb::start(move |request| match request.target.as_str() {
        "/own" => WebReply::bytes("here"),
        "/round" => WebReply::redirect("/own"),
        _ => WebReply::redirect(&to),
    });
    let (client, _) = client_with(&web, |options| {
        let (here, there) = (url(web.url("/")), url(other.url("/")));
        options.guard = pinax_io::http::AddressGuard::naming([&here, &there]);
        options.credentials = Some(Credentials::basic(&here, "me", "s3cret").unwrap());
    });
    for path in ["/round", "/away"] {
        client.send(&Request::get(url(web.url(path)))).await.unwrap();
    }
    assert!(web.requests().iter().all(|request| request.header("authorization") == Some("Basic bWU6czNjcmV0")));
    let there = other.requests();
    assert_eq!(there.len(), 1);
    assert!(there[0].headers.iter().all(|(name, _)| name != "authorization" && name != "referer"), "{there:?}");
}

#[tokio::test]
async fn addresses_from_data_do_not_lead_behind_the_wall() {
    let inner = ScriptedWeb::start(|_| WebReply::bytes("secret"));
    let to = inner.url("/admin");
    let web = ScriptedWeb::start(move |_| WebReply::redirect(&to));
    let (client, wait) = client(&web);
    let by_name = format!("http://localhost:{}/admin", inner.port());
    for bad in [inner.url("/admin"), by_name, "http://169.254.169.254/latest/".into(), web.url("/a")] {
        let error = client.download(&url(&bad), &Wanted::up_to(1_000)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rejected, "{bad}: {error}");
        assert!(error.to_string().contains("public internet"), "{error}");
    }
    assert!(inner.requests().is_empty() && wait.waited().is_empty());
}

#[tokio::test]
async fn secrets_in_addresses_are_not_told() {
    let web = ScriptedWeb::start(|request| match request.target.as_str() {
        "/busy?token=s3cret" => WebReply::status(503),
        "/loop?token=s3cret" => WebReply::redirect("/loop?token=s3cret"),
        _ => WebReply::status(404),
    });
    let (client, _) = client(&web);
    for path in ["/busy", "/loop", "/none"] {
        let address = url(web.url(&format!("{path}?token=s3cret")));
        let error = client.download(&address, &Wanted::up_to(9)).await.unwrap_err();
        let told = format!("{error} {error:?} {:?}", error.hint_text());
        assert!(!told.contains("s3cret"), "{told}");
    }
}
