//! Faults that pass, and faults that do not.

use std::time::Duration;

use pinax_core::ErrorKind;
use pinax_io::http::{Method, Request, StatusCode};
use pinax_testkit::scripted_web::{ScriptedWeb, WebReply};

use super::{client, client_with, impatient, url};

#[tokio::test]
async fn a_fault_that_passes_is_waited_out() {
    for status in [408, 425, 429, 500, 502, 503, 504] {
        let web =
            ScriptedWeb::start(
                move |request| {
                    if request.before < 2 { WebReply::status(status) } else { WebReply::bytes("here") }
                },
            );
        let (client, wait) = client(&web);
        let answer = client.send(&Request::get(url(web.url("/a")))).await.unwrap();
        assert_eq!((answer.status, answer.body.as_slice()), (StatusCode::OK, &b"here"[..]));
        assert!(answer.tried_before);
        let waited = wait.waited();
        assert_eq!(waited.len(), 2, "{status}: {waited:?}");
        assert!(waited[0] >= Duration::from_millis(500) && waited[0] <= Duration::from_secs(1), "{waited:?}");
        assert!(waited[1] >= Duration::from_secs(1) && waited[1] <= Duration::from_secs(2), "{waited:?}");
    }
}

#[tokio::test]
async fn what_does_not_pass_is_not_asked_again() {
    for status in [400, 401, 403, 404, 405, 409, 410, 412, 416, 501, 505, 507] {
        let web = ScriptedWeb::start(move |_| WebReply::status(status));
        let (client, wait) = client(&web);
        let answer = client.send(&Request::get(url(web.url("/a")))).await.unwrap();
        assert_eq!(answer.status.as_u16(), status);
        assert!(answer.success().is_err());
        assert_eq!((web.requests().len(), wait.waited().len()), (1, 0), "{status}");
    }
}

#[tokio::test]
async fn the_server_says_how_long_it_wants_to_be_left_alone() {
    let web = ScriptedWeb::start(|request| match request.before {
        0 => WebReply::status(429).header("Retry-After", "37"),
        1 => WebReply::status(503)
            .header("Date", "Sun, 06 Nov 1994 08:49:37 GMT")
            .header("Retry-After", "Sun, 06 Nov 1994 08:50:37 GMT"),
        _ => WebReply::bytes("here"),
    });
    let (client, wait) = client(&web);
    client.send(&Request::get(url(web.url("/a")))).await.unwrap();
    assert_eq!(wait.waited(), [Duration::from_secs(37), Duration::from_secs(60)]);
}

#[tokio::test]
async fn a_server_that_wants_to_be_left_alone_for_hours_ends_the_run() {
    let web = ScriptedWeb::start(|_| WebReply::status(503).header("Retry-After", "7200"));
    let (client, wait) = client(&web);
    let error = client.send(&Request::get(url(web.url("/a")))).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert!(error.to_string().contains("7200"), "{error}");
    assert!(wait.waited().is_empty());
}

#[tokio::test]
async fn one_thing_that_goes_on_failing_ends_alone_and_five_in_a_row_end_the_run() {
    let web = ScriptedWeb::start(|request| match request.target.as_str() {
        "/fine" => WebReply::bytes("here"),
        _ => WebReply::status(500),
    });
    let (client, _) = client(&web);
    let ask = async |path: String| client.send(&Request::get(url(web.url(&path)))).await;
    for _ in 0..7 {
        assert_eq!(ask("/bad".into()).await.unwrap_err().kind(), ErrorKind::Io, "the same one again is one");
    }
    for number in 0..3 {
        assert_eq!(ask(format!("/bad{number}")).await.unwrap_err().kind(), ErrorKind::Io);
    }
    ask("/fine".into()).await.unwrap();
    for number in 0..4 {
        assert_eq!(ask(format!("/bad{number}")).await.unwrap_err().kind(), ErrorKind::Io);
    }
    let error = ask("/bad4".into()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    let asked = web.requests().iter().filter(|request| request.target == "/bad4").count();
    assert_eq!(asked, 6, "one try and five retries");
}

#[tokio::test]
async fn a_host_that_is_not_there_ends_the_run() {
    let web = ScriptedWeb::start(|_| WebReply::status(200));
    let (client, wait) = client(&web);
    let gone = url(web.url("/a"));
    drop(web);
    // Whoever took the port meanwhile is none of ours, but there is nobody.
    let error = client.send(&Request::get(gone)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert_eq!(wait.waited().len(), 5);
}

#[tokio::test]
async fn no_answer_and_half_an_answer_pass() {
    let web = ScriptedWeb::start(|request| match request.before {
        0 => WebReply::nothing(),
        1 => WebReply::bytes("here").cut_at(2),
        2 => WebReply::bytes("here").silent_at(2),
        3 => WebReply::bytes("here").saying(5),
        _ => WebReply::bytes("here"),
    });
    let (client, _) = client_with(&web, |options| options.timeouts = impatient());
    let answer = client.send(&Request::get(url(web.url("/a")))).await.unwrap();
    assert_eq!(answer.body, b"here");
    assert!(answer.tried_before);
}

#[tokio::test]
async fn who_asks_once_is_told_of_the_first_fault() {
    let web = ScriptedWeb::start(|_| WebReply::status(503));
    let (client, _) = client(&web);
    let put = Request::new(Method::PUT, url(web.url("/a"))).body("x").once();
    assert!(client.send(&put).await.is_err());
    assert_eq!(web.requests().len(), 1);
}

#[tokio::test]
async fn a_host_is_asked_no_faster_and_no_more_at_once_than_is_allowed() {
    let web = ScriptedWeb::start(|_| WebReply::bytes("here"));
    let (client, wait) = client_with(&web, |options| {
        options.manners.least_pause = Duration::from_secs(3);
        options.manners.connections_per_host = 1;
    });
    let asks = (0..5).map(|number| {
        let (client, url) = (client.clone(), url(web.url(&format!("/{number}"))));
        async move { client.send(&Request::get(url)).await.unwrap() }
    });
    futures::future::join_all(asks).await;
    assert_eq!(wait.waited(), [Duration::from_secs(3); 4]);
    assert_eq!(web.most_at_once(), 1);
}

#[tokio::test]
async fn a_large_answer_is_refused_before_it_is_read() {
    let web = ScriptedWeb::start(|_| WebReply::bytes("x").saying(1 << 40).silent_at(1));
    let (client, _) = client(&web);
    let error = client.send(&Request::get(url(web.url("/a"))).limit(1_000)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
    assert_eq!(web.requests().len(), 1);
}

#[tokio::test]
async fn the_server_is_told_who_asks() {
    let web = ScriptedWeb::start(|_| WebReply::status(200));
    let (client, _) = client_with(&web, |options| options.contact = Some("herbarium@example.org".into()));
    client.send(&Request::get(url(web.url("/a")))).await.unwrap();
    let name = web.requests()[0].header("user-agent").unwrap().to_owned();
    assert!(name.starts_with("Pinax/") && name.ends_with(" (+herbarium@example.org)"), "{name}");
}
