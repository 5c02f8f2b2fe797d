//! The portal's REST API (`/api/v2` of Symbiota 3.4): for people with an account of the portal and no access to its
//! server. Links are on the portal as soon as they are applied. Needs a tokio runtime with time and network.
//!
//! It is the slowest door: no call takes a list, so a number costs a request for each column it is looked for in, and a
//! picture three more (its record before and at the write, and the write). It is also the door with the fewest
//! guarantees: a row is looked at before it is written, but somebody else may write in between.

mod check;
mod client;
mod collections;
mod columns;
mod fault;
mod json;
mod media;
mod notes;
mod occurrences;
mod options;
mod records;
mod write;

use async_trait::async_trait;
use pinax_core::nouns::batch::BatchId;
use pinax_core::nouns::collection::{Collection, CollectionKey};
use pinax_core::nouns::finding::Finding;
use pinax_core::nouns::matching::MatchField;
use pinax_core::nouns::media::MediaRow;
use pinax_core::nouns::occurrence::{CatalogNumber, Occid, Occurrence};
use pinax_core::nouns::occurrence_record::{OccurrenceChange, OccurrenceRecord};
use pinax_core::ports::portal::{Portal, PortalCapabilities};
use pinax_core::steps::link::MediaChange;
use pinax_core::{Error, ErrorKind, Result};

use self::client::Client;
use self::notes::Notes;
pub use self::options::{ApiOptions, ApiToken, Manners};

/// A portal reached through its API.
pub struct ApiPortal {
    client: Client,
    notes: Notes,
}

impl ApiPortal {
    /// A door to the portal at `options.url`. Connects when it is first used.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when the URL cannot be used.
    pub fn new(options: &ApiOptions) -> Result<Self> {
        Ok(Self { client: Client::new(options)?, notes: Notes::default() })
    }
}

#[async_trait]
impl Portal for ApiPortal {
    fn describe(&self) -> String {
        self.client.address().to_owned()
    }

    fn capabilities(&self) -> PortalCapabilities {
        PortalCapabilities { update: true, delete: true, create: true, fill: false, direct: true }
    }

    async fn check(&self, collection: &CollectionKey, match_on: &[MatchField]) -> Vec<Finding> {
        check::check(&self.client, collection, match_on).await
    }

    async fn collection(&self, key: &CollectionKey) -> Result<Collection> {
        collections::find(&self.client, key).await
    }

    async fn find_occurrences(
        &self,
        collection: &Collection,
        match_on: &[MatchField],
        numbers: &[CatalogNumber],
    ) -> Result<Vec<Vec<Occurrence>>> {
        let found = occurrences::find(&self.client, collid(collection)?, match_on, numbers).await?;
        self.notes.not_found(found.iter().filter(|records| records.is_empty()).count());
        Ok(found)
    }

    async fn media_of(&self, _collection: &Collection, occids: &[Occid]) -> Result<Vec<MediaRow>> {
        media::media_of(&self.client, occids).await
    }

    async fn apply(
        &self,
        collection: &Collection,
        _batch: BatchId,
        changes: &[MediaChange],
    ) -> Result<Vec<Result<MediaRow>>> {
        write::apply(&self.client, &self.notes, collid(collection)?, changes).await
    }

    async fn apply_occurrences(
        &self,
        collection: &Collection,
        _batch: BatchId,
        changes: &[OccurrenceChange],
    ) -> Result<Vec<Result<OccurrenceRecord>>> {
        records::apply(&self.client, &self.notes, collid(collection)?, changes).await
    }

    /// The collection's statistics stay as they are: the API does not refresh them.
    async fn finish(&self, _collection: &Collection, _batch: BatchId) -> Result<Vec<Finding>> {
        Ok(self.notes.take())
    }
}

fn collid(collection: &Collection) -> Result<u32> {
    collection.collid.ok_or_else(|| Error::new(ErrorKind::Internal, "the collection's collid is not known"))
}
