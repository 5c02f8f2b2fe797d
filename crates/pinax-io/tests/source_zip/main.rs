//! Zip files as a source.
#![cfg(test)]

mod bad_input;
mod contract;
mod packer;

use std::collections::BTreeMap;
use std::path::Path;

use futures::StreamExt as _;
use pinax_core::nouns::source_image::SourceImage;
use pinax_core::ports::source::{ListFrom, Source as _};
use pinax_io::source::zip::{ZipSource, ZipSourceOptions};

fn source(root: &Path) -> ZipSource {
    ZipSource::new(&ZipSourceOptions { root: root.to_owned() }).unwrap()
}

/// What was listed, what was said, and whether it was all.
struct Listed {
    files: BTreeMap<String, SourceImage>,
    findings: Vec<String>,
    is_whole: bool,
}

async fn list(source: &ZipSource) -> Listed {
    let mut listed = Listed { files: BTreeMap::new(), findings: Vec::new(), is_whole: false };
    let mut parts = source.list(ListFrom::default());
    while let Some(part) = parts.next().await {
        let part = part.unwrap();
        for image in part.files {
            assert!(listed.files.insert(image.locator.to_string(), image).is_none());
        }
        listed.findings.extend(part.findings.into_iter().map(|finding| finding.message));
        listed.is_whole = part.is_whole;
    }
    listed
}
