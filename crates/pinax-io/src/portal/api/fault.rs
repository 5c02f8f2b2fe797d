//! What an answer that is no success means.

use std::time::Duration;

use pinax_core::{Error, ErrorKind};
use reqwest::StatusCode;
use serde_json::Value;

/// The server's words are shown up to this length.
const WORDS_MAX_CHARS: usize = 300;

/// Why a request was not answered as hoped.
#[derive(Debug)]
pub(super) enum Fault {
    /// It may pass; a write may have been made, or not. The server may have said how long to wait.
    Passing(Error, Option<Duration>),
    /// Status 500: Symbiota says so when its database refuses a value, and when it is broken itself.
    Broken(Error),
    /// What was asked for is not there (and it is the API that says so).
    Absent(Error),
    /// This one thing is refused.
    Refused(Error),
    /// Every other request would meet the same.
    Stop(Error),
}

impl Fault {
    /// As an error, when nothing more can be done about it.
    pub(super) fn into_error(self) -> Error {
        match self {
            Self::Passing(error, _)
            | Self::Broken(error)
            | Self::Absent(error)
            | Self::Refused(error)
            | Self::Stop(error) => error,
        }
    }
}

/// What an answer says, without the token.
pub(super) struct Told<'a> {
    pub(super) status: StatusCode,
    pub(super) retry_after: Option<Duration>,
    /// Where a redirect leads.
    pub(super) leads_to: Option<String>,
    pub(super) body: &'a [u8],
    pub(super) secret: Option<&'a str>,
}

const WRONG_ROOT: &str = "is portal.url the portal's root, the address below which /api/v2 lies?";

/// Reads a success: JSON, or nothing at all.
pub(super) fn success(told: &Told<'_>) -> Result<Value, Fault> {
    if told.body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Value::Null);
    }
    serde_json::from_slice(told.body).map_err(|_| {
        let what = if is_page(told.body) { "a web page" } else { "no JSON" };
        let message = format!("the portal answered with {what} instead of data: {}", words(told));
        Fault::Stop(Error::new(ErrorKind::Unavailable, message).hint(WRONG_ROOT))
    })
}

/// Understands an answer that is no success.
pub(super) fn fault(told: &Told<'_>) -> Fault {
    let status = told.status.as_u16();
    let error = |kind, message: &str| {
        let words = words(told);
        let words = if words.is_empty() { String::new() } else { format!(": {words}") };
        Error::new(kind, format!("{message} (status {status}){words}"))
    };
    match status {
        300..=399 => Fault::Stop(redirect(told)),
        401 => Fault::Stop(
            error(ErrorKind::Unauthorized, "the portal does not accept the token")
                .hint("make a new token (docs/api.md says how), for an account that is an editor of the collection"),
        ),
        403 => Fault::Stop(
            error(ErrorKind::Forbidden, "the portal does not let us do this")
                .hint("a firewall may stand before the portal, or the account may lack the right"),
        ),
        404 if is_page(told.body) => {
            Fault::Stop(error(ErrorKind::Unavailable, "the portal has no API at this address").hint(WRONG_ROOT))
        }
        404 | 410 => Fault::Absent(error(ErrorKind::NotFound, "the portal does not have it")),
        405 | 501 => Fault::Stop(
            error(ErrorKind::UnknownVersion, "the portal's API does not know this call")
                .hint("this door is made for Symbiota 3.4"),
        ),
        408 | 425 | 429 | 502 | 503 | 504 | 507 | 509 | 520..=599 => Fault::Passing(
            error(ErrorKind::Unavailable, "the portal is busy or down").hint("try again later"),
            told.retry_after,
        ),
        500 => Fault::Broken(error(ErrorKind::Unavailable, "something is broken in the portal").hint(
            "the portal's own log says what; Symbiota answers like this too when its database refuses a value, or when \
             the account has no role at all",
        )),
        _ => Fault::Refused(error(ErrorKind::Rejected, "the portal refuses it")),
    }
}

/// Redirects are not followed: a token must not go where a person did not send it.
fn redirect(told: &Told<'_>) -> Error {
    let to = told.leads_to.as_deref().unwrap_or("nowhere");
    Error::new(ErrorKind::Config, format!("the portal sends us on to {to}"))
        .hint("redirects are not followed; put the portal's new address into portal.url")
}

fn is_page(body: &[u8]) -> bool {
    body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<')
}

/// What the server said, as plain text of bounded length and without the token.
fn words(told: &Told<'_>) -> String {
    // More than enough for a few words, however large the answer.
    let text = String::from_utf8_lossy(&told.body[..told.body.len().min(64 << 10)]);
    let mut words = match serde_json::from_slice::<Value>(told.body) {
        Ok(json) => {
            let mut leaves = Vec::new();
            collect(&json, &mut leaves);
            leaves.join("; ")
        }
        Err(_) => without_markup(&text),
    };
    if let Some(secret) = told.secret {
        words = words.replace(secret, "…");
    }
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(WORDS_MAX_CHARS) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

/// Every text of an answer such as `{"error":"Unauthorized"}` or `{"occid":["The selected occid is invalid."]}`.
fn collect(json: &Value, leaves: &mut Vec<String>) {
    match json {
        Value::String(text) if text != "failure" => leaves.push(without_markup(text)),
        Value::Array(parts) => parts.iter().for_each(|part| collect(part, leaves)),
        Value::Object(parts) => parts.values().for_each(|part| collect(part, leaves)),
        _ => {}
    }
}

/// The text of a page: tags, styles and scripts are left out.
fn without_markup(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let mut plain = String::new();
    let mut at = 0;
    while let Some(open) = text[at..].find('<').map(|open| at + open) {
        plain.push_str(&text[at..open]);
        plain.push(' ');
        let skipped = ["style", "script", "title"].into_iter().find(|name| lower[open + 1..].starts_with(name));
        let end = match skipped {
            Some(name) => lower[open..].find(&format!("</{name}")).map(|close| open + close + 2),
            None => Some(open),
        };
        let Some(close) = end.and_then(|end| text[end..].find('>').map(|close| end + close + 1)) else {
            return plain;
        };
        at = close;
    }
    plain.push_str(&text[at..]);
    plain
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;

    use super::{Fault, Told, fault, without_markup};

    fn told(status: u16, body: &str) -> Told<'_> {
        let status = StatusCode::from_u16(status).unwrap();
        Told { status, retry_after: None, leads_to: None, body: body.as_bytes(), secret: Some("s3cret") }
    }

    #[test]
    fn the_servers_words_are_plain_short_and_without_the_token() {
        let long = "x".repeat(1000);
        for (status, body, said) in [
            (422, r#"{"occid":["The selected occid is invalid."]}"#.to_owned(), "The selected occid is invalid."),
            (400, r#"{"status":"failure","error":"token s3cret <b>bad</b>"}"#.to_owned(), ": token … bad"),
            (500, format!("<title>a</title><style>b{{}}</style><p>Sorry\n {long}</p>"), ": Sorry x"),
            (503, "<unclosed s3cret".to_owned(), "(status 503)"),
        ] {
            let error = fault(&told(status, &body)).into_error().to_string();
            assert!(error.contains(said), "{error}");
            assert!(!error.contains("s3cret") && error.chars().count() < 400, "{error}");
        }
    }

    #[test]
    fn a_page_that_is_not_there_is_no_record_that_is_not_there() {
        assert!(matches!(fault(&told(404, r#"{"error":"Occurrence not found"}"#)), Fault::Absent(_)));
        assert!(matches!(fault(&told(404, "\n<!DOCTYPE html>")), Fault::Stop(_)));
    }

    #[test]
    fn markup_of_any_kind_is_left_out() {
        for (page, text) in [("a<b>c</b>d", "a c d"), ("<İ><p>x", " x"), ("<script>1</script>y", "y"), ("<", "")] {
            assert_eq!(without_markup(page).split_whitespace().collect::<String>(), text.replace(' ', ""));
        }
    }
}
