//! A bucket as a source and as a store: at a server that checks every signature, and at one that plays faults.
#![cfg(test)]

mod faults;
mod killed;
mod source;
mod store;

use std::time::Duration;

use pinax_core::nouns::uri::PublicUrl;
use pinax_io::http::{HttpClient, HttpOptions, Manners};
use pinax_io::s3::{S3Login, S3Options};
use pinax_io::source::s3::{S3Source, S3SourceOptions};
use pinax_io::store::s3::{S3Store, S3StoreOptions};
use pinax_testkit::s3_server::{ACCESS_KEY, BUCKET, REGION, S3Server, SECRET_KEY};
use url::Url;

/// The bucket of a server, below a prefix that is no plain text.
const PREFIX: &str = "pictures of pl\u{e4}nts+/2026";

fn bucket(server: &S3Server) -> S3Options {
    S3Options {
        path_style: true,
        prefix: PREFIX.to_owned(),
        login: Some(S3Login::new(ACCESS_KEY, SECRET_KEY)),
        ..S3Options::new(Url::parse(&server.endpoint()).unwrap(), REGION, BUCKET)
    }
}

/// A client in a hurry.
fn http(bucket: &S3Options) -> HttpClient {
    let mut options = HttpOptions::for_server(&bucket.bucket_url().unwrap());
    options.manners = Manners {
        connections_per_host: 8,
        least_pause: Duration::ZERO,
        retries: 8,
        retry_pause: Duration::from_millis(20),
        ..Manners::default()
    };
    HttpClient::new(options).unwrap()
}

fn public_url() -> PublicUrl {
    PublicUrl::new("https://img.example.org/tst", false).unwrap()
}

fn source(bucket: S3Options) -> S3Source {
    let http = http(&bucket);
    S3Source::new(S3SourceOptions { bucket, public_url: Some(public_url()) }, http).unwrap()
}

fn store(bucket: S3Options) -> S3Store {
    let http = http(&bucket);
    S3Store::new(S3StoreOptions::new(bucket, public_url()), http).unwrap()
}

fn full(below: &str) -> String {
    format!("{PREFIX}/{below}")
}
