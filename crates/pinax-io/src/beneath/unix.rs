//! Works on open folders (`openat` and its kin).

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use rustix::fs::{AtFlags, CWD, Dir, DirEntry, FileType, Mode, OFlags, RenameFlags, Stat};
use rustix::io::Errno;

use super::{Kind, Status, nanoseconds};

const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);
const READ: OFlags =
    OFlags::RDONLY.union(OFlags::NOFOLLOW).union(OFlags::NONBLOCK).union(OFlags::NOCTTY).union(OFlags::CLOEXEC);

/// The bytes of a path; `None` where they cannot be told.
pub(crate) fn path_bytes(path: &Path) -> Option<&[u8]> {
    Some(path.as_os_str().as_bytes())
}

/// What the file system tells of an open file.
pub(crate) fn status_of(file: &File) -> io::Result<Status> {
    Ok(status(&rustix::fs::fstat(file)?))
}

fn status(stat: &Stat) -> Status {
    Status {
        kind: kind(FileType::from_raw_mode(stat.st_mode)),
        size_bytes: u64::try_from(stat.st_size).unwrap_or_default(),
        modified_ns: nanoseconds(stat.st_mtime as _, stat.st_mtime_nsec as _),
        changed_ns: nanoseconds(stat.st_ctime as _, stat.st_ctime_nsec as _),
        identity: (stat.st_dev as _, stat.st_ino as _),
    }
}

fn kind(file_type: FileType) -> Kind {
    match file_type {
        FileType::RegularFile => Kind::File,
        FileType::Directory => Kind::Folder,
        FileType::Symlink => Kind::Link,
        _ => Kind::Special,
    }
}

/// An open folder.
#[derive(Debug)]
pub(crate) struct Folder(OwnedFd);

impl Folder {
    /// Opens a root; here, and only here, links are followed.
    pub(crate) fn root(path: &Path) -> io::Result<Self> {
        Ok(Self(rustix::fs::openat(CWD, path, FOLDER, Mode::empty())?))
    }

    /// The same folder, opened again.
    pub(crate) fn again(&self) -> io::Result<Self> {
        Ok(Self(rustix::fs::openat(&self.0, c".", FOLDER, Mode::empty())?))
    }

    /// Opens a folder in this one; `NotADirectory` when it is something else, or a link.
    pub(crate) fn folder(&self, name: &[u8]) -> io::Result<Self> {
        Ok(Self(rustix::fs::openat(&self.0, name, FOLDER | OFlags::NOFOLLOW, Mode::empty())?))
    }

    /// Makes a folder in this one.
    pub(crate) fn make_folder(&self, name: &[u8]) -> io::Result<()> {
        Ok(rustix::fs::mkdirat(&self.0, name, Mode::from_raw_mode(0o777))?)
    }

    /// Opens a file for reading; returns at once whatever it is.
    pub(crate) fn open(&self, name: &[u8]) -> io::Result<File> {
        Ok(rustix::fs::openat(&self.0, name, READ, Mode::empty())?.into())
    }

    /// Makes a file for reading and writing; `AlreadyExists` when there is anything of that name.
    pub(crate) fn create_new(&self, name: &[u8]) -> io::Result<File> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(rustix::fs::openat(&self.0, name, flags, Mode::from_raw_mode(0o666))?.into())
    }

    /// What `name` is.
    pub(crate) fn status(&self, name: &[u8]) -> io::Result<Status> {
        Ok(status(&rustix::fs::statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW)?))
    }

    /// Moves a file to another name on the same file system; `AlreadyExists` when there is anything of that name,
    /// `CrossesDevices` when it is another file system.
    pub(crate) fn rename_new(&self, name: &[u8], to: &Self, to_name: &[u8]) -> io::Result<()> {
        match rustix::fs::renameat_with(&self.0, name, &to.0, to_name, RenameFlags::NOREPLACE) {
            // NFS and some others know no such flag.
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP | Errno::PERM) => self.rename_by_link(name, to, to_name),
            result => Ok(result?),
        }
    }

    /// The same by a second link, which never replaces either.
    pub(super) fn rename_by_link(&self, name: &[u8], to: &Self, to_name: &[u8]) -> io::Result<()> {
        match rustix::fs::linkat(&self.0, name, &to.0, to_name, AtFlags::empty()) {
            Ok(()) => self.remove_file(name),
            Err(Errno::PERM | Errno::NOSYS | Errno::OPNOTSUPP | Errno::MLINK) => {
                self.rename_by_looking(name, to, to_name)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The last resort: a program that writes this very name in between would lose its file.
    pub(super) fn rename_by_looking(&self, name: &[u8], to: &Self, to_name: &[u8]) -> io::Result<()> {
        match to.status(to_name) {
            Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Ok(rustix::fs::renameat(&self.0, name, &to.0, to_name)?)
            }
            Err(error) => Err(error),
        }
    }

    /// Removes a file or link.
    pub(crate) fn remove_file(&self, name: &[u8]) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.0, name, AtFlags::empty())?)
    }

    /// Removes an empty folder.
    pub(crate) fn remove_folder(&self, name: &[u8]) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.0, name, AtFlags::REMOVEDIR)?)
    }

    /// Makes the names in this folder durable.
    pub(crate) fn sync(&self) -> io::Result<()> {
        match rustix::fs::fsync(&self.0) {
            // Some network file systems sync no folders.
            Err(Errno::INVAL | Errno::OPNOTSUPP) => Ok(()),
            result => Ok(result?),
        }
    }

    /// File system and number in it.
    pub(crate) fn identity(&self) -> io::Result<(u64, u64)> {
        Ok(status(&rustix::fs::fstat(&self.0)?).identity)
    }

    /// What is in it, one by one.
    pub(crate) fn entries(self) -> io::Result<Entries> {
        Ok(Entries(Dir::new(self.0)?))
    }
}

/// The names in a folder, in the order of the file system.
pub(crate) struct Entries(Dir);

impl Entries {
    /// The next one, `.` and `..` left out.
    pub(crate) fn next(&mut self) -> Option<io::Result<Entry>> {
        loop {
            match self.0.read()? {
                Ok(entry) if matches!(entry.file_name().to_bytes(), b"." | b"..") => {}
                Ok(entry) => return Some(Ok(Entry(entry))),
                Err(error) => return Some(Err(error.into())),
            }
        }
    }

    /// What the file system tells of one of them.
    pub(crate) fn status(&self, entry: &Entry) -> io::Result<Status> {
        Ok(status(&rustix::fs::statat(self.0.fd()?, entry.0.file_name(), AtFlags::SYMLINK_NOFOLLOW)?))
    }

    /// Opens one of them as a folder.
    pub(crate) fn folder(&self, entry: &Entry) -> io::Result<Folder> {
        let folder = self.0.fd()?;
        let flags = FOLDER | OFlags::NOFOLLOW;
        Ok(Folder(rustix::fs::openat(folder.as_fd(), entry.0.file_name(), flags, Mode::empty())?))
    }

    /// Opens one of them as a file for reading; returns at once whatever it is.
    pub(crate) fn open(&self, entry: &Entry) -> io::Result<File> {
        Ok(rustix::fs::openat(self.0.fd()?, entry.0.file_name(), READ, Mode::empty())?.into())
    }
}

/// One name in a folder.
pub(crate) struct Entry(DirEntry);

impl Entry {
    /// The name.
    pub(crate) fn name(&self) -> io::Result<&[u8]> {
        Ok(self.0.file_name().to_bytes())
    }

    /// What it is, when the folder tells.
    pub(crate) fn kind(&self) -> Option<Kind> {
        match self.0.file_type() {
            FileType::Unknown => None,
            known => Some(kind(known)),
        }
    }
}
