//! The import door: what downloads look like, and what becomes of the CSV files.
#![cfg(test)]

mod collections;
mod crash;
mod downloads;
mod files;
mod identifiers;
mod large;
mod linting;
mod matching;
mod settling;
mod support;
mod taking_back;
