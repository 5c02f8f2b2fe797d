//! The folder as a source.
#![cfg(test)]
#![cfg(unix)]

mod bad_input;
mod contract;
mod left_alone;
mod take_away;
mod unsettled;

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use futures::StreamExt as _;
use pinax_core::nouns::source_image::SourceImage;
use pinax_core::ports::source::{ListFrom, Source as _};
use pinax_io::source::folder::{FolderSource, FolderSourceOptions};

/// A source that waits for nothing.
fn source(root: &Path) -> FolderSource {
    FolderSource::new(options(root)).unwrap()
}

fn options(root: &Path) -> FolderSourceOptions {
    FolderSourceOptions { settle: Duration::ZERO, ..FolderSourceOptions::new(root) }
}

/// Names of what is listed, in order; and what is said about the rest.
async fn list(source: &FolderSource) -> (Vec<String>, Vec<String>) {
    let (mut files, mut findings) = (Vec::new(), Vec::new());
    let mut parts = source.list(ListFrom::default());
    while let Some(part) = parts.next().await {
        let part = part.unwrap();
        files.extend(part.files.into_iter().map(|image| image.locator.to_string()));
        findings.extend(part.findings.into_iter().map(|finding| finding.message));
    }
    files.sort_unstable();
    (files, findings)
}

/// The only file there is.
async fn only(source: &FolderSource) -> SourceImage {
    let mut files = Vec::new();
    let mut parts = source.list(ListFrom::default());
    while let Some(part) = parts.next().await {
        files.extend(part.unwrap().files);
    }
    assert_eq!(files.len(), 1, "{files:?}");
    files.pop().unwrap()
}

/// Makes a file, and the folders it needs.
fn write(root: &Path, name: &str, content: &str) {
    let path = root.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, content).unwrap();
}

/// Makes a pipe: whoever opens it for reading waits for ever.
fn make_pipe(path: &Path) {
    assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
    assert!(!File::options().read(true).write(true).open(path).unwrap().metadata().unwrap().is_file());
}
