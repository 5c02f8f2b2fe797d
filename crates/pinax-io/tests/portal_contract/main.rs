//! Every portal keeps the port's contract.

mod mariadb;
mod memory;
