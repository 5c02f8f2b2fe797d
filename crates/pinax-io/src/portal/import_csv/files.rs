//! The CSV files for import: `profile-batch7-1.csv`, `-2.csv`, …, each below the size the import page takes.
//!
//! While a batch runs its files end in `.part`; rows are appended and on disk before anybody is told that they are
//! written. A line without end, left by a kill, is cut off before the file is gone on with. Rows that are on the portal
//! move to a file that ends in `.imported`: what ends in `.csv` waits, every row of it. The import page takes neither
//! `.part` nor `.imported`.

mod split;
mod whole;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

use pinax_core::nouns::batch::BatchId;
use pinax_core::{Error, ErrorKind, Result};

pub(super) use self::split::Gone;
pub(super) use self::whole::whole_lines;
use super::cells::{COLUMNS, Cells};
use super::options::ImportCsvOptions;

/// The folder of CSV files of one profile.
pub(super) struct OutFiles {
    folder: PathBuf,
    profile: String,
    max_bytes: u64,
    open: Option<OpenFile>,
}

/// How far a file has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    /// Its rows were seen on the portal.
    Imported,
    /// It waits for a person.
    Waiting,
    /// Its batch is not ended.
    Part,
}

impl State {
    const ALL: [Self; 3] = [Self::Imported, Self::Waiting, Self::Part];

    fn ending(self) -> &'static str {
        match self {
            Self::Imported => ".csv.imported",
            Self::Waiting => ".csv",
            Self::Part => ".csv.part",
        }
    }
}

/// A CSV file of this profile.
#[derive(Debug, Clone)]
pub(super) struct OutFile {
    pub(super) batch: i64,
    pub(super) number: u32,
    pub(super) state: State,
    pub(super) path: PathBuf,
}

impl OutFile {
    /// Its name, for people.
    pub(super) fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Its rows that are whole.
    pub(super) fn rows(&self) -> Result<u64> {
        Ok(whole_lines(&self.path)?.rows)
    }
}

/// The file rows are appended to.
struct OpenFile {
    batch: BatchId,
    number: u32,
    header: Vec<String>,
    file: File,
    path: PathBuf,
    length: u64,
}

impl OutFiles {
    pub(super) fn open(options: &ImportCsvOptions) -> Result<Self> {
        let (folder, profile) = (options.out_dir.clone(), options.file_name_part());
        Ok(Self { folder, profile, max_bytes: options.max_bytes, open: None })
    }

    /// All files of the profile, in the order they were written.
    pub(super) fn list(&self) -> Result<Vec<OutFile>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(fault(&self.folder, "read", error)),
        };
        let mut files = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| fault(&self.folder, "read", error))?;
            if !entry.file_type().is_ok_and(|kind| kind.is_file()) {
                continue;
            }
            let path = entry.path();
            let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| self.parse(name));
            if let Some((batch, number, state)) = name {
                files.push(OutFile { batch, number, state, path });
            }
        }
        // A row that is in two files, after a kill, counts as imported.
        files.sort_by_key(|file| (file.batch, file.number, file.state));
        Ok(files)
    }

    fn parse(&self, name: &str) -> Option<(i64, u32, State)> {
        let rest = name.strip_prefix(&self.profile)?.strip_prefix("-batch")?;
        let (rest, state) =
            State::ALL.into_iter().find_map(|state| Some((rest.strip_suffix(state.ending())?, state)))?;
        let (batch, number) = rest.split_once('-')?;
        Some((batch.parse().ok()?, number.parse().ok()?, state))
    }

    /// Appends rows to the files of `batch`; when this returns they are on disk. Answers the number of the file of each.
    pub(super) fn append(&mut self, batch: BatchId, identifier: &str, rows: &[Cells]) -> Result<Vec<u32>> {
        let mut numbers = Vec::with_capacity(rows.len());
        if rows.is_empty() {
            return Ok(numbers);
        }
        let wanted: Vec<usize> =
            (0..COLUMNS.len()).filter(|column| rows.iter().any(|row| row.columns().any(|of| of == *column))).collect();
        let mut open = match self.open.take().filter(|open| open.batch == batch) {
            Some(open) => Some(open),
            None => self.reopen(batch)?,
        };
        let fits = |open: &OpenFile| {
            open.header.first().is_some_and(|first| first == identifier)
                && wanted.iter().all(|column| open.header.iter().any(|name| name == COLUMNS[*column]))
        };
        let header: Vec<String> = std::iter::once(identifier)
            .chain(wanted.iter().map(|column| COLUMNS[*column]))
            .map(str::to_owned)
            .collect();
        let mut file = match open.take_if(|open| fits(open)) {
            Some(file) => file,
            None => self.next_file(batch, header)?,
        };
        let mut lines = Vec::new();
        for row in rows {
            let mut line = row_line(&file.header, row);
            if file.length + (lines.len() + line.len()) as u64 > self.max_bytes {
                file.write(&std::mem::take(&mut lines))?;
                file = self.next_file(batch, file.header)?;
                line = row_line(&file.header, row);
            }
            lines.append(&mut line);
            numbers.push(file.number);
        }
        file.write(&lines)?;
        self.open = Some(file);
        Ok(numbers)
    }

    /// The file a killed run was writing to.
    fn reopen(&self, batch: BatchId) -> Result<Option<OpenFile>> {
        let last = self.list()?.into_iter().rfind(|file| file.batch == batch.0);
        let Some(OutFile { path, number, .. }) = last.filter(|file| file.state == State::Part) else { return Ok(None) };
        let whole = whole_lines(&path)?;
        let Some(header) = whole.header else { return Ok(None) };
        let failed = |error| fault(&path, "write to", error);
        let mut file = OpenOptions::new().write(true).open(&path).map_err(failed)?;
        file.set_len(whole.length).and_then(|()| file.seek(io::SeekFrom::End(0))).map_err(failed)?;
        Ok(Some(OpenFile { batch, number, header, file, path, length: whole.length }))
    }

    fn next_file(&self, batch: BatchId, header: Vec<String>) -> Result<OpenFile> {
        let last = self.list()?.into_iter().rfind(|file| file.batch == batch.0);
        let number = last.map_or(1, |file| file.number + 1);
        let path = self.path(batch, number, State::Part);
        let failed = |error| fault(&path, "write to", error);
        fs::create_dir_all(&self.folder).map_err(failed)?;
        let file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(failed)?;
        let mut open = OpenFile { batch, number, header, file, path: path.clone(), length: 0 };
        let line = line(open.header.iter().map(String::as_str));
        open.write(&line)?;
        sync_folder(&self.folder)?;
        Ok(open)
    }

    fn path(&self, batch: BatchId, number: u32, state: State) -> PathBuf {
        self.folder.join(format!("{}-batch{batch}-{number}{}", self.profile, state.ending()))
    }

    /// What a file is called while it waits, for people.
    pub(super) fn name_of(&self, batch: i64, number: u32) -> String {
        self.path(BatchId(batch), number, State::Waiting).file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Gives the files of `batch` their names; returns those that wait.
    pub(super) fn finish(&mut self, batch: BatchId) -> Result<Vec<PathBuf>> {
        self.open = None;
        for OutFile { path, number, .. } in
            self.list()?.into_iter().filter(|file| file.batch == batch.0 && file.state == State::Part)
        {
            let whole = whole_lines(&path)?;
            let failed = |error| fault(&path, "write to", error);
            if whole.rows == 0 {
                fs::remove_file(&path).map_err(failed)?;
                continue;
            }
            let file = OpenOptions::new().write(true).open(&path).map_err(failed)?;
            file.set_len(whole.length).and_then(|()| file.sync_all()).map_err(failed)?;
            fs::rename(&path, self.path(batch, number, State::Waiting)).map_err(failed)?;
        }
        let waits = |file: &OutFile| file.batch == batch.0 && file.state == State::Waiting;
        let files: Vec<PathBuf> = self.list()?.into_iter().filter(waits).map(|file| file.path).collect();
        if !files.is_empty() {
            sync_folder(&self.folder)?;
        }
        Ok(files)
    }

    /// Proves that the folder can be written to.
    pub(super) fn try_writing(&self) -> Result<()> {
        let probe = self.folder.join(format!(".{}-{}.probe", self.profile, std::process::id()));
        fs::create_dir_all(&self.folder)
            .and_then(|()| File::create(&probe))
            .and_then(|_| fs::remove_file(&probe))
            .map_err(|error| fault(&self.folder, "write to", error))
    }
}

impl OpenFile {
    /// Appends lines, all or none.
    fn write(&mut self, lines: &[u8]) -> Result<()> {
        let written = self.file.write_all(lines).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // If this fails too, the torn line is cut off when the file is opened again.
            let _ = self.file.set_len(self.length);
            return Err(fault(&self.path, "write to", error));
        }
        self.length += lines.len() as u64;
        Ok(())
    }
}

fn row_line(header: &[String], row: &Cells) -> Vec<u8> {
    let value = |name: &String| {
        let column = COLUMNS.iter().position(|column| column == name);
        column.map_or(row.identifier.as_str(), |column| row.values[column].as_str())
    };
    line(header.iter().map(value))
}

fn line<'a>(cells: impl Iterator<Item = &'a str>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(cells).expect("writing to memory does not fail");
    writer.into_inner().expect("writing to memory does not fail")
}

/// Makes new names in the folder survive a power cut.
fn sync_folder(folder: &Path) -> Result<()> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| fault(folder, "write to", error))
}

fn fault(path: &Path, doing: &str, error: io::Error) -> Error {
    let (kind, hint) = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => (ErrorKind::Full, "make room and run again"),
        io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
            (ErrorKind::ReadOnly, "give a folder that can be written to")
        }
        _ => (ErrorKind::Io, "look whether the folder is there and in order"),
    };
    Error::new(kind, format!("could not {doing} {}", path.display())).hint(hint).caused_by(error)
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::Path;

    use pinax_core::ErrorKind;

    use super::{ImportCsvOptions, OutFiles, State, fault};

    #[test]
    fn a_disk_that_is_full_and_one_that_cannot_be_written_to_stop_the_run() {
        for (error, kind) in [
            (io::ErrorKind::StorageFull, ErrorKind::Full),
            (io::ErrorKind::QuotaExceeded, ErrorKind::Full),
            (io::ErrorKind::ReadOnlyFilesystem, ErrorKind::ReadOnly),
            (io::ErrorKind::PermissionDenied, ErrorKind::ReadOnly),
        ] {
            assert_eq!(fault(Path::new("out"), "write to", error.into()).kind(), kind);
        }
    }

    #[test]
    fn only_its_own_files_are_taken_for_its_own() {
        let files = OutFiles::open(&ImportCsvOptions::new("r", "o", "c", "tst é/1")).unwrap();
        assert_eq!(files.parse("tst_é_1-batch7-2.csv"), Some((7, 2, State::Waiting)));
        assert_eq!(files.parse("tst_é_1-batch7-12.csv.part"), Some((7, 12, State::Part)));
        assert_eq!(files.parse("tst_é_1-batch7-2.csv.imported"), Some((7, 2, State::Imported)));
        for other in ["tst-batch7-2.csv", "tst_é_1-batch7.csv", "tst_é_1-batchx-2.csv", "tst_é_1-batch7-2.csv.bak"] {
            assert_eq!(files.parse(other), None, "{other}");
        }
    }
}
