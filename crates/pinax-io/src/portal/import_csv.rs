//! The portal's own import page (Extended Data Import), for people without access to its server: records come from a
//! download, links leave as CSV files that a person uploads.

mod cells;
mod collections;
mod download;
mod files;
mod find;
mod identifier;
mod index;
mod options;
mod table;
mod written;

use std::sync::{Mutex, MutexGuard};

use async_trait::async_trait;
use pinax_core::nouns::batch::BatchId;
use pinax_core::nouns::collection::{Collection, CollectionKey};
use pinax_core::nouns::finding::Finding;
use pinax_core::nouns::matching::MatchField;
use pinax_core::nouns::media::{MediaRecord, MediaRow};
use pinax_core::nouns::occurrence::{CatalogNumber, Occid, Occurrence};
use pinax_core::ports::portal::{Portal, PortalCapabilities};
use pinax_core::steps::link::MediaChange;
use pinax_core::{Error, ErrorKind, Result};

use self::cells::{Cells, cells};
use self::files::OutFiles;
use self::index::Index;
pub use self::options::ImportCsvOptions;
use self::written::Written;
use crate::portal::numbers::{answers, asked_for};

/// What a person does with the files. The words are those of Symbiota 3.4.
const WHAT_TO_DO: &str = "log in to the portal and open the collection's page; under Administration Control Panel choose \
    Import/Update Specimen Records > Extended Data Import; for each file, once: choose it, Import Type \"Media Field Map\", \
    Initialize Import; leave the field mapping as it is, Media Upload Type \"Image upload\", leave \"Link media to new \
    blank record if catalog number does not exist\" unticked, Import Data. A file imported twice doubles its pictures";

/// A portal reached through a download of its records and its import page.
pub struct ImportCsvPortal {
    options: ImportCsvOptions,
    /// Opened when it is first used: reading a large download takes a while.
    desk: Mutex<Option<Desk>>,
}

/// What is open while the portal is used.
struct Desk {
    index: Index,
    written: Written,
    files: OutFiles,
}

impl ImportCsvPortal {
    /// A door that reads `options.records`. Nothing is read or written until it is used.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when the size of a file leaves no room for a row, or the profile has no name.
    pub fn new(options: ImportCsvOptions) -> Result<Self> {
        options.check()?;
        Ok(Self { options, desk: Mutex::new(None) })
    }

    fn lock(&self) -> MutexGuard<'_, Option<Desk>> {
        self.desk.lock().expect("no holder panics")
    }

    fn with<T>(&self, work: impl FnOnce(&mut Desk) -> Result<T>) -> Result<T> {
        let mut desk = self.lock();
        match &mut *desk {
            Some(desk) => work(desk),
            closed => {
                let index = Index::open(&self.options)?;
                let files = OutFiles::open(&self.options)?;
                let written = Written::read(&files)?;
                work(closed.insert(Desk { index, written, files }))
            }
        }
    }
}

/// A change that is not refused.
enum Settled {
    /// It is in a CSV file.
    There(MediaRecord),
    /// It must be written.
    New(Cells),
}

impl Desk {
    fn settle(&self, collection: &Collection, change: &MediaChange, allow_http: bool) -> Result<Settled> {
        let MediaChange::Insert(record) = change else {
            return Err(Error::new(ErrorKind::Rejected, "a link cannot be changed through the portal's import page")
                .hint("change the image's URLs in the portal's editor, or use portal kind mariadb"));
        };
        if let Some(there) = self.written.find(record)? {
            return Ok(Settled::There(there));
        }
        let identifier = self.index.identifier_of(collection, Occid(record.occid))?;
        Ok(Settled::New(cells(record, &identifier, allow_http)?))
    }

    fn apply(
        &mut self,
        collection: &Collection,
        batch: BatchId,
        changes: &[MediaChange],
        allow_http: bool,
    ) -> Result<Vec<Result<MediaRow>>> {
        let mut answers = Vec::with_capacity(changes.len());
        let mut rows = Vec::new();
        for change in changes {
            let record = match self.settle(collection, change, allow_http) {
                Ok(Settled::There(record)) => Ok(record),
                Ok(Settled::New(row)) => {
                    let record = carried(change.row());
                    // A second one in this very call finds it.
                    self.written.add(&record)?;
                    rows.push(row);
                    Ok(record)
                }
                Err(error) if error.kind() == ErrorKind::Rejected => Err(error),
                Err(error) => return Err(error),
            };
            answers.push(record.map(|record| MediaRow { media_id: None, record }));
        }
        self.files.append(batch, self.index.identifier().column(), &rows)?;
        Ok(answers)
    }
}

/// What of a row an import carries to the portal; the rest is worked out there.
fn carried(record: &MediaRecord) -> MediaRecord {
    MediaRecord { tid: None, pixel_x_dimension: None, pixel_y_dimension: None, files: Vec::new(), ..record.clone() }
}

#[async_trait]
impl Portal for ImportCsvPortal {
    fn describe(&self) -> String {
        format!("records of {}, links to {}", self.options.records.display(), self.options.out_dir.display())
    }

    fn capabilities(&self) -> PortalCapabilities {
        PortalCapabilities { update: false, delete: false, create: false, fill: false, direct: false }
    }

    async fn check(&self, collection: &CollectionKey, _match_on: &[MatchField]) -> Vec<Finding> {
        let looked = self.with(|desk| {
            let mut findings = desk.index.findings();
            let found = desk.index.collection(collection)?;
            findings.push(Finding::note(format!(
                "collection {collection}: {}, {} records with a catalog number",
                found.name,
                desk.index.count(&found)?
            )));
            desk.files.try_writing()?;
            findings.push(Finding::note(format!("{} can be written to", self.options.out_dir.display())));
            Ok(findings)
        });
        looked.unwrap_or_else(|error| vec![error.into()])
    }

    async fn collection(&self, key: &CollectionKey) -> Result<Collection> {
        self.with(|desk| desk.index.collection(key))
    }

    async fn find_occurrences(
        &self,
        collection: &Collection,
        _match_on: &[MatchField],
        numbers: &[CatalogNumber],
    ) -> Result<Vec<Vec<Occurrence>>> {
        let (field, numbers) = (MatchField::CatalogNumber, numbers.iter().collect::<Vec<_>>());
        self.with(|desk| Ok(answers(field, &numbers, desk.index.find(collection, &asked_for(field, &numbers))?)))
    }

    async fn media_of(&self, _collection: &Collection, occids: &[Occid]) -> Result<Vec<MediaRow>> {
        self.with(|desk| {
            // What this program wrote comes first: it knows its own rows by their recordID.
            let mut records = desk.written.of(occids)?;
            records.extend(desk.index.media_of(occids)?);
            Ok(records.into_iter().map(|record| MediaRow { media_id: None, record }).collect())
        })
    }

    async fn apply(
        &self,
        collection: &Collection,
        batch: BatchId,
        changes: &[MediaChange],
    ) -> Result<Vec<Result<MediaRow>>> {
        let applied = self.with(|desk| desk.apply(collection, batch, changes, self.options.allow_http));
        if applied.is_err() {
            // What was written is read again before anything else is.
            *self.lock() = None;
        }
        applied
    }

    async fn finish(&self, _collection: &Collection, batch: BatchId) -> Result<Vec<Finding>> {
        self.with(|desk| {
            let files = desk.files.finish(batch)?;
            if files.is_empty() {
                return Ok(Vec::new());
            }
            let mut findings = desk.index.findings_of_broken_lines();
            let names: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
            let told = match names.as_slice() {
                [only] => format!("the links wait in {only} for import into the portal"),
                _ => {
                    format!("the links wait in {} files for import into the portal: {}", names.len(), names.join(", "))
                }
            };
            findings.push(Finding::note(told).hint(WHAT_TO_DO));
            Ok(findings)
        })
    }
}
