//! Faults of a request, and whether they pass.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use pinax_core::{Error, ErrorKind};
use reqwest::StatusCode;
use url::Url;

use super::guard::{NothingPublic, refused};
use super::shown;

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Fault {
    /// It may pass.
    Passing(Passing),
    /// Asking again would not help.
    Lasting(Error),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Lasting(error)
    }
}

/// A fault that may pass.
#[derive(Debug)]
pub(super) struct Passing {
    /// In words, when it does not pass after all.
    pub(super) error: Error,
    /// The server asks to be left alone for so long.
    pub(super) wait: Option<Duration>,
    /// The host is to blame, whatever was asked of it.
    pub(super) blames_host: bool,
    /// The request may have reached the server.
    pub(super) was_sent: bool,
}

/// Nothing came, or only a part.
pub(super) fn lost(url: &Url, error: reqwest::Error) -> Fault {
    // With the address the error would show more of it than may be shown.
    let error = error.without_url();
    match cause(&error) {
        Cause::NotPublic => return Fault::Lasting(refused(url)),
        Cause::Certificate(why) => {
            let message = format!("the certificate of {} cannot be trusted", host(url));
            return Fault::Lasting(Error::new(ErrorKind::Unavailable, message).caused_by(why).hint(
                "is the address right, and the clock of this machine? Or ask the server's administrator to renew the \
                 certificate",
            ));
        }
        Cause::Other => {}
    }
    if error.is_builder() {
        let message = format!("{} cannot be asked for", shown(url));
        return Fault::Lasting(Error::new(ErrorKind::Rejected, message).caused_by(innermost(&error)));
    }
    let blames_host = error.is_connect();
    let what = if blames_host { "cannot be reached" } else { "hung up in the middle" };
    let hint = if blames_host {
        "check the address and the network; is the server running?"
    } else {
        "try again; when it happens often, ask the server's administrator"
    };
    let message = format!("{} {what}", host(url));
    let error = Error::new(ErrorKind::Unavailable, message).caused_by(innermost(&error)).hint(hint);
    Fault::Passing(Passing { error, wait: None, blames_host, was_sent: !blames_host })
}

/// The answer took too long.
pub(super) fn too_slow(url: &Url) -> Fault {
    let message = format!("{} did not answer in time", host(url));
    let error = Error::new(ErrorKind::Unavailable, message).hint("try again when it is less busy");
    Fault::Passing(Passing { error, wait: None, blames_host: false, was_sent: true })
}

/// Less came than was said.
pub(super) fn cut_off(url: &Url) -> Fault {
    let message = format!("{} was cut off", shown(url));
    let error = Error::new(ErrorKind::Unavailable, message).hint("try again; is the file whole on the server?");
    Fault::Passing(Passing { error, wait: None, blames_host: false, was_sent: true })
}

/// A status that tells of a passing fault.
pub(super) fn busy(url: &Url, status: StatusCode, wait: Option<Duration>) -> Fault {
    let what = if status.is_server_error() { "is broken or busy" } else { "asks us to wait" };
    let message = format!("{} {what} (status {}) at {}", host(url), status.as_u16(), shown(url));
    let error = Error::new(ErrorKind::Unavailable, message).hint("try again later");
    Fault::Passing(Passing {
        error,
        wait,
        blames_host: matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::LOCKED),
        was_sent: true,
    })
}

fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or("the server");
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

enum Cause {
    NotPublic,
    Certificate(String),
    Other,
}

/// What lies at the bottom. An I/O error gives what it wraps only when it is asked for it.
fn cause(error: &reqwest::Error) -> Cause {
    let mut next: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = next {
        if error.is::<NothingPublic>() {
            return Cause::NotPublic;
        }
        if let Some(rustls::Error::InvalidCertificate(why)) = error.downcast_ref::<rustls::Error>() {
            return Cause::Certificate(why.to_string());
        }
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = match wrapped {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    Cause::Other
}

/// The innermost reason in words; those around it repeat what the message says.
fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn StdError = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
