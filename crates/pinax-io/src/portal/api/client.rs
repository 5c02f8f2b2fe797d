//! Requests: paced, few at a time, asked again after passing faults, and never more read than is allowed. The token
//! travels in the body of writes and nowhere else: not in addresses, which servers log, and not in requests that only
//! look.

use std::sync::Mutex;
use std::time::Duration;

use pinax_core::{Error, ErrorKind, Result};
use reqwest::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER, USER_AGENT};
use reqwest::{Method, Response, redirect};
use serde_json::{Map, Value};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, sleep_until};
use url::Url;

use super::fault::{Fault, Told, fault, success};
use super::options::{ApiOptions, Manners, is_this_machine};

const OUR_NAME: &str = concat!("pinax/", env!("CARGO_PKG_VERSION"));

/// The way to the API of one portal.
pub(super) struct Client {
    http: reqwest::Client,
    base: Url,
    token: Option<super::options::ApiToken>,
    pub(super) manners: Manners,
    places: Semaphore,
    /// The earliest time the next request may begin.
    next: Mutex<Option<Instant>>,
}

impl Client {
    pub(super) fn new(options: &ApiOptions) -> Result<Self> {
        let base = options.base()?;
        // Another part of the program may have chosen already; all choose the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let manners = options.manners;
        let mut http = reqwest::Client::builder()
            .connect_timeout(manners.connect)
            .timeout(manners.answer)
            .redirect(redirect::Policy::none());
        if is_this_machine(&base) {
            http = http.no_proxy();
        }
        let http = http.build().map_err(|error| {
            Error::new(ErrorKind::Internal, "could not prepare for https").caused_by(error.without_url())
        })?;
        Ok(Self {
            http,
            base,
            token: options.token.clone(),
            manners,
            places: Semaphore::new(manners.at_once.max(1)),
            next: Mutex::new(None),
        })
    }

    /// The portal's API, for people.
    pub(super) fn address(&self) -> &str {
        self.base.as_str()
    }

    pub(super) fn has_token(&self) -> bool {
        self.token.is_some()
    }

    /// Looks: asks again after passing faults. `None` when the API says that it is not there.
    pub(super) async fn look(&self, path: &str, query: &[(&str, &str)]) -> Result<Option<Value>> {
        let mut address = self.address_of(path)?;
        if !query.is_empty() {
            address.query_pairs_mut().extend_pairs(query);
        }
        let mut tries = 0;
        loop {
            match self.once(Method::GET, address.clone(), None).await {
                Ok(answer) => return Ok(Some(answer)),
                Err(Fault::Absent(_)) => return Ok(None),
                Err(Fault::Passing(error, wait)) => self.wait(&mut tries, wait).await.map_err(|()| error)?,
                Err(Fault::Broken(error)) => self.wait(&mut tries, None).await.map_err(|()| error)?,
                Err(fault) => return Err(fault.into_error()),
            }
        }
    }

    /// Writes, once: whoever asks knows whether it may be written again.
    pub(super) async fn write(
        &self,
        method: Method,
        path: &str,
        mut body: Map<String, Value>,
    ) -> std::result::Result<Value, Fault> {
        let Some(token) = &self.token else {
            return Err(Fault::Stop(
                Error::new(ErrorKind::Unauthorized, "the portal's API lets nobody write without a token")
                    .hint("docs/api.md says how to get one; give it in PINAX_PORTAL_TOKEN or portal.token_file"),
            ));
        };
        body.insert("apiToken".to_owned(), Value::from(token.secret()));
        let address = self.address_of(path).map_err(Fault::Stop)?;
        self.once(method, address, Some(Value::Object(body).to_string())).await
    }

    /// Waits before another try, longer each time; an error when there were enough.
    pub(super) async fn wait(&self, tries: &mut u32, asked: Option<Duration>) -> std::result::Result<(), ()> {
        let usual = self.manners.retry_pause * 2_u32.saturating_pow((*tries).min(10));
        let pause = asked.unwrap_or_default().max(usual);
        if *tries >= self.manners.retries || pause > self.manners.longest_pause {
            return Err(());
        }
        *tries += 1;
        sleep(pause).await;
        Ok(())
    }

    fn address_of(&self, path: &str) -> Result<Url> {
        self.base
            .join(path)
            .map_err(|error| Error::new(ErrorKind::Internal, "an address of the API cannot be made").caused_by(error))
    }

    /// Waits until the next request may begin.
    async fn pace(&self) {
        let at = {
            let mut next = self.next.lock().expect("no holder panics");
            let now = Instant::now();
            let at = next.map_or(now, |next| next.max(now));
            *next = Some(at + self.manners.pause);
            at
        };
        sleep_until(at).await;
    }

    async fn once(&self, method: Method, address: Url, body: Option<String>) -> std::result::Result<Value, Fault> {
        let _place = self.places.acquire().await.expect("it is never closed");
        self.pace().await;
        let mut request = self.http.request(method, address).header(USER_AGENT, OUR_NAME);
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/json").body(body);
        }
        let mut response = request.send().await.map_err(|error| self.lost(error))?;
        let status = response.status();
        let retry_after = header(&response, RETRY_AFTER).and_then(|text| text.parse().ok()).map(Duration::from_secs);
        let leads_to = header(&response, LOCATION).map(|text| self.shown(text));
        let body = self.read(&mut response).await?;
        let secret = self.token.as_ref().map(super::options::ApiToken::secret);
        let told = Told { status, retry_after, leads_to, body: &body, secret };
        if status.is_success() { success(&told) } else { Err(fault(&told)) }
    }

    /// Reads the answer; one that is too large is refused as soon as that is known.
    async fn read(&self, response: &mut Response) -> std::result::Result<Vec<u8>, Fault> {
        let most = self.manners.max_answer_bytes;
        let too_large = || {
            let message = format!("the portal's answer is larger than {most} bytes");
            Fault::Stop(Error::new(ErrorKind::Unavailable, message).hint("is portal.url the portal's root?"))
        };
        if response.content_length().is_some_and(|length| length > most) {
            return Err(too_large());
        }
        let mut body = Vec::new();
        while let Some(part) = response.chunk().await.map_err(|error| self.lost(error))? {
            if (body.len() + part.len()) as u64 > most {
                return Err(too_large());
            }
            body.extend_from_slice(&part);
        }
        Ok(body)
    }

    /// No answer, or only a part of one.
    fn lost(&self, error: reqwest::Error) -> Fault {
        // With the address of the request the error would show more than the portal's address.
        let error = error.without_url();
        let (what, hint) = if error.is_connect() {
            ("cannot be reached", "check portal.url and the network; is the portal's certificate valid?")
        } else if error.is_timeout() {
            ("did not answer in time", "try again when it is less busy")
        } else {
            ("hung up in the middle of an answer", "try again; when it happens often, ask the portal's administrator")
        };
        let message = format!("the portal at {} {what}", self.address());
        Fault::Passing(Error::new(ErrorKind::Unavailable, message).caused_by(root_cause(&error)).hint(hint), None)
    }

    /// Where a redirect leads, without query: the server may have put anything there.
    fn shown(&self, location: &str) -> String {
        match self.base.join(location) {
            Ok(mut to) => {
                to.set_query(None);
                to.set_fragment(None);
                let to = to.to_string();
                self.token.as_ref().map_or(to.clone(), |token| to.replace(token.secret(), "…"))
            }
            Err(_) => "an address that cannot be read".to_owned(),
        }
    }
}

fn header(response: &Response, name: reqwest::header::HeaderName) -> Option<&str> {
    response.headers().get(name)?.to_str().ok().map(str::trim)
}

/// The innermost reason in words; those around it repeat what the message says.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
