//! Downloads: streamed, limited, and gone on with where they were cut off, as long as it is the same file.

use std::time::Instant;

use pinax_core::{Error, ErrorKind, Result};
use reqwest::StatusCode;
use reqwest::header::{
    ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, ETAG, HeaderMap, HeaderValue, IF_RANGE, LAST_MODIFIED, RANGE,
};
use url::Url;

use super::answer::{Redirect, refusal, text};
use super::client::{HttpClient, Open, time_for, too_large};
use super::fault::{Fault, cut_off, too_slow};
use super::request::Request;
use super::shown;
use super::sink::Sink;

/// When so much more came, it counts as progress, and earlier faults are forgotten.
const PROGRESS_BYTES: u64 = 256 << 10;

/// What is known of a file before it is fetched. What is `None` is not compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// A larger one is refused, before anything of it is read where the server tells its length.
    pub limit_bytes: u64,
    /// Its exact length.
    pub size_bytes: Option<u64>,
    /// Its entity tag.
    pub etag: Option<String>,
    /// When it was changed, in seconds since 1970.
    pub modified_s: Option<i64>,
}

impl Wanted {
    /// Any file up to this length.
    #[must_use]
    pub fn up_to(limit_bytes: u64) -> Self {
        Self { limit_bytes, ..Self::default() }
    }
}

/// What came, beside the bytes.
#[derive(Debug, Clone)]
pub struct Downloaded {
    /// How much came.
    pub size_bytes: u64,
    /// The headers of the last answer.
    pub headers: HeaderMap,
    /// How it was found.
    pub redirects: Vec<Redirect>,
}

impl HttpClient {
    /// Fetches a file.
    ///
    /// # Errors
    /// As [`download_into`](Self::download_into).
    pub async fn download(&self, url: &Url, wanted: &Wanted) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.download_into(url, wanted, &mut bytes).await?;
        Ok(bytes)
    }

    /// Fetches a file part by part. One that is cut off is gone on with where the server can; one that changed meanwhile is
    /// fetched anew.
    ///
    /// # Errors
    /// As [`send`](HttpClient::send); `Rejected` when it is too large; `Conflict` when it is not the one that is wanted;
    /// and what a status means ([`Answer::refusal`](super::Answer::refusal)).
    pub async fn download_into(&self, url: &Url, wanted: &Wanted, into: &mut dyn Sink) -> Result<Downloaded> {
        self.download_asked_into(&Request::get(url.clone()), wanted, into).await
    }

    /// Fetches a file that is asked for with headers of one's own.
    ///
    /// # Errors
    /// As [`download_into`](Self::download_into).
    pub async fn download_asked_into(
        &self,
        asked: &Request,
        wanted: &Wanted,
        into: &mut dyn Sink,
    ) -> Result<Downloaded> {
        let mut tries = self.tries(&asked.url, false);
        let mut transfer = Transfer { asked, url: &asked.url, wanted, into, came: 0, version: None };
        let mut furthest = 0;
        loop {
            match transfer.go_on(self).await {
                Ok(downloaded) => {
                    tries.end();
                    return Ok(downloaded);
                }
                Err(fault) => {
                    // Never reset: a file that is cut off at the same place each time is no progress.
                    if transfer.came >= furthest + PROGRESS_BYTES {
                        tries.begin_anew();
                        furthest = transfer.came;
                    }
                    tries.again(fault).await?;
                }
            }
        }
    }
}

struct Transfer<'a> {
    asked: &'a Request,
    url: &'a Url,
    wanted: &'a Wanted,
    into: &'a mut dyn Sink,
    came: u64,
    /// By what the server can tell that it is still the same file.
    version: Option<HeaderValue>,
}

impl Transfer<'_> {
    async fn go_on(&mut self, client: &HttpClient) -> Result<Downloaded, Fault> {
        let mut open = client.open(&self.request()).await?;
        let whole = match open.response.status() {
            StatusCode::PARTIAL_CONTENT if self.version.is_some() => match self.rest(open.response.headers()) {
                Some(whole) => whole,
                None => return Err(self.forget()),
            },
            StatusCode::RANGE_NOT_SATISFIABLE if self.version.is_some() => return Err(self.forget()),
            StatusCode::OK => self.begin(&open)?,
            status => return Err(refusal(status, &open.url).into()),
        };
        let most = self.wanted.size_bytes.unwrap_or(u64::MAX).min(self.wanted.limit_bytes);
        let (begun, before) = (Instant::now(), self.came);
        while let Some(part) = open.part().await? {
            self.came += part.len() as u64;
            if self.came > most {
                return Err(self.too_much().into());
            }
            self.into.take(&part);
            if begun.elapsed() > client.options().timeouts.whole + time_for(self.came - before) {
                return Err(too_slow(self.url));
            }
        }
        if whole.or(self.wanted.size_bytes).is_some_and(|whole| self.came < whole) {
            return Err(cut_off(self.url));
        }
        let Open { response, redirects, .. } = open;
        Ok(Downloaded { size_bytes: self.came, headers: response.headers().clone(), redirects })
    }

    fn request(&self) -> Request {
        let request = self.asked.clone().header(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        match &self.version {
            Some(version) if self.came > 0 => {
                let from = HeaderValue::try_from(format!("bytes={}-", self.came)).expect("a number is a header");
                request.header(RANGE, from).header(IF_RANGE, version.clone())
            }
            _ => request,
        }
    }

    /// The whole file comes; its length.
    fn begin(&mut self, open: &Open) -> Result<Option<u64>> {
        let headers = open.response.headers();
        // Not what reqwest says: it is told no length of an answer that is empty by its status.
        let length = text(headers, CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
        if length.is_some_and(|length| length > self.wanted.limit_bytes) {
            return Err(too_large(self.url, self.wanted.limit_bytes));
        }
        let other = |what: &str| {
            Error::new(ErrorKind::Conflict, format!("{} changed since it was listed: {what}", shown(self.url)))
                .hint("it is taken as it is now in the next run")
        };
        if let (Some(wanted), Some(length)) = (self.wanted.size_bytes, length)
            && wanted != length
        {
            return Err(other(&format!("{length} bytes instead of {wanted}")));
        }
        if let (Some(wanted), Some(etag)) = (&self.wanted.etag, text(headers, ETAG))
            && !same_etag(wanted, etag)
        {
            return Err(other("another entity tag"));
        }
        if let (Some(wanted), Some(modified)) = (self.wanted.modified_s, modified_s(headers))
            && wanted != modified
        {
            return Err(other("another time of change"));
        }
        self.came = 0;
        self.version = version(headers);
        self.into.begin(length);
        Ok(length)
    }

    /// The rest of the file comes, if it is the rest: `None` otherwise; its whole length, where it is told.
    fn rest(&self, headers: &HeaderMap) -> Option<Option<u64>> {
        if version(headers).is_some_and(|version| Some(version) != self.version) {
            return None;
        }
        let (from, whole) = text(headers, CONTENT_RANGE)?.strip_prefix("bytes ")?.split_once('/')?;
        let from: u64 = from.split_once('-')?.0.parse().ok()?;
        (from == self.came).then(|| whole.parse().ok())
    }

    /// Starts over.
    fn forget(&mut self) -> Fault {
        self.version = None;
        self.came = 0;
        cut_off(self.url)
    }

    fn too_much(&self) -> Error {
        match self.wanted.size_bytes {
            Some(size) if size <= self.wanted.limit_bytes => {
                let message = format!("{} changed since it was listed: more than {size} bytes", shown(self.url));
                Error::new(ErrorKind::Conflict, message).hint("it is taken as it is now in the next run")
            }
            _ => too_large(self.url, self.wanted.limit_bytes),
        }
    }
}

/// By what a rest is asked for: a strong entity tag, or the time of change (RFC 9110, 13.1.5).
fn version(headers: &HeaderMap) -> Option<HeaderValue> {
    let strong = headers.get(ETAG).filter(|etag| !etag.as_bytes().starts_with(b"W/"));
    strong.or_else(|| headers.get(LAST_MODIFIED)).cloned()
}

/// Do two entity tags name the same content, though one may say so weakly? (RFC 9110, 8.8.3.2.)
fn same_etag(one: &str, other: &str) -> bool {
    one.trim_start_matches("W/") == other.trim_start_matches("W/")
}

/// When it was changed, in seconds since 1970.
fn modified_s(headers: &HeaderMap) -> Option<i64> {
    let time = httpdate::parse_http_date(text(headers, LAST_MODIFIED)?).ok()?;
    i64::try_from(time.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs()).ok()
}
