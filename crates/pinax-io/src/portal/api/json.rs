//! Columns in the API's answers: texts, and numbers that are now and then written as texts.

use pinax_core::{Error, ErrorKind, Result};
use serde_json::{Map, Value};

/// A row of an answer.
pub(super) type Columns = Map<String, Value>;

/// The text of a column; `None` when it is empty or not there.
pub(super) fn text(columns: &Columns, name: &str) -> Option<String> {
    match columns.get(name)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The number in a column.
pub(super) fn number<N: TryFrom<u64>>(columns: &Columns, name: &str) -> Option<N> {
    let number = match columns.get(name)? {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    N::try_from(number?).ok()
}

/// A list of rows.
pub(super) fn rows(json: &Value) -> Result<Vec<&Columns>> {
    json.as_array().and_then(|rows| rows.iter().map(Value::as_object).collect()).ok_or_else(not_understood)
}

/// An answer that is not what Symbiota 3.4 gives.
pub(super) fn not_understood() -> Error {
    Error::new(ErrorKind::UnknownVersion, "the portal's API answered something this program does not know")
        .hint("this door is made for Symbiota 3.4")
}
