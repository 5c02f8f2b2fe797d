//! Publishing one picture: a name is found that shows nothing else, the sizes are written, and read back.

use serde_json::json;

use super::RunContext;
use crate::nouns::batch::{Batch, BatchItem, Stage};
use crate::nouns::change::{ChangeTarget, NewChange};
use crate::nouns::checksum::Sha256Sum;
use crate::nouns::error::{Error, ErrorKind, Result};
use crate::nouns::media::{Derivative, MediaRow, ObjectKey, Variant};
use crate::nouns::reason::{Reason, ReasonCode};
use crate::nouns::uri::AccessUri;
use crate::ports::store::Put;
use crate::steps::derive::{Made, MadeFile};
use crate::steps::publish::{BaseName, KeyParts, base_names};

/// What came of publishing.
pub(crate) enum Published {
    /// All sizes lie on the store and were read back equal; the ledger knows.
    Proved(Box<BatchItem>, Vec<Derivative>),
    /// They do not, and why.
    Refused(Box<BatchItem>, Reason),
}

pub(crate) async fn publish(
    context: RunContext<'_>,
    batch: &Batch,
    mut item: BatchItem,
    made: &Made,
    taken: &[MediaRow],
) -> Result<Published> {
    let started_ms = batch.started_ms;
    let Some(identity) = item.identity.clone() else {
        let reason = Reason::new(ReasonCode::Internal, "an item without catalog number was made");
        return Ok(Published::Refused(Box::new(item), reason));
    };
    let file_name = item.image.locator.file_name_text().map(str::to_owned)?;
    let parts =
        KeyParts { catalog_number: &identity.catalog_number, file_name: &file_name, batch_started_ms: started_ms };
    let extension = extension(made, &item);
    let extension = extension.as_str();
    let store = context.store.describe();
    for base in base_names(&context.profile.keys, parts, made.sha256) {
        let wanted: Vec<(ObjectKey, &MadeFile)> = made
            .files
            .iter()
            .filter(|file| !file.same_as_original && file.lies_at.is_none())
            .filter_map(|file| Some((base.key_of(file.variant, extension)?, file)))
            .collect();
        let derivatives = match describe(context, &base, made, extension) {
            Ok(derivatives) => derivatives,
            Err(error) if error.kind() == ErrorKind::Rejected => {
                let reason = Reason::from_error(ReasonCode::UriRefused, &error);
                return Ok(Published::Refused(Box::new(item), reason));
            }
            Err(error) => return Err(error),
        };
        let ours = |derivative: &&Derivative| derivative.key.is_some();
        if derivatives.iter().filter(ours).any(|derivative| is_shown_at(taken, &derivative.uri)) {
            continue;
        }
        let Some(missing) = missing(context, &wanted).await? else {
            continue;
        };
        let claims: Vec<(ObjectKey, Sha256Sum)> = wanted.iter().map(|(key, file)| (key.clone(), file.sha256)).collect();
        if !context.ledger.claim(&store, &claims)? {
            continue;
        }
        let changes: Vec<NewChange> =
            missing.iter().map(|(key, file)| put_change(batch, &item, &store, key, file)).collect();
        let ids = context.ledger.intend(&changes, context.clock.now_ms())?;
        if let Some(reason) = write(context, &missing).await? {
            // Some sizes may lie there already: the changes stay intended, and are settled by looking at the end.
            return Ok(Published::Refused(Box::new(item), reason));
        }
        item.stage = Stage::Published;
        context.ledger.save_published(&item, &derivatives, &ids, context.clock.now_ms())?;
        return Ok(Published::Proved(Box::new(item), derivatives));
    }
    let reason = Reason::new(ReasonCode::NotPublished, "every name for this picture shows something else on the store")
        .hint("look at the store: something else writes into it");
    Ok(Published::Refused(Box::new(item), reason))
}

/// How the name of the archive ends: as its format says; raw files and TIFF come under many endings, and keep theirs.
fn extension(made: &Made, item: &BatchItem) -> String {
    let of_file = item.image.locator.extension();
    let usual =
        |ending: &str| !ending.is_empty() && ending.len() <= 5 && ending.bytes().all(|b| b.is_ascii_alphanumeric());
    match made.archive_extension.as_deref() {
        Some("tif" | "raw") if usual(&of_file) => of_file,
        Some(extension) => extension.to_owned(),
        None => "jpg".to_owned(),
    }
}

/// Does a row of somebody else show a known file at this address?
fn is_shown_at(taken: &[MediaRow], uri: &AccessUri) -> bool {
    taken
        .iter()
        .filter(|row| row.record.media_md5.is_some())
        .any(|row| row.record.addresses().any(|url| AccessUri::same_place(url, uri.as_str())))
}

/// Those of `wanted` that are not on the store yet; `None` when something else lies under one of the keys.
async fn missing<'a>(
    context: RunContext<'_>,
    wanted: &[(ObjectKey, &'a MadeFile)],
) -> Result<Option<Vec<(ObjectKey, &'a MadeFile)>>> {
    let mut missing = Vec::with_capacity(wanted.len());
    for (key, file) in wanted {
        let digest = match context.store.digest(key).await {
            // Something that is no object is in the way.
            Err(error) if error.kind() == ErrorKind::Conflict => return Ok(None),
            digest => digest?,
        };
        match digest {
            None => missing.push((key.clone(), *file)),
            Some(digest) if digest.sha256 == file.sha256 => {}
            Some(_) => return Ok(None),
        }
    }
    Ok(Some(missing))
}

/// Writes and reads back; the reason when what came back is not what was written.
async fn write(context: RunContext<'_>, missing: &[(ObjectKey, &MadeFile)]) -> Result<Option<Reason>> {
    for (key, file) in missing {
        let put = match context.store.put_new(key, &file.bytes).await {
            Ok(put) => put,
            Err(error) if error.stops_the_run() => return Err(error),
            Err(error) => return Ok(Some(Reason::from_error(ReasonCode::NotPublished, &error))),
        };
        let digest = match context.store.digest(key).await {
            Ok(digest) => digest,
            Err(error) if error.stops_the_run() => return Err(error),
            Err(error) => return Ok(Some(Reason::from_error(ReasonCode::NotPublished, &error))),
        };
        if digest.is_some_and(|digest| digest.sha256 == file.sha256) {
            continue;
        }
        if put == Put::Created {
            context.store.delete(key).await?;
        }
        let message = match digest {
            None => format!("{key} is not on the store after it was written"),
            Some(digest) => format!(
                "{key} reads back as {} bytes that are not the {} bytes written",
                digest.size_bytes,
                file.bytes.len()
            ),
        };
        let reason = Reason::new(ReasonCode::NotPublished, message)
            .hint("look at the disk or server the store lies on, then run again");
        return Ok(Some(reason));
    }
    Ok(None)
}

/// What is published, with its addresses.
fn describe(context: RunContext<'_>, base: &BaseName, made: &Made, extension: &str) -> Result<Vec<Derivative>> {
    made.files
        .iter()
        .map(|file| {
            let (key, uri) = match &file.lies_at {
                Some(uri) => (None, uri.clone()),
                None => {
                    let lies_as = if file.same_as_original { Variant::Original } else { file.variant };
                    let no_key = || Error::new(ErrorKind::Rejected, format!("`{extension}` is no extension of a file"));
                    let key = base.key_of(lies_as, extension).ok_or_else(no_key)?;
                    let uri = context.store.public_uri(&key)?;
                    (Some(key), uri)
                }
            };
            Ok(Derivative {
                variant: file.variant,
                uri,
                key,
                size_bytes: file.bytes.len() as u64,
                sha256: file.sha256,
                md5: file.md5.clone(),
                width_px: file.width_px,
                height_px: file.height_px,
            })
        })
        .collect()
}

fn put_change(batch: &Batch, item: &BatchItem, store: &str, key: &ObjectKey, file: &MadeFile) -> NewChange {
    NewChange {
        batch: batch.id,
        item: item.id,
        target: ChangeTarget::Object,
        subject: key.as_str().to_owned(),
        before: None,
        after: Some(json!({
            "store": store,
            "bytes": file.bytes.len(),
            "sha256": file.sha256.to_string(),
        })),
        reverses: None,
    }
}
