//! Downloads: cut off, changed, too long, too short.

use pinax_core::ErrorKind;
use pinax_core::nouns::checksum::Sha256Sum;
use pinax_io::http::{Downloaded, SumSink, Wanted};
use pinax_testkit::scripted_web::{ScriptedWeb, WebReply};

use super::{client, client_with, impatient, url};

fn picture(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|number| u8::try_from(number % 251).unwrap()).collect()
}

const MUCH: u64 = 1 << 30;

#[tokio::test]
async fn a_transfer_that_is_cut_off_goes_on_where_it_was() {
    let body = picture(3_000_000);
    let served = body.clone();
    let web = ScriptedWeb::start(move |request| WebReply::file(request, &served, "\"v1\"").cut_at(300_000));
    let (client, _) = client(&web);
    let wanted = Wanted { size_bytes: Some(3_000_000), ..Wanted::up_to(MUCH) };
    assert!(client.download(&url(web.url("/a.jpg")), &wanted).await.unwrap() == body);
    let requests = web.requests();
    // Ten parts: more than there are retries, but each brings it further.
    assert_eq!(requests.len(), 10);
    assert_eq!(requests[0].header("range"), None);
    assert_eq!(requests[9].header("range"), Some("bytes=2700000-"));
    assert_eq!(requests[9].header("if-range"), Some("\"v1\""));
}

#[tokio::test]
async fn a_transfer_that_falls_silent_goes_on_too() {
    let body = picture(1_000_000);
    let served = body.clone();
    let web = ScriptedWeb::start(move |request| {
        let reply = WebReply::file(request, &served, "\"v1\"");
        if request.before == 0 { reply.silent_at(400_000) } else { reply }
    });
    let (client, _) = client_with(&web, |options| options.timeouts = impatient());
    assert!(client.download(&url(web.url("/a.jpg")), &Wanted::up_to(MUCH)).await.unwrap() == body);
    assert_eq!(web.requests()[1].header("range"), Some("bytes=400000-"));
}

#[tokio::test]
async fn a_file_that_changes_meanwhile_is_fetched_anew() {
    let (old, new) = (vec![b'o'; 500_000], picture(600_000));
    let served = new.clone();
    let web = ScriptedWeb::start(move |request| match request.before {
        0 => WebReply::file(request, &old, "\"v1\"").cut_at(300_000),
        _ => WebReply::file(request, &served, "\"v2\""),
    });
    let (client, _) = client(&web);
    let mut sink = SumSink::default();
    let Downloaded { size_bytes, .. } =
        client.download_into(&url(web.url("/a.jpg")), &Wanted::up_to(MUCH), &mut sink).await.unwrap();
    assert_eq!((size_bytes, sink.size_bytes(), sink.sum()), (600_000, 600_000, Sha256Sum::of(&new)));
}

#[tokio::test]
async fn a_rest_of_another_file_is_not_glued_on() {
    let (old, new) = (vec![b'o'; 500_000], picture(600_000));
    let served = new.clone();
    let web = ScriptedWeb::start(move |request| match request.before {
        0 => WebReply::file(request, &old, "\"v1\"").cut_at(300_000),
        // A server that does not heed If-Range, and gives the rest of the new version.
        1 => WebReply::bytes(&served[300_000..]).header("ETag", "\"v2\"").as_partial(300_000, served.len()),
        _ => WebReply::file(request, &served, "\"v2\""),
    });
    let (client, _) = client(&web);
    assert!(client.download(&url(web.url("/a.jpg")), &Wanted::up_to(MUCH)).await.unwrap() == new);
}

#[tokio::test]
async fn a_server_without_ranges_is_asked_for_the_whole_again() {
    let body = picture(700_000);
    let served = body.clone();
    let web = ScriptedWeb::start(move |request| {
        let reply = WebReply::bytes(served.clone());
        if request.before < 3 { reply.cut_at(600_000) } else { reply }
    });
    let (client, _) = client(&web);
    assert!(client.download(&url(web.url("/a.jpg")), &Wanted::up_to(MUCH)).await.unwrap() == body);
}

#[tokio::test]
async fn a_file_that_is_always_cut_off_at_the_same_place_is_given_up() {
    let web = ScriptedWeb::start(|_| WebReply::bytes(picture(700_000)).cut_at(600_000));
    let (client, _) = client(&web);
    let error = client.download(&url(web.url("/a.jpg")), &Wanted::up_to(MUCH)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io, "{error}");
    assert!(web.requests().len() < 20);
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_before_it_is_read_or_as_soon_as_it_shows() {
    let web = ScriptedWeb::start(|request| match request.target.as_str() {
        "/said" => WebReply::bytes("x").saying(u64::MAX / 2).silent_at(1),
        _ => WebReply::bytes(picture(100_000)).as_endless(),
    });
    let (client, _) = client(&web);
    for path in ["/said", "/unsaid"] {
        let error = client.download(&url(web.url(path)), &Wanted::up_to(50_000)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
    }
    assert_eq!(web.requests().len(), 2);
}

#[tokio::test]
async fn a_file_that_is_not_the_one_listed_is_a_conflict() {
    let web = ScriptedWeb::start(|_| {
        WebReply::bytes("12345").header("ETag", "\"v2\"").header("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT")
    });
    let (client, _) = client(&web);
    let address = url(web.url("/a.jpg"));
    let right = Wanted {
        size_bytes: Some(5),
        etag: Some("W/\"v2\"".into()),
        modified_s: Some(784_111_777),
        ..Wanted::up_to(5)
    };
    assert_eq!(client.download(&address, &right).await.unwrap(), b"12345");
    for wrong in [
        Wanted { size_bytes: Some(4), ..right.clone() },
        Wanted { size_bytes: Some(6), ..right.clone() },
        Wanted { etag: Some("\"v1\"".into()), ..right.clone() },
        Wanted { modified_s: Some(784_111_776), ..right },
    ] {
        let wanted = Wanted { limit_bytes: 100, ..wrong };
        let error = client.download(&address, &wanted).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict, "{wanted:?}: {error}");
    }
}

#[tokio::test]
async fn without_a_length_the_end_of_the_connection_is_not_believed() {
    let web = ScriptedWeb::start(|request| {
        let bytes = if request.before == 0 { 40_000 } else { 100_000 };
        WebReply::bytes(&picture(100_000)[..bytes]).as_endless()
    });
    let (client, _) = client(&web);
    let wanted = Wanted { size_bytes: Some(100_000), ..Wanted::up_to(MUCH) };
    assert!(client.download(&url(web.url("/a.jpg")), &wanted).await.unwrap() == picture(100_000));
    assert_eq!(web.requests().len(), 2);
}

#[tokio::test]
async fn a_status_says_what_is_wrong() {
    let web = ScriptedWeb::start(|request| WebReply::status(request.target[1..].parse().unwrap()));
    let (client, _) = client(&web);
    for (status, kind) in [
        (401, ErrorKind::Unauthorized),
        (403, ErrorKind::Forbidden),
        (404, ErrorKind::NotFound),
        (410, ErrorKind::NotFound),
        (204, ErrorKind::Rejected),
        (206, ErrorKind::Rejected),
    ] {
        let error = client.download(&url(web.url(&format!("/{status}"))), &Wanted::up_to(9)).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
    }
}
