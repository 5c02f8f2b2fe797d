//! A folder whose paths cannot leave it: everything below is reached part by part, and links are never followed.
//!
//! Names are bytes, because file systems allow names that are not text. `unix` works on open folders, so nobody can
//! swap a folder for a link between a check and its use; `portable` does its best with paths.

use std::fs::File;
use std::io;

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
mod unix;
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
use unix as system;

#[cfg(any(test, not(any(target_os = "linux", target_os = "android", target_vendor = "apple"))))]
mod portable;
#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
use portable as system;

pub(crate) use system::{Entries, Entry, Folder, path_bytes, status_of};

#[cfg(all(test, any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
mod tests;

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link, to whatever.
    Link,
    /// A pipe, socket or device: opening one may hang or do harm.
    Special,
}

/// What the file system tells of a name, without following it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Status {
    /// What it is.
    pub(crate) kind: Kind,
    /// Length.
    pub(crate) size_bytes: u64,
    /// Last change of the content, nanoseconds since 1970; anybody can set it.
    pub(crate) modified_ns: i64,
    /// Last change of anything, nanoseconds since 1970; the same as `modified_ns` where it is not known.
    pub(crate) changed_ns: i64,
    /// File system and number in it; zero where they are not known.
    pub(crate) identity: (u64, u64),
}

/// Seconds and nanoseconds as one number.
fn nanoseconds(seconds: i64, rest: i64) -> i64 {
    seconds.saturating_mul(1_000_000_000).saturating_add(rest)
}

/// The parts of a path below a root.
///
/// # Errors
/// `InvalidInput` when it is not such a path: empty parts, `.`, `..`, or a NUL byte.
pub(crate) fn parts(path: &[u8]) -> io::Result<Vec<&[u8]>> {
    let parts: Vec<&[u8]> = path.split(|byte| *byte == b'/').collect();
    let fits = |part: &&[u8]| !part.is_empty() && *part != b"." && *part != b".." && !part.contains(&0);
    if parts.iter().all(fits) {
        Ok(parts)
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidInput, "not a path below the root"))
    }
}

/// Opens the folder that holds `path` below `root`, and gives the last part.
pub(crate) fn reach<'a>(root: &Folder, path: &'a [u8]) -> io::Result<(Folder, &'a [u8])> {
    let parts = parts(path)?;
    let (name, folders) = parts.split_last().ok_or(io::ErrorKind::InvalidInput)?;
    let mut folder = root.again()?;
    for part in folders {
        folder = folder.folder(part)?;
    }
    Ok((folder, name))
}

/// The folder `parts` lead to from `folder`; what is missing on the way is made, durably.
pub(crate) fn made<'a>(mut folder: Folder, parts: impl Iterator<Item = &'a [u8]>) -> io::Result<Folder> {
    for part in parts {
        match folder.make_folder(part) {
            Ok(()) => folder.sync()?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
        folder = folder.folder(part)?;
    }
    Ok(folder)
}

/// Is `file` what `name` in `folder` stands for at this moment?
pub(crate) fn is_still(folder: &Folder, name: &[u8], file: &File) -> bool {
    match (folder.status(name), status_of(file)) {
        (Ok(there), Ok(here)) => there.kind == Kind::File && there.identity == here.identity,
        _ => false,
    }
}
