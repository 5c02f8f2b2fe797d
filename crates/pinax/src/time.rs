//! Times for people: ISO 8601 in UTC, and how long something took.

use jiff::Timestamp;

/// `2026-11-22 14:03:11Z`
pub(crate) fn utc(ms: i64) -> String {
    match Timestamp::from_millisecond(ms) {
        Ok(time) => time.strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
        Err(_) => "unknown time".to_owned(),
    }
}
