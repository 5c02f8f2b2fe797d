//! Sources: where pictures come from. One adapter a file, named after what is read.

mod names;
mod passed_over;
mod stream;
mod tree;

pub mod bisque;
pub mod csv_map;
pub mod dropbox;
pub mod folder;
pub mod http_index;
pub mod s3;
pub mod sftp;
pub mod webdav;
pub mod zip;
