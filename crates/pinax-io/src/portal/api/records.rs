//! Making records. The API makes a record's `recordID` itself, so a record is known again by its number: `skeletal` makes
//! one only where none of the collection has it, not even one that `recordSecurity` hides.

use pinax_core::nouns::matching::MatchField;
use pinax_core::nouns::occurrence::Occid;
use pinax_core::nouns::occurrence_record::{OccurrenceChange, OccurrenceRecord};
use pinax_core::{Error, ErrorKind, Result};
use reqwest::Method;
use serde_json::{Map, Value};

use super::client::Client;
use super::fault::Fault;
use super::json::{Columns, number, text};
use super::notes::Notes;
use super::occurrences::having;

const NUMBER: &str = "catalogNumber";
/// What a skeletal record may hold (`OccurrenceController::skeletalImport`; the rest would be ignored), and its width in
/// characters.
const SKELETAL: [(&str, usize); 12] = [
    (NUMBER, 32),
    ("sciname", 255),
    ("scientificNameAuthorship", 255),
    ("family", 255),
    ("recordedBy", 255),
    ("recordNumber", 45),
    ("eventDate", 10),
    ("eventDate2", 10),
    ("country", 64),
    ("stateProvince", 255),
    ("county", 255),
    ("processingStatus", 45),
];

/// Applies `changes` one after the other and answers for each.
pub(super) async fn apply(
    client: &Client,
    notes: &Notes,
    collid: u32,
    changes: &[OccurrenceChange],
) -> Result<Vec<Result<OccurrenceRecord>>> {
    let mut answers = Vec::with_capacity(changes.len());
    for change in changes {
        answers.push(match change {
            OccurrenceChange::Create(record) => create(client, notes, collid, record).await?,
            OccurrenceChange::Set { .. } => {
                Err(Error::new(ErrorKind::Rejected, "fields of records cannot be changed through the API")
                    .hint("use portal kind mariadb, or the portal's own import of skeletal records"))
            }
            OccurrenceChange::Remove(record) => remove(client, collid, record).await?,
        });
    }
    Ok(answers)
}

/// Makes a record, unless one has its number.
async fn create(
    client: &Client,
    notes: &Notes,
    collid: u32,
    record: &OccurrenceRecord,
) -> Result<Result<OccurrenceRecord>> {
    let catalog_number = match may_be_made(record) {
        Ok(catalog_number) => catalog_number,
        Err(error) => return Ok(Err(error)),
    };
    let mut body: Map<String, Value> = record
        .fields
        .iter()
        // The portal writes `unprocessed` itself, and only into a record it makes.
        .filter(|(column, text)| !text.is_empty() && !(*column == "processingStatus" && *text == "unprocessed"))
        .map(|(column, text)| (column.clone(), Value::from(text.as_str())))
        .collect();
    body.insert("collid".to_owned(), Value::from(collid));
    body.insert("identifier".to_owned(), Value::from(catalog_number));
    body.insert("identifierTarget".to_owned(), Value::from("CATALOGNUMBER"));
    let (mut tries, mut refused) = (0, None);
    loop {
        if let Some((_, columns)) = having(client, collid, MatchField::CatalogNumber, catalog_number).await?.first() {
            return Ok(Ok(as_it_is(record, columns)));
        }
        if let Some(error) = refused {
            return Ok(Err(error));
        }
        match client.write(Method::POST, "occurrence/skeletal", body.clone()).await {
            Ok(Value::Object(made)) if number::<u64>(&made, "occid").is_some() => {
                notes.made_record();
                return Ok(Ok(as_it_is(record, &made)));
            }
            Ok(_) => refused = Some(hidden(catalog_number)),
            Err(Fault::Refused(error) | Fault::Absent(error)) => refused = Some(error),
            Err(Fault::Broken(error)) => {
                let error = notes.broke(error)?;
                refused = Some(error.context(format!("record {catalog_number}")));
            }
            Err(Fault::Passing(error, wait)) => client.wait(&mut tries, wait).await.map_err(|()| error)?,
            Err(Fault::Stop(error)) => return Err(error),
        }
    }
}

fn may_be_made(record: &OccurrenceRecord) -> Result<&str> {
    let refuse = |why: String| {
        Err(Error::new(ErrorKind::Rejected, why).hint("use link.missing = \"review\", or portal kind mariadb"))
    };
    for (column, text) in &record.fields {
        let Some((_, width)) = SKELETAL.iter().find(|(known, _)| known == column) else {
            return refuse(format!("the API cannot make a record with {column}"));
        };
        if text.chars().count() > *width {
            return refuse(format!("{column} is longer than the {width} characters the portal holds"));
        }
    }
    match record.fields.get(NUMBER).filter(|text| !text.is_empty()) {
        None => refuse("the API makes records by their catalogNumber only".to_owned()),
        Some(text) => Ok(text),
    }
}

fn hidden(catalog_number: &str) -> Error {
    let told = format!("the collection has a record {catalog_number} already, and the API does not show it");
    Error::new(ErrorKind::Conflict, told).hint(
        "its recordSecurity is above 0, or its number differs in accents only; look for it in the portal's editor",
    )
}

/// The record with the columns of `wanted` as the portal has them.
fn as_it_is(wanted: &OccurrenceRecord, columns: &Columns) -> OccurrenceRecord {
    let fields = wanted.fields.keys().map(|column| (column.clone(), text(columns, column).unwrap_or_default()));
    OccurrenceRecord {
        occid: number(columns, "occid").map(Occid),
        record_id: text(columns, "recordID").unwrap_or_default(),
        fields: fields.collect(),
    }
}

/// A record that is gone is removed already; one that is there stays.
async fn remove(client: &Client, collid: u32, record: &OccurrenceRecord) -> Result<Result<OccurrenceRecord>> {
    let there = match (record.occid, record.fields.get(NUMBER)) {
        (Some(occid), _) => client.look(&format!("occurrence/{occid}"), &[]).await?.is_some(),
        (None, Some(catalog_number)) => {
            !having(client, collid, MatchField::CatalogNumber, catalog_number).await?.is_empty()
        }
        (None, None) => true,
    };
    Ok(if there {
        Err(Error::new(ErrorKind::Rejected, "records cannot be deleted through the API")
            .hint("delete it in the portal's editor"))
    } else {
        Ok(record.clone())
    })
}
