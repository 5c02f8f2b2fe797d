//! A request: what is asked, and how large the answer may be.

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use url::Url;

/// An answer is read up to this length when nothing else is said.
const USUAL_LIMIT_BYTES: u64 = 16 << 20;

/// What is asked.
#[derive(Debug, Clone)]
pub struct Request {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) limit_bytes: u64,
    pub(super) once: bool,
    pub(super) also_passing: Vec<StatusCode>,
    pub(super) not_passing: Vec<StatusCode>,
}

impl Request {
    /// Without headers and body.
    #[must_use]
    pub fn new(method: Method, url: Url) -> Self {
        Self {
            method,
            url,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            limit_bytes: USUAL_LIMIT_BYTES,
            once: false,
            also_passing: Vec::new(),
            not_passing: Vec::new(),
        }
    }

    /// Looks.
    #[must_use]
    pub fn get(url: Url) -> Self {
        Self::new(Method::GET, url)
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Sends this along.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// A larger answer is refused.
    #[must_use]
    pub fn limit(mut self, limit_bytes: u64) -> Self {
        self.limit_bytes = limit_bytes;
        self
    }

    /// Is tried once only: whoever asks knows whether it may be asked again.
    #[must_use]
    pub fn once(mut self) -> Self {
        self.once = true;
        self
    }

    /// Answers of this status pass too.
    #[must_use]
    pub fn also_passing(mut self, status: StatusCode) -> Self {
        self.also_passing.push(status);
        self
    }

    /// Answers of this status are final here.
    #[must_use]
    pub fn not_passing(mut self, status: StatusCode) -> Self {
        self.not_passing.push(status);
        self
    }

    /// Does an answer of this status tell of a fault that may pass?
    pub(super) fn passes(&self, status: StatusCode) -> bool {
        let passes = matches!(status.as_u16(), 408 | 425 | 429 | 500 | 502 | 503 | 504);
        (passes || self.also_passing.contains(&status)) && !self.not_passing.contains(&status)
    }

    /// Is nothing changed by asking?
    pub(super) fn only_looks(&self) -> bool {
        matches!(self.method.as_str(), "GET" | "HEAD" | "OPTIONS" | "PROPFIND")
    }
}
