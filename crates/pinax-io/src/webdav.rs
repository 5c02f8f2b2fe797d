//! WebDAV (RFC 4918): folders of a web server that can be listed, and written to. Source and store stand on it.

mod multistatus;

use pinax_core::{Error, ErrorKind, Result};
use url::Url;

use crate::http::header::{CONTENT_TYPE, HeaderName};
use crate::http::{
    Answer, Downloaded, HeaderValue, HttpClient, HttpOptions, Method, Redirect, Request, Sink, StatusCode, Wanted,
    same_origin, shown,
};
use crate::web_path::{Link, address, folder_address, link};

pub(crate) use multistatus::Properties;

/// An answer that lists a folder is read up to this length: some hundred thousand files in one folder.
const LIST_BYTES: u64 = 96 << 20;

const ASKED: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?><propfind xmlns=\"DAV:\"><prop><resourcetype/>\
    <getcontentlength/><getlastmodified/><getetag/></prop></propfind>";

/// CyVerse throttles whoever opens more than one connection.
const ONE_AT_A_TIME: [&str; 1] = ["data.cyverse.org"];

/// The usual manners at a server: at some, only one connection.
pub(crate) fn manners_at(url: &Url) -> HttpOptions {
    let mut options = HttpOptions::for_server(url);
    if url.host_str().is_some_and(|host| ONE_AT_A_TIME.iter().any(|name| host.eq_ignore_ascii_case(name))) {
        options.manners.connections_per_host = 1;
    }
    options
}

/// Something in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) name: Vec<u8>,
    pub(crate) properties: Properties,
}

/// A folder as it was listed.
#[derive(Debug, Default)]
pub(crate) struct Listed {
    pub(crate) entries: Vec<Entry>,
    /// Addresses of things no file can be named after.
    pub(crate) odd: Vec<String>,
    /// Where the server led to.
    pub(crate) redirects: Vec<Redirect>,
}

/// A folder of a WebDAV server, and everything below it.
#[derive(Debug, Clone)]
pub(crate) struct WebdavServer {
    root: Url,
    client: HttpClient,
}

impl WebdavServer {
    pub(crate) fn new(root: Url, http: HttpOptions) -> Result<Self> {
        http.guard.look_at(&root).map_err(|error| {
            let hint = error.hint_text().unwrap_or_default().to_owned();
            Error::new(ErrorKind::Config, error.to_string()).hint(hint)
        })?;
        Ok(Self { root: folder_address(root), client: HttpClient::new(http)? })
    }

    /// The topmost folder, for people.
    pub(crate) fn shown(&self) -> String {
        shown(&self.root)
    }

    pub(crate) fn address(&self, path: &[u8], is_folder: bool) -> Url {
        address(&self.root, path, is_folder)
    }

    /// Everything in the folder at `path`.
    pub(crate) async fn list(&self, path: &[u8]) -> Result<Listed> {
        let (responses, answer) = self.propfind(self.address(path, true), "1").await?;
        let folder = folder_address(answer.url);
        let mut listed = Listed { redirects: answer.redirects, ..Listed::default() };
        for response in responses {
            match link(&folder, &response.href) {
                Link::Child(child) => {
                    listed.entries.push(Entry { name: child.name, properties: response.properties });
                }
                Link::Odd => listed.odd.push(response.href),
                Link::Elsewhere => {}
            }
        }
        Ok(listed)
    }

    /// What lies at `path` itself; `None` when nothing does.
    pub(crate) async fn look(&self, path: &[u8]) -> Result<Option<Properties>> {
        match self.propfind(self.address(path, path.is_empty()), "0").await {
            Ok((responses, _)) => Ok(responses.into_iter().next().map(|response| response.properties)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn propfind(&self, url: Url, depth: &'static str) -> Result<(Vec<multistatus::Response>, Answer)> {
        let method = Method::from_bytes(b"PROPFIND").expect("it is a word");
        let request = Request::new(method, url.clone())
            .header(HeaderName::from_static("depth"), HeaderValue::from_static(depth))
            .header(CONTENT_TYPE, HeaderValue::from_static("application/xml; charset=utf-8"))
            .body(ASKED)
            .limit(LIST_BYTES);
        let answer = self.client.send(&request).await?;
        if !same_origin(&answer.url, &url) {
            let message = format!("{} leads to another server: {}", shown(&url), shown(&answer.url));
            return Err(Error::new(ErrorKind::Rejected, message).hint("write the address it leads to, if it is yours"));
        }
        match answer.status {
            StatusCode::MULTI_STATUS => match multistatus::read(&answer.body) {
                Some(responses) => Ok((responses, answer)),
                None => Err(no_webdav(&url, "gives a list that cannot be read")),
            },
            StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_IMPLEMENTED => {
                Err(no_webdav(&url, "does not know PROPFIND"))
            }
            status if status.is_success() => Err(no_webdav(&url, "shows something else than a list")),
            _ => Err(answer.refusal()),
        }
    }

    /// Fetches a file.
    pub(crate) async fn fetch(&self, path: &[u8], wanted: &Wanted, into: &mut dyn Sink) -> Result<Downloaded> {
        self.client.download_into(&self.address(path, false), wanted, into).await
    }

    /// Asks for something else; somebody's lock may be gone in a while.
    pub(crate) async fn send(&self, request: Request) -> Result<Answer> {
        self.client.send(&request.also_passing(StatusCode::LOCKED)).await
    }
}

fn no_webdav(url: &Url, what: &str) -> Error {
    Error::new(ErrorKind::Config, format!("{} {what}: is it WebDAV?", shown(url)))
        .hint("for pages that show files in a browser, the source's kind is http-index")
}
