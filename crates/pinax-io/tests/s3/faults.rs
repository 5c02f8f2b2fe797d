//! What servers say when they say no.

use pinax_core::ErrorKind;
use pinax_core::ports::source::Source as _;
use pinax_core::ports::store::{Put, Store as _};
use pinax_io::s3::{S3Login, S3Options};
use pinax_testkit::scripted_web::{ScriptedWeb, WebReply, WebRequest};
use pinax_testkit::store_contract::key;
use url::Url;

fn bucket(web: &ScriptedWeb) -> S3Options {
    S3Options {
        path_style: true,
        login: Some(S3Login::new("AKIDTEST", "s3cret")),
        ..S3Options::new(Url::parse(&web.url("/")).unwrap(), "eu-test-1", "pictures")
    }
}

fn says(status: u16, code: &str, more: &str) -> WebReply {
    let body = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>no &amp; no</Message>{more}</Error>");
    WebReply::refusal(status, body)
}

#[tokio::test]
async fn refusals_are_told_in_plain_words() {
    let cases = [
        (403, "AccessDenied", "", ErrorKind::Forbidden, "does not allow"),
        (301, "PermanentRedirect", "<Region>eu-north-9</Region>", ErrorKind::Config, "region"),
        (400, "AuthorizationHeaderMalformed", "<Region>eu-north-9</Region>", ErrorKind::Config, "region"),
        (403, "RequestTimeTooSkewed", "", ErrorKind::Config, "clock"),
        (403, "InvalidAccessKeyId", "", ErrorKind::Unauthorized, "keys"),
        (404, "NoSuchBucket", "", ErrorKind::Config, "no bucket `pictures`"),
        (400, "ExpiredToken", "", ErrorKind::Unauthorized, "not good any more"),
        (400, "Strange", "", ErrorKind::Rejected, "no & no"),
    ];
    for (status, code, more, kind, words) in cases {
        let web = ScriptedWeb::start(move |_| says(status, code, more));
        let error = super::source(bucket(&web)).check().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{code}: {error}");
        assert!(error.to_string().contains(words), "{code}: {error}");
        if !more.is_empty() {
            assert!(error.hint_text().unwrap().contains("eu-north-9"), "{error}");
        }
        assert_eq!(web.requests().len(), 1, "{code} is not asked again");
    }
}

#[tokio::test]
async fn a_server_that_is_asked_too_fast_is_given_time() {
    const EMPTY: &str = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>";
    let web = ScriptedWeb::start(|request| match request.before {
        0 | 1 => says(503, "SlowDown", ""),
        _ => WebReply::bytes(EMPTY),
    });
    super::source(bucket(&web)).check().await.unwrap();
    assert_eq!(web.requests().len(), 3);
}

#[tokio::test]
async fn a_listing_that_goes_in_a_circle_or_is_a_web_page_is_told() {
    use futures::StreamExt as _;
    const ROUND: &str = "<ListBucketResult><IsTruncated>true</IsTruncated>\
        <NextContinuationToken>again</NextContinuationToken></ListBucketResult>";
    for body in [ROUND, "<html><body>Welcome</body></html>"] {
        let web = ScriptedWeb::start(move |_| WebReply::bytes(body));
        let source = super::source(bucket(&web));
        let mut parts = source.list(pinax_core::ports::source::ListFrom::default());
        let mut told = None;
        while let Some(part) = parts.next().await {
            told = part.err();
        }
        assert_eq!(told.unwrap().kind(), ErrorKind::Corrupt);
        assert!(web.requests().len() <= 2);
    }
}

/// Plays a bucket with one object, which comes to be with the first put, though the answer to that is lost.
fn lost_answer(request: &WebRequest, kept: &'static [u8]) -> WebReply {
    let is_probe = request.target.contains(".pinax-probe");
    match request.method.as_str() {
        "HEAD" => WebReply::status(404),
        "PUT" if is_probe => {
            if request.before == 0 {
                WebReply::status(200)
            } else {
                says(412, "PreconditionFailed", "")
            }
        }
        "PUT" if request.before == 0 => WebReply::nothing(),
        "PUT" => says(412, "PreconditionFailed", ""),
        "GET" if is_probe => WebReply::bytes(&b"pinax looks whether it can write here"[..]),
        "GET" => WebReply::bytes(kept),
        _ => WebReply::status(204),
    }
}

#[tokio::test]
async fn a_put_whose_answer_was_lost_is_known_by_its_bytes() {
    for (kept, wanted) in [(&b"ours"[..], Put::Created), (b"theirs", Put::Exists)] {
        let web = ScriptedWeb::start(move |request| lost_answer(request, kept));
        let store = super::store(bucket(&web));
        store.check().await.unwrap();
        assert_eq!(store.put_new(&key("a.jpg"), b"ours").await.unwrap(), wanted);
        let puts: Vec<_> = web.requests().into_iter().filter(|one| one.method == "PUT").collect();
        assert!(puts.iter().all(|one| one.header("if-none-match") == Some("*")));
        assert!(puts.iter().all(|one| one.header("authorization").unwrap().contains("SignedHeaders=")));
    }
}

#[tokio::test]
async fn a_store_that_cannot_be_written_to_is_told() {
    for (status, code, kind) in [
        (403, "AccessDenied", ErrorKind::Forbidden),
        (507, "XMinioStorageFull", ErrorKind::Full),
        (400, "AccessControlListNotSupported", ErrorKind::Config),
    ] {
        let web = ScriptedWeb::start(move |request| match request.method.as_str() {
            "HEAD" => WebReply::status(404),
            "PUT" => says(status, code, ""),
            _ => WebReply::status(204),
        });
        let error = super::store(bucket(&web)).check().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(web.requests().iter().any(|one| one.method == "DELETE"), "nothing is left behind");
    }
}
