//! Sizes that are linked where they lie: each is looked at as anybody sees it, before it is linked.

use std::sync::Arc;

use super::RunContext;
use crate::nouns::batch::BatchItem;
use crate::nouns::error::Result;
use crate::nouns::media::Variant;
use crate::nouns::reason::{Reason, ReasonCode};
use crate::steps::derive::There;
use crate::steps::places::Place;
use crate::steps::public::why_no_picture;

/// The sizes of an item that lie somewhere already, the large one first.
///
/// # Errors
/// What every item would meet; inside, why one of them is none.
pub(super) async fn sizes_there(
    context: RunContext<'_>,
    item: &BatchItem,
) -> Result<std::result::Result<Vec<There>, Reason>> {
    let places = &context.profile.places;
    let Some(identity) = &item.identity else { return Ok(Ok(Vec::new())) };
    let mut there = Vec::new();
    for (variant, template) in Variant::ALL.into_iter().filter_map(|one| Some((one, places.template(one)?))) {
        let address = match context.source.public_uri(&item.image) {
            Ok(address) => address,
            Err(error) => return Ok(Err(Reason::from_error(ReasonCode::UriRefused, &error))),
        };
        let place = Place {
            image: &item.image,
            address: address.as_ref().map(|address| address.as_str()),
            catalog_number: &identity.catalog_number,
        };
        let uri = match template.fill(variant, place, places.allow_http) {
            Ok(Some(uri)) => uri,
            Ok(None) if variant == Variant::Original => {
                let reason = Reason::new(ReasonCode::UriRefused, "the table tells no address of the picture");
                return Ok(Err(reason.hint("fill its column originalUrl, and run again")));
            }
            Ok(None) => continue,
            Err(reason) => return Ok(Err(reason)),
        };
        let seen = match context.web.look(uri.as_str(), context.profile.max_source_bytes).await {
            Ok(seen) => seen,
            Err(error) if error.stops_the_run() => return Err(error),
            Err(error) => return Ok(Err(Reason::from_error(ReasonCode::Unreadable, &error))),
        };
        if let Some(reason) = why_no_picture(uri.as_str(), &seen) {
            return Ok(Err(reason));
        }
        let listed = item.image.fingerprint.size_bytes;
        if address.as_ref() == Some(&uri) && listed > 0 && seen.bytes.len() as u64 != listed {
            let message = format!("{uri} shows {} bytes; the file that was listed has {listed}", seen.bytes.len());
            let reason = Reason::new(ReasonCode::ChangedWhileRead, message);
            return Ok(Err(reason.hint("run again; if it stays so, look at the server")));
        }
        there.push(There { variant, uri, bytes: Arc::new(seen.bytes) });
    }
    Ok(Ok(there))
}
