//! What anybody sees on the web.

use async_trait::async_trait;
use pinax_core::ports::web::{Seen, Web};
use pinax_core::{Error, ErrorKind, Result};
use url::Url;

use crate::http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, LAST_MODIFIED};
use crate::http::{Answer, HeaderValue, HttpClient, HttpOptions, Request, shown};

/// The open web: without log-in and cookies, and never behind our own wall but at servers the configuration names.
#[derive(Debug, Clone)]
pub struct OpenWeb {
    client: HttpClient,
}

impl OpenWeb {
    /// Prepares; credentials in `options` are left out.
    ///
    /// # Errors
    /// As [`HttpClient::new`].
    pub fn new(options: HttpOptions) -> Result<Self> {
        Ok(Self { client: HttpClient::new(HttpOptions { credentials: None, ..options })? })
    }
}

#[async_trait]
impl Web for OpenWeb {
    async fn look(&self, uri: &str, limit_bytes: u64) -> Result<Seen> {
        let url = Url::parse(uri).map_err(|error| {
            Error::new(ErrorKind::Rejected, format!("`{uri}` is no web address"))
                .caused_by(error)
                .hint("write it whole, for example https://img.example.org/a.jpg")
        })?;
        let request = Request::get(url)
            .header(ACCEPT, HeaderValue::from_static("image/*,*/*;q=0.5"))
            .header(ACCEPT_ENCODING, HeaderValue::from_static("identity"))
            .limit(limit_bytes);
        Ok(seen(self.client.send(&request).await?))
    }
}

fn seen(answer: Answer) -> Seen {
    let text = |name| answer.header(name).map(str::to_owned);
    let kind = answer.header(CONTENT_TYPE).and_then(|kind| kind.split(';').next());
    Seen {
        status: answer.status.as_u16(),
        content_type: kind.map(|kind| kind.trim().to_ascii_lowercase()).filter(|kind| !kind.is_empty()),
        said_bytes: answer.header(CONTENT_LENGTH).and_then(|length| length.parse().ok()),
        last_modified: text(LAST_MODIFIED),
        etag: text(ETAG),
        redirected_to: (!answer.redirects.is_empty()).then(|| shown(&answer.url)),
        bytes: answer.body,
    }
}
