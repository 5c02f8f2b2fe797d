//! A source that is a web server's directory pages: Apache, nginx (also as JSON), lighttpd, IIS, `rclone serve http`.

use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use futures::stream::BoxStream;
use pinax_core::nouns::finding::Finding;
use pinax_core::nouns::source_image::{Fingerprint, Locator, SourceImage};
use pinax_core::nouns::uri::{AccessUri, PublicUrl};
use pinax_core::ports::source::{ListFrom, Listing, Source};
use pinax_core::{Error, ErrorKind, Result};
use url::Url;

use super::tree::{self, Contents, Folders, Found};
use crate::http::header::{ACCEPT, CONTENT_TYPE};
use crate::http::{Downloaded, HeaderValue, HttpClient, HttpOptions, Request, Wanted, shown};
use crate::web_path::{Child, Link, address, folder_address, link};

mod facts;
mod json;
mod page;
mod same;

use page::Row;

/// A page is read up to this length: some two hundred thousand files in one folder.
const PAGE_BYTES: u64 = 48 << 20;

/// Where directory pages are, and how they are asked for.
#[derive(Debug, Clone)]
pub struct HttpIndexOptions {
    /// The page of the topmost folder.
    pub url: Url,
    /// How it is asked.
    pub http: HttpOptions,
    /// The address under which everybody sees the topmost folder, when links may lead there. It is that of `url`, or the
    /// same place by a better name.
    pub public_url: Option<PublicUrl>,
}

impl HttpIndexOptions {
    /// With the usual manners; without links to it.
    #[must_use]
    pub fn new(url: Url) -> Self {
        let url = folder_address(url);
        Self { http: HttpOptions::for_server(&url), url, public_url: None }
    }
}

/// A web server's directory pages, with everything below them.
///
/// A page tells names, and more or less of size and time. What it tells exactly is compared when a file is read; of the
/// rest a tag is kept, so that a row that reads otherwise is a changed file.
#[derive(Debug)]
pub struct HttpIndexSource {
    root: Url,
    client: HttpClient,
    public_url: Option<PublicUrl>,
    /// The pages were caught telling other sizes or times than the files have: only the rows are compared.
    pages_differ: AtomicBool,
}

impl HttpIndexSource {
    /// Takes the address as it is; whether pages are there, [`Source::check`] tells.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when it is no web address, or as [`HttpClient::new`].
    pub fn new(options: HttpIndexOptions) -> Result<Self> {
        options.http.guard.look_at(&options.url).map_err(|error| {
            let hint = error.hint_text().unwrap_or_default().to_owned();
            Error::new(ErrorKind::Config, error.to_string()).hint(hint)
        })?;
        Ok(Self {
            root: folder_address(options.url),
            client: HttpClient::new(options.http)?,
            public_url: options.public_url,
            pages_differ: AtomicBool::new(false),
        })
    }

    /// The address of a folder's page, its rows, and whether it says that it is a list of files.
    async fn rows(&self, path: &[u8]) -> Result<(Url, Vec<Row>, bool)> {
        let url = address(&self.root, path, true);
        let request = Request::get(url.clone())
            .header(ACCEPT, HeaderValue::from_static("text/html,application/json;q=0.9,*/*;q=0.1"))
            .limit(PAGE_BYTES);
        let answer = self.client.send(&request).await?.success()?;
        if answer.url != url {
            let message = format!("the page {} is shown at {}", shown(&url), shown(&answer.url));
            let hint = "write the address in source.url that the server leads to";
            return Err(Error::new(ErrorKind::Rejected, message).hint(hint));
        }
        let kind = answer.header(CONTENT_TYPE).unwrap_or_default().to_ascii_lowercase();
        if kind.starts_with("application/json") {
            let rows = json::rows(&answer.body).ok_or_else(|| no_page(&url, "is JSON, but no list of files"))?;
            return Ok((url, rows, true));
        }
        if !kind.is_empty() && !kind.starts_with("text/html") && !kind.starts_with("application/xhtml+xml") {
            return Err(no_page(&url, &format!("is {kind}")));
        }
        let page = page::read(&answer.body);
        Ok((url, page.rows, page.is_index))
    }
}

fn no_page(url: &Url, what: &str) -> Error {
    Error::new(ErrorKind::Rejected, format!("{} {what}, not a directory page", shown(url)))
        .hint("look at the address in a browser: it must show a list of files")
}

const NO_LIST_HINT: &str = "where a folder has an index.html, most servers show that instead of the list of files";

fn no_list(url: &Url) -> String {
    format!("{} names no files, and does not look like a directory page", shown(url))
}

#[async_trait]
impl Folders for HttpIndexSource {
    async fn contents(&self, path: &[u8]) -> Result<Contents> {
        let (url, rows, is_index) = self.rows(path).await?;
        let mut contents = Contents::default();
        let mut says_nothing = 0_u64;
        for row in rows {
            let child = match row.child(&url) {
                Link::Child(child) => child,
                Link::Odd => {
                    contents.odd.push(row.href);
                    continue;
                }
                Link::Elsewhere => continue,
            };
            let Child { name, is_folder } = child;
            if is_folder {
                contents.folders.push(name);
                continue;
            }
            let (fingerprint, changed_ms) = (row.fingerprint(), row.facts.changed_ms());
            says_nothing += u64::from(fingerprint == Fingerprint::of_file(0, 0));
            contents.files.push(Found { name, fingerprint, changed_ms });
        }
        if contents.files.is_empty() && contents.folders.is_empty() && !is_index {
            contents.findings.push(Finding::warning(no_list(&url)).hint(NO_LIST_HINT));
        }
        if says_nothing > 0 {
            let message = format!("{} tells neither size nor time of {says_nothing} files", shown(&url));
            contents.findings.push(Finding::note(message).hint(
                "a file that is exchanged under the same name will not be noticed; let the server show full lists (Apache: \
                 IndexOptions FancyIndexing)",
            ));
        }
        Ok(contents)
    }
}

#[async_trait]
impl Source for HttpIndexSource {
    fn describe(&self) -> String {
        format!("http-index {}", shown(&self.root))
    }

    async fn check(&self) -> Result<()> {
        let (url, rows, is_index) = self.rows(b"").await?;
        if is_index || rows.iter().any(|row| matches!(row.child(&url), Link::Child(_))) {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Config, no_list(&url)).hint(NO_LIST_HINT))
    }

    fn list(&self, from: ListFrom) -> BoxStream<'_, Result<Listing>> {
        tree::list(self, from.since_ms)
    }

    fn public_uri(&self, image: &SourceImage) -> Result<Option<AccessUri>> {
        self.public_url.as_ref().map(|url| url.join(image.locator.as_bytes())).transpose()
    }

    async fn read(&self, image: &SourceImage, limit_bytes: u64) -> Result<Vec<u8>> {
        let url = address(&self.root, image.locator.as_bytes(), false);
        let said = image.fingerprint.size_bytes;
        let differ = self.pages_differ.load(Ordering::Relaxed);
        if said > limit_bytes && !differ {
            let message = format!("{} has {said} bytes; at most {limit_bytes} are read", image.locator);
            return Err(Error::new(ErrorKind::Rejected, message).hint("make it smaller, or raise the limit"));
        }
        let mut bytes = Vec::new();
        let downloaded = self.client.download_into(&url, &Wanted::up_to(limit_bytes), &mut bytes).await?;
        if !differ && !same::may_be_same(&image.fingerprint, &downloaded) {
            self.look_again(image, &downloaded).await?;
        }
        Ok(bytes)
    }
}

impl HttpIndexSource {
    /// The file is not as its page said: has the page changed too, or does it not tell the truth?
    async fn look_again(&self, image: &SourceImage, downloaded: &Downloaded) -> Result<()> {
        let (url, rows, _) = self.rows(image.locator.folder()).await?;
        let name = image.locator.file_name();
        let row = rows.iter().find(|row| matches!(row.child(&url), Link::Child(child) if child.name == name));
        match row {
            Some(row) if row.fingerprint() == image.fingerprint => {
                self.pages_differ.store(true, Ordering::Relaxed);
                Ok(())
            }
            _ => Err(changed(&image.locator, downloaded)),
        }
    }
}

fn changed(locator: &Locator, downloaded: &Downloaded) -> Error {
    let message = format!("{locator} changed since it was listed: it has {} bytes now", downloaded.size_bytes);
    Error::new(ErrorKind::Conflict, message).hint("it is taken as it is now in the next run")
}

impl Row {
    fn child(&self, folder: &Url) -> Link {
        match &self.name {
            Some(child) => Link::Child(child.clone()),
            None => link(folder, &self.href),
        }
    }

    fn fingerprint(&self) -> Fingerprint {
        self.facts.fingerprint(&self.text)
    }
}
