//! An access URI: the web address of one published file, checked when it is made.

use std::fmt;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, percent_encode};
use serde::{Deserialize, Serialize};
use url::Url;

use super::error::{Error, ErrorKind, Result};

/// The width of the URL columns of Symbiota's table `media`.
pub const URI_MAX_CHARS: usize = 255;

/// What is escaped in one part of a path: everything that has a meaning in a URL, and the comma, because
/// `associatedMedia` is split at `,`, `;` and `|`.
const PATH_PART: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'\'')
    .add(b'+')
    .add(b',')
    .add(b'/')
    .add(b':')
    .add(b';')
    .add(b'<')
    .add(b'=')
    .add(b'>')
    .add(b'?')
    .add(b'@')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A direct web address: https unless told otherwise, percent-encoded, at most 255 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccessUri(String);

impl AccessUri {
    /// Checks a whole address that lies on somebody's server; what must be percent-encoded in it is.
    ///
    /// # Errors
    /// [`ErrorKind::Rejected`] when it is no absolute https address (http, where `allow_http`), holds a log-in or a
    /// fragment, or has more than 255 characters.
    pub fn new(text: &str, allow_http: bool) -> Result<Self> {
        let refuse = |why: &str| Err(Error::new(ErrorKind::Rejected, format!("`{text}` {why}")));
        let Ok(url) = Url::parse(text.trim()) else { return refuse("is no web address") };
        if !url.username().is_empty() || url.password().is_some() {
            // Not shown: it is a secret.
            return Err(Error::new(
                ErrorKind::Rejected,
                "the address holds a log-in, and a portal shows it to everybody",
            )
            .hint("take user name and password out of it"));
        }
        match url.scheme() {
            "https" => {}
            "http" if allow_http => {}
            "http" => {
                return refuse("is not https").map_err(|error: Error| {
                    error.hint(
                        "portals served by https do not show http pictures; if you mean it, set allow_http = true",
                    )
                });
            }
            _ => return refuse("is neither https nor http"),
        }
        if url.host_str().is_none_or(str::is_empty) {
            return refuse("has no host");
        }
        if url.fragment().is_some() {
            return refuse("holds a fragment").map_err(|error: Error| error.hint("write # in a name as %23"));
        }
        let address = url.as_str();
        if address.len() > URI_MAX_CHARS {
            return refuse(&format!("has {} characters; a portal holds {URI_MAX_CHARS}", address.len()));
        }
        Ok(Self(address.to_owned()))
    }

    /// One part of a path, percent-encoded.
    #[must_use]
    pub fn encoded_part(text: &str) -> String {
        percent_encode(text.as_bytes(), PATH_PART).to_string()
    }

    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Do two addresses lead to the same place? Portals hold `http` and `https` forms of one address, encoded and raw
    /// ones, and (Symbiota without `MEDIA_DOMAIN`) only the path.
    #[must_use]
    pub fn same_place(one: &str, other: &str) -> bool {
        if one.is_empty() || other.is_empty() {
            return false;
        }
        let plain = |text: &str| percent_decode_str(text).collect::<Vec<u8>>();
        let (one, other) = (Self::without_scheme(one), Self::without_scheme(other));
        if one.starts_with('/') != other.starts_with('/') {
            let path = |text: &str| text.find('/').map_or(Vec::new(), |slash| plain(&text[slash..]));
            return path(one) == path(other);
        }
        plain(one) == plain(other)
    }

    fn without_scheme(text: &str) -> &str {
        let lower = |prefix: &str| {
            text.get(..prefix.len()).filter(|head| head.eq_ignore_ascii_case(prefix)).map(|_| &text[prefix.len()..])
        };
        lower("https://").or_else(|| lower("http://")).unwrap_or(text)
    }
}

impl fmt::Display for AccessUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The address under which a store's root is seen on the web.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// Checks the address of a store's root. A `/` at the end is dropped.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when it is no absolute http(s) address, holds a query, a fragment, a user name or a
    /// password, or is `http` and `allow_http` is not set.
    pub fn new(text: &str, allow_http: bool) -> Result<Self> {
        let refuse = |why: &str, hint: &str| {
            Err(Error::new(ErrorKind::Config, format!("public_url `{text}` {why}")).hint(hint.to_owned()))
        };
        let Ok(url) = Url::parse(text) else {
            return refuse("is not a web address", "write it whole, for example https://img.example.org/tst");
        };
        match url.scheme() {
            "https" => {}
            "http" if allow_http => {}
            "http" => {
                return refuse(
                    "is not https",
                    "portals served by https do not show http pictures; if you mean it, set allow_http = true",
                );
            }
            _ => {
                return refuse("is neither https nor http", "pictures must be reachable in a browser");
            }
        }
        if url.host_str().is_none_or(str::is_empty) {
            return refuse("has no host", "write it whole, for example https://img.example.org/tst");
        }
        if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
            return refuse("holds a query, a fragment or a log-in", "give only scheme, host and path");
        }
        Ok(Self(url.as_str().trim_end_matches('/').to_owned()))
    }

    /// The address of the object `key` (parts joined by `/`, not yet encoded; bytes, because names need not be text).
    ///
    /// # Errors
    /// [`ErrorKind::Rejected`] when the address has more than 255 characters.
    pub fn join(&self, key: impl AsRef<[u8]>) -> Result<AccessUri> {
        let mut address = self.0.clone();
        for part in key.as_ref().split(|byte| *byte == b'/') {
            address.push('/');
            address.extend(percent_encode(part, PATH_PART));
        }
        if address.len() > URI_MAX_CHARS {
            return Err(Error::new(
                ErrorKind::Rejected,
                format!("the web address has {} characters; a portal holds {URI_MAX_CHARS}: {address}", address.len()),
            )
            .hint("shorten the file name, or public_url"));
        }
        Ok(AccessUri(address))
    }

    /// The address of the root itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::{AccessUri, PublicUrl};

    #[test]
    fn parts_are_encoded_and_slashes_are_not() {
        let root = PublicUrl::new("https://img.example.org/tst/", false).unwrap();
        let uri = root.join("A/bjørk å,%20#1+?.jpg").unwrap();
        assert_eq!(uri.as_str(), "https://img.example.org/tst/A/bj%C3%B8rk%20%C3%A5%2C%2520%231%2B%3F.jpg");
    }

    #[test]
    fn addresses_that_do_not_serve_are_refused() {
        for bad in ["img.example.org", "http://a/b", "ftp://a/b", "https://u:p@a/", "https://a/?q=1", ""] {
            assert!(PublicUrl::new(bad, false).is_err(), "{bad}");
        }
        assert!(PublicUrl::new("http://127.0.0.1:8080/img", true).is_ok());
    }

    #[test]
    fn too_long_is_refused_at_256() {
        let root = PublicUrl::new("https://a.org", false).unwrap();
        let key = |length: usize| "x".repeat(length - "https://a.org/".len());
        assert!(root.join(key(255)).is_ok());
        assert!(root.join(key(256)).is_err());
    }

    #[test]
    fn scheme_encoding_and_a_missing_host_do_not_tell_two_addresses_apart() {
        let same = AccessUri::same_place;
        assert!(same("HTTP://h/a", "https://h/a") && same("https://h/é&#.jpg", "http://h/%C3%A9%26%23.jpg"));
        assert!(same("/media/a.jpg", "https://h/media/a.jpg") && same("https://h/media/a.jpg", "/media/a.jpg"));
        assert!(!same("https://h/a", "https://i/a") && !same("", "") && !same("/a", "https://h/b/a"));
    }
}
