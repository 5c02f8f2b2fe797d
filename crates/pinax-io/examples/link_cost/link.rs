//! Goes on with a run whose pictures are all published: what is left is linking.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Result, ensure};
use pinax_core::flows::run::{Ask, RunContext, run};
use pinax_core::ports::converter::NoConverter;
use pinax_core::ports::ledger::Ledger as _;
use pinax_core::ports::progress::{Event, Progress};
use pinax_core::ports::stop::Never;
use pinax_core::ports::web::NoWeb;
use pinax_io::clock::SystemClock;
use pinax_io::ledger::sqlite::SqliteLedger;
use pinax_io::portal::mariadb::{MariadbOptions, MariadbPortal};
use pinax_testkit::memory_source::MemorySource;

use crate::shelf::{Shelf, profile};

/// Knows when the last item ended: what a run does after that (the collection's statistics) is no linking.
struct LastEnd(Mutex<Instant>);

impl Progress for LastEnd {
    fn tell(&self, event: Event<'_>) {
        if let Event::Ended(_) = event {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        }
    }
}

/// How many were linked, and the seconds from `started` until the ledger knew of the last one.
pub(crate) fn link(started: Instant, ledger: &Path, url: &str) -> Result<(u64, f64)> {
    let (profile, store) = (profile()?, Shelf::new()?);
    let ledger = SqliteLedger::open(ledger, "link_cost link")?;
    let portal = MariadbPortal::new(&MariadbOptions::new(url, crate::password()))?;
    let last = LastEnd(Mutex::new(started));
    let wanted = ledger.to_do(&profile.name)?;
    let context = RunContext {
        profile: &profile,
        source: &MemorySource::new(),
        store: &store,
        ask: Ask::default(),
        web: &NoWeb,
        converter: &NoConverter,
        portal: &portal,
        ledger: &ledger,
        progress: &last,
        clock: &SystemClock,
        stop: &Never,
        workers: 2,
        pixel_memory_bytes: 1_000_000,
    };
    let report = crate::on_runtime(run(context))?.map_err(|interrupted| interrupted.error)?;
    ensure!(report.linked == wanted, "{} of {wanted} pictures were linked: {report:?}", report.linked);
    let last = *last.0.lock().unwrap_or_else(PoisonError::into_inner);
    Ok((report.linked, last.duration_since(started).as_secs_f64()))
}
