//! Picture rows: inserted, changed, deleted. Any account may do that to any row of any collection, in 3.4.14.

use pinax_core::nouns::media::MediaRecord;
use serde_json::{Map, Value, json};

use super::State;
use super::answers::{Input, refused};
use super::http::Answer;

/// The columns that are written; all others are ignored without a word. The widths are the database's.
const WRITTEN: [(&str, usize); 15] = [
    ("url", 255),
    ("thumbnailUrl", 255),
    ("originalUrl", 255),
    ("archiveUrl", 255),
    ("occid", 10),
    ("tid", 10),
    ("imageType", 50),
    ("format", 45),
    ("owner", 250),
    ("copyright", 255),
    ("rights", 255),
    ("accessRights", 255),
    ("sourceIdentifier", 150),
    ("mediaMD5", 45),
    ("sortOccurrence", 11),
];

/// The columns a row is shown with.
const SHOWN: [&str; 24] = [
    "mediaID",
    "tid",
    "occid",
    "url",
    "thumbnailUrl",
    "originalUrl",
    "archiveUrl",
    "imageType",
    "mediaType",
    "format",
    "caption",
    "creator",
    "owner",
    "copyright",
    "rights",
    "accessRights",
    "sourceIdentifier",
    "hashValue",
    "mediaMD5",
    "pixelXDimension",
    "pixelYDimension",
    "recordID",
    "sortSequence",
    "sortOccurrence",
];

fn empty() -> Map<String, Value> {
    SHOWN.iter().map(|column| ((*column).to_owned(), Value::Null)).collect()
}

/// A row that was written into the database by other means.
pub(super) fn seeded(record: &MediaRecord, last: &mut u64) -> Map<String, Value> {
    *last += 1;
    let mut row = empty();
    let Ok(Value::Object(columns)) = serde_json::to_value(record) else { return row };
    let other = |name: String| match name.as_str() {
        "recordId" => "recordID".to_owned(),
        _ => name,
    };
    row.extend(columns.into_iter().map(|(name, value)| (other(name), value)).filter(|(name, _)| name != "files"));
    row.insert("mediaID".to_owned(), Value::from(*last));
    row.insert("mediaType".to_owned(), Value::from("image"));
    row
}

/// The row in our own words.
pub(super) fn read(row: &Map<String, Value>) -> MediaRecord {
    let mut row: Map<String, Value> =
        row.iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name.clone(), value.clone())).collect();
    if let Some(record_id) = row.remove("recordID") {
        row.insert("recordId".to_owned(), record_id);
    }
    serde_json::from_value(Value::Object(row)).expect("columns of a row")
}

/// Does the database take them? It is strict, and holds no four-byte characters.
fn fits(columns: &Map<String, Value>) -> bool {
    WRITTEN.iter().all(|(name, width)| {
        let text = columns.get(*name).and_then(Value::as_str).unwrap_or_default();
        text.chars().count() <= *width && text.chars().all(|letter| letter.len_utf8() < 4)
    })
}

/// `Some` answer when the validation fails.
fn invalid(state: &State, input: &Input) -> Option<Answer> {
    let told = |field: &str, message: &str| Some(Answer::json(422, &json!({ field: [message] })));
    let columns = input.all();
    if let Some(tid) = columns.get("tid")
        && tid.as_u64().is_none()
    {
        return told("tid", "The tid must be an integer.");
    }
    if let Some(occid) = columns.get("occid")
        && !state.records.iter().any(|record| record.get("occid") == Some(occid))
    {
        return told("occid", "The selected occid is invalid.");
    }
    None
}

fn written(input: &Input) -> Map<String, Value> {
    let known = |name: &String| WRITTEN.iter().any(|(column, _)| column == name);
    input.all().iter().filter(|(name, _)| known(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
}

pub(super) fn insert(state: &mut State, input: &Input) -> Answer {
    if let Some(answer) = refused(input) {
        return answer;
    }
    if input.text("originalUrl").is_none() {
        return Answer::json(422, &json!({ "originalUrl": ["The original url field is required."] }));
    }
    if let Some(answer) = invalid(state, input) {
        return answer;
    }
    if input.text("format").is_none() {
        return Answer::error(401, "format field required; unable to determine mime type dynamically");
    }
    // A column of older versions: the model still writes it, the table lacks it.
    let mut columns = written(input);
    if !fits(&columns) || input.text("photographer").is_some() {
        return Answer::page(500);
    }
    let id = state.next_id();
    columns.insert("mediaID".to_owned(), Value::from(id));
    columns.insert("recordID".to_owned(), Value::from(format!("{id:08x}-1111-4000-8000-0000000000aa")));
    let mut row = empty();
    row.insert("sortOccurrence".to_owned(), Value::from(5));
    row.extend(columns.clone());
    state.rows.push(row);
    // What the database filled in itself is not told.
    Answer::json(201, &Value::Object(columns))
}

/// An id that is no number and no recordID is cut to the digits it begins with.
fn find<'a>(rows: &'a mut [Map<String, Value>], id: &str) -> Option<&'a mut Map<String, Value>> {
    let place = rows.iter().position(|row| row["recordID"] == id).or_else(|| {
        let digits: String = id.chars().take_while(char::is_ascii_digit).collect();
        rows.iter().position(|row| row["mediaID"].to_string() == digits)
    })?;
    rows.get_mut(place)
}

fn not_found() -> Answer {
    Answer::json(400, &json!({ "status": "failure", "error": "Media resource not found" }))
}

pub(super) fn update(state: &mut State, id: &str, input: &Input) -> Answer {
    if let Some(answer) = refused(input) {
        return answer;
    }
    if find(&mut state.rows, id).is_none() {
        return not_found();
    }
    if let Some(answer) = invalid(state, input) {
        return answer;
    }
    let columns = written(input);
    if !fits(&columns) {
        return Answer::page(500);
    }
    let Some(row) = find(&mut state.rows, id) else { return not_found() };
    row.extend(columns);
    Answer::json(200, &Value::Object(row.clone()))
}

pub(super) fn delete(state: &mut State, id: &str, input: &Input) -> Answer {
    if let Some(answer) = refused(input) {
        return answer;
    }
    let Some(media_id) = find(&mut state.rows, id).map(|row| row["mediaID"].clone()) else { return not_found() };
    state.rows.retain(|row| row["mediaID"] != media_id);
    Answer::empty()
}
