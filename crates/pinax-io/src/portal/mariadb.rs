//! The portal's own database (MariaDB or MySQL), tables of Symbiota 3.0 to 3.4. Links are on the portal as soon as they
//! are applied. Needs a tokio runtime with time and network.

mod by_address;
mod check;
mod collections;
mod columns;
mod coverage;
mod delete;
mod fault;
mod link;
mod media;
mod names;
mod occurrences;
mod options;
mod projects;
mod records;
mod rows;
mod schema;
mod ssl;
mod statistics;
mod still_shown;
mod update;
mod write;

use std::sync::Arc;

use async_trait::async_trait;
use pinax_core::nouns::batch::BatchId;
use pinax_core::nouns::collection::{Collection, CollectionKey};
use pinax_core::nouns::finding::Finding;
use pinax_core::nouns::matching::MatchField;
use pinax_core::nouns::media::MediaRow;
use pinax_core::nouns::occurrence::{CatalogNumber, Occid, Occurrence};
use pinax_core::nouns::occurrence_record::{OccurrenceChange, OccurrenceRecord};
use pinax_core::ports::portal::{Coverage, Portal, PortalCapabilities};
use pinax_core::steps::link::MediaChange;
use pinax_core::{Error, ErrorKind, Result};

use self::by_address::ByAddress;
use self::collections::FindCollection;
use self::fault::Fault;
use self::link::Link;
use self::media::MediaOf;
use self::occurrences::FindOccurrences;
use self::options::Address;
pub use self::options::{MariadbOptions, Patience};
pub use self::projects::ProcessingProfile;
use self::statistics::RefreshStatistics;
use self::still_shown::StillShown;
use crate::portal::numbers::{answers, asked_for};

/// Values in one look-up: a thousand numbers, each with and without its leading zeros.
const LOOK_UP_VALUES: usize = 2000;

/// A portal reached through its database.
pub struct MariadbPortal {
    link: Arc<Link>,
}

impl MariadbPortal {
    /// A door to the database at `options.url`. Connects when it is first used.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when the URL, or the file of certificates it names, cannot be used.
    pub fn new(options: &MariadbOptions) -> Result<Self> {
        Ok(Self { link: Arc::new(Link::new(Address::parse(options)?, options.patience, options.trust_schema)?) })
    }
}

#[async_trait]
impl Portal for MariadbPortal {
    fn describe(&self) -> String {
        self.link.address.to_string()
    }

    fn capabilities(&self) -> PortalCapabilities {
        PortalCapabilities { update: true, delete: true, create: true, fill: true, direct: true }
    }

    async fn check(&self, collection: &CollectionKey, match_on: &[MatchField]) -> Vec<Finding> {
        check::check(&self.link, collection, match_on).await
    }

    async fn collection(&self, key: &CollectionKey) -> Result<Collection> {
        self.link.run(&FindCollection { key }).await.map_err(Fault::into_error)
    }

    async fn find_occurrences(
        &self,
        collection: &Collection,
        match_on: &[MatchField],
        numbers: &[CatalogNumber],
    ) -> Result<Vec<Vec<Occurrence>>> {
        let collid = collid(collection)?;
        let mut answered = vec![Vec::new(); numbers.len()];
        for field in match_on {
            // Those that no earlier column has.
            let open: Vec<usize> = (0..numbers.len()).filter(|place| answered[*place].is_empty()).collect();
            let asked: Vec<&CatalogNumber> = open.iter().map(|place| &numbers[*place]).collect();
            let mut found = Vec::new();
            for values in asked_for(*field, &asked).chunks(LOOK_UP_VALUES) {
                let find = FindOccurrences { collid, field: *field, values };
                found.extend(self.link.run(&find).await.map_err(Fault::into_error)?);
            }
            for (place, records) in open.into_iter().zip(answers(*field, &asked, found)) {
                answered[place] = records;
            }
        }
        Ok(answered)
    }

    async fn media_of(&self, _collection: &Collection, occids: &[Occid]) -> Result<Vec<MediaRow>> {
        let mut rows = Vec::new();
        for occids in occids.chunks(LOOK_UP_VALUES) {
            rows.extend(self.link.run(&MediaOf { occids }).await.map_err(Fault::into_error)?);
        }
        Ok(rows)
    }

    async fn apply(
        &self,
        collection: &Collection,
        _batch: BatchId,
        changes: &[MediaChange],
    ) -> Result<Vec<Result<MediaRow>>> {
        write::apply(&self.link, collid(collection)?, changes).await
    }

    async fn occurrence_fields(
        &self,
        collection: &Collection,
        occids: &[Occid],
        columns: &[&str],
    ) -> Result<Vec<OccurrenceRecord>> {
        records::fields(&self.link, collid(collection)?, occids, columns).await
    }

    async fn apply_occurrences(
        &self,
        collection: &Collection,
        _batch: BatchId,
        changes: &[OccurrenceChange],
    ) -> Result<Vec<Result<OccurrenceRecord>>> {
        records::apply(&self.link, collid(collection)?, changes).await
    }

    async fn still_shown(&self, _collection: &Collection, addresses: &[String]) -> Result<Vec<String>> {
        self.link.run(&StillShown { addresses }).await.map_err(Fault::into_error)
    }

    async fn media_page(
        &self,
        collection: &Collection,
        prefix: &str,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Vec<MediaRow>> {
        let page = ByAddress { collid: collid(collection)?, prefix, after: after.unwrap_or_default(), limit };
        self.link.run(&page).await.map_err(Fault::into_error)
    }

    async fn coverage(&self, collection: &Collection) -> Result<Option<Coverage>> {
        coverage::coverage(&self.link, collid(collection)?).await.map(Some)
    }

    async fn without_pictures(
        &self,
        collection: &Collection,
        after: Option<Occid>,
        limit: usize,
    ) -> Result<Vec<Occurrence>> {
        coverage::without_pictures(&self.link, collid(collection)?, after, limit).await
    }

    async fn finish(&self, collection: &Collection, _batch: BatchId) -> Result<Vec<Finding>> {
        let collid = collid(collection)?;
        match self.link.run(&RefreshStatistics { collid }).await.map_err(Fault::into_error) {
            Ok(()) => Ok(Vec::new()),
            Err(error) if error.kind() == ErrorKind::Forbidden => {
                let told = format!("the collection's statistics were not refreshed: {error}");
                Ok(vec![Finding::warning(told).hint(
                    "grant SELECT and UPDATE on omcollectionstats and SELECT on taxa, or use Update Statistics on the \
                     collection's page",
                )])
            }
            Err(error) => Err(error),
        }
    }
}

fn collid(collection: &Collection) -> Result<u32> {
    collection.collid.ok_or_else(|| Error::new(ErrorKind::Internal, "the collection's collid is not known"))
}
