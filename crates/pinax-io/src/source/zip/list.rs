//! The listing: every zip file below the root, and every file in it.

use std::collections::HashSet;
use std::fs::File;
use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::sync::Arc;

use futures::stream::BoxStream;
use pinax_core::nouns::source_image::{Locator, SourceImage};
use pinax_core::ports::source::Listing;
use pinax_core::{Error, ErrorKind, Result};

use super::archive::{Entry, classify, each_entry};
use super::place::{Place, Root, is_zip_name};
use crate::beneath::{Folder, Kind, status_of};
use crate::source::names::{Name, look_at};
use crate::source::passed_over::{DEEPEST, PassedOver, Why};
use crate::source::stream::{self, Ended, Out};

/// Is there a zip file, or a folder?
pub(super) fn check(place: &Place) -> Result<()> {
    match place.open()? {
        Root::Folder(folder) => folder.entries().map(drop).map_err(|error| {
            Error::new(ErrorKind::Forbidden, format!("cannot read the folder {}", place.shown())).caused_by(error)
        }),
        Root::Archive(file) => each_entry(&file, |_| false).map_err(|error| {
            Error::new(ErrorKind::Corrupt, format!("{} is no whole zip file", place.shown()))
                .hint("copy it again from where it came")
                .caused_by(error)
        }),
    }
}

/// Starts the listing on a thread of its own.
pub(super) fn listing(place: Arc<Place>) -> BoxStream<'static, Result<Listing>> {
    stream::start(move |out| {
        let mut list = List { passed: PassedOver::default(), path: Vec::new() };
        match place.open()? {
            Root::Archive(file) => list.archive(&file, out)?,
            Root::Folder(folder) => list.folder(folder, 0, out)?,
        }
        let is_whole = list.passed.saw_everything();
        list.passed.findings().into_iter().try_for_each(|finding| out.finding(finding))?;
        Ok(is_whole)
    })
    .0
}

struct List {
    passed: PassedOver,
    /// Of the folder or zip file that is read now, with `/` at the end; empty for the root.
    path: Vec<u8>,
}

impl List {
    fn folder(&mut self, folder: Folder, depth: usize, out: &mut Out) -> std::result::Result<(), Ended> {
        let mut entries = match folder.entries() {
            Ok(entries) => entries,
            Err(error) => return self.unreadable(depth, &error),
        };
        while let Some(entry) = entries.next() {
            out.beat()?;
            let looked = entry.and_then(|entry| {
                let name = entry.name()?.to_vec();
                let kind = if look_at(&name) == Name::Litter { Kind::Special } else { entries.status(&entry)?.kind };
                Ok((entry, name, kind))
            });
            let (entry, name, kind) = match looked {
                Ok(looked) => looked,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => {
                    self.passed.unreadable(self.path.strip_suffix(b"/").unwrap_or_default(), &error);
                    continue;
                }
            };
            let above = self.path.len();
            self.path.extend_from_slice(&name);
            match kind {
                Kind::Folder if depth + 1 >= DEEPEST => self.passed.add(Why::TooDeep, &self.path),
                Kind::Folder => match entries.folder(&entry) {
                    Ok(inner) => {
                        self.path.push(b'/');
                        self.folder(inner, depth + 1, out)?;
                    }
                    Err(error) => self.passed.unreadable(&self.path, &error),
                },
                Kind::File if look_at(&name) == Name::Unfinished => self.passed.add(Why::Unfinished, &self.path),
                Kind::File if is_zip_name(&name) => match entries.open(&entry) {
                    Ok(file) => {
                        self.path.push(b'/');
                        self.archive(&file, out)?;
                    }
                    Err(error) => self.passed.unreadable(&self.path, &error),
                },
                Kind::Link if is_zip_name(&name) => self.passed.add(Why::Link, &self.path),
                _ => {}
            }
            self.path.truncate(above);
        }
        Ok(())
    }

    fn unreadable(&mut self, depth: usize, error: &io::Error) -> std::result::Result<(), Ended> {
        if depth == 0 {
            let error = Error::new(ErrorKind::Forbidden, format!("cannot read the folder with zip files: {error}"))
                .hint("give the user who runs pinax the right to read it");
            return Err(error.into());
        }
        self.passed.unreadable(self.path.strip_suffix(b"/").unwrap_or_default(), error);
        Ok(())
    }

    fn archive(&mut self, file: &File, out: &mut Out) -> std::result::Result<(), Ended> {
        let before = status_of(file).ok();
        let length = self.path.len();
        let mut unheard = None;
        // Numbers that stand for names: all names of a large zip file would be many.
        let (hashes, mut seen) = (RandomState::new(), HashSet::new());
        let listed = each_entry(file, |entry| {
            self.path.extend_from_slice(entry.name_raw());
            let sent = match classify(&entry) {
                Entry::Nothing => out.beat(),
                Entry::Passed(why) => {
                    self.passed.add(why, &self.path);
                    out.beat()
                }
                Entry::File(_) if !seen.insert(hashes.hash_one(entry.name_raw())) => {
                    self.passed.add(Why::Twice, &self.path);
                    Ok(())
                }
                Entry::File(fingerprint) => out.file(SourceImage::new(Locator::new(self.path.as_slice()), fingerprint)),
            };
            self.path.truncate(length);
            unheard = sent.err();
            unheard.is_none()
        });
        if let Some(ended) = unheard {
            return Err(ended);
        }
        let own_path = self.path.strip_suffix(b"/").unwrap_or_default();
        if let Err(error) = listed {
            self.passed.unreadable(own_path, &error);
        } else if status_of(file).ok() != before {
            self.passed.unreadable(own_path, &"it changed while it was read");
        }
        Ok(())
    }
}
