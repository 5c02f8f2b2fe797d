//! The tables and columns this program reads and writes, looked for before anything is done.

use std::collections::HashMap;

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Row};
use pinax_core::{Error, ErrorKind};

use super::fault::Fault;
use super::names::{Columns, KNOWN, METADATA, Names, PIXELS, Version, is_there, missing, tables};
use super::rows::text;

/// What is known of a portal's tables.
#[derive(Debug)]
pub(super) struct Schema {
    /// What the table of pictures is called.
    pub(super) names: Names,
    /// Has the table of pictures a column `mediaType`?
    pub(super) has_media_type: bool,
    /// Has it columns for the size in pixels?
    pub(super) has_pixels: bool,
    /// Is there a table for length and MD5 of each size?
    pub(super) has_metadata: bool,
    /// By table and column in lower case: the index that begins with the column.
    indexes: HashMap<(String, String), String>,
    columns: Columns,
}

impl Schema {
    /// Has the table this column?
    pub(super) fn has(&self, table: &str, column: &str) -> bool {
        self.columns.contains_key(&(table.to_lowercase(), column.to_lowercase()))
    }

    /// The index that begins with `column`.
    pub(super) fn index(&self, table: &str, column: &str) -> Option<&str> {
        self.indexes.get(&(table.to_owned(), column.to_lowercase())).map(String::as_str)
    }

    /// Can the column hold `text`? If a column of three bytes a character is asked for one of four, that is in no row,
    /// and asking would make the server read all of them.
    pub(super) fn can_hold(&self, table: &str, column: &str, text: &str) -> bool {
        let charset = self.columns.get(&(table.to_owned(), column.to_lowercase())).and_then(Option::as_deref);
        charset == Some("utf8mb4") || text.chars().all(|c| c.len_utf8() < 4)
    }
}

/// What was found.
pub(super) struct Inspection {
    /// Highest version in `schemaversion`.
    pub(super) version: Option<String>,
    /// Tables and columns that are missing.
    pub(super) missing: Vec<String>,
    /// Goes on with a version that is not known.
    pub(super) trusted: bool,
    /// The tables.
    pub(super) schema: Schema,
}

impl Inspection {
    /// Good tables, or what is wrong with them.
    pub(super) fn into_schema(self) -> Result<Schema, Error> {
        let version = self.version_fault().filter(|_| !self.trusted);
        match version.or_else(|| self.missing_fault()) {
            Some(error) => Err(error),
            None => Ok(self.schema),
        }
    }

    /// The version is not known.
    pub(super) fn version_fault(&self) -> Option<Error> {
        let told = match &self.version {
            Some(version) if Version::known(version).is_some() => return None,
            Some(version) => format!("the portal's tables are of version {version}; this program knows {KNOWN}"),
            None => "the portal's database does not say its version: table schemaversion is empty".to_owned(),
        };
        Some(Error::new(ErrorKind::UnknownVersion, told).hint(
            "look for a newer Pinax, use portal kind import-csv, or say --trust-schema if the tables are known to be as \
             in a version it knows",
        ))
    }

    /// Something is missing.
    pub(super) fn missing_fault(&self) -> Option<Error> {
        let missing = self.missing.join(", ");
        if missing.is_empty() {
            return None;
        }
        let version = self.version.as_deref().filter(|_| !self.trusted);
        let told = match version {
            Some(version) => format!("the portal's database says version {version}, but lacks {missing}"),
            None => format!("the portal's database lacks {missing}"),
        };
        let hint = match version {
            Some(_) => format!(
                "{}; if the portal really has no such thing, --trust-schema goes by the columns that are there",
                super::fault::NEEDED
            ),
            None => super::fault::NEEDED.to_owned(),
        };
        Some(Error::new(ErrorKind::UnknownVersion, told).hint(hint))
    }
}

/// Looks at version, tables, columns and the indexes there are for look-ups. With `trusted` the names follow the columns
/// that are there, and not the version.
pub(super) async fn inspect(conn: &mut Conn, trusted: bool) -> Result<Inspection, Fault> {
    let version = version(conn).await?;
    let columns = columns(conn).await?;
    let indexes = indexes(conn).await?;
    let known = version.as_deref().and_then(Version::known).filter(|_| !trusted);
    let names = known.map_or_else(|| Names::found(&columns), Names::of);
    let schema = Schema {
        names,
        has_media_type: is_there(&columns, names.media, "mediaType"),
        has_pixels: PIXELS.iter().all(|column| is_there(&columns, names.media, column)),
        has_metadata: METADATA.1.iter().all(|column| is_there(&columns, METADATA.0, column)),
        indexes,
        columns,
    };
    let missing = missing(&schema.columns, names, known);
    Ok(Inspection { version, missing, trusted, schema })
}

/// The highest version that was ever applied.
async fn version(conn: &mut Conn) -> Result<Option<String>, Fault> {
    let missing_table = |fault| match fault {
        Fault::Stop(error) if error.kind() == ErrorKind::UnknownVersion => Fault::Stop(
            Error::new(ErrorKind::UnknownVersion, "this is no Symbiota database: it has no table schemaversion")
                .hint("check the database name at the end of the portal's url"),
        ),
        fault => fault,
    };
    let versions: Vec<Row> =
        conn.query("SELECT versionnumber FROM schemaversion").await.map_err(|error| missing_table(error.into()))?;
    let parts = |version: &String| version.split('.').map(|part| part.parse().unwrap_or(0)).collect::<Vec<u32>>();
    Ok(versions.into_iter().filter_map(|mut row| text(&mut row, 0)).max_by_key(parts))
}

async fn columns(conn: &mut Conn) -> Result<Columns, Fault> {
    let tables = tables();
    let marks = vec!["?"; tables.len()].join(", ");
    let query = format!(
        "SELECT TABLE_NAME, COLUMN_NAME, CHARACTER_SET_NAME FROM information_schema.COLUMNS
         WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN ({marks})"
    );
    let mut columns = Columns::new();
    for mut row in conn.exec::<Row, _, _>(query, tables).await? {
        if let (Some(table), Some(column)) = (text(&mut row, 0), text(&mut row, 1)) {
            columns.insert((table.to_lowercase(), column.to_lowercase()), text(&mut row, 2));
        }
    }
    Ok(columns)
}

/// Indexes that serve for looking a value up, by their first column.
async fn indexes(conn: &mut Conn) -> Result<HashMap<(String, String), String>, Fault> {
    let query = "SELECT TABLE_NAME, COLUMN_NAME, INDEX_NAME FROM information_schema.STATISTICS
         WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN ('omoccurrences', 'omoccuridentifiers')
           AND SEQ_IN_INDEX = 1 AND INDEX_TYPE = 'BTREE'
         ORDER BY INDEX_NAME";
    let mut indexes = HashMap::new();
    for mut row in conn.query::<Row, _>(query).await? {
        if let (Some(table), Some(column), Some(index)) = (text(&mut row, 0), text(&mut row, 1), text(&mut row, 2)) {
            indexes.entry((table.to_lowercase(), column.to_lowercase())).or_insert(index);
        }
    }
    Ok(indexes)
}
