//! The flows: the only code that joins steps and ports.

pub mod plan;
pub mod run;
