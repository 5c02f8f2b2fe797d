//! Asking Dropbox: questions with JSON, files with JSON in a header, and a token that is renewed in time.

use std::time::{Duration, Instant};

use pinax_core::{Error, ErrorKind, Result};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Mutex;
use url::Url;
use url::form_urlencoded::Serializer;

use super::answers::{refusal, summary};
use super::content_hash::ascii_json;
use super::options::{DropboxLogIn, DropboxOptions};
use crate::http::header::CONTENT_TYPE;
use crate::http::{
    AddressGuard, Answer, Credentials, Downloaded, HeaderName, HeaderValue, HttpClient, HttpOptions, Method, Request,
    Sink, Wanted,
};

const ARGUMENT: HeaderName = HeaderName::from_static("dropbox-api-arg");
const PATH_ROOT: HeaderName = HeaderName::from_static("dropbox-api-path-root");
/// A token is renewed so long before it ends.
const AHEAD: Duration = Duration::from_secs(300);
/// How long a token lives when that is not said.
const USUAL_LIFE_S: u64 = 4 * 3_600;
/// A page of a listing is read up to this length.
const PAGE_BYTES: u64 = 64 << 20;

/// The two servers of Dropbox.
pub(super) struct Api {
    options: DropboxOptions,
    questions: HttpClient,
    files: HttpClient,
    /// Asks for tokens, without one.
    open: HttpClient,
    credentials: [Credentials; 2],
    /// When the token must be renewed; `None` while there is none. A token that was given lasts until it is refused.
    renew_at: Mutex<Option<Instant>>,
}

impl Api {
    pub(super) fn new(options: DropboxOptions) -> Result<Self> {
        let guard = AddressGuard::naming([&options.api, &options.content]);
        let token = match &options.log_in {
            DropboxLogIn::Token(token) => token.trim(),
            // Never sent: it is renewed before anything is asked.
            DropboxLogIn::Refresh { .. } => "",
        };
        let credentials = [Credentials::bearer(&options.api, token)?, Credentials::bearer(&options.content, token)?];
        let client = |credentials: Option<&Credentials>| {
            let (guard, credentials) = (guard.clone(), credentials.cloned());
            HttpClient::new(HttpOptions { guard, credentials, ..options.http.clone() })
        };
        let (questions, files, open) = (client(Some(&credentials[0]))?, client(Some(&credentials[1]))?, client(None)?);
        Ok(Self { options, questions, files, open, credentials, renew_at: Mutex::new(None) })
    }

    /// Asks; the answer may be a refusal of what was asked for (status 409).
    ///
    /// # Errors
    /// As [`HttpClient::send`]; `Unauthorized` when the log-in is not accepted.
    pub(super) async fn ask(&self, about: &str, path: &str, argument: &Value) -> Result<Answer> {
        let request = self.with_root(Request::new(Method::POST, below(&self.options.api, path)?))?;
        let request = request
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .body(argument.to_string())
            .limit(PAGE_BYTES);
        self.renew(false).await?;
        let mut answer = self.questions.send(&request).await?;
        if answer.status == 401 && self.can_renew() && is_expired(&answer) {
            self.renew(true).await?;
            answer = self.questions.send(&request).await?;
        }
        if answer.status.is_success() || answer.status == 409 { Ok(answer) } else { Err(refusal(&answer, about)) }
    }

    /// Fetches a file.
    ///
    /// # Errors
    /// As [`HttpClient::download_into`]; `Conflict` when Dropbox refuses it, for whatever reason.
    pub(super) async fn fetch(&self, path: &str, limit_bytes: u64, into: &mut dyn Sink) -> Result<Downloaded> {
        let argument = HeaderValue::try_from(ascii_json(&json!({ "path": path })))
            .map_err(|_| Error::new(ErrorKind::Rejected, "the path cannot be asked for"))?;
        // Content-download endpoints take GET too, and then give parts of files.
        let request = Request::get(below(&self.options.content, "2/files/download")?).header(ARGUMENT, argument);
        let (request, wanted) = (self.with_root(request)?, Wanted::up_to(limit_bytes));
        self.renew(false).await?;
        match self.files.download_asked_into(&request, &wanted, into).await {
            Err(error) if error.kind() == ErrorKind::Unauthorized && self.can_renew() => {
                self.renew(true).await?;
                self.files.download_asked_into(&request, &wanted, into).await
            }
            other => other,
        }
    }

    fn can_renew(&self) -> bool {
        matches!(self.options.log_in, DropboxLogIn::Refresh { .. })
    }

    /// Gets a token when there is none, it is about to end, or it was refused (`now`).
    async fn renew(&self, now: bool) -> Result<()> {
        let DropboxLogIn::Refresh { refresh_token, app_key, app_secret } = &self.options.log_in else { return Ok(()) };
        let mut renew_at = self.renew_at.lock().await;
        if !now && renew_at.is_some_and(|at| self.open.wait().now() < at) {
            return Ok(());
        }
        let mut fields = vec![
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token.trim()),
            ("client_id", app_key.trim()),
        ];
        fields.extend(app_secret.as_deref().map(|secret| ("client_secret", secret.trim())));
        let form = Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::new(Method::POST, below(&self.options.api, "oauth2/token")?)
            .header(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"))
            .body(form)
            .limit(1 << 20);
        let answer = self.open.send(&request).await?;
        if matches!(answer.status.as_u16(), 400 | 401) {
            let message = format!("Dropbox gives no token for the refresh token and app key ({})", summary(&answer));
            return Err(Error::new(ErrorKind::Unauthorized, message)
                .hint("check the app key and secret, and make a new refresh token (docs/dropbox.md)"));
        }
        #[derive(Deserialize)]
        struct Given {
            access_token: String,
            #[serde(default)]
            expires_in: Option<u64>,
        }
        let given: Given = serde_json::from_slice(&answer.success()?.body)
            .map_err(|_| Error::new(ErrorKind::Unavailable, "Dropbox's answer with a token cannot be understood"))?;
        for credentials in &self.credentials {
            credentials.renew(&given.access_token)?;
        }
        let life = Duration::from_secs(given.expires_in.unwrap_or(USUAL_LIFE_S).min(USUAL_LIFE_S * 6));
        *renew_at = Some(self.open.wait().now() + life.saturating_sub(AHEAD.min(life / 2)));
        Ok(())
    }

    fn with_root(&self, request: Request) -> Result<Request> {
        let Some(space) = &self.options.team_space else { return Ok(request) };
        let root = ascii_json(&json!({ ".tag": "namespace_id", "namespace_id": space.trim() }));
        let root = HeaderValue::try_from(root)
            .map_err(|_| Error::new(ErrorKind::Config, "source.team_space is no number of a team's space"))?;
        Ok(request.header(PATH_ROOT, root))
    }
}

/// Was the token refused because it ended?
fn is_expired(answer: &Answer) -> bool {
    let summary = summary(answer);
    summary.starts_with("expired_access_token") || summary.starts_with("invalid_access_token")
}

fn below(server: &Url, path: &str) -> Result<Url> {
    let root = server.as_str().trim_end_matches('/');
    Url::parse(&format!("{root}/{path}"))
        .map_err(|error| Error::new(ErrorKind::Config, "the address of Dropbox cannot be used").caused_by(error))
}
