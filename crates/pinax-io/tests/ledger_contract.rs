//! The ledger in SQLite keeps the contract of ledgers.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;

use pinax_core::ports::ledger::Ledger;
use pinax_io::ledger::sqlite::SqliteLedger;

fn open(folder: &Path) -> Box<dyn Ledger> {
    Box::new(SqliteLedger::open(&folder.join("ledger.sqlite"), "contract").unwrap())
}

pinax_testkit::ledger_contract_tests!(crate::open);
