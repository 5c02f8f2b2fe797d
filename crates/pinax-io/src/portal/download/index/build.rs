//! Making the index: the download is read once, as a stream, into a new file that takes its place when it is whole.

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

use pinax_core::nouns::matching::MatchField;
use pinax_core::{Error, ErrorKind, Result};
use rusqlite::{Connection, Statement, params};

use super::broken_index;
use crate::portal::download::DownloadOptions;
use crate::portal::download::find::place;
use crate::portal::download::identifier::Identifier;
use crate::portal::download::parts::{self, Part};
use crate::portal::download::table::{Row, Table};
use crate::portal::numbers::folded;

const TABLES: &str = "
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE collections (id INTEGER PRIMARY KEY, collid INTEGER, institution_code TEXT, collection_code TEXT);
    CREATE TABLE records (
        core_id TEXT NOT NULL, occid INTEGER, occurrence_key INTEGER, number_key INTEGER, occurrence_id TEXT,
        collection INTEGER NOT NULL, folded TEXT, catalog_number TEXT NOT NULL,
        scientific_name TEXT, recorded_by TEXT, event_date TEXT,
        other_numbers TEXT, record_id TEXT, folded_other TEXT, folded_occurrence TEXT, folded_record TEXT);
    CREATE TABLE media (
        core_id TEXT NOT NULL, record_id TEXT, original_url TEXT NOT NULL, url TEXT, thumbnail_url TEXT,
        format TEXT, owner TEXT, creator TEXT, rights TEXT, source_identifier TEXT, place TEXT NOT NULL);";

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
        Part::Media => {
            set(&transaction, "pictures", "yes")?;
            read_media(&transaction, input)
        }
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
            "CREATE INDEX records_by_number ON records (folded) WHERE folded IS NOT NULL;
             CREATE INDEX records_by_other ON records (folded_other) WHERE folded_other IS NOT NULL;
             CREATE INDEX records_by_occurrence ON records (folded_occurrence) WHERE folded_occurrence IS NOT NULL;
             CREATE INDEX records_by_record_id ON records (folded_record) WHERE folded_record IS NOT NULL;
             CREATE INDEX records_by_key ON records ({key});
             CREATE INDEX records_by_core ON records (core_id);
             CREATE INDEX media_by_record ON media (core_id);
             CREATE INDEX media_by_place ON media (place);
             CREATE INDEX media_by_uuid ON media (record_id COLLATE NOCASE);
             CREATE INDEX media_by_source ON media (source_identifier COLLATE NOCASE)
                 WHERE source_identifier IS NOT NULL;"
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
    let other_numbers = table.column(&["otherCatalogNumbers"]);
    let record_id = table.column(&["recordID"]);
    let told: Vec<&str> = MatchField::ALL
        .into_iter()
        .filter(|field| *field != MatchField::IdentifierValue && table.column(&[field.as_str()]).is_some())
        .map(MatchField::as_str)
        .collect();
    set(db, "columns", &told.join(" "))?;
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
        .prepare("INSERT INTO records VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)")
        .map_err(broken_index)?;
    let mut has_occurrence_ids = false;
    while let Some(row) = table.next()? {
        let core_id = row.text(core);
        own.see(&core_id, &row.text(references), row.line());
        let number = row.text(catalog_number);
        let number = number.trim();
        let (occurrence, other, record) = (row.filled(occurrence_id), row.filled(other_numbers), row.filled(record_id));
        if number.is_empty() && occurrence.is_none() && other.is_none() && record.is_none() {
            continue;
        }
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
                (!number.is_empty()).then(|| folded(number)),
                number,
                row.filled(name),
                (!collected.is_empty()).then(|| collected.join(" ")),
                row.filled(event_date),
                other,
                record,
                other.as_deref().map(folded),
                occurrence.as_deref().map(folded),
                record.as_deref().map(folded),
            ])
            .map_err(broken_index)?;
    }
    if let Some(told) = table.told_of_broken() {
        set(db, "broken_records", &told)?;
    }
    if let Some(told) = own.told_of_bad() {
        set(db, "bad_id", &told)?;
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
    /// Lines with a number that may be the portal's.
    good: u64,
    first_bad: Option<(u64, String)>,
}

impl OwnNumbers {
    fn see(&mut self, core_id: &str, references: &str, line: u64) {
        let is_number = Identifier::Occid.occid(core_id).is_some();
        let repeated = references.rsplit_once("occid=").is_some_and(|(_, occid)| occid == core_id);
        if is_number && (references.is_empty() || repeated) {
            self.proved |= repeated;
            self.good += 1;
            return;
        }
        self.refuted = true;
        if self.first_bad.is_none() {
            self.first_bad = Some((line, core_id.chars().take(40).collect()));
        }
    }

    /// A few bad lines keep all others from being named by their number: a person should know.
    fn told_of_bad(&self) -> Option<String> {
        let (line, core_id) = self.first_bad.as_ref().filter(|_| self.good > 0 && (self.proved || self.named))?;
        Some(format!("line {line} of the download has `{core_id}` where the portal's own number (occid) should be"))
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
    let others = [
        "providerManagedID",
        "goodQualityAccessURI",
        "thumbnailAccessURI",
        "format",
        "Owner",
        "creator",
        "rights",
        // No download of Symbiota 3.4 has it.
        "sourceIdentifier",
    ]
    .map(|name| table.column(&[name]));
    let kind = table.column(&["type"]);
    let mut insert =
        db.prepare("INSERT INTO media VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)").map_err(broken_index)?;
    while let Some(row) = table.next()? {
        let Some(original_url) = original.into_iter().find_map(|column| row.filled(column)) else { continue };
        if row.text(kind).eq_ignore_ascii_case("Sound") {
            continue;
        }
        let [record_id, url, thumbnail_url, format, owner, creator, rights, source] =
            others.map(|column| row.filled(column));
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
                rights,
                source,
                place(&original_url)
            ])
            .map_err(broken_index)?;
    }
    match table.told_of_broken() {
        Some(told) => set(db, "broken_media", &told),
        None => Ok(()),
    }
}
