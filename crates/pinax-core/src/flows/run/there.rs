//! Sizes that are linked where they lie: each is looked at as anybody sees it, before it is linked.

use std::sync::Arc;

use super::RunContext;
use crate::nouns::batch::BatchItem;
use crate::nouns::error::Result;
use crate::nouns::media::Variant;
use crate::nouns::occurrence::CatalogNumber;
use crate::nouns::reason::{Reason, ReasonCode};
use crate::nouns::source_image::SourceImage;
use crate::nouns::uri::AccessUri;
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
    for variant in Variant::ALL.into_iter().filter(|one| places.template(*one).is_some()) {
        let uri = match address_there(context, &item.image, &identity.catalog_number, variant) {
            Ok(Some(uri)) => uri,
            Ok(None) => continue,
            Err(reason) => return Ok(Err(reason)),
        };
        let seen = match context.web.look(uri.as_str(), context.profile.max_source_bytes).await {
            Ok(seen) => seen,
            Err(error) if error.stops_the_run() => return Err(error),
            Err(error) => return Ok(Err(Reason::from_error(ReasonCode::Unreadable, &error))),
        };
        if let Some(reason) = why_no_picture(uri.as_str(), &seen) {
            return Ok(Err(reason.of_address()));
        }
        let listed = item.image.fingerprint.size_bytes;
        let is_file = context.source.public_uri(&item.image).is_ok_and(|own| own.as_ref() == Some(&uri));
        if is_file && listed > 0 && seen.bytes.len() as u64 != listed {
            let message = format!("{uri} shows {} bytes; the file that was listed has {listed}", seen.bytes.len());
            let reason = Reason::new(ReasonCode::ChangedWhileRead, message);
            return Ok(Err(reason.hint("run again; if it stays so, look at the server")));
        }
        there.push(There { variant, uri, bytes: Arc::new(seen.bytes) });
    }
    Ok(Ok(there))
}

/// The address at which a size lies already; `None` when it is not one of those, or a table tells none.
///
/// # Errors
/// Why there is none.
pub(crate) fn address_there(
    context: RunContext<'_>,
    image: &SourceImage,
    catalog_number: &CatalogNumber,
    variant: Variant,
) -> std::result::Result<Option<AccessUri>, Reason> {
    let places = &context.profile.places;
    let Some(template) = places.template(variant) else { return Ok(None) };
    let own = context.source.public_uri(image);
    let own = own.map_err(|error| Reason::from_error(ReasonCode::UriRefused, &error))?;
    let place = Place { image, address: own.as_ref().map(|own| own.as_str()), catalog_number };
    match template.fill(variant, place, places.allow_http)? {
        None if variant == Variant::Original => {
            let reason = Reason::new(ReasonCode::UriRefused, "the table tells no address of the picture");
            Err(reason.hint("fill its column originalUrl, and run again"))
        }
        uri => Ok(uri),
    }
}
