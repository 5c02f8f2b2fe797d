//! What is open while the portal is used, and the work of applying changes with it.

use std::collections::{BTreeMap, HashMap};

use pinax_core::nouns::batch::BatchId;
use pinax_core::nouns::collection::Collection;
use pinax_core::nouns::finding::Finding;
use pinax_core::nouns::media::{MediaRecord, MediaRow};
use pinax_core::nouns::occurrence::Occid;
use pinax_core::steps::link::MediaChange;
use pinax_core::{Error, ErrorKind, Result};

use super::cells::{Cells, cells};
use super::files::{Gone, OutFile, OutFiles, State};
use super::options::ImportCsvOptions;
use super::written::Written;
use crate::portal::download::Index;

/// Addresses named in a finding.
const NAMED: usize = 5;

/// What is open while the portal is used.
pub(super) struct Desk {
    pub(super) index: Index,
    pub(super) written: Written,
    pub(super) files: OutFiles,
    /// Rows each batch took out of files that a person may have imported already.
    taken_back: HashMap<BatchId, TakenBack>,
}

/// What was taken out of files that wait.
#[derive(Default)]
struct TakenBack {
    rows: u64,
    files: BTreeMap<String, u64>,
    addresses: Vec<String>,
}

/// What one change comes to.
enum Step {
    /// It is in a CSV file, or gone, already.
    Nothing(MediaRecord),
    /// It must be written.
    Write(Cells),
    /// It must go out of the file of this batch and number.
    TakeOut(i64, u32),
}

/// Changes that are not yet on disk.
#[derive(Default)]
struct Waiting {
    rows: Vec<Cells>,
    /// Their numbers among those written.
    written: Vec<i64>,
    /// By file: record and `recordID`, with the address.
    out: BTreeMap<(i64, u32), HashMap<(u64, String), String>>,
}

impl Desk {
    pub(super) fn open(options: &ImportCsvOptions) -> Result<Self> {
        let index = Index::open(&options.download())?;
        let files = OutFiles::open(options)?;
        let written = Written::read(&files)?;
        Ok(Self { index, written, files, taken_back: HashMap::new() })
    }

    pub(super) fn apply(
        &mut self,
        collection: &Collection,
        batch: BatchId,
        changes: &[MediaChange],
        allow_http: bool,
    ) -> Result<Vec<Result<MediaRow>>> {
        let mut answers = Vec::with_capacity(changes.len());
        let mut waiting = Waiting::default();
        for change in changes {
            // What comes before is on disk before the other way is gone.
            match change {
                MediaChange::Delete(_) if !waiting.rows.is_empty() => self.write_down(batch, &mut waiting)?,
                MediaChange::Insert(_) if !waiting.out.is_empty() => self.write_down(batch, &mut waiting)?,
                _ => {}
            }
            let record = match self.step(collection, change, allow_http) {
                Ok(Step::Nothing(record)) => Ok(record),
                Ok(Step::Write(row)) => {
                    let record = carried(change.row());
                    // A second one in this very call finds it.
                    waiting.written.push(self.written.add(&record, false)?);
                    waiting.rows.push(row);
                    Ok(record)
                }
                Ok(Step::TakeOut(of, number)) => {
                    let record = change.row();
                    let name = (record.occid, record.record_id.to_lowercase());
                    waiting.out.entry((of, number)).or_default().insert(name, record.original_url.clone());
                    Ok(record.clone())
                }
                Err(error) if matches!(error.kind(), ErrorKind::Rejected | ErrorKind::Conflict) => Err(error),
                Err(error) => return Err(error),
            };
            answers.push(record.map(|record| MediaRow { media_id: None, record }));
        }
        self.write_down(batch, &mut waiting)?;
        Ok(answers)
    }

    fn write_down(&mut self, batch: BatchId, waiting: &mut Waiting) -> Result<()> {
        let Waiting { rows, written, out } = std::mem::take(waiting);
        let numbers = self.files.append(batch, self.index.identifier().column(), &rows)?;
        for (row, number) in written.into_iter().zip(numbers) {
            self.written.put(row, batch.0, number)?;
        }
        for ((of, number), names) in out {
            let here = |file: &OutFile| file.batch == of && file.number == number && file.state != State::Imported;
            // A file that is gone holds no row.
            let Some(file) = self.files.list()?.into_iter().find(here) else { continue };
            let mut goes =
                |record: &MediaRecord| Ok(names.contains_key(&(record.occid, record.record_id.to_lowercase())));
            let split = self.files.split(&file, Gone::Away, &mut goes)?;
            // A file that does not end in `.part` may have been imported, unknown to us.
            if file.state == State::Waiting {
                let taken = self.taken_back.entry(batch).or_default();
                taken.rows += split.gone;
                *taken.files.entry(file.name()).or_default() += split.gone;
                taken.addresses.extend(names.into_values());
                taken.addresses.sort_unstable();
                taken.addresses.truncate(NAMED);
            }
        }
        Ok(())
    }

    fn step(&self, collection: &Collection, change: &MediaChange, allow_http: bool) -> Result<Step> {
        match change {
            MediaChange::Insert(record) => {
                if let Some(there) = self.written.find(record)? {
                    return Ok(Step::Nothing(there));
                }
                let identifier = self.index.identifier_of(collection, Occid(record.occid))?;
                Ok(Step::Write(cells(record, &identifier, allow_http)?))
            }
            MediaChange::Update { .. } => {
                Err(Error::new(ErrorKind::Rejected, "a link cannot be changed through the portal's import page")
                    .hint("change the image's URLs in the portal's editor, or use portal kind mariadb"))
            }
            MediaChange::Delete(before) => self.take_out(before),
        }
    }

    /// A row that waits can be taken out of its file; one that is on the portal cannot be taken from there.
    fn take_out(&self, before: &MediaRecord) -> Result<Step> {
        let occid = Occid(before.occid);
        let seen = self.index.shown(&before.original_url, &before.record_id)?;
        let entry = self.written.entry(before)?;
        if entry.as_ref().is_some_and(|entry| entry.imported) || seen.iter().any(|one| one.occid == Some(occid)) {
            return Err(Error::new(ErrorKind::Conflict, "the link is on the portal already")
                .hint(format!("delete the picture there: {}", before.original_url)));
        }
        let Some(entry) = entry else { return Ok(Step::Nothing(before.clone())) };
        if carried(&entry.record) != carried(before) {
            return Err(Error::new(ErrorKind::Conflict, "the row was changed in its CSV file since")
                .hint("take it out of the file by hand if it shall not be imported"));
        }
        self.written.forget(entry.row)?;
        Ok(Step::TakeOut(entry.batch, entry.number))
    }

    /// What a person must know of rows `batch` took out of files.
    pub(super) fn findings_of_taken_back(&mut self, batch: BatchId) -> Option<Finding> {
        let taken = self.taken_back.remove(&batch)?;
        let files: Vec<String> = taken.files.iter().map(|(name, rows)| format!("{name} ({rows})")).collect();
        let more = if taken.rows > taken.addresses.len() as u64 { ", …" } else { "" };
        let rows = if taken.rows == 1 { "row was" } else { "rows were" };
        let told = format!("{} {rows} taken out of files that wait for import: {}", taken.rows, files.join(", "));
        Some(Finding::warning(told).hint(format!(
            "if such a file was imported before, delete these pictures in the portal: {}{more}",
            taken.addresses.join(", ")
        )))
    }
}

/// What of a row an import carries to the portal, as it is read back; the rest is worked out there.
fn carried(record: &MediaRecord) -> MediaRecord {
    let text =
        |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    MediaRecord {
        thumbnail_url: text(&record.thumbnail_url),
        owner: text(&record.owner),
        creator: text(&record.creator),
        rights: text(&record.rights),
        copyright: text(&record.copyright),
        access_rights: text(&record.access_rights),
        media_md5: text(&record.media_md5),
        tid: None,
        source_identifier: None,
        pixel_x_dimension: None,
        pixel_y_dimension: None,
        files: Vec::new(),
        ..record.clone()
    }
}
