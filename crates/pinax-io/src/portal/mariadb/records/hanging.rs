//! What hangs on a record, and would go with it.
//!
//! A server tells an account only of those foreign keys whose table it may change, so the tables are known here: those
//! with a foreign key to `omoccurrences` are the same in every schema from 3.0 to 3.4 (`config/schema/3.0` and patches).
//! Left out is what is no content: counts of visits (`omoccuraccesssummarylink`) and the portal's scratch tables
//! (`uploadkeyvaluetemp`, `omexportoccurrences`).

use std::collections::HashMap;

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Row};
use pinax_core::{Error, ErrorKind};

use crate::portal::mariadb::fault::Fault;
use crate::portal::mariadb::rows::{list, number, text};
use crate::portal::mariadb::schema::Schema;

/// Table and column, beside the table of pictures, identifiers and exsiccati.
pub(super) const KNOWN: [(&str, &str); 22] = [
    ("agentoccurrencelink", "occid"),
    ("fmvouchers", "occid"),
    ("igsnverification", "occidInPortal"),
    ("omcrowdsourcequeue", "occid"),
    ("ommaterialsample", "occid"),
    ("omoccurassociations", "occid"),
    ("omoccurassociations", "occidAssociate"),
    ("omoccurcomments", "occid"),
    ("omoccurdatasetlink", "occid"),
    ("omoccurdeterminations", "occid"),
    ("omoccurduplicatelink", "occid"),
    ("omoccuredits", "occid"),
    ("omoccurgenetic", "occid"),
    ("omoccurloanslink", "occid"),
    ("omoccurpaleo", "occid"),
    ("omoccurrevisions", "occid"),
    ("omoccurverification", "occid"),
    ("portaloccurrences", "occid"),
    ("referenceoccurlink", "occid"),
    ("specprocessorrawlabels", "occid"),
    ("specprocstatus", "occid"),
    ("tmattributes", "occid"),
];

/// Tables that are looked at in another way, or that are no content.
const APART: [&str; 5] = [
    "omoccuridentifiers",
    "omexsiccatiocclink",
    "omoccuraccesssummarylink",
    "uploadkeyvaluetemp",
    "omexportoccurrences",
];

/// By record: the table that names it; or why that cannot be seen.
pub(super) async fn look(
    conn: &mut Conn,
    schema: &Schema,
    occids: &[u64],
) -> Result<Result<HashMap<u64, String>, Error>, Fault> {
    let mut found = HashMap::new();
    let (marks, bound) = list(occids);
    for (table, column) in tables(conn, schema).await? {
        let quoted = |name: &str| format!("`{}`", name.replace('`', "``"));
        let (from, column) = (quoted(&table), quoted(&column));
        let query = format!("SELECT DISTINCT {column} FROM {from} WHERE {column} IN ({marks})");
        match conn.exec::<Row, _, _>(query, bound.clone()).await.map_err(Fault::from) {
            Ok(rows) => {
                let occids = rows.into_iter().filter_map(|mut row| number(&mut row, 0));
                found.extend(occids.map(|occid| (occid, table.clone())));
            }
            Err(Fault::Stop(error)) if error.kind() == ErrorKind::Forbidden => return Ok(Err(unseen(&from, &column))),
            // Not every portal has every table.
            Err(Fault::Stop(error)) if error.kind() == ErrorKind::UnknownVersion => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(Ok(found))
}

fn unseen(table: &str, column: &str) -> Error {
    let (table, column) = (table.trim_matches('`'), column.trim_matches('`'));
    Error::new(ErrorKind::Conflict, format!("it cannot be seen whether anything of table {table} hangs on the record"))
        .hint(format!("grant SELECT ({column}) on {table}, or delete the record in the portal"))
}

/// The known ones, that of pictures, and any other whose foreign key the account may see.
async fn tables(conn: &mut Conn, schema: &Schema) -> Result<Vec<(String, String)>, Fault> {
    let mut tables: Vec<(String, String)> = vec![(schema.names.media.to_owned(), "occid".to_owned())];
    tables.extend(KNOWN.map(|(table, column)| (table.to_owned(), column.to_owned())));
    let query = "SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.KEY_COLUMN_USAGE
                 WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_SCHEMA = DATABASE()
                   AND REFERENCED_TABLE_NAME = 'omoccurrences' AND REFERENCED_COLUMN_NAME = 'occid'";
    for mut row in conn.query::<Row, _>(query).await? {
        let (Some(table), Some(column)) = (text(&mut row, 0), text(&mut row, 1)) else { continue };
        let same =
            |(known, of): &(String, String)| known.eq_ignore_ascii_case(&table) && of.eq_ignore_ascii_case(&column);
        if !APART.iter().any(|apart| apart.eq_ignore_ascii_case(&table)) && !tables.iter().any(same) {
            tables.push((table, column));
        }
    }
    Ok(tables)
}
