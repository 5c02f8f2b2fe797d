//! How a portal's API is reached.

use std::fmt;
use std::time::Duration;

use pinax_core::{Error, ErrorKind, Result};
use url::{Host, Url};

/// Longest token; Symbiota's have 36 characters, and its column holds 50.
const TOKEN_MAX_CHARS: usize = 255;

/// How a portal's API is reached.
#[derive(Debug, Clone)]
pub struct ApiOptions {
    /// The portal's root, as a browser shows it: `https://portal.example.org/portal`. The API lies below it.
    pub url: String,
    /// Lets us write; looking needs none.
    pub token: Option<ApiToken>,
    /// How much is asked of the server.
    pub manners: Manners,
}

impl ApiOptions {
    /// Options with the usual manners.
    pub fn new(url: impl Into<String>, token: Option<ApiToken>) -> Self {
        Self { url: url.into(), token, manners: Manners::default() }
    }

    /// The address below which all calls lie, with a slash at its end. No message holds the address itself: somebody may
    /// have written a password into it.
    pub(super) fn base(&self) -> Result<Url> {
        let refuse = |why: &str| {
            Err(Error::new(ErrorKind::Config, format!("the portal's url {why}"))
                .hint("write the portal's root as a browser shows it, such as https://portal.example.org/portal"))
        };
        let Ok(mut url) = Url::parse(self.url.trim()) else { return refuse("cannot be read") };
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("holds a user name or a password");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return refuse("holds a ? or #");
        }
        match url.scheme() {
            "https" => {}
            "http" if is_this_machine(&url) => {}
            "http" => return refuse("begins with http: the token would be readable on its way; use https"),
            _ => return refuse("does not begin with https"),
        }
        let root = url.path().trim_end_matches('/').trim_end_matches("/index.php");
        let root = root.strip_suffix("/api/v2").or_else(|| root.strip_suffix("/api")).unwrap_or(root);
        let path = format!("{root}/api/v2/");
        url.set_path(&path);
        Ok(url)
    }
}

/// A name or number of this very machine.
pub(super) fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The secret that stands for a portal account. It is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiToken(String);

impl ApiToken {
    /// Checks `text`.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when it is empty, too long, or holds anything but visible ASCII.
    pub fn new(text: &str) -> Result<Self> {
        let text = text.trim();
        if text.is_empty() || text.len() > TOKEN_MAX_CHARS || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::new(ErrorKind::Config, "the API token is empty or holds what no token holds")
                .hint("a token of Symbiota has 36 letters, digits and hyphens"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The secret itself: for the body of a request.
    pub(super) fn secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiToken(…)")
    }
}

/// How much is asked of a server that others use too, and what is done when it does not answer.
#[derive(Debug, Clone, Copy)]
pub struct Manners {
    /// Least time between the beginnings of two requests.
    pub pause: Duration,
    /// Requests under way at the same time.
    pub at_once: usize,
    /// Further tries after a passing fault.
    pub retries: u32,
    /// Pause before the first retry; each further one is twice as long.
    pub retry_pause: Duration,
    /// The server may ask for a longer pause, but not for one longer than this.
    pub longest_pause: Duration,
    /// Longest wait for a connection.
    pub connect: Duration,
    /// Longest wait for a whole answer.
    pub answer: Duration,
    /// A larger answer is refused.
    pub max_answer_bytes: u64,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            pause: Duration::from_millis(100),
            at_once: 2,
            retries: 4,
            retry_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(120),
            connect: Duration::from_secs(10),
            answer: Duration::from_secs(60),
            max_answer_bytes: 16 << 20,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ApiOptions, ApiToken};

    #[test]
    fn the_root_is_understood_however_it_is_copied() {
        for url in [
            "https://p.example.org/portal",
            "https://p.example.org/portal/",
            "https://p.example.org/portal/index.php",
            "https://p.example.org/portal/api/v2/",
            "https://p.example.org/portal/api",
        ] {
            let base = ApiOptions::new(url, None).base().unwrap();
            assert_eq!(base.as_str(), "https://p.example.org/portal/api/v2/", "{url}");
        }
        assert_eq!(ApiOptions::new("http://[::1]:8088", None).base().unwrap().as_str(), "http://[::1]:8088/api/v2/");
    }

    #[test]
    fn an_address_that_would_give_the_token_away_is_refused_and_not_shown() {
        for (url, why) in [
            ("http://p.example.org/s3cret", "https"),
            ("http://127.0.0.1.example.org/s3cret", "https"),
            ("https://me:s3cret@p.example.org", "password"),
            ("https://p.example.org/?t=s3cret", "?"),
            ("s3cret", "cannot be read"),
            ("ftp://localhost/s3cret", "https"),
        ] {
            let error = ApiOptions::new(url, None).base().unwrap_err().to_string();
            assert!(error.contains(why) && !error.contains("s3cret"), "{url}: {error}");
        }
    }

    #[test]
    fn a_token_is_never_shown() {
        let options = ApiOptions::new("https://p.example.org", Some(ApiToken::new(" s3cret\n").unwrap()));
        assert!(!format!("{options:?}").contains("s3cret"));
        for bad in ["", " ", "a b", "é", &"a".repeat(256)] {
            assert!(ApiToken::new(bad).is_err(), "{bad}");
        }
    }
}
