//! Port `portal`: where records are, and links go.

use async_trait::async_trait;
use serde::Serialize;

use crate::nouns::batch::BatchId;
use crate::nouns::collection::{Collection, CollectionKey};
use crate::nouns::error::{Error, ErrorKind, Result};
use crate::nouns::finding::Finding;
use crate::nouns::matching::MatchField;
use crate::nouns::media::MediaRow;
use crate::nouns::occurrence::{CatalogNumber, Occid, Occurrence};
use crate::nouns::occurrence_record::{OccurrenceChange, OccurrenceRecord};
use crate::steps::link::MediaChange;

/// What a door to a portal can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PortalCapabilities {
    /// Rows that exist can be changed.
    pub update: bool,
    /// Rows that exist can be taken away.
    pub delete: bool,
    /// Records can be made.
    pub create: bool,
    /// Fields of records can be read and filled.
    pub fill: bool,
    /// A link is on the portal when it is applied; otherwise a person must still carry it there.
    pub direct: bool,
}

/// How far a collection has come, as the portal tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Coverage {
    /// Records of the collection.
    pub records: u64,
    /// Of these, records that show a picture.
    pub with_pictures: u64,
    /// Picture rows of the collection.
    pub pictures: u64,
}

/// Where records are, and links go.
///
/// Contract:
/// * `find_occurrences` answers for each number, in order, with every record of the collection that has it in the first
///   column of `match_on` in which any has it, oldest first; where [`MatchField::may_lack_zeros`], also without its
///   leading zeros. A thousand numbers cost one query for each column, and no query scans.
/// * `media_of` gives every picture row of the records.
/// * `apply` makes each change whole or not at all, answers for each, in order, and lets no refused row hold up another.
///   The outer error means: nothing is known of any of them; look before repeating.
///   * An `Insert` whose `record_id` is there already changes nothing and succeeds.
///   * An `Update` writes the columns in which `after` differs from `before`, when each of them still holds what it held
///     (or holds what it shall already); otherwise it is a `Conflict`. It never touches other columns.
///   * A `Delete` removes the row when it is as `before` says (taxon and sums of files are not regarded) and nobody hung
///     tags, key words or text on it; otherwise it is a `Conflict`. A row that is gone is removed already. It answers
///     with `before`.
/// * `apply_occurrences` does the same for records.
///   * A `Create` whose `record_id` is there already changes nothing and succeeds. The answer holds the `occid`.
///   * A `Set` writes each column that still holds what it held, and leaves the others; the answer tells what the
///     columns hold now.
///   * A `Remove` removes the record when every column that was written is as `before` says and nothing hangs on it;
///     otherwise it is a `Conflict`. A record that is gone is removed already.
/// * `finish` does what the portal wants after a batch (statistics); it may be repeated.
#[async_trait]
pub trait Portal: Send + Sync {
    /// Names the portal for people.
    fn describe(&self) -> String;

    /// What this door can do.
    fn capabilities(&self) -> PortalCapabilities;

    /// Log-in, version, rights, collection, and an index for each column of `match_on`: each as a finding.
    async fn check(&self, collection: &CollectionKey, match_on: &[MatchField]) -> Vec<Finding>;

    /// Finds the collection.
    async fn collection(&self, key: &CollectionKey) -> Result<Collection>;

    /// Looks numbers up, inside one collection.
    async fn find_occurrences(
        &self,
        collection: &Collection,
        match_on: &[MatchField],
        numbers: &[CatalogNumber],
    ) -> Result<Vec<Vec<Occurrence>>>;

    /// The picture rows of these records.
    async fn media_of(&self, collection: &Collection, occids: &[Occid]) -> Result<Vec<MediaRow>>;

    /// Makes changes to picture rows for `batch`.
    async fn apply(
        &self,
        collection: &Collection,
        batch: BatchId,
        changes: &[MediaChange],
    ) -> Result<Vec<Result<MediaRow>>>;

    /// What these columns of these records hold, in any order; records that are gone are left out.
    async fn occurrence_fields(
        &self,
        _collection: &Collection,
        _occids: &[Occid],
        _columns: &[&str],
    ) -> Result<Vec<OccurrenceRecord>> {
        Err(no_records())
    }

    /// Makes changes to records for `batch`.
    async fn apply_occurrences(
        &self,
        _collection: &Collection,
        _batch: BatchId,
        _changes: &[OccurrenceChange],
    ) -> Result<Vec<Result<OccurrenceRecord>>> {
        Err(no_records())
    }

    /// Which of these addresses (or the same with another scheme, or without their host) any picture row of the portal
    /// shows, whatever its record. A door that sees only some rows tells of those. This may read every row.
    async fn still_shown(&self, _collection: &Collection, _addresses: &[String]) -> Result<Vec<String>> {
        Ok(Vec::new())
    }

    /// Picture rows of the collection that show an address which begins with `prefix` (with either scheme) in one of
    /// their columns, by `mediaID` behind `after`; at most `limit`. Some may show none: letter case may be disregarded.
    async fn media_page(
        &self,
        _collection: &Collection,
        _prefix: &str,
        _after: Option<u64>,
        _limit: usize,
    ) -> Result<Vec<MediaRow>> {
        Err(Error::new(ErrorKind::Rejected, "this door to the portal cannot list pictures by their addresses")
            .hint("use portal kind mariadb"))
    }

    /// How far the collection has come; `None` where this door cannot tell.
    async fn coverage(&self, _collection: &Collection) -> Result<Option<Coverage>> {
        Ok(None)
    }

    /// Records without any picture behind `after`, by occid; at most `limit`. A door that tells no coverage refuses.
    async fn without_pictures(
        &self,
        _collection: &Collection,
        _after: Option<Occid>,
        _limit: usize,
    ) -> Result<Vec<Occurrence>> {
        Err(Error::new(ErrorKind::Rejected, "this door to the portal cannot list records without pictures")
            .hint("use portal kind mariadb"))
    }

    /// Ends a batch.
    async fn finish(&self, collection: &Collection, batch: BatchId) -> Result<Vec<Finding>>;
}

fn no_records() -> Error {
    Error::new(ErrorKind::Rejected, "this door to the portal cannot write records")
}
