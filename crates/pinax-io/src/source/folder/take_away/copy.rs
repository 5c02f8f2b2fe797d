//! Moving a file to another file system: copied, read back, put in place; then the source is removed.

use std::fs::File;
use std::io::{self, Read, Seek as _};

use sha2::{Digest as _, Sha256};

use super::{Leaving, aside};
use crate::beneath::{Folder, Kind, status_of};

const BUFFER_BYTES: usize = 256 * 1024;

/// Copies the file to `name` in `target`, without replacing, and removes it here.
pub(super) fn across(leaving: &Leaving<'_>, target: &Folder, name: &[u8]) -> io::Result<()> {
    if target.status(name).is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let aside = aside(name);
    // What a killed run left.
    match target.remove_file(&aside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let copied = copy(leaving, target, &aside).and_then(|()| target.rename_new(&aside, target, name));
    if let Err(error) = copied {
        // The first error says more than a second one would.
        let _ = target.remove_file(&aside);
        return Err(error);
    }
    target.sync()?;
    leaving.remove()
}

fn copy(leaving: &Leaving<'_>, target: &Folder, aside: &[u8]) -> io::Result<()> {
    let mut from = &leaving.file;
    let mut to = target.create_new(aside)?;
    from.rewind()?;
    io::copy(&mut from, &mut to)?;
    to.set_modified(leaving.file.metadata()?.modified()?)?;
    to.sync_all()?;
    if sum(&leaving.file)? == sum(&to)? {
        leaving.still_listed()
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidData, "the copy is not equal to the file"))
    }
}

/// Does the file `name` in `target` hold the same bytes?
pub(super) fn same_content(leaving: &Leaving<'_>, target: &Folder, name: &[u8]) -> io::Result<bool> {
    if target.status(name)?.kind != Kind::File {
        return Ok(false);
    }
    let there = target.open(name)?;
    Ok(status_of(&there)?.size_bytes == leaving.image.fingerprint.size_bytes && sum(&leaving.file)? == sum(&there)?)
}

pub(in super::super) fn sum(mut file: &File) -> io::Result<[u8; 32]> {
    file.rewind()?;
    let mut sum = Sha256::new();
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(sum.finalize().into()),
            Ok(read) => sum.update(&buffer[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
