//! Reading an object back.

use std::io::{self, Read as _};

use pinax_core::nouns::checksum::Sha256Sum;
use pinax_core::nouns::media::ObjectKey;
use pinax_core::ports::store::ObjectDigest;
use pinax_core::{Error, ErrorKind, Result};
use sha2::{Digest as _, Sha256};

use super::{Place, faults, folder_of, split};
use crate::beneath::{Folder, Kind};

const BUFFER_BYTES: u64 = 256 * 1024;

pub(super) fn digest(place: &Place, key: &ObjectKey) -> Result<Option<ObjectDigest>> {
    let mut sum = Sha256::new();
    let size_bytes = each_block(place, key, |block| sum.update(block))?;
    Ok(size_bytes.map(|size_bytes| ObjectDigest { size_bytes, sha256: Sha256Sum(sum.finalize().into()) }))
}

pub(super) fn read(place: &Place, key: &ObjectKey) -> Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let found = each_block(place, key, |block| bytes.extend_from_slice(block))?;
    Ok(found.map(|_| bytes))
}

/// Hands over the object block by block; its length, or `None` when nothing is there.
fn each_block(place: &Place, key: &ObjectKey, each: impl FnMut(&[u8])) -> Result<Option<u64>> {
    let (parts, name) = split(key)?;
    let root = place.open_root()?;
    let folder = match folder_of(&root, &parts) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        folder => folder.map_err(|error| faults::object("read", key, error))?,
    };
    match blocks_of(&folder, name, each) {
        Ok(Some(size_bytes)) => Ok(Some(size_bytes)),
        Ok(None) => Err(Error::new(ErrorKind::Conflict, format!("{key} is there, but is no file"))
            .hint("a folder or link of that name is in the way; links below the store are not followed")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(faults::object("read", key, error)),
    }
}

/// `None` when it is no file.
fn blocks_of(folder: &Folder, name: &[u8], mut each: impl FnMut(&[u8])) -> io::Result<Option<u64>> {
    let status = folder.status(name)?;
    if status.kind != Kind::File {
        return Ok(None);
    }
    let mut file = folder.open(name)?;
    let mut size_bytes = 0;
    let buffer_bytes = usize::try_from(status.size_bytes.clamp(1, BUFFER_BYTES)).unwrap_or(1);
    let mut buffer = vec![0; buffer_bytes];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(Some(size_bytes)),
            Ok(read) => {
                each(&buffer[..read]);
                size_bytes += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
