//! The portal's own import page (Extended Data Import), for people without access to its server: records come from a
//! download, links leave as CSV files that a person uploads.

mod cells;
mod desk;
mod files;
pub mod lint;
mod options;
mod rules;
mod settle;
mod written;

use std::sync::{Mutex, MutexGuard};
use std::time::SystemTime;

use async_trait::async_trait;
use pinax_core::Result;
use pinax_core::nouns::batch::BatchId;
use pinax_core::nouns::collection::{Collection, CollectionKey};
use pinax_core::nouns::finding::Finding;
use pinax_core::nouns::matching::MatchField;
use pinax_core::nouns::media::MediaRow;
use pinax_core::nouns::occurrence::{CatalogNumber, Occid, Occurrence};
use pinax_core::ports::portal::{Portal, PortalCapabilities};
use pinax_core::steps::link::MediaChange;

use self::desk::Desk;
use self::files::OutFiles;
pub use self::options::ImportCsvOptions;
pub use self::settle::{Awaiting, Settlement};
use crate::portal::download::not_told;

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
            closed => work(closed.insert(Desk::open(&self.options)?)),
        }
    }

    /// What waits for a person. The download is not read.
    ///
    /// # Errors
    /// When the folder of CSV files cannot be read.
    pub fn awaiting(&self) -> Result<Awaiting> {
        Desk::awaiting(&OutFiles::open(&self.options)?)
    }

    /// Looks in the download which rows have arrived on the portal, and moves them out of the files that wait into
    /// files that end in `.imported`. It may be repeated, with the same download or a later one.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](pinax_core::ErrorKind::Config) when the download tells of no pictures; else when files
    /// cannot be read or written. What was moved until then is moved.
    pub fn settle(&self) -> Result<Settlement> {
        let downloaded = self.options.records.metadata().and_then(|seen| seen.modified());
        let settled = self.with(|desk| desk.settle_files(downloaded.unwrap_or(SystemTime::UNIX_EPOCH)));
        // Rows lie in other files now.
        *self.lock() = None;
        settled
    }
}

#[async_trait]
impl Portal for ImportCsvPortal {
    fn describe(&self) -> String {
        format!("records of {}, links to {}", self.options.records.display(), self.options.out_dir.display())
    }

    fn capabilities(&self) -> PortalCapabilities {
        PortalCapabilities { update: false, delete: true, create: false, fill: false, direct: false }
    }

    async fn check(&self, collection: &CollectionKey, match_on: &[MatchField]) -> Vec<Finding> {
        let looked = self.with(|desk| {
            let mut findings = desk.index.findings();
            for field in match_on {
                if !desk.index.tells(*field)? {
                    findings.push(not_told(*field).into());
                }
            }
            let found = desk.index.collection(collection)?;
            findings.push(Finding::fine(format!(
                "collection {collection}: {}, {} records with a catalog number",
                found.name,
                desk.index.count(&found)?
            )));
            desk.files.try_writing()?;
            findings.push(Finding::fine(format!("{} can be written to", self.options.out_dir.display())));
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
        match_on: &[MatchField],
        numbers: &[CatalogNumber],
    ) -> Result<Vec<Vec<Occurrence>>> {
        self.with(|desk| desk.index.find(collection, match_on, numbers))
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
            let mut findings: Vec<Finding> = desk.findings_of_taken_back(batch).into_iter().collect();
            if files.is_empty() {
                return Ok(findings);
            }
            findings.extend(desk.index.findings_of_broken_lines());
            let names: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
            let told = match names.as_slice() {
                [only] => format!("the links wait in {only} for import into the portal"),
                _ => {
                    format!("the links wait in {} files for import into the portal: {}", names.len(), names.join(", "))
                }
            };
            findings.push(Finding::note(told).hint(WHAT_TO_DO));
            let older = Desk::awaiting(&desk.files)?.files.saturating_sub(files.len() as u64);
            if older > 0 {
                findings.push(
                    Finding::note(format!("{older} files of earlier batches wait for import too")).hint(
                        "those that were imported: download the records with pictures again, then `pinax settle`",
                    ),
                );
            }
            Ok(findings)
        })
    }
}
