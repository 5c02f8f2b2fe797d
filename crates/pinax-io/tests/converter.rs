//! Converters as real programs: small shell scripts.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use pinax_core::nouns::error::{Error, ErrorKind, Result};
use pinax_core::ports::converter::Converter;
use pinax_io::converter::{ConverterOptions, ProgramConverter};

struct World {
    folder: tempfile::TempDir,
    options: ConverterOptions,
}

impl World {
    /// A script as the converter of HEIC.
    fn with(script: &str) -> Self {
        let folder = tempfile::tempdir().expect("works");
        let program = folder.path().join("convert");
        fs::write(&program, format!("#!/bin/sh\n{script}\n")).expect("works");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("works");
        let command = vec![program.to_string_lossy().into_owned(), "{in}".to_owned(), "{out}.jpg".to_owned()];
        let commands = BTreeMap::from([("heic".to_owned(), command)]);
        Self { folder, options: ConverterOptions { commands, ..ConverterOptions::default() } }
    }

    fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn convert(&self, bytes: &[u8]) -> Result<Option<Vec<u8>>> {
        let converter = ProgramConverter::new(self.options.clone())?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().expect("works");
        runtime.block_on(converter.convert("heic", Arc::new(bytes.to_vec())))
    }

    #[track_caller]
    fn refused(&self) -> Error {
        let error = self.convert(b"picture").expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
        error
    }
}

#[test]
fn the_file_it_writes_is_the_picture() {
    let world = World::with(r#"cat "$1" "$1" > "$2""#);
    assert_eq!(world.convert(b"abc").unwrap().unwrap(), b"abcabc");
    // The largest of several.
    let world = World::with(r#"echo small > "${2%.jpg}-1.jpg"; cat "$1" "$1" > "${2%.jpg}-2.jpg""#);
    assert_eq!(world.convert(b"abcabc").unwrap().unwrap(), b"abcabcabcabc");
}

#[test]
fn without_a_program_nothing_is_converted() {
    let mut world = World::with("");
    world.options.commands.clear();
    assert_eq!(world.convert(b"abc").unwrap(), None);
}

#[test]
fn it_sees_nothing_of_ours_and_leaves_nothing_behind() {
    let world = World::with(r#"env > "$2"; pwd >> "$2""#);
    let told = String::from_utf8(world.convert(b"abc").unwrap().unwrap()).unwrap();
    assert!(!told.contains("CARGO"), "{told}");
    let home = told.lines().find_map(|line| line.strip_prefix("HOME=")).unwrap();
    assert!(!PathBuf::from(home).exists(), "its folder is gone");
    assert_eq!(told.lines().last(), Some(home));
}

#[test]
fn arguments_reach_it_as_they_are() {
    let mut world = World::with(r#"printf '%s' "$3" > "$2""#);
    world.options.commands.get_mut("heic").unwrap().push("$(touch x); *".to_owned());
    assert_eq!(world.convert(b"abc").unwrap().unwrap(), b"$(touch x); *");
}

#[test]
fn what_it_complains_of_is_told() {
    let error = World::with("echo first >&2; echo 'no HEVC decoder' >&2; exit 3").refused();
    assert!(error.to_string().contains("ended with code 3: no HEVC decoder"), "{error}");
    let error = World::with("true").refused();
    assert!(error.to_string().contains("wrote no file"), "{error}");
    let error = World::with("kill -SEGV $$").refused();
    assert!(error.to_string().contains("signal 11"), "{error}");
    // Somebody else's file is not a picture it made.
    World::with(r#"ln -s /etc/hostname "$2""#).refused();
}

#[test]
fn it_and_what_it_started_end_in_time() {
    let mut world = World::with("");
    world.options.max_time = Duration::from_millis(300);
    let mark = world.beside("child");
    let script = format!("#!/bin/sh\nsleep 600 & echo $! > {}\nwait\n", mark.display());
    fs::write(world.beside("convert"), script).unwrap();
    let begun = Instant::now();
    let error = world.refused();
    assert!(error.to_string().contains("took longer than 0.3 seconds"), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(300));
    assert_gone(&mark);
}

/// Left running behind the back of a program that ended well.
#[test]
fn nothing_goes_on_behind_its_back() {
    let world = World::with("");
    let mark = world.beside("child");
    let script = format!("#!/bin/sh\ncat \"$1\" > \"$2\"\nsleep 600 & echo $! > {}\n", mark.display());
    fs::write(world.beside("convert"), script).unwrap();
    assert_eq!(world.convert(b"abc").unwrap().unwrap(), b"abc");
    assert_gone(&mark);
}

/// The process whose number stands in a file dies of what it was sent, or waits to be reaped by init.
#[track_caller]
fn assert_gone(mark: &PathBuf) {
    let number = fs::read_to_string(mark).expect("a number");
    let status = || fs::read_to_string(format!("/proc/{}/stat", number.trim())).unwrap_or_default();
    let is_gone = || {
        let status = status();
        matches!(status.rsplit_once(") ").map_or("", |(_, rest)| &rest[..1]), "" | "Z" | "X")
    };
    let begun = Instant::now();
    while !is_gone() && begun.elapsed() < Duration::from_secs(60) {
        std::thread::yield_now();
    }
    assert!(is_gone(), "{}", status());
}

#[test]
fn memory_and_output_are_bounded() {
    let mut world = World::with(r#"head -c 3000000 /dev/zero > "$2""#);
    world.options.max_output_bytes = 1_000_000;
    world.refused();
    // The shell keeps the variable in memory.
    let mut world = World::with(r#"x=$(head -c 300000000 /dev/zero | tr '\0' x); echo "$x" > "$2""#);
    world.options.max_memory_bytes = 100_000_000;
    world.refused();
}

#[test]
fn commands_are_checked_before_the_run() {
    let refused = |format: &str, command: &[&str]| {
        let command = command.iter().map(|word| (*word).to_owned()).collect();
        let options = ConverterOptions {
            commands: BTreeMap::from([(format.to_owned(), command)]),
            ..ConverterOptions::default()
        };
        let error = ProgramConverter::new(options).expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Config);
        error.to_string()
    };
    assert!(refused("heif", &["cp", "{in}", "{out}"]).contains("no format"));
    assert!(refused("heic", &[]).contains("no program is named"));
    assert!(refused("heic", &["cp", "{in}"]).contains("{out}"));
    assert!(refused("heic", &["no-such-program", "{in}", "{out}"]).contains("no-such-program"));
    assert!(refused("heic", &["./cp", "{in}", "{out}"]).contains("./cp"));
}
