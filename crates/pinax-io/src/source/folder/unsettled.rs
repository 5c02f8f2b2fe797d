//! Files that changed a moment ago: they are put aside, and listed once nothing about them changes any more.

use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use pinax_core::nouns::finding::Finding;
use pinax_core::nouns::source_image::{Locator, SourceImage};

use super::walk::fingerprint;
use crate::beneath::{Folder, Kind, Status, reach};
use crate::source::stream::{Ended, HEARTBEAT, Out};

/// So many are remembered; with more, the oldest are waited for before the walk goes on.
const MOST: usize = 10_000;

/// How long ago a file changed, when that is less than `settle`; `None` when it is settled.
///
/// What counts is the time of any change, which nobody can set. The time of the last write is looked at too, because
/// not every file system keeps the other; but not when it lies in the future, where a camera's clock may put it.
/// A change in the future is that of a server with another clock: it counts as one just now.
pub(super) fn age(status: &Status, settle: Duration) -> Option<Duration> {
    if settle.is_zero() {
        return None;
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now_ns = i64::try_from(now.as_nanos()).unwrap_or(i64::MAX);
    let since = |then_ns: i64| Duration::from_nanos(u64::try_from(now_ns.saturating_sub(then_ns)).unwrap_or(0));
    let mut age = since(status.changed_ns);
    if status.modified_ns <= now_ns {
        age = age.min(since(status.modified_ns));
    }
    (age < settle).then_some(age)
}

/// A file that is waited for.
struct Waiting {
    path: Vec<u8>,
    status: Status,
    /// When it was first met.
    since: Instant,
}

/// The files that are waited for, by the time they are looked at again.
pub(super) struct Unsettled<'a> {
    root: &'a Folder,
    settle: Duration,
    patience: Duration,
    files: BTreeMap<(Instant, u64), Waiting>,
    /// Tells apart what is due at the same moment.
    number: u64,
}

impl<'a> Unsettled<'a> {
    pub(super) fn new(root: &'a Folder, settle: Duration, patience: Duration) -> Self {
        Self { root, settle, patience, files: BTreeMap::new(), number: 0 }
    }

    pub(super) fn settle(&self) -> Duration {
        self.settle
    }

    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Puts a file aside that changed `age` ago; waits for the oldest when there are too many.
    pub(super) fn add(&mut self, path: &[u8], status: Status, age: Duration, out: &mut Out) -> Result<(), Ended> {
        while self.files.len() >= MOST {
            self.wait(out)?;
        }
        self.put(Waiting { path: path.to_owned(), status, since: Instant::now() }, age);
        Ok(())
    }

    fn put(&mut self, file: Waiting, age: Duration) {
        self.number += 1;
        self.files.insert((Instant::now() + self.settle.saturating_sub(age), self.number), file);
    }

    /// Waits for the first that is due, and looks at all that are.
    pub(super) fn wait(&mut self, out: &mut Out) -> Result<(), Ended> {
        let Some(((due, _), _)) = self.files.first_key_value() else { return Ok(()) };
        let due = *due;
        loop {
            let left = due.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            out.waiting(self.files.len())?;
            out.pause(left.min(HEARTBEAT))?;
        }
        let now = Instant::now();
        while let Some(first) = self.files.first_entry()
            && first.key().0 <= now
        {
            let file = first.remove();
            self.look_again(file, out)?;
        }
        Ok(())
    }

    fn look_again(&mut self, mut file: Waiting, out: &mut Out) -> Result<(), Ended> {
        let looked = reach(self.root, &file.path).and_then(|(folder, name)| folder.status(name));
        // What went away, or is no file any more, is not there to be listed.
        let Ok(status) = looked else { return Ok(()) };
        if status.kind != Kind::File {
            return Ok(());
        }
        if status == file.status {
            let locator = Locator::new(file.path);
            return out.file(SourceImage::new(locator, fingerprint(&status)));
        }
        if file.since.elapsed() >= self.patience {
            let message = format!("{} is still being written and was left alone", Locator::new(file.path));
            return out.finding(Finding::warning(message).hint("the next run takes it, when it is finished"));
        }
        file.status = status;
        self.put(file, age(&status, self.settle).unwrap_or_default());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use super::age;
    use crate::beneath::{Kind, Status};

    #[test]
    fn young_is_what_changed_a_moment_ago() {
        let now_ns = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos()).unwrap();
        let second = 1_000_000_000;
        let cases = [
            (-3600, -3600, false, "old"),
            (-3600, -2, true, "copied just now, with its old time"),
            (-2, -2, true, "written just now"),
            (-2, -3600, true, "on a file system that keeps no time of change"),
            (86_400, -3600, false, "from a camera whose clock is ahead"),
            (86_400, -2, true, "from that camera, just now"),
            (60, 60, true, "on a server whose clock is ahead"),
        ];
        for (modified, changed, young, what) in cases {
            let (modified_ns, changed_ns) = (now_ns + modified * second, now_ns + changed * second);
            let status = Status { kind: Kind::File, size_bytes: 1, modified_ns, changed_ns, identity: (1, 1) };
            assert_eq!(age(&status, Duration::from_secs(30)).is_some(), young, "{what}");
            assert_eq!(age(&status, Duration::ZERO), None, "{what}");
        }
    }
}
