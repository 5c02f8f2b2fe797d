//! What a person downloads from a Symbiota portal: occurrences and pictures as tables, in the form "Symbiota native".

use pinax_core::nouns::media::MediaRecord;

use crate::portal_contract::{COLLECTIONS, SeedRecord};

/// The columns of [`occurrences`]: those of a real download that matter, in their order.
pub const OCCURRENCE_COLUMNS: [&str; 12] = [
    "id",
    "institutionCode",
    "collectionCode",
    "occurrenceID",
    "catalogNumber",
    "scientificName",
    "recordedBy",
    "recordNumber",
    "eventDate",
    "collID",
    "recordID",
    "references",
];

const MEDIA_COLUMNS: [&str; 9] = [
    "coreid",
    "identifier",
    "accessURI",
    "thumbnailAccessURI",
    "goodQualityAccessURI",
    "format",
    "type",
    "rights",
    "providerManagedID",
];

/// The table of occurrences; collections as in [`COLLECTIONS`].
#[must_use]
pub fn occurrences(records: &[SeedRecord]) -> String {
    let mut text = line(&OCCURRENCE_COLUMNS);
    for SeedRecord { collid, occid, catalog_number } in records {
        let (_, institution, collection, _) =
            COLLECTIONS.iter().find(|(of, ..)| of == collid).expect("one of the collections of the contract");
        text += &line(&[
            &occid.to_string(),
            institution,
            collection.unwrap_or_default(),
            &format!("urn:occurrence:{occid}"),
            catalog_number,
            "Helianthus annuus",
            "Gray, A. \"Asa\"",
            "17",
            "1899-07-14",
            &collid.to_string(),
            &format!("00000000-0000-4000-8000-{occid:012}"),
            &format!("https://portal.example.org/collections/individual/index.php?occid={occid}"),
        ]);
    }
    text
}

/// The table of pictures, `multimedia.csv`.
#[must_use]
pub fn multimedia(rows: &[MediaRecord]) -> String {
    let mut text = line(&MEDIA_COLUMNS);
    for row in rows {
        text += &line(&[
            &row.occid.to_string(),
            &row.original_url,
            &row.original_url,
            row.thumbnail_url.as_deref().unwrap_or_default(),
            &row.url,
            &row.format,
            "StillImage",
            row.rights.as_deref().unwrap_or_default(),
            &format!("urn:uuid:{}", row.record_id),
        ]);
    }
    text
}

/// One line, as PHP writes it: quoted where there is need.
fn line(cells: &[&str]) -> String {
    let quoted = |cell: &&str| {
        if cell.contains([',', '"', ' ', '\t']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            (*cell).to_owned()
        }
    };
    cells.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n"
}
