//! The collection's counts, refreshed as Symbiota does after a batch (`OccurrenceMaintenance::updateCollectionStatsBasic`).

use async_trait::async_trait;
use mysql_async::prelude::Queryable;
use mysql_async::{Row, Value};

use super::fault::Fault;
use super::link::{Session, Work};
use super::rows::number;

/// Counts anew. A collection without a row of statistics gets none, as in Symbiota.
pub(super) struct RefreshStatistics {
    pub(super) collid: u32,
}

/// Records, records with a latitude, families, genera (ranks from genus down) and species (rank 220).
const COUNT: &str = "SELECT COUNT(o.occid), COUNT(o.decimalLatitude), COUNT(DISTINCT o.family),
            COUNT(DISTINCT CASE WHEN t.rankID >= 180 THEN t.unitName1 END),
            COUNT(DISTINCT CASE WHEN t.rankID = 220 THEN t.sciName END)
     FROM omoccurrences o LEFT JOIN taxa t ON t.tid = o.tidInterpreted
     WHERE o.collid = ?";

const WRITE: &str = "UPDATE omcollectionstats
     SET recordcnt = ?, georefcnt = ?, familycnt = ?, genuscnt = ?, speciescnt = ?, datelastmodified = NOW()
     WHERE collid = ?";

#[async_trait]
impl Work for RefreshStatistics {
    type Answer = ();

    async fn on(&self, session: &mut Session) -> Result<(), Fault> {
        let counts: Option<Row> = session.conn.exec_first(COUNT, (self.collid,)).await?;
        let Some(mut counts) = counts else { return Ok(()) };
        let mut bound: Vec<Value> =
            (0..5).map(|column| number::<u64>(&mut counts, column).unwrap_or_default().into()).collect();
        bound.push(self.collid.into());
        Ok(session.conn.exec_drop(WRITE, bound).await?)
    }
}
