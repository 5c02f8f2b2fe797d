//! The archive door: what stands in an archive, and what a kill leaves.
#![cfg(test)]

mod archives;
mod crash;
mod read_back;
mod support;
