//! Converters: programs a person names for formats that are not read here, run without a shell on files of their own,
//! within limits of time, memory and output.
//!
//! The program sees an almost empty environment (no passwords of ours), a folder of its own, and no terminal. It and all
//! it started are killed when its time is up.

mod child;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use pinax_core::nouns::error::{Error, ErrorKind, Result};
use pinax_core::ports::converter::Converter;
use tokio::sync::Semaphore;

/// The words of formats that a program may be named for.
pub const FORMATS: [&str; 10] = ["avif", "bmp", "heic", "jp2", "jxl", "pdf", "psd", "raw", "tiff", "webp"];
const IN: &str = "{in}";
const OUT: &str = "{out}";
/// Sets the limits of a process before it begins (util-linux).
const PRLIMIT: &str = "prlimit";

/// Which programs, and what they may use.
#[derive(Debug, Clone)]
pub struct ConverterOptions {
    /// Program and arguments by format; `{in}` and `{out}` stand for the files. An ending behind `{out}`, as in
    /// `{out}.png`, tells many programs what to write.
    pub commands: BTreeMap<String, Vec<String>>,
    /// The longest a program may run, in all its processes' CPU time and by the clock.
    pub max_time: Duration,
    /// Most address space of one of its processes.
    pub max_memory_bytes: u64,
    /// Largest file it may write.
    pub max_output_bytes: u64,
    /// Programs run at the same time.
    pub at_once: usize,
}

impl Default for ConverterOptions {
    fn default() -> Self {
        Self {
            commands: BTreeMap::new(),
            max_time: Duration::from_secs(120),
            max_memory_bytes: 4_000_000_000,
            max_output_bytes: 1_000_000_000,
            at_once: 1,
        }
    }
}

/// Programs that were found.
#[derive(Debug)]
pub struct ProgramConverter {
    options: Arc<ConverterOptions>,
    turns: Semaphore,
}

impl ProgramConverter {
    /// Checks the commands and looks for their programs.
    ///
    /// # Errors
    /// `Config` for a word that is no format, a command without `{in}` or `{out}`, or a program that is not there.
    pub fn new(options: ConverterOptions) -> Result<Self> {
        for (format, command) in &options.commands {
            check(format, command)?;
        }
        if !options.commands.is_empty() && program(PRLIMIT).is_none() {
            return Err(Error::new(
                ErrorKind::Config,
                format!("there is no program `{PRLIMIT}` to hold converters to limits"),
            )
            .hint("install the package util-linux"));
        }
        let turns = Semaphore::new(options.at_once.max(1));
        Ok(Self { options: Arc::new(options), turns })
    }
}

fn check(format: &str, command: &[String]) -> Result<()> {
    let config = |message: String| Error::new(ErrorKind::Config, format!("convert.{format}: {message}"));
    if !FORMATS.contains(&format) {
        return Err(config("this is no format that can be converted".to_owned())
            .hint(format!("formats: {}", FORMATS.join(", "))));
    }
    let Some((name, arguments)) = command.split_first().filter(|(name, _)| !name.is_empty()) else {
        return Err(config("no program is named".to_owned()).hint(r#"such as ["heif-convert", "{in}", "{out}.jpg"]"#));
    };
    for place in [IN, OUT] {
        if !arguments.iter().any(|argument| argument.contains(place)) {
            return Err(config(format!("no argument has `{place}`")).hint("the files to read and to write"));
        }
    }
    match program(name) {
        Some(_) => Ok(()),
        None => Err(config(format!("there is no program `{name}`")).hint("install it, or give its whole path")),
    }
}

/// The file of a program: a path, or a name on the search path.
fn program(name: &str) -> Option<PathBuf> {
    let whole = Path::new(name);
    if whole.components().count() > 1 {
        return (whole.is_absolute() && whole.is_file()).then(|| whole.to_owned());
    }
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|file| file.is_file())
}

#[async_trait]
impl Converter for ProgramConverter {
    async fn convert(&self, format: &str, bytes: Arc<Vec<u8>>) -> Result<Option<Vec<u8>>> {
        let Some(command) = self.options.commands.get(format).cloned() else {
            return Ok(None);
        };
        let internal = |_| Error::new(ErrorKind::Internal, "the converters are gone");
        let _turn =
            self.turns.acquire().await.map_err(|_| Error::new(ErrorKind::Internal, "the converters are gone"))?;
        let (options, format) = (Arc::clone(&self.options), format.to_owned());
        let done = tokio::task::spawn_blocking(move || run(&options, &command, &format, &bytes));
        done.await.map_err(internal)?.map(Some)
    }

    fn converts(&self) -> bool {
        !self.options.commands.is_empty()
    }
}

/// Runs a command on `bytes` and gives the largest file it wrote.
fn run(options: &ConverterOptions, command: &[String], format: &str, bytes: &[u8]) -> Result<Vec<u8>> {
    let io =
        |error: std::io::Error| Error::new(ErrorKind::Io, "the converter's files cannot be written").caused_by(error);
    let folder = tempfile::Builder::new().prefix("pinax-convert-").tempdir().map_err(io)?;
    let source = folder.path().join(format!("in.{format}"));
    let out = folder.path().join("out");
    fs::write(&source, bytes).map_err(io)?;
    fs::create_dir(&out).map_err(io)?;
    let (name, arguments) = command.split_first().ok_or_else(|| Error::new(ErrorKind::Internal, "an empty command"))?;
    let stem = out.join("picture");
    let arguments = arguments
        .iter()
        .map(|argument| argument.replace(IN, &source.to_string_lossy()).replace(OUT, &stem.to_string_lossy()));
    let limits = child::Limits {
        time: options.max_time,
        memory_bytes: options.max_memory_bytes,
        file_bytes: options.max_output_bytes,
    };
    child::run(OsStr::new(name), arguments, folder.path(), limits)?;
    let picture = largest(&out).map_err(io)?.ok_or_else(|| {
        Error::new(ErrorKind::Rejected, format!("{name} wrote no file"))
            .hint("many programs want an ending, such as {out}.jpg, to know what to write")
    })?;
    fs::read(picture).map_err(io)
}

/// The largest file of a folder: some programs write one for each picture of a file. No links are followed.
fn largest(folder: &Path) -> std::io::Result<Option<PathBuf>> {
    let mut largest = None;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        if metadata.is_file() && metadata.len() > 0 {
            largest = largest.max(Some((metadata.len(), entry.path())));
        }
    }
    Ok(largest.map(|(_, path)| path))
}
