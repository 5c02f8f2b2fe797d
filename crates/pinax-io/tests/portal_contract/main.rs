//! Every portal keeps the port's contract.
#![cfg(test)]

mod api;
mod dwca;
mod import_csv;
mod mariadb;
mod memory;
