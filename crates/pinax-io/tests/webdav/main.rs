//! WebDAV of real servers, as source and as store.
#![cfg(test)]
#![cfg(unix)]

mod encrypted;
mod faults;
mod moved;
mod source;
mod store;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use pinax_core::nouns::uri::PublicUrl;
use pinax_io::http::{Credentials, HttpOptions};
use pinax_io::source::webdav::{WebdavSource, WebdavSourceOptions};
use pinax_io::store::webdav::{WebdavStore, WebdavStoreOptions};
use pinax_testkit::web_server::WebServer;
use url::Url;

/// The servers' paths of the folder that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dav {
    Apache,
    Rclone,
}

impl Dav {
    fn serve(self, root: &Path) -> WebServer {
        match self {
            Self::Apache => WebServer::apache_dav(root),
            Self::Rclone => WebServer::rclone_dav(root),
        }
    }

    fn url(self, server: &WebServer) -> String {
        server.url(match self {
            Self::Apache => "/dav/",
            Self::Rclone => "/",
        })
    }
}

/// Logged in, and in a hurry.
fn hurry(http: HttpOptions, url: &Url) -> HttpOptions {
    let credentials = Credentials::basic(url, WebServer::USER, WebServer::PASSWORD).unwrap();
    let mut http = HttpOptions { credentials: Some(credentials), ..http };
    http.manners.least_pause = Duration::ZERO;
    http.manners.retry_pause = Duration::from_millis(1);
    http
}

fn source(url: &str) -> WebdavSource {
    let url = Url::parse(url).unwrap();
    let options = WebdavSourceOptions::new(url.clone());
    WebdavSource::new(WebdavSourceOptions { http: hurry(options.http.clone(), &url), ..options }).unwrap()
}

fn store(url: &str) -> WebdavStore {
    let url = Url::parse(url).unwrap();
    let public_url = PublicUrl::new("https://img.example.org/tst", false).unwrap();
    let options = WebdavStoreOptions::new(url.clone(), public_url);
    WebdavStore::new(WebdavStoreOptions { http: hurry(options.http.clone(), &url), ..options }).unwrap()
}

/// Every file below, hidden or not.
fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(root: &Path, folder: &Path, into: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, into);
            } else {
                into.insert(path.strip_prefix(root).unwrap().to_str().unwrap().into(), fs::read(&path).unwrap());
            }
        }
    }
    let mut all = BTreeMap::new();
    walk(root, root, &mut all);
    all
}
