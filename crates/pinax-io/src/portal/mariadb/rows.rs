//! Reading result rows: every column may be NULL, and nothing in a portal makes this program stop.

use mysql_async::{Row, Value};

/// Text, or nothing for NULL.
pub(super) fn text(row: &mut Row, column: usize) -> Option<String> {
    match row.take::<Value, _>(column)? {
        Value::Bytes(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
        Value::Int(number) => Some(number.to_string()),
        Value::UInt(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A whole number, or nothing for NULL and for what does not fit.
pub(super) fn number<N: TryFrom<i64> + TryFrom<u64> + std::str::FromStr>(row: &mut Row, column: usize) -> Option<N> {
    match row.take::<Value, _>(column)? {
        Value::Int(number) => N::try_from(number).ok(),
        Value::UInt(number) => N::try_from(number).ok(),
        Value::Bytes(bytes) => std::str::from_utf8(&bytes).ok()?.parse().ok(),
        _ => None,
    }
}

/// `?, ?, …` for a list of `values`, and the values to bind. The last one is repeated up to a power of two, so that
/// lists of about the same length share one prepared statement.
pub(super) fn list<T: Copy + Into<Value>>(values: &[T]) -> (String, Vec<Value>) {
    let length = values.len().next_power_of_two();
    let mut bound: Vec<Value> = values.iter().map(|value| (*value).into()).collect();
    if let Some(last) = bound.last().cloned() {
        bound.resize(length, last);
    }
    (vec!["?"; bound.len()].join(", "), bound)
}

#[cfg(test)]
mod tests {
    use super::list;

    #[test]
    fn lists_are_filled_up_to_a_power_of_two() {
        let (marks, values) = list(&[7_u64, 8, 9]);
        assert_eq!((marks.as_str(), values.len()), ("?, ?, ?, ?", 4));
        assert_eq!(values[3], 9_u64.into());
        assert!(list::<u64>(&[]).1.is_empty());
    }
}
