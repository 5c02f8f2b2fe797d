//! Directory pages of real web servers as a source.
#![cfg(test)]
#![cfg(unix)]

mod contract;
mod faults;
mod pages;
