//! Every portal keeps the port's contract.

mod import_csv;
mod mariadb;
mod memory;
