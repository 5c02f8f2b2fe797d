//! For tests: in-memory adapters that fail when told to, and the suites every adapter passes.

pub mod apart;
pub mod memory_source;
pub mod memory_store;
pub mod planned_faults;
pub mod source_contract;
pub mod store_contract;
