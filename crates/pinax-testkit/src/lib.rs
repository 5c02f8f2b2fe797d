//! Placeholder.

pub mod ledger_contract;
