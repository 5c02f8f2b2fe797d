//! Sources: where pictures come from. One adapter a file, named after what is read.

pub mod bisque;
pub mod csv_map;
pub mod dropbox;
pub mod folder;
pub mod http_index;
mod names;
mod passed_over;
pub mod s3;
pub mod sftp;
mod stream;
mod tree;
pub mod webdav;
pub mod zip;
