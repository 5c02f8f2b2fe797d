//! A source that is a BisQue: the image service of CyVerse, harvested day by day of upload.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use futures::stream::BoxStream;
use pinax_core::nouns::source_image::SourceImage;
use pinax_core::nouns::uri::{AccessUri, PublicUrl};
use pinax_core::ports::clock::Clock;
use pinax_core::ports::source::{ListFrom, Listing, Source};
use pinax_core::steps::bisque::{BisqueLinks, is_id};
use pinax_core::{Error, ErrorKind, Result};
use tokio::sync::Mutex;
use url::Url;

use crate::calendar::Day;
use crate::http::header::{ACCEPT, CONTENT_TYPE};
use crate::http::{HeaderValue, HttpClient, HttpOptions, Request, Wanted, shown};

mod choice;
mod day;
mod days;
mod list;
mod page;

use page::Row;

/// An answer is read up to this length: some hundred thousand pictures.
const PAGE_BYTES: u64 = 64 << 20;

/// Where a BisQue is, and what of it is harvested.
#[derive(Debug, Clone)]
pub struct BisqueOptions {
    /// The service: <https://bisque.cyverse.org>.
    pub url: Url,
    /// What the collection's pictures have in their path: `/home/shared/sernec/BOON/`.
    pub path: String,
    /// No picture was uploaded before.
    pub first_day: Day,
    /// Pictures in one answer.
    pub page_images: usize,
    /// Least time between the beginnings of two downloads.
    pub picture_pause: Duration,
    /// May the portal's rows show addresses that are not https?
    pub allow_http: bool,
    /// How it is asked.
    pub http: HttpOptions,
}

impl BisqueOptions {
    /// With much patience: one connection, a picture in five seconds.
    #[must_use]
    pub fn new(url: Url, path: impl Into<String>, first_day: Day) -> Self {
        let mut http = HttpOptions::for_server(&url);
        http.manners.connections_per_host = 1;
        http.manners.least_pause = Duration::from_millis(500);
        http.manners.retry_pause = Duration::from_secs(5);
        http.timeouts.answer = Duration::from_secs(300);
        http.timeouts.idle = Duration::from_secs(120);
        let picture_pause = Duration::from_secs(5);
        Self { url, path: path.into(), first_day, page_images: 500, picture_pause, allow_http: false, http }
    }
}

/// A BisQue, as Symbiota's harvest sees it: the pictures of each day whose path holds a text.
///
/// A locator is `ID/NAME`, so that the file name stays what it was. Of several files of one base name that came on one
/// day, JPEGs are taken and the others (CR2, DNG, TIFF, …) are left out with a finding. The service tells neither length
/// nor time of a file, so a picture is fetched as it is now; one that was exchanged shows by another time in a listing.
pub struct BisqueSource {
    /// Without `/` at the end.
    base: String,
    options: BisqueOptions,
    client: HttpClient,
    clock: Arc<dyn Clock>,
    /// When the next download may begin; who holds it is the only one who downloads.
    next: Mutex<Option<Instant>>,
}

impl fmt::Debug for BisqueSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BisqueSource")
            .field("base", &self.base)
            .field("path", &self.options.path)
            .finish_non_exhaustive()
    }
}

impl BisqueSource {
    /// Takes the address as it is; whether a BisQue is there, [`Source::check`] tells.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when it is no web address or no path is given, or as [`HttpClient::new`].
    pub fn new(options: BisqueOptions, clock: Arc<dyn Clock>) -> Result<Self> {
        let base = PublicUrl::new(options.url.as_str(), true).map_err(|error| {
            let hint = error.hint_text().unwrap_or_default().to_owned();
            Error::new(ErrorKind::Config, format!("source.url: {error}")).hint(hint)
        })?;
        if options.path.trim().len() < 3 || options.path.contains('*') {
            let message = format!("source.path `{}` does not say which pictures are yours", options.path);
            return Err(Error::new(ErrorKind::Config, message)
                .hint("write the folder they were uploaded to, for example /home/shared/sernec/BOON/"));
        }
        if options.page_images == 0 {
            return Err(Error::new(ErrorKind::Config, "no answer can hold less than one picture"));
        }
        let client = HttpClient::new(options.http.clone())?;
        Ok(Self { base: base.as_str().to_owned(), options, client, clock, next: Mutex::new(None) })
    }

    /// The pictures of a day, from the given one on.
    async fn page(&self, day: Day, offset: usize, limit: usize) -> Result<Vec<Row>> {
        let mut url = self.address("data_service/image")?;
        url.query_pairs_mut()
            .append_pair("value", &format!("*{}*", self.options.path.trim()))
            .append_pair("tag_query", &format!("upload_datetime:{day}*"))
            .append_pair("limit", &limit.to_string())
            .append_pair("offset", &offset.to_string());
        let request =
            Request::get(url).header(ACCEPT, HeaderValue::from_static("text/xml,application/xml")).limit(PAGE_BYTES);
        let answer = self.client.send(&request).await?.success()?;
        page::read(&answer.body).map_err(|why| {
            let message = format!("the answer of {} cannot be understood: {why}", shown(&answer.url));
            Error::new(ErrorKind::Io, message).hint("BisQue fails on and off; the day is asked again in the next run")
        })
    }

    fn address(&self, path: &str) -> Result<Url> {
        Url::parse(&format!("{}/{path}", self.base))
            .map_err(|error| Error::new(ErrorKind::Config, "source.url is no web address").caused_by(error))
    }

    fn today(&self) -> Day {
        Day::of_ms(self.clock.now_ms())
    }
}

#[async_trait]
impl Source for BisqueSource {
    fn describe(&self) -> String {
        format!("bisque {} {}", self.base, self.options.path.trim())
    }

    async fn check(&self) -> Result<()> {
        self.page(self.today(), 0, 1).await.map(|_| ()).map_err(|error| match error.kind() {
            // It answers, but not as a BisQue does.
            ErrorKind::NotFound | ErrorKind::Rejected => Error::new(ErrorKind::Config, error.to_string())
                .hint("write in source.url the address of the BisQue itself, for example https://bisque.cyverse.org"),
            _ => error,
        })
    }

    fn list(&self, from: ListFrom) -> BoxStream<'_, Result<Listing>> {
        list::list(self, &from)
    }

    fn public_uri(&self, image: &SourceImage) -> Result<Option<AccessUri>> {
        let links = BisqueLinks::of(&self.base, id(image)?);
        AccessUri::new(&links.original_url, self.options.allow_http).map(Some)
    }

    async fn read(&self, image: &SourceImage, limit_bytes: u64) -> Result<Vec<u8>> {
        let url = self.address(&format!("image_service/image/{}", id(image)?))?;
        let mut next = self.next.lock().await;
        let wait = self.client.wait();
        while let Some(pause) = next.and_then(|next| next.checked_duration_since(wait.now())).filter(|p| !p.is_zero()) {
            wait.wait(pause).await;
        }
        *next = Some(wait.now() + self.options.picture_pause);
        let mut bytes = Vec::new();
        let came = self.client.download_into(&url, &Wanted::up_to(limit_bytes), &mut bytes).await?;
        let kind = came.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.to_ascii_lowercase().starts_with("text/html") || begins_like_a_page(&bytes) {
            let message = format!("{} gave a page instead of the picture", shown(&url));
            return Err(Error::new(ErrorKind::Io, message)
                .hint("BisQue fails on and off; the picture is asked for again in the next run"));
        }
        Ok(bytes)
    }
}

/// `resource_uniq`: the folder of the locator.
fn id(image: &SourceImage) -> Result<&str> {
    let id = std::str::from_utf8(image.locator.folder()).ok().filter(|id| is_id(id));
    id.ok_or_else(|| Error::new(ErrorKind::NotFound, format!("{} is no picture of a BisQue", image.locator)))
}

fn begins_like_a_page(bytes: &[u8]) -> bool {
    let start: Vec<u8> = bytes.trim_ascii_start().iter().take(14).map(u8::to_ascii_lowercase).collect();
    [&b"<!doctype html"[..], b"<html"].iter().any(|page| start.starts_with(page))
}
