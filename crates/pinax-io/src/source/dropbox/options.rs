//! What a Dropbox source is told.

use std::fmt;

use pinax_core::{Error, ErrorKind, Result};
use url::Url;

use crate::http::{AddressGuard, HttpOptions, is_this_machine, shown};

/// Where a folder of a Dropbox is, and who asks for it.
#[derive(Debug, Clone)]
pub struct DropboxOptions {
    /// The folder, as Dropbox shows it: `/Herbarium/2026`; `/` is everything the app may see.
    pub folder: String,
    /// Who asks.
    pub log_in: DropboxLogIn,
    /// The number of a team's space (namespace), when the folder lies in one and not in the member's own.
    pub team_space: Option<String>,
    /// Where questions go: <https://api.dropboxapi.com>.
    pub api: Url,
    /// Where files come from: <https://content.dropboxapi.com>.
    pub content: Url,
    /// How it is asked. Guard and credentials are those of Dropbox, whatever stands here.
    pub http: HttpOptions,
}

impl DropboxOptions {
    /// With the usual manners.
    #[must_use]
    pub fn new(folder: impl Into<String>, log_in: DropboxLogIn) -> Self {
        let address = |host: &str| Url::parse(host).expect("it is an address");
        Self {
            folder: folder.into(),
            log_in,
            team_space: None,
            api: address("https://api.dropboxapi.com"),
            content: address("https://content.dropboxapi.com"),
            http: HttpOptions::new(AddressGuard::public_only()),
        }
    }

    /// The folder as the service wants it: without `/` at the end, empty for everything.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when something cannot be used.
    pub(super) fn checked_folder(&self) -> Result<String> {
        for server in [&self.api, &self.content] {
            if server.scheme() != "https" && !is_this_machine(server) {
                let message = format!("a token would be readable on its way to {}", shown(server));
                return Err(Error::new(ErrorKind::Config, message).hint("use an address that begins with https"));
            }
        }
        let folder = self.folder.trim_end_matches('/');
        if !folder.is_empty() && !folder.starts_with('/') || folder.contains("//") {
            return Err(Error::new(
                ErrorKind::Config,
                format!("source.path `{}` is no folder of a Dropbox", self.folder),
            )
            .hint("write it as Dropbox shows it, for example /Herbarium; or / for everything"));
        }
        Ok(folder.to_owned())
    }
}

/// Who asks. Never shown.
#[derive(Clone)]
pub enum DropboxLogIn {
    /// A token; those that Dropbox gives today end after some hours.
    Token(String),
    /// A refresh token, by which short-lived tokens are got for as long as nobody takes it back.
    Refresh {
        /// The refresh token.
        refresh_token: String,
        /// The app's key.
        app_key: String,
        /// The app's secret; apps that log in with PKCE have none.
        app_secret: Option<String>,
    },
}

impl fmt::Debug for DropboxLogIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(_) => f.write_str("Token(…)"),
            Self::Refresh { app_key, .. } => write!(f, "Refresh(… of app {app_key})"),
        }
    }
}
