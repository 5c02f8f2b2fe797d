//! What a person should know at the end of a batch: what was wanted, and the API could not do.

use std::sync::{Mutex, MutexGuard};

use pinax_core::nouns::finding::Finding;
use pinax_core::steps::link::MediaChange;
use pinax_core::{Error, ErrorKind, Result};

/// So many rows one after the other were answered with status 500: then it is not the rows.
const BROKEN_IN_A_ROW: u32 = 5;

/// Counts since the last batch.
#[derive(Default)]
pub(super) struct Notes(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    broken: u32,
    new_rows: u64,
    creators: u64,
    other_sources: u64,
    resized: u64,
    deleted: u64,
    not_found: u64,
    records: u64,
}

impl Notes {
    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().expect("no holder panics")
    }

    /// A write was answered.
    pub(super) fn wrote(&self, change: &MediaChange) {
        let mut counts = self.lock();
        counts.broken = 0;
        match change {
            MediaChange::Insert(record) => {
                counts.new_rows += 1;
                counts.creators += u64::from(record.creator.is_some());
                let other = record.source_identifier.as_ref().is_some_and(|own| *own != record.record_id);
                counts.other_sources += u64::from(other);
            }
            MediaChange::Update { before, after } => {
                counts.creators += u64::from(before.creator != after.creator);
                let size = |record: &pinax_core::nouns::media::MediaRecord| {
                    (record.pixel_x_dimension, record.pixel_y_dimension)
                };
                counts.resized += u64::from(size(before) != size(after) || before.files != after.files);
            }
            MediaChange::Delete(_) => counts.deleted += 1,
        }
    }

    /// A write was answered with status 500, and is not there.
    ///
    /// # Errors
    /// When that happens again and again: it is not this row.
    pub(super) fn broke(&self, error: Error) -> Result<Error> {
        let mut counts = self.lock();
        counts.broken += 1;
        if counts.broken >= BROKEN_IN_A_ROW {
            return Err(error);
        }
        let hint = "its database may refuse a value, such as a character outside the Basic Multilingual Plane; the \
                    portal's own log says which";
        Ok(Error::new(ErrorKind::Rejected, "the portal refuses the row").caused_by(error).hint(hint))
    }

    /// So many numbers are on no record that the API shows.
    pub(super) fn not_found(&self, numbers: usize) {
        self.lock().not_found += numbers as u64;
    }

    /// A record was made.
    pub(super) fn made_record(&self) {
        self.lock().records += 1;
    }

    /// What there is to say; it is said once.
    pub(super) fn take(&self) -> Vec<Finding> {
        let counts = std::mem::take(&mut *self.lock());
        let mut findings = Vec::new();
        if counts.creators > 0 {
            findings.push(
                Finding::warning(format!(
                    "the creator of {} is not on the portal",
                    counted(counts.creators, "picture", "pictures")
                ))
                .hint(
                    "the API of Symbiota 3.4 cannot write creator; portal kinds mariadb and import-csv can, and so can \
                     the portal's image editor",
                ),
            );
        }
        if counts.new_rows > 0 {
            findings.push(
                Finding::note(format!(
                    "{} without mediaType, pixel size and sums of files: the API cannot write them",
                    counted(counts.new_rows, "new row is", "new rows are")
                ))
                .hint("the pictures show on their records, but not in media searches limited to images"),
            );
        }
        if counts.resized > 0 {
            findings.push(Finding::warning(format!(
                "{} with the pixel size and sums of the files before: the API cannot write them",
                counted(counts.resized, "row shows another file", "rows show other files")
            )));
        }
        if counts.other_sources > 0 {
            findings.push(Finding::warning(format!(
                "{} without the old sourceIdentifier: the API keeps our own recordID there",
                counted(counts.other_sources, "new row is", "new rows are")
            )));
        }
        if counts.deleted > 0 {
            findings.push(Finding::note(format!(
                "{} deleted; tags, key words and text that hung there went unseen",
                counted(counts.deleted, "row was", "rows were")
            )));
        }
        if counts.records > 0 {
            findings.push(
                Finding::note(format!(
                    "{} made; the API cannot take records away again",
                    counted(counts.records, "record was", "records were")
                ))
                .hint("delete them in the portal's editor when the batch is taken back"),
            );
        }
        if counts.not_found > 0 {
            findings.push(
                Finding::note(format!(
                    "{} on no record the API shows",
                    counted(counts.not_found, "number is", "numbers are")
                ))
                .hint("it does not show records whose recordSecurity is above 0"),
            );
        }
        findings
    }
}

fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
