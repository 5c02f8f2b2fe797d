//! The plan of the house, held: which crate may use which, and how long a file may grow.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn arrows_point_from_people_to_pixels() {
    let may: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("pinax-image", &[][..]),
        ("pinax-sheet", &["pinax-image"][..]),
        ("pinax-core", &["pinax-image"][..]),
        ("pinax-io", &["pinax-core"][..]),
        ("pinax-testkit", &["pinax-core", "pinax-image", "pinax-sheet"][..]),
        ("pinax", &["pinax-core", "pinax-image", "pinax-io", "pinax-sheet"][..]),
    ]);
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--locked"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert_eq!(packages.len(), may.len(), "a new crate needs its place in the plan");
    for package in packages {
        let name = package["name"].as_str().unwrap();
        let allowed = may[name];
        for dependency in package["dependencies"].as_array().unwrap() {
            let uses = dependency["name"].as_str().unwrap();
            if dependency["kind"].is_null() && uses.starts_with("pinax") {
                assert!(allowed.contains(&uses), "{name} must not use {uses}");
            }
        }
    }
}

#[test]
fn no_file_grows_past_its_room() {
    let mut long = Vec::new();
    let mut folders = vec![root().join("crates")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let lines = std::fs::read_to_string(&path).unwrap().lines().count();
                if lines > 400 {
                    long.push(format!("{}: {lines} lines", path.display()));
                }
            }
        }
    }
    assert!(long.is_empty(), "split these:\n{}", long.join("\n"));
}

#[test]
fn main_reads_like_a_table_of_contents() {
    let main = std::fs::read_to_string(root().join("crates/pinax/src/main.rs")).unwrap();
    assert!(main.lines().count() <= 40);
}
