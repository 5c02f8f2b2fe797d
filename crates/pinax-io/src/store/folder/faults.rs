//! What went wrong with a store, in words a person can act on; and whether every put would meet it.

use std::io;

use pinax_core::nouns::media::ObjectKey;
use pinax_core::{Error, ErrorKind};

/// The root cannot be used.
pub(super) fn root(shown: &str, error: io::Error) -> Error {
    let (kind, hint) = match error.kind() {
        io::ErrorKind::NotFound => (ErrorKind::Unavailable, "create the folder, or mount the disk it lies on"),
        io::ErrorKind::NotADirectory => (ErrorKind::Config, "name a folder that the web server shows"),
        io::ErrorKind::PermissionDenied => (ErrorKind::Forbidden, RIGHT),
        _ => (ErrorKind::Unavailable, LOOK),
    };
    Error::new(kind, format!("cannot use the store {shown}")).hint(hint).caused_by(error)
}

/// Nothing can be written at the root of the store.
pub(super) fn aside(shown: &str, error: io::Error) -> Error {
    let (kind, hint) = match error.kind() {
        io::ErrorKind::PermissionDenied => (ErrorKind::ReadOnly, RIGHT),
        io::ErrorKind::NotADirectory => (ErrorKind::Unavailable, "remove the file .pinax-tmp from it"),
        _ => of_all(&error).unwrap_or((ErrorKind::Io, LOOK)),
    };
    Error::new(kind, format!("cannot write to the store {shown}")).hint(hint).caused_by(error)
}

/// One object cannot be written, read or deleted; `doing` is `write`, …
pub(super) fn object(doing: &str, key: &ObjectKey, error: io::Error) -> Error {
    let (kind, hint) = match error.kind() {
        io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory => (
            ErrorKind::Conflict,
            "a file, folder or link of that name is in the way; links below the store are not followed",
        ),
        io::ErrorKind::PermissionDenied => (ErrorKind::Io, RIGHT),
        _ => of_all(&error).unwrap_or((ErrorKind::Io, LOOK)),
    };
    Error::new(kind, format!("cannot {doing} {key}")).hint(hint).caused_by(error)
}

const RIGHT: &str = "give the user who runs pinax the right to write there";
const LOOK: &str = "look at the disk or server the store lies on";

/// What every put would meet.
fn of_all(error: &io::Error) -> Option<(ErrorKind, &'static str)> {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Some((ErrorKind::Full, "make room, then run again: it goes on where it was"))
        }
        io::ErrorKind::ReadOnlyFilesystem => Some((ErrorKind::ReadOnly, "mount the disk of the store for writing")),
        io::ErrorKind::StaleNetworkFileHandle
        | io::ErrorKind::NotConnected
        | io::ErrorKind::HostUnreachable
        | io::ErrorKind::NetworkUnreachable
        | io::ErrorKind::TimedOut => Some((ErrorKind::Unavailable, LOOK)),
        _ => None,
    }
}
