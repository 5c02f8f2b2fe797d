//! The walk through a source that is looked at folder by folder over the web: depth first, one folder at a time.

use std::collections::{BTreeSet, VecDeque};

use async_trait::async_trait;
use futures::stream::{self, BoxStream, StreamExt as _};
use pinax_core::nouns::finding::Finding;
use pinax_core::nouns::source_image::{Fingerprint, Locator, SourceImage};
use pinax_core::ports::source::Listing;
use pinax_core::{Error, ErrorKind, Result};

use super::names::{Name, look_at};
use super::passed_over::{DEEPEST, PassedOver, Why};

/// Files in one part.
const PART_FILES: usize = 1_000;
/// A page may tell the time of another zone than ours: what changed so much before a date may still be new.
const ZONES_MS: i64 = 26 * 3_600 * 1_000;

/// A file as its folder tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// Its name, not its path.
    pub(super) name: Vec<u8>,
    pub(super) fingerprint: Fingerprint,
    /// About when it changed, in milliseconds since 1970.
    pub(super) changed_ms: Option<i64>,
}

/// What lies in a folder.
#[derive(Debug, Default)]
pub(super) struct Contents {
    pub(super) files: Vec<Found>,
    /// Names of folders.
    pub(super) folders: Vec<Vec<u8>>,
    /// Names that cannot be, as they were written.
    pub(super) odd: Vec<String>,
    /// What a person should know of it.
    pub(super) findings: Vec<Finding>,
}

/// A source that is looked at folder by folder.
#[async_trait]
pub(super) trait Folders: Send + Sync {
    /// What lies in the folder at `path`, which is empty for the root.
    async fn contents(&self, path: &[u8]) -> Result<Contents>;
}

/// Lists everything below the root; with `since_ms`, only what is not surely older.
pub(super) fn list<F: Folders>(folders: &F, since_ms: Option<i64>) -> BoxStream<'_, Result<Listing>> {
    let walk = Walk {
        folders,
        since_ms,
        left: vec![Step::Enter(Vec::new())],
        above: Vec::new(),
        ready: VecDeque::new(),
        passed: PassedOver::default(),
        left_out_old: false,
    };
    stream::unfold(Some(walk), |walk| async {
        let mut walk = walk?;
        match walk.next().await {
            Ok((part, true)) => Some((Ok(part), Some(walk))),
            Ok((part, false)) => Some((Ok(part), None)),
            Err(error) => Some((Err(error), None)),
        }
    })
    .boxed()
}

enum Step {
    Enter(Vec<u8>),
    /// All below the folder that was entered last was seen.
    Leave,
}

struct Walk<'a, F> {
    folders: &'a F,
    since_ms: Option<i64>,
    left: Vec<Step>,
    /// What the folders above hold: a folder that holds the very same is one of them, reached through a link.
    above: Vec<u64>,
    ready: VecDeque<SourceImage>,
    passed: PassedOver,
    left_out_old: bool,
}

impl<F: Folders> Walk<'_, F> {
    /// The next part; `false` with the last one. One without files says that the walk goes on.
    async fn next(&mut self) -> Result<(Listing, bool)> {
        let mut part = Listing::default();
        if self.ready.is_empty() {
            match self.left.pop() {
                Some(Step::Enter(path)) => self.enter(path, &mut part).await?,
                Some(Step::Leave) => {
                    self.above.pop();
                }
                None => {
                    part.is_whole = self.passed.saw_everything() && !self.left_out_old;
                    part.findings = std::mem::take(&mut self.passed).findings();
                    return Ok((part, false));
                }
            }
        }
        let count = self.ready.len().min(PART_FILES);
        part.files.extend(self.ready.drain(..count));
        Ok((part, true))
    }

    async fn enter(&mut self, path: Vec<u8>, part: &mut Listing) -> Result<()> {
        let contents = match self.folders.contents(&path).await {
            Ok(contents) => contents,
            Err(error) if path.is_empty() || stops_the_listing(&error) => return Err(error),
            Err(error) => {
                self.passed.unreadable(&path, &error);
                return Ok(());
            }
        };
        part.findings = contents.findings;
        let same = sum(&contents.files, &contents.folders);
        if !contents.files.is_empty() && self.above.contains(&same) {
            self.passed.add(Why::Link, &path);
            return Ok(());
        }
        self.above.push(same);
        self.left.push(Step::Leave);
        for odd in contents.odd {
            self.passed.add(Why::Outside, &below(&path, odd.as_bytes()));
        }
        let mut names: BTreeSet<Vec<u8>> = BTreeSet::new();
        for folder in contents.folders.into_iter().rev() {
            let path = below(&path, &folder);
            if look_at(&folder) == Name::Litter || !names.insert(folder) {
                continue;
            }
            if self.above.len() >= DEEPEST {
                self.passed.add(Why::TooDeep, &path);
            } else {
                self.left.push(Step::Enter(path));
            }
        }
        for file in contents.files {
            let path = below(&path, &file.name);
            match look_at(&file.name) {
                Name::Litter => {}
                Name::Unfinished => self.passed.add(Why::Unfinished, &path),
                Name::Ordinary if !names.insert(file.name) => {}
                Name::Ordinary if self.is_old(file.changed_ms) => self.left_out_old = true,
                Name::Ordinary => self.ready.push_back(SourceImage::new(Locator::new(path), file.fingerprint)),
            }
        }
        Ok(())
    }

    fn is_old(&self, changed_ms: Option<i64>) -> bool {
        matches!((self.since_ms, changed_ms), (Some(since), Some(changed)) if changed < since.saturating_sub(ZONES_MS))
    }
}

fn below(folder: &[u8], name: &[u8]) -> Vec<u8> {
    if folder.is_empty() { name.to_vec() } else { [folder, b"/", name].concat() }
}

/// Would every other folder meet it too? That one folder is closed to us is no reason to stop.
fn stops_the_listing(error: &Error) -> bool {
    error.stops_the_run() && error.kind() != ErrorKind::Forbidden
}

/// Stands for what a folder holds.
fn sum(files: &[Found], folders: &[Vec<u8>]) -> u64 {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    for file in files {
        (&file.name, file.fingerprint).hash(&mut hasher);
    }
    folders.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use futures::StreamExt as _;
    use futures::executor::block_on;
    use pinax_core::nouns::source_image::Fingerprint;
    use pinax_core::ports::source::Listing;
    use pinax_core::{Error, ErrorKind, Result};

    use super::{Contents, Folders, Found, list};

    struct Made(fn(&str) -> Result<Contents>);

    #[async_trait]
    impl Folders for Made {
        async fn contents(&self, path: &[u8]) -> Result<Contents> {
            (self.0)(std::str::from_utf8(path).unwrap())
        }
    }

    fn file(name: &str, changed_ms: i64) -> Found {
        let fingerprint = Fingerprint::of_file(1, changed_ms * 1_000_000);
        Found { name: name.into(), fingerprint, changed_ms: Some(changed_ms) }
    }

    fn folder(files: &[&str], folders: &[&str]) -> Result<Contents> {
        let files = files.iter().map(|name| file(name, 0)).collect();
        let folders = folders.iter().map(|name| name.as_bytes().to_vec()).collect();
        Ok(Contents { files, folders, ..Contents::default() })
    }

    fn all(made: &Made, since_ms: Option<i64>) -> Result<Listing> {
        let parts: Vec<Result<Listing>> = block_on(list(made, since_ms).collect());
        let mut whole = Listing::default();
        for part in parts {
            let part = part?;
            whole.files.extend(part.files);
            whole.findings.extend(part.findings);
            whole.is_whole |= part.is_whole;
        }
        Ok(whole)
    }

    fn names(listing: &Listing) -> Vec<String> {
        listing.files.iter().map(|image| image.locator.to_string()).collect()
    }

    #[test]
    fn everything_is_listed_once_and_litter_is_not() {
        let made = Made(|path| match path {
            "" => folder(&["a.jpg", ".hidden", "b.jpg.part", "a.jpg", "Thumbs.db"], &["x", "x", ".git"]),
            "x" => folder(&["a.jpg"], &[]),
            _ => panic!("{path}"),
        });
        let listing = all(&made, None).unwrap();
        assert_eq!(names(&listing), ["a.jpg", "x/a.jpg"]);
        assert!(listing.is_whole && listing.findings.len() == 1, "{listing:?}");
    }

    #[test]
    fn a_link_that_leads_up_again_is_not_followed() {
        let made = Made(|path| match path.rsplit('/').next().unwrap() {
            "" => folder(&[], &["x"]),
            "x" => folder(&["a.jpg"], &["up"]),
            "up" => folder(&[], &["x"]),
            _ => panic!("{path}"),
        });
        let listing = all(&made, None).unwrap();
        assert_eq!(names(&listing), ["x/a.jpg"]);
        assert_eq!(listing.findings.len(), 1, "{listing:?}");
    }

    #[test]
    fn folders_without_end_are_left_alone_in_the_end() {
        let made = Made(|path| folder(&[&format!("{}.jpg", path.len())], &["x"]));
        let listing = all(&made, None).unwrap();
        assert_eq!(listing.files.len(), super::DEEPEST);
        assert!(!listing.is_whole && listing.findings.len() == 1);
    }

    #[test]
    fn a_folder_that_cannot_be_looked_at_is_told_and_the_rest_listed() {
        let made = Made(|path| match path {
            "" => folder(&["a.jpg"], &["closed", "broken", "x"]),
            "closed" => Err(Error::new(ErrorKind::Forbidden, "no")),
            "broken" => Err(Error::new(ErrorKind::Io, "no")),
            _ => folder(&["b.jpg"], &[]),
        });
        let listing = all(&made, None).unwrap();
        assert_eq!(names(&listing), ["a.jpg", "x/b.jpg"]);
        assert!(!listing.is_whole && listing.findings.len() == 1, "{listing:?}");
        assert!(all(&Made(|_| Err(Error::new(ErrorKind::Forbidden, "no"))), None).is_err());
        let down = Made(|path| match path {
            "" => folder(&["a.jpg"], &["x"]),
            _ => Err(Error::new(ErrorKind::Unavailable, "down")),
        });
        assert!(all(&down, None).is_err());
    }

    #[test]
    fn only_what_is_surely_older_is_left_out() {
        let made = Made(|_| {
            let files = vec![file("old.jpg", 0), file("new.jpg", 200_000_000), file("perhaps.jpg", 190_000_000)];
            Ok(Contents { files, ..Contents::default() })
        });
        let listing = all(&made, Some(200_000_000)).unwrap();
        assert_eq!(names(&listing), ["new.jpg", "perhaps.jpg"]);
        assert!(!listing.is_whole);
    }
}
