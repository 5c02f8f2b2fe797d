//! What went wrong with a folder, in words a person can act on.

use std::io;
use std::path::Path;

use pinax_core::nouns::source_image::Locator;
use pinax_core::{Error, ErrorKind};

/// The root cannot be used.
pub(super) fn root(shown: &str, error: io::Error) -> Error {
    let (kind, hint) = match error.kind() {
        io::ErrorKind::NotFound => (ErrorKind::Unavailable, "create the folder, or mount the disk it lies on"),
        io::ErrorKind::NotADirectory => (ErrorKind::Config, "name the folder that holds the pictures"),
        io::ErrorKind::PermissionDenied => {
            (ErrorKind::Forbidden, "give the user who runs pinax the right to read and search it")
        }
        _ => (ErrorKind::Unavailable, "look at the disk or server the folder lies on"),
    };
    Error::new(kind, format!("cannot read the folder {shown}")).hint(hint).caused_by(error)
}

/// Another disk, or none, is where the root was.
pub(super) fn unmounted(shown: &str) -> Error {
    Error::new(ErrorKind::Unavailable, format!("the folder {shown} is not the one that was listed any more"))
        .hint("mount the disk it lies on again, then run again")
}

/// A file cannot be read, moved or deleted; `doing` is `read`, …
pub(super) fn file(doing: &str, locator: &Locator, error: io::Error) -> Error {
    let hint = match error.kind() {
        // A folder above it may have become something else.
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::InvalidInput => {
            return Error::new(ErrorKind::NotFound, format!("{locator} is not there any more"))
                .hint("if it was moved on purpose, all is well");
        }
        io::ErrorKind::PermissionDenied => "give the user who runs pinax the right to it",
        io::ErrorKind::ReadOnlyFilesystem => "the disk is mounted read-only",
        _ => "look at the disk or server the file lies on",
    };
    Error::new(ErrorKind::Io, format!("cannot {doing} {locator}")).hint(hint).caused_by(error)
}

/// A file cannot be moved to the folder for done files.
pub(super) fn done(locator: &Locator, done: &Path, error: io::Error) -> Error {
    let hint = match error.kind() {
        io::ErrorKind::NotFound => "create the folder for done files, or mount the disk it lies on",
        io::ErrorKind::NotADirectory => "a file, or a link, is where a folder for done files should be: remove it",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "make room there",
        _ => "look at the disk or server the folder for done files lies on",
    };
    Error::new(ErrorKind::Io, format!("cannot move {locator} to {}", done.display())).hint(hint).caused_by(error)
}

/// A file is no longer the one that was listed.
pub(super) fn changed(locator: &Locator) -> Error {
    Error::new(ErrorKind::Conflict, format!("{locator} changed since it was listed"))
        .hint("run again when nobody writes to it")
}
