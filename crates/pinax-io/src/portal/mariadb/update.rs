//! Changing a row that is there: only the columns that differ, and only when each of them still holds what it held. `recordID`,
//! tags and text read from the picture hang on the row, so it is never deleted and written anew.

use std::collections::{BTreeMap, HashMap};

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Value};
use pinax_core::nouns::media::{MORE_COLUMNS, MediaRecord, MediaRow, Variant};
use pinax_core::{Error, ErrorKind, Result};

use super::columns::{Column, columns};
use super::fault::Fault;
use super::schema::Schema;
use super::write::{Key, key, write_files};

/// Makes the row of `before` look like `after`. `present` holds the rows as they are, locked; it is kept up to date.
pub(super) async fn update(
    conn: &mut Conn,
    schema: &Schema,
    present: &mut HashMap<Key, MediaRow>,
    before: &MediaRecord,
    after: &MediaRecord,
) -> Result<Result<MediaRow>, Fault> {
    let known = !before.record_id.is_empty() && key(before) == key(after);
    let Some((row, media_id)) =
        present.get_mut(&key(before)).filter(|_| known).and_then(|row| row.media_id.map(|id| (row, id)))
    else {
        let told = format!("the row {} of occid {} is not there any more", before.record_id, before.occid);
        return Ok(Err(Error::new(ErrorKind::Conflict, told).hint("somebody removed it in the portal; run again")));
    };
    let changed: Vec<Column> = columns(schema).into_iter().filter(|column| !column.is_same(before, after)).collect();
    let edited =
        changed.iter().find(|column| !column.is_same(&row.record, before) && !column.is_same(&row.record, after));
    if let Some(column) = edited {
        return Ok(Err(changed_by_others(column, &row.record, before)));
    }
    if !changed.is_empty() {
        let names: Vec<String> = changed.iter().map(|column| format!("{} = ?", column.name)).collect();
        let mut bound: Vec<Value> = changed.iter().map(|column| (column.value)(after)).collect();
        bound.push(media_id.into());
        let (media, key) = (schema.names.media, schema.names.media_id);
        conn.exec_drop(format!("UPDATE {media} SET {} WHERE {key} = ?", names.join(", ")), bound).await?;
    }
    if schema.has_metadata && before.files != after.files {
        let gone = |variant: &Variant| !after.files.iter().any(|file| file.variant == *variant);
        for variant in row.record.files.iter().map(|file| file.variant).filter(gone) {
            let bound: [Value; 2] = [media_id.into(), variant.column().into()];
            conn.exec_drop("DELETE FROM mediametadata WHERE mediaID = ? AND field = ?", bound.to_vec()).await?;
        }
        write_files(conn, schema, std::iter::once((media_id, after.files.as_slice()))).await?;
    }
    row.record = merged(&row.record, before, after);
    Ok(Ok(row.clone()))
}

/// Somebody changed the column since we looked.
pub(super) fn changed_by_others(column: &Column, there: &MediaRecord, before: &MediaRecord) -> Error {
    let told = format!(
        "the row {} of occid {} was changed meanwhile: {} is {}, not {}",
        before.record_id,
        before.occid,
        column.name,
        column.shown(there),
        column.shown(before)
    );
    Error::new(ErrorKind::Conflict, told).hint("somebody's edit is kept; look at the record in the portal")
}

fn merged_more(row: &MediaRecord, before: &MediaRecord, after: &MediaRecord) -> BTreeMap<String, String> {
    let mut more = row.more.clone();
    for (column, _) in MORE_COLUMNS {
        let [was, shall] = [before, after].map(|record| record.more.get(column));
        match shall {
            _ if was == shall => {}
            Some(text) => drop(more.insert(column.to_owned(), text.clone())),
            None => drop(more.remove(column)),
        }
    }
    more
}

/// The row on the portal after the columns that differ were written.
fn merged(row: &MediaRecord, before: &MediaRecord, after: &MediaRecord) -> MediaRecord {
    fn pick<T: PartialEq + Clone>(row: &T, before: &T, after: &T) -> T {
        if before == after { row.clone() } else { after.clone() }
    }
    MediaRecord {
        occid: row.occid,
        record_id: row.record_id.clone(),
        url: pick(&row.url, &before.url, &after.url),
        thumbnail_url: pick(&row.thumbnail_url, &before.thumbnail_url, &after.thumbnail_url),
        original_url: pick(&row.original_url, &before.original_url, &after.original_url),
        format: pick(&row.format, &before.format, &after.format),
        tid: pick(&row.tid, &before.tid, &after.tid),
        owner: pick(&row.owner, &before.owner, &after.owner),
        creator: pick(&row.creator, &before.creator, &after.creator),
        rights: pick(&row.rights, &before.rights, &after.rights),
        copyright: pick(&row.copyright, &before.copyright, &after.copyright),
        media_md5: pick(&row.media_md5, &before.media_md5, &after.media_md5),
        pixel_x_dimension: pick(&row.pixel_x_dimension, &before.pixel_x_dimension, &after.pixel_x_dimension),
        pixel_y_dimension: pick(&row.pixel_y_dimension, &before.pixel_y_dimension, &after.pixel_y_dimension),
        sort_occurrence: pick(&row.sort_occurrence, &before.sort_occurrence, &after.sort_occurrence),
        access_rights: pick(&row.access_rights, &before.access_rights, &after.access_rights),
        source_identifier: pick(&row.source_identifier, &before.source_identifier, &after.source_identifier),
        files: pick(&row.files, &before.files, &after.files),
        more: merged_more(row, before, after),
    }
}
