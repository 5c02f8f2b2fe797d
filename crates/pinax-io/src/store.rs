//! Stores: where pictures are published. One adapter a file, named after what is written to.

pub mod folder;
pub mod s3;
pub mod sftp;
pub mod webdav;
