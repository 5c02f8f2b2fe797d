//! The ledger as one SQLite file on a local disk.
//!
//! One writer, which holds a lock file; any number of readers, also while it writes (write-ahead logging). A call is
//! one short transaction. What a call wrote outlives the program; what [`intend`](Ledger::intend) and
//! [`save_linked`](Ledger::save_linked) wrote outlives a power cut too, with all that was written before.

mod batches;
mod changes;
mod decisions;
mod fault;
mod found;
mod items;
mod known;
mod lock;
mod objects;
mod open;
mod queue;
mod read;
mod readings;
mod rows;
mod watermarks;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use pinax_core::Result;
use pinax_core::nouns::batch::{Batch, BatchId, BatchItem, Identity, ItemId, NewItem, Outcome, ReviewDecision};
use pinax_core::nouns::change::{Change, ChangeId, ChangeState, NewChange};
use pinax_core::nouns::checksum::Sha256Sum;
use pinax_core::nouns::media::{Derivative, ObjectKey};
use pinax_core::nouns::occurrence::CatalogNumber;
use pinax_core::nouns::reading::{ReadItem, Reading};
use pinax_core::nouns::reason::Reason;
use pinax_core::nouns::source_image::{Fingerprint, Locator, SourceImage};
use pinax_core::ports::ledger::{
    BatchCounts, ItemFilter, Known, Ledger, LinkedSibling, ProfileTotals, UnshownObject, WaitingCounts,
};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use fault::Fault;
use lock::Lock;
use open::Present;

/// A ledger in one SQLite file.
#[derive(Debug)]
pub struct SqliteLedger {
    path: PathBuf,
    // Closed before the lock is given back: fields are dropped in this order.
    connection: Mutex<Connection>,
    writer: Option<Lock>,
}

impl SqliteLedger {
    /// Opens the ledger at `path` to write, and makes it when there is none. `purpose` (a command line, for example
    /// `pinax run tst`) is what a second program is told.
    ///
    /// # Errors
    /// `Locked` when another program writes it; `Corrupt` when the file is no ledger or damaged, `UnknownVersion` when
    /// a newer program wrote it (nothing is changed in either case); `ReadOnly`, `Full`, `Forbidden`, `Io` when it
    /// cannot be written there; `Config` when `path` is a folder, or lies in none.
    pub fn open(path: &Path, purpose: &str) -> Result<Self> {
        let path = open::resolve(path);
        open::look(&path)?;
        let lock = Lock::take(&path, purpose)?;
        let connection = open::to_write(&path)?;
        Ok(Self { path, connection: Mutex::new(connection), writer: Some(lock) })
    }

    /// Opens the ledger at `path` to read only, also while another program writes it. Nothing is made or changed; a
    /// call that writes is refused.
    ///
    /// # Errors
    /// `NotFound` when there is none; `Corrupt`, `UnknownVersion` (older ones too), `Forbidden`, `Io`, `Config`.
    pub fn open_to_read(path: &Path) -> Result<Self> {
        let path = open::resolve(path);
        if open::look(&path)? == Present::Nothing {
            return Err(open::nothing_yet(&path));
        }
        let connection = open::to_read(&path)?;
        Ok(Self { path, connection: Mutex::new(connection), writer: None })
    }

    /// A ledger that knows nothing, for looking ahead where none was made yet. It lies in memory, and is never written.
    ///
    /// # Errors
    /// `Internal`, `Full` when there is no memory for it.
    pub fn of_nothing() -> Result<Self> {
        let path = PathBuf::from("(none)");
        let connection = open::of_nothing().map_err(|fault| fault.at(&path))?;
        Ok(Self { path, connection: Mutex::new(connection), writer: None })
    }

    fn read<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>) -> Result<T> {
        self.call(|connection| transact(connection, TransactionBehavior::Deferred, work))
    }

    fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>) -> Result<T> {
        let writer = self.writer.is_some();
        self.call(|connection| {
            if !writer {
                return Err(Fault::OpenedToRead);
            }
            transact(connection, TransactionBehavior::Immediate, work)
        })
    }

    /// A write that is on the disk when it returns, with all writes before it.
    fn write_through<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>) -> Result<T> {
        let writer = self.writer.is_some();
        self.call(|connection| {
            if !writer {
                return Err(Fault::OpenedToRead);
            }
            connection.execute_batch("PRAGMA synchronous = FULL")?;
            let done = transact(connection, TransactionBehavior::Immediate, work);
            connection.execute_batch("PRAGMA synchronous = NORMAL")?;
            done
        })
    }

    fn call<T>(&self, work: impl FnOnce(&mut Connection) -> Result<T, Fault>) -> Result<T> {
        // A call that panicked left no transaction behind.
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        work(&mut connection).map_err(|fault| fault.at(&self.path))
    }
}

fn transact<T>(
    connection: &mut Connection,
    behavior: TransactionBehavior,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let transaction = connection.transaction_with_behavior(behavior)?;
    let done = work(&transaction)?;
    transaction.commit()?;
    Ok(done)
}

impl Ledger for SqliteLedger {
    fn begin(&self, profile: &str, undoes: Option<BatchId>, now_ms: i64) -> Result<(Batch, bool)> {
        self.write(|tx| batches::begin(tx, profile, undoes, now_ms))
    }

    fn end(&self, batch: BatchId, now_ms: i64) -> Result<bool> {
        self.write(|tx| batches::end(tx, batch, now_ms))
    }

    fn known(&self, profile: &str, images: &[SourceImage]) -> Result<Vec<Known>> {
        self.read(|tx| known::known(tx, profile, images))
    }

    fn found(&self, batch: BatchId, items: &[NewItem]) -> Result<()> {
        self.write(|tx| found::found(tx, batch, items))
    }

    fn again(&self, items: &[(ItemId, Result<Identity, Reason>)]) -> Result<()> {
        self.write(|tx| found::again(tx, items))
    }

    fn to_do(&self, profile: &str) -> Result<u64> {
        self.read(|tx| queue::to_do(tx, profile))
    }

    fn next_group(&self, profile: &str, limit: usize) -> Result<Vec<BatchItem>> {
        self.read(|tx| queue::next_group(tx, profile, limit))
    }

    fn linked_siblings(&self, profile: &str, numbers: &[CatalogNumber]) -> Result<Vec<LinkedSibling>> {
        self.read(|tx| queue::linked_siblings(tx, profile, numbers))
    }

    fn claim(&self, store: &str, keys: &[(ObjectKey, Sha256Sum)]) -> Result<bool> {
        self.write(|tx| objects::claim(tx, store, keys))
    }

    fn intend(&self, changes: &[NewChange], now_ms: i64) -> Result<Vec<ChangeId>> {
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        self.write_through(|tx| changes::intend(tx, changes, now_ms))
    }

    fn settle(&self, changes: &[(ChangeId, ChangeState)], now_ms: i64) -> Result<()> {
        self.write(|tx| changes::settle(tx, changes, now_ms))
    }

    fn unsettled(&self, batch: BatchId) -> Result<Vec<Change>> {
        self.read(|tx| changes::unsettled(tx, batch))
    }

    fn standing_changes(&self, batch: BatchId, before: Option<ChangeId>, limit: usize) -> Result<Vec<Change>> {
        self.read(|tx| changes::standing(tx, batch, before, limit))
    }

    fn changed_since(&self, changes: &[ChangeId], by: BatchId) -> Result<Vec<Option<BatchId>>> {
        self.read(|tx| changes::changed_since(tx, changes, by))
    }

    fn save(&self, items: &[BatchItem]) -> Result<()> {
        if items.is_empty() {
            return Ok(());
        }
        self.write(|tx| items.iter().try_for_each(|item| items::save(tx, item)))
    }

    fn save_published(
        &self,
        item: &BatchItem,
        derivatives: &[Derivative],
        done: &[ChangeId],
        now_ms: i64,
    ) -> Result<()> {
        self.write(|tx| {
            items::save(tx, item)?;
            items::replace_derivatives(tx, item.id, derivatives)?;
            let done: Vec<_> = done.iter().map(|id| (*id, ChangeState::Done)).collect();
            changes::settle(tx, &done, now_ms)
        })
    }

    fn save_linked(&self, items: &[BatchItem], changes: &[(ChangeId, ChangeState)], now_ms: i64) -> Result<()> {
        if items.is_empty() && changes.is_empty() {
            return Ok(());
        }
        self.write_through(|tx| {
            items.iter().try_for_each(|item| items::save(tx, item))?;
            changes::settle(tx, changes, now_ms)
        })
    }

    fn only_touched(&self, item: ItemId, linked: ItemId, fingerprint: Fingerprint) -> Result<()> {
        self.write(|tx| items::only_touched(tx, item, linked, fingerprint))
    }

    fn watermark(&self, profile: &str, source: &str) -> Result<Option<String>> {
        self.read(|tx| watermarks::watermark(tx, profile, source))
    }

    fn keep_watermark(&self, profile: &str, source: &str, value: &str) -> Result<()> {
        self.write(|tx| watermarks::keep(tx, profile, source, value))
    }

    fn files(&self, profile: &str, after: Option<&Locator>, limit: usize) -> Result<Vec<Locator>> {
        self.read(|tx| watermarks::files(tx, profile, after, limit))
    }

    fn waiting_files(&self, profile: &str, after: Option<&Locator>, limit: usize) -> Result<Vec<SourceImage>> {
        self.read(|tx| watermarks::waiting_files(tx, profile, after, limit))
    }

    fn decide(&self, decisions: &[(ItemId, ReviewDecision)]) -> Result<()> {
        self.write_through(|tx| decisions::decide(tx, decisions))
    }

    fn undecide(&self, items: &[ItemId]) -> Result<()> {
        self.write(|tx| decisions::undecide(tx, items))
    }

    fn retry(&self, profile: &str, outcomes: &[Outcome]) -> Result<u64> {
        self.write(|tx| decisions::retry(tx, profile, outcomes))
    }

    fn items_by_id(&self, ids: &[ItemId]) -> Result<Vec<BatchItem>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        self.read(|tx| read::items_by_id(tx, ids))
    }

    fn items_named(&self, profile: Option<&str>, name: &str) -> Result<Vec<BatchItem>> {
        self.read(|tx| read::items_named(tx, profile, name))
    }

    fn skeletal_was_read(&self, profile: &str, sha256: Sha256Sum) -> Result<bool> {
        self.read(|tx| read::skeletal_was_read(tx, profile, sha256))
    }

    fn note_unshown(&self, store: &str, now_ms: i64) -> Result<u64> {
        self.write(|tx| objects::note_unshown(tx, store, now_ms))
    }

    fn unshown(
        &self,
        store: &str,
        before_ms: i64,
        after: Option<&ObjectKey>,
        limit: usize,
    ) -> Result<Vec<UnshownObject>> {
        self.read(|tx| objects::unshown(tx, store, before_ms, after, limit))
    }

    fn swept(&self, store: &str, keys: &[ObjectKey], now_ms: i64) -> Result<()> {
        self.write_through(|tx| objects::swept(tx, store, keys, now_ms))
    }

    fn derivatives_of(&self, items: &[ItemId]) -> Result<Vec<Vec<Derivative>>> {
        if items.is_empty() {
            return Ok(Vec::new());
        }
        self.read(|tx| items.iter().map(|item| items::derivatives(tx, *item)).collect())
    }

    fn batches(&self, profile: Option<&str>) -> Result<Vec<Batch>> {
        self.read(|tx| batches::batches(tx, profile))
    }

    fn batch(&self, id: BatchId) -> Result<Option<Batch>> {
        self.read(|tx| batches::batch(tx, id))
    }

    fn counts(&self, batch: BatchId) -> Result<BatchCounts> {
        self.read(|tx| read::counts(tx, batch))
    }

    fn totals(&self, profile: &str) -> Result<ProfileTotals> {
        self.read(|tx| read::totals(tx, profile))
    }

    fn waiting(&self, profile: &str) -> Result<WaitingCounts> {
        self.read(|tx| read::waiting(tx, profile))
    }

    fn items(
        &self,
        filter: &ItemFilter,
        outcome: Option<Outcome>,
        after: Option<ItemId>,
        limit: usize,
    ) -> Result<Vec<BatchItem>> {
        self.read(|tx| read::items(tx, filter, outcome, after, limit))
    }

    fn save_reading(&self, batch: BatchId, item: &BatchItem, reading: &Reading) -> Result<()> {
        self.write(|tx| readings::save(tx, batch, item, reading))
    }

    fn reading(&self, item: ItemId) -> Result<Option<Reading>> {
        self.read(|tx| readings::reading(tx, item))
    }

    fn readings(&self, batch: BatchId, after: Option<&Locator>, limit: usize) -> Result<Vec<ReadItem>> {
        self.read(|tx| readings::readings(tx, batch, after, limit))
    }

    fn believe(&self, items: &[ItemId]) -> Result<()> {
        self.write(|tx| readings::believe(tx, items))
    }

    fn is_believed(&self, item: ItemId) -> Result<bool> {
        self.read(|tx| readings::is_believed(tx, item))
    }

    fn propose(&self, numbers: &[(ItemId, CatalogNumber)]) -> Result<()> {
        self.write(|tx| readings::propose(tx, numbers))
    }

    fn proposed(&self, items: &[ItemId]) -> Result<Vec<Option<CatalogNumber>>> {
        self.read(|tx| readings::proposed(tx, items))
    }

    fn share(&self, item: ItemId, numbers: &[CatalogNumber]) -> Result<u64> {
        if numbers.is_empty() {
            return Ok(0);
        }
        self.write(|tx| readings::share(tx, item, numbers))
    }

    fn share_again(&self, profile: &str) -> Result<u64> {
        self.write(|tx| readings::share_again(tx, profile))
    }
}
