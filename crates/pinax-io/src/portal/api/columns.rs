//! The columns of a picture row that the API writes, and those it silently ignores (`Media::$fillable` in Symbiota
//! 3.4.14).

use pinax_core::nouns::media::{MORE_COLUMNS, MediaRecord, MediaRow};
use pinax_core::{Error, ErrorKind, Result};
use serde_json::{Map, Value};

/// One value of a row.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// Its name in the API and in table `media`.
    pub(super) name: &'static str,
    /// Its text; `None` when it is empty.
    pub(super) text: Option<String>,
    /// Characters it holds.
    width: usize,
    is_number: bool,
}

impl Column {
    fn text(name: &'static str, text: Option<&str>, width: usize) -> Self {
        let text = text.filter(|text| !text.is_empty()).map(str::to_owned);
        Self { name, text, width, is_number: false }
    }

    fn number(name: &'static str, number: Option<u32>) -> Self {
        Self { name, text: number.map(|number| number.to_string()), width: 10, is_number: true }
    }

    fn json(&self) -> Value {
        match &self.text {
            None => Value::Null,
            Some(text) if self.is_number => text.parse::<u32>().map_or(Value::Null, Value::from),
            Some(text) => Value::from(text.as_str()),
        }
    }
}

/// What is written. `url` goes by its own name: the documented `mediumUrl` is but another word for it, and cannot empty
/// it.
pub(super) fn written(record: &MediaRecord) -> Vec<Column> {
    let more = MORE_COLUMNS
        .into_iter()
        .map(|(name, width)| Column::text(name, record.more.get(name).map(String::as_str), width));
    let mut columns = vec![
        Column::text("url", Some(&record.url), 255),
        Column::text("thumbnailUrl", record.thumbnail_url.as_deref(), 255),
        Column::text("originalUrl", Some(&record.original_url), 255),
        Column::text("format", Some(&record.format), 45),
        Column::number("tid", record.tid),
        Column::text("owner", record.owner.as_deref(), 250),
        Column::text("rights", record.rights.as_deref(), 255),
        Column::text("copyright", record.copyright.as_deref(), 255),
        Column::text("accessRights", record.access_rights.as_deref(), 255),
        Column::text("sourceIdentifier", record.source_identifier.as_deref(), 150),
        Column::text("mediaMD5", record.media_md5.as_deref(), 45),
        Column::number("sortOccurrence", Some(record.sort_occurrence)),
    ];
    columns.extend(more);
    columns
}

/// What cannot be written, and is compared only where the portal has it from elsewhere.
pub(super) fn ignored(record: &MediaRecord) -> [Column; 3] {
    [
        Column::text("creator", record.creator.as_deref(), 100),
        Column::number("pixelXDimension", record.pixel_x_dimension),
        Column::number("pixelYDimension", record.pixel_y_dimension),
    ]
}

/// A new row. The portal makes its `recordID`; ours is kept as `sourceIdentifier`, by which the row is known again.
pub(super) fn new_row(record: &MediaRecord) -> Result<Map<String, Value>> {
    let known = MediaRecord { source_identifier: Some(record.record_id.clone()), ..record.clone() };
    let columns = written(&known);
    fit(&columns)?;
    let needed = |column: &&Column| matches!(column.name, "originalUrl" | "format") && column.text.is_none();
    if let Some(column) = columns.iter().find(needed) {
        return Err(Error::new(ErrorKind::Rejected, format!("a row without {} cannot be made", column.name)));
    }
    let filled = columns.iter().filter(|column| column.text.is_some());
    let mut body: Map<String, Value> = filled.map(|column| (column.name.to_owned(), column.json())).collect();
    body.insert("occid".to_owned(), Value::from(record.occid));
    body.insert("imageType".to_owned(), Value::from("specimen"));
    Ok(body)
}

/// The columns in which `after` differs from `before`.
pub(super) fn differing(before: &MediaRecord, after: &MediaRecord) -> Vec<(Column, Column)> {
    written(before).into_iter().zip(written(after)).filter(|(from, to)| from != to).collect()
}

/// The change of a row: the columns of `differing` as they shall be.
pub(super) fn change(columns: &[(Column, Column)]) -> Result<Map<String, Value>> {
    columns.iter().try_for_each(|(_, to)| fit(std::slice::from_ref(to)))?;
    if columns.iter().any(|(_, to)| to.name == "tid" && to.text.is_none()) {
        return Err(Error::new(ErrorKind::Rejected, "tid of a row cannot be emptied through the API"));
    }
    Ok(columns.iter().map(|(_, to)| (to.name.to_owned(), to.json())).collect())
}

/// The first column of `row` that is not as `before` says. The taxon, which the portal itself fills, is not regarded;
/// nor is a column that could not be written.
pub(super) fn edited(row: &MediaRow, before: &MediaRecord) -> Option<&'static str> {
    // A row that went in without a sourceIdentifier carries our own recordID there.
    let known = row.record.source_identifier.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(&before.record_id));
    let of_written = written(&row.record).into_iter().zip(written(before)).find(|(there, before)| {
        let is_ours = known && there.name == "sourceIdentifier" && before.text.is_none();
        there.name != "tid" && there != before && !is_ours
    });
    let of_ignored = ignored(&row.record)
        .into_iter()
        .zip(ignored(before))
        .find(|(there, before)| there.text.is_some() && there != before);
    of_written.or(of_ignored).map(|(there, _)| there.name)
}

/// A value the database would refuse is refused here, by its name: the portal would only say that it is broken.
fn fit(columns: &[Column]) -> Result<()> {
    let long = |column: &&Column| column.text.as_ref().is_some_and(|text| text.chars().count() > column.width);
    match columns.iter().find(long) {
        None => Ok(()),
        Some(column) => Err(Error::new(
            ErrorKind::Rejected,
            format!("{} is longer than the {} characters the portal holds", column.name, column.width),
        )),
    }
}
