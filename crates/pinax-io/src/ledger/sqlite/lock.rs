//! The lock that makes one writer: a file beside the ledger, held by the kernel for as long as the program lives, with
//! a line that says who holds it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use pinax_core::{Error, ErrorKind, Result};
use rusqlite::Connection;

/// More of a lock file is not quoted.
const LONGEST_HOLDER_BYTES: u64 = 400;

/// Held until it is dropped or the program ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock of `ledger` for `purpose` (a command line).
    ///
    /// # Errors
    /// [`ErrorKind::Locked`] with the holder named; and when the lock file cannot be made.
    pub(super) fn take(ledger: &Path, purpose: &str) -> Result<Self> {
        let path = beside(ledger);
        let failed = |error| cannot_write(&path, error);
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(refusal(&file)),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        file.set_len(0).and_then(|()| file.write_all(holder(purpose).as_bytes())).map_err(failed)?;
        Ok(Self { file })
    }
}

impl Drop for Lock {
    /// The file stays: removing it could remove the lock of a program that has just opened it.
    fn drop(&mut self) {
        // A line left behind does no harm: it is read only while somebody holds the lock.
        self.file.set_len(0).unwrap_or_default();
    }
}

fn beside(ledger: &Path) -> PathBuf {
    let mut name = ledger.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}

/// ``` `pinax run tst`, process 4711 on herb-pc, since 2026-11-22 14:03:11 UTC ```
fn holder(purpose: &str) -> String {
    let process = std::process::id();
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname")
        .map(|name| name.trim().to_owned())
        .ok()
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "this computer".to_owned());
    // SQLite knows the calendar.
    let since = Connection::open_in_memory()
        .and_then(|memory| memory.query_row("SELECT datetime('now')", [], |row| row.get::<_, String>(0)))
        .map(|time| format!(", since {time} UTC"))
        .unwrap_or_default();
    format!("`{}`, process {process} on {host}{since}\n", one_line(purpose))
}

fn refusal(file: &File) -> Error {
    let mut line = Vec::new();
    // Nobody wrote it yet, or it cannot be read: then the holder has no name.
    file.take(LONGEST_HOLDER_BYTES).read_to_end(&mut line).unwrap_or_default();
    let holder = one_line(String::from_utf8_lossy(&line).trim());
    let message = match holder.as_str() {
        "" => "another run holds the ledger".to_owned(),
        holder => format!("another run holds the ledger: {holder}"),
    };
    Error::new(ErrorKind::Locked, message).hint("wait until it has ended, or stop it; what it did is kept")
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn cannot_write(path: &Path, error: io::Error) -> Error {
    let (kind, hint) = match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            (ErrorKind::ReadOnly, "the folder of the ledger must be writable; check its rights, or name another place")
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            (ErrorKind::Full, "make room on its disk and run again")
        }
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory => {
            (ErrorKind::Config, "the ledger lies in a folder that must exist; make it, or name another place")
        }
        _ => (ErrorKind::Io, "the ledger must lie on a local disk"),
    };
    Error::new(kind, format!("cannot write {}", path.display())).hint(hint).caused_by(error)
}

#[cfg(test)]
mod tests {
    use super::holder;

    #[test]
    fn the_holder_is_one_line_that_says_who_where_and_since_when() {
        let line = holder("pinax run\nherb\u{1b}[31m");
        assert_eq!(line.lines().count(), 1, "{line}");
        assert!(line.starts_with("`pinax run herb [31m`, process "), "{line}");
        assert!(line.contains(" on ") && line.contains(", since 20") && line.ends_with(" UTC\n"), "{line}");
    }
}
