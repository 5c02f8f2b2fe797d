//! The protocol of Amazon S3, as sources and stores use it, at any provider.
//!
//! Requests are signed here (Signature Version 4), and asked through the one HTTP client: manners, retries, limits and
//! the guard are the same as everywhere. Writing is signed in a header together with the SHA-256 of the bytes, so the server
//! itself refuses what was spoiled on the way; reading is signed in the address, so that a download can be gone on with.

use std::fmt;

use pinax_core::{Error, ErrorKind, Result};
use url::Url;

use crate::http::header::HeaderMap;
use crate::http::{Answer, HttpClient, Method, Request, is_this_machine};

mod fault;
mod keys;
mod listing;
mod sign;
mod time;

pub(crate) use listing::{Object, Page};

/// What proves to the provider who we are. Never shown.
#[derive(Clone)]
pub struct S3Login {
    /// Names the key.
    pub access_key: String,
    secret_key: String,
    session_token: Option<String>,
}

impl S3Login {
    /// A pair of keys, as the provider gives them.
    pub fn new(access_key: impl Into<String>, secret_key: impl Into<String>) -> Self {
        Self { access_key: access_key.into(), secret_key: secret_key.into(), session_token: None }
    }

    /// Adds the token that belongs to keys of limited time.
    #[must_use]
    pub fn session_token(mut self, token: impl Into<String>) -> Self {
        self.session_token = Some(token.into());
        self
    }
}

impl fmt::Debug for S3Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "S3Login({}, …)", self.access_key)
    }
}

/// A bucket at a provider.
#[derive(Debug, Clone)]
pub struct S3Options {
    /// The provider's address, without the bucket: `https://s3.eu-central-1.amazonaws.com`.
    pub endpoint: Url,
    /// The region the bucket lies in; `us-east-1` where the provider knows none.
    pub region: String,
    /// The bucket.
    pub bucket: String,
    /// The bucket stands in the path of addresses, not before the host: for servers of one's own.
    pub path_style: bool,
    /// Everything lies below this, with `/` between the parts; empty is the whole bucket.
    pub prefix: String,
    /// Who we are; a public bucket can be read without.
    pub login: Option<S3Login>,
}

impl S3Options {
    /// The whole of a bucket; no log-in; the bucket before the host.
    pub fn new(endpoint: Url, region: impl Into<String>, bucket: impl Into<String>) -> Self {
        Self {
            endpoint,
            region: region.into(),
            bucket: bucket.into(),
            path_style: false,
            prefix: String::new(),
            login: None,
        }
    }

    /// The address of the bucket itself: the server that the HTTP client must be allowed to ask.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when endpoint or bucket cannot make an address, or keys would be sent in the clear.
    pub fn bucket_url(&self) -> Result<Url> {
        let wrong = |what: String, hint: &str| Error::new(ErrorKind::Config, what).hint(hint.to_owned());
        let endpoint = &self.endpoint;
        let host = endpoint.host_str().filter(|_| matches!(endpoint.scheme(), "https" | "http"));
        let Some(host) = host else {
            return Err(wrong(format!("`{endpoint}` is no address of a server"), "begin it with https://"));
        };
        if !endpoint.username().is_empty() || endpoint.password().is_some() || endpoint.query().is_some() {
            let message = "the endpoint holds a log-in or a query".to_owned();
            return Err(wrong(message, "give only scheme, host and port"));
        }
        if self.login.is_some() && endpoint.scheme() == "http" && !is_this_machine(endpoint) {
            let message = format!("what is sent to {endpoint} could be read and changed on its way");
            return Err(wrong(message, "use an endpoint that begins with https"));
        }
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        if self.bucket.is_empty() || !self.bucket.chars().all(fits) {
            let message = format!("`{}` is no name of a bucket", self.bucket);
            return Err(wrong(message, "give its name alone; what is below it goes into prefix"));
        }
        let mut url = endpoint.clone();
        let base = endpoint.path().trim_end_matches('/').to_owned();
        if self.path_style {
            url.set_path(&format!("{base}/{}", self.bucket));
        } else {
            let host = format!("{}.{host}", self.bucket);
            let named = url.set_host(Some(&host)).is_ok() && url.host_str() == Some(host.to_lowercase().as_str());
            if !named {
                let message = format!("`{host}` is no name of a host");
                return Err(wrong(message, "set path_style = true"));
            }
            url.set_path(&format!("{base}/"));
        }
        Ok(url)
    }
}

/// A bucket that is asked.
#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    pub(crate) options: S3Options,
    url: Url,
    http: HttpClient,
}

impl Bucket {
    pub(crate) fn new(mut options: S3Options, http: HttpClient) -> Result<Self> {
        let url = options.bucket_url()?;
        options.prefix = options.prefix.trim_matches('/').to_owned();
        Ok(Self { options, url, http })
    }

    pub(crate) fn http(&self) -> &HttpClient {
        &self.http
    }

    /// Names the bucket, always the same.
    pub(crate) fn shown(&self) -> String {
        let host = self.options.endpoint.host_str().unwrap_or_default();
        let port = self.options.endpoint.port().map(|port| format!(":{port}")).unwrap_or_default();
        let prefix = &self.options.prefix;
        let slash = if prefix.is_empty() { "" } else { "/" };
        format!("s3:{host}{port}/{}{slash}{prefix}", self.options.bucket)
    }

    /// The key of what lies at `below` the prefix.
    pub(crate) fn key(&self, below: &str) -> String {
        match self.options.prefix.as_str() {
            "" => below.to_owned(),
            prefix => format!("{prefix}/{below}"),
        }
    }

    fn url_of(&self, key: &str) -> Url {
        let mut url = self.url.clone();
        let path = format!("{}/{}", self.url.path().trim_end_matches('/'), keys::encode(key, true));
        url.set_path(&path);
        url
    }

    /// An address at which the object can be read for an hour: never to be shown with its query.
    pub(crate) fn signed_url(&self, key: &str) -> Url {
        let mut url = self.url_of(key);
        if let Some(login) = &self.options.login {
            sign::in_address(&mut url, login, &self.options.region, time::now_s());
        }
        url
    }

    /// Asks something of one object.
    pub(crate) async fn ask(&self, method: Method, key: &str, headers: HeaderMap, body: Vec<u8>) -> Result<Answer> {
        let url = self.url_of(key);
        self.send(method, url, headers, body).await
    }

    /// A page of the listing, after the one that ended with `token`.
    ///
    /// # Errors
    /// What the provider says, in plain words.
    pub(crate) async fn page(&self, token: Option<&str>) -> Result<Page> {
        let prefix = self.key("");
        let mut query = vec![("encoding-type", "url"), ("list-type", "2"), ("max-keys", "1000"), ("prefix", &prefix)];
        query.extend(token.map(|token| ("continuation-token", token)));
        query.sort_unstable();
        let query: Vec<String> =
            query.iter().map(|(name, value)| format!("{name}={}", keys::encode(value, false))).collect();
        let mut url = self.url.clone();
        url.set_query(Some(&query.join("&")));
        let answer = self.send(Method::GET, url, HeaderMap::new(), Vec::new()).await?;
        if !answer.status.is_success() {
            return Err(self.refusal(&answer, &format!("cannot list {}", self.shown())));
        }
        listing::read(&answer.body)
    }

    async fn send(&self, method: Method, url: Url, mut headers: HeaderMap, body: Vec<u8>) -> Result<Answer> {
        if let Some(login) = &self.options.login {
            sign::in_headers(&mut headers, &method, &url, login, &self.options.region, &body, time::now_s());
        }
        let mut request = Request::new(method, url).body(body);
        for (name, value) in headers {
            if let Some(name) = name {
                request = request.header(name, value);
            }
        }
        self.http.send(&request).await
    }

    /// What an answer that is no success means; `doing` says what could not be done.
    pub(crate) fn refusal(&self, answer: &Answer, doing: &str) -> Error {
        fault::refusal(&self.options, answer, doing)
    }
}
