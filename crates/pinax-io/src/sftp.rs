//! SFTP, as sources and stores use it: one connection to a server, which comes back when it was lost.

use std::fmt;
use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use pinax_core::{Error, ErrorKind, Result};
use tokio::sync::Mutex;
use tokio::time::sleep;

mod fault;
mod files;
mod login;
mod packet;
mod session;

pub(crate) use fault::{FAILURE, Fault, NO_SUCH_FILE, PERMISSION_DENIED};
pub(crate) use files::{Named, Opened};
pub(crate) use packet::{Attributes, What};
pub(crate) use session::Session;

/// A password or passphrase; never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Takes the words as they are.
    pub fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }

    fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// How we prove who we are.
#[derive(Debug, Clone)]
pub enum SftpLogin {
    /// By a private key in a file, in the format of OpenSSH, PEM or PKCS#8.
    KeyFile {
        /// The file.
        path: PathBuf,
        /// What the key is locked with.
        passphrase: Option<Password>,
    },
    /// By any key the ssh agent holds that `SSH_AUTH_SOCK` names.
    Agent,
    /// By any key the ssh agent holds that listens there.
    AgentAt(PathBuf),
    /// By a password.
    Password(Password),
}

impl SftpLogin {
    fn hint(&self) -> &'static str {
        match self {
            Self::KeyFile { .. } => "is the public key in authorized_keys of that user on the server?",
            Self::Agent | Self::AgentAt(_) => {
                "is one of the keys that `ssh-add -l` shows in authorized_keys of that user on the server?"
            }
            Self::Password(_) => "are user and password right, and does the server take passwords?",
        }
    }
}

/// How the server proves who it is.
#[derive(Debug, Clone)]
pub enum HostKey {
    /// Its key stands in this file, as `ssh` keeps them.
    KnownHosts(PathBuf),
    /// Its key has this SHA-256, as `ssh-keygen -l` shows it: `SHA256:…`.
    Fingerprint(String),
}

/// An SFTP server, and an account on it.
#[derive(Debug, Clone)]
pub struct SftpOptions {
    /// Name or address.
    pub host: String,
    /// Usually 22.
    pub port: u16,
    /// The account.
    pub user: String,
    /// How we prove who we are.
    pub login: SftpLogin,
    /// How the server proves who it is.
    pub host_key: HostKey,
    /// A server that says nothing for so long is taken for gone.
    pub patience: Duration,
    /// A lost connection is made anew so often, with longer and longer pauses, before the server is given up.
    pub tries: u32,
}

impl SftpOptions {
    /// Port 22; a minute of patience; five tries.
    pub fn new(host: impl Into<String>, user: impl Into<String>, login: SftpLogin, host_key: HostKey) -> Self {
        Self {
            host: host.into(),
            port: 22,
            user: user.into(),
            login,
            host_key,
            patience: Duration::from_secs(60),
            tries: 5,
        }
    }

    /// Host and port for people.
    pub(crate) fn server(&self) -> String {
        if self.port == 22 { self.host.clone() } else { format!("{}:{}", self.host, self.port) }
    }

    fn known_hosts_name(&self) -> String {
        if self.port == 22 { self.host.clone() } else { format!("[{}]:{}", self.host, self.port) }
    }
}

/// A server that is asked; connects when it is needed.
pub(crate) struct Server {
    options: SftpOptions,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    session: Option<Arc<Session>>,
    /// Refused for good: not asked again, or the account may be locked.
    refused: Option<(ErrorKind, String, Option<String>)>,
    /// Failures since something last went well.
    failures: u32,
    not_before: Option<Instant>,
}

impl State {
    /// Nobody connects again before a pause, which grows.
    fn failed(&mut self) {
        let pause = FIRST_PAUSE.saturating_mul(1 << self.failures.min(10)).min(LONGEST_PAUSE);
        self.failures += 1;
        self.not_before = Some(Instant::now() + pause);
    }
}

const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

impl Server {
    pub(crate) fn new(options: SftpOptions) -> Self {
        Self { options, state: Mutex::new(State::default()) }
    }

    /// Host and port for people.
    pub(crate) fn shown(&self) -> String {
        self.options.server()
    }

    /// The connection; made anew when it was lost.
    ///
    /// # Errors
    /// `Unauthorized` and `Config` at once and for good; `Unavailable` after some tries.
    pub(crate) async fn session(&self) -> Result<Arc<Session>> {
        let mut state = self.state.lock().await;
        if let Some(session) = state.session.as_ref().filter(|session| !session.is_over()) {
            return Ok(Arc::clone(session));
        }
        state.session = None;
        if let Some((kind, message, hint)) = &state.refused {
            let error = Error::new(*kind, message.clone());
            return Err(hint.iter().fold(error, |error, hint| error.hint(hint.clone())));
        }
        let mut tries = 0;
        loop {
            if let Some(moment) = state.not_before {
                sleep(moment.saturating_duration_since(Instant::now())).await;
            }
            tries += 1;
            match login::connect(&self.options).await {
                Ok(session) => {
                    let session = Arc::new(session);
                    state.session = Some(Arc::clone(&session));
                    return Ok(session);
                }
                Err(error) if matches!(error.kind(), ErrorKind::Unauthorized | ErrorKind::Config) => {
                    state.refused = Some((error.kind(), error.to_string(), error.hint_text().map(str::to_owned)));
                    return Err(error);
                }
                Err(error) => {
                    state.failed();
                    if tries >= self.options.tries {
                        return Err(error);
                    }
                }
            }
        }
    }

    /// Does `work`, which may be done several times: again over a new connection when one was lost.
    pub(crate) async fn run<T, F>(&self, work: impl Fn(Arc<Session>) -> F) -> Result<Result<T, Fault>>
    where
        F: Future<Output = Result<T, Fault>>,
    {
        let mut losses = 0;
        loop {
            let session = self.session().await?;
            match work(Arc::clone(&session)).await {
                Err(Fault::Lost(why)) => {
                    losses += 1;
                    self.forget(&session).await;
                    if losses > self.options.tries {
                        return Err(Error::new(
                            ErrorKind::Unavailable,
                            format!("the connection to {} was lost again and again: {why}", self.shown()),
                        )
                        .hint("look at the network, and at the server's logs"));
                    }
                }
                answer => {
                    let mut state = self.state.lock().await;
                    state.failures = 0;
                    state.not_before = None;
                    return Ok(answer);
                }
            }
        }
    }

    /// Drops a connection that was lost.
    async fn forget(&self, lost: &Arc<Session>) {
        let mut state = self.state.lock().await;
        if state.session.as_ref().is_some_and(|session| Arc::ptr_eq(session, lost)) {
            state.session = None;
            state.failed();
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("options", &self.options).finish_non_exhaustive()
    }
}

/// Joins a folder and a path below it; an empty folder is the account's own.
pub(crate) fn joined(folder: &[u8], path: &[u8]) -> Vec<u8> {
    match (folder, path) {
        (b"", b"") => b".".to_vec(),
        (b"", path) => [b"./", path].concat(),
        (folder, b"") => folder.to_vec(),
        (folder, path) if folder.ends_with(b"/") => [folder, path].concat(),
        (folder, path) => [folder, b"/", path].concat(),
    }
}
