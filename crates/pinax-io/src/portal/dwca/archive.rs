//! An archive: the rows of a batch as a zip of two tables and what describes them. The same rows make the same bytes.

mod describe;

use std::collections::{HashMap, HashSet};
use std::io::{Cursor, Read, Seek, Write};

use pinax_core::{Error, ErrorKind, Result};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::options::DwcaExtension;
use super::row::{COLUMNS, DwcaRow};
use super::terms::From;

/// The core's file.
const CORE_FILE: &str = "occurrence.csv";
/// The pictures' file.
const MEDIA_FILE: &str = "multimedia.csv";

/// What is told of an archive as a whole.
#[derive(Debug, Clone)]
pub(super) struct ArchiveLabel {
    /// Tells it from others of the same making.
    pub(super) name: String,
    /// The collection's name.
    pub(super) collection: String,
    /// The day it was made, as `2026-07-01`.
    pub(super) date: String,
    pub(super) extension: DwcaExtension,
}

/// The archive of `rows`.
pub(super) fn pack(label: &ArchiveLabel, rows: &[DwcaRow]) -> Result<Vec<u8>> {
    let rows = in_order(rows);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    for (name, bytes) in [
        (CORE_FILE, core(&rows)),
        (MEDIA_FILE, media(label.extension, &rows)),
        ("meta.xml", describe::meta(label.extension)),
        ("eml.xml", describe::eml(label, &rows)),
    ] {
        zip.start_file(name, options).map_err(unpackable)?;
        zip.write_all(&bytes).map_err(|error| unpackable(error.into()))?;
    }
    Ok(zip.finish().map_err(unpackable)?.into_inner())
}

/// The pictures of a record together, in their order: a portal shows them as they come.
fn in_order(rows: &[DwcaRow]) -> Vec<&DwcaRow> {
    let mut first: HashMap<&str, usize> = HashMap::new();
    for (at, row) in rows.iter().enumerate() {
        first.entry(row.cell("id")).or_insert(at);
    }
    let mut rows: Vec<&DwcaRow> = rows.iter().collect();
    rows.sort_by_key(|row| (first[row.cell("id")], row.place()));
    rows
}

fn core(rows: &[&DwcaRow]) -> Vec<u8> {
    let mut seen = HashSet::new();
    let mut text = line(["id", "catalogNumber"].into_iter());
    for row in rows {
        if seen.insert(row.cell("id")) {
            text.extend(line([row.cell("id"), row.cell("catalogNumber")].into_iter()));
        }
    }
    text
}

fn media(extension: DwcaExtension, rows: &[&DwcaRow]) -> Vec<u8> {
    let terms = extension.terms();
    let mut text = line(std::iter::once("coreid").chain(terms.iter().map(|term| term.name())));
    for row in rows {
        let cell = |from| match from {
            From::Column(column) => row.cell(column),
            From::Text(text) => text,
            From::With(text, column) if !row.cell(column).is_empty() => text,
            From::With(..) => "",
        };
        text.extend(line(std::iter::once(row.cell("id")).chain(terms.iter().map(|term| cell(term.from)))));
    }
    text
}

/// A line of a table, ended by a line feed.
pub(super) fn line<'a>(cells: impl Iterator<Item = &'a str>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(cells).expect("writing to memory does not fail");
    writer.into_inner().expect("writing to memory does not fail")
}

/// The rows of an archive that this program made. Of the words for pictures only those are told that an archive holds.
///
/// # Errors
/// [`ErrorKind::Corrupt`] when it is no such archive.
pub(super) fn unpack(name: &str, input: impl Read + Seek) -> Result<Vec<DwcaRow>> {
    let foreign = |cause: Box<dyn std::error::Error + Send + Sync>| {
        Error::new(ErrorKind::Corrupt, format!("{name} is no archive that Pinax wrote"))
            .hint("it was changed since: move it away, or put the archive back as it was")
            .caused_by(cause)
    };
    let mut zip = ZipArchive::new(input).map_err(|error| foreign(error.into()))?;
    let mut numbers = HashMap::new();
    {
        let core = zip.by_name(CORE_FILE).map_err(|error| foreign(error.into()))?;
        for pair in csv::Reader::from_reader(core).into_deserialize() {
            let (id, number): (String, String) = pair.map_err(|error| foreign(error.into()))?;
            numbers.insert(id, number);
        }
    }
    let media = zip.by_name(MEDIA_FILE).map_err(|error| foreign(error.into()))?;
    let mut reader = csv::Reader::from_reader(media);
    let header = reader.headers().map_err(|error| foreign(error.into()))?.clone();
    let extension = if header.iter().any(|name| name == "accessURI") {
        DwcaExtension::AudubonCore
    } else {
        DwcaExtension::GbifMultimedia
    };
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| foreign(error.into()))?;
        let cells = COLUMNS.map(|(column, _)| match column {
            "id" => record.get(0).unwrap_or_default().to_owned(),
            "catalogNumber" => record.get(0).and_then(|id| numbers.get(id)).cloned().unwrap_or_default(),
            _ => {
                let term = extension.terms().iter().find(|term| term.from == From::Column(column));
                let at = term.and_then(|term| header.iter().position(|name| name == term.name()));
                at.and_then(|at| record.get(at)).unwrap_or_default().to_owned()
            }
        });
        rows.push(DwcaRow { cells });
    }
    Ok(rows)
}

fn unpackable(error: zip::result::ZipError) -> Error {
    Error::new(ErrorKind::Internal, "the archive cannot be packed").caused_by(error)
}
