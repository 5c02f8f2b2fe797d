//! Connecting: whose server it is, and who we are.

use std::borrow::Cow;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use pinax_core::{Error, ErrorKind, Result};
use russh::client::{Config, Handle, Handler, connect_stream};
#[cfg(unix)]
use russh::keys::agent::{AgentIdentity, client::AgentClient};
use russh::keys::known_hosts::known_host_keys_path;
use russh::keys::{
    Algorithm, HashAlg, PrivateKey, PrivateKeyWithHashAlg, PublicKey, PublicKeyOrCertificate, decode_secret_key,
};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::session::Session;
use super::{HostKey, Password, SftpLogin, SftpOptions};

/// Judges the key a server shows.
pub(crate) struct HostKeyCheck {
    trusted: Trusted,
    /// Why it was refused.
    refused: Arc<Mutex<Option<Error>>>,
    server: String,
    known_hosts_name: String,
}

enum Trusted {
    Keys(Vec<PublicKey>),
    Fingerprint(String),
}

impl Handler for HostKeyCheck {
    type Error = russh::Error;

    async fn check_server_key(&mut self, shown: &PublicKeyOrCertificate) -> std::result::Result<bool, Self::Error> {
        let PublicKeyOrCertificate::PublicKey { key, .. } = shown else {
            return Ok(self.refuse(Error::new(
                ErrorKind::Unauthorized,
                format!("{} shows a certificate instead of a host key, which is not known here", self.server),
            )));
        };
        let fingerprint = key.fingerprint(HashAlg::Sha256).to_string();
        let same = |known: &PublicKey| known.key_data() == key.key_data();
        match &self.trusted {
            Trusted::Fingerprint(wanted) if *wanted == fingerprint => Ok(true),
            Trusted::Keys(known) if known.iter().any(same) => Ok(true),
            Trusted::Keys(known) if !known.iter().any(|known| known.algorithm() == key.algorithm()) => {
                let line = format!("{} {}", self.known_hosts_name, key.to_openssh().unwrap_or_default());
                let hint = format!(
                    "ask who runs the server whether this is its fingerprint; if so, set host_key = \"{fingerprint}\", or \
                     add this line to known_hosts: {line}"
                );
                Ok(self.refuse(
                    Error::new(
                        ErrorKind::Unauthorized,
                        format!("{} is not known: its host key is {fingerprint}", self.server),
                    )
                    .hint(hint),
                ))
            }
            Trusted::Fingerprint(_) | Trusted::Keys(_) => Ok(self.refuse(
                Error::new(
                    ErrorKind::Unauthorized,
                    format!(
                        "THE HOST KEY OF {} IS NOT THE ONE IT HAD: it shows {fingerprint}. Somebody may be pretending to be \
                         this server",
                        self.server
                    ),
                )
                .hint("nothing was sent; ask who runs the server, and change host_key or known_hosts only if they say so"),
            )),
        }
    }
}

impl HostKeyCheck {
    fn refuse(&self, why: Error) -> bool {
        *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
        false
    }
}

/// Connects, checks the host key, logs in, and starts SFTP.
///
/// # Errors
/// `Unauthorized` when the host key or the log-in is refused, which trying again does not help; `Config` when a key
/// cannot be read; `Unavailable` otherwise.
pub(super) async fn connect(options: &SftpOptions) -> Result<Session> {
    let server = options.server();
    let unavailable = |why: String| {
        Error::new(ErrorKind::Unavailable, format!("cannot reach {server}: {why}"))
            .hint("look at the network, and whether the server is up")
    };
    let trusted = trusted(options)?;
    let mut config = Config { nodelay: true, keepalive_interval: Some(options.patience / 2), ..Config::default() };
    if let Trusted::Keys(keys) = &trusted {
        // Servers have several keys: ask for one that is known.
        let known: Vec<Algorithm> = keys.iter().map(PublicKey::algorithm).collect();
        let is_known =
            |algorithm: &Algorithm| known.iter().any(|known| known == algorithm || is_rsa(known) && is_rsa(algorithm));
        let mut algorithms = config.preferred.key.to_vec();
        algorithms.sort_by_key(|algorithm| !is_known(algorithm));
        config.preferred.key = Cow::Owned(algorithms);
    }
    let refused = Arc::new(Mutex::new(None));
    let check = HostKeyCheck {
        trusted,
        refused: Arc::clone(&refused),
        server: server.clone(),
        known_hosts_name: options.known_hosts_name(),
    };
    let connecting = async {
        let socket = TcpStream::connect((options.host.as_str(), options.port)).await?;
        // Small packets wait for nothing.
        socket.set_nodelay(true)?;
        connect_stream(Arc::new(config), socket, check).await
    };
    let connected = timeout(options.patience, connecting).await;
    if let Some(why) = refused.lock().unwrap_or_else(PoisonError::into_inner).take() {
        return Err(why);
    }
    let mut connection = connected
        .map_err(|_| unavailable("no answer in time".to_owned()))?
        .map_err(|error| unavailable(error.to_string()))?;
    match timeout(options.patience, log_in(options, &mut connection)).await {
        Ok(Ok(true)) => {}
        Ok(Ok(false)) => {
            return Err(Error::new(
                ErrorKind::Unauthorized,
                format!("{server} refuses the log-in of {}", options.user),
            )
            .hint(options.login.hint()));
        }
        Ok(Err(error)) => return Err(error),
        Err(_) => return Err(unavailable("no answer to the log-in in time".to_owned())),
    }
    let channel =
        connection.channel_open_session().await.map_err(|error| unavailable(format!("no channel: {error}")))?;
    Session::start(connection, channel, options.patience).await.map_err(|fault| unavailable(fault.to_string()))
}

fn trusted(options: &SftpOptions) -> Result<Trusted> {
    match &options.host_key {
        HostKey::Fingerprint(text) if text.starts_with("SHA256:") => Ok(Trusted::Fingerprint(text.clone())),
        HostKey::Fingerprint(text) => Err(Error::new(ErrorKind::Config, format!("`{text}` is no fingerprint"))
            .hint("write it as ssh-keygen shows it: SHA256:…")),
        HostKey::KnownHosts(path) => {
            let lines = |lines: Vec<(usize, PublicKey)>| Trusted::Keys(lines.into_iter().map(|(_, key)| key).collect());
            known_host_keys_path(&options.host, options.port, path).map(lines).map_err(|error| {
                Error::new(ErrorKind::Config, format!("cannot understand {}", path.display())).caused_by(error)
            })
        }
    }
}

/// `false`: the server does not let us in.
async fn log_in(options: &SftpOptions, connection: &mut Handle<HostKeyCheck>) -> Result<bool> {
    let lost = |error: russh::Error| {
        Error::new(ErrorKind::Unavailable, format!("{} broke off the log-in", options.server())).caused_by(error)
    };
    let user = options.user.clone();
    match &options.login {
        SftpLogin::Password(password) => {
            let answer = connection.authenticate_password(user, password.as_str()).await.map_err(lost)?;
            Ok(answer.success())
        }
        SftpLogin::KeyFile { path, passphrase } => {
            let text = fs::read_to_string(path).map_err(|error| {
                Error::new(ErrorKind::Config, format!("cannot read the key {}", path.display())).caused_by(error)
            })?;
            let key: PrivateKey =
                decode_secret_key(&text, passphrase.as_ref().map(Password::as_str)).map_err(|error| {
                    Error::new(ErrorKind::Config, format!("cannot use the key {}", path.display()))
                        .hint("is it the private key, and is its passphrase set and right?")
                        .caused_by(error)
                })?;
            let hash = rsa_hash(connection, &key.algorithm()).await.map_err(lost)?;
            let key = PrivateKeyWithHashAlg::new(Arc::new(key), hash);
            Ok(connection.authenticate_publickey(user, key).await.map_err(lost)?.success())
        }
        SftpLogin::Agent => with_agent(user, None, connection).await,
        SftpLogin::AgentAt(socket) => with_agent(user, Some(socket), connection).await,
    }
}

fn is_rsa(algorithm: &Algorithm) -> bool {
    matches!(algorithm, Algorithm::Rsa { .. })
}

async fn rsa_hash(
    connection: &Handle<HostKeyCheck>,
    algorithm: &Algorithm,
) -> std::result::Result<Option<HashAlg>, russh::Error> {
    if !is_rsa(algorithm) {
        return Ok(None);
    }
    // A server that names none takes SHA-2 all the same since OpenSSH 7.2.
    Ok(connection.best_supported_rsa_hash().await?.unwrap_or(Some(HashAlg::Sha256)))
}

#[cfg(not(unix))]
async fn with_agent(_: String, _: Option<&Path>, _: &mut Handle<HostKeyCheck>) -> Result<bool> {
    Err(Error::new(ErrorKind::Config, "ssh agents are not asked on this system").hint("name a key_file"))
}

#[cfg(unix)]
async fn with_agent(user: String, socket: Option<&Path>, connection: &mut Handle<HostKeyCheck>) -> Result<bool> {
    let fault = |error: String| {
        Error::new(ErrorKind::Config, format!("cannot use the ssh agent: {error}"))
            .hint("start it and add the key (ssh-add), so that SSH_AUTH_SOCK is set; or name a key_file")
    };
    let agent = match socket {
        Some(socket) => AgentClient::connect_uds(socket).await,
        None => AgentClient::connect_env().await,
    };
    let mut agent = agent.map_err(|error| fault(error.to_string()))?;
    for identity in agent.request_identities().await.map_err(|error| fault(error.to_string()))? {
        let AgentIdentity::PublicKey { key, .. } = identity else { continue };
        let hash = rsa_hash(connection, &key.algorithm()).await.map_err(|error| fault(error.to_string()))?;
        let answer = connection.authenticate_publickey_with(user.clone(), key, hash, &mut agent).await;
        if answer.map_err(|error| fault(error.to_string()))?.success() {
            return Ok(true);
        }
    }
    Ok(false)
}
