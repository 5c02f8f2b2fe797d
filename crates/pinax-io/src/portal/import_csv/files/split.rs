//! Taking rows out of a file: those that have arrived on the portal move to the `.imported` file beside it, those that
//! are taken back vanish. New files are whole before they take the place of old ones; a kill between leaves a row in
//! both, and the next time it is taken out again.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{BufWriter, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use csv::{ByteRecord, Writer};
use pinax_core::nouns::batch::BatchId;
use pinax_core::nouns::media::MediaRecord;
use pinax_core::{Error, ErrorKind, Result};

use super::{OutFile, OutFiles, State, fault, sync_folder, whole_lines};
use crate::portal::download::Table;
use crate::portal::import_csv::written::Columns;

/// What becomes of rows that are taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::portal::import_csv) enum Gone {
    /// They have arrived, and are kept beside.
    Imported,
    /// They shall not be.
    Away,
}

/// What taking out left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::portal::import_csv) struct Split {
    /// Rows taken out.
    pub(in crate::portal::import_csv) gone: u64,
    /// Rows that stay.
    pub(in crate::portal::import_csv) left: u64,
}

impl OutFiles {
    /// Takes the rows out of `file` of which `goes` says so; a file without rows is removed. Rows nobody can read stay.
    ///
    /// # Errors
    /// When the file is not one that was written here, or the folder cannot be written to: the file is as it was.
    pub(in crate::portal::import_csv) fn split(
        &mut self,
        file: &OutFile,
        how: Gone,
        goes: &mut dyn FnMut(&MediaRecord) -> Result<bool>,
    ) -> Result<Split> {
        // Its length and place are other ones afterwards.
        self.open = None;
        let (kept_path, gone_path) = (self.aside(file, "kept"), self.aside(file, "gone"));
        let imported = self.path(BatchId(file.batch), file.number, State::Imported);
        let mut split = Split::default();
        let name = file.path.display().to_string();
        let mut input = whole_part(file)?;
        let modified = fs::metadata(&file.path).and_then(|seen| seen.modified());
        let modified = modified.map_err(|error| fault(&file.path, "read", error))?;
        let mut table = Table::open(&name, &mut input)?;
        let columns = Columns::of(&name, &table)?;
        let header = table.names().to_vec();
        let mut kept = writer(&kept_path, &header)?;
        let mut gone = writer(&gone_path, &header)?;
        let mut there = HashSet::new();
        if how == Gone::Imported && imported.exists() {
            there = copy(&imported, &header, &mut gone, &gone_path)?;
        }
        while let Some(row) = table.next()? {
            match columns.record(&row) {
                Some(record) if goes(&record)? => {
                    split.gone += 1;
                    // After a kill it may be in both files.
                    if !there.contains(&name_of(&record)) {
                        write(&mut gone, &gone_path, row.record())?;
                    }
                }
                _ => {
                    split.left += 1;
                    write(&mut kept, &kept_path, row.record())?;
                }
            }
        }
        if let Some(told) = table.told_of_broken() {
            return Err(Error::new(ErrorKind::Corrupt, told)
                .hint("mend or remove these lines, or restore the file; nothing was changed in it"));
        }
        self.put_in_place(file, split, how, (kept, &kept_path), (gone, &gone_path), modified)?;
        Ok(split)
    }

    fn put_in_place(
        &self,
        file: &OutFile,
        split: Split,
        how: Gone,
        (kept, kept_path): (Writer<BufWriter<File>>, &Path),
        (gone, gone_path): (Writer<BufWriter<File>>, &Path),
        modified: SystemTime,
    ) -> Result<()> {
        finish(gone, gone_path, None)?;
        // It is as old as it was: a download made before it tells nothing about it.
        finish(kept, kept_path, Some(modified))?;
        let failed = |error| fault(&file.path, "write to", error);
        if split.gone > 0 && how == Gone::Imported {
            let imported = self.path(BatchId(file.batch), file.number, State::Imported);
            fs::rename(gone_path, imported).map_err(failed)?;
            sync_folder(&self.folder)?;
        } else {
            fs::remove_file(gone_path).map_err(failed)?;
        }
        if split.gone > 0 && split.left > 0 {
            fs::rename(kept_path, &file.path).map_err(failed)?;
        } else {
            fs::remove_file(kept_path).map_err(failed)?;
            if split.left == 0 {
                fs::remove_file(&file.path).map_err(failed)?;
            }
        }
        sync_folder(&self.folder)
    }

    fn aside(&self, file: &OutFile, what: &str) -> PathBuf {
        self.folder.join(format!(".{}.{what}", file.name()))
    }
}

fn whole_part(file: &OutFile) -> Result<impl Read + use<>> {
    let length = if file.state == State::Part { whole_lines(&file.path)?.length } else { u64::MAX };
    Ok(File::open(&file.path).map_err(|error| fault(&file.path, "read", error))?.take(length))
}

/// What tells a row from others of its file.
fn name_of(record: &MediaRecord) -> (u64, String) {
    (record.occid, record.record_id.to_lowercase())
}

/// Copies the rows of a file; answers which they are. (A file is small: the import page takes no large ones.)
fn copy(
    from: &Path,
    header: &[String],
    to: &mut Writer<BufWriter<File>>,
    path: &Path,
) -> Result<HashSet<(u64, String)>> {
    let name = from.display().to_string();
    let mut input = File::open(from).map_err(|error| fault(from, "read", error))?;
    let mut table = Table::open(&name, &mut input)?;
    if table.names() != header {
        return Err(Error::new(ErrorKind::Corrupt, format!("{name} has other columns than the file it belongs to"))
            .hint("one of them was changed since: bring its columns back, or move the .imported file away"));
    }
    let columns = Columns::of(&name, &table)?;
    let mut there = HashSet::new();
    while let Some(row) = table.next()? {
        write(to, path, row.record())?;
        there.extend(columns.record(&row).as_ref().map(name_of));
    }
    Ok(there)
}

fn writer(path: &Path, header: &[String]) -> Result<Writer<BufWriter<File>>> {
    let file = File::create(path).map_err(|error| fault(path, "write to", error))?;
    let mut writer = Writer::from_writer(BufWriter::new(file));
    writer.write_record(header).map_err(|error| fault(path, "write to", error.into()))?;
    Ok(writer)
}

fn write(to: &mut Writer<BufWriter<File>>, path: &Path, record: &ByteRecord) -> Result<()> {
    to.write_byte_record(record).map_err(|error| fault(path, "write to", error.into()))
}

fn finish(writer: Writer<BufWriter<File>>, path: &Path, modified: Option<SystemTime>) -> Result<()> {
    let failed = |error: std::io::Error| fault(path, "write to", error);
    let buffered = writer.into_inner().map_err(|error| failed(error.into_error()))?;
    let file = buffered.into_inner().map_err(|error| failed(error.into_error()))?;
    if let Some(modified) = modified {
        file.set_modified(modified).map_err(failed)?;
    }
    file.sync_all().map_err(failed)
}
