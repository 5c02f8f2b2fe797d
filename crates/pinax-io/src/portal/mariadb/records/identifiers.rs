//! Further identifiers of a record: rows of `omoccuridentifiers`. Ours have no name, as those of Symbiota's own import
//! (`OccurrenceImport`).

use std::collections::HashMap;

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Row, Value};

use crate::portal::mariadb::fault::Fault;
use crate::portal::mariadb::rows::{list, number, text};

/// `modifiedUid` must be filled. No person wrote the row, so it names nobody: users are counted from 1, the column has
/// no foreign key in any version, and no page of Symbiota looks it up.
const NOBODY: u32 = 0;

/// A row.
#[derive(Debug)]
pub(super) struct Identifier {
    pub(super) value: String,
    /// Has it no name and no notes, as a row of ours?
    pub(super) is_bare: bool,
}

impl Identifier {
    /// Is it a row as we write it, of this value?
    pub(super) fn is(&self, value: &str) -> bool {
        self.is_bare && self.value == value
    }
}

/// The rows of these records, oldest first.
pub(super) async fn read(conn: &mut Conn, occids: &[u64]) -> Result<HashMap<u64, Vec<Identifier>>, Fault> {
    let (marks, bound) = list(occids);
    let query = format!(
        "SELECT occid, identifierValue, identifierName = '' AND COALESCE(notes, '') = '' FROM omoccuridentifiers
         WHERE occid IN ({marks}) ORDER BY occid, idomoccuridentifiers"
    );
    let mut found: HashMap<u64, Vec<Identifier>> = HashMap::new();
    for mut row in conn.exec::<Row, _, _>(query, bound).await? {
        let Some(occid) = number(&mut row, 0) else { continue };
        let value = text(&mut row, 1).unwrap_or_default();
        let is_bare = number::<u8>(&mut row, 2) == Some(1);
        found.entry(occid).or_default().push(Identifier { value, is_bare });
    }
    Ok(found)
}

/// Puts `after` in the place of `before`; an empty one is none.
pub(super) async fn write(conn: &mut Conn, occid: u64, before: &str, after: &str) -> Result<(), Fault> {
    let ours = "occid = ? AND identifierValue = ? AND identifierName = '' AND COALESCE(notes, '') = ''";
    let (query, bound): (String, Vec<Value>) = match (before, after) {
        ("", "") => return Ok(()),
        ("", after) => (
            "INSERT INTO omoccuridentifiers (occid, identifierValue, modifiedUid) VALUES (?, ?, ?)".to_owned(),
            vec![occid.into(), after.into(), NOBODY.into()],
        ),
        (before, "") => (format!("DELETE FROM omoccuridentifiers WHERE {ours}"), vec![occid.into(), before.into()]),
        (before, after) => (
            format!("UPDATE omoccuridentifiers SET identifierValue = ? WHERE {ours}"),
            vec![after.into(), occid.into(), before.into()],
        ),
    };
    Ok(conn.exec_drop(query, bound).await?)
}
