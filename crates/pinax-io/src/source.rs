//! Sources: where pictures come from. One adapter a file, named after what is read.

pub mod folder;
