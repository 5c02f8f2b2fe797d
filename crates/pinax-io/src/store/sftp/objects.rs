//! Reading an object back, and removing it.

use std::sync::Arc;

use pinax_core::nouns::checksum::Sha256Sum;
use pinax_core::nouns::media::ObjectKey;
use pinax_core::ports::store::ObjectDigest;
use pinax_core::{Error, ErrorKind, Result};
use sha2::{Digest as _, Sha256};

use super::put::target;
use super::{SftpStore, faults};
use crate::sftp::{Fault, NO_SUCH_FILE, Session, What};

pub(super) async fn digest(store: &SftpStore, key: &ObjectKey) -> Result<Option<ObjectDigest>> {
    let sum = |session, path| async move {
        let mut sum = Sha256::new();
        let length = blocks(session, path, |block| sum.update(block)).await?;
        Ok(length.map(|size_bytes| ObjectDigest { size_bytes, sha256: Sha256Sum(sum.finalize().into()) }))
    };
    let path = target(store, key)?;
    answer(key, store.server.run(|session| sum(session, path.clone())).await?)
}

pub(super) async fn read(store: &SftpStore, key: &ObjectKey) -> Result<Option<Vec<u8>>> {
    let all = |session, path| async move {
        let mut bytes = Vec::new();
        let length = blocks(session, path, |block| bytes.extend_from_slice(block)).await?;
        Ok(length.map(|_| bytes))
    };
    let path = target(store, key)?;
    answer(key, store.server.run(|session| all(session, path.clone())).await?)
}

fn answer<T>(key: &ObjectKey, answer: std::result::Result<Option<T>, Fault>) -> Result<Option<T>> {
    match answer {
        Ok(found) => Ok(found),
        Err(Fault::Garbled(NO_FILE)) => Err(in_the_way(key)),
        Err(fault) if fault.is(NO_SUCH_FILE) => Ok(None),
        Err(fault) => Err(Error::new(ErrorKind::Io, format!("cannot read {key}"))
            .hint("look at the disk and the logs of the server")
            .caused_by(fault)),
    }
}

const NO_FILE: &str = "no file";

fn in_the_way(key: &ObjectKey) -> Error {
    Error::new(ErrorKind::Conflict, format!("{key} is there, but is no file"))
        .hint("a folder or link of that name is in the way; links below the store are not followed")
}

/// Hands over an object block by block; its length, or `None` when nothing is there.
async fn blocks(
    session: Arc<Session>,
    path: Vec<u8>,
    each: impl FnMut(&[u8]),
) -> std::result::Result<Option<u64>, Fault> {
    let Some(found) = session.look(&path).await? else { return Ok(None) };
    if found.what() != What::File {
        return Err(Fault::Garbled(NO_FILE));
    }
    let file = session.open(&path).await?;
    let read = async {
        let expected = session.status(&file).await?.size_bytes.unwrap_or_default();
        session.read(&file, expected, each).await
    };
    let read = read.await;
    // A server keeps few files open.
    session.close(file).await?;
    read.map(Some)
}

pub(super) async fn delete(store: &SftpStore, key: &ObjectKey) -> Result<()> {
    let path = target(store, key)?;
    let removed = store.server.run(|session| {
        let path = &path;
        async move {
            match session.look(path).await? {
                None => Ok(true),
                // Servers may let a privileged account unlink folders.
                Some(found) if found.what() == What::Folder => Ok(false),
                Some(_) => match session.remove(path).await {
                    Err(fault) if !fault.is(NO_SUCH_FILE) => Err(fault),
                    _ => Ok(true),
                },
            }
        }
    });
    match removed.await? {
        Ok(true) => prune(store, key).await,
        Ok(false) => Err(in_the_way(key)),
        Err(fault) => Err(faults::write(store, format!("cannot delete {key}"), fault, false, 0).await),
    }
}

/// Removes the folders of an object that are empty now, from the innermost to the root.
async fn prune(store: &SftpStore, key: &ObjectKey) -> Result<()> {
    if !key.as_str().contains('/') {
        return Ok(());
    }
    let _nobody_puts = store.folders.write().await;
    let pruned = store.server.run(|session| async move {
        for (slash, _) in key.as_str().rmatch_indices('/') {
            match session.remove_folder(&store.path(&key.as_str()[..slash])).await {
                Err(fault) if fault.is_lost() => return Err(fault),
                // The first that is not empty ends it; one that is gone does not.
                Err(fault) if !fault.is(NO_SUCH_FILE) => return Ok(()),
                _ => {}
            }
        }
        Ok(())
    });
    // A folder that stays does no harm.
    let _ = pruned.await?;
    Ok(())
}
