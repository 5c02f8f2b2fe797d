//! How a portal's database is reached.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use mysql_async::{Opts, OptsBuilder};
use percent_encoding::percent_decode_str;
use pinax_core::{Error, ErrorKind, Result};
use url::Url;

use super::ssl::Ssl;

const EXAMPLE: &str = "write it as mysql://user@host:3306/database, or mysql://user@localhost/database?socket=/path";

/// How a portal's database is reached.
#[derive(Clone)]
pub struct MariadbOptions {
    /// `mysql://user@host:port/database`, with `?socket=/path` for a Unix socket, or `?ssl=required` (and `&ssl_ca=/path`)
    /// for an encrypted way to a server whose certificate is proved.
    pub url: String,
    /// Wins over one in the URL.
    pub password: Option<String>,
    /// What is done when the server does not answer.
    pub patience: Patience,
    /// Goes on with tables of a version that is not known, by the columns that are there.
    pub trust_schema: bool,
}

impl MariadbOptions {
    /// Options with the usual patience, for known versions.
    pub fn new(url: impl Into<String>, password: Option<String>) -> Self {
        Self { url: url.into(), password, patience: Patience::default(), trust_schema: false }
    }

    /// Does a password stand in the URL, where whoever reads the configuration sees it?
    #[must_use]
    pub fn password_in_url(&self) -> bool {
        Url::parse(&self.url).is_ok_and(|url| url.password().is_some())
    }

    /// The URL as it may be written down: without the password, if one is in it.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when the URL cannot be used.
    pub fn url_without_password(&self) -> Result<String> {
        Address::parse(self)?;
        let url = Url::parse(&self.url).ok().and_then(|mut url| url.set_password(None).is_ok().then_some(url));
        url.map(String::from)
            .ok_or_else(|| Error::new(ErrorKind::Config, "the portal's url cannot be read").hint(EXAMPLE))
    }
}

impl fmt::Debug for MariadbOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = Address::parse(self).map_or_else(|_| "?".to_owned(), |address| address.to_string());
        f.debug_struct("MariadbOptions")
            .field("url", &address)
            .field("patience", &self.patience)
            .field("trust_schema", &self.trust_schema)
            .finish_non_exhaustive()
    }
}

/// What is done when the server does not answer, or lets another go first.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Further tries after a connection was lost, or a transaction was rolled back for another's sake. The first comes at
    /// once.
    pub retries: u32,
    /// Pause before the second retry; each further one is twice as long.
    pub pause: Duration,
    /// Longest wait for a connection.
    pub connect: Duration,
    /// Longest wait for the answer to one piece of work.
    pub answer: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            retries: 5,
            pause: Duration::from_millis(600),
            connect: Duration::from_secs(10),
            answer: Duration::from_secs(300),
        }
    }
}

impl Patience {
    /// The pauses before each retry.
    pub(super) fn pauses(&self) -> impl Iterator<Item = Duration> + Send + use<> {
        let pause = self.pause;
        (0..self.retries).map(move |retry| match retry {
            0 => Duration::ZERO,
            more => pause * 2_u32.saturating_pow((more - 1).min(10)),
        })
    }
}

/// A URL taken apart. Shown without password.
#[derive(Clone)]
pub(super) struct Address {
    user: String,
    password: Option<String>,
    host: String,
    port: u16,
    socket: Option<String>,
    ssl: Ssl,
    pub(super) database: String,
}

impl Address {
    /// Takes the options apart. No message holds the URL itself: a password may be in it.
    pub(super) fn parse(options: &MariadbOptions) -> Result<Self> {
        let refuse = |why: String| Err(Error::new(ErrorKind::Config, format!("the portal's url {why}")).hint(EXAMPLE));
        let Ok(url) = Url::parse(&options.url) else {
            return refuse("cannot be read".to_owned());
        };
        if !matches!(url.scheme(), "mysql" | "mariadb") {
            return refuse(format!("begins with {}:, not with mysql:", url.scheme()));
        }
        let Some(user) = decoded(url.username()).filter(|user| !user.is_empty()) else {
            return refuse("names no user".to_owned());
        };
        let Some(database) = decoded(url.path().trim_matches('/')).filter(|name| !name.is_empty()) else {
            return refuse("names no database".to_owned());
        };
        if database.contains('/') {
            return refuse("holds more than a database after the host".to_owned());
        }
        let (mut socket, mut ssl, mut ssl_ca) = (None, None, None);
        for (name, value) in url.query_pairs() {
            let option = match name.as_ref() {
                "socket" => &mut socket,
                "ssl" => &mut ssl,
                "ssl_ca" => &mut ssl_ca,
                _ => return refuse(format!("has an option `{name}` that is not known")),
            };
            if option.replace(value.into_owned()).is_some() {
                return refuse(format!("has the option `{name}` twice"));
            }
        }
        if socket.as_ref().is_some_and(|path: &String| !path.starts_with('/')) {
            return refuse("names a socket that is not a whole path".to_owned());
        }
        let ssl = match Ssl::parse(ssl.as_deref(), ssl_ca.as_deref()) {
            Ok(Ssl::Required(_)) if socket.is_some() => {
                return refuse("asks for ssl on a socket, which needs none".to_owned());
            }
            Ok(ssl) => ssl,
            Err(why) => return refuse(why),
        };
        if url.fragment().is_some() {
            return refuse("holds a `#`; in a password it is written %23".to_owned());
        }
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        if host.is_empty() && socket.is_none() {
            return refuse("names no host".to_owned());
        }
        let in_url = match url.password() {
            None => None,
            Some(password) => match decoded(password) {
                None => return refuse("holds a password that is not UTF-8".to_owned()),
                password => password,
            },
        };
        let password = options.password.clone().or(in_url);
        Ok(Self { user, password, host, port: url.port().unwrap_or(3306), socket, ssl, database })
    }

    /// What the driver is given.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when the file of certificates cannot be used.
    pub(super) fn opts(&self) -> Result<Opts> {
        let builder = OptsBuilder::default()
            .ip_or_hostname(if self.host.is_empty() { "localhost" } else { &self.host })
            .tcp_port(self.port)
            .socket(self.socket.clone())
            .prefer_socket(false)
            .user(Some(self.user.clone()))
            .pass(self.password.clone())
            .db_name(Some(self.database.clone()))
            .tcp_keepalive(Some(Duration::from_secs(30)))
            .stmt_cache_size(64)
            .ssl_opts(self.ssl.opts()?)
            .init(SESSION.iter().map(ToString::to_string).collect());
        Ok(builder.into())
    }

    /// Could others read what goes to the server, and the password's proof?
    pub(super) fn is_open_to_others(&self) -> bool {
        let host: Option<IpAddr> = self.host.parse().ok();
        let here = self.host == "localhost" || host.is_some_and(|host| host.is_loopback());
        self.socket.is_none() && self.ssl == Ssl::Off && !here
    }

    /// Was a password given?
    pub(super) fn has_password(&self) -> bool {
        self.password.is_some()
    }
}

/// Said to the server first on every connection. Strict, whatever the server's default: a value that does not fit is
/// an error and is never cut. A lock is not waited for longer than a person would.
const SESSION: [&str; 3] = [
    "SET NAMES utf8mb4",
    "SET SESSION sql_mode = CONCAT_WS(',', NULLIF(@@SESSION.sql_mode, ''), 'STRICT_TRANS_TABLES')",
    "SET SESSION innodb_lock_wait_timeout = 10",
];

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { user, host, port, database, .. } = self;
        let ssl = self.ssl.shown();
        match &self.socket {
            Some(socket) => write!(f, "mysql://{user}@localhost/{database}?socket={socket}"),
            None if host.contains(':') => write!(f, "mysql://{user}@[{host}]:{port}/{database}{ssl}"),
            None => write!(f, "mysql://{user}@{host}:{port}/{database}{ssl}"),
        }
    }
}

fn decoded(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::{Address, MariadbOptions, Patience};
    use std::time::Duration;

    fn parse(url: &str) -> Result<Address, String> {
        Address::parse(&MariadbOptions::new(url, None)).map_err(|error| error.to_string())
    }

    #[test]
    fn an_address_is_shown_without_its_password() {
        let shown = |url: &str| parse(url).unwrap().to_string();
        assert_eq!(shown("mysql://pinax:s3cret@db.example.org/symbiota"), "mysql://pinax@db.example.org:3306/symbiota");
        assert_eq!(shown("mysql://p@[::1]:3307/s"), "mysql://p@[::1]:3307/s");
        assert_eq!(
            shown("mysql://p@localhost/s?socket=/run/mysqld/x.sock"),
            "mysql://p@localhost/s?socket=/run/mysqld/x.sock"
        );
        let options = MariadbOptions::new("mysql://p%40x:s3cret@h/s?ssl=required", None);
        assert_eq!(options.url_without_password().unwrap(), "mysql://p%40x@h/s?ssl=required");
        let options = MariadbOptions::new("mysql://pinax:s3cret@h/s", Some("0ther".to_owned()));
        assert!(options.password_in_url() && !MariadbOptions::new("mysql://pinax@h/s", None).password_in_url());
        let debug = format!("{options:?}");
        assert!(!debug.contains("s3cret") && !debug.contains("0ther"), "{debug}");
    }

    #[test]
    fn a_way_others_can_read_is_known() {
        let open = |url: &str| parse(url).unwrap().is_open_to_others();
        assert!(open("mysql://p@db.example.org/s") && open("mysql://p@10.0.0.7/s?ssl=off"));
        for url in ["mysql://p@localhost/s", "mysql://p@127.0.0.2/s", "mysql://p@[::1]/s", "mysql://p@h/s?socket=/x"] {
            assert!(!open(url), "{url}");
        }
        let protected = parse("mysql://p@db.example.org/s?ssl=required&ssl_ca=/etc/ca.pem").unwrap();
        assert!(!protected.is_open_to_others());
        assert_eq!(protected.to_string(), "mysql://p@db.example.org:3306/s?ssl=required&ssl_ca=/etc/ca.pem");
    }

    #[test]
    fn a_password_may_hold_anything() {
        let address = parse("mysql://p%40x:a%23%2Fb%25@h:1/s").unwrap();
        assert_eq!((address.user.as_str(), address.password.as_deref()), ("p@x", Some("a#/b%")));
    }

    #[test]
    fn what_cannot_be_an_address_is_refused_without_showing_it() {
        for (url, why) in [
            ("nonsense s3cret", "cannot be read"),
            ("postgres://u:s3cret@h/d", "begins with postgres:"),
            ("mysql://:s3cret@h/d", "names no user"),
            ("mysql://u:s3cret@h", "names no database"),
            ("mysql://u:s3cret@h/", "names no database"),
            ("mysql://u:s3cret@h/a/b", "more than a database"),
            ("mysql://u:s3cret@/d", "cannot be read"),
            ("mysql://u@h/d?sockett=/x", "`sockett`"),
            ("mysql://u@h/d?socket=x", "whole path"),
            ("mysql://u@h/d?socket=/x&socket=/y", "twice"),
            ("mysql://u:s3cret@h/d?ssl=maybe", "off or required"),
            ("mysql://u@h/d?socket=/x&ssl=required", "needs none"),
            ("mysql://u:s3cret@h/d#x", "%23"),
        ] {
            let message = parse(url).err().unwrap_or_else(|| panic!("{url} was taken"));
            assert!(message.contains(why), "{url}: {message}");
            assert!(!message.contains("s3cret"), "{message}");
        }
    }

    #[test]
    fn the_first_retry_comes_at_once_and_all_take_about_ten_seconds() {
        let pauses: Vec<Duration> = Patience::default().pauses().collect();
        assert_eq!(pauses[0], Duration::ZERO);
        assert_eq!(pauses.iter().sum::<Duration>(), Duration::from_secs(9));
    }
}
