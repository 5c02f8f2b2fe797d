//! The outside: adapters for the ports of `pinax-core`. An adapter never uses another.

pub mod portal;
