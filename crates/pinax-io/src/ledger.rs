//! Ledgers: what remembers batches, items and changes between runs.

pub mod sqlite;
