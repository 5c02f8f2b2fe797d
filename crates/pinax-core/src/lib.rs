//! The rules of Pinax: how a batch of specimen pictures becomes links on the right records.
//!
//! Read it in this order: [`nouns`] (what there is), [`ports`] (what the outside must be able to do), [`steps`]
//! (one rule each; a step never calls another) and [`flows`] (the only code that joins steps and ports).
//! Nothing here prints, asks the clock, reads the environment, or speaks SQL or HTTP.
#![deny(clippy::print_stdout, clippy::print_stderr)]

pub mod flows;
pub mod nouns;
pub mod ports;
pub mod steps;

pub use nouns::error::{Error, ErrorKind, Result};
