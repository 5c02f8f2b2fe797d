//! What is left out of a listing because Pinax itself writes it.

use std::collections::HashSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use pinax_core::{Error, ErrorKind, Result};

use super::FolderSourceOptions;
use crate::beneath::path_bytes;

/// Paths below the root, parts joined by `/`.
#[derive(Debug, Default)]
pub(super) struct LeftOut(HashSet<Vec<u8>>);

impl LeftOut {
    /// Looks where the places lie, through links; those that do not exist yet count too.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when one of them holds the root.
    pub(super) fn of(options: &FolderSourceOptions) -> Result<Self> {
        let root = resolve(&options.root);
        let mut below = HashSet::new();
        for place in options.leave_out.iter().chain(&options.done_dir) {
            let place = resolve(place);
            if root.starts_with(&place) {
                return Err(Error::new(
                    ErrorKind::Config,
                    format!(
                        "the source folder {} lies inside {}, which pinax writes to",
                        root.display(),
                        place.display()
                    ),
                )
                .hint("give the source a folder of its own"));
            }
            if let Ok(path) = place.strip_prefix(&root) {
                below.extend(joined(path));
            }
        }
        Ok(Self(below))
    }

    /// Is this path one of them?
    pub(super) fn holds(&self, path: &[u8]) -> bool {
        !self.0.is_empty() && self.0.contains(path)
    }
}

/// The path without links, as far as it exists.
fn resolve(path: &Path) -> PathBuf {
    let mut missing: Vec<OsString> = Vec::new();
    let mut existing = path;
    loop {
        if let Ok(mut resolved) = existing.canonicalize() {
            resolved.extend(missing.iter().rev());
            return resolved;
        }
        match (existing.parent(), existing.file_name()) {
            (Some(parent), Some(name)) => {
                missing.push(name.to_owned());
                existing = parent;
            }
            _ => return path.to_owned(),
        }
    }
}

fn joined(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for part in path.components() {
        if !bytes.is_empty() {
            bytes.push(b'/');
        }
        bytes.extend_from_slice(path_bytes(part.as_ref())?);
    }
    Some(bytes)
}
