//! The database door when things go wrong, and that it never reads a whole table.
#![cfg(test)]

mod delete;
mod down;
mod matching;
mod plans;
mod projects;
mod records;
mod refused;
mod rights;
mod ssl;
mod statistics;
mod support;
mod tables;
mod write;
