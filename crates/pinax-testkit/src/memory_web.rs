//! A web in memory: what lies at which address.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use pinax_core::ports::web::{Seen, Web};
use pinax_core::{Error, ErrorKind, Result};

use crate::planned_faults::PlannedFaults;

/// The calls that can be made to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WebCall {
    /// [`Web::look`].
    Look,
}

#[derive(Debug, Default)]
struct Inside {
    pages: BTreeMap<String, Seen>,
    faults: PlannedFaults<WebCall>,
}

/// A web in memory; where nothing was put, it shows a page of status 404.
#[derive(Debug, Default)]
pub struct MemoryWeb {
    inside: Mutex<Inside>,
}

impl MemoryWeb {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Shows this at an address.
    pub fn show(&self, uri: impl Into<String>, seen: Seen) {
        self.inside().pages.insert(uri.into(), seen);
    }

    /// Shows a file of a type at an address, as a good server does.
    pub fn show_file(&self, uri: impl Into<String>, content_type: &str, bytes: impl Into<Vec<u8>>) {
        let bytes = bytes.into();
        let (content_type, said_bytes) = (Some(content_type.to_owned()), Some(bytes.len() as u64));
        self.show(uri, Seen { status: 200, content_type, said_bytes, bytes, ..Seen::default() });
    }

    /// Shows nothing there any more.
    pub fn remove(&self, uri: &str) {
        self.inside().pages.remove(uri);
    }

    /// Makes the `nth` call from now on fail.
    pub fn fail(&self, nth: u64, kind: ErrorKind) {
        self.inside().faults.plan(WebCall::Look, nth, kind);
    }

    /// How many calls there were.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.inside().faults.calls(WebCall::Look)
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Web for MemoryWeb {
    async fn look(&self, uri: &str, limit_bytes: u64) -> Result<Seen> {
        let mut inside = self.inside();
        inside.faults.meet(WebCall::Look)?;
        let nothing = || Seen {
            status: 404,
            content_type: Some("text/html".to_owned()),
            bytes: b"<html>Nothing is here.</html>".to_vec(),
            ..Seen::default()
        };
        let seen = inside.pages.get(uri).cloned().unwrap_or_else(nothing);
        if seen.bytes.len() as u64 > limit_bytes {
            return Err(Error::new(ErrorKind::Rejected, format!("{uri} is larger than {limit_bytes} bytes")));
        }
        Ok(seen)
    }
}
