//! The archives of one profile: `pinax-PROFILE-batch-7.zip`, `-7-2.zip`, …, in the order in which they must be imported.
//!
//! While a batch runs its rows wait in `….part`; they are appended and on disk before anybody is told that they are
//! written. A line without end, left by a kill, is cut off before the file is gone on with. Ending the batch packs each
//! part; the part goes when its archive is there.

mod part;

use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use pinax_core::nouns::batch::BatchId;
use pinax_core::{Error, ErrorKind, Result};

use self::part::{OpenPart, read_part};
use super::archive::{self, ArchiveLabel};
use super::options::{DwcaExtension, DwcaOptions};
use super::row::DwcaRow;

/// The folder of archives of one profile.
pub(super) struct Archives {
    folder: PathBuf,
    profile: String,
    date: String,
    extension: DwcaExtension,
    max_bytes: u64,
    open: Option<(BatchId, OpenPart)>,
}

/// An archive, or the part it is made of.
struct OutFile {
    batch: i64,
    number: u32,
    /// Its batch is not ended.
    is_part: bool,
    path: PathBuf,
}

impl Archives {
    pub(super) fn open(options: &DwcaOptions) -> Self {
        Self {
            folder: options.out_dir.clone(),
            profile: options.file_name_part(),
            date: options.date.clone(),
            extension: options.extension,
            max_bytes: options.max_bytes,
            open: None,
        }
    }

    /// All rows of the profile, in the order they were written.
    pub(super) fn rows(&self, mut take: impl FnMut(DwcaRow) -> Result<()>) -> Result<()> {
        for file in self.list()? {
            let rows = if file.is_part { read_part(&file.path)?.rows } else { unpack(&file.path)? };
            rows.into_iter().try_for_each(&mut take)?;
        }
        Ok(())
    }

    /// Files in the order they were written. A part whose archive is there is of a run that was killed before it could
    /// take it away, and does not count.
    fn list(&self) -> Result<Vec<OutFile>> {
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
            if let Some((batch, number, is_part)) = name {
                files.push(OutFile { batch, number, is_part, path });
            }
        }
        files.sort_by_key(|file| (file.batch, file.number, file.is_part));
        files.dedup_by_key(|file| (file.batch, file.number));
        Ok(files)
    }

    fn of_batch(&self, batch: BatchId) -> Result<Vec<OutFile>> {
        Ok(self.list()?.into_iter().filter(|file| file.batch == batch.0).collect())
    }

    fn parse(&self, name: &str) -> Option<(i64, u32, bool)> {
        let rest = name.strip_prefix("pinax-")?.strip_prefix(&self.profile)?.strip_prefix("-batch-")?;
        let (rest, is_part) = match rest.strip_suffix(".part") {
            Some(rest) => (rest, true),
            None => (rest.strip_suffix(".zip")?, false),
        };
        let (batch, number) = match rest.split_once('-') {
            Some((batch, number)) => (batch, number.parse().ok().filter(|number| *number > 1)?),
            None => (rest, 1),
        };
        Some((batch.parse().ok()?, number, is_part))
    }

    /// `pinax-PROFILE-batch-7`, `pinax-PROFILE-batch-7-2`, …
    fn name(&self, batch: BatchId, number: u32) -> String {
        let more = if number > 1 { format!("-{number}") } else { String::new() };
        format!("pinax-{}-batch-{batch}{more}", self.profile)
    }

    /// Appends rows to the archives of `batch`; when this returns they are on disk. A picture that an archive holds
    /// already goes to the next: two rows with one `sourceIdentifier` in one import make two pictures.
    pub(super) fn append(&mut self, batch: BatchId, rows: &[DwcaRow]) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let mut part = match self.open.take() {
            Some((of, part)) if of == batch => part,
            _ => self.reopen(batch)?,
        };
        let mut lines = Vec::new();
        let mut waiting = HashSet::new();
        for row in rows {
            let line = part::row_line(row);
            let known_as = row.known_as();
            let again = part.holds(&known_as) || waiting.contains(&known_as);
            if again || part.length() + (lines.len() + line.len()) as u64 > self.max_bytes {
                part.write(&std::mem::take(&mut lines), &mut waiting)?;
                part = self.next_part(batch)?;
            }
            lines.extend(line);
            waiting.insert(known_as);
        }
        part.write(&lines, &mut waiting)?;
        self.open = Some((batch, part));
        Ok(())
    }

    /// The part a killed run was writing to, or a new one.
    fn reopen(&self, batch: BatchId) -> Result<OpenPart> {
        match self.of_batch(batch)?.last().filter(|file| file.is_part) {
            Some(last) => OpenPart::reopen(&last.path),
            None => self.next_part(batch),
        }
    }

    fn next_part(&self, batch: BatchId) -> Result<OpenPart> {
        let number = self.of_batch(batch)?.last().map_or(1, |file| file.number + 1);
        fs::create_dir_all(&self.folder).map_err(|error| fault(&self.folder, "write to", error))?;
        let part = OpenPart::create(&self.folder.join(format!("{}.part", self.name(batch, number))))?;
        sync_folder(&self.folder)?;
        Ok(part)
    }

    /// Packs the parts of `batch`; returns all its archives.
    pub(super) fn finish(&mut self, batch: BatchId, collection: &str) -> Result<Vec<PathBuf>> {
        self.open = None;
        for file in self.of_batch(batch)? {
            let name = self.name(batch, file.number);
            let part = self.folder.join(format!("{name}.part"));
            if file.is_part {
                let rows = read_part(&part)?.rows;
                if !rows.is_empty() {
                    let label = ArchiveLabel {
                        name: name.clone(),
                        collection: collection.to_owned(),
                        date: self.date.clone(),
                        extension: self.extension,
                    };
                    self.place(&name, &archive::pack(&label, &rows)?)?;
                }
            }
            match fs::remove_file(&part) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(fault(&part, "remove", error)),
                _ => {}
            }
        }
        let archives: Vec<PathBuf> = self.of_batch(batch)?.into_iter().map(|file| file.path).collect();
        if !archives.is_empty() {
            sync_folder(&self.folder)?;
        }
        Ok(archives)
    }

    /// Puts an archive in its place: whole, or not at all.
    fn place(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = self.folder.join(format!("{name}.zip"));
        let new = self.folder.join(format!(".{name}.zip.new"));
        let written = File::create(&new)
            .and_then(|mut file| io::Write::write_all(&mut file, bytes).and_then(|()| file.sync_all()))
            .and_then(|()| fs::rename(&new, &path));
        if let Err(error) = written {
            let _ = fs::remove_file(&new);
            return Err(fault(&path, "write to", error));
        }
        sync_folder(&self.folder)
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

fn unpack(path: &Path) -> Result<Vec<DwcaRow>> {
    let file = File::open(path).map_err(|error| fault(path, "read", error))?;
    archive::unpack(&path.display().to_string(), io::BufReader::new(file))
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
    use pinax_core::nouns::batch::BatchId;

    use super::{Archives, DwcaOptions};

    #[test]
    fn only_its_own_files_are_taken_for_its_own() {
        let files = Archives::open(&DwcaOptions::new("r", "o", "c", "tst é/1", "2026-07-01"));
        for (batch, number) in [(7, 1), (7, 2), (123, 12)] {
            let name = files.name(BatchId(batch), number);
            assert_eq!(files.parse(&format!("{name}.zip")), Some((batch, number, false)));
            assert_eq!(files.parse(&format!("{name}.part")), Some((batch, number, true)));
        }
        for other in [
            "pinax-tst-batch-7.zip",
            "pinax-tst_é_1-batch-x.zip",
            "pinax-tst_é_1-batch-7-1.zip",
            "pinax-tst_é_1-batch-7-2.zip.bak",
            ".pinax-tst_é_1-batch-7.zip.new",
        ] {
            assert_eq!(files.parse(other), None, "{other}");
        }
    }
}
