//! Redirects: which are followed.

use pinax_core::{Error, ErrorKind, Result};
use reqwest::StatusCode;
use url::Url;

use super::request::Request;
use super::{same_origin, shown};

/// So many are followed.
pub(super) const MOST: usize = 5;

/// Where the request goes on to; `None` when the answer is the last one.
///
/// # Errors
/// [`ErrorKind::Rejected`] when it leads from https to http, or to no web address.
pub(super) fn follow(request: &Request, status: StatusCode, location: Option<&str>) -> Result<Option<Url>> {
    let followed = match status.as_u16() {
        301 | 302 | 303 | 307 | 308 => request.only_looks(),
        _ => false,
    };
    let lasting = matches!(status.as_u16(), 307 | 308);
    let (true, Some(location)) = (followed || lasting, location) else { return Ok(None) };
    let from = &request.url;
    let to = from.join(location).map_err(|_| {
        Error::new(ErrorKind::Rejected, format!("{} leads to an address that cannot be read", shown(from)))
    })?;
    if !matches!(to.scheme(), "http" | "https") {
        return Err(Error::new(ErrorKind::Rejected, format!("{} leads to no web address", shown(from))));
    }
    if from.scheme() == "https" && to.scheme() == "http" {
        let message = format!("{} leads from https to http: {}", shown(from), shown(&to));
        return Err(Error::new(ErrorKind::Rejected, message)
            .hint("on its way the picture could be exchanged; ask the server's administrator for https"));
    }
    // What is to be written is not handed to another server.
    if !request.only_looks() && !same_origin(from, &to) {
        return Ok(None);
    }
    Ok(Some(to))
}

/// The error for too many.
pub(super) fn too_many(url: &Url) -> Error {
    Error::new(ErrorKind::Rejected, format!("{} leads on and on", shown(url)))
        .hint("the server's redirects run in a circle; tell its administrator")
}

#[cfg(test)]
mod tests {
    use reqwest::{Method, StatusCode};
    use url::Url;

    use super::super::request::Request;
    use super::follow;

    fn asked(method: &str) -> Request {
        Request::new(method.parse::<Method>().unwrap(), Url::parse("https://a.example.org/x/y").unwrap())
    }

    #[test]
    fn looking_goes_on_writing_stays() {
        let follow = |method: &str, status: u16, to: &str| {
            follow(&asked(method), StatusCode::from_u16(status).unwrap(), Some(to)).unwrap().map(String::from)
        };
        assert_eq!(follow("GET", 302, "../z").unwrap(), "https://a.example.org/z");
        assert_eq!(follow("PROPFIND", 301, "https://b.example.org/").unwrap(), "https://b.example.org/");
        assert_eq!(follow("PUT", 302, "/z"), None);
        assert_eq!(follow("PUT", 307, "/z").unwrap(), "https://a.example.org/z");
        assert_eq!(follow("PUT", 308, "https://b.example.org/z"), None);
        assert_eq!(follow("GET", 304, "/z"), None);
        assert_eq!(follow("GET", 200, "/z"), None);
    }

    #[test]
    fn from_https_to_http_and_elsewhere_is_refused() {
        for to in ["http://a.example.org/x/y", "file:///etc/passwd", "https://[/"] {
            assert!(follow(&asked("GET"), StatusCode::FOUND, Some(to)).is_err(), "{to}");
        }
    }
}
