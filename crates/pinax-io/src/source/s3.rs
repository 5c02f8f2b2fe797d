//! A source that is a bucket of an S3 server, or what lies below a prefix of it.

use async_trait::async_trait;
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use pinax_core::nouns::source_image::{Fingerprint, Locator, SourceImage};
use pinax_core::nouns::uri::{AccessUri, PublicUrl};
use pinax_core::ports::source::{ListFrom, Listing, Source};
use pinax_core::{Error, ErrorKind, Result};

use super::names::{Name, look_at};
use super::passed_over::{PassedOver, Why};
use crate::http::header::ETAG;
use crate::http::{HttpClient, Wanted};
use crate::s3::{Bucket, Object, S3Options};

/// Which bucket is read.
#[derive(Debug, Clone)]
pub struct S3SourceOptions {
    /// The bucket.
    pub bucket: S3Options,
    /// The address at which anybody sees what lies below the prefix; `None` where nobody does.
    pub public_url: Option<PublicUrl>,
}

/// What lies in a bucket.
///
/// A file is named by its key below the prefix. It is known by its length, its entity tag (where the server lists one) and
/// the second in which it was written; what is read must have the same. Files stay where they are.
#[derive(Debug)]
pub struct S3Source {
    bucket: Bucket,
    public_url: Option<PublicUrl>,
}

impl S3Source {
    /// Takes the bucket as it is named; whether it is there, [`Source::check`] tells. The client must be allowed to ask
    /// [`S3Options::bucket_url`].
    ///
    /// # Errors
    /// As [`S3Options::bucket_url`].
    pub fn new(options: S3SourceOptions, http: HttpClient) -> Result<Self> {
        Ok(Self { bucket: Bucket::new(options.bucket, http)?, public_url: options.public_url })
    }

    fn key_of(&self, image: &SourceImage) -> Result<String> {
        let text = std::str::from_utf8(image.locator.as_bytes()).map_err(|_| gone(&image.locator))?;
        Ok(self.bucket.key(text))
    }
}

fn gone(locator: &Locator) -> Error {
    Error::new(ErrorKind::NotFound, format!("{locator} is not there any more"))
        .hint("if it was removed on purpose, all is well")
}

fn changed(locator: &Locator) -> Error {
    Error::new(ErrorKind::Conflict, format!("{locator} changed since it was listed"))
        .hint("it is taken as it is now in the next run")
}

fn tag(etag: Option<&str>) -> u64 {
    let plain = |etag: &str| etag.trim_start_matches("W/").trim_matches('"').to_owned();
    etag.map(plain).filter(|etag| !etag.is_empty()).map_or(0, |etag| Fingerprint::tag_of(&etag))
}

/// Page after page.
struct Pages<'a> {
    source: &'a S3Source,
    next: Option<String>,
    passed: PassedOver,
}

impl Pages<'_> {
    async fn next_part(&mut self) -> Result<Listing> {
        let page = self.source.bucket.page(self.next.as_deref()).await?;
        if page.next.is_some() && page.next == self.next {
            return Err(Error::new(ErrorKind::Corrupt, "the listing of the bucket goes in a circle")
                .hint("tell the provider: the next page begins where this one did"));
        }
        let mut part = Listing::default();
        for object in &page.objects {
            self.look(object, &mut part);
        }
        self.next = page.next;
        if self.next.is_none() {
            let passed = std::mem::take(&mut self.passed);
            part.is_whole = passed.saw_everything();
            part.findings = passed.findings();
        }
        Ok(part)
    }

    fn look(&mut self, object: &Object, part: &mut Listing) {
        let prefix = self.source.bucket.key("");
        let Some(below) = object.key.strip_prefix(&prefix) else { return };
        // Web pages of providers make such objects when a person makes a folder.
        if below.is_empty() || below.ends_with('/') || below.ends_with("_$folder$") {
            return;
        }
        let parts = || below.split('/');
        if parts().any(|part| part.is_empty() || part == "." || part == "..") {
            return self.passed.add(Why::Outside, below.as_bytes());
        }
        if parts().any(|part| look_at(part.as_bytes()) == Name::Litter) {
            return;
        }
        if look_at(parts().next_back().unwrap_or_default().as_bytes()) == Name::Unfinished {
            return self.passed.add(Why::Unfinished, below.as_bytes());
        }
        if matches!(object.storage_class.as_str(), "GLACIER" | "DEEP_ARCHIVE") {
            let why = format!("it lies in the archive of the provider ({}): have it restored", object.storage_class);
            return self.passed.unreadable(below.as_bytes(), &why);
        }
        let fingerprint = Fingerprint {
            size_bytes: object.size_bytes,
            modified_ns: object.modified_s.saturating_mul(1_000_000_000),
            tag: tag(object.etag.as_deref()),
        };
        part.files.push(SourceImage::new(Locator::new(below), fingerprint));
    }
}

#[async_trait]
impl Source for S3Source {
    fn describe(&self) -> String {
        self.bucket.shown()
    }

    async fn check(&self) -> Result<()> {
        self.bucket.page(None).await.map(drop)
    }

    fn list(&self, _from: ListFrom) -> BoxStream<'_, Result<Listing>> {
        let pages = Pages { source: self, next: None, passed: PassedOver::default() };
        stream::unfold(Some(pages), |pages| async move {
            let mut pages = pages?;
            match pages.next_part().await {
                Ok(part) => {
                    let goes_on = pages.next.is_some();
                    Some((Ok(part), goes_on.then_some(pages)))
                }
                Err(error) => Some((Err(error), None)),
            }
        })
        .boxed()
    }

    fn public_uri(&self, image: &SourceImage) -> Result<Option<AccessUri>> {
        let Some(public_url) = &self.public_url else { return Ok(None) };
        let below = std::str::from_utf8(image.locator.as_bytes()).map_err(|_| gone(&image.locator))?;
        public_url.join(below).map(Some)
    }

    async fn read(&self, image: &SourceImage, limit_bytes: u64) -> Result<Vec<u8>> {
        let (locator, listed) = (&image.locator, &image.fingerprint);
        let key = self.key_of(image)?;
        if listed.size_bytes > limit_bytes {
            return Err(Error::new(
                ErrorKind::Rejected,
                format!("{locator} has {} bytes; at most {limit_bytes} are read", listed.size_bytes),
            )
            .hint("make it smaller, or raise the limit"));
        }
        let wanted = Wanted {
            limit_bytes: u64::MAX,
            size_bytes: Some(listed.size_bytes),
            etag: None,
            modified_s: Some(listed.modified_ns.div_euclid(1_000_000_000)),
        };
        let mut bytes = Vec::new();
        let got = self.bucket.http().download_into(&self.bucket.signed_url(&key), &wanted, &mut bytes).await;
        let got = got.map_err(|error| match error.kind() {
            ErrorKind::NotFound => gone(locator),
            ErrorKind::Conflict => changed(locator),
            _ => error,
        })?;
        let etag = got.headers.get(ETAG).and_then(|etag| etag.to_str().ok());
        if bytes.len() as u64 != listed.size_bytes || (listed.tag != 0 && etag.is_some() && tag(etag) != listed.tag) {
            return Err(changed(locator));
        }
        Ok(bytes)
    }
}
