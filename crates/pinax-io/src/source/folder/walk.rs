//! The walk through a folder, depth first. Only the folders above the current one are open, and nothing of a folder
//! is kept: a million files in one of them need no more memory than ten.

use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;

use futures::stream::BoxStream;
use pinax_core::Result;
use pinax_core::nouns::source_image::{Fingerprint, Locator, SourceImage};
use pinax_core::ports::source::Listing;

use super::left_out::LeftOut;
use super::unsettled::{Unsettled, age};
use super::{Place, faults};
use crate::beneath::{Entries, Entry, Folder, Kind, Status};
use crate::source::names::{Name, look_at};
use crate::source::passed_over::{DEEPEST, PassedOver, Why};
use crate::source::stream::{self, Ended, Out};

/// Starts the walk on a thread of its own.
pub(super) fn listing(place: Arc<Place>) -> (BoxStream<'static, Result<Listing>>, Option<JoinHandle<()>>) {
    stream::start(move |out| walk(&place, out))
}

/// Lists everything below the root; `false` when some of it could not be looked at.
///
/// # Errors
/// [`Ended::Failed`] when the root cannot be read, or is not the same at the end: then an unknown part is missing.
fn walk(place: &Place, out: &mut Out) -> Result<bool, Ended> {
    let root_fault = |error| Ended::Failed(faults::root(&place.shown(), error));
    let left_out = LeftOut::of(&place.options)?;
    let root = place.open_root()?;
    let identity = root.identity().map_err(root_fault)?;
    place.remember(identity);
    let entries = root.again().and_then(Folder::entries).map_err(root_fault)?;
    let unsettled = Unsettled::new(&root, place.options.settle, place.options.patience);
    let mut walk = Walk { left_out, unsettled, passed: PassedOver::default(), path: Vec::new(), open: Vec::new() };
    walk.open.push(Open { entries, path_length: 0 });
    walk.go(out)?;
    // Holding `root` open keeps its number from being given to another folder meanwhile.
    if place.open_root()?.identity().map_err(root_fault)? != identity {
        return Err(faults::unmounted(&place.shown()).into());
    }
    let is_whole = walk.passed.saw_everything();
    walk.passed.findings().into_iter().try_for_each(|finding| out.finding(finding))?;
    Ok(is_whole)
}

struct Walk<'a> {
    left_out: LeftOut,
    unsettled: Unsettled<'a>,
    passed: PassedOver,
    /// Of the folder that is read now, with `/` at the end; empty for the root.
    path: Vec<u8>,
    open: Vec<Open>,
}

/// A folder that is being read.
struct Open {
    entries: Entries,
    /// Of the folder above.
    path_length: usize,
}

impl Walk<'_> {
    fn go(&mut self, out: &mut Out) -> Result<(), Ended> {
        while let Some(open) = self.open.last_mut() {
            match open.entries.next() {
                Some(Ok(entry)) => self.look(&entry, out)?,
                Some(Err(error)) => {
                    self.passed.unreadable(self.path.strip_suffix(b"/").unwrap_or_default(), &error);
                    self.close();
                }
                None => self.close(),
            }
            out.beat()?;
        }
        while !self.unsettled.is_empty() {
            self.unsettled.wait(out)?;
        }
        Ok(())
    }

    fn close(&mut self) {
        if let Some(open) = self.open.pop() {
            self.path.truncate(open.path_length);
        }
    }

    fn look(&mut self, entry: &Entry, out: &mut Out) -> Result<(), Ended> {
        let name = match entry.name() {
            Ok(name) => name,
            Err(error) => {
                self.passed.unreadable(&self.path, &error);
                return Ok(());
            }
        };
        let name_tells = look_at(name);
        if name_tells == Name::Litter {
            return Ok(());
        }
        let above = self.path.len();
        self.path.extend_from_slice(name);
        let entered = !self.left_out.holds(&self.path) && self.enter_or_list(entry, name_tells, above, out)?;
        if !entered {
            self.path.truncate(above);
        }
        Ok(())
    }

    /// `true` when it is a folder that is read next.
    fn enter_or_list(&mut self, entry: &Entry, name: Name, above: usize, out: &mut Out) -> Result<bool, Ended> {
        match self.classify(entry) {
            Ok((Kind::Folder, _)) if self.open.len() >= DEEPEST => self.passed.add(Why::TooDeep, &self.path),
            Ok((Kind::Folder, _)) => return Ok(self.enter(entry, above)),
            Ok((Kind::Link, _)) => self.passed.add(Why::Link, &self.path),
            Ok((Kind::Special, _)) => self.passed.add(Why::Special, &self.path),
            Ok((Kind::File, _)) if name == Name::Unfinished => self.passed.add(Why::Unfinished, &self.path),
            Ok((Kind::File, status)) => self.file(status, out)?,
            // It went away in between: then there is nothing to list.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => self.passed.unreadable(&self.path, &error),
        }
        Ok(false)
    }

    /// Asks the file system about files only, when the folder itself tells what is no file.
    fn classify(&self, entry: &Entry) -> io::Result<(Kind, Option<Status>)> {
        match entry.kind() {
            Some(kind) if kind != Kind::File => Ok((kind, None)),
            _ => {
                let open = self.open.last().ok_or(io::ErrorKind::NotFound)?;
                let status = open.entries.status(entry)?;
                Ok((status.kind, Some(status)))
            }
        }
    }

    fn enter(&mut self, entry: &Entry, above: usize) -> bool {
        let Some(open) = self.open.last() else { return false };
        match open.entries.folder(entry).and_then(Folder::entries) {
            Ok(entries) => {
                self.path.push(b'/');
                self.open.push(Open { entries, path_length: above });
                true
            }
            Err(error) => {
                if error.kind() != io::ErrorKind::NotFound {
                    self.passed.unreadable(&self.path, &error);
                }
                false
            }
        }
    }

    fn file(&mut self, status: Option<Status>, out: &mut Out) -> Result<(), Ended> {
        let Some(status) = status else { return Ok(()) };
        if let Some(age) = age(&status, self.unsettled.settle()) {
            return self.unsettled.add(&self.path, status, age, out);
        }
        out.file(SourceImage::new(Locator::new(self.path.as_slice()), fingerprint(&status)))
    }
}

/// What the ledger knows a file by.
pub(super) fn fingerprint(status: &Status) -> Fingerprint {
    Fingerprint::of_file(status.size_bytes, status.modified_ns)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::time::{Duration, Instant};

    use futures::StreamExt as _;
    use futures::executor::block_on;

    use super::super::{FolderSourceOptions, Place};
    use super::listing;
    use crate::source::stream::PART_FILES;

    fn place(root: &std::path::Path, settle: Duration) -> Arc<Place> {
        let options = FolderSourceOptions { settle, ..FolderSourceOptions::new(root) };
        Arc::new(Place { options, file_system: Mutex::new(None) })
    }

    fn ends(walker: &std::thread::JoinHandle<()>) -> bool {
        let begun = Instant::now();
        while !walker.is_finished() && begun.elapsed() < Duration::from_secs(20) {
            std::thread::yield_now();
        }
        walker.is_finished()
    }

    #[test]
    fn a_dropped_stream_ends_the_thread_that_waits_for_files() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.jpg"), "a").unwrap();
        let (mut stream, walker) = listing(place(folder.path(), Duration::from_secs(3600)));
        let part = block_on(stream.next()).unwrap().unwrap();
        assert_eq!((part.waiting, part.files.len()), (1, 0));
        drop(stream);
        assert!(ends(&walker.unwrap()));
    }

    #[test]
    fn a_dropped_stream_ends_the_thread_whose_parts_nobody_takes() {
        let folder = tempfile::tempdir().unwrap();
        for number in 0..7_000 {
            std::fs::File::create(folder.path().join(number.to_string())).unwrap();
        }
        let (mut stream, walker) = listing(place(folder.path(), Duration::ZERO));
        let part = block_on(stream.next()).unwrap().unwrap();
        assert!(part.files.len() <= PART_FILES);
        drop(stream);
        assert!(ends(&walker.unwrap()));
    }
}
