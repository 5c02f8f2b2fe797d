//! What a client is told: its manners, its patience, who it is, and where it may go.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pinax_core::{Error, ErrorKind, Result};
use reqwest::header::HeaderValue;
use url::{Host, Url};

use super::guard::AddressGuard;
use super::wait::{RealWait, Wait};
use super::{same_origin, shown};

/// How a client behaves.
#[derive(Debug, Clone)]
pub struct HttpOptions {
    /// Whom a server's administrator may write to: an e-mail or web address. Without it the address of the program
    /// is named.
    pub contact: Option<String>,
    /// How much is asked at a time, and how often again.
    pub manners: Manners,
    /// How long is waited for an answer.
    pub timeouts: Timeouts,
    /// Which addresses are fine.
    pub guard: AddressGuard,
    /// Sent to one server, and to no other.
    pub credentials: Option<Credentials>,
    /// A certificate authority (PEM) to trust beside those of the machine.
    pub authority_pem: Option<Vec<u8>>,
    /// How time passes.
    pub wait: Arc<dyn Wait>,
}

impl HttpOptions {
    /// The usual manners; the hosts that `guard` names, and the public internet.
    #[must_use]
    pub fn new(guard: AddressGuard) -> Self {
        Self {
            contact: None,
            manners: Manners::default(),
            timeouts: Timeouts::default(),
            guard,
            credentials: None,
            authority_pem: None,
            wait: Arc::new(RealWait),
        }
    }

    /// For one server, named by the configuration.
    #[must_use]
    pub fn for_server(url: &Url) -> Self {
        Self::new(AddressGuard::naming([url]))
    }
}

/// How much is asked of a server that others use too.
#[derive(Debug, Clone, Copy)]
pub struct Manners {
    /// Requests under way at one host at the same time.
    pub connections_per_host: usize,
    /// Least time between the beginnings of two requests to one host.
    pub least_pause: Duration,
    /// Further tries after a passing fault.
    pub retries: u32,
    /// Pause before the first retry; each further one is twice as long, and up to half of it is left to chance.
    pub retry_pause: Duration,
    /// No pause is longer; a server that asks for a longer one (`Retry-After`) is not asked again in this run.
    pub longest_wait: Duration,
    /// When so many different addresses of a host failed one after another, it is the host that is down.
    pub failing_items: usize,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            connections_per_host: 2,
            least_pause: Duration::from_millis(20),
            retries: 5,
            retry_pause: Duration::from_secs(1),
            longest_wait: Duration::from_secs(120),
            failing_items: 5,
        }
    }
}

/// How long is waited.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// For a connection.
    pub connect: Duration,
    /// For the head of an answer, once the request is on its way.
    pub answer: Duration,
    /// Between two parts of an answer.
    pub idle: Duration,
    /// For one try of an answer as a whole; a download is given a second more for every 16 KiB that came.
    pub whole: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(15),
            answer: Duration::from_secs(120),
            idle: Duration::from_secs(60),
            whole: Duration::from_secs(600),
        }
    }
}

/// A log-in or token for one server. Never shown.
#[derive(Clone)]
pub struct Credentials {
    server: Url,
    /// Shared by all copies, so that a new token reaches whoever asks next.
    header: Arc<RwLock<HeaderValue>>,
}

impl Credentials {
    /// User name and password (HTTP basic authentication).
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when the server is not asked over https (and is not this machine), or the user name holds
    /// a colon.
    pub fn basic(server: &Url, user: &str, password: &str) -> Result<Self> {
        if user.contains(':') {
            return Err(Error::new(ErrorKind::Config, "the user name holds a colon; no log-in over the web can"));
        }
        Self::new(server, &format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))
    }

    /// A token.
    ///
    /// # Errors
    /// As [`basic`](Self::basic); also when it holds what no token holds.
    pub fn bearer(server: &Url, token: &str) -> Result<Self> {
        Self::new(server, &format!("Bearer {token}"))
    }

    /// Puts a new token in the place of the old one, in all copies.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when it holds what no token holds.
    pub fn renew(&self, token: &str) -> Result<()> {
        *self.header.write().unwrap_or_else(PoisonError::into_inner) = sensitive(&format!("Bearer {token}"))?;
        Ok(())
    }

    fn new(server: &Url, header: &str) -> Result<Self> {
        if server.scheme() != "https" && !is_this_machine(server) {
            let message = format!("a password would be readable on its way to {}", shown(server));
            return Err(Error::new(ErrorKind::Config, message).hint("use an address that begins with https"));
        }
        Ok(Self { server: server.clone(), header: Arc::new(RwLock::new(sensitive(header)?)) })
    }

    /// What is sent along with a request to `url`, if anything.
    pub(super) fn for_address(&self, url: &Url) -> Option<HeaderValue> {
        same_origin(&self.server, url).then(|| self.header.read().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

fn sensitive(header: &str) -> Result<HeaderValue> {
    let mut header = HeaderValue::from_str(header)
        .map_err(|_| Error::new(ErrorKind::Config, "the password or token holds what none can hold"))?;
    header.set_sensitive(true);
    Ok(header)
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials(… for {})", shown(&self.server))
    }
}

/// A name or number of this very machine.
#[must_use]
pub fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::Credentials;

    #[test]
    fn a_log_in_goes_to_its_server_alone_and_is_never_shown() {
        let url = |text: &str| Url::parse(text).unwrap();
        let own = Credentials::basic(&url("https://a.example.org/dav/"), "me", "s3cret").unwrap();
        assert!(own.for_address(&url("https://a.example.org/other")).is_some());
        for other in ["http://a.example.org/dav/", "https://a.example.org:8443/", "https://b.example.org/dav/"] {
            assert!(own.for_address(&url(other)).is_none(), "{other}");
        }
        let shown = format!("{own:?} {:?}", own.for_address(&url("https://a.example.org/")));
        assert!(!shown.contains("s3cret") && !shown.contains("bWU6"), "{shown}");
    }

    #[test]
    fn a_log_in_is_not_sent_in_the_clear() {
        let url = |text: &str| Url::parse(text).unwrap();
        assert!(Credentials::basic(&url("http://a.example.org/"), "me", "s3cret").is_err());
        assert!(Credentials::bearer(&url("http://127.0.0.1.example.org/"), "s3cret").is_err());
        assert!(Credentials::basic(&url("http://127.0.0.1:8080/"), "me", "s3cret").is_ok());
        assert!(Credentials::basic(&url("https://a.example.org/"), "m:e", "s3cret").is_err());
    }
}
