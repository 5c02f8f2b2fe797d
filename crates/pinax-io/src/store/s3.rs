//! A store that is a bucket of an S3 server.

use async_trait::async_trait;
use pinax_core::Result;
use pinax_core::nouns::media::ObjectKey;
use pinax_core::nouns::uri::{AccessUri, PublicUrl};
use pinax_core::ports::store::{ObjectDigest, Put, Store};
use pinax_core::{Error, ErrorKind};
use tokio::sync::OnceCell;

use crate::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use crate::http::{HttpClient, Method, SumSink, Wanted};
use crate::s3::{Bucket, S3Options};

mod probe;
mod put;
mod turns;

use turns::Turns;

/// Where objects are put, and what a browser is told of them.
#[derive(Debug, Clone)]
pub struct S3StoreOptions {
    /// The bucket; it must exist.
    pub bucket: S3Options,
    /// The address at which the web sees what lies below the prefix.
    pub public_url: PublicUrl,
    /// What browsers are told about keeping a copy; empty says nothing.
    pub cache_control: String,
    /// A ready-made access rule for each object, such as `public-read`, where the bucket knows such rules.
    pub acl: Option<String>,
}

impl S3StoreOptions {
    /// Browsers keep copies for a year, because an address never changes what it shows; the bucket's own rules of access.
    #[must_use]
    pub fn new(bucket: S3Options, public_url: PublicUrl) -> Self {
        Self { bucket, public_url, cache_control: "public, max-age=31536000, immutable".to_owned(), acl: None }
    }
}

/// A bucket of an S3 server.
///
/// An object is there as a whole or not at all, and the server compares it with its SHA-256. Nothing is replaced:
/// the server is asked to write only where nothing lies (`If-None-Match: *`); one that does not know this is found out
/// before the first object is put, and then it is looked before each, so nobody else may write the same names meanwhile.
#[derive(Debug)]
pub struct S3Store {
    bucket: Bucket,
    public_url: PublicUrl,
    headers: HeaderMap,
    /// Does the server write only where nothing lies, when asked to?
    keeps: OnceCell<bool>,
    turns: Turns,
}

impl S3Store {
    /// Takes the bucket as it is named; whether it is there, [`Store::check`] tells. The client must be allowed to ask
    /// [`S3Options::bucket_url`].
    ///
    /// # Errors
    /// As [`S3Options::bucket_url`]; `Config` when `cache_control` or `acl` cannot be sent, or nobody logs in.
    pub fn new(options: S3StoreOptions, http: HttpClient) -> Result<Self> {
        if options.bucket.login.is_none() {
            return Err(Error::new(ErrorKind::Config, "a bucket cannot be written to without keys")
                .hint("set access_key, and PINAX_STORE_SECRET_KEY in the environment"));
        }
        let mut headers = HeaderMap::new();
        let mut add = |name: HeaderName, text: &str, option: &str| {
            let value = HeaderValue::from_str(text)
                .map_err(|_| Error::new(ErrorKind::Config, format!("{option} `{text}` cannot be sent")))?;
            headers.insert(name, value);
            Ok::<(), Error>(())
        };
        if !options.cache_control.is_empty() {
            add(CACHE_CONTROL, &options.cache_control, "cache_control")?;
        }
        if let Some(acl) = &options.acl {
            add(HeaderName::from_static("x-amz-acl"), acl, "acl")?;
        }
        Ok(Self {
            bucket: Bucket::new(options.bucket, http)?,
            public_url: options.public_url,
            headers,
            keeps: OnceCell::new(),
            turns: Turns::default(),
        })
    }

    /// What is sent along with an object.
    fn headers_for(&self, key: &str) -> HeaderMap {
        let mut headers = self.headers.clone();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(key)));
        headers
    }

    async fn sum_of(&self, key: &str) -> Result<Option<ObjectDigest>> {
        let mut sum = SumSink::default();
        let wanted = Wanted::up_to(u64::MAX);
        match self.bucket.http().download_into(&self.bucket.signed_url(key), &wanted, &mut sum).await {
            Ok(_) => Ok(Some(ObjectDigest { size_bytes: sum.size_bytes(), sha256: sum.sum() })),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// What a browser is told that it is.
fn content_type(key: &str) -> &'static str {
    let extension = key.rsplit('/').next().unwrap_or(key).rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension.to_ascii_lowercase().as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "tif" | "tiff" => "image/tiff",
        "bmp" => "image/bmp",
        "jp2" => "image/jp2",
        "heic" => "image/heic",
        "dng" => "image/x-adobe-dng",
        "json" => "application/json",
        "csv" => "text/csv; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "xml" => "application/xml",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}

#[async_trait]
impl Store for S3Store {
    fn describe(&self) -> String {
        self.bucket.shown()
    }

    async fn check(&self) -> Result<()> {
        let keeps = probe::check(self).await?;
        // Asked again, it may have learned it; the first answer is kept.
        let _ = self.keeps.set(keeps);
        Ok(())
    }

    async fn put_new(&self, key: &ObjectKey, bytes: &[u8]) -> Result<Put> {
        put::put_new(self, key, bytes).await
    }

    async fn digest(&self, key: &ObjectKey) -> Result<Option<ObjectDigest>> {
        self.sum_of(&self.bucket.key(key.as_str())).await
    }

    async fn read(&self, key: &ObjectKey) -> Result<Option<Vec<u8>>> {
        let url = self.bucket.signed_url(&self.bucket.key(key.as_str()));
        match self.bucket.http().download(&url, &Wanted::up_to(u64::MAX)).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn delete(&self, key: &ObjectKey) -> Result<()> {
        let full = self.bucket.key(key.as_str());
        let answer = self.bucket.ask(Method::DELETE, &full, HeaderMap::new(), Vec::new()).await?;
        if answer.status.is_success() {
            return Ok(());
        }
        let error = self.bucket.refusal(&answer, &format!("cannot delete {key}"));
        if error.kind() == ErrorKind::NotFound { Ok(()) } else { Err(error) }
    }

    fn public_uri(&self, key: &ObjectKey) -> Result<AccessUri> {
        self.public_url.join(key.as_str())
    }
}
