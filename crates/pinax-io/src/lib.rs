//! The outside of Pinax: sources, stores, portals and the ledger. Each adapter is chosen in one place, uses no other,
//! and passes the contract suite of its port.

pub mod ledger;
pub mod portal;
