//! Opening the file: what it is is found out before anything is done to it; then it is brought to the version of this
//! program.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use pinax_core::{Error, ErrorKind, Result};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::fault::Fault;

/// `PRAGMA application_id`: "Pinx".
const APPLICATION_ID: i32 = 0x5069_6e78;

/// What brings the ledger from one version (the place in this list) to the next. Only ever added to.
const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001.sql"),
    include_str!("../migrations/0002.sql"),
    include_str!("../migrations/0003.sql"),
    include_str!("../migrations/0004.sql"),
];

/// How long a call waits for a program that looks into the file with its own means.
const BUSY: Duration = Duration::from_secs(5);

/// Statements kept ready; there are fewer.
const STATEMENTS: usize = 64;

/// What lies at a path.
#[derive(PartialEq, Eq)]
pub(super) enum Present {
    Nothing,
    Ledger,
}

/// The path with all links followed, so that one ledger has one lock under whatever name it is opened.
pub(super) fn resolve(path: &Path) -> PathBuf {
    let in_folder = |path: &Path| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Some(folder.canonicalize().ok()?.join(path.file_name()?))
    };
    path.canonicalize().ok().or_else(|| in_folder(path)).unwrap_or_else(|| path.to_owned())
}

/// Looks at the first bytes of the file: a database of another program, or what is no database, is not even opened.
///
/// # Errors
/// [`ErrorKind::Config`] for a folder or device, [`ErrorKind::Corrupt`] for another kind of file.
pub(super) fn look(path: &Path) -> Result<Present> {
    let refuse =
        |kind, what: &str, hint: &str| Err(Error::new(kind, format!("`{}` {what}", path.display())).hint(hint));
    let other_place = "name another file for the ledger, or restore the ledger from a copy";
    let unreadable = |error: io::Error| {
        let kind = match error.kind() {
            io::ErrorKind::PermissionDenied => ErrorKind::Forbidden,
            io::ErrorKind::NotADirectory => ErrorKind::Config,
            _ => ErrorKind::Io,
        };
        Error::new(kind, format!("cannot read the ledger {}", path.display()))
            .hint("check the path of the ledger, and the rights of the file and its folder")
            .caused_by(error)
    };
    if path.file_name().is_none() {
        return refuse(ErrorKind::Config, "names no file for the ledger", "name a file");
    }
    let kind = match fs::metadata(path) {
        Ok(metadata) => metadata.file_type(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Present::Nothing),
        Err(error) => return Err(unreadable(error)),
    };
    if kind.is_dir() {
        return refuse(ErrorKind::Config, "is a folder; the ledger is a file", "name a file in it");
    }
    if !kind.is_file() {
        return refuse(ErrorKind::Config, "is no file; the ledger is one", "name a file");
    }
    let mut header = Vec::new();
    File::open(path).and_then(|file| file.take(100).read_to_end(&mut header)).map_err(unreadable)?;
    if header.is_empty() {
        return Ok(Present::Nothing);
    }
    // https://sqlite.org/fileformat.html: the first 100 bytes, application_id at 68.
    if header.len() < 100 || !header.starts_with(b"SQLite format 3\0") {
        return refuse(ErrorKind::Corrupt, "is no ledger, or is damaged", other_place);
    }
    if header[68..72] != APPLICATION_ID.to_be_bytes() {
        return refuse(ErrorKind::Corrupt, "is the database of another program, not a ledger", other_place);
    }
    Ok(Present::Ledger)
}

/// The connection of the one writer; the file is made when there is none, and brought to our version.
pub(super) fn to_write(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let fault = |fault: rusqlite::Error| Fault::from(fault).at(path);
    let mut connection = Connection::open_with_flags(path, flags).map_err(fault)?;
    let version = version(&connection).map_err(fault)?;
    if version.is_none() {
        // Closing would tidy up the newer program's file.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(fault)?;
        return Err(unknown_version(path, &connection));
    }
    if connection.is_readonly("main").map_err(fault)? {
        return Err(Error::new(ErrorKind::ReadOnly, format!("the ledger {} cannot be written", path.display()))
            .hint("check the rights of the file and of its folder"));
    }
    migrate(&mut connection, version.unwrap_or_default()).and_then(|()| prepare(&connection)).map_err(fault)?;
    let mode = |row: &rusqlite::Row<'_>| row.get::<_, String>(0);
    let mode = connection.query_row("PRAGMA journal_mode = WAL", [], mode).map_err(fault)?;
    if mode != "wal" {
        return Err(Error::new(ErrorKind::Config, format!("the ledger {} cannot lie there", path.display()))
            .hint("its file system cannot share memory between programs; use a local disk"));
    }
    connection
        .execute_batch(
            "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = 67108864; \
             PRAGMA wal_autocheckpoint = 4000",
        )
        .map_err(fault)?;
    Ok(connection)
}

/// A connection that changes nothing, not even an older version.
pub(super) fn to_read(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let fault = |fault: rusqlite::Error| Fault::from(fault).at(path);
    let mut connection = Connection::open_with_flags(path, flags).map_err(fault)?;
    let mut version = version(&connection);
    if version.as_ref().is_err_and(|error| error.sqlite_error_code() == Some(ErrorCode::CannotOpen))
        && !with_ending(path, "-wal").exists()
    {
        // A place where not even the readers' notes can be written. Nobody writes the ledger there either.
        let uri = format!("file:{}?immutable=1", percent_encode(path.as_os_str().as_encoded_bytes(), NON_ALPHANUMERIC));
        connection = Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI).map_err(fault)?;
        version = self::version(&connection);
    }
    match version.map_err(fault)? {
        Some(version) if version == MIGRATIONS.len() => {}
        Some(0) => return Err(nothing_yet(path)),
        Some(older) => {
            let message = format!("the ledger {} is of an older version, {older}", path.display());
            return Err(Error::new(ErrorKind::UnknownVersion, message)
                .hint("the next `pinax run` brings it up to date and keeps all it holds"));
        }
        None => return Err(unknown_version(path, &connection)),
    }
    prepare(&connection).map_err(fault)?;
    Ok(connection)
}

/// An empty one of our version, in memory.
pub(super) fn of_nothing() -> Result<Connection, Fault> {
    let mut connection = Connection::open_in_memory()?;
    migrate(&mut connection, 0)?;
    prepare(&connection)?;
    Ok(connection)
}

/// There is no ledger to read.
pub(super) fn nothing_yet(path: &Path) -> Error {
    Error::new(ErrorKind::NotFound, format!("there is no ledger at {}", path.display()))
        .hint("nothing was run yet; `pinax run` makes it")
}

/// The version, when it is one we know.
fn version(connection: &Connection) -> rusqlite::Result<Option<usize>> {
    connection.busy_timeout(BUSY)?;
    let version = stored_version(connection)?;
    Ok(usize::try_from(version).ok().filter(|version| *version <= MIGRATIONS.len()))
}

fn stored_version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

fn unknown_version(path: &Path, connection: &Connection) -> Error {
    let theirs = stored_version(connection).unwrap_or_default();
    let ours = MIGRATIONS.len();
    let message = format!("the ledger {} is of version {theirs}; this program knows {ours}", path.display());
    Error::new(ErrorKind::UnknownVersion, message).hint("it was written by a newer pinax; use that one, or update this")
}

/// Each step is one transaction. The first is made before write-ahead logging is switched on, so that the first page
/// of the file itself says from the beginning whose it is.
fn migrate(connection: &mut Connection, from: usize) -> rusqlite::Result<()> {
    // Tables that are made anew would take those that name them with them.
    connection.execute_batch("PRAGMA foreign_keys = OFF")?;
    for (step, sql) in MIGRATIONS.iter().enumerate().skip(from) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", i64::try_from(step + 1).unwrap_or(i64::MAX))?;
        transaction.commit()?;
    }
    Ok(())
}

/// What both kinds of connection want.
fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // 32 MiB hold the look-up of some 300 000 files.
    connection.execute_batch("PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY")
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}
