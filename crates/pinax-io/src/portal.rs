//! Portals: where records are, and links go. One module for each door.

pub mod api;
mod choose;
mod download;
pub mod import_csv;
pub mod mariadb;
mod numbers;
