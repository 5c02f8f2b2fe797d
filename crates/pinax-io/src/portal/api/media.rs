//! A record and its picture rows, as the API shows them.

use futures::StreamExt;
use pinax_core::nouns::media::{MORE_COLUMNS, MediaRecord, MediaRow};
use pinax_core::nouns::occurrence::Occid;
use pinax_core::steps::link::SORT_FIRST;
use pinax_core::{Error, Result};
use serde_json::Value;

use super::client::Client;
use super::json::{Columns, not_understood, number, rows, text};

/// A record as it was seen.
pub(super) struct Seen {
    /// The collection it belongs to.
    pub(super) collid: u32,
    /// Its pictures. Sound is left out.
    pub(super) rows: Vec<MediaRow>,
}

/// Every picture row of `occids`: one request for each record.
pub(super) async fn media_of(client: &Client, occids: &[Occid]) -> Result<Vec<MediaRow>> {
    let looks: Vec<_> = occids.iter().map(|occid| see(client, *occid)).collect();
    let mut looks = futures::stream::iter(looks).buffered(client.manners.at_once.max(1));
    let mut found = Vec::new();
    while let Some(seen) = looks.next().await {
        found.extend(seen?.into_iter().flat_map(|seen| seen.rows));
    }
    Ok(found)
}

/// Looks at a record; `None` when it is gone. `occurrence/{occid}/media` would be the call for its pictures, but fails
/// always in Symbiota 3.4.14; it is asked only where the record does not tell them. Records that `recordSecurity` hides
/// from searches are shown.
pub(super) async fn see(client: &Client, occid: Occid) -> Result<Option<Seen>> {
    let path = format!("occurrence/{occid}");
    let Some(answer) = client.look(&path, &[("includeMedia", "1")]).await? else { return Ok(None) };
    let records = rows(&answer)?;
    let record = records.first().ok_or_else(not_understood)?;
    if number(record, "occid") != Some(occid.0) {
        return Err(not_understood());
    }
    let media = match record.get("media") {
        Some(media) => media.clone(),
        None => client.look(&format!("{path}/media"), &[]).await?.unwrap_or(Value::Array(Vec::new())),
    };
    let mut shown = Vec::new();
    for columns in rows(&media)? {
        if matches!(text(columns, "mediaType").as_deref(), None | Some("image")) {
            shown.push(media_row(columns).ok_or_else(of_another_version)?);
        }
    }
    Ok(Some(Seen { collid: number(record, "collid").ok_or_else(not_understood)?, rows: shown }))
}

fn of_another_version() -> Error {
    not_understood().context("a picture row has no mediaID or occid")
}

/// A row of the API; columns that are not there are empty.
pub(super) fn media_row(columns: &Columns) -> Option<MediaRow> {
    let of = |name| text(columns, name);
    Some(MediaRow {
        media_id: Some(number(columns, "mediaID")?),
        record: MediaRecord {
            occid: number(columns, "occid")?,
            record_id: of("recordID").unwrap_or_default(),
            url: of("url").unwrap_or_default(),
            thumbnail_url: of("thumbnailUrl"),
            original_url: of("originalUrl").unwrap_or_default(),
            format: of("format").unwrap_or_default(),
            tid: number(columns, "tid"),
            owner: of("owner"),
            creator: of("creator"),
            rights: of("rights"),
            copyright: of("copyright"),
            access_rights: of("accessRights"),
            source_identifier: of("sourceIdentifier"),
            media_md5: of("mediaMD5"),
            pixel_x_dimension: number(columns, "pixelXDimension"),
            pixel_y_dimension: number(columns, "pixelYDimension"),
            sort_occurrence: number(columns, "sortOccurrence").unwrap_or(SORT_FIRST),
            files: Vec::new(),
            more: MORE_COLUMNS
                .into_iter()
                .filter_map(|(column, _)| Some((column.to_owned(), of(column).filter(|text| !text.is_empty())?)))
                .collect(),
        },
    })
}
