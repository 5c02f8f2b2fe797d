//! Every portal keeps the port's contract.
#![cfg(test)]

mod api;
mod import_csv;
mod mariadb;
mod memory;
