//! What went wrong with a store, in words a person can act on; and whether every put would meet it.

use pinax_core::{Error, ErrorKind};

use super::SftpStore;
use crate::sftp::{FAILURE, Fault, NO_SUCH_FILE, PERMISSION_DENIED};

/// Less than this is a full disk, whatever was to be written.
const FULL_BELOW_BYTES: u64 = 1024 * 1024;

/// What is wrong where a folder of an object should be.
pub(super) const IN_THE_WAY: &str = "a file or link is where a folder should be";

/// The root cannot be used.
pub(super) fn root(store: &SftpStore, fault: Fault) -> Error {
    let (kind, hint) = if fault.is(PERMISSION_DENIED) {
        (ErrorKind::Forbidden, RIGHT)
    } else if fault.is(NO_SUCH_FILE) {
        (ErrorKind::Unavailable, "create the folder on the server, or mount the disk it lies on")
    } else {
        (ErrorKind::Unavailable, LOOK)
    };
    Error::new(kind, format!("cannot use the store {}", store.name)).hint(hint).caused_by(fault)
}

/// Something cannot be written; `doing` tells what. SFTP has one code for a full disk, a read-only one and everything
/// else, so the server is asked what is left. What is met `everywhere` stops the run;
/// so does a disk that has no room for `bytes`.
pub(super) async fn write(store: &SftpStore, doing: String, fault: Fault, everywhere: bool, bytes: usize) -> Error {
    let mut kind = ErrorKind::Io;
    let mut hint = LOOK;
    if fault.is(PERMISSION_DENIED) {
        (kind, hint) = (if everywhere { ErrorKind::Forbidden } else { ErrorKind::Io }, RIGHT);
    } else if matches!(fault, Fault::Garbled(IN_THE_WAY)) {
        (kind, hint) = (ErrorKind::Conflict, "remove it; links below the store are not followed");
    } else if fault.is(FAILURE) {
        let root = store.path("");
        let room = store.server.run(|session| {
            let root = root.clone();
            async move { session.room(&root).await }
        });
        match room.await {
            Ok(Ok(Some(room))) if room.is_read_only => {
                (kind, hint) = (ErrorKind::ReadOnly, "mount the disk of the store for writing");
            }
            Ok(Ok(Some(room))) if room.free_bytes < FULL_BELOW_BYTES.max(bytes as u64) => {
                (kind, hint) = (ErrorKind::Full, "make room, then run again: it goes on where it was");
            }
            _ => {}
        }
    }
    Error::new(kind, doing).hint(hint).caused_by(fault)
}

const RIGHT: &str = "give the account the right to write there";
const LOOK: &str = "look at the disk and the logs of the server";
