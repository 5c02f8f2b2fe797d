//! The image processing profiles a portal keeps for a collection: rows of `specprocessorprojects`.

use std::collections::HashSet;

use async_trait::async_trait;
use mysql_async::Row;
use mysql_async::prelude::Queryable;
use pinax_core::nouns::collection::Collection;
use pinax_core::{Error, ErrorKind, Result};

use super::fault::Fault;
use super::link::{Session, Work};
use super::rows::{number, text};
use super::{MariadbPortal, collid};

/// A profile of Symbiota's image processing, as the portal's page saved it (`SpecProcessorManager`). `None`: the column
/// is NULL, or this portal has no such column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProcessingProfile {
    /// `spprid`, the portal's number.
    pub id: Option<u64>,
    /// What people call it.
    pub title: String,
    /// `projectType`: local, iplant, idigbio, file.
    pub project_type: Option<String>,
    /// `specKeyPattern`: the catalog number's place in the file name.
    pub spec_key_pattern: Option<String>,
    /// `patternReplace`, for `preg_replace`.
    pub pattern_replace: Option<String>,
    /// `replaceStr`, what is put in its place.
    pub replace_str: Option<String>,
    /// `sourcePath`: a folder, or an address.
    pub source_path: Option<String>,
    /// `targetPath`: a folder; without one the portal's own.
    pub target_path: Option<String>,
    /// `imgUrl`: where that folder is seen on the web.
    pub img_url: Option<String>,
    /// `webPixWidth`, pixels.
    pub web_pix_width: Option<u64>,
    /// `tnPixWidth`, pixels.
    pub tn_pix_width: Option<u64>,
    /// `lgPixWidth`, pixels.
    pub lg_pix_width: Option<u64>,
    /// `jpgCompression`: JPEG quality.
    pub jpg_compression: Option<i64>,
    /// `createTnImg`: 1 made, 2 brought along, 3 shown where it lies, 0 none.
    pub create_tn_img: Option<u64>,
    /// `createLgImg`: 1 from the source, 2 the source where it lies, 3 brought along, 4 shown where it lies, 0 none.
    pub create_lg_img: Option<u64>,
    /// `additionalOptions`.
    pub additional_options: Option<String>,
    /// `customStoredProcedure`, on portals that have the column: called at the end of a run.
    pub custom_stored_procedure: Option<String>,
    /// `lastRunDate`, or the date in `source`, where older portals kept it.
    pub last_run_date: Option<String>,
}

/// More profiles of one collection are no profiles.
const MOST: usize = 1000;

impl MariadbPortal {
    /// The profiles the portal keeps for `collection`, by their number. Needs SELECT on `specprocessorprojects`.
    ///
    /// # Errors
    /// [`ErrorKind::Forbidden`] without that right, [`ErrorKind::NotFound`] when there is no such table.
    pub async fn processing_profiles(&self, collection: &Collection) -> Result<Vec<ProcessingProfile>> {
        let found = self.link.run(&ReadProjects { collid: collid(collection)? }).await;
        found.map_err(Fault::into_error).map_err(|error| match error.kind() {
            ErrorKind::Forbidden => Error::new(ErrorKind::Forbidden, "the account may not read the portal's profiles")
                .hint("grant SELECT on specprocessorprojects")
                .caused_by(error),
            ErrorKind::UnknownVersion if error.to_string().contains("specprocessorprojects") => {
                Error::new(ErrorKind::NotFound, "the portal has no table specprocessorprojects").caused_by(error)
            }
            _ => error,
        })
    }
}

struct ReadProjects {
    collid: u32,
}

#[async_trait]
impl Work for ReadProjects {
    type Answer = Vec<ProcessingProfile>;

    async fn on(&self, session: &mut Session) -> Result<Self::Answer, Fault> {
        let there: HashSet<String> = session
            .conn
            .query::<Row, _>(
                "SELECT COLUMN_NAME FROM information_schema.COLUMNS
                 WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'specprocessorprojects'",
            )
            .await?
            .into_iter()
            .filter_map(|mut row| Some(text(&mut row, 0)?.to_lowercase()))
            .collect();
        // Without the right to read it no column is seen: then the server says itself what is wrong.
        let asked = COLUMNS.map(|column| match there.is_empty() || there.contains(&column.to_lowercase()) {
            true => format!("CAST({column} AS CHAR)"),
            false => "NULL".to_owned(),
        });
        let query = format!(
            "SELECT {} FROM specprocessorprojects WHERE collid = ? ORDER BY spprid LIMIT {}",
            asked.join(", "),
            MOST + 1
        );
        let rows: Vec<Row> = session.conn.exec(query, (self.collid,)).await?;
        if rows.len() > MOST {
            let told = format!("the collection has more than {MOST} image processing profiles");
            return Err(Error::new(ErrorKind::Rejected, told).into());
        }
        Ok(rows.into_iter().map(profile).collect())
    }
}

const COLUMNS: [&str; 19] = [
    "spprid",
    "title",
    "projectType",
    "specKeyPattern",
    "patternReplace",
    "replaceStr",
    "sourcePath",
    "targetPath",
    "imgUrl",
    "webPixWidth",
    "tnPixWidth",
    "lgPixWidth",
    "jpgCompression",
    "createTnImg",
    "createLgImg",
    "additionalOptions",
    "customStoredProcedure",
    "lastRunDate",
    "source",
];

fn profile(mut row: Row) -> ProcessingProfile {
    let row = &mut row;
    ProcessingProfile {
        id: number(row, 0),
        title: text(row, 1).unwrap_or_default(),
        project_type: text(row, 2),
        spec_key_pattern: text(row, 3),
        pattern_replace: text(row, 4),
        replace_str: text(row, 5),
        source_path: text(row, 6),
        target_path: text(row, 7),
        img_url: text(row, 8),
        web_pix_width: number(row, 9),
        tn_pix_width: number(row, 10),
        lg_pix_width: number(row, 11),
        jpg_compression: number(row, 12),
        create_tn_img: number(row, 13),
        create_lg_img: number(row, 14),
        additional_options: text(row, 15),
        custom_stored_procedure: text(row, 16),
        last_run_date: text(row, 17).or_else(|| text(row, 18).filter(|source| is_date(source))),
    }
}

/// `YYYY-MM-DD`
fn is_date(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}
