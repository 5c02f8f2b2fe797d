//! Moving or deleting one file, once its picture is linked.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use pinax_core::nouns::checksum::Sha256Sum;
use pinax_core::nouns::profile::AfterLink;
use pinax_core::nouns::source_image::{Locator, SourceImage};
use pinax_core::{Error, ErrorKind, Result};

mod copy;

pub(super) use copy::sum;

use super::read::{file_fault, folder_of, is_listed, open_listed};
use super::{Place, faults};
use crate::beneath::{Folder, is_still, made, path_bytes};

/// So many names are tried for a file whose name is taken by another one.
pub(super) const MOST_NAMES: u32 = 1_000;

/// A listed file, open.
struct Leaving<'a> {
    folder: Folder,
    name: &'a [u8],
    file: File,
    image: &'a SourceImage,
}

impl Leaving<'_> {
    /// Removes the name, while it still is the file that was listed. Somebody who replaces the file between the
    /// look and the removal, a few microseconds, loses it: file systems cannot remove by condition.
    fn remove(&self) -> io::Result<()> {
        self.still_listed()?;
        self.folder.remove_file(self.name)?;
        self.folder.sync()
    }

    /// `ResourceBusy` when it changed.
    fn still_listed(&self) -> io::Result<()> {
        let same = is_listed(&self.file, self.image)? && is_still(&self.folder, self.name, &self.file);
        if same { Ok(()) } else { Err(io::ErrorKind::ResourceBusy.into()) }
    }
}

/// Could files leave the root, and come into the folder for done files?
pub(super) fn check(place: &Place, after: AfterLink) -> Result<()> {
    if after == AfterLink::Keep {
        return Ok(());
    }
    try_writing(&place.options.root)?;
    match (&place.options.done_dir, after) {
        // It is made when it is needed.
        (Some(done), AfterLink::Move) if !done.exists() => done.parent().map_or(Ok(()), try_writing),
        (Some(done), AfterLink::Move) => try_writing(done),
        _ => Ok(()),
    }
}

fn try_writing(folder: &Path) -> Result<()> {
    let probe = folder.join(format!(".pinax-{}.probe", std::process::id()));
    File::create_new(&probe).and_then(|_| fs::remove_file(&probe)).map_err(|error| {
        Error::new(
            ErrorKind::Forbidden,
            format!("files cannot be taken away: {} cannot be written to", folder.display()),
        )
        .hint("give the user who runs pinax the right to it, or set source.after = \"keep\"")
        .caused_by(error)
    })
}

pub(super) fn take_away(place: &Place, image: &SourceImage, after: AfterLink) -> Result<Option<String>> {
    let doing = match after {
        AfterLink::Keep => return Ok(None),
        AfterLink::Move => "move",
        AfterLink::Delete => "delete",
    };
    let opened = folder_of(place, image, doing)
        .and_then(|(folder, name)| open_listed(place, &folder, name, image, doing).map(|file| (folder, name, file)));
    let (folder, name, file) = match opened {
        Ok(opened) => opened,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let leaving = Leaving { folder, name, file, image };
    let fault = |error: io::Error| match error.kind() {
        io::ErrorKind::ResourceBusy => faults::changed(&image.locator),
        _ => file_fault(place, image, doing, error),
    };
    if after == AfterLink::Delete {
        return leaving.remove().map(|()| None).map_err(fault);
    }
    let Some(done) = &place.options.done_dir else {
        return Err(Error::new(ErrorKind::Config, "there is no folder for done files")
            .hint("name one, or leave the files where they are"));
    };
    move_to(done, &leaving, fault).map(Some)
}

/// Moves the file below `done`, under the same path; returns where it is now.
fn move_to(done: &Path, leaving: &Leaving<'_>, source_fault: impl Fn(io::Error) -> Error) -> Result<String> {
    let path = leaving.image.locator.as_bytes();
    let above = &path[..path.len() - leaving.name.len()];
    let target_fault = |error| faults::done(&leaving.image.locator, done, error);
    let target = make_folders(done, above).map_err(target_fault)?;
    for number in 1..=MOST_NAMES {
        let name = numbered(leaving.name, number);
        leaving.still_listed().map_err(&source_fault)?;
        let moved = match leaving.folder.rename_new(leaving.name, &target, &name) {
            Ok(()) => target.sync().and_then(|()| leaving.folder.sync()),
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => copy::across(leaving, &target, &name),
            Err(error) => Err(error),
        };
        match moved {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                // An earlier try may have come as far as the copy.
                if !copy::same_content(leaving, &target, &name).map_err(target_fault)? {
                    continue;
                }
                leaving.remove().map_err(&source_fault)?;
            }
            Err(error) if error.kind() == io::ErrorKind::ResourceBusy => return Err(source_fault(error)),
            moved => moved.map_err(target_fault)?,
        }
        let shown_done = Locator::new(path_bytes(done).unwrap_or_default());
        return Ok(format!("{shown_done}/{}", Locator::new([above, &name].concat())));
    }
    Err(target_fault(io::Error::new(io::ErrorKind::AlreadyExists, "too many files of that name are there")))
}

/// Makes the folder for done files, when only itself is missing, and the folders below it.
fn make_folders(done: &Path, above: &[u8]) -> io::Result<Folder> {
    match fs::create_dir(done) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(error),
        // Whatever else is wrong shows when it is opened.
        _ => {}
    }
    made(Folder::root(done)?, above.split(|byte| *byte == b'/').filter(|part| !part.is_empty()))
}

/// `a.jpg`, `a-2.jpg`, `a-3.jpg`, …
pub(super) fn numbered(name: &[u8], number: u32) -> Vec<u8> {
    if number == 1 {
        return name.to_owned();
    }
    let dot = name.iter().rposition(|byte| *byte == b'.').filter(|dot| *dot > 0).unwrap_or(name.len());
    [&name[..dot], format!("-{number}").as_bytes(), &name[dot..]].concat()
}

/// A name for what is written before it is put in place; the same one each time.
pub(super) fn aside(name: &[u8]) -> Vec<u8> {
    format!(".pinax-{}.part", Sha256Sum::of(name).short(32)).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::numbered;

    #[test]
    fn numbers_go_before_the_extension() {
        for (name, wanted) in [("a.jpg", "a-2.jpg"), ("a", "a-2"), (".a", ".a-2"), ("a.b.jpg", "a.b-2.jpg")] {
            assert_eq!(numbered(name.as_bytes(), 2), wanted.as_bytes());
        }
    }
}
