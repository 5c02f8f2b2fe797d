//! ExifTool, the reader of metadata that nobody doubts (Debian package libimage-exiftool-perl).

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

/// What it answers, given a file.
pub(crate) fn exiftool(file: &[u8], options: &[&str]) -> Vec<u8> {
    let mut child = Command::new("exiftool")
        .args(options)
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("exiftool is installed: make setup");
    let mut input = child.stdin.take().expect("a pipe");
    let file = file.to_vec();
    // It may answer before it has read all.
    let writer = std::thread::spawn(move || input.write_all(&file));
    let output = child.wait_with_output().expect("it ends");
    drop(writer.join().expect("no panic"));
    assert!(output.status.success(), "exiftool {options:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Every tag with its family-1 group, such as `XMP-dc:Creator`; lists joined with `|`.
pub(crate) fn tags(file: &[u8]) -> BTreeMap<String, String> {
    let lines = exiftool(file, &["-G1", "-s", "-a", "-u", "-ee", "-sep", "|", "-charset", "iptc=UTF8"]);
    let lines = String::from_utf8(lines).expect("UTF-8");
    let tag = |line: &str| {
        let (group, rest) = line.strip_prefix('[')?.split_once(']')?;
        let (name, value) = rest.split_once(": ").unwrap_or((rest.trim_end_matches(':'), ""));
        Some((format!("{group}:{}", name.trim()), value.trim_end().to_owned()))
    };
    lines.lines().filter_map(tag).collect()
}

/// The file with these tags written into it.
pub(crate) fn with_tags(file: &[u8], options: &[&str]) -> Vec<u8> {
    exiftool(file, &[options, &["-o", "-"]].concat())
}
