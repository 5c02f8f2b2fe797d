//! Trying a store out: may we write, read and delete, and does it write only where nothing lies, when asked to?

use std::hash::{BuildHasher as _, RandomState};

use pinax_core::nouns::checksum::Sha256Sum;
use pinax_core::ports::store::ObjectDigest;
use pinax_core::{Error, ErrorKind, Result};

use super::S3Store;
use super::put::{is_there, put};
use crate::http::Method;
use crate::http::header::HeaderMap;

/// Writes, reads and deletes a small object; `true` when the server keeps what is there.
pub(super) async fn check(store: &S3Store) -> Result<bool> {
    let name = format!(".pinax-probe-{:016x}.txt", RandomState::new().hash_one(std::process::id()));
    let key = store.bucket.key(&name);
    let doing = format!("cannot use {}", store.bucket.shown());
    is_there(store, &key, &doing).await?;
    let tried = try_out(store, &key, &doing).await;
    let removed = store.bucket.ask(Method::DELETE, &key, HeaderMap::new(), Vec::new()).await;
    let keeps = tried?;
    let removed = removed?;
    if removed.status.is_success() {
        Ok(keeps)
    } else {
        let error =
            store.bucket.refusal(&removed, &format!("cannot delete {name}, which pinax wrote to try the bucket"));
        if error.kind() == ErrorKind::NotFound { Ok(keeps) } else { Err(error) }
    }
}

async fn try_out(store: &S3Store, key: &str, doing: &str) -> Result<bool> {
    const FIRST: &[u8] = b"pinax looks whether it can write here";
    const SECOND: &[u8] = b"pinax looks whether this is replaced";
    let mut answer = put(store, key, FIRST, true).await?;
    let mut knows = true;
    // Not implemented: asked without.
    if matches!(answer.status.as_u16(), 400 | 501) {
        knows = false;
        answer = put(store, key, FIRST, false).await?;
    }
    if !answer.status.is_success() {
        return Err(store.bucket.refusal(&answer, doing));
    }
    if knows {
        let answer = put(store, key, SECOND, true).await?;
        knows = matches!(answer.status.as_u16(), 409 | 412);
    }
    let wanted = |bytes: &[u8]| ObjectDigest { size_bytes: bytes.len() as u64, sha256: Sha256Sum::of(bytes) };
    let there = store.sum_of(key).await?;
    if there == Some(wanted(FIRST)) || (!knows && there == Some(wanted(SECOND))) {
        return Ok(knows);
    }
    Err(Error::new(ErrorKind::Unavailable, format!("{doing}: what was written is not what is read back"))
        .hint("is something between here and the server that keeps copies?"))
}
