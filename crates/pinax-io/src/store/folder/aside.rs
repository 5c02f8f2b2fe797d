//! A file that is written aside: under a name that follows from the key, so that a put that was killed leaves nothing
//! behind once it is repeated.
//!
//! Two puts of one key, of two runs perhaps, take turns by a lock on the file. A file that was left behind is removed,
//! never written to: it may be a second name of an object that is in place.

use std::fs::{File, TryLockError};
use std::io::{self, Write as _};

use pinax_core::nouns::checksum::Sha256Sum;

use super::FolderStore;
use crate::beneath::{Folder, Kind, is_still};

const FOLDER: &[u8] = FolderStore::ASIDE_FOLDER.as_bytes();

/// Others may remove the folder, or take the name, between two steps; then the steps are done again.
const MOST_TRIES: u32 = 1_000;

/// A file that is not in place yet. Dropped, it is removed.
pub(super) struct Aside<'a> {
    root: &'a Folder,
    folder: Folder,
    name: Vec<u8>,
    file: File,
    placed: bool,
}

impl<'a> Aside<'a> {
    /// Makes an empty file for `key`.
    pub(super) fn begin(root: &'a Folder, key: &str) -> io::Result<Self> {
        let name = name_of(key);
        for _ in 0..MOST_TRIES {
            let folder = match root.folder(FOLDER) {
                Ok(folder) => folder,
                Err(error) if error.kind() == io::ErrorKind::NotFound => match root.make_folder(FOLDER) {
                    Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                    _ => continue,
                },
                Err(error) => return Err(error),
            };
            match folder.create_new(&name) {
                Ok(file) => {
                    // Where there are no locks, there is one run at a time all the same: the ledger sees to that.
                    let _ = file.lock();
                    if is_still(&folder, &name, &file) {
                        return Ok(Self { root, folder, name, file, placed: false });
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => remove_left_behind(&folder, &name)?,
                // Somebody removed the empty folder.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => {
                    remove_if_empty(root);
                    return Err(error);
                }
            }
        }
        Err(io::Error::new(io::ErrorKind::ResourceBusy, "others keep writing the same object"))
    }

    /// Writes it, durably.
    pub(super) fn write(&self, bytes: &[u8]) -> io::Result<()> {
        (&self.file).write_all(bytes)?;
        self.file.sync_data()
    }

    /// Puts it in place; `AlreadyExists` when there is anything of that name. Durable once `folder` is synced.
    pub(super) fn place(mut self, folder: &Folder, name: &[u8]) -> io::Result<()> {
        self.folder.rename_new(&self.name, folder, name)?;
        self.placed = true;
        Ok(())
    }
}

impl Drop for Aside<'_> {
    fn drop(&mut self) {
        if !self.placed {
            // Left behind, it is removed by the next put of this key, or by the next check.
            let _ = self.folder.remove_file(&self.name);
        }
        remove_if_empty(self.root);
    }
}

/// Removes what a killed put of `key` left, if anything.
pub(super) fn forget(root: &Folder, key: &str) -> io::Result<()> {
    match root.folder(FOLDER) {
        Ok(folder) => {
            remove_left_behind(&folder, &name_of(key))?;
            remove_if_empty(root);
            Ok(())
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Removes what killed puts left, and leaves alone what is being written.
pub(super) fn sweep(root: &Folder) -> io::Result<()> {
    let folder = match root.folder(FOLDER) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        folder => folder?,
    };
    let mut entries = folder.again()?.entries()?;
    while let Some(entry) = entries.next().transpose()? {
        let name = entry.name()?;
        if let Ok(file) = folder.open(name)
            && file.try_lock().is_ok()
            && is_still(&folder, name, &file)
        {
            folder.remove_file(name)?;
        }
    }
    remove_if_empty(root);
    Ok(())
}

/// Waits for whoever writes it; then removes it, if it is still there.
fn remove_left_behind(folder: &Folder, name: &[u8]) -> io::Result<()> {
    let gone = |result: io::Result<()>| match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    };
    match folder.status(name) {
        Err(error) => return gone(Err(error)),
        Ok(status) if status.kind != Kind::File => return gone(folder.remove_file(name)),
        Ok(_) => {}
    }
    let file = match folder.open(name) {
        Err(error) => return gone(Err(error)),
        Ok(file) => file,
    };
    // Taken again by the one who holds it, a lock would never come: nobody does, each put has a thread of its own.
    let _ = match file.try_lock() {
        Err(TryLockError::WouldBlock) => file.lock(),
        _ => Ok(()),
    };
    if is_still(folder, name, &file) { gone(folder.remove_file(name)) } else { Ok(()) }
}

fn remove_if_empty(root: &Folder) {
    // It is not empty while others write; the last one removes it.
    let _ = root.remove_folder(FOLDER);
}

fn name_of(key: &str) -> Vec<u8> {
    Sha256Sum::of(key.as_bytes()).short(32).into_bytes()
}
