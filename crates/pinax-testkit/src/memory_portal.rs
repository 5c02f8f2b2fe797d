//! A portal in memory that fails when a test wants it to.

mod records;
mod rows;

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

use async_trait::async_trait;
use pinax_core::nouns::batch::BatchId;
use pinax_core::nouns::collection::{Collection, CollectionKey};
use pinax_core::nouns::finding::Finding;
use pinax_core::nouns::matching::MatchField;
use pinax_core::nouns::media::{MediaRecord, MediaRow};
use pinax_core::nouns::occurrence::{CatalogNumber, Occid, Occurrence};
use pinax_core::nouns::occurrence_record::{OccurrenceChange, OccurrenceRecord};
use pinax_core::nouns::uri::AccessUri;
use pinax_core::ports::portal::{Portal, PortalCapabilities};
use pinax_core::steps::link::MediaChange;
use pinax_core::{Error, ErrorKind, Result};

/// What is asked of a portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Call {
    /// `collection`
    Collection,
    /// `find_occurrences`
    FindOccurrences,
    /// `media_of`
    MediaOf,
    /// `media_page`
    MediaPage,
    /// `apply`
    Apply,
    /// `occurrence_fields`
    OccurrenceFields,
    /// `apply_occurrences`
    ApplyOccurrences,
    /// `finish`
    Finish,
}

/// When a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Nothing was done.
    Before,
    /// All was done, and nobody is told.
    After,
}

/// A portal in memory.
pub struct MemoryPortal {
    capabilities: PortalCapabilities,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    collections: Vec<Collection>,
    records: Vec<(u32, Occurrence)>,
    /// Columns of records, by occid.
    fields: HashMap<u64, BTreeMap<String, String>>,
    rows: Vec<MediaRow>,
    last_media_id: u64,
    finished: Vec<BatchId>,
    calls: HashMap<Call, u32>,
    faults: Vec<(Call, u32, When, Error)>,
}

impl Default for MemoryPortal {
    fn default() -> Self {
        let capabilities = PortalCapabilities { update: true, delete: true, create: true, fill: true, direct: true };
        Self { capabilities, state: Mutex::default() }
    }
}

impl MemoryPortal {
    /// A portal with collection 1, TST:VASC "Test Herbarium", and `records` records: occid 1 is TST00000001, and so on.
    #[must_use]
    pub fn with_records(records: u64) -> Self {
        let portal = Self::default();
        portal.add_collection(1, "TST", Some("VASC"), "Test Herbarium");
        for occid in 1..=records {
            portal.add_record(1, occid, &format!("TST{occid:08}"));
        }
        portal
    }

    /// The same with other capabilities.
    #[must_use]
    pub fn capable(self, capabilities: PortalCapabilities) -> Self {
        Self { capabilities, ..self }
    }

    /// Adds a collection.
    pub fn add_collection(&self, collid: u32, institution_code: &str, collection_code: Option<&str>, name: &str) {
        self.state().collections.push(Collection {
            collid: Some(collid),
            institution_code: institution_code.to_owned(),
            collection_code: collection_code.map(str::to_owned),
            name: name.to_owned(),
        });
    }

    /// Adds a record.
    pub fn add_record(&self, collid: u32, occid: u64, catalog_number: &str) {
        let record = Occurrence::numbered(Occid(occid), catalog_number);
        self.state().records.push((collid, record));
    }

    /// Writes a column of a record, as an editor may.
    pub fn set_field(&self, occid: u64, column: &str, text: &str) {
        self.state().fields.entry(occid).or_default().insert(column.to_owned(), text.to_owned());
    }

    /// The columns of every record that was written to, by occid.
    #[must_use]
    pub fn fields(&self) -> BTreeMap<u64, BTreeMap<String, String>> {
        self.state().fields.iter().map(|(occid, fields)| (*occid, fields.clone())).collect()
    }

    /// The occids of all records.
    #[must_use]
    pub fn occids(&self) -> Vec<u64> {
        self.state().records.iter().map(|(_, record)| record.occid.0).collect()
    }

    /// Takes a record away, as an editor may.
    pub fn remove_record(&self, occid: u64) {
        self.state().records.retain(|(_, record)| record.occid.0 != occid);
    }

    /// Adds a picture row that somebody else made.
    pub fn add_row(&self, record: MediaRecord) {
        self.state().insert(record);
    }

    /// Changes rows as an editor in the portal may.
    pub fn edit_rows(&self, edit: impl FnMut(&mut MediaRow)) {
        self.state().rows.iter_mut().for_each(edit);
    }

    /// All picture rows.
    #[must_use]
    pub fn rows(&self) -> Vec<MediaRow> {
        self.state().rows.clone()
    }

    /// The batches that were ended.
    #[must_use]
    pub fn finished(&self) -> Vec<BatchId> {
        self.state().finished.clone()
    }

    /// How often something was asked.
    #[must_use]
    pub fn calls(&self, call: Call) -> u32 {
        self.state().calls.get(&call).copied().unwrap_or_default()
    }

    /// Makes the `nth` call of its kind, counted from 1, fail with `error`.
    pub fn fail(&self, call: Call, nth: u32, when: When, error: Error) {
        self.state().faults.push((call, nth, when, error));
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().expect("no holder panics")
    }

    /// Counts the call, does it and answers, or fails as it was told to.
    fn call<T>(&self, call: Call, effect: impl FnOnce(&mut State) -> Result<T>) -> Result<T> {
        let mut state = self.state();
        let count = state.calls.entry(call).or_default();
        *count += 1;
        let nth = *count;
        let fault = state.faults.iter().position(|(of, at, ..)| (*of, *at) == (call, nth));
        match fault.map(|place| state.faults.remove(place)) {
            Some((_, _, When::Before, error)) => Err(error),
            Some((_, _, When::After, error)) => {
                effect(&mut state)?;
                Err(error)
            }
            None => effect(&mut state),
        }
    }
}

impl State {
    fn insert(&mut self, record: MediaRecord) -> MediaRow {
        self.last_media_id += 1;
        let row = MediaRow { media_id: Some(self.last_media_id), record };
        self.rows.push(row.clone());
        row
    }

    fn row(&mut self, occid: u64, record_id: &str) -> Option<&mut MediaRow> {
        self.rows
            .iter_mut()
            .find(|row| row.record.occid == occid && row.record.record_id.eq_ignore_ascii_case(record_id))
    }
}

fn same(one: &str, other: &str) -> bool {
    one.trim_end_matches(' ').to_lowercase() == other.trim_end_matches(' ').to_lowercase()
}

fn fits(key: &CollectionKey, one: &Collection) -> bool {
    match key {
        CollectionKey::Collid(collid) => one.collid == Some(*collid),
        CollectionKey::Code { institution_code, collection_code } => {
            same(&one.institution_code, institution_code)
                && collection_code
                    .as_ref()
                    .is_none_or(|code| one.collection_code.as_ref().is_some_and(|own| same(own, code)))
        }
    }
}

#[async_trait]
impl Portal for MemoryPortal {
    fn describe(&self) -> String {
        "portal in memory".to_owned()
    }

    fn capabilities(&self) -> PortalCapabilities {
        self.capabilities
    }

    async fn check(&self, collection: &CollectionKey, _match_on: &[MatchField]) -> Vec<Finding> {
        match self.collection(collection).await {
            Ok(found) => vec![Finding::fine(format!("collection {}", found.name))],
            Err(error) => vec![error.into()],
        }
    }

    async fn collection(&self, key: &CollectionKey) -> Result<Collection> {
        self.call(Call::Collection, |state| {
            let mut fitting = state.collections.iter().filter(|one| fits(key, one));
            match (fitting.next(), fitting.next()) {
                (Some(only), None) => Ok(only.clone()),
                (None, _) => Err(Error::new(ErrorKind::NotFound, format!("no collection {key}"))),
                (Some(_), Some(_)) => Err(Error::new(ErrorKind::Conflict, format!("several collections {key}"))),
            }
        })
    }

    async fn find_occurrences(
        &self,
        collection: &Collection,
        match_on: &[MatchField],
        numbers: &[CatalogNumber],
    ) -> Result<Vec<Vec<Occurrence>>> {
        self.call(Call::FindOccurrences, |state| {
            let of = |number: &CatalogNumber| {
                let mut answers = match_on.iter().map(|field| state.find(collection, *field, number));
                answers.find(|found| !found.is_empty()).unwrap_or_default()
            };
            Ok(numbers.iter().map(of).collect())
        })
    }

    async fn media_of(&self, _collection: &Collection, occids: &[Occid]) -> Result<Vec<MediaRow>> {
        self.call(Call::MediaOf, |state| {
            Ok(state.rows.iter().filter(|row| occids.contains(&row.occid())).cloned().collect())
        })
    }

    async fn apply(
        &self,
        collection: &Collection,
        _batch: BatchId,
        changes: &[MediaChange],
    ) -> Result<Vec<Result<MediaRow>>> {
        self.call(Call::Apply, |state| {
            Ok(changes.iter().map(|change| state.apply(collection.collid, change)).collect())
        })
    }

    async fn media_page(
        &self,
        collection: &Collection,
        prefix: &str,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Vec<MediaRow>> {
        self.call(Call::MediaPage, |state| {
            let plain = |text: &str| AccessUri::without_scheme(text).to_lowercase();
            let ours = |row: &MediaRow| {
                let of_record = |(collid, record): &(u32, Occurrence)| {
                    Some(*collid) == collection.collid && record.occid == row.occid()
                };
                state.records.iter().any(of_record)
            };
            let fits = |row: &&MediaRow| {
                row.media_id > after
                    && ours(row)
                    && row.record.addresses().any(|address| plain(address).starts_with(&plain(prefix)))
            };
            let mut rows: Vec<MediaRow> = state.rows.iter().filter(fits).cloned().collect();
            rows.sort_by_key(|row| row.media_id);
            rows.truncate(limit);
            Ok(rows)
        })
    }

    async fn occurrence_fields(
        &self,
        _collection: &Collection,
        occids: &[Occid],
        columns: &[&str],
    ) -> Result<Vec<OccurrenceRecord>> {
        self.call(Call::OccurrenceFields, |state| Ok(state.read_fields(occids, columns)))
    }

    async fn apply_occurrences(
        &self,
        collection: &Collection,
        _batch: BatchId,
        changes: &[OccurrenceChange],
    ) -> Result<Vec<Result<OccurrenceRecord>>> {
        self.call(Call::ApplyOccurrences, |state| {
            let collid = collection.collid.unwrap_or_default();
            Ok(changes.iter().map(|change| state.apply_occurrence(collid, change)).collect())
        })
    }

    async fn finish(&self, _collection: &Collection, batch: BatchId) -> Result<Vec<Finding>> {
        self.call(Call::Finish, |state| {
            state.finished.push(batch);
            Ok(Vec::new())
        })
    }
}
