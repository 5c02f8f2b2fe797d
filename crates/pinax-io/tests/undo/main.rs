//! Undo and redo: a portal in a real database, a ledger on disk, sources and stores in memory.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod guarded;
mod property;
mod world;
