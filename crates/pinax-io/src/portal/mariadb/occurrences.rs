//! Looking numbers up through the index of the column that is matched on.

use async_trait::async_trait;
use mysql_async::prelude::Queryable;
use mysql_async::{Row, Value};
use pinax_core::nouns::matching::MatchField;
use pinax_core::nouns::occurrence::{Occid, Occurrence};
use pinax_core::{Error, ErrorKind};

use super::fault::Fault;
use super::link::{Session, Work};
use super::names::IDENTIFIERS;
use super::rows::{list, number, text};
use super::schema::Schema;

/// Finds the records of one collection that have one of `values` in a column, as the server's collation sees it.
pub(super) struct FindOccurrences<'a> {
    pub(super) collid: u32,
    pub(super) field: MatchField,
    pub(super) values: &'a [&'a str],
}

#[async_trait]
impl Work for FindOccurrences<'_> {
    type Answer = Vec<Occurrence>;

    async fn on(&self, session: &mut Session) -> Result<Vec<Occurrence>, Fault> {
        let (table, column) = place(self.field);
        let index = index(&session.schema, self.field)?;
        let fits = |value: &&str| session.schema.can_hold(table, column, value);
        let values: Vec<&str> = self.values.iter().copied().filter(fits).collect();
        if values.is_empty() {
            return Ok(Vec::new());
        }
        let (marks, mut bound) = list(&values);
        bound.push(Value::from(self.collid));
        let rows: Vec<Row> = session.conn.exec(query(self.field, &index, &marks), bound).await?;
        Ok(rows.into_iter().filter_map(|row| occurrence(self.field, row)).collect())
    }
}

/// Table and column of a field.
fn place(field: MatchField) -> (&'static str, &'static str) {
    let table = if field == MatchField::IdentifierValue { IDENTIFIERS } else { "omoccurrences" };
    (table, field.as_str())
}

/// The index a field is looked up by, quoted.
///
/// # Errors
/// [`ErrorKind::Config`] when there is none: every look-up would read the whole table.
pub(super) fn index(schema: &Schema, field: MatchField) -> Result<String, Error> {
    let (table, column) = place(field);
    match schema.index(table, column) {
        Some(index) => Ok(format!("`{}`", index.replace('`', "``"))),
        None => Err(Error::new(ErrorKind::Config, format!("the portal's database has no index on {table}.{column}"))
            .hint(format!(
                "ask the portal's administrator to make one and to grant SELECT on {table}, or leave {column} out of \
                 identify.match_on"
            ))),
    }
}

/// The index is named because a server may prefer the one on collid, and read a whole collection. An identifier leads to
/// its record by the record's key.
fn query(field: MatchField, index: &str, marks: &str) -> String {
    let column = field.as_str();
    let (from, of) = match field {
        MatchField::IdentifierValue => (
            format!(
                "{IDENTIFIERS} i FORCE INDEX ({index}) STRAIGHT_JOIN omoccurrences o FORCE INDEX (PRIMARY)
                 ON o.occid = i.occid"
            ),
            "i",
        ),
        _ => (format!("omoccurrences o FORCE INDEX ({index})"), "o"),
    };
    format!(
        "SELECT o.occid, o.catalogNumber, o.tidInterpreted, o.sciname, o.recordedBy, o.recordNumber,
                CAST(o.eventDate AS CHAR), {of}.{column}
         FROM {from}
         WHERE {of}.{column} IN ({marks}) AND o.collid = ?
         ORDER BY o.occid"
    )
}

fn occurrence(field: MatchField, mut row: Row) -> Option<Occurrence> {
    let collector = [text(&mut row, 4), text(&mut row, 5)].into_iter().flatten().collect::<Vec<_>>().join(" ");
    Some(Occurrence {
        occid: Occid(number(&mut row, 0)?),
        catalog_number: text(&mut row, 1).unwrap_or_default(),
        matched_on: field,
        matched: text(&mut row, 7)?,
        tid: number(&mut row, 2),
        scientific_name: text(&mut row, 3),
        recorded_by: Some(collector).filter(|text| !text.is_empty()),
        event_date: text(&mut row, 6),
    })
}
