//! Faults inside the ledger, and how they are told to people.

use std::path::Path;

use pinax_core::{Error, ErrorKind};
use rusqlite::ErrorCode;

/// What can go wrong in a call.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    /// SQLite says so.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// A row holds what this program does not understand.
    #[error("{0}")]
    Unreadable(String),
    /// The caller asks for something that is not there.
    #[error("{0}")]
    Misused(String),
    /// A write through a ledger that was opened to be read.
    #[error("it was opened to be read only")]
    OpenedToRead,
}

const RESTORE: &str = "restore the ledger from a copy; what is published and linked is not touched by this";

impl Fault {
    /// The fault as an error about the ledger at `path`.
    pub(super) fn at(self, path: &Path) -> Error {
        let ledger = format!("the ledger {}", path.display());
        match self {
            Self::Sqlite(error) => from_sqlite(error, &ledger),
            Self::Unreadable(what) => {
                Error::new(ErrorKind::Corrupt, format!("{ledger} cannot be understood: {what}")).hint(RESTORE)
            }
            Self::Misused(what) => {
                Error::new(ErrorKind::Internal, format!("{ledger} was asked for what it does not hold: {what}"))
                    .hint("please report it")
            }
            Self::OpenedToRead => Error::new(ErrorKind::ReadOnly, format!("cannot write {ledger}: {self}"))
                .hint("please report it: this command should not write"),
        }
    }
}

fn from_sqlite(error: rusqlite::Error, ledger: &str) -> Error {
    use rusqlite::Error as Sqlite;
    let (kind, says, hint) = match &error {
        Sqlite::FromSqlConversionFailure(..)
        | Sqlite::InvalidColumnType(..)
        | Sqlite::IntegralValueOutOfRange(..)
        | Sqlite::Utf8Error(..) => (ErrorKind::Corrupt, "cannot be understood", RESTORE),
        _ => match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed) => {
                (ErrorKind::Locked, "is held by another program", "close what has it open, and try again")
            }
            Some(ErrorCode::DiskFull) => {
                (ErrorKind::Full, "cannot grow", "make room on its disk and run again; nothing was lost")
            }
            Some(ErrorCode::ReadOnly) => {
                (ErrorKind::ReadOnly, "cannot be written", "check the rights of the file and of its folder")
            }
            Some(ErrorCode::PermissionDenied) => {
                (ErrorKind::Forbidden, "cannot be opened", "check the rights of the file and of its folder")
            }
            Some(ErrorCode::CannotOpen) => {
                (ErrorKind::Io, "cannot be opened", "check the rights of the file and of its folder")
            }
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => (ErrorKind::Corrupt, "is damaged", RESTORE),
            Some(ErrorCode::SystemIoFailure) => {
                (ErrorKind::Io, "cannot be read or written", "look at the disk it lies on; it must be a local one")
            }
            _ => (ErrorKind::Internal, "failed", "please report it"),
        },
    };
    Error::new(kind, format!("{ledger} {says}")).hint(hint).caused_by(error)
}
