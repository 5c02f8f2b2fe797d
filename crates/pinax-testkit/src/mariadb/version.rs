//! The database schemas of Symbiota a test can ask for.

use std::fmt;

/// A version of Symbiota's database schema, as `schemaversion.versionnumber` has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SchemaVersion {
    /// Pictures are in table `images`.
    V3_0,
    /// Pictures have a size in pixels.
    V3_1,
    /// Pictures are in table `media`.
    V3_2,
    /// Records can be hidden.
    V3_3,
    /// Pictures have rows in `mediametadata`.
    V3_4,
}

impl SchemaVersion {
    /// All, oldest first.
    pub const ALL: [Self; 5] = [Self::V3_0, Self::V3_1, Self::V3_2, Self::V3_3, Self::V3_4];

    /// The table of pictures.
    #[must_use]
    pub fn media_table(self) -> &'static str {
        if self < Self::V3_2 { "images" } else { "media" }
    }

    /// Its key.
    #[must_use]
    pub fn media_key(self) -> &'static str {
        if self < Self::V3_2 { "imgid" } else { "mediaID" }
    }

    /// Its column for the photographer.
    #[must_use]
    pub fn creator_column(self) -> &'static str {
        if self < Self::V3_2 { "photographer" } else { "creator" }
    }

    /// Has it columns for the size in pixels?
    #[must_use]
    pub fn has_pixels(self) -> bool {
        self >= Self::V3_1
    }

    /// Is there a table `mediametadata`?
    #[must_use]
    pub fn has_metadata(self) -> bool {
        self >= Self::V3_4
    }

    /// All Pinax may ask for, and no more: the right, and the table it is needed on.
    #[must_use]
    pub fn grants(self) -> Vec<String> {
        let mut grants = self.linking_grants();
        grants.extend(RECORD_GRANTS.map(str::to_owned));
        grants.extend(HANGING.map(|table| format!("SELECT (occid) ON symbiota.{table}")));
        grants
    }

    /// What it asks for when it only links pictures to records that are there.
    #[must_use]
    pub fn linking_grants(self) -> Vec<String> {
        let mut grants = vec![format!("SELECT, INSERT, UPDATE, DELETE ON symbiota.{}", self.media_table())];
        if self.has_metadata() {
            grants.push("SELECT, INSERT, UPDATE, DELETE ON symbiota.mediametadata".to_owned());
        }
        for table in ["schemaversion", "omcollections", "omoccurrences", "omoccuridentifiers", "taxa"] {
            grants.push(format!("SELECT ON symbiota.{table}"));
        }
        for table in ["imagetag", "imagekeywords", "specprocessorrawlabels"] {
            grants.push(format!("SELECT ON symbiota.{table}"));
        }
        grants.push("SELECT, UPDATE ON symbiota.omcollectionstats".to_owned());
        grants
    }

    /// The statements that make its tables: those of the oldest version, and what each later one changed.
    pub(super) fn tables(self) -> String {
        STEPS.iter().filter(|(version, _)| *version <= self).map(|(_, sql)| *sql).collect()
    }
}

/// What making and filling records and taking them back needs beyond that.
const RECORD_GRANTS: [&str; 7] = [
    "INSERT, UPDATE, DELETE ON symbiota.omoccurrences",
    "INSERT, UPDATE, DELETE ON symbiota.omoccuridentifiers",
    "SELECT ON symbiota.omexsiccatititles",
    "SELECT, INSERT, DELETE ON symbiota.omexsiccatinumbers",
    "SELECT, INSERT, DELETE ON symbiota.omexsiccatiocclink",
    "SELECT (occidInPortal) ON symbiota.igsnverification",
    "SELECT (occid, occidAssociate) ON symbiota.omoccurassociations",
];

/// Tables that are looked at before a record is taken back.
const HANGING: [&str; 18] = [
    "agentoccurrencelink",
    "fmvouchers",
    "omcrowdsourcequeue",
    "ommaterialsample",
    "omoccurcomments",
    "omoccurdatasetlink",
    "omoccurdeterminations",
    "omoccurduplicatelink",
    "omoccuredits",
    "omoccurgenetic",
    "omoccurloanslink",
    "omoccurpaleo",
    "omoccurrevisions",
    "omoccurverification",
    "portaloccurrences",
    "referenceoccurlink",
    "specprocstatus",
    "tmattributes",
];

const STEPS: [(SchemaVersion, &str); 6] = [
    (SchemaVersion::V3_0, include_str!("schema/3.0.sql")),
    (SchemaVersion::V3_0, include_str!("schema/hanging.sql")),
    (SchemaVersion::V3_1, include_str!("schema/3.1.sql")),
    (SchemaVersion::V3_2, include_str!("schema/3.2.sql")),
    (SchemaVersion::V3_3, include_str!("schema/3.3.sql")),
    (SchemaVersion::V3_4, include_str!("schema/3.4.sql")),
];

impl fmt::Display for SchemaVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V3_0 => "3.0",
            Self::V3_1 => "3.1",
            Self::V3_2 => "3.2",
            Self::V3_3 => "3.3",
            Self::V3_4 => "3.4",
        })
    }
}
