//! Portals: where records are, and links go. One module for each door.

mod download;
pub mod import_csv;
pub mod mariadb;
mod numbers;
