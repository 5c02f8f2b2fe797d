//! For tests: a contract suite for each port, adapters in memory that fail when told to, and private services.

pub mod apart;
pub mod bisque;
pub mod dropbox;
pub mod ledger_contract;
pub mod mariadb;
pub mod memory_portal;
pub mod memory_source;
pub mod memory_store;
pub mod memory_web;
pub mod planned_faults;
pub mod portal_contract;
pub mod portal_download;
pub mod s3_server;
pub mod scripted_web;
pub mod source_contract;
pub mod sshd;
pub mod store_contract;
pub mod symbiota_api;
pub mod web_server;
