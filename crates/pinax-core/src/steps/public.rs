//! Is it a picture that anybody sees at an address? Everything that can be told before decoding it.

use crate::nouns::reason::{Reason, ReasonCode};
use crate::ports::web::Seen;

/// Words in an address that leads to a log-in.
const LOG_IN_WORDS: [&str; 13] = [
    "login",
    "log-in",
    "logon",
    "signin",
    "sign-in",
    "sign_in",
    "auth",
    "oauth",
    "oauth2",
    "sso",
    "saml",
    "shibboleth",
    "cas",
];

/// Types that are pictures, or that servers give to files they do not know.
const UNKNOWN_TYPES: [&str; 4] =
    ["application/octet-stream", "binary/octet-stream", "application/x-download", "application/force-download"];

/// Says why what was seen at `uri` is no picture; `None` when it may be one.
#[must_use]
pub fn why_no_picture(uri: &str, seen: &Seen) -> Option<Reason> {
    let page = is_page(&seen.bytes);
    if let Some(to) = seen.redirected_to.as_deref()
        && (page || seen.status != 200)
        && leads_to_log_in(to)
    {
        return Some(
            refused(ReasonCode::NotAnImage, uri, &format!("leads to a log-in at {to}"))
                .hint("make the file public on its server: visitors of the portal have no log-in there"),
        );
    }
    why_status(uri, seen.status).or_else(|| why_type(uri, seen, page)).or_else(|| why_length(uri, seen))
}

fn why_status(uri: &str, status: u16) -> Option<Reason> {
    let reason =
        |code, what: &str, hint: &str| Some(refused(code, uri, &format!("{what} (status {status})")).hint(hint));
    match status {
        200 => None,
        401 | 403 | 407 => reason(
            ReasonCode::Unreadable,
            "is not shown to everybody",
            "make the file public on its server: visitors of the portal have no log-in there",
        ),
        404 => {
            reason(ReasonCode::Vanished, "shows nothing", "look whether the file is there, and how its name is written")
        }
        410 => reason(
            ReasonCode::Vanished,
            "was moved or withdrawn",
            "the server says that it is gone for good; ask where it is now",
        ),
        300..=399 => reason(ReasonCode::NotAnImage, "leads elsewhere", "give the address it leads to"),
        _ => {
            reason(ReasonCode::Unreadable, "could not be given by its server", "look at it in a browser, and run again")
        }
    }
}

fn why_type(uri: &str, seen: &Seen, page: bool) -> Option<Reason> {
    let says = seen.content_type.as_deref().unwrap_or_default();
    if page || matches!(says, "text/html" | "application/xhtml+xml") {
        return Some(
            refused(ReasonCode::NotAnImage, uri, "shows a web page instead of a picture")
                .hint("give the address of the file itself, not that of a page about it"),
        );
    }
    if says.is_empty() || says.starts_with("image/") || UNKNOWN_TYPES.contains(&says) {
        return None;
    }
    Some(
        refused(ReasonCode::NotAnImage, uri, &format!("is said to be {says}, which is no picture"))
            .hint("browsers heed the type a server says; ask its administrator to send image/jpeg for .jpg"),
    )
}

fn why_length(uri: &str, seen: &Seen) -> Option<Reason> {
    let came = seen.bytes.len() as u64;
    if came == 0 {
        let reason = refused(ReasonCode::Empty, uri, "is empty: 0 bytes");
        return Some(reason.hint("upload the file again; its transfer was cut off"));
    }
    let said = seen.said_bytes.filter(|said| *said != came)?;
    Some(
        refused(ReasonCode::Truncated, uri, &format!("has {came} bytes, and its server says {said}"))
            .hint("upload the file again; its transfer was cut off"),
    )
}

fn refused(code: ReasonCode, uri: &str, what: &str) -> Reason {
    Reason::new(code, format!("{uri} {what}"))
}

/// Does the content begin as a web page does? What comes before the first tag is looked over.
fn is_page(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = text.trim_ascii_start();
    let begins = |word: &str| text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()));
    let markup = ["<!doctype html", "<html", "<head", "<body", "<script", "<meta", "<title", "<!--"];
    markup.into_iter().any(begins)
        || begins("<?xml") && text[..text.len().min(1_000)].windows(5).any(|part| part.eq_ignore_ascii_case(b"<html"))
}

/// Is a whole part of the host's name or of the path one that log-ins have?
fn leads_to_log_in(address: &str) -> bool {
    let address = address.split_once("://").map_or(address, |(_, rest)| rest);
    let address = address.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    let mut parts = address.split(['/', '.', ':', ';']);
    parts.any(|part| LOG_IN_WORDS.contains(&part) || part.starts_with("login") || part.ends_with("login"))
}

#[cfg(test)]
mod tests {
    use super::why_no_picture;
    use crate::nouns::reason::ReasonCode;
    use crate::ports::web::Seen;

    const URI: &str = "https://img.example.org/a.jpg";

    fn picture() -> Seen {
        let bytes = b"\xff\xd8\xff\xe0 and so on".to_vec();
        let said_bytes = Some(bytes.len() as u64);
        Seen { status: 200, content_type: Some("image/jpeg".into()), said_bytes, bytes, ..Seen::default() }
    }

    fn code(seen: &Seen) -> Option<ReasonCode> {
        let reason = why_no_picture(URI, seen);
        if let Some(reason) = &reason {
            assert!(reason.message.contains(URI) && reason.hint.is_some(), "{reason:?}");
        }
        reason.map(|reason| reason.code)
    }

    #[test]
    fn a_picture_is_fine_also_where_the_server_does_not_know_its_type() {
        assert_eq!(code(&picture()), None);
        for content_type in [None, Some("application/octet-stream".to_owned()), Some("image/tiff".to_owned())] {
            assert_eq!(code(&Seen { content_type, said_bytes: None, ..picture() }), None);
        }
        let moved = Some("https://cdn.example.org/authors/a.jpg".to_owned());
        assert_eq!(code(&Seen { redirected_to: moved, ..picture() }), None);
    }

    #[test]
    fn a_page_is_seen_by_its_type_and_by_its_content() {
        let typed = Seen { content_type: Some("text/html".into()), ..picture() };
        assert_eq!(code(&typed), Some(ReasonCode::NotAnImage));
        for page in [
            "<!DOCTYPE HTML PUBLIC>",
            "\n\n <html>",
            "\u{feff}<HTML lang=en>",
            "<head>",
            "<!-- x --><html>",
            "<?xml version=\"1.0\"?>\n<!DOCTYPE html><html xmlns=\"http://www.w3.org/1999/xhtml\">",
        ] {
            let seen = Seen { bytes: page.into(), said_bytes: None, ..picture() };
            assert_eq!(code(&seen), Some(ReasonCode::NotAnImage), "{page}");
        }
        let drawing = "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>";
        let seen =
            Seen { bytes: drawing.into(), said_bytes: None, content_type: Some("image/svg+xml".into()), ..picture() };
        assert_eq!(code(&seen), None);
    }

    #[test]
    fn a_log_in_is_seen_by_where_it_leads() {
        let page = |to: &str, status| Seen {
            redirected_to: Some(to.into()),
            bytes: b"<html>Please log in".to_vec(),
            status,
            ..picture()
        };
        for to in [
            "https://login.example.org/",
            "https://example.org/user/login",
            "https://example.org/cas/x",
            "https://example.org/login.php",
            "https://idp.example.org/saml/sso",
            "https://example.org/wp-login.php?x=/a",
        ] {
            let reason = why_no_picture(URI, &page(to, 200)).unwrap();
            assert!(reason.message.contains("log-in"), "{to}: {reason:?}");
            assert!(why_no_picture(URI, &page(to, 403)).unwrap().message.contains("log-in"));
        }
        let elsewhere = why_no_picture(URI, &page("https://example.org/case/?login", 200)).unwrap();
        assert!(elsewhere.message.contains("web page"), "{elsewhere:?}");
    }

    #[test]
    fn status_type_and_length_are_looked_at() {
        for (status, wanted) in [
            (401, ReasonCode::Unreadable),
            (403, ReasonCode::Unreadable),
            (404, ReasonCode::Vanished),
            (410, ReasonCode::Vanished),
            (302, ReasonCode::NotAnImage),
            (500, ReasonCode::Unreadable),
            (206, ReasonCode::Unreadable),
        ] {
            assert_eq!(code(&Seen { status, ..picture() }), Some(wanted), "{status}");
        }
        let pdf = Seen { content_type: Some("application/pdf".into()), ..picture() };
        assert_eq!(code(&pdf), Some(ReasonCode::NotAnImage));
        assert_eq!(code(&Seen { bytes: Vec::new(), said_bytes: Some(0), ..picture() }), Some(ReasonCode::Empty));
        assert_eq!(code(&Seen { said_bytes: Some(1), ..picture() }), Some(ReasonCode::Truncated));
    }
}
