//! Port `ledger`: what was found, done and intended; the memory that makes twice be once.

use serde::Serialize;

use crate::nouns::batch::{Batch, BatchId, BatchItem, Identity, ItemId, NewItem, Outcome, ReviewDecision};
use crate::nouns::change::{Change, ChangeId, ChangeState, NewChange};
use crate::nouns::checksum::Sha256Sum;
use crate::nouns::error::Result;
use crate::nouns::media::{Derivative, ObjectKey};
use crate::nouns::occurrence::{CatalogNumber, Occid};
use crate::nouns::reading::{ReadItem, Reading};
use crate::nouns::reason::Reason;
use crate::nouns::source_image::{Fingerprint, Locator, SourceImage};

/// What the ledger knows of a listed file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// Never seen.
    New,
    /// Seen, ended, and not changed since.
    Unchanged,
    /// Not changed since it was put aside; the answer may be another one today.
    Waiting(ItemId),
    /// On its way in a batch that was interrupted.
    OnItsWay(ItemId),
    /// Seen, and changed since.
    Changed,
}

impl Known {
    /// The item that the next run takes in hand again.
    #[must_use]
    pub fn tried_again(self) -> Option<ItemId> {
        match self {
            Self::Waiting(item) | Self::OnItsWay(item) => Some(item),
            Self::New | Self::Unchanged | Self::Changed => None,
        }
    }
}

/// A picture of the same specimen that is linked already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedSibling {
    /// The specimen.
    pub catalog_number: CatalogNumber,
    /// Its item.
    pub item: ItemId,
    /// Its file.
    pub locator: Locator,
    /// Sum of its bytes.
    pub sha256: Sha256Sum,
    /// The portal row that shows it (`media.recordID`).
    pub record_id: String,
}

/// An object of a store that nothing shows any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnshownObject {
    /// Where it lies.
    pub key: ObjectKey,
    /// Sum of its bytes.
    pub sha256: Sha256Sum,
    /// Since when (milliseconds since 1970, UTC).
    pub since_ms: i64,
    /// The records whose pictures it was part of.
    pub occids: Vec<Occid>,
    /// It holds the bytes of a file that was deleted at the source and was not put back: nobody else has them.
    pub only_copy: bool,
}

/// How many items of a batch ended how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct BatchCounts {
    /// Linked by this batch.
    pub linked: u64,
    /// The record showed the picture already, or shows its twin.
    pub needed_nothing: u64,
    /// A person must decide.
    pub review: u64,
    /// Cannot be done as it is.
    pub failed: u64,
    /// Left alone, because the profile says so.
    pub skipped: u64,
    /// A person said that it shall not be linked.
    pub rejected: u64,
    /// Was linked, and taken back.
    pub undone: u64,
    /// Not ended yet.
    pub on_the_way: u64,
}

/// How many files of a profile wait for a person, from all batches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct WaitingCounts {
    /// A person must decide.
    pub review: u64,
    /// Cannot be done as they are.
    pub failed: u64,
}

/// How far the files of a profile have come, from all batches.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfileTotals {
    /// Files that were seen on disk, by their newest content.
    pub files: u64,
    /// Of these, published: every size written, read back and equal.
    pub published: u64,
    /// Linked: a row of the portal shows them.
    pub linked: u64,
    /// Needed nothing: the record showed them already, or shows their twin.
    pub needed_nothing: u64,
    /// Wait for a person.
    pub review: u64,
    /// Failed.
    pub failed: u64,
    /// Left alone, as the profile says.
    pub skipped: u64,
    /// Rejected by a person.
    pub rejected: u64,
    /// Taken back.
    pub undone: u64,
    /// On their way.
    pub on_the_way: u64,
    /// Pictures without specimen: their number is on no record.
    pub without_record: u64,
    /// Specimens that show a picture of ours.
    pub specimens: u64,
}

/// Which items are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemFilter {
    /// All of one batch.
    Batch(BatchId),
    /// Those of a profile (of all profiles: `None`) that wait for a person, whatever their batch.
    Waiting(Option<String>),
}

/// The memory that makes twice be once.
///
/// Contract:
/// * One writer: a second program that opens the same ledger is refused, with the holder named.
/// * A call is one transaction: all of it is kept, or nothing. What a call returned is kept even if the program is
///   killed right after; [`intend`](Self::intend) and [`save_linked`](Self::save_linked) outlive a power cut.
/// * Memory does not grow with the number of items.
pub trait Ledger: Send + Sync {
    /// The batch of `profile` that can be gone on with, whatever it does (and `true`), or a new one, which takes
    /// `undoes` back or makes links.
    fn begin(&self, profile: &str, undoes: Option<BatchId>, now_ms: i64) -> Result<(Batch, bool)>;

    /// Ends a batch; one that holds nothing but changes that never happened leaves no trace (`false`).
    fn end(&self, batch: BatchId, now_ms: i64) -> Result<bool>;

    /// What is known of these files.
    fn known(&self, profile: &str, images: &[SourceImage]) -> Result<Vec<Known>>;

    /// Takes files into a batch. One that changed while it was on its way is begun again.
    fn found(&self, batch: BatchId, items: &[NewItem]) -> Result<()>;

    /// Takes items of earlier batches, or of this one, in hand again, with what their names say today.
    fn again(&self, items: &[(ItemId, std::result::Result<Identity, Reason>)]) -> Result<()>;

    /// How many items of a profile are to be done.
    fn to_do(&self, profile: &str) -> Result<u64>;

    /// The next items to be done, by catalog number and place: about `limit`, all those of a specimen together.
    fn next_group(&self, profile: &str, limit: usize) -> Result<Vec<BatchItem>>;

    /// The linked pictures of these specimens.
    fn linked_siblings(&self, profile: &str, numbers: &[CatalogNumber]) -> Result<Vec<LinkedSibling>>;

    /// Takes keys of a store for contents: true when each is free or was taken for the same content; otherwise none
    /// is taken.
    fn claim(&self, store: &str, keys: &[(ObjectKey, Sha256Sum)]) -> Result<bool>;

    /// Records changes before they are made.
    fn intend(&self, changes: &[NewChange], now_ms: i64) -> Result<Vec<ChangeId>>;

    /// Records how far changes got.
    fn settle(&self, changes: &[(ChangeId, ChangeState)], now_ms: i64) -> Result<()>;

    /// The changes of a batch that are neither done nor dropped.
    fn unsettled(&self, batch: BatchId) -> Result<Vec<Change>>;

    /// The changes of a batch that were done and that no done change takes back, newest first: those older than
    /// `before`, at most `limit`.
    fn standing_changes(&self, batch: BatchId, before: Option<ChangeId>, limit: usize) -> Result<Vec<Change>>;

    /// For each of these changes the newest other batch that changed the same thing after it, and stands. `by` is left
    /// out: it is the batch that takes them back.
    fn changed_since(&self, changes: &[ChangeId], by: BatchId) -> Result<Vec<Option<BatchId>>>;

    /// Writes items back. One that ended is no longer to be done.
    fn save(&self, items: &[BatchItem]) -> Result<()>;

    /// Writes a published item back with its sizes, and settles its changes as done.
    fn save_published(
        &self,
        item: &BatchItem,
        derivatives: &[Derivative],
        done: &[ChangeId],
        now_ms: i64,
    ) -> Result<()>;

    /// Writes linked items back and settles changes.
    fn save_linked(&self, items: &[BatchItem], changes: &[(ChangeId, ChangeState)], now_ms: i64) -> Result<()>;

    /// The file has a new time or size, but the same content as when it was linked: the new item goes, the old one
    /// stands.
    fn only_touched(&self, item: ItemId, linked: ItemId, fingerprint: Fingerprint) -> Result<()>;

    /// How far `source` (as it describes itself) was listed for `profile`, in its own words.
    fn watermark(&self, profile: &str, source: &str) -> Result<Option<String>>;

    /// Remembers how far a source was listed; what was listed until there is in the ledger.
    fn keep_watermark(&self, profile: &str, source: &str, value: &str) -> Result<()>;

    /// The files of a profile that were ever taken into a batch, in order of their locators' bytes behind `after`; at
    /// most `limit`.
    fn files(&self, profile: &str, after: Option<&Locator>, limit: usize) -> Result<Vec<Locator>>;

    /// Those of them that are [`Known::Waiting`], as they were listed.
    fn waiting_files(&self, profile: &str, after: Option<&Locator>, limit: usize) -> Result<Vec<SourceImage>>;

    /// Remembers what people said, each of an item; all or nothing.
    fn decide(&self, decisions: &[(ItemId, ReviewDecision)]) -> Result<()>;

    /// Forgets what people said of these items.
    fn undecide(&self, items: &[ItemId]) -> Result<()>;

    /// The next run tries items of the profile that ended so again; how many there are. That some were rejected is
    /// forgotten.
    fn retry(&self, profile: &str, outcomes: &[Outcome]) -> Result<u64>;

    /// These items, in order of their keys.
    fn items_by_id(&self, ids: &[ItemId]) -> Result<Vec<BatchItem>>;

    /// The newest items of the files or specimens a person names: a locator as shown, a file name, or a catalog number.
    fn items_named(&self, profile: Option<&str>, name: &str) -> Result<Vec<BatchItem>>;

    /// Was a skeletal file with this content read already?
    fn skeletal_was_read(&self, profile: &str, sha256: Sha256Sum) -> Result<bool>;

    /// Notes since when objects of a store are shown by nothing (those that are shown again are cleared), as far as the
    /// ledger knows.
    fn note_unshown(&self, store: &str, now_ms: i64) -> Result<u64>;

    /// Objects shown by nothing since `before_ms` or longer, by key behind `after`; at most `limit`.
    fn unshown(
        &self,
        store: &str,
        before_ms: i64,
        after: Option<&ObjectKey>,
        limit: usize,
    ) -> Result<Vec<UnshownObject>>;

    /// Objects are gone from the store. Their keys stay taken for what they showed.
    fn swept(&self, store: &str, keys: &[ObjectKey], now_ms: i64) -> Result<()>;

    /// The sizes of these items, for each in order, largest first.
    fn derivatives_of(&self, items: &[ItemId]) -> Result<Vec<Vec<Derivative>>>;

    /// The sizes of an item.
    fn derivatives(&self, item: ItemId) -> Result<Vec<Derivative>> {
        Ok(self.derivatives_of(&[item])?.pop().unwrap_or_default())
    }

    /// All batches, newest first; of one profile, or of all.
    fn batches(&self, profile: Option<&str>) -> Result<Vec<Batch>>;

    /// One batch.
    fn batch(&self, id: BatchId) -> Result<Option<Batch>>;

    /// How the items of a batch ended.
    fn counts(&self, batch: BatchId) -> Result<BatchCounts>;

    /// How far the files of a profile have come. Reads every item of it.
    fn totals(&self, profile: &str) -> Result<ProfileTotals>;

    /// What waits for a person.
    fn waiting(&self, profile: &str) -> Result<WaitingCounts>;

    /// Items behind `after`, in the order in which they were found; at most `limit`.
    fn items(
        &self,
        filter: &ItemFilter,
        outcome: Option<Outcome>,
        after: Option<ItemId>,
        limit: usize,
    ) -> Result<Vec<BatchItem>>;

    /// Remembers what `batch` read on the picture of an item; an earlier reading of it is forgotten.
    fn save_reading(&self, batch: BatchId, item: &BatchItem, reading: &Reading) -> Result<()>;

    /// What was read on the picture of an item, with the crop.
    fn reading(&self, item: ItemId) -> Result<Option<Reading>>;

    /// What `batch` read, in the order of the files' names, after `after`.
    fn readings(&self, batch: BatchId, after: Option<&Locator>, limit: usize) -> Result<Vec<ReadItem>>;

    /// The names of these are believed though no barcode was read: those that wait for it are to do again, and what was
    /// published of them stands.
    fn believe(&self, items: &[ItemId]) -> Result<()>;

    /// Is the name of this item believed without a barcode?
    fn is_believed(&self, item: ItemId) -> Result<bool>;

    /// Remembers the numbers that are proposed for items, until a person says so.
    fn propose(&self, numbers: &[(ItemId, CatalogNumber)]) -> Result<()>;

    /// The numbers that are proposed, of each item.
    fn proposed(&self, items: &[ItemId]) -> Result<Vec<Option<CatalogNumber>>>;

    /// Further specimens on the picture of a published item: an item each, of the same file and the same published
    /// sizes, to do. Those that are there already are left.
    fn share(&self, item: ItemId, numbers: &[CatalogNumber]) -> Result<u64>;

    /// Items made by [`share`](Self::share) that wait and may get another answer today are to do again.
    fn share_again(&self, profile: &str) -> Result<u64>;
}
