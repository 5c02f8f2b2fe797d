//! Changes to picture rows.

use pinax_core::nouns::media::{MediaRecord, MediaRow};
use pinax_core::steps::link::MediaChange;
use pinax_core::{Error, ErrorKind, Result};

use super::State;

/// Widths of the columns of `media` that can be too narrow.
const WIDTHS: [(&str, usize); 4] = [("owner", 250), ("creator", 100), ("rights", 255), ("copyright", 255)];

impl State {
    pub(super) fn apply(&mut self, collid: Option<u32>, change: &MediaChange) -> Result<MediaRow> {
        if let Some(after) = change.after() {
            self.may_hold(collid, after)?;
        }
        match change {
            MediaChange::Insert(record) => match self.row(record.occid, &record.record_id) {
                Some(row) => Ok(row.clone()),
                None => Ok(self.insert(record.as_ref().clone())),
            },
            MediaChange::Update { before, after } => {
                let Some(row) = self.row(before.occid, &before.record_id) else { return Err(changed("row")) };
                let (there, from, to) = (columns(&row.record), columns(before), columns(after));
                for (((column, there), (_, from)), (_, to)) in there.iter().zip(&from).zip(&to) {
                    if from != to && there != from && there != to {
                        return Err(changed(column));
                    }
                }
                row.record = merged(&row.record, before, after);
                Ok(row.clone())
            }
            MediaChange::Delete(before) => {
                if let Some(row) = self.row(before.occid, &before.record_id) {
                    let (there, from) = (columns(&row.record), columns(before));
                    if let Some(((column, _), _)) = there.iter().zip(&from).find(|(there, from)| there != from) {
                        return Err(changed(column));
                    }
                    let id = row.media_id;
                    self.rows.retain(|row| row.media_id != id);
                }
                Ok(MediaRow { media_id: None, record: before.as_ref().clone() })
            }
        }
    }

    fn may_hold(&self, collid: Option<u32>, after: &MediaRecord) -> Result<()> {
        let texts = [&after.owner, &after.creator, &after.rights, &after.copyright];
        for ((column, width), text) in WIDTHS.into_iter().zip(texts) {
            if text.as_ref().is_some_and(|text| text.chars().count() > width) {
                return Err(Error::new(ErrorKind::Rejected, format!("data too long for column '{column}'")));
            }
        }
        if !self.records.iter().any(|(of, record)| Some(*of) == collid && record.occid.0 == after.occid) {
            return Err(Error::new(ErrorKind::Rejected, format!("occid {} is not there", after.occid)));
        }
        Ok(())
    }
}

fn changed(what: &str) -> Error {
    Error::new(ErrorKind::Conflict, format!("the {what} was changed meanwhile"))
}

/// Everything that counts in a comparison: all but taxon and sums of files.
fn columns(record: &MediaRecord) -> Vec<(String, serde_json::Value)> {
    let serde_json::Value::Object(columns) = serde_json::to_value(record).expect("a row is plain data") else {
        unreachable!("a row is an object")
    };
    columns.into_iter().filter(|(column, _)| !matches!(column.as_str(), "tid" | "files")).collect()
}

/// The row with the columns in which `after` differs from `before`.
fn merged(row: &MediaRecord, before: &MediaRecord, after: &MediaRecord) -> MediaRecord {
    let value = |record: &MediaRecord| serde_json::to_value(record).expect("a row is plain data");
    let (mut row, before, after) = (value(row), value(before), value(after));
    for (column, to) in after.as_object().expect("a row is an object") {
        if before[column] != *to {
            row[column] = to.clone();
        }
    }
    serde_json::from_value(row).expect("it is made of two rows")
}
