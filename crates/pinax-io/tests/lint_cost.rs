//! What the lint costs: a file far larger than the import page takes, in which every row is wrong. Alone in its program,
//! because memory is that of all of it.
#![cfg(test)]

use std::fs::{self, File};
use std::io::{BufWriter, Write};

use pinax_io::portal::import_csv::lint::{LintOptions, lint};

/// The most memory this process ever held, in bytes.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

#[test]
fn a_large_file_is_not_held_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.csv");
    let mut file = BufWriter::new(File::create(&path).unwrap());
    writeln!(file, "catalogNumber,originalUrl,format,notes").unwrap();
    let filling = "x".repeat(300);
    for n in 1..=200_000 {
        writeln!(file, "T{n},http://h/{n}.jpg,image/jpeg,{filling}").unwrap();
    }
    file.into_inner().unwrap();
    let size = fs::metadata(&path).unwrap().len();
    assert!(size > 65_000_000);
    let before = peak();
    let report = lint(&path, LintOptions::default()).unwrap();
    let grown = peak().saturating_sub(before);
    // The size itself is the one error.
    assert_eq!((report.rows, report.errors, report.warnings), (200_000, 1, 200_000));
    assert_eq!(report.findings.len(), 21);
    assert_eq!(report.more["https"], 199_980);
    assert!(grown < 16 << 20, "{grown} bytes more for a file of {size}");
}
