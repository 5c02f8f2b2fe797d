//! A Dropbox as a source.
#![cfg(test)]

mod contract;
mod faults;
mod listing;

use std::time::Duration;

use pinax_io::source::dropbox::{DropboxLogIn, DropboxOptions, DropboxSource};
use pinax_testkit::dropbox::{APP_KEY, FakeDropbox, REFRESH_TOKEN};
use url::Url;

const TOKEN: &str = "s3cret";

fn source(fake: &FakeDropbox, folder: &str) -> DropboxSource {
    source_of(fake, folder, DropboxLogIn::Token(TOKEN.to_owned()))
}

fn renewing(fake: &FakeDropbox, refresh_token: &str) -> DropboxSource {
    let (refresh_token, app_key) = (refresh_token.to_owned(), APP_KEY.to_owned());
    source_of(fake, "", DropboxLogIn::Refresh { refresh_token, app_key, app_secret: None })
}

fn source_of(fake: &FakeDropbox, folder: &str, log_in: DropboxLogIn) -> DropboxSource {
    DropboxSource::new(options(fake, folder, log_in)).unwrap()
}

fn options(fake: &FakeDropbox, folder: &str, log_in: DropboxLogIn) -> DropboxOptions {
    let mut options = DropboxOptions::new(folder, log_in);
    options.api = Url::parse(&fake.url()).unwrap();
    options.content = options.api.clone();
    options.http.manners.least_pause = Duration::ZERO;
    options.http.manners.retry_pause = Duration::from_millis(1);
    options
}

/// A refresh token that is known.
fn known() -> &'static str {
    REFRESH_TOKEN
}
