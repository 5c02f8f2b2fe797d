//! The client: asks, follows, waits, asks again.

use std::sync::Arc;
use std::time::Duration;

use pinax_core::{Error, ErrorKind, Result};
use reqwest::header::{AUTHORIZATION, HeaderValue, LOCATION, USER_AGENT};
use reqwest::{Response, redirect as policy};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;
use url::Url;

use super::answer::{Answer, Redirect, retry_after, text};
use super::fault::{Fault, busy, lost, too_slow};
use super::guard::PublicResolver;
use super::hosts::{Host, Hosts};
use super::options::{HttpOptions, is_this_machine};
use super::request::Request;
use super::retry::Tries;
use super::wait::Wait;
use super::{redirect, shown};

const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");
/// Of a refusal no more is read.
const REFUSAL_BYTES: u64 = 64 << 10;
/// Large bodies are given a second more for so many bytes.
const SLOWEST_BYTES: u64 = 16 << 10;

/// Asks politely; cheap to clone. Everybody who asks the same hosts shares one, so that they take turns.
#[derive(Clone)]
pub struct HttpClient {
    inside: Arc<Inside>,
}

struct Inside {
    /// For servers that the configuration names.
    named: reqwest::Client,
    /// For those of them on this machine, which no proxy reaches.
    near: reqwest::Client,
    /// For all others: only the public internet, and directly, because behind a proxy the address that is connected
    /// to could not be looked at.
    guarded: reqwest::Client,
    name: HeaderValue,
    options: HttpOptions,
    hosts: Hosts,
}

impl std::fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpClient").field("options", &self.inside.options).finish_non_exhaustive()
    }
}

impl HttpClient {
    /// Prepares; nothing is asked yet.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when the contact or the certificate authority cannot be used.
    pub fn new(options: HttpOptions) -> Result<Self> {
        // Another part of the program may have chosen already; all choose the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let contact = options.contact.as_deref().map_or(REPOSITORY, str::trim);
        let name = format!("Pinax/{} (+{contact})", env!("CARGO_PKG_VERSION"));
        let name = HeaderValue::from_str(&name).map_err(|_| {
            Error::new(ErrorKind::Config, format!("`{contact}` cannot be named to a server as a contact"))
                .hint("give an e-mail address or a web address")
        })?;
        let named = built(&options, |builder| builder)?;
        let near = built(&options, reqwest::ClientBuilder::no_proxy)?;
        let guarded = built(&options, |builder| builder.no_proxy().dns_resolver(PublicResolver))?;
        Ok(Self { inside: Arc::new(Inside { named, near, guarded, name, options, hosts: Hosts::default() }) })
    }

    /// Asks, and reads the whole answer. Passing faults are waited out; whatever else the server says is the answer.
    ///
    /// # Errors
    /// `Unavailable` when the host cannot be reached, or is down, or asks for a long pause; `Io` when only this request
    /// goes on failing; `Rejected` when the guard or a redirect forbids it, or the answer is too large.
    pub async fn send(&self, request: &Request) -> Result<Answer> {
        let mut tries = self.tries(&request.url, request.once);
        loop {
            match self.answer(request).await {
                Ok(mut answer) => {
                    tries.end();
                    answer.tried_before = tries.was_sent;
                    return Ok(answer);
                }
                Err(fault) => tries.again(fault).await?,
            }
        }
    }

    /// How time passes for it.
    #[must_use]
    pub fn wait(&self) -> &dyn Wait {
        self.inside.options.wait.as_ref()
    }

    pub(super) fn options(&self) -> &HttpOptions {
        &self.inside.options
    }

    pub(super) fn tries<'a>(&'a self, url: &'a Url, once: bool) -> Tries<'a> {
        Tries::new(self.options(), self.host(url), url, once)
    }

    fn host(&self, url: &Url) -> Arc<Host> {
        self.inside.hosts.of(url, &self.options().manners)
    }

    /// One try.
    async fn answer(&self, request: &Request) -> Result<Answer, Fault> {
        // Waiting for one's turn is not counted.
        let mut open = self.open(request).await?;
        let body = match timeout(self.options().timeouts.whole, open.read(request.limit_bytes)).await {
            Ok(body) => body?,
            Err(_) => return Err(too_slow(&open.url)),
        };
        let Open { response, url, redirects, .. } = open;
        let (status, headers) = (response.status(), response.headers().clone());
        Ok(Answer { status, headers, body, url, redirects, tried_before: false })
    }

    /// Asks until there is the head of an answer that neither leads on nor passes.
    pub(super) async fn open(&self, request: &Request) -> Result<Open, Fault> {
        let mut request = request.clone();
        let mut redirects: Vec<Redirect> = Vec::new();
        loop {
            self.options().guard.look_at(&request.url)?;
            let host = self.host(&request.url);
            let place = host.enter(self.options().manners.least_pause, self.options().wait.as_ref()).await;
            let response = self.head(&request).await?;
            let status = response.status();
            if request.passes(status) {
                return Err(busy(&request.url, status, retry_after(response.headers())));
            }
            let Some(to) = redirect::follow(&request, status, text(response.headers(), LOCATION))? else {
                let idle = self.options().timeouts.idle;
                return Ok(Open { response, url: request.url, redirects, idle, _place: place });
            };
            if redirects.len() >= redirect::MOST {
                return Err(redirect::too_many(&redirects[0].from).into());
            }
            redirects.push(Redirect { from: request.url, to: to.clone(), status });
            request.url = to;
        }
    }

    async fn head(&self, request: &Request) -> Result<Response, Fault> {
        let client = match self.options().guard.names(&request.url) {
            true if is_this_machine(&request.url) => &self.inside.near,
            true => &self.inside.named,
            false => &self.inside.guarded,
        };
        let mut asked = client
            .request(request.method.clone(), request.url.clone())
            .headers(request.headers.clone())
            .header(USER_AGENT, self.inside.name.clone());
        if let Some(own) = self.options().credentials.as_ref().and_then(|own| own.for_address(&request.url)) {
            asked = asked.header(AUTHORIZATION, own);
        }
        if !request.body.is_empty() || request.method == reqwest::Method::PUT {
            asked = asked.body(request.body.clone());
        }
        match timeout(self.options().timeouts.answer + time_to_send(request), asked.send()).await {
            Ok(sent) => sent.map_err(|error| lost(&request.url, error)),
            Err(_) => Err(too_slow(&request.url)),
        }
    }
}

fn time_to_send(request: &Request) -> Duration {
    time_for(request.body.len() as u64)
}

/// What is sent or fetched more slowly is given up.
pub(super) fn time_for(bytes: u64) -> Duration {
    Duration::from_secs(bytes / SLOWEST_BYTES)
}

fn built(
    options: &HttpOptions,
    more: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
) -> Result<reqwest::Client> {
    let mut builder = reqwest::Client::builder()
        .connect_timeout(options.timeouts.connect)
        .redirect(policy::Policy::none())
        .referer(false);
    if let Some(pem) = &options.authority_pem {
        let certificates = reqwest::Certificate::from_pem_bundle(pem).map_err(|error| {
            Error::new(ErrorKind::Config, "the certificate authority cannot be read").caused_by(error.without_url())
        })?;
        builder = builder.tls_certs_merge(certificates);
    }
    more(builder)
        .build()
        .map_err(|error| Error::new(ErrorKind::Internal, "could not prepare for https").caused_by(error.without_url()))
}

/// An answer whose body is still to be read; it holds its place at the host.
pub(super) struct Open {
    pub(super) response: Response,
    pub(super) url: Url,
    pub(super) redirects: Vec<Redirect>,
    idle: Duration,
    _place: OwnedSemaphorePermit,
}

impl Open {
    /// The next part of the body.
    pub(super) async fn part(&mut self) -> Result<Option<bytes::Bytes>, Fault> {
        match timeout(self.idle, self.response.chunk()).await {
            Ok(part) => part.map_err(|error| lost(&self.url, error)),
            Err(_) => Err(too_slow(&self.url)),
        }
    }

    /// The whole body; of a refusal only its beginning.
    pub(super) async fn read(&mut self, limit_bytes: u64) -> Result<Vec<u8>, Fault> {
        let refused = !self.response.status().is_success();
        let limit_bytes = if refused { limit_bytes.min(REFUSAL_BYTES) } else { limit_bytes };
        if !refused && self.response.content_length().is_some_and(|length| length > limit_bytes) {
            return Err(too_large(&self.url, limit_bytes).into());
        }
        let mut body = Vec::new();
        while let Some(part) = self.part().await? {
            if (body.len() + part.len()) as u64 > limit_bytes {
                if refused {
                    return Ok(body);
                }
                return Err(too_large(&self.url, limit_bytes).into());
            }
            body.extend_from_slice(&part);
        }
        Ok(body)
    }
}

/// More than may be read.
pub(super) fn too_large(url: &Url, limit_bytes: u64) -> Error {
    Error::new(ErrorKind::Rejected, format!("{} is larger than {limit_bytes} bytes", shown(url)))
        .hint("raise the limit in pinax.toml, if this is really a picture")
}
