//! Ctrl-C: the first asks to stop after the pictures in hand, the second stops at once.

use crate::show;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Listens for Ctrl-C and SIGTERM; the flag is true once somebody asked.
pub(crate) fn listen() -> anyhow::Result<Arc<AtomicBool>> {
    let asked = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&asked);
    ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::SeqCst) {
            // Nothing is lost: the ledger settles what was in hand when the run is gone on with.
            std::process::exit(1);
        }
        show::tell!("stopping: the pictures in hand are finished first (press again to stop at once)");
    })?;
    Ok(asked)
}
