//! Looking numbers up: one request for each number and column, since the API takes no lists. What it finds is compared
//! again here: it compares as the database's collation does, and leaves out records whose `recordSecurity` is above 0.

use std::collections::HashMap;

use futures::StreamExt;
use pinax_core::Result;
use pinax_core::nouns::matching::MatchField;
use pinax_core::nouns::occurrence::{CatalogNumber, Occid, Occurrence};
use serde_json::Value;

use super::client::Client;
use super::json::{Columns, not_understood, number, rows, text};
use crate::portal::numbers::folded;

/// Records of one page: the most the API gives.
const PAGE: usize = 300;
/// A number on more records than this is no number.
const MOST: usize = 3000;

/// One answer for each of `numbers`, in order.
pub(super) async fn find(
    client: &Client,
    collid: u32,
    match_on: &[MatchField],
    numbers: &[CatalogNumber],
) -> Result<Vec<Vec<Occurrence>>> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut distinct = Vec::new();
    let place_of: Vec<usize> = numbers
        .iter()
        .map(|number| {
            *places.entry(folded(number.as_str())).or_insert_with(|| {
                distinct.push(number);
                distinct.len() - 1
            })
        })
        .collect();
    let at_once = client.manners.at_once.max(1);
    let looks: Vec<_> = distinct.into_iter().map(|number| find_one(client, collid, match_on, number)).collect();
    let mut found = Vec::with_capacity(looks.len());
    let mut looks = futures::stream::iter(looks).buffered(at_once);
    while let Some(records) = looks.next().await {
        found.push(records?);
    }
    Ok(place_of.into_iter().map(|place| found[place].clone()).collect())
}

/// The records that have `number` in the first column in which any has it.
async fn find_one(
    client: &Client,
    collid: u32,
    match_on: &[MatchField],
    number: &CatalogNumber,
) -> Result<Vec<Occurrence>> {
    for field in match_on {
        let mut found: Vec<Occurrence> = Vec::new();
        let short = number.without_leading_zeros().filter(|_| field.may_lack_zeros());
        for wanted in [Some(number.as_str()), short].into_iter().flatten() {
            found.extend(having(client, collid, *field, wanted).await?.into_iter().map(|(occurrence, _)| occurrence));
        }
        if !found.is_empty() {
            found.sort_by_key(|occurrence| occurrence.occid);
            found.dedup_by_key(|occurrence| occurrence.occid);
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// The parameter by which the API looks `field` up. It never shows `otherCatalogNumbers`: what stands there is kept as
/// additional identifiers since Symbiota 3.0, and those are looked at.
fn parameter(field: MatchField) -> &'static str {
    match field {
        MatchField::CatalogNumber => "catalogNumber",
        MatchField::OtherCatalogNumbers | MatchField::IdentifierValue => "additionalIdentifier",
        // It looks into both columns.
        MatchField::OccurrenceId | MatchField::RecordId => "occurrenceID",
    }
}

/// The records of the collection whose `field` is `wanted`, each with all its columns.
pub(super) async fn having(
    client: &Client,
    collid: u32,
    field: MatchField,
    wanted: &str,
) -> Result<Vec<(Occurrence, Columns)>> {
    let (collid_text, limit) = (collid.to_string(), PAGE.to_string());
    let mut found = Vec::new();
    for offset in (0..MOST).step_by(PAGE) {
        let offset = offset.to_string();
        let query =
            [("collid", collid_text.as_str()), (parameter(field), wanted), ("limit", &limit), ("offset", &offset)];
        let page = client.look("occurrence", &query).await?.ok_or_else(not_understood)?;
        let page = rows(&page["results"])?;
        for columns in &page {
            if number(columns, "collid") == Some(collid)
                && let Some(occurrence) = occurrence(columns, field, wanted)
            {
                found.push((occurrence, (*columns).clone()));
            }
        }
        if page.len() < PAGE {
            break;
        }
    }
    Ok(found)
}

fn occurrence(columns: &Columns, field: MatchField, wanted: &str) -> Option<Occurrence> {
    let same = |held: &String| folded(held) == folded(wanted);
    let (matched_on, matched) = match field {
        MatchField::OtherCatalogNumbers | MatchField::IdentifierValue => {
            (MatchField::IdentifierValue, identifiers(columns).into_iter().find(same)?)
        }
        field => (field, text(columns, field.as_str()).filter(same)?),
    };
    let collector = [text(columns, "recordedBy"), text(columns, "recordNumber")];
    let collector = collector.into_iter().flatten().collect::<Vec<_>>().join(" ");
    Some(Occurrence {
        matched_on,
        matched,
        tid: number(columns, "tidInterpreted"),
        scientific_name: text(columns, "sciname"),
        recorded_by: Some(collector).filter(|text| !text.is_empty()),
        event_date: text(columns, "eventDate"),
        ..Occurrence::numbered(Occid(number(columns, "occid")?), text(columns, "catalogNumber").unwrap_or_default())
    })
}

fn identifiers(columns: &Columns) -> Vec<String> {
    let list = columns.get("identifier").and_then(Value::as_array);
    let values = list.into_iter().flatten().filter_map(Value::as_object);
    values.filter_map(|identifier| text(identifier, "identifierValue")).collect()
}
