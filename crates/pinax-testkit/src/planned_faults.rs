//! Faults that are planned: the third put fails, the first read finds the disk full.

use std::collections::HashMap;
use std::hash::Hash;

use pinax_core::{Error, ErrorKind, Result};

/// Which calls fail, and how; `Call` names the kinds of calls.
#[derive(Debug)]
pub struct PlannedFaults<Call> {
    calls: HashMap<Call, u64>,
    planned: HashMap<(Call, u64), ErrorKind>,
}

impl<Call> Default for PlannedFaults<Call> {
    fn default() -> Self {
        Self { calls: HashMap::new(), planned: HashMap::new() }
    }
}

impl<Call: Copy + Eq + Hash + std::fmt::Debug> PlannedFaults<Call> {
    /// Plans that the `nth` call from now on (the next one is 1) fails.
    pub fn plan(&mut self, call: Call, nth: u64, kind: ErrorKind) {
        let so_far = self.calls(call);
        self.planned.insert((call, so_far + nth), kind);
    }

    /// Counts a call.
    ///
    /// # Errors
    /// What was planned for it.
    pub fn meet(&mut self, call: Call) -> Result<()> {
        let count = self.calls.entry(call).or_default();
        *count += 1;
        match self.planned.get(&(call, *count)) {
            Some(kind) => Err(Error::new(*kind, format!("planned fault: {call:?} {count}"))),
            None => Ok(()),
        }
    }

    /// How many calls there were.
    #[must_use]
    pub fn calls(&self, call: Call) -> u64 {
        self.calls.get(&call).copied().unwrap_or_default()
    }
}
