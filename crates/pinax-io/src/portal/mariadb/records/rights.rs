//! What the account must be allowed for records. Linking pictures does without.

use pinax_core::{Error, ErrorKind};

use super::hanging::KNOWN;

/// A statement, what cannot be done without it, and the grant it needs.
pub(in crate::portal::mariadb) struct RecordRight {
    pub(in crate::portal::mariadb) statement: String,
    pub(in crate::portal::mariadb) lacking: &'static str,
    pub(in crate::portal::mariadb) grant: String,
}

const MADE: &str = "records cannot be made (link.missing = \"create\")";
const FILLED: &str = "records cannot be filled from skeletal files";
const REMOVED: &str = "records made by a batch cannot be taken back";
const IDENTIFIED: &str = "records cannot get further identifiers";
const EXSICCATI: &str = "records cannot be linked to exsiccati";

/// Everything about records that a portal may be asked.
pub(in crate::portal::mariadb) fn wished() -> Vec<RecordRight> {
    let right = |statement: &str, lacking, grant: &str| RecordRight {
        statement: statement.to_owned(),
        lacking,
        grant: grant.to_owned(),
    };
    let mut rights = vec![
        right(
            "INSERT INTO omoccurrences (collid, recordID, processingStatus, dateEntered) VALUES (?, ?, ?, NOW())",
            MADE,
            "INSERT on omoccurrences",
        ),
        right("UPDATE omoccurrences SET habitat = ? WHERE occid = ?", FILLED, "UPDATE on omoccurrences"),
        right("DELETE FROM omoccurrences WHERE occid = ?", REMOVED, "DELETE on omoccurrences"),
        right(
            "SELECT identifierName, notes FROM omoccuridentifiers WHERE occid = ?",
            REMOVED,
            "SELECT on omoccuridentifiers",
        ),
        right(
            "INSERT INTO omoccuridentifiers (occid, identifierValue, modifiedUid) VALUES (?, ?, ?)",
            IDENTIFIED,
            "INSERT on omoccuridentifiers",
        ),
        right(
            "UPDATE omoccuridentifiers SET identifierValue = ? WHERE occid = ?",
            IDENTIFIED,
            "UPDATE on omoccuridentifiers",
        ),
        right("DELETE FROM omoccuridentifiers WHERE occid = ?", IDENTIFIED, "DELETE on omoccuridentifiers"),
        right(
            "SELECT ometid FROM omexsiccatititles WHERE title = ? OR abbreviation = ?",
            EXSICCATI,
            "SELECT on omexsiccatititles",
        ),
        right(
            "SELECT omenid, notes, initialTimestamp FROM omexsiccatinumbers WHERE exsnumber = ?",
            EXSICCATI,
            "SELECT on omexsiccatinumbers",
        ),
        right(
            "INSERT INTO omexsiccatinumbers (ometid, exsnumber) VALUES (?, ?)",
            EXSICCATI,
            "INSERT on omexsiccatinumbers",
        ),
        right("DELETE FROM omexsiccatinumbers WHERE omenid = ?", EXSICCATI, "DELETE on omexsiccatinumbers"),
        right(
            "SELECT notes, initialTimestamp FROM omexsiccatiocclink WHERE occid = ?",
            EXSICCATI,
            "SELECT on omexsiccatiocclink",
        ),
        right(
            "INSERT INTO omexsiccatiocclink (omenid, occid) VALUES (?, ?)",
            EXSICCATI,
            "INSERT on omexsiccatiocclink",
        ),
        right("DELETE FROM omexsiccatiocclink WHERE occid = ?", EXSICCATI, "DELETE on omexsiccatiocclink"),
    ];
    rights.extend(KNOWN.iter().map(|(table, column)| RecordRight {
        statement: format!("SELECT {column} FROM {table} WHERE {column} = ?"),
        lacking: REMOVED,
        grant: format!("SELECT ({column}) on {table}"),
    }));
    rights
}

/// A missing right to write records, with what to do about it.
pub(super) fn told(error: Error) -> Error {
    if error.kind() != ErrorKind::Forbidden {
        return error;
    }
    error.hint("making and filling records needs more rights than linking: `pinax check` and docs/mariadb.md list them")
}
