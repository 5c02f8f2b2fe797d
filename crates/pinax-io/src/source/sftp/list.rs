//! The listing: folder after folder, page after page. A connection that is lost in the middle of a folder is made
//! anew, the folder is read again, and what was named before is left out.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use pinax_core::Result;
use pinax_core::nouns::source_image::{Locator, SourceImage};
use pinax_core::ports::source::Listing;

use super::{SftpSource, fingerprint};
use crate::sftp::{Fault, NO_SUCH_FILE, Named, Opened, Session, What, joined};
use crate::source::names::{Name, look_at};
use crate::source::passed_over::{DEEPEST, PassedOver, Why};
use crate::source::stream::PART_FILES;

/// The listing of the whole source.
pub(super) fn listing(source: &SftpSource) -> BoxStream<'_, Result<Listing>> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let list = List {
        source,
        settled_s: now.saturating_sub(source.options.settle).as_secs(),
        folders: vec![Vec::new()],
        open: None,
        passed: PassedOver::default(),
        hashes: RandomState::new(),
    };
    stream::unfold(Some(list), |list| async move {
        let mut list = list?;
        match list.next_part().await {
            Ok(part) => {
                let goes_on = !list.is_over();
                Some((Ok(part), goes_on.then_some(list)))
            }
            Err(error) => Some((Err(error), None)),
        }
    })
    .boxed()
}

struct List<'a> {
    source: &'a SftpSource,
    /// What changed later than this second may still be written.
    settled_s: u64,
    /// Folders still to be read, below the root.
    folders: Vec<Vec<u8>>,
    open: Option<Open>,
    passed: PassedOver,
    hashes: RandomState,
}

/// A folder that is being read.
struct Open {
    path: Vec<u8>,
    on: Option<(Arc<Session>, Opened)>,
    /// Stand for the names that were seen.
    seen: HashSet<u64>,
}

impl List<'_> {
    fn is_over(&self) -> bool {
        self.open.is_none() && self.folders.is_empty()
    }

    /// Reads until a part is full, or until everything was read.
    async fn next_part(&mut self) -> Result<Listing> {
        let mut part = Listing::default();
        while part.files.len() < PART_FILES {
            if self.open.is_none() {
                let Some(path) = self.folders.pop() else { break };
                self.open = Some(Open { path, on: None, seen: HashSet::new() });
            }
            match self.next_names().await? {
                Some(names) => names.into_iter().for_each(|named| self.look(named, &mut part)),
                None => self.open = None,
            }
        }
        if self.is_over() {
            let passed = std::mem::take(&mut self.passed);
            part.is_whole = passed.saw_everything();
            part.findings = passed.findings();
        }
        Ok(part)
    }

    /// The next names of the folder that is read, each once; `None` when there are no more.
    async fn next_names(&mut self) -> Result<Option<Vec<Named>>> {
        let Some(open) = self.open.as_mut() else { return Ok(None) };
        let root = self.source.root();
        let path = joined(root, &open.path);
        let server = &self.source.server;
        let on = open.on.take();
        let answer = match on {
            Some((session, folder)) => match session.next_names(&folder).await {
                // Over a new connection the folder is opened again, below.
                Err(fault) if fault.is_lost() => None,
                answer => Some(answer.map(|names| (session, folder, names))),
            },
            None => None,
        };
        let answer = match answer {
            Some(answer) => answer,
            None => {
                server
                    .run(|session| {
                        let path = path.clone();
                        async move {
                            let folder = session.open_folder(&path).await?;
                            let names = session.next_names(&folder).await?;
                            Ok((session, folder, names))
                        }
                    })
                    .await?
            }
        };
        match answer {
            Ok((session, folder, Some(mut names))) => {
                names.retain(|named| open.seen.insert(self.hashes.hash_one(&named.name)));
                open.on = Some((session, folder));
                Ok(Some(names))
            }
            Ok((session, folder, None)) => {
                // The server may be told so or not.
                let _ = session.close(folder).await;
                Ok(None)
            }
            Err(fault) if open.path.is_empty() => Err(self.source.root_fault(fault)),
            // It went away in between: then there is nothing to list.
            Err(fault) if fault.is(NO_SUCH_FILE) => Ok(None),
            Err(fault) => {
                self.passed.unreadable(&open.path, &fault);
                Ok(None)
            }
        }
    }

    fn look(&mut self, named: Named, part: &mut Listing) {
        let name_tells = look_at(&named.name);
        let Some(open) = &self.open else { return };
        if name_tells == Name::Litter {
            return;
        }
        let path = if open.path.is_empty() { named.name } else { [&open.path[..], b"/", &named.name].concat() };
        if self.source.options.leave_out.iter().any(|left| left.as_bytes() == path) {
            return;
        }
        match named.attributes.what() {
            What::Folder if path.iter().filter(|byte| **byte == b'/').count() + 1 >= DEEPEST => {
                self.passed.add(Why::TooDeep, &path);
            }
            What::Folder => self.folders.push(path),
            What::Link => self.passed.add(Why::Link, &path),
            What::Special => self.passed.add(Why::Special, &path),
            What::File if name_tells == Name::Unfinished => self.passed.add(Why::Unfinished, &path),
            What::File => match fingerprint(&named.attributes) {
                Some(_) if self.may_be_written(named.attributes.modified_s) => self.passed.add(Why::Unsettled, &path),
                Some(fingerprint) => part.files.push(SourceImage::new(Locator::new(path), fingerprint)),
                None => {
                    let fault = Fault::Garbled("it tells no length");
                    self.passed.unreadable(&path, &fault);
                }
            },
        }
    }

    /// A time in the future is that of a camera or of a wrong clock.
    fn may_be_written(&self, modified_s: Option<u32>) -> bool {
        let modified_s = u64::from(modified_s.unwrap_or_default());
        let now_s = self.settled_s.saturating_add(self.source.options.settle.as_secs());
        modified_s > self.settled_s && modified_s <= now_s
    }
}
