//! A store in memory, which fails, fills up or spoils bytes when told to.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use pinax_core::nouns::checksum::Sha256Sum;
use pinax_core::nouns::media::ObjectKey;
use pinax_core::nouns::uri::{AccessUri, PublicUrl};
use pinax_core::ports::store::{ObjectDigest, Put, Store};
use pinax_core::{Error, ErrorKind, Result};

use crate::planned_faults::PlannedFaults;

/// The calls that can be made to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StoreCall {
    /// [`Store::check`].
    Check,
    /// [`Store::put_new`]; nothing is written.
    Put,
    /// [`Store::put_new`]; all is written, and then it fails, as when the answer is lost.
    PutDone,
    /// [`Store::digest`].
    Digest,
    /// [`Store::delete`]; nothing is removed.
    Delete,
}

#[derive(Debug, Default)]
struct Inside {
    objects: BTreeMap<String, Vec<u8>>,
    room_bytes: Option<usize>,
    spoil_puts: Vec<u64>,
    faults: PlannedFaults<StoreCall>,
}

/// A store in memory.
#[derive(Debug)]
pub struct MemoryStore {
    name: String,
    public_url: PublicUrl,
    inside: Mutex<Inside>,
}

impl MemoryStore {
    /// An empty one at `https://img.example.org/tst`.
    ///
    /// # Panics
    /// Never: the address is a good one.
    #[must_use]
    pub fn new() -> Self {
        let public_url = PublicUrl::new("https://img.example.org/tst", false).expect("the address is a good one");
        Self { name: "memory".to_owned(), public_url, inside: Mutex::default() }
    }

    /// The same with another address.
    #[must_use]
    pub fn at(public_url: PublicUrl) -> Self {
        Self { public_url, ..Self::new() }
    }

    /// Puts something there behind the program's back.
    pub fn plant(&self, key: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.inside().objects.insert(key.into(), bytes.into());
    }

    /// Takes something away behind the program's back.
    pub fn lose(&self, key: &str) {
        self.inside().objects.remove(key);
    }

    /// What is there.
    #[must_use]
    pub fn objects(&self) -> BTreeMap<String, Vec<u8>> {
        self.inside().objects.clone()
    }

    /// Makes the `nth` call from now on fail.
    pub fn fail(&self, call: StoreCall, nth: u64, kind: ErrorKind) {
        self.inside().faults.plan(call, nth, kind);
    }

    /// Turns one bit of what the `nth` put from now on writes.
    pub fn spoil(&self, nth: u64) {
        let mut inside = self.inside();
        let put = inside.faults.calls(StoreCall::Put) + nth;
        inside.spoil_puts.push(put);
    }

    /// Leaves room for so many more bytes; `None` for any number.
    pub fn leave_room(&self, bytes: Option<usize>) {
        self.inside().room_bytes = bytes;
    }

    /// How many calls there were.
    #[must_use]
    pub fn calls(&self, call: StoreCall) -> u64 {
        self.inside().faults.calls(call)
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Store for MemoryStore {
    fn describe(&self) -> String {
        self.name.clone()
    }

    async fn check(&self) -> Result<()> {
        self.inside().faults.meet(StoreCall::Check)
    }

    async fn put_new(&self, key: &ObjectKey, bytes: &[u8]) -> Result<Put> {
        let mut inside = self.inside();
        inside.faults.meet(StoreCall::Put)?;
        if inside.objects.contains_key(key.as_str()) {
            return Ok(Put::Exists);
        }
        if let Some(room_bytes) = inside.room_bytes {
            let left = room_bytes.checked_sub(bytes.len());
            inside.room_bytes = Some(left.ok_or_else(|| Error::new(ErrorKind::Full, "no room left in memory"))?);
        }
        let mut bytes = bytes.to_vec();
        let put = inside.faults.calls(StoreCall::Put);
        if inside.spoil_puts.contains(&put) {
            match bytes.last_mut() {
                Some(last) => *last ^= 1,
                None => bytes.push(0),
            }
        }
        inside.objects.insert(key.as_str().to_owned(), bytes);
        inside.faults.meet(StoreCall::PutDone)?;
        Ok(Put::Created)
    }

    async fn read(&self, key: &ObjectKey) -> Result<Option<Vec<u8>>> {
        Ok(self.inside().objects.get(key.as_str()).cloned())
    }

    async fn digest(&self, key: &ObjectKey) -> Result<Option<ObjectDigest>> {
        let mut inside = self.inside();
        inside.faults.meet(StoreCall::Digest)?;
        let object = inside.objects.get(key.as_str());
        Ok(object.map(|bytes| ObjectDigest { size_bytes: bytes.len() as u64, sha256: Sha256Sum::of(bytes) }))
    }

    async fn delete(&self, key: &ObjectKey) -> Result<()> {
        let mut inside = self.inside();
        inside.faults.meet(StoreCall::Delete)?;
        inside.objects.remove(key.as_str());
        Ok(())
    }

    fn public_uri(&self, key: &ObjectKey) -> Result<AccessUri> {
        self.public_url.join(key.as_str())
    }
}
