//! The folder as a store.
#![cfg(test)]
#![cfg(unix)]

mod bad_places;
mod contract;
mod cut_off;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use pinax_core::nouns::uri::PublicUrl;
use pinax_io::store::folder::{FolderStore, FolderStoreOptions};

fn store(root: &Path) -> FolderStore {
    let public_url = PublicUrl::new("https://img.example.org/tst", false).unwrap();
    FolderStore::new(FolderStoreOptions { root: root.to_owned(), public_url }).unwrap()
}

/// Everything below, hidden or not; empty folders with `/` at the end.
fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(root: &Path, folder: &Path, into: &mut BTreeMap<String, Vec<u8>>) {
        let mut empty = true;
        for entry in fs::read_dir(folder).unwrap() {
            empty = false;
            let path = entry.unwrap().path();
            if path.is_dir() && !path.is_symlink() {
                walk(root, &path, into);
            } else {
                into.insert(path.strip_prefix(root).unwrap().to_str().unwrap().into(), fs::read(&path).unwrap());
            }
        }
        if empty && folder != root {
            into.insert(format!("{}/", folder.strip_prefix(root).unwrap().display()), Vec::new());
        }
    }
    let mut all = BTreeMap::new();
    walk(root, root, &mut all);
    all
}
