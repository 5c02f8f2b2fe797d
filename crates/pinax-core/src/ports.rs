//! The ports: what the outside must be able to do. Each trait's doc comment is its contract; every adapter passes the
//! contract suite of its port in `pinax-testkit`.

pub mod clock;
pub mod converter;
pub mod ledger;
pub mod portal;
pub mod progress;
pub mod source;
pub mod stop;
pub mod store;
pub mod web;
