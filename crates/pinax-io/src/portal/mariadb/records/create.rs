//! Making records: each is looked for by its `recordID` first, under a lock, so that one made before is not made again.

use std::collections::{BTreeMap, HashMap};

use mysql_async::Value;
use mysql_async::prelude::Queryable;
use pinax_core::nouns::occurrence_record::{EXSICCATI_NUMBER, EXSICCATI_TITLE, IDENTIFIER_VALUE, OccurrenceRecord};
use pinax_core::{Error, ErrorKind, Result};

use super::columns::{Column, Columns};
use super::present::{By, Present, read};
use super::{exsiccati, identifiers, not_kept};
use crate::portal::mariadb::fault::Fault;
use crate::portal::mariadb::link::Session;

/// Makes those of `wanted` that are not there, and answers for each with what it holds now.
pub(super) async fn create(
    session: &mut Session,
    collid: u32,
    columns: &Columns,
    wanted: &[&OccurrenceRecord],
) -> Result<Vec<Result<OccurrenceRecord>>, Fault> {
    let mut missing: BTreeMap<String, &OccurrenceRecord> = BTreeMap::new();
    for record in wanted {
        missing.entry(key(&record.record_id)).or_insert(record);
    }
    let ids: Vec<&str> = missing.values().map(|record| record.record_id.as_str()).collect();
    let nothing = columns.asked([])?;
    for present in read(session, collid, By::RecordId(&ids), &nothing, true).await? {
        missing.remove(&key(&present.record_id));
    }
    insert(session, collid, columns, missing.values().copied()).await?;
    if !missing.is_empty() {
        let made: Vec<&str> = missing.values().map(|record| record.record_id.as_str()).collect();
        for present in read(session, collid, By::RecordId(&made), &nothing, false).await? {
            if let Some(record) = missing.get(&key(&present.record_id)) {
                hang(session, present.occid, record).await?;
            }
        }
    }
    let asked = columns.asked(wanted.iter().flat_map(|record| record.fields.keys().map(String::as_str)))?;
    let mut present: HashMap<String, Present> = HashMap::new();
    for there in read(session, collid, By::RecordId(&ids), &asked, false).await? {
        // The oldest one, where somebody copied a `recordID`.
        present.entry(key(&there.record_id)).or_insert(there);
    }
    for (key, record) in &missing {
        let there = present.get(key).ok_or_else(unreadable)?;
        if let Some((name, text)) =
            record.fields.iter().find(|(name, text)| !text.is_empty() && !there.holds(name, text, columns))
        {
            return Err(not_kept(name, text, there.text(name)));
        }
    }
    let answer = |record: &&OccurrenceRecord| {
        let there = present.get(&key(&record.record_id)).ok_or_else(unreadable)?;
        Ok(Ok(there.shown(record.fields.keys().map(String::as_str), columns, &[record])))
    };
    wanted.iter().map(answer).collect()
}

/// Without regard to case, as the portal compares.
fn key(record_id: &str) -> String {
    record_id.trim_end().to_lowercase()
}

fn unreadable() -> Fault {
    Fault::Stop(Error::new(ErrorKind::Internal, "a record just written cannot be read back"))
}

/// Inserts records; those that fill the same columns with one statement. A column that is not filled gets its default.
async fn insert(
    session: &mut Session,
    collid: u32,
    columns: &Columns,
    records: impl Iterator<Item = &OccurrenceRecord>,
) -> Result<(), Fault> {
    let mut alike: BTreeMap<Vec<&'static str>, Vec<Vec<Value>>> = BTreeMap::new();
    for record in records {
        let filled: Vec<(&Column, &String)> = record
            .fields
            .iter()
            .filter(|(_, text)| !text.is_empty())
            .filter_map(|(name, text)| columns.column(name).map(|column| (column, text)))
            .collect();
        // A record that comes back gets its old key; a new one is given the next.
        let occid = record.occid.map(|occid| occid.0);
        let mut bound = vec![occid.into(), collid.into(), record.record_id.as_str().into()];
        bound.extend(filled.iter().map(|(column, text)| column.value(text)));
        alike.entry(filled.iter().map(|(column, _)| column.name).collect()).or_default().push(bound);
    }
    for (names, rows) in alike {
        let named: String = names.iter().map(|name| format!(", {name}")).collect();
        let row = format!("(NOW(), ?, ?, ?{})", ", ?".repeat(names.len()));
        let query = format!(
            "INSERT INTO omoccurrences (dateEntered, occid, collid, recordID{named}) VALUES {}",
            vec![row; rows.len()].join(", ")
        );
        session.conn.exec_drop(query, rows.concat()).await?;
    }
    Ok(())
}

/// Writes what hangs on a record that was made just now.
async fn hang(session: &mut Session, occid: u64, record: &OccurrenceRecord) -> Result<(), Fault> {
    let text = |name: &str| record.fields.get(name).map_or("", String::as_str);
    identifiers::write(&mut session.conn, occid, "", text(IDENTIFIER_VALUE)).await?;
    if !text(EXSICCATI_TITLE).is_empty() {
        exsiccati::attach(&mut session.conn, occid, text(EXSICCATI_TITLE), text(EXSICCATI_NUMBER)).await?;
    }
    Ok(())
}
