//! Removing an object, and the folders that are empty then.

use std::io;
use std::sync::PoisonError;

use pinax_core::Result;
use pinax_core::nouns::media::ObjectKey;

use super::{Place, faults, folder_of, split};
use crate::beneath::{Folder, Kind};

pub(super) fn delete(place: &Place, key: &ObjectKey) -> Result<()> {
    let (parts, name) = split(key)?;
    let root = place.open_root()?;
    let removed = folder_of(&root, &parts).and_then(|folder| {
        // Some systems let a privileged user unlink folders.
        if folder.status(name)?.kind == Kind::Folder {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        folder.remove_file(name)?;
        folder.sync()
    });
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(faults::object("delete", key, error)),
        _ => {
            prune(place, &root, &parts);
            Ok(())
        }
    }
}

/// Removes empty folders, from the innermost to the root.
pub(super) fn prune(place: &Place, root: &Folder, parts: &[&[u8]]) {
    let _nobody_writes_into_them = place.folders.write().unwrap_or_else(PoisonError::into_inner);
    for depth in (0..parts.len()).rev() {
        // The first that is not empty ends it; one that is gone does not.
        match folder_of(root, &parts[..depth]).and_then(|folder| folder.remove_folder(parts[depth])) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return,
            _ => {}
        }
    }
}
