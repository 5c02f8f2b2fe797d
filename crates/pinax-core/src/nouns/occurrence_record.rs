//! What is written into a record of the portal, apart from its pictures: records made for pictures that have none, and
//! empty fields filled from skeletal files.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::occurrence::Occid;

/// Some columns of a record. Names are those of Symbiota's table `omoccurrences`; two more stand for what hangs on the
/// record: [`IDENTIFIER_VALUE`] and [`EXSICCATI_TITLE`] with [`EXSICCATI_NUMBER`]. An empty text is an empty column.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OccurrenceRecord {
    /// The portal's key; `None` while the record is not made, and where the portal does not tell it. A record made with a
    /// key gets that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occid: Option<Occid>,
    /// `omoccurrences.recordID`; empty where it is not asked for.
    #[serde(default)]
    pub record_id: String,
    /// Column and text.
    pub fields: BTreeMap<String, String>,
}

/// A row of `omoccuridentifiers` (`identifierValue`), as if it were a column.
pub const IDENTIFIER_VALUE: &str = "identifierValue";
/// The exsiccati title of `omexsiccatititles` the record is linked to, as if it were a column.
pub const EXSICCATI_TITLE: &str = "exsiccatiTitle";
/// The number within the exsiccati, as if it were a column.
pub const EXSICCATI_NUMBER: &str = "exsiccatiNumber";

/// One write to a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OccurrenceChange {
    /// A new record; its `recordID` tells whether it was made already.
    Create(Box<OccurrenceRecord>),
    /// Columns get other texts, each only where the record still holds what it held.
    Set {
        /// As they were when we looked.
        before: Box<OccurrenceRecord>,
        /// As they shall be; the same columns.
        after: Box<OccurrenceRecord>,
    },
    /// A record made by us goes, if it still is as we made it and nothing hangs on it.
    Remove(Box<OccurrenceRecord>),
}

impl OccurrenceChange {
    /// The record as it was.
    #[must_use]
    pub fn before(&self) -> Option<&OccurrenceRecord> {
        match self {
            Self::Create(_) => None,
            Self::Set { before, .. } | Self::Remove(before) => Some(before),
        }
    }

    /// The record as it shall be.
    #[must_use]
    pub fn after(&self) -> Option<&OccurrenceRecord> {
        match self {
            Self::Create(after) | Self::Set { after, .. } => Some(after),
            Self::Remove(_) => None,
        }
    }
}
