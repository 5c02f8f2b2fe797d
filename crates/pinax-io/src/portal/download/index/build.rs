//! Making the index: the download is read once, as a stream, into a new file that takes its place when it is whole.

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

use pinax_core::{Error, ErrorKind, Result};
use rusqlite::{Connection, Statement, params};

use super::broken_index;
use crate::portal::download::DownloadOptions;
use crate::portal::download::identifier::Identifier;
use crate::portal::download::parts::{self, Part};
use crate::portal::download::table::{Row, Table};
use crate::portal::numbers::folded;

const TABLES: &str = "
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE collections (id INTEGER PRIMARY KEY, collid INTEGER, institution_code TEXT, collection_code TEXT);
    CREATE TABLE records (
        core_id TEXT NOT NULL, occid INTEGER, occurrence_key INTEGER, number_key INTEGER, occurrence_id TEXT,
        collection INTEGER NOT NULL, folded TEXT NOT NULL, catalog_number TEXT NOT NULL,
        scientific_name TEXT, recorded_by TEXT, event_date TEXT);
    CREATE TABLE media (
        core_id TEXT NOT NULL, record_id TEXT, original_url TEXT NOT NULL, url TEXT, thumbnail_url TEXT,
        format TEXT, owner TEXT, creator TEXT, rights TEXT);";

/// Makes the index of the download at `path`.
pub(super) fn build(options: &DownloadOptions, path: &Path, fingerprint: &str) -> Result<()> {
    let new = path.with_extension(format!("{}.new", std::process::id()));
    // Left by a process of the same number that was killed.
    let _ = std::fs::remove_file(&new);
    let built = fill(options, &new, fingerprint)
        .and_then(|()| std::fs::rename(&new, path).map_err(|error| super::unwritable(&options.cache_dir, error)));
    if built.is_err() {
        let _ = std::fs::remove_file(&new);
    }
    built
}

fn fill(options: &DownloadOptions, new: &Path, fingerprint: &str) -> Result<()> {
    let mut db = Connection::open(new).map_err(broken_index)?;
    // Nobody else sees the file before it is whole; a half-made one is thrown away.
    db.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -32000;")
        .and_then(|()| db.execute_batch(TABLES))
        .map_err(broken_index)?;
    let transaction = db.transaction().map_err(broken_index)?;
    let mut identifier = Identifier::CatalogNumber;
    parts::read(options, |part, input| match part {
        Part::Records => {
            identifier = read_records(&transaction, input)?;
            Ok(())
        }
        Part::Media => read_media(&transaction, input),
    })?;
    let key = match identifier {
        Identifier::Occid => "occid",
        Identifier::OccurrenceId => "occurrence_key",
        Identifier::CatalogNumber => "number_key",
    };
    set(&transaction, "identifier", identifier.column())?;
    set(&transaction, "fingerprint", fingerprint)?;
    transaction
        .execute_batch(&format!(
            "CREATE INDEX records_by_number ON records (folded);
             CREATE INDEX records_by_key ON records ({key});
             CREATE INDEX media_by_record ON media (core_id);"
        ))
        .map_err(broken_index)?;
    transaction.commit().map_err(broken_index)?;
    db.close().map_err(|(_, error)| broken_index(error))
}

fn set(db: &Connection, key: &str, value: &str) -> Result<()> {
    db.execute("INSERT INTO meta (key, value) VALUES (?1, ?2)", [key, value]).map(drop).map_err(broken_index)
}

/// Reads occurrences; tells by what they can be named.
fn read_records(db: &Connection, input: &mut dyn Read) -> Result<Identifier> {
    let mut table = Table::open("the table of occurrences", input)?;
    let catalog_number = table.column(&["catalogNumber"]);
    if catalog_number.is_none() {
        let told = format!("the download has no column catalogNumber; it has {}", table.header().join(", "));
        return Err(Error::new(ErrorKind::Config, told).hint("download occurrence records from the portal"));
    }
    let core = table.column(&["id", "occid", "coreid"]);
    let occurrence_id = table.column(&["occurrenceID"]);
    let references = table.column(&["references"]);
    let collid = table.column(&["collID"]);
    let codes = [table.column(&["institutionCode"]), table.column(&["collectionCode"])];
    let name = table.column(&["sciname", "scientificName"]);
    let collector = [table.column(&["recordedBy"]), table.column(&["recordNumber"])];
    let event_date = table.column(&["eventDate"]);
    let mut own = OwnNumbers {
        named: table.column(&["occid"]).is_some() || table.column(&["recordID"]).is_some(),
        ..OwnNumbers::default()
    };
    let mut collections = Collections::new(db)?;
    let mut insert = db
        .prepare("INSERT INTO records VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)")
        .map_err(broken_index)?;
    let mut has_occurrence_ids = false;
    while let Some(row) = table.next()? {
        let core_id = row.text(core);
        own.see(&core_id, &row.text(references));
        let number = row.text(catalog_number);
        let number = number.trim();
        if number.is_empty() {
            continue;
        }
        let occurrence = row.filled(occurrence_id);
        has_occurrence_ids |= occurrence.is_some();
        let key = |identifier: Identifier, value: &str| identifier.occid(value).map(|occid| occid.0 as i64);
        let collected: Vec<String> = collector.into_iter().filter_map(|column| row.filled(column)).collect();
        insert
            .execute(params![
                core_id,
                key(Identifier::Occid, &core_id),
                occurrence.as_deref().and_then(|value| key(Identifier::OccurrenceId, value)),
                key(Identifier::CatalogNumber, number),
                occurrence,
                collections.id(&row, collid, codes)?,
                folded(number),
                number,
                row.filled(name),
                (!collected.is_empty()).then(|| collected.join(" ")),
                row.filled(event_date),
            ])
            .map_err(broken_index)?;
    }
    if let Some(told) = table.told_of_broken() {
        set(db, "broken_records", &told)?;
    }
    Ok(match (own.are_meant(), has_occurrence_ids) {
        (true, _) => Identifier::Occid,
        (false, true) => Identifier::OccurrenceId,
        (false, false) => Identifier::CatalogNumber,
    })
}

/// Are the numbers in the first column those of the portal? Other systems number their records too: linked by such a
/// number, a picture would come to a stranger. A Symbiota portal repeats it in the address of each record.
#[derive(Default)]
struct OwnNumbers {
    named: bool,
    proved: bool,
    refuted: bool,
}

impl OwnNumbers {
    fn see(&mut self, core_id: &str, references: &str) {
        if Identifier::Occid.occid(core_id).is_none() {
            self.refuted = true;
        } else if !references.is_empty() {
            let same = references.rsplit_once("occid=").is_some_and(|(_, occid)| occid == core_id);
            self.proved |= same;
            self.refuted |= !same;
        }
    }

    fn are_meant(&self) -> bool {
        !self.refuted && (self.proved || self.named)
    }
}

/// What a download tells of a record's collection.
#[derive(PartialEq, Eq, Hash)]
struct Codes {
    collid: Option<i64>,
    institution: Option<String>,
    collection: Option<String>,
}

/// The collections in the download, numbered as they come.
struct Collections<'db> {
    known: HashMap<Codes, i64>,
    insert: Statement<'db>,
}

impl<'db> Collections<'db> {
    fn new(db: &'db Connection) -> Result<Self> {
        let insert = db.prepare("INSERT INTO collections VALUES (?1, ?2, ?3, ?4)").map_err(broken_index)?;
        Ok(Self { known: HashMap::new(), insert })
    }

    fn id(&mut self, row: &Row<'_>, collid: Option<usize>, codes: [Option<usize>; 2]) -> Result<i64> {
        let [institution, collection] = codes.map(|column| row.filled(column));
        let codes = Codes { collid: row.text(collid).trim().parse().ok(), institution, collection };
        if let Some(id) = self.known.get(&codes) {
            return Ok(*id);
        }
        let id = self.known.len() as i64;
        self.insert.execute(params![id, codes.collid, codes.institution, codes.collection]).map_err(broken_index)?;
        self.known.insert(codes, id);
        Ok(id)
    }
}

/// Reads pictures (`DwcArchiverMedia`); sound is left out.
fn read_media(db: &Connection, input: &mut dyn Read) -> Result<()> {
    let mut table = Table::open("the table of pictures", input)?;
    let core = table.column(&["coreid", "id", "occid"]);
    let original = [table.column(&["accessURI"]), table.column(&["identifier", "originalUrl"])];
    let others =
        ["providerManagedID", "goodQualityAccessURI", "thumbnailAccessURI", "format", "Owner", "creator", "rights"]
            .map(|name| table.column(&[name]));
    let kind = table.column(&["type"]);
    let mut insert =
        db.prepare("INSERT INTO media VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)").map_err(broken_index)?;
    while let Some(row) = table.next()? {
        let Some(original_url) = original.into_iter().find_map(|column| row.filled(column)) else { continue };
        if row.text(kind).eq_ignore_ascii_case("Sound") {
            continue;
        }
        let [record_id, url, thumbnail_url, format, owner, creator, rights] = others.map(|column| row.filled(column));
        let record_id = record_id.as_deref().map(|id| id.strip_prefix("urn:uuid:").unwrap_or(id));
        insert
            .execute(params![
                row.text(core),
                record_id,
                original_url,
                url,
                thumbnail_url,
                format,
                owner,
                creator,
                rights
            ])
            .map_err(broken_index)?;
    }
    match table.told_of_broken() {
        Some(told) => set(db, "broken_media", &told),
        None => Ok(()),
    }
}
