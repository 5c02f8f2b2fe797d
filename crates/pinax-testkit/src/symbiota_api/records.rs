//! Records: looked up, shown, made.

use serde_json::{Map, Value, json};

use super::answers::{Input, page, refused, too_many};
use super::http::Answer;
use super::{State, SymbiotaApi};

pub(super) fn record(collid: u32, occid: u64, catalog_number: &str) -> Map<String, Value> {
    let record = json!({
        "occid": occid, "collid": collid, "dbpk": null, "occurrenceID": null, "catalogNumber": catalog_number,
        "sciname": null, "tidInterpreted": null, "recordedBy": null, "recordNumber": null, "eventDate": null,
        "recordSecurity": 0, "processingStatus": null,
        "recordID": format!("{occid:08x}-0000-4000-8000-0000000000cc"), "identifier": [],
    });
    record.as_object().cloned().unwrap_or_default()
}

/// As the collation utf8_general_ci has it: without regard to case, accents and spaces at the end.
fn same(one: &str, other: &str) -> bool {
    if one.is_ascii() && other.is_ascii() {
        return one.trim_end_matches(' ').eq_ignore_ascii_case(other.trim_end_matches(' '));
    }
    let folded = |text: &str| -> String {
        let plain = |letter| match letter {
            'é' | 'è' | 'ë' => 'e',
            'ß' => 's',
            other => other,
        };
        text.trim_end_matches(' ').chars().flat_map(char::to_lowercase).map(plain).collect()
    };
    folded(one) == folded(other)
}

fn holds(record: &Map<String, Value>, column: &str, wanted: &str) -> bool {
    record.get(column).and_then(Value::as_str).is_some_and(|text| same(text, wanted))
}

fn has_identifier(record: &Map<String, Value>, wanted: &str) -> bool {
    let list = record["identifier"].as_array().into_iter().flatten();
    list.filter_map(|one| one["identifierValue"].as_str()).any(|text| same(text, wanted))
}

/// Columns the API keeps to itself.
fn shown(record: &Map<String, Value>) -> Value {
    let mut record = record.clone();
    record.remove("otherCatalogNumbers");
    Value::Object(record)
}

pub(super) fn list(state: &State, input: &Input) -> Answer {
    if let Some(answer) = too_many(input, 300) {
        return answer;
    }
    let collid = input.number("collid");
    let [number, either_id, identifier] =
        ["catalogNumber", "occurrenceID", "additionalIdentifier"].map(|name| input.text(name));
    let fits = |record: &&Map<String, Value>| {
        number.as_ref().is_none_or(|text| holds(record, "catalogNumber", text))
            && either_id
                .as_ref()
                .is_none_or(|text| holds(record, "occurrenceID", text) || holds(record, "recordID", text))
            && identifier.as_ref().is_none_or(|text| has_identifier(record, text))
            && collid.is_none_or(|collid| record["collid"].as_u64() == Some(collid))
            && record["recordSecurity"] == 0
    };
    let found: Vec<Value> = state.records.iter().filter(fits).map(shown).collect();
    page(input, 100, &found)
}

fn rows_of(state: &State, occid: &Value) -> Vec<Value> {
    let of = |row: &&Map<String, Value>| row.get("occid") == Some(occid);
    state.rows.iter().filter(of).cloned().map(Value::Object).collect()
}

/// An array of one record, also when `recordSecurity` hides it from lists.
pub(super) fn one(state: &State, id: &str, input: &Input) -> Answer {
    let Some(record) = state.records.iter().find(|record| record["occid"].to_string() == id) else {
        return Answer::error(404, "Occurrence not found");
    };
    let mut answer = shown(record);
    if input.number("includeMedia").is_some_and(|on| on > 0) && !state.media_call_works {
        answer["media"] = Value::Array(rows_of(state, &record["occid"]));
    }
    Answer::json(200, &json!([answer]))
}

/// Broken in 3.4.14, whatever is asked.
pub(super) fn media(state: &State, id: &str) -> Answer {
    if !state.media_call_works {
        return Answer::page(500);
    }
    let rows = id.parse::<u64>().map(|occid| rows_of(state, &Value::from(occid))).unwrap_or_default();
    if rows.is_empty() {
        return Answer::error(404, "Occurrence found, but no media found");
    }
    Answer::json(200, &Value::Array(rows))
}

/// Makes a record where none of the collection, hidden or not, has the number; otherwise fills empty columns.
pub(super) fn skeletal(state: &mut State, input: &Input) -> Answer {
    let Some(collid) = input.number("collid") else {
        return Answer::json(422, &json!({ "collid": ["The collid field is required."] }));
    };
    if let Some(answer) = refused(input) {
        return answer;
    }
    match input.text("apiToken").as_deref() {
        Some(SymbiotaApi::NOBODY) => return Answer::page(500),
        Some(SymbiotaApi::TOKEN) => {}
        _ => return Answer::error(401, "Unauthorized"),
    }
    let allowed = ["catalogNumber", "sciname", "recordedBy", "processingStatus", "country"];
    let fields: Map<String, Value> = input
        .all()
        .iter()
        .filter(|(name, value)| allowed.contains(&name.as_str()) && value.as_str().is_some_and(|text| !text.is_empty()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    if fields.is_empty() {
        return Answer::error(400, "Bad request: input data empty or does not contains allowed fields");
    }
    if fields.values().any(|value| value.as_str().is_some_and(|text| text.chars().count() > 32)) {
        return Answer::page(500);
    }
    let identifier = input.text("identifier").unwrap_or_default();
    let target = state.records.iter_mut().find(|record| {
        !identifier.is_empty()
            && record["collid"].as_u64() == Some(collid)
            && holds(record, "catalogNumber", &identifier)
    });
    if let Some(record) = target {
        let empty: Vec<_> =
            fields.into_iter().filter(|(name, _)| record.get(name).is_none_or(Value::is_null)).collect();
        let answer =
            json!({ "number of fields affected": empty.len(), "fields affected": Map::from_iter(empty.clone()) });
        record.extend(empty);
        return Answer::json(200, &answer);
    }
    if !fields.contains_key("catalogNumber") {
        return Answer::error(400, "Bad request: catalogNumber or otherCatalogNumbers required");
    }
    let occid = state.next_id();
    let mut made = record(u32::try_from(collid).unwrap_or_default(), occid, "");
    made.insert("processingStatus".to_owned(), Value::from("unprocessed"));
    made.extend(fields.clone());
    let mut answer = Value::Object(fields);
    for column in ["occid", "collid", "recordID", "processingStatus"] {
        answer[column] = made[column].clone();
    }
    state.records.push(made);
    Answer::json(201, &answer)
}
