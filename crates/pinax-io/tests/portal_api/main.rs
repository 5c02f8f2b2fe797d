//! The door through the portal's API: faults of the server, what it gets wrong, secrets. (`portal_contract` holds what
//! every door must do.)
#![cfg(test)]

mod faults;
mod looking;
mod real;
mod records;
mod secrets;
mod support;
mod writing;
