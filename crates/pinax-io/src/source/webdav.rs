//! A source that is a folder of a WebDAV server, such as CyVerse's Data Store.

use async_trait::async_trait;
use futures::stream::BoxStream;
use pinax_core::nouns::finding::Finding;
use pinax_core::nouns::source_image::{Fingerprint, SourceImage};
use pinax_core::nouns::uri::{AccessUri, PublicUrl};
use pinax_core::ports::source::{ListFrom, Listing, Source};
use pinax_core::{Error, ErrorKind, Result};
use url::Url;

use super::tree::{self, Contents, Folders, Found};
use crate::http::header::ETAG;
use crate::http::{HttpOptions, Redirect, Wanted, shown};
use crate::web_path::folder_address;
use crate::webdav::{Properties, WebdavServer, manners_at};

/// Which folder, and how it is asked for.
#[derive(Debug, Clone)]
pub struct WebdavSourceOptions {
    /// The topmost folder.
    pub url: Url,
    /// How it is asked; a log-in goes into its `credentials`.
    pub http: HttpOptions,
    /// The address under which everybody sees the topmost folder, when there is one (at CyVerse, that below `dav-anon`).
    pub public_url: Option<PublicUrl>,
}

impl WebdavSourceOptions {
    /// With the usual manners (at CyVerse one connection), nobody in particular; without links to it.
    #[must_use]
    pub fn new(url: Url) -> Self {
        let url = folder_address(url);
        Self { http: manners_at(&url), url, public_url: None }
    }
}

/// A folder of a WebDAV server, with everything below it.
#[derive(Debug)]
pub struct WebdavSource {
    server: WebdavServer,
    public_url: Option<PublicUrl>,
}

impl WebdavSource {
    /// Takes the address as it is; whether it is there, [`Source::check`] tells.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when it is no web address, or the options cannot be used.
    pub fn new(options: WebdavSourceOptions) -> Result<Self> {
        Ok(Self { server: WebdavServer::new(options.url, options.http)?, public_url: options.public_url })
    }
}

#[async_trait]
impl Folders for WebdavSource {
    async fn contents(&self, path: &[u8]) -> Result<Contents> {
        let listed = self.server.list(path).await?;
        let mut contents = Contents { odd: listed.odd, ..Contents::default() };
        contents.findings.extend(moved(&listed.redirects));
        for entry in listed.entries {
            if entry.properties.is_folder {
                contents.folders.push(entry.name);
                continue;
            }
            let changed_ms = entry.properties.modified_s.map(|seconds| seconds.saturating_mul(1_000));
            contents.files.push(Found { name: entry.name, fingerprint: fingerprint(&entry.properties), changed_ms });
        }
        Ok(contents)
    }
}

/// Says that a folder has another address now.
fn moved(redirects: &[Redirect]) -> Option<Finding> {
    let (first, last) = (redirects.first()?, redirects.last()?);
    let message = format!("{} has moved to {}", shown(&first.from), shown(&last.to));
    Some(Finding::note(message).hint("it is followed; write the new address in source.url"))
}

fn fingerprint(properties: &Properties) -> Fingerprint {
    Fingerprint {
        size_bytes: properties.size_bytes.unwrap_or_default(),
        modified_ns: properties.modified_s.unwrap_or_default().saturating_mul(1_000_000_000),
        tag: properties.etag.as_deref().map_or(0, Fingerprint::tag_of),
    }
}

#[async_trait]
impl Source for WebdavSource {
    fn describe(&self) -> String {
        format!("webdav {}", self.server.shown())
    }

    async fn check(&self) -> Result<()> {
        self.server.list(b"").await.map(drop)
    }

    fn list(&self, from: ListFrom) -> BoxStream<'_, Result<Listing>> {
        tree::list(self, from.since_ms)
    }

    fn public_uri(&self, image: &SourceImage) -> Result<Option<AccessUri>> {
        self.public_url.as_ref().map(|url| url.join(image.locator.as_bytes())).transpose()
    }

    async fn read(&self, image: &SourceImage, limit_bytes: u64) -> Result<Vec<u8>> {
        let (path, listed) = (image.locator.as_bytes(), image.fingerprint);
        if listed.size_bytes > limit_bytes {
            let message = format!("{} has {} bytes; at most {limit_bytes} are read", image.locator, listed.size_bytes);
            return Err(Error::new(ErrorKind::Rejected, message).hint("make it smaller, or raise the limit"));
        }
        let mut bytes = Vec::new();
        let came = self.server.fetch(path, &Wanted::up_to(limit_bytes), &mut bytes).await?;
        let etag = came.headers.get(ETAG).and_then(|etag| etag.to_str().ok());
        let told = etag.is_some_and(|etag| Fingerprint::tag_of(etag.trim().trim_start_matches("W/")) == listed.tag);
        // A server may tell the two of them differently; what it lists is what was believed.
        if (!told || came.size_bytes != listed.size_bytes) && !self.is_listed_so(path, listed, came.size_bytes).await? {
            let message = format!("{} changed since it was listed", image.locator);
            return Err(Error::new(ErrorKind::Conflict, message).hint("it is taken as it is now in the next run"));
        }
        Ok(bytes)
    }
}

impl WebdavSource {
    /// Is a file still listed as it was, and as long as what came?
    async fn is_listed_so(&self, path: &[u8], listed: Fingerprint, came_bytes: u64) -> Result<bool> {
        let now = self.server.look(path).await?.map(|properties| fingerprint(&properties));
        Ok(now == Some(listed) && (listed.size_bytes == 0 || listed.size_bytes == came_bytes))
    }
}
