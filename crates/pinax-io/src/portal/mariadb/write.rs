//! Writing rows: as many as possible in one transaction, and ever fewer when the server refuses one of them.
//!
//! Every transaction locks the records it writes to, in order, and looks before it writes. So it can be begun again
//! after a lost connection, even when nobody knows whether the server had committed it: it waits until the earlier one
//! has ended, and leaves what is there.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use async_trait::async_trait;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Row, Value};
use pinax_core::nouns::media::{MediaFile, MediaRecord, MediaRow};
use pinax_core::nouns::occurrence::Occid;
use pinax_core::steps::link::MediaChange;
use pinax_core::{Error, ErrorKind, Result};

use super::columns::columns;
use super::delete::Deletion;
use super::fault::Fault;
use super::link::{Link, Session, Work};
use super::rows::{list, number, text};
use super::schema::Schema;
use super::{media, update};

/// Rows of one transaction.
const ROWS_AT_ONCE: usize = 1000;

/// Rows of one INSERT. What is left over goes by powers of two, so that the server keeps few statements.
const ROWS_OF_INSERT: usize = 256;

/// Applies `changes` and answers for each.
pub(super) async fn apply(link: &Arc<Link>, collid: u32, changes: &[MediaChange]) -> Result<Vec<Result<MediaRow>>> {
    let mut answers = Vec::with_capacity(changes.len());
    // First in, last out: those before come first.
    let mut waiting: Vec<&[MediaChange]> = changes.chunks(ROWS_AT_ONCE).rev().collect();
    while let Some(chunk) = waiting.pop() {
        match link.run_apart(Write { collid, changes: chunk.to_vec() }).await {
            Ok(rows) => answers.extend(rows),
            Err(Fault::Refused(error)) if chunk.len() == 1 => answers.push(Err(error)),
            // One of them; which, is found by halves.
            Err(Fault::Refused(_)) => {
                let (first, second) = chunk.split_at(chunk.len() / 2);
                waiting.extend([second, first]);
            }
            Err(fault) => return Err(fault.into_error()),
        }
    }
    Ok(answers)
}

/// One transaction.
struct Write {
    collid: u32,
    changes: Vec<MediaChange>,
}

/// What tells rows apart: record and `recordID`, without regard to case.
pub(super) type Key = (u64, String);

pub(super) fn key(record: &MediaRecord) -> Key {
    (record.occid, record.record_id.to_ascii_lowercase())
}

#[async_trait]
impl Work for Write {
    type Answer = Vec<Result<MediaRow>>;

    async fn on(&self, session: &mut Session) -> Result<Self::Answer, Fault> {
        let Session { conn, schema } = session;
        conn.query_drop("START TRANSACTION").await?;
        let mut occids: Vec<Occid> = self.changes.iter().map(|change| Occid(change.row().occid)).collect();
        occids.sort_unstable();
        occids.dedup();
        let records = lock_records(conn, self.collid, &occids).await?;
        // Rows to be changed must stay as they are seen. Locking where nothing is would only hinder others.
        let lock = self.changes.iter().any(|change| change.before().is_some());
        let mut present: HashMap<Key, MediaRow> =
            media::read(conn, schema, &occids, lock).await?.into_iter().map(|row| (key(&row.record), row)).collect();

        let mut wanted: HashMap<Key, &MediaRecord> = HashMap::new();
        for change in &self.changes {
            if let MediaChange::Insert(record) = change
                && records.contains(&record.occid)
                && !record.record_id.is_empty()
                && !present.contains_key(&key(record))
            {
                wanted.insert(key(record), record);
            }
        }
        present.extend(insert(conn, schema, wanted).await?);

        let deleted = self.changes.iter().filter_map(|change| match change {
            MediaChange::Delete(before) => present.get(&key(before))?.media_id,
            _ => None,
        });
        let mut deletion = Deletion::look(conn, schema, deleted.collect()).await?;
        let mut answers = Vec::with_capacity(self.changes.len());
        for change in &self.changes {
            answers.push(match change {
                MediaChange::Insert(record) => present.get(&key(record)).cloned().ok_or_else(|| not_written(record)),
                MediaChange::Update { before, after } => {
                    update::update(conn, schema, &mut present, before, after).await?
                }
                MediaChange::Delete(before) => deletion.decide(conn, schema, &present, before).await?,
            });
        }
        deletion.carry_out(conn, schema).await?;
        conn.query_drop("COMMIT").await?;
        Ok(answers)
    }
}

/// Those of `occids` that are records of the collection. Nobody else writes pictures of them until the transaction ends.
async fn lock_records(conn: &mut Conn, collid: u32, occids: &[Occid]) -> Result<HashSet<u64>, Fault> {
    let occids: Vec<u64> = occids.iter().map(|occid| occid.0).collect();
    let (marks, mut bound) = list(&occids);
    bound.push(Value::from(collid));
    let query =
        format!("SELECT occid FROM omoccurrences WHERE occid IN ({marks}) AND collid = ? ORDER BY occid FOR UPDATE");
    let rows: Vec<Row> = conn.exec(query, bound).await?;
    Ok(rows.into_iter().filter_map(|mut row| number(&mut row, 0)).collect())
}

fn not_written(record: &MediaRecord) -> Error {
    if record.record_id.is_empty() {
        return Error::new(ErrorKind::Rejected, "the row has no recordID, and could not be found again");
    }
    let told = format!("the collection has no record with occid {} any more", record.occid);
    Error::new(ErrorKind::Rejected, told).hint("run again: the record is looked up anew")
}

/// Inserts rows as Symbiota's batch script writes them, with pixel size and the files' sums, and finds their keys.
async fn insert(
    conn: &mut Conn,
    schema: &Schema,
    wanted: HashMap<Key, &MediaRecord>,
) -> Result<HashMap<Key, MediaRow>, Fault> {
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let mut records: Vec<&MediaRecord> = wanted.values().copied().collect();
    records.sort_by_key(|record| (record.occid, record.sort_occurrence, &record.original_url));
    let (media, media_id) = (schema.names.media, schema.names.media_id);
    let columns = columns(schema);
    let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
    let same = if schema.has_media_type { [", mediaType", ", 'image'"] } else { [""; 2] };
    let row = format!("(?, ?, {}, 'specimen', 50{})", vec!["?"; columns.len()].join(", "), same[1]);
    for records in parts(&records) {
        let query = format!(
            "INSERT INTO {media} (occid, recordID, {}, imageType, sortSequence{}) VALUES {}",
            names.join(", "),
            same[0],
            vec![row.as_str(); records.len()].join(", ")
        );
        let mut bound: Vec<Value> = Vec::with_capacity(records.len() * (columns.len() + 2));
        for record in records {
            bound.extend([record.occid.into(), record.record_id.as_str().into()]);
            bound.extend(columns.iter().map(|column| (column.value)(record)));
        }
        conn.exec_drop(query, bound).await?;
    }

    let occids: Vec<u64> = records.iter().map(|record| record.occid).collect();
    let (marks, bound) = list(&occids);
    let query = format!("SELECT {media_id}, occid, recordID FROM {media} WHERE occid IN ({marks})");
    let mut inserted: HashMap<Key, MediaRow> = HashMap::new();
    for mut row in conn.exec::<Row, _, _>(query, bound).await? {
        let (media_id, occid) = (number(&mut row, 0), number(&mut row, 1).unwrap_or_default());
        let key = (occid, text(&mut row, 2).unwrap_or_default().to_ascii_lowercase());
        if let Some(record) = wanted.get(&key) {
            inserted.insert(key, MediaRow { media_id, record: (*record).clone() });
        }
    }
    if inserted.len() != wanted.len() {
        return Err(Fault::Stop(Error::new(ErrorKind::Internal, "rows just written cannot be read back")));
    }
    let files = inserted.values().filter_map(|row| Some((row.media_id?, row.record.files.as_slice())));
    write_files(conn, schema, files).await?;
    Ok(inserted)
}

/// Writes length and MD5 of files, where the portal keeps them; those that are there are overwritten.
pub(super) async fn write_files<'a>(
    conn: &mut Conn,
    schema: &Schema,
    files: impl Iterator<Item = (u64, &'a [MediaFile])>,
) -> Result<(), Fault> {
    if !schema.has_metadata {
        return Ok(());
    }
    let files: Vec<(u64, &MediaFile)> =
        files.flat_map(|(media_id, files)| files.iter().map(move |file| (media_id, file))).collect();
    for part in parts(&files) {
        let query = format!(
            "INSERT INTO mediametadata (mediaID, field, bytes, md5sum) VALUES {}
             ON DUPLICATE KEY UPDATE bytes = VALUES(bytes), md5sum = VALUES(md5sum)",
            vec!["(?, ?, ?, ?)"; part.len()].join(", ")
        );
        let mut bound: Vec<Value> = Vec::with_capacity(part.len() * 4);
        for (media_id, file) in part {
            bound.extend([Value::from(*media_id), file.variant.column().into()]);
            bound.extend([Value::from(file.bytes), file.md5.as_str().into()]);
        }
        conn.exec_drop(query, bound).await?;
    }
    Ok(())
}

/// `rows` in as many parts as there are whole INSERTs, and then in powers of two.
fn parts<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let length = if rows.len() > ROWS_OF_INSERT { ROWS_OF_INSERT } else { 1 << rows.len().checked_ilog2()? };
        let (part, rest) = rows.split_at(length);
        rows = rest;
        Some(part)
    })
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn few_lengths_make_up_any_number() {
        let lengths = |rows: usize| parts(&vec![0_u8; rows]).map(<[u8]>::len).collect::<Vec<usize>>();
        assert_eq!(lengths(0), [0; 0]);
        assert_eq!(lengths(256), [256]);
        assert_eq!(lengths(1000), [256, 256, 256, 128, 64, 32, 8]);
    }
}
