//! A source that is a table: a row for each picture, with the number of its specimen and its address on the web.

use std::path::PathBuf;

use async_trait::async_trait;
use futures::stream::BoxStream;
use pinax_core::nouns::media::Variant;
use pinax_core::nouns::source_image::SourceImage;
use pinax_core::nouns::uri::AccessUri;
use pinax_core::ports::source::{ListFrom, Listing, Source};
use pinax_core::{Error, ErrorKind, Result};
use url::Url;

use crate::http::header::CONTENT_TYPE;
use crate::http::{AddressGuard, HttpClient, HttpOptions, Wanted, shown};

mod header;
mod list;
mod row;
mod table;
mod told;

/// Where the table is.
#[derive(Debug, Clone)]
pub enum CsvPlace {
    /// A file of this machine.
    File(PathBuf),
    /// An address; the table is fetched whole for each listing.
    Web(Url),
}

/// Where a table is, and how the pictures are fetched that it names.
#[derive(Debug, Clone)]
pub struct CsvMapOptions {
    /// The table.
    pub place: CsvPlace,
    /// A larger table is refused.
    pub table_limit_bytes: u64,
    /// How the table is asked for.
    pub table_http: HttpOptions,
    /// How pictures are asked for. Their addresses are data: the guard names only servers that the configuration names.
    pub picture_http: HttpOptions,
    /// Pictures are fetched from `archiveUrl`, where a row has one, instead of `originalUrl`.
    pub from_archive: bool,
    /// May addresses be `http`?
    pub allow_http: bool,
}

impl CsvMapOptions {
    /// With the usual manners; pictures only from the public internet.
    #[must_use]
    pub fn new(place: CsvPlace) -> Self {
        let table_http = match &place {
            CsvPlace::File(_) => HttpOptions::new(AddressGuard::public_only()),
            CsvPlace::Web(url) => HttpOptions::for_server(url),
        };
        Self {
            place,
            table_limit_bytes: 1 << 30,
            table_http,
            picture_http: HttpOptions::new(AddressGuard::public_only()),
            from_archive: false,
            allow_http: false,
        }
    }
}

/// A table of pictures, by Symbiota's names of columns.
///
/// A locator is `NUMBER/ADDRESS`, because one picture may show several specimens; `/` and `%` in the number are written `%2F`
/// and `%25`. The tag stands for the whole row, so that a changed row is a changed picture. What lies at an address is fetched
/// as it is now.
#[derive(Debug)]
pub struct CsvMapSource {
    options: CsvMapOptions,
    table: HttpClient,
    pictures: HttpClient,
}

impl CsvMapSource {
    /// Prepares; whether the table can be read, [`Source::check`] tells.
    ///
    /// # Errors
    /// As [`HttpClient::new`].
    pub fn new(options: CsvMapOptions) -> Result<Self> {
        if let CsvPlace::Web(url) = &options.place {
            options.table_http.guard.look_at(url).map_err(|error| {
                let hint = error.hint_text().unwrap_or_default().to_owned();
                Error::new(ErrorKind::Config, format!("source.url: {error}")).hint(hint)
            })?;
        }
        let table = HttpClient::new(options.table_http.clone())?;
        // What stands in a table is asked without our log-in.
        let pictures = HttpClient::new(HttpOptions { credentials: None, ..options.picture_http.clone() })?;
        Ok(Self { options, table, pictures })
    }

    /// The table for people.
    fn shown(&self) -> String {
        match &self.options.place {
            CsvPlace::File(path) => path.display().to_string(),
            CsvPlace::Web(url) => shown(url),
        }
    }
}

#[async_trait]
impl Source for CsvMapSource {
    fn describe(&self) -> String {
        format!("csv-map {}", self.shown())
    }

    async fn check(&self) -> Result<()> {
        list::check(self).await
    }

    fn list(&self, _from: ListFrom) -> BoxStream<'_, Result<Listing>> {
        list::list(self)
    }

    fn public_uri(&self, image: &SourceImage) -> Result<Option<AccessUri>> {
        AccessUri::new(&address(image, Variant::Original)?, self.options.allow_http).map(Some)
    }

    async fn read(&self, image: &SourceImage, limit_bytes: u64) -> Result<Vec<u8>> {
        let variant = if self.options.from_archive { Variant::Archive } else { Variant::Original };
        let text = address(image, variant)?;
        let uri = AccessUri::new(&text, self.options.allow_http)?;
        let url = Url::parse(uri.as_str())
            .map_err(|error| Error::new(ErrorKind::Rejected, format!("{text} is no web address")).caused_by(error))?;
        let mut bytes = Vec::new();
        let came = self.pictures.download_into(&url, &Wanted::up_to(limit_bytes), &mut bytes).await;
        let came = came.map_err(|error| match error.kind() {
            // One picture of one server: no reason to stop all the others.
            ErrorKind::Unauthorized | ErrorKind::Forbidden => Error::new(ErrorKind::Rejected, error.to_string())
                .hint("pictures that a table names must be open to everybody"),
            _ => error,
        })?;
        let kind = came.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.to_ascii_lowercase().starts_with("text/html") {
            let message = format!("{} shows a web page, not a picture", shown(&url));
            return Err(Error::new(ErrorKind::Rejected, message)
                .hint("write the address of the picture itself: open it in a browser, and copy its address"));
        }
        Ok(bytes)
    }
}

/// Where the picture is, as its row says it; without a row, as its locator does.
fn address(image: &SourceImage, variant: Variant) -> Result<String> {
    let media = image.statement.as_ref().map(|statement| &statement.media);
    let told = media.and_then(|media| media.get(variant.column()).or_else(|| media.get(Variant::Original.column())));
    let located = || std::str::from_utf8(image.locator.as_bytes()).ok()?.split_once('/').map(|(_, address)| address);
    told.map(String::as_str)
        .or_else(located)
        .map(str::to_owned)
        .ok_or_else(|| Error::new(ErrorKind::NotFound, format!("{} is no row of a table of pictures", image.locator)))
}
