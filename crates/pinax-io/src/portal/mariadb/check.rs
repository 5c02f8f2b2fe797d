//! Everything a run will need of the database, looked at before it begins. Nothing is changed: rights to write are
//! proved by preparing the statements without executing them.

use async_trait::async_trait;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Row};
use pinax_core::ErrorKind;
use pinax_core::nouns::collection::CollectionKey;
use pinax_core::nouns::finding::{Finding, Severity};

use super::collections::FindCollection;
use super::fault::Fault;
use super::link::{Link, Session, Work};
use super::rows::{number, text};
use super::schema::{VERSION, inspect};

/// What a run prepares, what it is for, and the grant it needs.
const RIGHTS: [(&str, &str, &str); 10] = [
    (
        "SELECT occid, collid, catalogNumber, tidInterpreted FROM omoccurrences WHERE occid = ?",
        "look records up",
        "SELECT on omoccurrences",
    ),
    (
        "SELECT occid FROM omoccurrences WHERE occid = ? FOR UPDATE",
        "hold a record while its pictures are linked",
        "SELECT on omoccurrences, on MySQL also LOCK TABLES",
    ),
    (
        "SELECT mediaID, recordID FROM media WHERE occid = ? FOR UPDATE",
        "see which pictures a record has",
        "SELECT on media",
    ),
    ("SELECT field FROM mediametadata WHERE mediaID = ?", "see the sums of pictures", "SELECT on mediametadata"),
    ("INSERT INTO media (occid, recordID, url, originalUrl) VALUES (?, ?, ?, ?)", "link pictures", "INSERT on media"),
    (
        "INSERT INTO mediametadata (mediaID, field, bytes, md5sum) VALUES (?, ?, ?, ?)",
        "keep the sums of pictures",
        "INSERT on mediametadata",
    ),
    (
        "UPDATE media SET url = ?, thumbnailUrl = ?, originalUrl = ?, mediaMD5 = ? WHERE mediaID = ?",
        "update links whose picture changed",
        "UPDATE on media",
    ),
    (
        "UPDATE mediametadata SET bytes = ?, md5sum = ? WHERE mediaID = ?",
        "update the sums of pictures",
        "UPDATE on mediametadata",
    ),
    ("DELETE FROM media WHERE mediaID = ?", "take a batch back", "DELETE on media"),
    ("DELETE FROM mediametadata WHERE mediaID = ?", "take a batch back", "DELETE on mediametadata"),
];

/// Statements of the end of a batch, without which links are made all the same.
const WISHED: [(&str, &str, &str); 2] = [
    (
        "SELECT tid, rankID, unitName1, sciName FROM taxa WHERE tid = ?",
        "refresh the collection's statistics",
        "SELECT on taxa",
    ),
    (
        "UPDATE omcollectionstats SET recordcnt = ? WHERE collid = ?",
        "refresh the collection's statistics",
        "SELECT, UPDATE on omcollectionstats",
    ),
];

pub(super) async fn check(link: &Link, collection: &CollectionKey) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut conn = match link.connect().await {
        Ok(conn) => conn,
        Err(fault) => return vec![fault.into_error().into()],
    };
    if let Err(fault) = look(&mut conn, &mut findings).await {
        findings.push(fault.into_error().into());
        return findings;
    }
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        return findings;
    }
    drop(conn);
    match link.run(&FindCollection { key: collection }).await {
        Err(fault) => findings.push(fault.into_error().into()),
        Ok(found) => {
            let records = link.run(&CountRecords { collid: found.collid.unwrap_or_default() }).await;
            findings.push(match records {
                Ok(records) => Finding::note(format!("collection {collection}: {}, {records} records", found.name)),
                Err(fault) => fault.into_error().into(),
            });
        }
    }
    findings
}

async fn look(conn: &mut Conn, findings: &mut Vec<Finding>) -> Result<(), Fault> {
    let server: Option<Row> = conn.query_first("SELECT VERSION(), @@global.read_only").await?;
    if let Some(mut row) = server {
        findings.push(Finding::note(format!("connected, server {}", text(&mut row, 0).unwrap_or_default())));
        if number::<i64>(&mut row, 1).is_some_and(|read_only| read_only != 0) {
            findings
                .push(Finding::error("the server is read-only").hint("this may be a replica: check the portal's url"));
        }
    }
    let inspection = inspect(conn).await?;
    findings.push(match inspection.version_fault() {
        Some(error) => error.into(),
        None => Finding::note(format!("tables of Symbiota {VERSION}")),
    });
    match inspection.missing_fault() {
        Some(error) => findings.push(error.into()),
        None => findings.push(Finding::note("needed tables, columns and indexes are there")),
    }
    let lacking = lacking_rights(conn, &RIGHTS, Finding::error).await?;
    let wishes = lacking_rights(conn, &WISHED, Finding::warning).await?;
    if lacking.is_empty() && wishes.is_empty() {
        findings.push(Finding::note("the account has the rights that are needed"));
    }
    findings.extend(lacking.into_iter().chain(wishes));
    Ok(())
}

async fn lacking_rights(
    conn: &mut Conn,
    statements: &[(&str, &str, &str)],
    finding: fn(String) -> Finding,
) -> Result<Vec<Finding>, Fault> {
    let mut findings = Vec::new();
    for (statement, purpose, grant) in statements {
        match conn.prep(*statement).await.map_err(Fault::from) {
            Ok(prepared) => conn.close(prepared).await?,
            Err(Fault::Stop(error)) if error.kind() == ErrorKind::Forbidden => {
                findings.push(finding(format!("the account may not {purpose}")).hint(format!("grant {grant}")));
            }
            // Missing tables and columns are told already.
            Err(Fault::Stop(error)) if error.kind() == ErrorKind::UnknownVersion => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(findings)
}

/// Counts the records of a collection.
struct CountRecords {
    collid: u32,
}

#[async_trait]
impl Work for CountRecords {
    type Answer = u64;

    async fn on(&self, session: &mut Session) -> Result<u64, Fault> {
        let query = "SELECT COUNT(*) FROM omoccurrences WHERE collid = ?";
        let row: Option<Row> = session.conn.exec_first(query, (self.collid,)).await?;
        Ok(row.and_then(|mut row| number(&mut row, 0)).unwrap_or_default())
    }
}
