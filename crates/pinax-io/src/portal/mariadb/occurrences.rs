//! Looking catalog numbers up through the index.

use async_trait::async_trait;
use mysql_async::prelude::Queryable;
use mysql_async::{Row, Value};
use pinax_core::nouns::occurrence::{Occid, Occurrence};

use super::fault::Fault;
use super::link::{Session, Work};
use super::rows::{list, number, text};

/// Finds the records of one collection that have one of `values` as catalog number, as the server's collation sees it.
pub(super) struct FindOccurrences<'a> {
    pub(super) collid: u32,
    pub(super) values: &'a [&'a str],
}

#[async_trait]
impl Work for FindOccurrences<'_> {
    type Answer = Vec<Occurrence>;

    async fn on(&self, session: &mut Session) -> Result<Vec<Occurrence>, Fault> {
        let schema = &session.schema;
        let fits = |value: &&str| schema.can_hold("omoccurrences", "catalogNumber", value);
        let values: Vec<&str> = self.values.iter().copied().filter(fits).collect();
        if values.is_empty() {
            return Ok(Vec::new());
        }
        let index = schema.index("omoccurrences", "catalogNumber").unwrap_or_default();
        let (marks, mut bound) = list(&values);
        bound.push(Value::from(self.collid));
        let rows: Vec<Row> = session.conn.exec(query(index, &marks), bound).await?;
        Ok(rows.into_iter().filter_map(occurrence).collect())
    }
}

/// The index is named because a server may prefer the one on collid, and read a whole collection.
fn query(index: &str, marks: &str) -> String {
    let index = index.replace('`', "``");
    format!(
        "SELECT occid, catalogNumber, tidInterpreted, sciname, recordedBy, recordNumber, CAST(eventDate AS CHAR)
         FROM omoccurrences FORCE INDEX (`{index}`)
         WHERE catalogNumber IN ({marks}) AND collid = ?
         ORDER BY occid"
    )
}

fn occurrence(mut row: Row) -> Option<Occurrence> {
    let collector = [text(&mut row, 4), text(&mut row, 5)].into_iter().flatten().collect::<Vec<_>>().join(" ");
    Some(Occurrence {
        tid: number(&mut row, 2),
        scientific_name: text(&mut row, 3),
        recorded_by: Some(collector).filter(|text| !text.is_empty()),
        event_date: text(&mut row, 6),
        ..Occurrence::numbered(Occid(number(&mut row, 0)?), text(&mut row, 1)?)
    })
}
