//! The outside of Pinax: sources, stores, portals and the ledger. Each adapter is chosen in one place, uses no other,
//! and passes the contract suite of its port.

mod beneath;
pub mod calendar;
pub mod clock;
pub mod converter;
pub mod http;
pub mod ledger;
mod media_columns;
pub mod portal;
pub mod s3;
pub mod sftp;
pub mod source;
pub mod store;
pub mod web;
mod web_path;
mod webdav;
