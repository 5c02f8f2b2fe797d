//! Turns: two puts of one key never go on at the same time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex as Lock, PoisonError};

use tokio::sync::{Mutex, OwnedMutexGuard};

/// Who waits for which key.
#[derive(Debug, Default)]
pub(super) struct Turns(Lock<HashMap<String, Arc<Mutex<()>>>>);

impl Turns {
    /// Waits until nobody else puts `key`.
    pub(super) async fn of(&self, key: &str) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // Those that nobody waits for are forgotten.
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
            Arc::clone(turns.entry(key.to_owned()).or_default())
        };
        turn.lock_owned().await
    }
}
