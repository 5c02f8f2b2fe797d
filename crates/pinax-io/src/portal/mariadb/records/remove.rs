//! Taking records away that we made: only those that are still as they were made and on which nothing hangs.

use std::collections::HashMap;

use mysql_async::prelude::Queryable;
use pinax_core::nouns::occurrence_record::{EXSICCATI_TITLE, IDENTIFIER_VALUE, OccurrenceRecord};
use pinax_core::{Error, ErrorKind, Result};

use super::columns::Columns;
use super::present::{By, Present, read};
use super::{exsiccati, hanging, shortened};
use crate::portal::mariadb::fault::Fault;
use crate::portal::mariadb::link::Session;
use crate::portal::mariadb::rows::list;

/// Columns the portal's own cleaning fills out of one that we wrote (`OccurrenceMaintenance::generalOccurrenceCleaning`):
/// that they are filled then tells of nobody's work.
const FILLED_BY_PORTAL: [(&str, &[&str]); 5] = [
    ("sciname", &["family", "scientificNameAuthorship"]),
    ("genus", &["sciname", "family", "scientificNameAuthorship"]),
    ("eventDate", &["year", "month", "day", "startDayOfYear", "endDayOfYear"]),
    ("country", &["countryCode", "continent"]),
    ("county", &["stateProvince"]),
];

/// Removes, and answers for each with what it was.
pub(super) async fn remove(
    session: &mut Session,
    collid: u32,
    columns: &Columns,
    changes: &[&OccurrenceRecord],
) -> Result<Vec<Result<OccurrenceRecord>>, Fault> {
    let ids: Vec<&str> = changes.iter().map(|before| before.record_id.as_str()).collect();
    let told: Vec<u64> = changes.iter().filter_map(|before| before.occid).map(|occid| occid.0).collect();
    let mut present = read(session, collid, By::RecordId(&ids), &columns.all(), true).await?;
    // Those whose `recordID` somebody changed.
    let known: Vec<u64> = present.iter().map(|record| record.occid).collect();
    let others: Vec<u64> = told.into_iter().filter(|occid| !known.contains(occid)).collect();
    present.extend(read(session, collid, By::Occid(&others), &columns.all(), true).await?);
    let occids: Vec<u64> = present.iter().map(|record| record.occid).collect();
    let hanging = match occids[..] {
        [] => Ok(HashMap::new()),
        _ => hanging::look(&mut session.conn, &session.schema, &occids).await?,
    };

    let mut answers = Vec::with_capacity(changes.len());
    let mut going: Vec<&Present> = Vec::new();
    for before in changes {
        let is_it = |there: &&Present| match before.occid {
            Some(occid) => there.occid == occid.0,
            None => there.record_id.eq_ignore_ascii_case(&before.record_id),
        };
        // One that is gone is removed already.
        let kept = present.iter().find(is_it).and_then(|there| match kept(there, before, columns, &hanging) {
            None => {
                going.push(there);
                None
            }
            kept => kept,
        });
        answers.push(kept.map_or_else(|| Ok((*before).clone()), Err));
    }
    going.sort_by_key(|there| there.occid);
    going.dedup_by_key(|there| there.occid);
    for there in &going {
        if let Some(link) = &there.exsiccati {
            exsiccati::detach(&mut session.conn, there.occid, link).await?;
        }
    }
    if !going.is_empty() {
        let (marks, bound) = list(&going.iter().map(|there| there.occid).collect::<Vec<u64>>());
        let query = format!("DELETE FROM omoccurrences WHERE occid IN ({marks})");
        session.conn.exec_drop(query, bound).await.map_err(held)?;
    }
    Ok(answers)
}

/// Why a record stays.
fn kept(
    there: &Present,
    before: &OccurrenceRecord,
    columns: &Columns,
    hanging: &Result<HashMap<u64, String>, Error>,
) -> Option<Error> {
    let conflict = |what: String| {
        let told = format!("the record occid {} {what}", there.occid);
        Some(Error::new(ErrorKind::Conflict, told).hint("it is kept; look at it in the portal"))
    };
    if !there.record_id.eq_ignore_ascii_case(&before.record_id) {
        return conflict(format!("has another recordID now: `{}`", shortened(&there.record_id)));
    }
    if let Some((name, text)) = before.fields.iter().find(|(name, text)| !there.holds(name, text, columns)) {
        let now = shortened(there.text(name));
        return conflict(format!("was changed meanwhile: {name} holds `{now}` and not `{}`", shortened(text)));
    }
    let written = |name: &str| before.fields.get(name).is_some_and(|text| !text.is_empty());
    let by_others = |name: &&str| {
        let column = columns.column(name);
        !before.fields.contains_key(*name)
            && !FILLED_BY_PORTAL.iter().any(|(source, filled)| written(source) && filled.contains(name))
            && column
                .is_some_and(|column| !there.text(name).is_empty() && !column.same(there.text(name), &column.default))
    };
    let mut filled: Vec<&str> = there.fields.keys().copied().filter(by_others).collect();
    filled.sort_unstable();
    if let Some(name) = filled.first() {
        return conflict(format!("was filled in meanwhile: {name} holds `{}`", shortened(there.text(name))));
    }
    if there.identifiers.len() > usize::from(written(IDENTIFIER_VALUE)) {
        return conflict("has further identifiers now".to_owned());
    }
    if there.exsiccati.as_ref().is_some_and(|link| !link.is_bare || !written(EXSICCATI_TITLE)) {
        return conflict("is linked to an exsiccati by somebody else".to_owned());
    }
    match hanging {
        Ok(hanging) => hanging
            .get(&there.occid)
            .and_then(|table| conflict(format!("has something in table {table} now, which would be lost with it"))),
        Err(unseen) => {
            let told = Error::new(ErrorKind::Conflict, format!("the record occid {} stays: {unseen}", there.occid));
            Some(told.hint(unseen.hint_text().unwrap_or_default()))
        }
    }
}

/// A foreign key that was not seen holds the record.
fn held(error: mysql_async::Error) -> Fault {
    match error {
        mysql_async::Error::Server(server) if server.code == 1451 => {
            let told = format!("something hangs on the record: {}", server.message);
            Fault::Refused(Error::new(ErrorKind::Conflict, told).hint("it is kept; look at it in the portal"))
        }
        error => error.into(),
    }
}
