//! Works on paths, for systems whose folders cannot be held open. Links are looked for before each step.

use std::ffi::OsStr;
use std::fs::{self, DirEntry, File, FileType, Metadata, OpenOptions, ReadDir};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::{Kind, Status, nanoseconds};

/// The bytes of a path; `None` where they cannot be told.
pub(crate) fn path_bytes(path: &Path) -> Option<&[u8]> {
    path.to_str().map(str::as_bytes)
}

/// A name as the system takes it.
fn name_of(bytes: &[u8]) -> io::Result<&OsStr> {
    std::str::from_utf8(bytes).map(OsStr::new).map_err(|_| io::ErrorKind::NotFound.into())
}

/// What the file system tells of an open file.
pub(crate) fn status_of(file: &File) -> io::Result<Status> {
    Ok(status(&file.metadata()?))
}

fn status(metadata: &Metadata) -> Status {
    let since_1970 = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let modified_ns = since_1970.map_or(0, |time| {
        nanoseconds(i64::try_from(time.as_secs()).unwrap_or(i64::MAX), i64::from(time.subsec_nanos()))
    });
    let (size_bytes, kind) = (metadata.len(), kind(metadata.file_type()));
    Status { kind, size_bytes, modified_ns, changed_ns: modified_ns, identity: (0, 0) }
}

fn kind(file_type: FileType) -> Kind {
    if file_type.is_symlink() {
        Kind::Link
    } else if file_type.is_dir() {
        Kind::Folder
    } else if file_type.is_file() {
        Kind::File
    } else {
        Kind::Special
    }
}

/// A folder, by its path.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// Opens a root; here, and only here, links are followed.
    pub(crate) fn root(path: &Path) -> io::Result<Self> {
        if path.metadata()?.is_dir() { Ok(Self(path.to_owned())) } else { Err(io::ErrorKind::NotADirectory.into()) }
    }

    /// The same folder, opened again.
    pub(crate) fn again(&self) -> io::Result<Self> {
        Ok(Self(self.0.clone()))
    }

    /// Opens a folder in this one; `NotADirectory` when it is something else, or a link.
    pub(crate) fn folder(&self, name: &[u8]) -> io::Result<Self> {
        match self.status(name)?.kind {
            Kind::Folder => Ok(Self(self.path(name)?)),
            _ => Err(io::ErrorKind::NotADirectory.into()),
        }
    }

    /// Makes a folder in this one.
    pub(crate) fn make_folder(&self, name: &[u8]) -> io::Result<()> {
        fs::create_dir(self.path(name)?)
    }

    /// Opens a file for reading.
    pub(crate) fn open(&self, name: &[u8]) -> io::Result<File> {
        match self.status(name)?.kind {
            Kind::File => File::open(self.path(name)?),
            _ => Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file")),
        }
    }

    /// Makes a file for reading and writing; `AlreadyExists` when there is anything of that name.
    pub(crate) fn create_new(&self, name: &[u8]) -> io::Result<File> {
        OpenOptions::new().read(true).write(true).create_new(true).open(self.path(name)?)
    }

    /// What `name` is.
    pub(crate) fn status(&self, name: &[u8]) -> io::Result<Status> {
        Ok(status(&self.path(name)?.symlink_metadata()?))
    }

    /// Moves a file to another name on the same file system; `AlreadyExists` when there is anything of that name.
    pub(crate) fn rename_new(&self, name: &[u8], to: &Self, to_name: &[u8]) -> io::Result<()> {
        let (from, to) = (self.path(name)?, to.path(to_name)?);
        match fs::hard_link(&from, &to) {
            Ok(()) => fs::remove_file(from),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
            // No hard links here: a program that writes this very name in between would lose its file.
            Err(_) if to.symlink_metadata().is_ok() => Err(io::ErrorKind::AlreadyExists.into()),
            Err(_) => fs::rename(from, to),
        }
    }

    /// Removes a file or link.
    pub(crate) fn remove_file(&self, name: &[u8]) -> io::Result<()> {
        fs::remove_file(self.path(name)?)
    }

    /// Removes an empty folder.
    pub(crate) fn remove_folder(&self, name: &[u8]) -> io::Result<()> {
        fs::remove_dir(self.path(name)?)
    }

    /// Names are made durable by the system alone.
    pub(crate) fn sync(&self) -> io::Result<()> {
        Ok(())
    }

    /// File system and number in it: not known.
    pub(crate) fn identity(&self) -> io::Result<(u64, u64)> {
        self.0.metadata().map(|_| (0, 0))
    }

    /// What is in it, one by one.
    pub(crate) fn entries(self) -> io::Result<Entries> {
        let entries = fs::read_dir(&self.0)?;
        Ok(Entries(entries))
    }

    fn path(&self, name: &[u8]) -> io::Result<PathBuf> {
        Ok(self.0.join(name_of(name)?))
    }
}

/// The names in a folder, in the order of the file system.
pub(crate) struct Entries(ReadDir);

impl Entries {
    /// The next one, `.` and `..` left out.
    pub(crate) fn next(&mut self) -> Option<io::Result<Entry>> {
        Some(self.0.next()?.map(|entry| Entry { name: entry.file_name().into_string().ok(), entry }))
    }

    /// What the file system tells of one of them.
    pub(crate) fn status(&self, entry: &Entry) -> io::Result<Status> {
        Ok(status(&entry.entry.metadata()?))
    }

    /// Opens one of them as a folder.
    pub(crate) fn folder(&self, entry: &Entry) -> io::Result<Folder> {
        match self.status(entry)?.kind {
            Kind::Folder => Ok(Folder(entry.entry.path())),
            _ => Err(io::ErrorKind::NotADirectory.into()),
        }
    }

    /// Opens one of them as a file for reading; nothing else is opened.
    pub(crate) fn open(&self, entry: &Entry) -> io::Result<File> {
        match self.status(entry)?.kind {
            Kind::File => File::open(entry.entry.path()),
            _ => Err(io::ErrorKind::InvalidInput.into()),
        }
    }
}

/// One name in a folder.
pub(crate) struct Entry {
    entry: DirEntry,
    name: Option<String>,
}

impl Entry {
    /// The name; `InvalidData` when it is no text.
    pub(crate) fn name(&self) -> io::Result<&[u8]> {
        self.name.as_deref().map(str::as_bytes).ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    /// What it is, when the folder tells.
    pub(crate) fn kind(&self) -> Option<Kind> {
        self.entry.file_type().ok().map(kind)
    }
}
