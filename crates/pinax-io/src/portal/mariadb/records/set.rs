//! Filling columns of records: each only where the record still holds what it held.

use std::collections::{BTreeMap, HashMap};

use mysql_async::Value;
use mysql_async::prelude::Queryable;
use pinax_core::nouns::occurrence_record::{EXSICCATI_NUMBER, EXSICCATI_TITLE, IDENTIFIER_VALUE, OccurrenceRecord};
use pinax_core::{Error, ErrorKind, Result};

use super::columns::Columns;
use super::present::{By, Present, read};
use super::{exsiccati, identifiers, not_kept};
use crate::portal::mariadb::fault::Fault;
use crate::portal::mariadb::link::Session;

/// What a record held and shall hold.
type Sides<'a> = (&'a OccurrenceRecord, &'a OccurrenceRecord);

/// Writes, and answers for each with what its columns hold now.
pub(super) async fn set(
    session: &mut Session,
    collid: u32,
    columns: &Columns,
    changes: &[Sides<'_>],
) -> Result<Vec<Result<OccurrenceRecord>>, Fault> {
    let mut occids: Vec<u64> = changes.iter().filter_map(occid).collect();
    occids.sort_unstable();
    occids.dedup();
    let asked = columns.asked(changes.iter().flat_map(|(_, after)| after.fields.keys().map(String::as_str)))?;
    let mut present = by_occid(read(session, collid, By::Occid(&occids), &asked, true).await?);
    // The last text written to each column.
    let mut written: BTreeMap<(u64, &str), &str> = BTreeMap::new();
    for change in changes {
        let Some(there) = occid(change).and_then(|occid| present.get_mut(&occid)) else { continue };
        for (name, text) in write(session, columns, there, *change).await? {
            written.insert((there.occid, name), text);
        }
    }
    let touched: Vec<u64> = present.keys().copied().collect();
    let present = by_occid(read(session, collid, By::Occid(&touched), &asked, false).await?);
    for ((occid, name), text) in &written {
        if let Some(there) = present.get(occid).filter(|there| !there.holds(name, text, columns)) {
            return Err(not_kept(name, text, there.text(name)));
        }
    }
    let answer = |change: &Sides<'_>| {
        let there = occid(change).and_then(|occid| present.get(&occid)).ok_or_else(|| gone(change.0))?;
        Ok(there.shown(change.1.fields.keys().map(String::as_str), columns, &[change.1, change.0]))
    };
    Ok(changes.iter().map(answer).collect())
}

fn occid((before, after): &Sides<'_>) -> Option<u64> {
    before.occid.or(after.occid).map(|occid| occid.0)
}

fn by_occid(records: Vec<Present>) -> HashMap<u64, Present> {
    records.into_iter().map(|record| (record.occid, record)).collect()
}

fn gone(before: &OccurrenceRecord) -> Error {
    let named = before.occid.map_or_else(|| before.record_id.clone(), |occid| format!("occid {occid}"));
    Error::new(ErrorKind::Conflict, format!("the record {named} is not in the collection any more"))
        .hint("somebody removed it in the portal")
}

/// Writes those columns that still hold what they held, and keeps `there` up to date. Gives what was written.
async fn write<'a>(
    session: &mut Session,
    columns: &Columns,
    there: &mut Present,
    (before, after): Sides<'a>,
) -> Result<Vec<(&'a str, &'a str)>, Fault> {
    let text = |record: &'a OccurrenceRecord, name: &str| record.fields.get(name).map_or("", String::as_str);
    let due =
        |name: &str| there.holds(name, text(before, name), columns) && !there.holds(name, text(after, name), columns);
    let (mut names, mut bound, mut written) = (Vec::new(), Vec::<Value>::new(), Vec::new());
    for (name, to) in &after.fields {
        if let Some(column) = columns.column(name).filter(|column| due(column.name)) {
            names.push(format!("{} = ?", column.name));
            bound.push(column.value(to));
            written.push((name.as_str(), to.as_str()));
        }
    }
    let of_identifier = after.fields.contains_key(IDENTIFIER_VALUE) && due(IDENTIFIER_VALUE);
    // Title and number are one.
    let asked = [EXSICCATI_TITLE, EXSICCATI_NUMBER].iter().all(|name| after.fields.contains_key(*name));
    let holds =
        |record| [EXSICCATI_TITLE, EXSICCATI_NUMBER].iter().all(|name| there.holds(name, text(record, name), columns));
    let touched = there.exsiccati.as_ref().is_some_and(|link| !link.is_bare);
    let of_exsiccati = asked && holds(before) && !holds(after) && !touched;

    if !names.is_empty() {
        bound.push(there.occid.into());
        session.conn.exec_drop(format!("UPDATE omoccurrences SET {} WHERE occid = ?", names.join(", ")), bound).await?;
    }
    if of_identifier {
        let (from, to) = (text(before, IDENTIFIER_VALUE), text(after, IDENTIFIER_VALUE));
        identifiers::write(&mut session.conn, there.occid, from, to).await?;
        written.push((IDENTIFIER_VALUE, to));
    }
    if of_exsiccati {
        let (title, number) = (text(after, EXSICCATI_TITLE), text(after, EXSICCATI_NUMBER));
        if let Some(link) = &there.exsiccati {
            exsiccati::detach(&mut session.conn, there.occid, link).await?;
        }
        if !title.is_empty() {
            exsiccati::attach(&mut session.conn, there.occid, title, number).await?;
        }
        written.extend([(EXSICCATI_TITLE, title), (EXSICCATI_NUMBER, number)]);
    }
    for (name, to) in &written {
        if let Some(column) = columns.column(name) {
            there.fields.insert(column.name, (*to).to_owned());
        }
    }
    if of_identifier {
        let mut found = identifiers::read(&mut session.conn, &[there.occid]).await?;
        there.identifiers = found.remove(&there.occid).unwrap_or_default();
    }
    if of_exsiccati {
        there.exsiccati = exsiccati::read(&mut session.conn, &[there.occid]).await?.remove(&there.occid);
    }
    Ok(written)
}
