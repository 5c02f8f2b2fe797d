//! The outside: sources, stores, portals and the ledger, each behind a port of `pinax-core`.

mod beneath;
pub mod clock;
pub mod source;
pub mod store;
