//! Settling: which rows of the CSV files have arrived on the portal, as its next download tells.
//!
//! No download tells `sourceIdentifier` (Symbiota 3.4, `DwcArchiverMedia`), and the portal gives an imported row a
//! `recordID` of its own; so a row is known by its `originalUrl`, or by our UUID where a portal tells it after all.

use std::fs;
use std::time::SystemTime;

use pinax_core::nouns::finding::Finding;
use pinax_core::nouns::media::MediaRecord;
use pinax_core::nouns::occurrence::Occid;
use pinax_core::{Error, ErrorKind, Result};
use serde::Serialize;

use super::WHAT_TO_DO;
use super::desk::Desk;
use super::files::{Gone, OutFile, OutFiles, State};
use crate::portal::download::ShownPicture;

/// Findings that name a row.
const NAMED: usize = 100;

/// CSV files that wait for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Awaiting {
    /// Files to import.
    pub files: u64,
    /// Rows in them.
    pub rows: u64,
}

/// What the download told of the CSV files.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Settlement {
    /// Rows that are on their records now.
    pub arrived: u64,
    /// Rows that are not, though the download is newer than their file.
    pub missing: u64,
    /// Rows in files that are newer than the download, which cannot know them.
    pub newer: u64,
    /// Rows that are several times on their record, also those that arrived before.
    pub twice: u64,
    /// Rows that are on another record.
    pub elsewhere: u64,
    /// What still waits.
    pub awaiting: Awaiting,
    /// What a person should know.
    pub findings: Vec<Finding>,
}

impl Settlement {
    fn tell(&mut self, finding: Finding) {
        if self.findings.len() < NAMED {
            self.findings.push(finding);
        }
    }

    /// What `record`, a row of the file `name`, became on its own record: once is as it should be.
    fn tell_doubles(&mut self, record: &MediaRecord, name: &str, here: &[ShownPicture]) {
        if here.len() < 2 {
            return;
        }
        self.twice += 1;
        let ids: Vec<&str> = here.iter().map(|shown| shown.record_id.as_str()).collect();
        let told = format!(
            "{} of {name} arrived {} times on the record with occid {}: recordID {}",
            record.original_url,
            here.len(),
            record.occid,
            ids.join(", ")
        );
        self.tell(Finding::error(told).hint("keep one of them, and delete the others in the portal"));
    }
}

impl Desk {
    pub(super) fn awaiting(files: &OutFiles) -> Result<Awaiting> {
        let mut awaiting = Awaiting::default();
        for file in files.list()?.iter().filter(|file| file.state == State::Waiting) {
            awaiting.files += 1;
            awaiting.rows += file.rows()?;
        }
        Ok(awaiting)
    }

    /// Moves every row that has arrived out of the files that wait.
    pub(super) fn settle_files(&mut self, downloaded: SystemTime) -> Result<Settlement> {
        let mut settlement = Settlement::default();
        let waiting: Vec<OutFile> =
            self.files.list()?.into_iter().filter(|file| file.state == State::Waiting).collect();
        let tells_pictures = self.index.tells_pictures()?;
        if !waiting.is_empty() && !tells_pictures {
            return Err(Error::new(ErrorKind::Config, "the download tells of no pictures").hint(
                "download the records again, as \"Compressed ZIP file\" and with \"include Media Records\", and set \
                 portal.records to that file; a collection that shows no picture yet has none in any download: import \
                 the files first",
            ));
        }
        if tells_pictures {
            self.tell_earlier_doubles(&mut settlement)?;
        }
        for file in waiting {
            self.settle_file(&file, downloaded, &mut settlement)?;
        }
        settlement.awaiting = Self::awaiting(&self.files)?;
        Ok(settlement)
    }

    /// Rows that arrived before, and are several times on their record still.
    fn tell_earlier_doubles(&self, settlement: &mut Settlement) -> Result<()> {
        self.written.imported(|record, batch, number| {
            let own = Occid(record.occid);
            let mut here = self.index.shown(&record.original_url, &record.record_id)?;
            here.retain(|shown| shown.occid == Some(own));
            settlement.tell_doubles(record, &self.files.name_of(batch, number), &here);
            Ok(())
        })
    }

    fn settle_file(&mut self, file: &OutFile, downloaded: SystemTime, settlement: &mut Settlement) -> Result<()> {
        let name = file.name();
        let Self { index, written, files, .. } = self;
        let mut arrived = |record: &MediaRecord| {
            let own = Occid(record.occid);
            let (here, mut others): (Vec<_>, Vec<_>) = index
                .shown(&record.original_url, &record.record_id)?
                .into_iter()
                .partition(|shown| shown.occid == Some(own));
            // One picture may show several specimens: those rows are ours too.
            let mut strangers = Vec::new();
            for other in others.drain(..) {
                let ours = match other.occid {
                    Some(occid) => written.has(occid, &record.original_url)?,
                    None => false,
                };
                if !ours {
                    strangers.push(other);
                }
            }
            if let Some(stranger) = strangers.first() {
                settlement.elsewhere += 1;
                let told = format!(
                    "{} of {name} belongs to the record with occid {own}, and is on the one with id {}",
                    record.original_url, stranger.core_id
                );
                settlement.tell(Finding::error(told).hint("delete the picture there, in the portal"));
            }
            settlement.tell_doubles(record, &name, &here);
            Ok(!here.is_empty())
        };
        let modified = fs::metadata(&file.path).and_then(|seen| seen.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
        let split = files.split(file, Gone::Imported, &mut arrived)?;
        settlement.arrived += split.gone;
        if split.left == 0 {
            return Ok(());
        }
        let all = split.gone + split.left;
        if modified > downloaded {
            settlement.newer += split.left;
            let told = format!("{name} is newer than the download, which cannot know {} of its rows", split.left);
            settlement.tell(Finding::note(told).hint("import it, then download the records again and settle"));
        } else if split.gone == 0 {
            settlement.missing += split.left;
            let told = format!("none of the {all} rows of {name} has arrived: it still waits for import");
            settlement.tell(Finding::warning(told).hint(WHAT_TO_DO));
        } else {
            settlement.missing += split.left;
            let told = format!("{} of the {all} rows of {name} have not arrived; it holds only these now", split.left);
            settlement.tell(Finding::warning(told).hint(
                "the portal refused them, or their records are hidden from the download: look at them, then import \
                 the file again",
            ));
        }
        Ok(())
    }
}
