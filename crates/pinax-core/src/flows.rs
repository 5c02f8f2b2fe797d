//! The flows: the only code that joins steps and ports.

pub mod plan;
pub mod rebase;
pub mod review;
pub mod run;
pub mod standing;
pub mod sweep;
pub mod undo;
