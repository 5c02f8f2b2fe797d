//! An answer, and what its status means.

use std::time::{Duration, SystemTime};

use pinax_core::{Error, ErrorKind, Result};
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName};
use url::Url;

use super::shown;

/// A step from one address to another that the server asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// Where it was asked.
    pub from: Url,
    /// Where it led.
    pub to: Url,
    /// 301, 302, 303, 307 or 308.
    pub status: StatusCode,
}

/// An answer whose fault, if it tells of one, does not pass.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body; of a refusal only the beginning.
    pub body: Vec<u8>,
    /// Where it came from at last.
    pub url: Url,
    /// How it came there.
    pub redirects: Vec<Redirect>,
    /// An earlier try was sent and not answered: what was asked may have been done then.
    pub tried_before: bool,
}

impl Answer {
    /// Gives the answer when it is a success.
    ///
    /// # Errors
    /// What [`refusal`](Self::refusal) says otherwise.
    pub fn success(self) -> Result<Self> {
        if self.status.is_success() { Ok(self) } else { Err(self.refusal()) }
    }

    /// What the status means, as an error.
    #[must_use]
    pub fn refusal(&self) -> Error {
        refusal(self.status, &self.url)
    }

    /// A header as text.
    #[must_use]
    pub fn header(&self, name: HeaderName) -> Option<&str> {
        text(&self.headers, name)
    }
}

/// A header as text, without spaces around it.
pub(super) fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// What an answer that is no success means.
pub(super) fn refusal(status: StatusCode, url: &Url) -> Error {
    let error = |kind, what: &str| Error::new(kind, format!("{} {what} (status {})", shown(url), status.as_u16()));
    match status.as_u16() {
        401 | 407 => error(ErrorKind::Unauthorized, "asks for a log-in, or does not accept ours")
            .hint("check user name and password; nothing more is asked, so that the account is not locked"),
        403 => {
            error(ErrorKind::Forbidden, "may not be used by us").hint("ask the server's administrator for the right")
        }
        404 => error(ErrorKind::NotFound, "is not there"),
        410 => error(ErrorKind::NotFound, "was moved or withdrawn")
            .hint("the server says that it is gone for good; ask where it is now, and write the new address"),
        409 | 412 => error(ErrorKind::Conflict, "is not as it was thought to be"),
        423 => error(ErrorKind::Unavailable, "is locked by somebody else").hint("try again later"),
        429 => error(ErrorKind::Unavailable, "is asked too often").hint("try again later"),
        507 => error(ErrorKind::Full, "has no room left").hint("make room on the server, or ask for more"),
        300..=399 => error(ErrorKind::Rejected, "leads elsewhere").hint("write the address it leads to"),
        500..=599 => error(ErrorKind::Io, "could not be given by its server").hint("it is tried again in the next run"),
        _ => error(ErrorKind::Rejected, "was refused by its server"),
    }
}

/// How long the server asks to be left alone: in seconds, or until a date, measured by the server's own clock where it
/// tells the time.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let asked = text(headers, reqwest::header::RETRY_AFTER)?;
    if let Ok(seconds) = asked.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(asked).ok()?;
    let now = text(headers, reqwest::header::DATE)
        .and_then(|date| httpdate::parse_http_date(date).ok())
        .unwrap_or_else(SystemTime::now);
    Some(until.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use pinax_core::ErrorKind;
    use reqwest::StatusCode;
    use reqwest::header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER};
    use url::Url;

    use super::{refusal, retry_after};

    #[test]
    fn a_status_says_whether_the_run_stops() {
        let url = Url::parse("https://me:s3cret@a.example.org/x?token=s3cret").unwrap();
        for (status, kind) in [
            (401, ErrorKind::Unauthorized),
            (403, ErrorKind::Forbidden),
            (404, ErrorKind::NotFound),
            (410, ErrorKind::NotFound),
            (412, ErrorKind::Conflict),
            (400, ErrorKind::Rejected),
            (501, ErrorKind::Io),
            (507, ErrorKind::Full),
        ] {
            let error = refusal(StatusCode::from_u16(status).unwrap(), &url);
            assert_eq!(error.kind(), kind, "{status}");
            assert!(!error.to_string().contains("s3cret"), "{error}");
        }
        assert!(refusal(StatusCode::GONE, &url).to_string().contains("moved or withdrawn"));
    }

    #[test]
    fn a_server_asks_for_a_pause_in_seconds_or_by_date() {
        let asked = |pairs: &[(reqwest::header::HeaderName, &'static str)]| {
            let headers: HeaderMap =
                pairs.iter().map(|(name, text)| (name.clone(), HeaderValue::from_static(text))).collect();
            retry_after(&headers)
        };
        assert_eq!(asked(&[(RETRY_AFTER, "120")]), Some(Duration::from_secs(120)));
        let now = (DATE, "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(
            asked(&[now.clone(), (RETRY_AFTER, "Sun, 06 Nov 1994 08:50:37 GMT")]),
            Some(Duration::from_secs(60))
        );
        assert_eq!(asked(&[now, (RETRY_AFTER, "Sunday, 06-Nov-94 08:49:07 GMT")]), Some(Duration::ZERO));
        assert_eq!(asked(&[(RETRY_AFTER, "soon")]), None);
        assert_eq!(asked(&[]), None);
    }
}
