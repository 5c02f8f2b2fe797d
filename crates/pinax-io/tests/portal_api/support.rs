//! Portals on a server of the test's own.

use std::time::Duration;

use pinax_core::nouns::batch::BatchId;
use pinax_core::nouns::collection::{Collection, CollectionKey};
use pinax_core::nouns::media::{MediaRecord, MediaRow};
use pinax_core::nouns::occurrence::CatalogNumber;
use pinax_core::ports::portal::Portal;
use pinax_core::steps::link::MediaChange;
use pinax_core::{Error, Result};
use pinax_io::portal::api::{ApiOptions, ApiPortal, ApiToken, Manners};
use pinax_testkit::symbiota_api::SymbiotaApi;

pub(crate) const BATCH: BatchId = BatchId(1);

/// Gives up soon, and after `retries` more tries.
pub(crate) fn hasty() -> Manners {
    Manners {
        pause: Duration::ZERO,
        retries: 3,
        retry_pause: Duration::from_millis(1),
        longest_pause: Duration::from_secs(5),
        ..Manners::default()
    }
}

/// A portal with collection 1 and `records` records: occid 1 is TST00000001, and so on.
pub(crate) fn server(records: u64) -> SymbiotaApi {
    let server = SymbiotaApi::start();
    server.add_collection(1, "TST", Some("VASC"), "Test Herbarium");
    (1..=records).for_each(|occid| server.add_record(1, occid, &format!("TST{occid:08}")));
    server
}

pub(crate) fn portal_with(server: &SymbiotaApi, token: Option<&str>, manners: Manners) -> ApiPortal {
    let token = token.map(|token| ApiToken::new(token).unwrap());
    ApiPortal::new(&ApiOptions { manners, ..ApiOptions::new(server.url(), token) }).unwrap()
}

pub(crate) fn portal(server: &SymbiotaApi) -> ApiPortal {
    portal_with(server, Some(SymbiotaApi::TOKEN), hasty())
}

pub(crate) fn key() -> CollectionKey {
    "TST:VASC".parse().unwrap()
}

pub(crate) fn herbarium() -> Collection {
    Collection {
        collid: Some(1),
        institution_code: "TST".to_owned(),
        collection_code: Some("VASC".to_owned()),
        name: "Test Herbarium".to_owned(),
    }
}

pub(crate) fn insert(record: MediaRecord) -> MediaChange {
    MediaChange::Insert(Box::new(record))
}

pub(crate) fn numbers(texts: &[&str]) -> Vec<CatalogNumber> {
    texts.iter().map(|text| CatalogNumber::new(text).unwrap()).collect()
}

/// Applies one change.
pub(crate) async fn apply(portal: &ApiPortal, change: MediaChange) -> Result<Result<MediaRow>> {
    let mut answers = portal.apply(&herbarium(), BATCH, &[change]).await?;
    assert_eq!(answers.len(), 1);
    Ok(answers.remove(0))
}

/// Everything an error tells a person, and a programmer.
pub(crate) fn all_of(error: &Error) -> String {
    format!("{error} {} {error:?}", error.hint_text().unwrap_or_default())
}
