//! The sources, stores and the web of a profile.

mod services;

use std::path::{Path, PathBuf};
use std::time::Duration;

use pinax_core::nouns::error::{Error, ErrorKind, Result};
use pinax_core::nouns::uri::PublicUrl;
use pinax_core::ports::source::Source;
use pinax_core::ports::store::{NoStore, Store};
use pinax_core::ports::web::Web;
use pinax_io::http::{AddressGuard, Credentials, HttpClient, HttpOptions};
use pinax_io::s3::{S3Login, S3Options};
use pinax_io::sftp::{HostKey, Password, SftpLogin, SftpOptions};
use pinax_io::source::folder::{FolderSource, FolderSourceOptions};
use pinax_io::source::http_index::{HttpIndexOptions, HttpIndexSource};
use pinax_io::source::s3::{S3Source, S3SourceOptions};
use pinax_io::source::sftp::{SftpSource, SftpSourceOptions};
use pinax_io::source::webdav::{WebdavSource, WebdavSourceOptions};
use pinax_io::source::zip::{ZipSource, ZipSourceOptions};
use pinax_io::store::folder::{FolderStore, FolderStoreOptions};
use pinax_io::store::s3::{S3Store, S3StoreOptions};
use pinax_io::store::sftp::{SftpStore, SftpStoreOptions};
use pinax_io::store::webdav::{WebdavStore, WebdavStoreOptions};
use pinax_io::web::OpenWeb;
use url::Url;

use super::our_own;
use super::secrets::secret;
use crate::config::{Config, SourceOptions, StoreOptions};

/// A file must have been left alone for so long, when the configuration says nothing.
const SETTLE: Duration = Duration::from_secs(5);
/// A file that goes on changing is waited for so long at least.
const LEAST_PATIENCE: Duration = Duration::from_secs(120);

/// Which side of a profile, for the names of secrets.
#[derive(Clone, Copy)]
enum Side {
    Source,
    Store,
}

impl Side {
    fn variable(self, what: &str) -> String {
        let side = match self {
            Self::Source => "SOURCE",
            Self::Store => "STORE",
        };
        format!("PINAX_{side}_{}", what.to_ascii_uppercase())
    }
}

pub(super) fn source(config: &Config, options: &SourceOptions) -> Result<Box<dyn Source>> {
    Ok(match options {
        SourceOptions::Folder(options) => {
            let settle = settle(options.settle_seconds)?;
            Box::new(FolderSource::new(FolderSourceOptions {
                settle,
                patience: (settle * 60).max(LEAST_PATIENCE),
                leave_out: our_own(config)?,
                done_dir: options.done.as_ref().map(|done| config.path(done)),
                ..FolderSourceOptions::new(config.path(&options.path))
            })?)
        }
        SourceOptions::HttpIndex(options) => {
            let url = web_address("source.url", &options.url)?;
            let usual = HttpIndexOptions::new(url.clone());
            let login = (options.user.as_deref(), options.password_file.as_deref());
            let http = http(config, usual.http, options.connections)?;
            let http = logged_in(config, http, &url, Side::Source, login)?;
            // What nobody needs to log in for is seen by everybody.
            let seen_at = options.public_url.as_deref().or(options.user.is_none().then_some(options.url.as_str()));
            let public_url = public(seen_at, options.allow_http)?;
            Box::new(HttpIndexSource::new(HttpIndexOptions { http, public_url, ..HttpIndexOptions::new(url) })?)
        }
        SourceOptions::Webdav(options) => {
            let url = web_address("source.url", &options.url)?;
            let usual = WebdavSourceOptions::new(url.clone());
            let login = (options.user.as_deref(), options.password_file.as_deref());
            let http = http(config, usual.http, options.connections)?;
            let http = logged_in(config, http, &url, Side::Source, login)?;
            let seen_at = options.public_url.as_deref().or(options.user.is_none().then_some(options.url.as_str()));
            let public_url = public(seen_at, options.allow_http)?;
            Box::new(WebdavSource::new(WebdavSourceOptions { http, public_url, ..WebdavSourceOptions::new(url) })?)
        }
        SourceOptions::S3(options) => {
            let place = (options.endpoint.as_str(), options.region.as_deref(), options.bucket.as_str());
            let keys = (options.access_key.as_deref(), options.secret_key_file.as_deref());
            let bucket = bucket(config, place, options.prefix.as_deref(), options.path_style, Side::Source, keys)?;
            let client = client_of(config, &bucket)?;
            let public_url = public(options.public_url.as_deref(), options.allow_http)?;
            Box::new(S3Source::new(S3SourceOptions { bucket, public_url }, client)?)
        }
        SourceOptions::Sftp(options) => {
            let files = (options.key_file.as_deref(), options.password_file.as_deref());
            let host = (options.host.as_str(), options.port, options.user.as_str());
            let known = (options.host_key.as_deref(), options.known_hosts.as_deref());
            let server = sftp(config, host, known, Side::Source, files)?;
            let usual = SftpSourceOptions::new(server, options.path.clone());
            let settle = match options.settle_seconds {
                None => usual.settle,
                seconds => settle(seconds)?,
            };
            Box::new(SftpSource::new(SftpSourceOptions { settle, ..usual }))
        }
        SourceOptions::Dropbox(options) => Box::new(services::dropbox(config, options)?),
        SourceOptions::Bisque(options) => Box::new(services::bisque(config, options)?),
        SourceOptions::CsvMap(options) => Box::new(services::csv_map(config, options)?),
        SourceOptions::Zip(options) => {
            Box::new(ZipSource::new(&ZipSourceOptions { root: config.path(&options.path) })?)
        }
    })
}

pub(super) fn store(config: &Config, options: Option<&StoreOptions>) -> Result<Box<dyn Store>> {
    let Some(options) = options else { return Ok(Box::new(NoStore)) };
    let public_url = match options.address() {
        Some((address, allow_http)) => PublicUrl::new(address, allow_http)?,
        None => {
            return Err(Error::new(ErrorKind::Config, "Dropbox is no store: its links change, and lead to pages")
                .hint("take pictures from Dropbox (source), and publish them in a bucket or on a web server (store)"));
        }
    };
    Ok(match options {
        StoreOptions::Folder(options) => {
            Box::new(FolderStore::new(FolderStoreOptions { root: config.path(&options.path), public_url })?)
        }
        StoreOptions::S3(options) => {
            let place = (options.endpoint.as_str(), options.region.as_deref(), options.bucket.as_str());
            let keys = (Some(options.access_key.as_str()), options.secret_key_file.as_deref());
            let bucket = bucket(config, place, options.prefix.as_deref(), options.path_style, Side::Store, keys)?;
            let client = client_of(config, &bucket)?;
            let usual = S3StoreOptions::new(bucket, public_url);
            let cache_control = options.cache_control.clone().unwrap_or(usual.cache_control);
            let acl = options.acl.clone();
            Box::new(S3Store::new(S3StoreOptions { cache_control, acl, ..usual }, client)?)
        }
        StoreOptions::Webdav(options) => {
            let url = web_address("store.url", &options.url)?;
            let usual = WebdavStoreOptions::new(url.clone(), public_url);
            let login = (options.user.as_deref(), options.password_file.as_deref());
            let http = http(config, usual.http, options.connections)?;
            let http = logged_in(config, http, &url, Side::Store, login)?;
            Box::new(WebdavStore::new(WebdavStoreOptions { http, url: usual.url, public_url: usual.public_url })?)
        }
        StoreOptions::Sftp(options) => {
            let files = (options.key_file.as_deref(), options.password_file.as_deref());
            let host = (options.host.as_str(), options.port, options.user.as_str());
            let known = (options.host_key.as_deref(), options.known_hosts.as_deref());
            let server = sftp(config, host, known, Side::Store, files)?;
            Box::new(SftpStore::new(SftpStoreOptions { server, root: options.path.clone(), public_url }))
        }
        StoreOptions::Dropbox(_) => Box::new(NoStore),
    })
}

/// The open web, and the servers that the configuration names.
pub(super) fn web(config: &Config) -> Result<Box<dyn Web>> {
    let options = HttpOptions::new(own_servers(config)?);
    Ok(Box::new(OpenWeb::new(http(config, options, None)?)?))
}

/// The public internet, and the servers of one's own network that the configuration names.
fn own_servers(config: &Config) -> Result<AddressGuard> {
    let servers = config.web().own_servers.iter().map(|server| web_address("web.own_servers", server));
    Ok(AddressGuard::naming(&servers.collect::<Result<Vec<_>>>()?))
}

fn settle(seconds: Option<f64>) -> Result<Duration> {
    let Some(seconds) = seconds else { return Ok(SETTLE) };
    Duration::try_from_secs_f64(seconds).map_err(|_| {
        Error::new(ErrorKind::Config, format!("source.settle_seconds is {seconds}")).hint("give seconds, such as 5")
    })
}

fn web_address(key: &str, text: &str) -> Result<Url> {
    let wrong = |why: &str| {
        Err(Error::new(ErrorKind::Config, format!("{key} `{text}` {why}"))
            .hint("write it whole, such as https://data.example.org/folder/"))
    };
    match Url::parse(text) {
        Ok(url) if !matches!(url.scheme(), "http" | "https") || !url.has_host() => wrong("is no web address"),
        Ok(url) if !url.username().is_empty() || url.password().is_some() => wrong("holds a log-in; use user = \"…\""),
        Ok(url) => Ok(url),
        Err(_) => wrong("is no web address"),
    }
}

fn public(address: Option<&str>, allow_http: bool) -> Result<Option<PublicUrl>> {
    // An http server is read as well; only links to it need more.
    match address.map(|address| PublicUrl::new(address, allow_http)) {
        Some(Err(_)) if address.is_some_and(|address| address.starts_with("http://")) && !allow_http => Ok(None),
        other => other.transpose(),
    }
}

/// The manners that the configuration asks for.
fn http(config: &Config, mut options: HttpOptions, connections: Option<usize>) -> Result<HttpOptions> {
    options.contact.clone_from(&config.web().contact);
    if let Some(file) = &config.web().authority_file {
        let file = config.path(file);
        let pem = std::fs::read(&file).map_err(|error| {
            Error::new(ErrorKind::Config, format!("could not read {}", file.display()))
                .caused_by(error)
                .hint("web.authority_file names the certificate of your own authority (PEM)")
        })?;
        options.authority_pem = Some(pem);
    }
    if let Some(connections) = connections {
        if connections == 0 {
            return Err(Error::new(ErrorKind::Config, "connections is 0").hint("one connection at least"));
        }
        options.manners.connections_per_host = connections;
    }
    Ok(options)
}

fn logged_in(
    config: &Config,
    mut options: HttpOptions,
    url: &Url,
    side: Side,
    (user, password_file): (Option<&str>, Option<&Path>),
) -> Result<HttpOptions> {
    let Some(user) = user else { return Ok(options) };
    let password = needed_secret(config, side, "password", password_file)?;
    options.credentials = Some(Credentials::basic(url, user, &password)?);
    Ok(options)
}

fn needed_secret(config: &Config, side: Side, what: &str, file: Option<&Path>) -> Result<String> {
    let variable = side.variable(what);
    secret(config, &variable, what, file)?.ok_or_else(|| {
        let message = format!("the {} is missing", what.replace('_', " "));
        Error::new(ErrorKind::Config, message)
            .hint(format!("set {variable}, or name a file that holds it: {what}_file"))
    })
}

fn bucket(
    config: &Config,
    (endpoint, region, name): (&str, Option<&str>, &str),
    prefix: Option<&str>,
    path_style: bool,
    side: Side,
    (access_key, secret_key_file): (Option<&str>, Option<&Path>),
) -> Result<S3Options> {
    let login = match access_key {
        None => None,
        Some(key) => {
            let login = S3Login::new(key, needed_secret(config, side, "secret_key", secret_key_file)?);
            Some(match secret(config, &side.variable("session_token"), "session_token", None)? {
                Some(token) => login.session_token(token),
                None => login,
            })
        }
    };
    let usual = S3Options::new(web_address("endpoint", endpoint)?, region.unwrap_or("us-east-1"), name);
    Ok(S3Options { path_style, prefix: prefix.unwrap_or_default().trim_matches('/').to_owned(), login, ..usual })
}

/// The client of a bucket.
fn client_of(config: &Config, bucket: &S3Options) -> Result<HttpClient> {
    HttpClient::new(http(config, HttpOptions::for_server(&bucket.bucket_url()?), None)?)
}

fn sftp(
    config: &Config,
    (host, port, user): (&str, Option<u16>, &str),
    (host_key, known_hosts): (Option<&str>, Option<&Path>),
    side: Side,
    (key_file, password_file): (Option<&Path>, Option<&Path>),
) -> Result<SftpOptions> {
    let password = |what: &str, file| secret(config, &side.variable(what), what, file);
    let login = match key_file {
        Some(path) => {
            SftpLogin::KeyFile { path: config.path(path), passphrase: password("passphrase", None)?.map(Password::new) }
        }
        None => match password("password", password_file)? {
            Some(words) => SftpLogin::Password(Password::new(words)),
            None => SftpLogin::Agent,
        },
    };
    let host_key = match (host_key, known_hosts) {
        (Some(fingerprint), _) => HostKey::Fingerprint(fingerprint.to_owned()),
        (None, Some(file)) => HostKey::KnownHosts(config.path(file)),
        (None, None) => HostKey::KnownHosts(home().join(".ssh/known_hosts")),
    };
    let usual = SftpOptions::new(host, user, login, host_key);
    Ok(SftpOptions { port: port.unwrap_or(usual.port), ..usual })
}

fn home() -> PathBuf {
    std::env::home_dir().unwrap_or_default()
}
