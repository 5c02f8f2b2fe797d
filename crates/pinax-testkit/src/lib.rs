//! What tests need: in-memory adapters with fault injection, contract suites, private services.

pub mod mariadb;
pub mod memory_portal;
pub mod portal_contract;
pub mod portal_download;
