//! A source in memory, which fails when told to.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use pinax_core::nouns::checksum::Sha256Sum;
use pinax_core::nouns::finding::Finding;
use pinax_core::nouns::profile::AfterLink;
use pinax_core::nouns::source_image::{Fingerprint, Locator, SourceImage};
use pinax_core::ports::source::{ListFrom, Listing, Source};
use pinax_core::{Error, ErrorKind, Result};

use crate::planned_faults::PlannedFaults;

/// The calls that can be made to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SourceCall {
    /// [`Source::check`].
    Check,
    /// One part of [`Source::list`]; nothing comes after it.
    List,
    /// [`Source::read`].
    Read,
    /// [`Source::take_away`]; what was asked for is not done.
    TakeAway,
}

#[derive(Debug, Default)]
struct Inside {
    files: BTreeMap<Vec<u8>, (Vec<u8>, i64)>,
    taken: BTreeMap<Vec<u8>, Vec<u8>>,
    findings: Vec<Finding>,
    waiting: u64,
    clock_ns: i64,
    faults: PlannedFaults<SourceCall>,
}

/// A source in memory. Every change of a file gives it a later time.
#[derive(Debug, Default)]
pub struct MemorySource {
    inside: Mutex<Inside>,
}

impl MemorySource {
    /// Files in one part of a listing: few, so that tests see several parts.
    pub const PART_FILES: usize = 3;

    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds or changes a file, and gives what a listing would.
    pub fn put(&self, locator: impl AsRef<[u8]>, bytes: impl Into<Vec<u8>>) -> SourceImage {
        let mut inside = self.inside();
        inside.clock_ns += 1_000_000_000;
        let (locator, bytes, modified_ns) = (locator.as_ref().to_vec(), bytes.into(), inside.clock_ns);
        let image = image(&locator, &bytes, modified_ns);
        inside.files.insert(locator, (bytes, modified_ns));
        image
    }

    /// Removes a file.
    pub fn remove(&self, locator: impl AsRef<[u8]>) {
        self.inside().files.remove(locator.as_ref());
    }

    /// Says this in the next listing.
    pub fn find(&self, finding: Finding) {
        self.inside().findings.push(finding);
    }

    /// Says in every listing that so many files are waited for.
    pub fn wait_for(&self, files: u64) {
        self.inside().waiting = files;
    }

    /// Makes the `nth` call from now on fail.
    pub fn fail(&self, call: SourceCall, nth: u64, kind: ErrorKind) {
        self.inside().faults.plan(call, nth, kind);
    }

    /// How many calls there were.
    #[must_use]
    pub fn calls(&self, call: SourceCall) -> u64 {
        self.inside().faults.calls(call)
    }

    /// What is there.
    #[must_use]
    pub fn files(&self) -> BTreeMap<Vec<u8>, Vec<u8>> {
        self.inside().files.iter().map(|(locator, (bytes, _))| (locator.clone(), bytes.clone())).collect()
    }

    /// What was moved away.
    #[must_use]
    pub fn taken(&self) -> BTreeMap<Vec<u8>, Vec<u8>> {
        self.inside().taken.clone()
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn image(locator: &[u8], bytes: &[u8], modified_ns: i64) -> SourceImage {
    let fingerprint = Fingerprint::of_file(bytes.len() as u64, modified_ns);
    SourceImage::new(Locator::new(locator), fingerprint)
}

fn listed<'a>(inside: &'a Inside, wanted: &SourceImage) -> Result<&'a Vec<u8>> {
    let gone = || Error::new(ErrorKind::NotFound, format!("{} is not there any more", wanted.locator));
    let (bytes, modified_ns) = inside.files.get(wanted.locator.as_bytes()).ok_or_else(gone)?;
    if image(wanted.locator.as_bytes(), bytes, *modified_ns) == *wanted {
        Ok(bytes)
    } else {
        Err(Error::new(ErrorKind::Conflict, format!("{} changed since it was listed", wanted.locator)))
    }
}

#[async_trait]
impl Source for MemorySource {
    fn describe(&self) -> String {
        "memory".to_owned()
    }

    async fn check(&self) -> Result<()> {
        self.inside().faults.meet(SourceCall::Check)
    }

    fn list(&self, _from: ListFrom) -> BoxStream<'_, Result<Listing>> {
        let mut inside = self.inside();
        let files: Vec<SourceImage> =
            inside.files.iter().map(|(locator, (bytes, modified_ns))| image(locator, bytes, *modified_ns)).collect();
        let mut findings = std::mem::take(&mut inside.findings);
        let mut parts = Vec::new();
        for files in files.chunks(Self::PART_FILES) {
            let findings = std::mem::take(&mut findings);
            parts.push(Listing { files: files.to_vec(), findings, waiting: inside.waiting, ..Listing::default() });
        }
        parts.push(Listing { findings, is_whole: true, ..Listing::default() });
        let met = stream::iter(parts).map(move |part| self.inside().faults.meet(SourceCall::List).map(|()| part));
        met.scan(false, |failed, part| {
            let ended = std::mem::replace(failed, part.is_err());
            futures::future::ready((!ended).then_some(part))
        })
        .boxed()
    }

    async fn read(&self, image: &SourceImage, limit_bytes: u64) -> Result<Vec<u8>> {
        let mut inside = self.inside();
        inside.faults.meet(SourceCall::Read)?;
        let bytes = listed(&inside, image)?;
        if bytes.len() as u64 > limit_bytes {
            return Err(Error::new(ErrorKind::Rejected, format!("{} is too large", image.locator)));
        }
        Ok(bytes.clone())
    }

    async fn take_away(&self, image: &SourceImage, after: AfterLink) -> Result<Option<String>> {
        let mut inside = self.inside();
        inside.faults.meet(SourceCall::TakeAway)?;
        let bytes = match listed(&inside, image) {
            Ok(bytes) => bytes.clone(),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let locator = image.locator.as_bytes().to_vec();
        match after {
            AfterLink::Keep => Ok(None),
            AfterLink::Delete => {
                inside.files.remove(&locator);
                Ok(None)
            }
            AfterLink::Move => {
                inside.files.remove(&locator);
                inside.taken.insert(locator, bytes);
                Ok(Some(format!("memory, done: {}", image.locator)))
            }
        }
    }

    async fn put_back(&self, image: &SourceImage, sha256: Sha256Sum, bytes: Option<&[u8]>) -> Result<()> {
        let mut inside = self.inside();
        let locator = image.locator.as_bytes().to_vec();
        if let Some((there, _)) = inside.files.get(&locator) {
            let same = Sha256Sum::of(there) == sha256;
            return if same { Ok(()) } else { Err(Error::new(ErrorKind::Conflict, "another file lies there")) };
        }
        let back = bytes.map(<[u8]>::to_vec).or_else(|| inside.taken.remove(&locator));
        let back = back.ok_or_else(|| Error::new(ErrorKind::NotFound, "it is not there any more"))?;
        inside.files.insert(locator, (back, image.fingerprint.modified_ns));
        Ok(())
    }
}
