//! Taking a row away: only when it is still as it was made, and when nobody hung tags, keywords or text on it since. They
//! would go with it.

use std::collections::HashMap;

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Row};
use pinax_core::nouns::media::{MediaRecord, MediaRow};
use pinax_core::{Error, ErrorKind, Result};

use super::columns::columns;
use super::fault::Fault;
use super::names::HANGING;
use super::rows::{list, number, text};
use super::schema::Schema;
use super::update::changed_by_others;
use super::write::{Key, key};

/// Columns that are as the server or Symbiota's script fills them in a row of ours, and what they hold then: whatever
/// else they hold, somebody wrote.
const NEVER_WRITTEN: [(&str, &str); 10] = [
    ("username", ""),
    ("creatorUid", ""),
    ("photographerUid", ""),
    ("locality", ""),
    ("hashFunction", ""),
    ("hashValue", ""),
    ("dynamicProperties", ""),
    ("defaultDisplay", ""),
    ("imageType", "specimen"),
    ("sortSequence", "50"),
];

/// The rows one transaction takes away.
pub(super) struct Deletion {
    /// By row: a column that Pinax never writes, and what somebody wrote into it.
    written: HashMap<u64, (&'static str, String)>,
    /// By row: what hangs on it.
    hanging: HashMap<u64, (&'static str, &'static str)>,
    /// Rows that go.
    going: Vec<u64>,
}

impl Deletion {
    /// Looks what hangs on the rows `ids`, which are locked: nobody can hang more on them.
    pub(super) async fn look(conn: &mut Conn, schema: &Schema, ids: Vec<u64>) -> Result<Self, Fault> {
        let (mut hanging, mut written) = (HashMap::new(), HashMap::new());
        if !ids.is_empty() {
            let media_id = schema.names.media_id;
            let (marks, bound) = list(&ids);
            let there = NEVER_WRITTEN.into_iter().filter(|(column, _)| schema.has(schema.names.media, column));
            let there: Vec<(&'static str, &str)> = there.collect();
            let names: String = there.iter().map(|(column, _)| format!(", {column}")).collect();
            let query = format!("SELECT {media_id}{names} FROM {} WHERE {media_id} IN ({marks})", schema.names.media);
            for mut row in conn.exec::<Row, _, _>(query, bound.clone()).await? {
                let Some(id) = number::<u64>(&mut row, 0) else { continue };
                for (at, (column, default)) in there.iter().enumerate() {
                    let text = text(&mut row, at + 1).unwrap_or_default();
                    if !text.is_empty() && text != *default {
                        written.entry(id).or_insert((*column, text));
                    }
                }
            }
            for (table, called) in HANGING {
                let query = format!("SELECT DISTINCT {media_id} FROM {table} WHERE {media_id} IN ({marks})");
                let rows: Vec<Row> = conn.exec(query, bound.clone()).await?;
                let found = rows.into_iter().filter_map(|mut row| number(&mut row, 0));
                hanging.extend(found.map(|id| (id, (table, called))));
            }
        }
        Ok(Self { written, hanging, going: Vec::new() })
    }

    /// May the row of `before` go? A row that is gone is taken away already. Every column counts but the taxon, which
    /// the portal itself fills.
    pub(super) async fn decide(
        &mut self,
        conn: &mut Conn,
        schema: &Schema,
        present: &HashMap<Key, MediaRow>,
        before: &MediaRecord,
    ) -> Result<Result<MediaRow>, Fault> {
        if before.record_id.is_empty() {
            let told = format!("a row of occid {} has no recordID, and cannot be told from others", before.occid);
            return Ok(Err(Error::new(ErrorKind::Conflict, told).hint("delete it in the portal")));
        }
        let there = present.get(&key(before)).and_then(|row| Some((row, row.media_id?)));
        let Some((row, media_id)) = there else {
            return Ok(match elsewhere(conn, schema, before).await? {
                None => Ok(gone(before)),
                Some(occid) => Err(conflict(before, &format!("was changed meanwhile: occid is {occid}"))),
            });
        };
        let edited =
            columns(schema).into_iter().find(|column| column.name != "tid" && !column.is_same(&row.record, before));
        if let Some(column) = edited {
            return Ok(Err(changed_by_others(&column, &row.record, before)));
        }
        if let Some((column, text)) = self.written.get(&media_id) {
            return Ok(Err(conflict(before, &format!("was edited meanwhile: {column} is `{text}`"))));
        }
        if let Some((table, called)) = self.hanging.get(&media_id) {
            return Ok(Err(conflict(before, &format!("has {called} now (table {table}), which would go with it"))));
        }
        self.going.push(media_id);
        Ok(Ok(gone(before)))
    }

    /// Takes them away; the sums of their files go with them.
    pub(super) async fn carry_out(self, conn: &mut Conn, schema: &Schema) -> Result<(), Fault> {
        if self.going.is_empty() {
            return Ok(());
        }
        let (marks, bound) = list(&self.going);
        let query = format!("DELETE FROM {} WHERE {} IN ({marks})", schema.names.media, schema.names.media_id);
        Ok(conn.exec_drop(query, bound).await?)
    }
}

fn gone(before: &MediaRecord) -> MediaRow {
    MediaRow { media_id: None, record: before.clone() }
}

fn conflict(before: &MediaRecord, what: &str) -> Error {
    let told = format!("the row {} of occid {} {what}", before.record_id, before.occid);
    Error::new(ErrorKind::Conflict, told).hint("it is kept; look at the record in the portal")
}

/// The record that shows the row now, when somebody moved it to another one.
async fn elsewhere(conn: &mut Conn, schema: &Schema, before: &MediaRecord) -> Result<Option<u64>, Fault> {
    let query = format!("SELECT occid FROM {} WHERE recordID = ? LIMIT 1", schema.names.media);
    let row: Option<Row> = conn.exec_first(query, (before.record_id.as_str(),)).await?;
    Ok(row.map(|mut row| number(&mut row, 0).unwrap_or_default()))
}
