//! Bringing back a file that was moved or deleted after its link.

use std::fs::File;
use std::io::{self, Write as _};
use std::time::{Duration, SystemTime};

use pinax_core::nouns::checksum::Sha256Sum;
use pinax_core::nouns::source_image::{Locator, SourceImage};
use pinax_core::{Error, ErrorKind, Result};

use super::take_away::{MOST_NAMES, aside, numbered, sum};
use super::{Place, faults};
use crate::beneath::{Folder, Kind, made, parts, reach, status_of};

/// Brings `image` back: from the folder for done files, or as `bytes`.
pub(super) fn put_back(place: &Place, image: &SourceImage, sha256: Sha256Sum, bytes: Option<&[u8]>) -> Result<()> {
    let fault = |error: io::Error| match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Error::new(ErrorKind::Full, format!("no room to put {} back", image.locator)).caused_by(error)
        }
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            Error::new(ErrorKind::Unavailable, format!("the folder {} lay in is not there", image.locator))
                .hint("create it, or mount the disk it lies on, then undo again")
                .caused_by(error)
        }
        _ => faults::file("put back", &image.locator, error),
    };
    let path = image.locator.as_bytes();
    let (folder, name) = home(place, path).map_err(fault)?;
    match folder.status(name) {
        Ok(_) if holds(&folder, name, image, sha256).map_err(fault)? => return Ok(()),
        Ok(_) => return Err(in_the_way(&image.locator)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(fault(error)),
    }
    let put = match bytes {
        Some(bytes) => write(&folder, name, bytes, image.fingerprint.modified_ns),
        None => return from_done(place, image, sha256, &folder, name, fault),
    };
    put.map_err(
        |error| if error.kind() == io::ErrorKind::AlreadyExists { in_the_way(&image.locator) } else { fault(error) },
    )
}

/// The folder the file lay in; made again where somebody tidied up.
fn home<'a>(place: &Place, path: &'a [u8]) -> io::Result<(Folder, &'a [u8])> {
    let parts = parts(path)?;
    let (name, above) = parts.split_last().ok_or(io::ErrorKind::InvalidInput)?;
    Ok((made(Folder::root(&place.options.root)?, above.iter().copied())?, name))
}

fn holds(folder: &Folder, name: &[u8], image: &SourceImage, sha256: Sha256Sum) -> io::Result<bool> {
    let status = folder.status(name)?;
    if status.kind != Kind::File || status.size_bytes != image.fingerprint.size_bytes {
        return Ok(false);
    }
    let file = folder.open(name)?;
    Ok(status_of(&file)?.identity == status.identity && sum(&file)? == sha256.0)
}

fn from_done(
    place: &Place,
    image: &SourceImage,
    sha256: Sha256Sum,
    folder: &Folder,
    name: &[u8],
    fault: impl Fn(io::Error) -> Error,
) -> Result<()> {
    let not_there = || {
        Error::new(ErrorKind::NotFound, format!("{} is not in the folder for done files any more", image.locator))
            .hint("the link is taken back all the same; put the file back by hand if you need it")
    };
    let done = place.options.done_dir.as_ref().ok_or_else(not_there)?;
    let root = Folder::root(done).map_err(|_| not_there())?;
    let (from, _) = reach(&root, image.locator.as_bytes()).map_err(|_| not_there())?;
    for number in 1..=MOST_NAMES {
        let taken = numbered(name, number);
        match holds(&from, &taken, image, sha256) {
            Ok(true) => {}
            Ok(false) => continue,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(fault(error)),
        }
        let moved = match from.rename_new(&taken, folder, name) {
            Ok(()) => folder.sync().and_then(|()| from.sync()),
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => across(&from, &taken, folder, name, image),
            Err(error) => Err(error),
        };
        return moved.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => in_the_way(&image.locator),
            _ => fault(error),
        });
    }
    Err(not_there())
}

/// From another file system: copied, put in place, then removed there.
fn across(from: &Folder, taken: &[u8], folder: &Folder, name: &[u8], image: &SourceImage) -> io::Result<()> {
    let mut source = from.open(taken)?;
    place_new(folder, name, image.fingerprint.modified_ns, |to| io::copy(&mut source, to).map(drop))?;
    from.remove_file(taken)?;
    from.sync()
}

fn write(folder: &Folder, name: &[u8], bytes: &[u8], modified_ns: i64) -> io::Result<()> {
    place_new(folder, name, modified_ns, |to| to.write_all(bytes))
}

/// Writes under another name and puts it in place, with its old time, so that it is known as the file it was.
fn place_new(
    folder: &Folder,
    name: &[u8],
    modified_ns: i64,
    content: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<()> {
    let aside = aside(name);
    match folder.remove_file(&aside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let put = folder.create_new(&aside).and_then(|mut to| {
        content(&mut to)?;
        to.set_modified(time(modified_ns))?;
        to.sync_all()?;
        folder.rename_new(&aside, folder, name)
    });
    if let Err(error) = put {
        let _ = folder.remove_file(&aside);
        return Err(error);
    }
    folder.sync()
}

fn time(modified_ns: i64) -> SystemTime {
    let distance = Duration::from_nanos(modified_ns.unsigned_abs());
    let time = if modified_ns < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(distance)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(distance)
    };
    time.unwrap_or(SystemTime::UNIX_EPOCH)
}

fn in_the_way(locator: &Locator) -> Error {
    Error::new(ErrorKind::Conflict, format!("another file lies where {locator} was"))
        .hint("it is kept; move it away, then undo again")
}
