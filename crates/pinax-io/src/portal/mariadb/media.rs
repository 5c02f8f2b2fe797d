//! Reading the picture rows of records.

use std::collections::HashMap;

use async_trait::async_trait;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Row};
use pinax_core::nouns::media::{MORE_COLUMNS, MediaFile, MediaRecord, MediaRow, Variant};
use pinax_core::nouns::occurrence::Occid;
use pinax_core::steps::link::SORT_FIRST;

use super::fault::Fault;
use super::link::{Session, Work};
use super::names::Names;
use super::rows::{list, number, text};
use super::schema::Schema;

/// Rows whose sizes are read in one query.
const ROWS_AT_ONCE: usize = 2000;

/// The place of the first of the columns that only some rows fill.
const FIRST_OF_MORE: usize = 18;

/// Reads every picture row of `occids`.
pub(super) struct MediaOf<'a> {
    pub(super) occids: &'a [Occid],
}

#[async_trait]
impl Work for MediaOf<'_> {
    type Answer = Vec<MediaRow>;

    async fn on(&self, session: &mut Session) -> Result<Vec<MediaRow>, Fault> {
        read(&mut session.conn, &session.schema, self.occids, false).await
    }
}

/// Reads the rows. With `lock` they stay as they are until the transaction ends.
pub(super) async fn read(
    conn: &mut Conn,
    schema: &Schema,
    occids: &[Occid],
    lock: bool,
) -> Result<Vec<MediaRow>, Fault> {
    let occids: Vec<u64> = occids.iter().map(|occid| occid.0).collect();
    read_by(conn, schema, "occid", &occids, lock).await
}

/// What makes a row of media a picture, where the table holds other things too; else nothing.
pub(super) fn pictures_only(schema: &Schema) -> &'static str {
    if schema.has_media_type { "AND (mediaType IS NULL OR mediaType = '' OR mediaType = 'image')" } else { "" }
}

/// Reads the rows whose `column`, a key, holds one of `keys`.
pub(super) async fn read_by(
    conn: &mut Conn,
    schema: &Schema,
    column: &str,
    keys: &[u64],
    lock: bool,
) -> Result<Vec<MediaRow>, Fault> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let (marks, bound) = list(keys);
    let Names { media, media_id, creator } = schema.names;
    let pixels = if schema.has_pixels { "pixelXDimension, pixelYDimension" } else { "NULL, NULL" };
    let pictures = pictures_only(schema);
    let present: Vec<&str> =
        MORE_COLUMNS.iter().map(|(column, _)| *column).filter(|column| schema.has(media, column)).collect();
    let more: String = present.iter().map(|column| format!(", {column}")).collect();
    let query = format!(
        "SELECT {media_id}, occid, recordID, url, thumbnailUrl, originalUrl, format, tid, owner, {creator}, rights,
                copyright, mediaMD5, {pixels}, sortOccurrence, accessRights, sourceIdentifier{more}
         FROM {media}
         WHERE {column} IN ({marks}) {pictures}
         ORDER BY occid, sortOccurrence, sortSequence, {media_id}{}",
        if lock { " FOR UPDATE" } else { "" }
    );
    let mut rows: Vec<MediaRow> =
        conn.exec::<Row, _, _>(query, bound).await?.into_iter().map(|row| media_row(row, &present)).collect();
    if !schema.has_metadata {
        return Ok(rows);
    }
    let ids: Vec<u64> = rows.iter().filter_map(|row| row.media_id).collect();
    let mut files = HashMap::new();
    for ids in ids.chunks(ROWS_AT_ONCE) {
        files.extend(read_files(conn, ids).await?);
    }
    for row in &mut rows {
        row.record.files = row.media_id.and_then(|id| files.remove(&id)).unwrap_or_default();
    }
    Ok(rows)
}

fn media_row(mut row: Row, more: &[&str]) -> MediaRow {
    let row = &mut row;
    let told = more.iter().zip(FIRST_OF_MORE..).filter_map(|(column, at)| {
        text(row, at).filter(|text| !text.is_empty()).map(|text| ((*column).to_owned(), text))
    });
    let more = told.collect();
    MediaRow {
        media_id: number(row, 0),
        record: MediaRecord {
            occid: number(row, 1).unwrap_or_default(),
            record_id: text(row, 2).unwrap_or_default(),
            url: text(row, 3).unwrap_or_default(),
            thumbnail_url: text(row, 4),
            original_url: text(row, 5).unwrap_or_default(),
            format: text(row, 6).unwrap_or_default(),
            tid: number(row, 7),
            owner: text(row, 8),
            creator: text(row, 9),
            rights: text(row, 10),
            copyright: text(row, 11),
            media_md5: text(row, 12),
            pixel_x_dimension: number(row, 13),
            pixel_y_dimension: number(row, 14),
            sort_occurrence: number(row, 15).unwrap_or(SORT_FIRST),
            access_rights: text(row, 16),
            source_identifier: text(row, 17),
            files: Vec::new(),
            more,
        },
    }
}

/// Length and MD5 of each size, largest first.
async fn read_files(conn: &mut Conn, ids: &[u64]) -> Result<HashMap<u64, Vec<MediaFile>>, Fault> {
    let (marks, bound) = list(ids);
    let query = format!("SELECT mediaID, field, bytes, md5sum FROM mediametadata WHERE mediaID IN ({marks})");
    let mut files: HashMap<u64, Vec<MediaFile>> = HashMap::new();
    for mut row in conn.exec::<Row, _, _>(query, bound).await? {
        let variant = text(&mut row, 1).and_then(|field| Variant::from_column(&field));
        if let (Some(id), Some(variant)) = (number(&mut row, 0), variant) {
            let bytes = number(&mut row, 2).unwrap_or_default();
            let md5 = text(&mut row, 3).unwrap_or_default();
            files.entry(id).or_default().push(MediaFile { variant, bytes, md5 });
        }
    }
    files.values_mut().for_each(|files| files.sort_by_key(|file| file.variant));
    Ok(files)
}
