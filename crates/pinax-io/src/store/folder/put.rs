//! Writing a new object: aside, durably, then in place under a name that was free.

use std::io;
use std::sync::PoisonError;

use pinax_core::Result;
use pinax_core::nouns::media::ObjectKey;
use pinax_core::ports::store::Put;

use super::aside::{self, Aside};
use super::{Place, delete, faults, folder_of, split};
use crate::beneath::{Folder, made};

/// A folder that was empty may be removed by a delete before it is written into; then it is made again.
const MOST_TRIES: u32 = 20;

pub(super) fn put_new(place: &Place, key: &ObjectKey, bytes: &[u8]) -> Result<Put> {
    let (parts, name) = split(key)?;
    let root = place.open_root()?;
    let fault = |error| faults::object("write", key, error);
    if is_there(&root, &parts, name).map_err(fault)? {
        aside::forget(&root, key.as_str()).map_err(|error| faults::aside(&place.shown(), error))?;
        return Ok(Put::Exists);
    }
    let mut tries = 0;
    loop {
        tries += 1;
        let aside = Aside::begin(&root, key.as_str()).map_err(|error| faults::aside(&place.shown(), error))?;
        aside.write(bytes).map_err(fault)?;
        let placed = make_folders(place, &root, &parts)
            .and_then(|folder| aside.place(&folder, name).and_then(|()| folder.sync()));
        match placed {
            Ok(()) => return Ok(Put::Created),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(Put::Exists),
            Err(error) if error.kind() == io::ErrorKind::NotFound && tries < MOST_TRIES => {}
            Err(error) => {
                delete::prune(place, &root, &parts);
                return Err(fault(error));
            }
        }
    }
}

fn is_there(root: &Folder, parts: &[&[u8]], name: &[u8]) -> io::Result<bool> {
    match folder_of(root, parts).and_then(|folder| folder.status(name)) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Opens the folder for an object; makes it, durably, when it is not there.
fn make_folders(place: &Place, root: &Folder, parts: &[&[u8]]) -> io::Result<Folder> {
    {
        let _nobody_makes_any = place.folders.read().unwrap_or_else(PoisonError::into_inner);
        match folder_of(root, parts) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            opened => return opened,
        }
    }
    let _we_make_them = place.folders.write().unwrap_or_else(PoisonError::into_inner);
    made(root.again()?, parts.iter().copied())
}
