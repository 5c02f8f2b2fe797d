//! The columns of a picture's row, by their names on this portal.

use mysql_async::Value;
use pinax_core::nouns::media::{MORE_COLUMNS, MediaRecord};

use super::names::PIXELS;
use super::schema::Schema;

/// A column and what a record writes into it. `occid` and `recordID` tell rows apart and are not among them.
#[derive(Clone, Copy)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) value: fn(&MediaRecord) -> Value,
}

impl Column {
    /// Do both rows hold the same in it?
    pub(super) fn is_same(&self, one: &MediaRecord, other: &MediaRecord) -> bool {
        (self.value)(one) == (self.value)(other)
    }

    /// What a row holds in it, for a message.
    pub(super) fn shown(&self, record: &MediaRecord) -> String {
        match (self.value)(record) {
            Value::NULL => "nothing".to_owned(),
            Value::Bytes(text) => format!("`{}`", String::from_utf8_lossy(&text)),
            value => value.as_sql(true),
        }
    }
}

/// The columns there are on this portal.
pub(super) fn columns(schema: &Schema) -> Vec<Column> {
    let column = |name, value| Column { name, value };
    let mut columns = vec![
        column("url", |record| filled(&record.url)),
        column("thumbnailUrl", |record| text(&record.thumbnail_url)),
        column("originalUrl", |record| filled(&record.original_url)),
        column("format", |record| filled(&record.format)),
        column("tid", |record| number(record.tid)),
        column("owner", |record| text(&record.owner)),
        column(schema.names.creator, |record| text(&record.creator)),
        column("rights", |record| text(&record.rights)),
        column("copyright", |record| text(&record.copyright)),
        column("accessRights", |record| text(&record.access_rights)),
        column("sourceIdentifier", |record| text(&record.source_identifier)),
        column("mediaMD5", |record| text(&record.media_md5)),
        column("sortOccurrence", |record| record.sort_occurrence.into()),
    ];
    if schema.has_pixels {
        columns.push(column(PIXELS[0], |record| number(record.pixel_x_dimension)));
        columns.push(column(PIXELS[1], |record| number(record.pixel_y_dimension)));
    }
    let more = MORE.into_iter().filter(|column| schema.has(schema.names.media, column.name));
    columns.extend(more);
    columns
}

/// Columns that only some rows fill.
const MORE: [Column; MORE_COLUMNS.len()] = [
    Column { name: "archiveUrl", value: |record| more(record, "archiveUrl") },
    Column { name: "sourceUrl", value: |record| more(record, "sourceUrl") },
    Column { name: "referenceUrl", value: |record| more(record, "referenceUrl") },
    Column { name: "caption", value: |record| more(record, "caption") },
    Column { name: "notes", value: |record| more(record, "notes") },
    Column { name: "anatomy", value: |record| more(record, "anatomy") },
];

fn more(record: &MediaRecord, column: &str) -> Value {
    record.more.get(column).map_or(Value::NULL, |text| filled(text))
}

/// Text, or NULL when it is empty, as Symbiota writes it.
fn filled(text: &str) -> Value {
    if text.is_empty() { Value::NULL } else { text.into() }
}

fn text(text: &Option<String>) -> Value {
    text.as_deref().map_or(Value::NULL, Value::from)
}

fn number(number: Option<u32>) -> Value {
    number.map_or(Value::NULL, Value::from)
}
