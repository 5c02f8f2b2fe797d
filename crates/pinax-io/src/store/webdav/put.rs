//! Putting an object: aside first, then under its name, if that is free.

use pinax_core::nouns::checksum::Sha256Sum;
use pinax_core::nouns::media::ObjectKey;
use pinax_core::ports::store::{Put, Store as _};
use pinax_core::{Error, ErrorKind, Result};

use super::{WebdavStore, aside_path};
use crate::http::header::{CONTENT_TYPE, HeaderName, IF_NONE_MATCH};
use crate::http::{Answer, HeaderValue, Method, Request, StatusCode};

/// Somebody else may remove folders, or sweep what lies aside; so often it is begun again.
const BEGINNINGS: u32 = 3;

impl WebdavStore {
    pub(super) async fn put(&self, key: &ObjectKey, bytes: &[u8]) -> Result<Put> {
        if self.server.look(key.as_str().as_bytes()).await?.is_some() {
            return Ok(Put::Exists);
        }
        let aside = aside_path(key, bytes);
        let mut refused = None;
        for _ in 0..BEGINNINGS {
            self.make_folders(&aside).await?;
            self.make_folders(key.as_str()).await?;
            let written = self.write(&aside, key, bytes, false).await?;
            if matches!(written.status, StatusCode::CONFLICT | StatusCode::NOT_FOUND) {
                self.forget_folders();
                continue;
            }
            written.success()?;
            let moved = self.give_name(&aside, key).await?;
            match moved.status {
                StatusCode::CREATED | StatusCode::NO_CONTENT | StatusCode::OK => return Ok(Put::Created),
                StatusCode::PRECONDITION_FAILED => {
                    self.remove(&aside, false).await?;
                    return self.whose(&moved, key, bytes).await;
                }
                // What was put aside, or a folder, is gone (Apache says 500 then, rclone 403): unless it was moved by a try whose answer
                // was lost.
                StatusCode::NOT_FOUND
                | StatusCode::CONFLICT
                | StatusCode::INTERNAL_SERVER_ERROR
                | StatusCode::FORBIDDEN => {
                    refused = Some(moved.refusal());
                    if self.whose(&moved, key, bytes).await? == Put::Created {
                        return Ok(Put::Created);
                    }
                    self.forget_folders();
                }
                StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_IMPLEMENTED => {
                    self.remove(&aside, false).await?;
                    return self.put_at_once(key, bytes).await;
                }
                _ => {
                    let refusal = moved.refusal();
                    // What it says is more than what may go wrong here.
                    let _ = self.remove(&aside, false).await;
                    return Err(refusal);
                }
            }
        }
        let vanish = || {
            Error::new(ErrorKind::Io, format!("{key} could not be put: its folders vanish again and again"))
                .hint("does another program clean up on the server?")
        };
        Err(refused.unwrap_or_else(vanish))
    }

    async fn write(&self, path: &str, key: &ObjectKey, bytes: &[u8], only_new: bool) -> Result<Answer> {
        let url = self.server.address(path.as_bytes(), false);
        let mut request = Request::new(Method::PUT, url)
            .header(CONTENT_TYPE, HeaderValue::from_static(content_type(key)))
            .body(bytes.to_vec());
        if only_new {
            request = request.header(IF_NONE_MATCH, HeaderValue::from_static("*"));
        }
        self.server.send(request).await
    }

    async fn give_name(&self, aside: &str, key: &ObjectKey) -> Result<Answer> {
        let to = self.server.address(key.as_str().as_bytes(), false);
        let to = HeaderValue::from_str(to.as_str())
            .map_err(|error| Error::new(ErrorKind::Internal, "an address is no header").caused_by(error))?;
        let method = Method::from_bytes(b"MOVE").expect("it is a word");
        let request = Request::new(method, self.server.address(aside.as_bytes(), false))
            .not_passing(StatusCode::INTERNAL_SERVER_ERROR)
            .header(HeaderName::from_static("destination"), to)
            .header(HeaderName::from_static("overwrite"), HeaderValue::from_static("F"));
        self.server.send(request).await
    }

    /// Where a server moves nothing: written under its name, if nothing is there. A transfer that is cut off is not kept by
    /// the server (RFC 9110, 9.3.4).
    async fn put_at_once(&self, key: &ObjectKey, bytes: &[u8]) -> Result<Put> {
        let written = self.write(key.as_str(), key, bytes, true).await?;
        match written.status {
            StatusCode::PRECONDITION_FAILED => self.whose(&written, key, bytes).await,
            _ => written.success().map(|_| Put::Created),
        }
    }

    /// Something lies there; if an earlier try may have put it there, and it is what we put, it is ours.
    async fn whose(&self, answer: &Answer, key: &ObjectKey, bytes: &[u8]) -> Result<Put> {
        if !answer.tried_before {
            return Ok(Put::Exists);
        }
        let ours = self.digest(key).await?.is_some_and(|there| there.sha256 == Sha256Sum::of(bytes));
        Ok(if ours { Put::Created } else { Put::Exists })
    }
}

/// By the extension, for servers that keep what they are told.
fn content_type(key: &ObjectKey) -> &'static str {
    let name = key.as_str().to_ascii_lowercase();
    match name.rsplit('.').next() {
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("png") => "image/png",
        Some("tif" | "tiff") => "image/tiff",
        Some("webp") => "image/webp",
        _ => "application/octet-stream",
    }
}
