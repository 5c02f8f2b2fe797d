//! Everything a run will need of the database, looked at before it begins. Nothing is changed: rights to write are
//! proved by preparing the statements without executing them.

use async_trait::async_trait;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Row};
use pinax_core::ErrorKind;
use pinax_core::nouns::collection::CollectionKey;
use pinax_core::nouns::finding::{Finding, Severity};
use pinax_core::nouns::matching::MatchField;

use super::collections::FindCollection;
use super::fault::Fault;
use super::link::{Link, Session, Work};
use super::names::{HANGING, IDENTIFIERS, Names};
use super::occurrences;
use super::records::rights::wished;
use super::rows::{number, text};
use super::schema::{Schema, inspect};

/// A statement a run will make, what it is for, and the grant it needs.
struct Right {
    statement: String,
    purpose: &'static str,
    grant: String,
}

fn right(statement: impl Into<String>, purpose: &'static str, grant: impl Into<String>) -> Right {
    Right { statement: statement.into(), purpose, grant: grant.into() }
}

/// What a run and taking a batch back need, by the names of this portal.
fn needed_rights(schema: &Schema, match_on: &[MatchField]) -> Vec<Right> {
    let Names { media, media_id, .. } = schema.names;
    let mut rights = vec![
        right(
            "SELECT occid, collid, catalogNumber, tidInterpreted FROM omoccurrences WHERE occid = ?",
            "look records up",
            "SELECT on omoccurrences",
        ),
        right(
            "SELECT occid FROM omoccurrences WHERE occid = ? FOR UPDATE",
            "hold a record while its pictures are linked",
            "SELECT on omoccurrences, on MySQL also LOCK TABLES",
        ),
        right(
            format!("SELECT {media_id}, recordID FROM {media} WHERE occid = ? FOR UPDATE"),
            "see which pictures a record has",
            format!("SELECT on {media}"),
        ),
        right(
            format!("INSERT INTO {media} (occid, recordID, url, originalUrl) VALUES (?, ?, ?, ?)"),
            "link pictures",
            format!("INSERT on {media}"),
        ),
        right(
            format!("UPDATE {media} SET url = ?, thumbnailUrl = ?, originalUrl = ?, mediaMD5 = ? WHERE {media_id} = ?"),
            "update links whose picture changed",
            format!("UPDATE on {media}"),
        ),
        right(format!("DELETE FROM {media} WHERE {media_id} = ?"), "take a batch back", format!("DELETE on {media}")),
    ];
    for (table, _) in HANGING {
        rights.push(right(
            format!("SELECT {media_id} FROM {table} WHERE {media_id} = ?"),
            "see what hangs on a picture before a batch is taken back",
            format!("SELECT on {table}"),
        ));
    }
    if match_on.contains(&MatchField::IdentifierValue) {
        rights.push(right(
            format!("SELECT occid, identifierValue FROM {IDENTIFIERS} WHERE occid = ?"),
            "look further identifiers up",
            format!("SELECT on {IDENTIFIERS}"),
        ));
    }
    if schema.has_metadata {
        for (statement, purpose, grant) in OF_METADATA {
            rights.push(right(statement, purpose, format!("{grant} on mediametadata")));
        }
    }
    rights
}

const OF_METADATA: [(&str, &str, &str); 4] = [
    ("SELECT field FROM mediametadata WHERE mediaID = ?", "see the sums of pictures", "SELECT"),
    (
        "INSERT INTO mediametadata (mediaID, field, bytes, md5sum) VALUES (?, ?, ?, ?)",
        "keep the sums of pictures",
        "INSERT",
    ),
    ("UPDATE mediametadata SET bytes = ?, md5sum = ? WHERE mediaID = ?", "update the sums of pictures", "UPDATE"),
    ("DELETE FROM mediametadata WHERE mediaID = ?", "take a batch back", "DELETE"),
];

/// Statements of the end of a batch, without which links are made all the same.
fn wished_rights() -> [Right; 2] {
    [
        right(
            "SELECT tid, rankID, unitName1, sciName FROM taxa WHERE tid = ?",
            "refresh the collection's statistics",
            "SELECT on taxa",
        ),
        right(
            "UPDATE omcollectionstats SET recordcnt = ? WHERE collid = ?",
            "refresh the collection's statistics",
            "SELECT, UPDATE on omcollectionstats",
        ),
    ]
}

pub(super) async fn check(link: &Link, collection: &CollectionKey, match_on: &[MatchField]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut conn = match link.connect().await {
        Ok(conn) => conn,
        Err(fault) => return vec![fault.into_error().into()],
    };
    if link.address.is_open_to_others() {
        findings.push(
            Finding::warning("the way to the portal's database is not encrypted: others on the network can read it")
                .hint("add ?ssl=required to the portal's url (and &ssl_ca=/path.pem for an authority of your own)"),
        );
    }
    if let Err(fault) = look(&mut conn, link.trust_schema, match_on, &mut findings).await {
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
                Ok(records) => Finding::fine(format!("collection {collection}: {}, {records} records", found.name)),
                Err(fault) => fault.into_error().into(),
            });
        }
    }
    findings
}

async fn look(
    conn: &mut Conn,
    trusted: bool,
    match_on: &[MatchField],
    findings: &mut Vec<Finding>,
) -> Result<(), Fault> {
    let server: Option<Row> = conn.query_first("SELECT VERSION(), @@global.read_only").await?;
    if let Some(mut row) = server {
        findings.push(Finding::fine(format!("connected, server {}", text(&mut row, 0).unwrap_or_default())));
        if number::<i64>(&mut row, 1).is_some_and(|read_only| read_only != 0) {
            findings
                .push(Finding::error("the server is read-only").hint("this may be a replica: check the portal's url"));
        }
    }
    let inspection = inspect(conn, trusted).await?;
    let pictures = inspection.schema.names.media;
    let version = inspection.version.as_deref().unwrap_or("no version");
    findings.push(match inspection.version_fault() {
        Some(error) if trusted => {
            Finding::warning(error.to_string()).hint(format!("they are trusted: pictures go into table {pictures}"))
        }
        Some(error) => error.into(),
        None => Finding::fine(format!("tables of Symbiota {version}, pictures in table {pictures}")),
    });
    match inspection.missing_fault() {
        Some(error) => findings.push(error.into()),
        None => findings.push(Finding::fine("needed tables and columns are there")),
    }
    let faults = match_on.iter().filter_map(|field| occurrences::index(&inspection.schema, *field).err());
    findings.extend(faults.map(Finding::from));
    let lacking = lacking_rights(conn, &needed_rights(&inspection.schema, match_on), Finding::error).await?;
    let wishes = lacking_rights(conn, &wished_rights(), Finding::warning).await?;
    if lacking.is_empty() && wishes.is_empty() {
        findings.push(Finding::fine("the account has the rights that are needed"));
    }
    findings.extend(lacking.into_iter().chain(wishes));
    findings.extend(lacking_for_records(conn).await?);
    Ok(())
}

/// Rights that only those need who make or fill records: one note for each thing that cannot be done.
async fn lacking_for_records(conn: &mut Conn) -> Result<Vec<Finding>, Fault> {
    let mut lacking: Vec<(&str, Vec<String>)> = Vec::new();
    for right in wished() {
        if is_allowed(conn, &right.statement).await? {
            continue;
        }
        match lacking.iter_mut().find(|(what, _)| *what == right.lacking) {
            Some((_, grants)) => grants.push(right.grant),
            None => lacking.push((right.lacking, vec![right.grant])),
        }
    }
    let told = |(what, grants): (&str, Vec<String>)| Finding::note(what).hint(format!("grant {}", grants.join(", ")));
    Ok(lacking.into_iter().map(told).collect())
}

/// May the account do it? What is missing in the tables is told already.
async fn is_allowed(conn: &mut Conn, statement: &str) -> Result<bool, Fault> {
    match conn.prep(statement).await.map_err(Fault::from) {
        Ok(prepared) => conn.close(prepared).await?,
        Err(Fault::Stop(error)) if error.kind() == ErrorKind::Forbidden => return Ok(false),
        Err(Fault::Stop(error)) if error.kind() == ErrorKind::UnknownVersion => {}
        Err(fault) => return Err(fault),
    }
    Ok(true)
}

async fn lacking_rights(
    conn: &mut Conn,
    rights: &[Right],
    finding: fn(String) -> Finding,
) -> Result<Vec<Finding>, Fault> {
    let mut findings = Vec::new();
    for Right { statement, purpose, grant } in rights {
        if !is_allowed(conn, statement).await? {
            findings.push(finding(format!("the account may not {purpose}")).hint(format!("grant {grant}")));
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
