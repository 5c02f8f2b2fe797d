//! Directory pages as JSON: nginx, `autoindex_format json`.

use std::fmt;
use std::time::UNIX_EPOCH;

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};

use super::facts::Facts;
use super::page::Row;
use crate::web_path::Child;

#[derive(Deserialize)]
struct Entry {
    name: Name,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    mtime: Option<String>,
    #[serde(default)]
    size: Option<u64>,
}

/// A name as it is written: nginx does not care whether it is text.
struct Name(Vec<u8>);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;

        impl Visitor<'_> for Bytes {
            type Value = Name;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Name, E> {
                Ok(Name(bytes.to_vec()))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Name, E> {
                Ok(Name(text.as_bytes().to_vec()))
            }
        }

        deserializer.deserialize_bytes(Bytes)
    }
}

/// The rows of a list; `None` when it is none.
pub(super) fn rows(body: &[u8]) -> Option<Vec<Row>> {
    let entries: Vec<Entry> = serde_json::from_slice(body).ok()?;
    Some(entries.into_iter().filter_map(row).collect())
}

fn row(entry: Entry) -> Option<Row> {
    let Name(name) = entry.name;
    if name.is_empty() || name == b"." || name == b".." || name.contains(&b'/') || name.contains(&0) {
        return None;
    }
    let is_folder = match entry.kind.as_str() {
        "directory" => true,
        "file" => false,
        _ => return None,
    };
    let time = entry.mtime.as_deref().and_then(seconds).map(|seconds| (seconds, 0));
    let facts = Facts { size_bytes: entry.size, time };
    Some(Row { href: String::new(), text: String::new(), facts, name: Some(Child { name, is_folder }) })
}

fn seconds(date: &str) -> Option<i64> {
    let time = httpdate::parse_http_date(date).ok()?;
    i64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()
}

#[cfg(test)]
mod tests {
    use super::rows;

    #[test]
    fn names_need_not_be_text() {
        let page = b"[\r\n{ \"name\":\"not text \xff\xfe.jpg\", \"type\":\"file\", \"mtime\":\"Sun, 06 Nov 1994 08:49:37 GMT\", \"size\":26 },\r\n\
            { \"name\":\"line\\nfeed \\u690d\", \"type\":\"directory\", \"mtime\":\"Sun, 06 Nov 1994 08:49:37 GMT\" },\
            { \"name\":\"../x\", \"type\":\"file\", \"size\":1 }, { \"name\":\"pipe\", \"type\":\"other\" }]";
        let rows = rows(page).unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].name.as_ref().unwrap().name, b"not text \xff\xfe.jpg");
        assert_eq!((rows[0].facts.size_bytes, rows[0].facts.time), (Some(26), Some((784_111_777, 0))));
        let folder = rows[1].name.as_ref().unwrap();
        assert!(folder.is_folder && folder.name == "line\nfeed \u{690d}".as_bytes());
    }

    #[test]
    fn other_json_is_no_list() {
        for other in ["{}", "[1]", "<html>", "", "[{\"name\":1,\"type\":\"file\"}]"] {
            assert!(rows(other.as_bytes()).is_none(), "{other}");
        }
    }
}
