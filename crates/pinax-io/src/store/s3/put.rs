//! Putting a new object.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pinax_core::nouns::checksum::Sha256Sum;
use pinax_core::nouns::media::ObjectKey;
use pinax_core::ports::store::{ObjectDigest, Put};
use pinax_core::{Error, ErrorKind, Result};

use super::{S3Store, probe};
use crate::http::header::{HeaderMap, HeaderName, HeaderValue, IF_NONE_MATCH};
use crate::http::{Answer, Method};

pub(super) async fn put_new(store: &S3Store, key: &ObjectKey, bytes: &[u8]) -> Result<Put> {
    let keeps = *store.keeps.get_or_try_init(|| probe::check(store)).await?;
    let (full, doing) = (store.bucket.key(key.as_str()), format!("cannot write {key}"));
    let _our_turn = store.turns.of(&full).await;
    if !keeps && is_there(store, &full, &doing).await? {
        return Ok(Put::Exists);
    }
    let answer = put(store, &full, bytes, keeps).await?;
    if answer.status.is_success() {
        return Ok(Put::Created);
    }
    let refused = store.bucket.refusal(&answer, &doing);
    if refused.kind() != ErrorKind::Conflict {
        return Err(refused);
    }
    // An earlier try may have done it without our hearing of it.
    let ours = ObjectDigest { size_bytes: bytes.len() as u64, sha256: Sha256Sum::of(bytes) };
    if answer.tried_before && store.sum_of(&full).await? == Some(ours) {
        return Ok(Put::Created);
    }
    Ok(Put::Exists)
}

/// Sends the bytes; with `only_new`, only where nothing lies.
pub(super) async fn put(store: &S3Store, full: &str, bytes: &[u8], only_new: bool) -> Result<Answer> {
    let mut headers = store.headers_for(full);
    // Kept by servers that know it, and compared by them all as the sum that is signed.
    if let Ok(sum) = HeaderValue::from_str(&STANDARD.encode(Sha256Sum::of(bytes).0)) {
        headers.insert(HeaderName::from_static("x-amz-checksum-sha256"), sum);
    }
    if only_new {
        headers.insert(IF_NONE_MATCH, HeaderValue::from_static("*"));
    }
    store.bucket.ask(Method::PUT, full, headers, bytes.to_vec()).await
}

/// Is anything there? A refusal to tell is an error, not a no.
pub(super) async fn is_there(store: &S3Store, full: &str, doing: &str) -> Result<bool> {
    let answer = store.bucket.ask(Method::HEAD, full, HeaderMap::new(), Vec::new()).await?;
    match answer.status.as_u16() {
        200..=299 => Ok(true),
        404 => Ok(false),
        403 => Err(Error::new(
            ErrorKind::Forbidden,
            format!("{doing}: the server does not tell whether something is there"),
        )
        .hint("give the keys the right s3:ListBucket")),
        // An answer to HEAD has no words.
        _ => Err(store.bucket.refusal(&answer, doing)),
    }
}
