//! What is remembered of zip files that were read: their entries by name, so that a directory is not read again for each
//! picture.

use std::collections::HashMap;
use std::fs::File;
use std::sync::{Arc, Mutex, PoisonError};

use zip::read::OwnedZipFileEntry;
use zip::result::ZipError;

use super::ZipSource;
use super::archive::{Entry, classify, each_entry};
use crate::beneath::{Status, status_of};

/// The files of one zip file, by their names.
pub(super) type Index = HashMap<Box<[u8]>, OwnedZipFileEntry>;

/// The indexes used last, the newest at the end.
#[derive(Default)]
pub(super) struct Indexes(Mutex<Vec<Remembered>>);

struct Remembered {
    archive: Vec<u8>,
    status: Status,
    index: Arc<Index>,
}

/// So many zip files are remembered, if they have no more entries together than one may have.
const MOST_ARCHIVES: usize = 16;

impl Indexes {
    /// The index of a zip file as it is now.
    pub(super) fn of(&self, archive: &[u8], file: &File) -> Result<Arc<Index>, ZipError> {
        let status = status_of(file)?;
        let mut remembered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = remembered.iter().position(|known| known.archive == archive) {
            let known = remembered.remove(place);
            if known.status == status {
                let index = Arc::clone(&known.index);
                remembered.push(known);
                return Ok(index);
            }
        }
        // Others wait here: most of them want the same one.
        let index = Arc::new(read(file)?);
        remembered.push(Remembered { archive: archive.to_vec(), status, index: Arc::clone(&index) });
        let entries = |all: &[Remembered]| all.iter().map(|known| known.index.len()).sum::<usize>();
        while remembered.len() > 1
            && (remembered.len() > MOST_ARCHIVES || entries(&remembered) > ZipSource::MOST_ENTRIES)
        {
            remembered.remove(0);
        }
        Ok(index)
    }
}

fn read(file: &File) -> Result<Index, ZipError> {
    let mut index = Index::new();
    each_entry(file, |entry| {
        if matches!(classify(&entry), Entry::File(_)) {
            // The first of a name, as in the listing.
            index.entry(entry.name_raw().into()).or_insert_with(|| entry.into());
        }
        true
    })?;
    Ok(index)
}

impl std::fmt::Debug for Indexes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Indexes")
    }
}
