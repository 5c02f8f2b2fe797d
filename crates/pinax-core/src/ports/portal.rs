//! Port `portal`: where records are, and links go.

use async_trait::async_trait;

use crate::nouns::batch::BatchId;
use crate::nouns::collection::{Collection, CollectionKey};
use crate::nouns::error::Result;
use crate::nouns::finding::Finding;
use crate::nouns::media::MediaRow;
use crate::nouns::occurrence::{CatalogNumber, Occid, Occurrence};
use crate::steps::link::MediaChange;

/// What a door to a portal can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PortalCapabilities {
    /// Rows that exist can be changed.
    pub update: bool,
    /// A link is on the portal when it is applied; otherwise a person must still carry it there.
    pub direct: bool,
}

/// Where records are, and links go.
///
/// Contract:
/// * `find_occurrences` answers for each number, in order, with every record of the collection that has it (or has it
///   without its leading zeros), oldest first. A thousand numbers cost one query, and no query scans.
/// * `media_of` gives every picture row of the records.
/// * `apply` makes each change whole or not at all, answers for each, in order, and lets no refused row hold up another.
///   The outer error means: nothing is known of any of them; look before repeating.
/// * `apply` of an `Insert` whose `record_id` is there already changes nothing and succeeds.
/// * `finish` does what the portal wants after a batch (statistics); it may be repeated.
#[async_trait]
pub trait Portal: Send + Sync {
    /// Names the portal for people.
    fn describe(&self) -> String;

    /// What this door can do.
    fn capabilities(&self) -> PortalCapabilities;

    /// Log-in, version, rights, collection: each as a finding.
    async fn check(&self, collection: &CollectionKey) -> Vec<Finding>;

    /// Finds the collection.
    async fn collection(&self, key: &CollectionKey) -> Result<Collection>;

    /// Looks catalog numbers up, inside one collection.
    async fn find_occurrences(
        &self,
        collection: &Collection,
        numbers: &[CatalogNumber],
    ) -> Result<Vec<Vec<Occurrence>>>;

    /// The picture rows of these records.
    async fn media_of(&self, collection: &Collection, occids: &[Occid]) -> Result<Vec<MediaRow>>;

    /// Makes changes for `batch`.
    async fn apply(
        &self,
        collection: &Collection,
        batch: BatchId,
        changes: &[MediaChange],
    ) -> Result<Vec<Result<MediaRow>>>;

    /// Ends a batch.
    async fn finish(&self, collection: &Collection, batch: BatchId) -> Result<Vec<Finding>>;
}
