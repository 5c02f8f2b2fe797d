//! The steps: one rule each, without effects. A step never calls another; the flows join them.

pub mod bisque;
pub mod derive;
pub mod describe;
pub mod evidence;
pub mod identify;
pub mod link;
pub mod look;
pub mod places;
pub mod public;
pub mod publish;
pub mod quality;
pub mod rebase;
pub mod rights;
pub mod skeletal;
