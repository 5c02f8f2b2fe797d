//! The tables and columns of Symbiota 3.4 this program reads and writes, looked for before anything is done.

use std::collections::HashMap;

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Row};
use pinax_core::{Error, ErrorKind};

use super::fault::Fault;
use super::rows::text;

/// The version of the tables that is known. Symbiota writes it into `schemaversion`.
pub(super) const VERSION: &str = "3.4";

/// What must be there.
const NEEDED: [(&str, &[&str]); 6] = [
    ("omcollections", &["collID", "institutionCode", "collectionCode", "collectionName"]),
    (
        "omcollectionstats",
        &["collid", "recordcnt", "georefcnt", "familycnt", "genuscnt", "speciescnt", "datelastmodified"],
    ),
    (
        "omoccurrences",
        &[
            "occid",
            "collid",
            "catalogNumber",
            "tidInterpreted",
            "sciname",
            "family",
            "recordedBy",
            "recordNumber",
            "eventDate",
            "decimalLatitude",
        ],
    ),
    ("taxa", &["tid", "rankID", "unitName1", "sciName"]),
    (
        "media",
        &[
            "mediaID",
            "tid",
            "occid",
            "url",
            "thumbnailUrl",
            "originalUrl",
            "imageType",
            "mediaType",
            "format",
            "creator",
            "owner",
            "copyright",
            "rights",
            "mediaMD5",
            "pixelXDimension",
            "pixelYDimension",
            "recordID",
            "sortSequence",
            "sortOccurrence",
        ],
    ),
    ("mediametadata", &["mediaID", "field", "bytes", "md5sum"]),
];

/// What is known of a portal's tables once they are found good.
#[derive(Debug)]
pub(super) struct Schema {
    /// The index that begins with `omoccurrences.catalogNumber`.
    pub(super) catalog_number_index: String,
    /// Can `catalogNumber` hold characters of four bytes? If not, such a number is on no record, and asking for it
    /// would make the server read all of them.
    pub(super) four_bytes: bool,
}

/// What was found.
pub(super) struct Inspection {
    /// Highest version in `schemaversion`.
    pub(super) version: Option<String>,
    /// Tables, columns and indexes that are missing.
    pub(super) missing: Vec<String>,
    schema: Schema,
}

impl Inspection {
    /// Good tables, or what is wrong with them.
    pub(super) fn into_schema(self) -> Result<Schema, Error> {
        if let Some(error) = self.version_fault().or_else(|| self.missing_fault()) {
            return Err(error);
        }
        Ok(self.schema)
    }

    pub(super) fn version_fault(&self) -> Option<Error> {
        let told = match &self.version {
            Some(version) if is_known(version) => return None,
            Some(version) => format!("the portal's tables are of version {version}; this program knows {VERSION}"),
            None => "the portal's database does not say its version: table schemaversion is empty".to_owned(),
        };
        Some(
            Error::new(ErrorKind::UnknownVersion, told)
                .hint("bring the portal to Symbiota 3.4, look for a newer Pinax, or use portal kind import-csv"),
        )
    }

    pub(super) fn missing_fault(&self) -> Option<Error> {
        let missing = self.missing.join(", ");
        (!self.missing.is_empty()).then(|| {
            Error::new(ErrorKind::UnknownVersion, format!("the portal's database lacks {missing}"))
                .hint(super::fault::NEEDED)
        })
    }
}

/// Looks at version, tables, columns and the index that every look-up needs.
pub(super) async fn inspect(conn: &mut Conn) -> Result<Inspection, Fault> {
    let missing_table = |fault| match fault {
        Fault::Stop(error) if error.kind() == ErrorKind::UnknownVersion => Fault::Stop(
            Error::new(ErrorKind::UnknownVersion, "this is no Symbiota database: it has no table schemaversion")
                .hint("check the database name at the end of the portal's url"),
        ),
        fault => fault,
    };
    let versions: Vec<Row> =
        conn.query("SELECT versionnumber FROM schemaversion").await.map_err(|error| missing_table(error.into()))?;
    let version = versions
        .into_iter()
        .filter_map(|mut row| text(&mut row, 0))
        .max_by_key(|version| version.split('.').map(|part| part.parse::<u32>().unwrap_or(0)).collect::<Vec<_>>());

    let tables: Vec<&str> = NEEDED.iter().map(|(table, _)| *table).collect();
    let marks = vec!["?"; tables.len()].join(", ");
    let query = format!(
        "SELECT TABLE_NAME, COLUMN_NAME, CHARACTER_SET_NAME FROM information_schema.COLUMNS
         WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN ({marks})"
    );
    let mut columns: HashMap<(String, String), Option<String>> = HashMap::new();
    for mut row in conn.exec::<Row, _, _>(query, tables).await? {
        if let (Some(table), Some(column)) = (text(&mut row, 0), text(&mut row, 1)) {
            columns.insert((table.to_lowercase(), column.to_lowercase()), text(&mut row, 2));
        }
    }
    let index: Option<Row> = conn
        .query_first(
            "SELECT INDEX_NAME FROM information_schema.STATISTICS
             WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'omoccurrences' AND COLUMN_NAME = 'catalogNumber'
               AND SEQ_IN_INDEX = 1 AND INDEX_TYPE = 'BTREE'
             ORDER BY INDEX_NAME LIMIT 1",
        )
        .await?;
    let catalog_number_index = index.and_then(|mut row| text(&mut row, 0));
    let mut missing = missing_parts(&columns);
    if missing.is_empty() && catalog_number_index.is_none() {
        missing.push("an index on omoccurrences.catalogNumber".to_owned());
    }
    let charset = columns.get(&("omoccurrences".to_owned(), "catalognumber".to_owned())).cloned().flatten();
    let schema = Schema {
        catalog_number_index: catalog_number_index.unwrap_or_default(),
        four_bytes: charset.is_some_and(|charset| charset == "utf8mb4"),
    };
    Ok(Inspection { version, missing, schema })
}

fn missing_parts(columns: &HashMap<(String, String), Option<String>>) -> Vec<String> {
    let mut missing = Vec::new();
    for (table, names) in NEEDED {
        if !columns.keys().any(|(there, _)| there == table) {
            missing.push(format!("table {table}"));
            continue;
        }
        let lacks = |name: &&&str| !columns.contains_key(&(table.to_owned(), name.to_lowercase()));
        missing.extend(names.iter().filter(lacks).map(|name| format!("column {table}.{name}")));
    }
    missing
}

fn is_known(version: &str) -> bool {
    version == VERSION || version.strip_prefix(VERSION).is_some_and(|rest| rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::is_known;

    #[test]
    fn versions() {
        assert!(is_known("3.4") && is_known("3.4.1"));
        assert!(!is_known("3.3") && !is_known("3.40") && !is_known("3.5"));
    }
}
