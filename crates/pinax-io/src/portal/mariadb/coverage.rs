//! How far a collection has come: counted, and listed, part by part along the index of the collection's records, so that
//! no single question takes long however many there are.

use async_trait::async_trait;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Row, Value};
use pinax_core::Result;
use pinax_core::nouns::occurrence::{Occid, Occurrence};
use pinax_core::ports::portal::Coverage;

use super::fault::Fault;
use super::link::{Link, Session, Work};
use super::rows::{number, text};
use super::schema::Schema;

/// Records of one part.
const RECORDS_AT_ONCE: usize = 50_000;

/// Counts records, and pictures of them.
pub(super) async fn coverage(link: &Link, collid: u32) -> Result<Coverage> {
    let mut all = Coverage::default();
    let mut after = 0;
    while let Some(part) = link.run(&CountPart { collid, after }).await.map_err(Fault::into_error)? {
        all.records += part.count.records;
        all.with_pictures += part.count.with_pictures;
        all.pictures += part.count.pictures;
        after = part.last;
    }
    Ok(all)
}

/// Records without any picture behind `after`, by occid; at most `limit`.
pub(super) async fn without_pictures(
    link: &Link,
    collid: u32,
    after: Option<Occid>,
    limit: usize,
) -> Result<Vec<Occurrence>> {
    let mut found = Vec::new();
    let mut after = after.map_or(0, |occid| occid.0);
    while found.len() < limit {
        let limit = (limit - found.len()).min(RECORDS_AT_ONCE);
        let Some(part) = link.run(&ListPart { collid, after, limit }).await.map_err(Fault::into_error)? else { break };
        found.extend(part.records);
        after = part.last;
    }
    Ok(found)
}

/// The index along which records of one collection are read.
fn along(schema: &Schema) -> String {
    let index = schema.index("omoccurrences", "collid");
    index.map(|index| format!("FORCE INDEX (`{}`)", index.replace('`', "``"))).unwrap_or_default()
}

/// What makes a row of media `m` a picture.
fn is_picture(schema: &Schema) -> &'static str {
    if schema.has_media_type { "AND (m.mediaType IS NULL OR m.mediaType = '' OR m.mediaType = 'image')" } else { "" }
}

/// How many records the next part has, and the last of them.
async fn next_part(conn: &mut Conn, schema: &Schema, collid: u32, after: u64) -> Result<Option<(u64, u64)>, Fault> {
    let query = format!(
        "SELECT COUNT(*), MAX(occid) FROM (
             SELECT occid FROM omoccurrences {} WHERE collid = ? AND occid > ? ORDER BY occid LIMIT {RECORDS_AT_ONCE}
         ) part",
        along(schema)
    );
    let row: Option<Row> = conn.exec_first(query, (collid, after)).await?;
    Ok(row.and_then(|mut row| Some((number(&mut row, 0)?, number(&mut row, 1)?))))
}

struct Counted {
    count: Coverage,
    last: u64,
}

struct CountPart {
    collid: u32,
    after: u64,
}

#[async_trait]
impl Work for CountPart {
    type Answer = Option<Counted>;

    async fn on(&self, session: &mut Session) -> Result<Option<Counted>, Fault> {
        let Session { conn, schema } = session;
        let Some((records, last)) = next_part(conn, schema, self.collid, self.after).await? else { return Ok(None) };
        let query = format!(
            "SELECT COUNT(DISTINCT m.occid), COUNT(*)
             FROM omoccurrences o {} STRAIGHT_JOIN {} m ON m.occid = o.occid {}
             WHERE o.collid = ? AND o.occid > ? AND o.occid <= ?",
            along(schema),
            schema.names.media,
            is_picture(schema)
        );
        let row: Option<Row> = conn.exec_first(query, (self.collid, self.after, last)).await?;
        let mut count = Coverage { records, ..Coverage::default() };
        if let Some(mut row) = row {
            count.with_pictures = number(&mut row, 0).unwrap_or_default();
            count.pictures = number(&mut row, 1).unwrap_or_default();
        }
        Ok(Some(Counted { count, last }))
    }
}

struct Listed {
    records: Vec<Occurrence>,
    last: u64,
}

struct ListPart {
    collid: u32,
    after: u64,
    limit: usize,
}

#[async_trait]
impl Work for ListPart {
    type Answer = Option<Listed>;

    async fn on(&self, session: &mut Session) -> Result<Option<Listed>, Fault> {
        let Session { conn, schema } = session;
        let Some((_, last)) = next_part(conn, schema, self.collid, self.after).await? else { return Ok(None) };
        let query = format!(
            "SELECT o.occid, o.catalogNumber, o.tidInterpreted, o.sciname, o.recordedBy, o.recordNumber,
                    CAST(o.eventDate AS CHAR)
             FROM omoccurrences o {} LEFT JOIN {} m ON m.occid = o.occid {}
             WHERE o.collid = ? AND o.occid > ? AND o.occid <= ? AND m.occid IS NULL
             ORDER BY o.occid LIMIT {}",
            along(schema),
            schema.names.media,
            is_picture(schema),
            self.limit
        );
        let bound: [Value; 3] = [self.collid.into(), self.after.into(), last.into()];
        let rows: Vec<Row> = conn.exec(query, bound.to_vec()).await?;
        Ok(Some(Listed { records: rows.into_iter().filter_map(occurrence).collect(), last }))
    }
}

fn occurrence(mut row: Row) -> Option<Occurrence> {
    let collector = [text(&mut row, 4), text(&mut row, 5)].into_iter().flatten().collect::<Vec<_>>().join(" ");
    Some(Occurrence {
        tid: number(&mut row, 2),
        scientific_name: text(&mut row, 3),
        recorded_by: Some(collector).filter(|text| !text.is_empty()),
        event_date: text(&mut row, 6),
        ..Occurrence::numbered(Occid(number(&mut row, 0)?), text(&mut row, 1).unwrap_or_default())
    })
}
