//! The web, politely: what every adapter that speaks HTTP stands on.
//!
//! A [`HttpClient`] asks a host no faster and over no more connections than it is told, waits as long as the host says,
//! tries again after faults that pass, goes on with a transfer that was cut off, and follows redirects without carrying
//! a password elsewhere. Addresses that come from data lead only to the public internet ([`AddressGuard`]).

mod answer;
mod client;
mod download;
mod fault;
mod guard;
mod hosts;
mod options;
mod redirect;
mod request;
mod retry;
mod sink;
mod wait;

pub use answer::{Answer, Redirect};
pub use client::HttpClient;
pub use download::{Downloaded, Wanted};
pub use guard::{AddressGuard, is_public};
pub use options::{Credentials, HttpOptions, Manners, Timeouts, is_this_machine};
pub use request::Request;
pub use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
pub use reqwest::{Method, StatusCode};
pub use sink::{Sink, SumSink};
pub use wait::{RealWait, Wait};

use url::Url;

/// An address as it may be shown: without user name, password, query and fragment, which may hold secrets.
#[must_use]
pub fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    // These fail for addresses that cannot hold a log-in.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.to_string()
}

/// Do two addresses lead to the same server: scheme, host and port?
#[must_use]
pub fn same_origin(one: &Url, other: &Url) -> bool {
    one.origin() == other.origin() && one.has_host()
}
