//! Darwin Core archives for the portal's own import, one for each batch: records come from a download, links leave in a
//! zip that a person uploads. See `docs/dwca.md`: the import's last step, taken as the portal offers it, would empty
//! every other field of the records.

mod archive;
mod files;
mod options;
mod row;
mod settle;
mod terms;
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
use pinax_core::{ErrorKind, Result};

use self::files::Archives;
pub use self::options::{DwcaExtension, DwcaOptions};
use self::row::DwcaRow;
use self::settle::Settled;
use self::written::Written;
use crate::portal::download::Index;

/// What a person does with an archive that a Symbiota portal shall take. The words are those of Symbiota 3.4.
const WHAT_TO_DO: &str = "docs/dwca.md tells each step. In short: collection's page, Administration Control Panel, \
    Import/Update Specimen Records > DwC-Archive Import; choose the archive, Analyze File, leave all as it is, Start \
    Upload. Then do NOT press Transfer Records to Central Specimen Table: it would empty all other fields of these \
    records. Where the report says New records: 0, open instead, in the same browser, \
    PORTAL/collections/admin/specuploadprocessor.php?collid=COLLID&uploadtype=7&action=activateOccurrences . Several \
    archives are imported one after another, in this order";

/// Told before anybody writes anything.
const BEWARE: &str = "the portal's import of archives overwrites records, unless it is ended as docs/dwca.md says";

/// A portal reached through a download of its records and its import of Darwin Core archives.
pub struct DwcaPortal {
    options: DwcaOptions,
    /// Opened when it is first used: reading a large download takes a while.
    desk: Mutex<Option<Desk>>,
}

/// What is open while the portal is used.
struct Desk {
    index: Index,
    written: Written,
    archives: Archives,
}

impl DwcaPortal {
    /// A door that reads `options.records`. Nothing is read or written until it is used.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when the size of an archive leaves no room for a row, or the profile has no name.
    pub fn new(options: DwcaOptions) -> Result<Self> {
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
                let index = Index::open(&self.options.download())?;
                let archives = Archives::open(&self.options);
                let written = Written::read(&archives, index.identifier())?;
                work(closed.insert(Desk { index, written, archives }))
            }
        }
    }

    /// Only by its `sourceIdentifier` does a portal find a picture again, and GBIF's words have none.
    fn can_update(&self) -> bool {
        self.options.extension == DwcaExtension::AudubonCore
    }

    fn settle(&self, desk: &Desk, change: &MediaChange) -> Result<Settled> {
        match change {
            MediaChange::Insert(record) => settle::insert(&desk.written, record),
            MediaChange::Update { before, after } if self.can_update() => {
                settle::update(&desk.written, &desk.index, before, after)
            }
            MediaChange::Update { .. } => Err(settle::no_update()),
            MediaChange::Delete(_) => Err(settle::delete()),
        }
    }

    fn apply_to(
        &self,
        desk: &mut Desk,
        collection: &Collection,
        batch: BatchId,
        changes: &[MediaChange],
    ) -> Result<Vec<Result<MediaRow>>> {
        let mut answers = Vec::with_capacity(changes.len());
        let mut rows = Vec::new();
        for change in changes {
            let one = self.settle(desk, change).and_then(|settled| match settled {
                Settled::There(record) => Ok(record),
                Settled::New(record) => {
                    let names = desk.index.names_of(collection, Occid(record.occid))?;
                    let row = DwcaRow::new(&record, &names.id, &names.catalog_number, self.options.allow_http)?;
                    // A second one in this very call finds it.
                    desk.written.put(&record)?;
                    rows.push(row);
                    Ok(record)
                }
            });
            match one {
                Ok(record) => answers.push(Ok(MediaRow { media_id: None, record: answer(change, record) })),
                Err(error) if matches!(error.kind(), ErrorKind::Rejected | ErrorKind::Conflict) => {
                    answers.push(Err(error));
                }
                Err(error) => return Err(error),
            }
        }
        desk.archives.append(batch, &rows)?;
        Ok(answers)
    }
}

/// What is told of a change that was made.
fn answer(change: &MediaChange, record: MediaRecord) -> MediaRecord {
    match change {
        MediaChange::Update { after, .. } => (**after).clone(),
        MediaChange::Insert(_) | MediaChange::Delete(_) => record,
    }
}

#[async_trait]
impl Portal for DwcaPortal {
    fn describe(&self) -> String {
        format!("records of {}, archives to {}", self.options.records.display(), self.options.out_dir.display())
    }

    fn capabilities(&self) -> PortalCapabilities {
        PortalCapabilities { update: self.can_update(), delete: false, create: false, fill: false, direct: false }
    }

    async fn check(&self, collection: &CollectionKey, _match_on: &[MatchField]) -> Vec<Finding> {
        let looked = self.with(|desk| {
            let mut findings = desk.index.findings();
            let found = desk.index.collection(collection)?;
            findings.push(Finding::fine(format!(
                "collection {collection}: {}, {} records with a catalog number",
                found.name,
                desk.index.count(&found)?
            )));
            desk.archives.try_writing()?;
            findings.push(Finding::fine(format!("{} can be written to", self.options.out_dir.display())));
            findings.push(Finding::note(BEWARE).hint("portal kind import-csv has no such trap"));
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
            let ours = records.clone();
            let is_ours = |row: &MediaRecord| {
                ours.iter().any(|own| own.occid == row.occid && own.original_url == row.original_url)
            };
            records.extend(desk.index.media_of(occids)?.into_iter().filter(|row| !is_ours(row)));
            Ok(records.into_iter().map(|record| MediaRow { media_id: None, record }).collect())
        })
    }

    async fn apply(
        &self,
        collection: &Collection,
        batch: BatchId,
        changes: &[MediaChange],
    ) -> Result<Vec<Result<MediaRow>>> {
        let applied = self.with(|desk| self.apply_to(desk, collection, batch, changes));
        if applied.is_err() {
            // What was written is read again before anything else is.
            *self.lock() = None;
        }
        applied
    }

    async fn finish(&self, collection: &Collection, batch: BatchId) -> Result<Vec<Finding>> {
        self.with(|desk| {
            let archives = desk.archives.finish(batch, &collection.name)?;
            if archives.is_empty() {
                return Ok(Vec::new());
            }
            let mut findings = desk.index.findings_of_broken_lines();
            let names: Vec<String> = archives.iter().map(|file| file.display().to_string()).collect();
            let told = match names.as_slice() {
                [only] => format!("the links wait in {only}"),
                _ => format!("the links wait in {} archives: {}", names.len(), names.join(", ")),
            };
            findings.push(match self.options.extension {
                DwcaExtension::AudubonCore => Finding::note(told + " for import into the portal").hint(WHAT_TO_DO),
                DwcaExtension::GbifMultimedia => Finding::note(told + " for a publisher"),
            });
            Ok(findings)
        })
    }
}
