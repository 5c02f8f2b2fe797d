//! A record as it is on the portal, with what hangs on it.

use std::collections::HashMap;

use mysql_async::prelude::Queryable;
use mysql_async::{Row, Value};
use pinax_core::nouns::occurrence::Occid;
use pinax_core::nouns::occurrence_record::{EXSICCATI_NUMBER, EXSICCATI_TITLE, IDENTIFIER_VALUE, OccurrenceRecord};
use pinax_core::{Error, ErrorKind};

use super::columns::{Asked, Columns};
use super::exsiccati::{self, ExsiccatiLink};
use super::identifiers::{self, Identifier};
use crate::portal::mariadb::fault::Fault;
use crate::portal::mariadb::link::Session;
use crate::portal::mariadb::rows::{list, number, text};

/// What was read of a record.
#[derive(Debug)]
pub(super) struct Present {
    pub(super) occid: u64,
    pub(super) record_id: String,
    pub(super) fields: HashMap<&'static str, String>,
    /// Oldest first.
    pub(super) identifiers: Vec<Identifier>,
    pub(super) exsiccati: Option<ExsiccatiLink>,
}

/// How records are told.
#[derive(Clone, Copy)]
pub(super) enum By<'a> {
    Occid(&'a [u64]),
    RecordId(&'a [&'a str]),
}

impl Present {
    /// Does the record hold `text` there? For what hangs on it: a row of ours that says so.
    pub(super) fn holds(&self, name: &str, text: &str, columns: &Columns) -> bool {
        match name {
            IDENTIFIER_VALUE if text.is_empty() => self.identifiers.is_empty(),
            IDENTIFIER_VALUE => self.identifiers.iter().any(|identifier| identifier.is(text)),
            EXSICCATI_TITLE => self.exsiccati.as_ref().map_or(text.is_empty(), |link| link.is_of(text)),
            EXSICCATI_NUMBER => self.exsiccati.as_ref().map_or("", |link| &link.number).eq(text),
            name => columns.column(name).is_some_and(|column| column.same(self.text(name), text)),
        }
    }

    /// The text of a column, or nothing.
    pub(super) fn text(&self, name: &str) -> &str {
        match name {
            IDENTIFIER_VALUE => self.identifiers.first().map_or("", |identifier| &identifier.value),
            EXSICCATI_TITLE => self.exsiccati.as_ref().map_or("", |link| &link.title),
            EXSICCATI_NUMBER => self.exsiccati.as_ref().map_or("", |link| &link.number),
            name => self.fields.get(name).map_or("", String::as_str),
        }
    }

    /// The record as it is told: where it holds a value of `known` (the first of them that it does), in the words of
    /// that one.
    pub(super) fn shown<'n>(
        &self,
        names: impl IntoIterator<Item = &'n str>,
        columns: &Columns,
        known: &[&OccurrenceRecord],
    ) -> OccurrenceRecord {
        let told = |name: &str| {
            let words = known.iter().filter_map(|record| record.fields.get(name));
            let held = words.into_iter().find(|text| self.holds(name, text, columns));
            held.cloned().unwrap_or_else(|| match columns.column(name) {
                Some(column) => column.normal(self.text(name)).into_owned(),
                None => self.text(name).to_owned(),
            })
        };
        OccurrenceRecord {
            occid: Some(Occid(self.occid)),
            record_id: self.record_id.clone(),
            fields: names.into_iter().map(|name| (name.to_owned(), told(name))).collect(),
        }
    }
}

/// Reads records of the collection, by occid. With `lock` they stay as they are until the transaction ends, nobody hangs
/// anything on them, and nobody makes one with a `recordID` that was not there.
pub(super) async fn read(
    session: &mut Session,
    collid: u32,
    by: By<'_>,
    asked: &Asked<'_>,
    lock: bool,
) -> Result<Vec<Present>, Fault> {
    let (from, marks, mut bound) = match by {
        By::Occid([]) | By::RecordId([]) => return Ok(Vec::new()),
        By::Occid(occids) => {
            let (marks, bound) = list(occids);
            (String::new(), format!("occid IN ({marks})"), bound)
        }
        By::RecordId(ids) => {
            let index = session.schema.index("omoccurrences", "recordID").ok_or_else(no_index)?;
            let (marks, bound) = list(ids);
            let index = index.replace('`', "``");
            (format!("FORCE INDEX (`{index}`)"), format!("recordID IN ({marks})"), bound)
        }
    };
    bound.push(Value::from(collid));
    let selected: String = asked.columns.iter().map(|column| format!(", {}", column.expression())).collect();
    let query = format!(
        "SELECT occid, recordID{selected} FROM omoccurrences {from} WHERE {marks} AND collid = ? ORDER BY occid{}",
        if lock { " FOR UPDATE" } else { "" }
    );
    let rows: Vec<Row> = session.conn.exec(query, bound).await?;
    let mut present: Vec<Present> = Vec::with_capacity(rows.len());
    for mut row in rows {
        let Some(occid) = number(&mut row, 0) else { continue };
        let texts = asked.columns.iter().enumerate();
        present.push(Present {
            occid,
            record_id: text(&mut row, 1).unwrap_or_default(),
            fields: texts.map(|(at, column)| (column.name, text(&mut row, at + 2).unwrap_or_default())).collect(),
            identifiers: Vec::new(),
            exsiccati: None,
        });
    }
    let occids: Vec<u64> = present.iter().map(|record| record.occid).collect();
    if asked.identifiers && !occids.is_empty() {
        let mut found = identifiers::read(&mut session.conn, &occids).await?;
        present.iter_mut().for_each(|record| record.identifiers = found.remove(&record.occid).unwrap_or_default());
    }
    if asked.exsiccati && !occids.is_empty() {
        let mut found = exsiccati::read(&mut session.conn, &occids).await?;
        present.iter_mut().for_each(|record| record.exsiccati = found.remove(&record.occid));
    }
    Ok(present)
}

fn no_index() -> Fault {
    Fault::Stop(
        Error::new(ErrorKind::UnknownVersion, "the portal's database lacks an index on omoccurrences.recordID")
            .hint("records cannot be made without one, because they could not be found again: add the index"),
    )
}
