//! An index of a download, kept in a file: memory does not grow with the number of records. It is made again when the
//! download has changed.

mod build;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use pinax_core::nouns::finding::Finding;
use pinax_core::nouns::matching::MatchField;
use pinax_core::{Error, ErrorKind, Result};
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use sha2::{Digest, Sha256};

use super::DownloadOptions;
use super::identifier::Identifier;

/// Changes when the index is made differently.
const FORMAT: &str = "2";

/// An open index.
pub(crate) struct Index {
    pub(super) db: Connection,
    pub(super) identifier: Identifier,
    pub(super) collection_name: Option<String>,
    records: PathBuf,
}

impl Index {
    /// Opens the index of `options.records`, making it if there is none or the download is another one by now.
    pub(crate) fn open(options: &DownloadOptions) -> Result<Self> {
        let fingerprint = fingerprint(&options.records)?;
        let path = options.cache_dir.join(file_name(&options.records));
        let db = match usable(&path, &fingerprint) {
            Some(db) => db,
            None => {
                fs::create_dir_all(&options.cache_dir).map_err(|error| unwritable(&options.cache_dir, error))?;
                build::build(options, &path, &fingerprint)?;
                usable(&path, &fingerprint)
                    .ok_or_else(|| Error::new(ErrorKind::Io, "the index of the portal's records cannot be read back"))?
            }
        };
        let identifier = meta(&db, "identifier")?.as_deref().and_then(Identifier::from_column);
        let Some(identifier) = identifier else {
            return Err(Error::new(ErrorKind::Internal, "the index of the portal's records names no identifier"));
        };
        Ok(Self { db, identifier, collection_name: options.collection_name.clone(), records: options.records.clone() })
    }

    /// By what records are named in CSV files.
    pub(crate) fn identifier(&self) -> Identifier {
        self.identifier
    }

    /// What was seen in the download.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        let told = format!("{} read, records are named by {}", self.records.display(), self.identifier.column());
        let mut findings = vec![Finding::fine(told)];
        if self.identifier != Identifier::Occid {
            findings.push(
                Finding::warning("the download does not tell the portal's own numbers (occid)")
                    .hint("download the records from the Symbiota portal itself; each has a column id there"),
            );
        }
        findings.extend(self.findings_of_broken_lines());
        findings
    }

    pub(crate) fn findings_of_broken_lines(&self) -> Vec<Finding> {
        let told = ["broken_records", "broken_media"].into_iter().filter_map(|key| meta(&self.db, key).ok().flatten());
        let mut findings: Vec<Finding> =
            told.map(|told| Finding::warning(told).hint("their records are not found; download it again")).collect();
        findings.extend(meta(&self.db, "bad_id").ok().flatten().map(|told| {
            Finding::warning(format!("{told}; so records are named by {}", self.identifier.column()))
                .hint("download the records again, and do not edit the file")
        }));
        findings
    }

    /// Does the download have this column of records?
    pub(crate) fn tells(&self, field: MatchField) -> Result<bool> {
        let told = meta(&self.db, "columns")?.unwrap_or_default();
        Ok(told.split(' ').any(|name| name == field.as_str()))
    }

    /// Does the download tell of pictures?
    pub(crate) fn tells_pictures(&self) -> Result<bool> {
        Ok(meta(&self.db, "pictures")?.is_some())
    }
}

pub(super) fn broken_index(error: rusqlite::Error) -> Error {
    let kind = match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DiskFull) => ErrorKind::Full,
        Some(rusqlite::ErrorCode::ReadOnly | rusqlite::ErrorCode::CannotOpen) => ErrorKind::ReadOnly,
        _ => ErrorKind::Io,
    };
    Error::new(kind, "the index of the portal's records cannot be used")
        .hint("look whether the cache folder has room and can be written to; it may be emptied at any time")
        .caused_by(error)
}

fn unwritable(folder: &Path, error: std::io::Error) -> Error {
    Error::new(ErrorKind::ReadOnly, format!("{} cannot be written to", folder.display()))
        .hint("give a cache folder that can be written to")
        .caused_by(error)
}

fn meta(db: &Connection, key: &str) -> Result<Option<String>> {
    db.query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get(0)).optional().map_err(broken_index)
}

/// The index at `path`, if it is one of this download.
fn usable(path: &Path, fingerprint: &str) -> Option<Connection> {
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).ok()?;
    let made_of = meta(&db, "fingerprint").ok()??;
    (made_of == fingerprint).then_some(db)
}

fn fingerprint(records: &Path) -> Result<String> {
    let seen = fs::metadata(records).map_err(|error| {
        Error::new(ErrorKind::Config, format!("the portal's records cannot be read from {}", records.display()))
            .hint("download the collection's records from the portal and set portal.records to that file")
            .caused_by(error)
    })?;
    let modified = seen.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    Ok(format!("{FORMAT} {} bytes, {} ns", seen.len(), modified.as_nanos()))
}

fn file_name(records: &Path) -> String {
    let path = fs::canonicalize(records).unwrap_or_else(|_| records.to_owned());
    let sum = Sha256::digest(path.as_os_str().as_encoded_bytes());
    let short: String = sum.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("records-{short}.sqlite")
}
