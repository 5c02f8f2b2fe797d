//! Where zip files lie: one that was named, or those below a folder.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use pinax_core::nouns::source_image::Locator;
use pinax_core::{Error, ErrorKind, Result};

use super::index::Indexes;
use crate::beneath::{Folder, Kind, path_bytes, reach};

/// The root, and what is remembered of zip files that were read.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) root: PathBuf,
    pub(super) indexes: Indexes,
}

/// What the root is.
pub(super) enum Root {
    /// A zip file.
    Archive(File),
    /// A folder.
    Folder(Folder),
}

impl Place {
    pub(super) fn new(root: PathBuf) -> Self {
        Self { root, indexes: Indexes::default() }
    }

    /// The root for people.
    pub(super) fn shown(&self) -> String {
        Locator::new(path_bytes(&self.root).unwrap_or_default()).to_string()
    }

    /// Opens the root.
    pub(super) fn open(&self) -> Result<Root> {
        open(&self.root).map_err(|error| {
            let (kind, hint) = match error.kind() {
                io::ErrorKind::NotFound => (ErrorKind::Unavailable, "mount the disk it lies on, or name another"),
                io::ErrorKind::InvalidInput => (ErrorKind::Config, "name a zip file, or a folder with zip files"),
                io::ErrorKind::PermissionDenied => {
                    (ErrorKind::Forbidden, "give the user who runs pinax the right to it")
                }
                _ => (ErrorKind::Unavailable, "look at the disk or server it lies on"),
            };
            Error::new(kind, format!("cannot read {}", self.shown())).hint(hint).caused_by(error)
        })
    }
}

fn open(root: &Path) -> io::Result<Root> {
    let found = fs::metadata(root)?;
    if found.is_dir() {
        Ok(Root::Folder(Folder::root(root)?))
    } else if found.is_file() {
        Ok(Root::Archive(File::open(root)?))
    } else {
        // A pipe is not even opened.
        Err(io::ErrorKind::InvalidInput.into())
    }
}

/// Does a name end like that of a zip file?
pub(super) fn is_zip_name(name: &[u8]) -> bool {
    const END: &[u8] = b".zip";
    name.len() > END.len() && name[name.len() - END.len()..].eq_ignore_ascii_case(END)
}

/// Opens the zip file that holds `path`; gives its own path, and the path in it.
///
/// # Errors
/// `NotFound` when no part of `path` is a zip file.
pub(super) fn archive_of(root: Root, path: &[u8]) -> io::Result<(File, &[u8], &[u8])> {
    let folder = match root {
        Root::Archive(file) => return Ok((file, b"", path)),
        Root::Folder(folder) => folder,
    };
    for (slash, _) in path.iter().enumerate().filter(|(_, byte)| **byte == b'/') {
        let (archive, inner) = (&path[..slash], &path[slash + 1..]);
        if !is_zip_name(archive) {
            continue;
        }
        let (above, name) = reach(&folder, archive)?;
        // A folder may have such a name too.
        match above.status(name)?.kind {
            Kind::File => return Ok((above.open(name)?, archive, inner)),
            Kind::Folder => {}
            Kind::Link | Kind::Special => return Err(io::ErrorKind::NotFound.into()),
        }
    }
    Err(io::ErrorKind::NotFound.into())
}
