//! The listing: page by page, each with the cursor that goes on after it.

use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use pinax_core::nouns::finding::Finding;
use pinax_core::nouns::source_image::{Locator, SourceImage};
use pinax_core::ports::source::{ListFrom, Listing, Source as _};
use pinax_core::{Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::DropboxSource;
use super::answers::{Entry, FileEntry, Page, refusal, summary};
use crate::source::names::{Name, look_at};
use crate::source::passed_over::{PassedOver, Why};

/// Entries in one page, about.
const PAGE_ENTRIES: u32 = 1_000;

/// What is kept from one listing to the next.
#[derive(Serialize, Deserialize)]
struct Kept {
    source: String,
    cursor: String,
}

/// Lists what is new since `from`.
pub(super) fn list(source: &DropboxSource, from: ListFrom) -> BoxStream<'_, Result<Listing>> {
    let name = source.describe();
    let kept = from.watermark.and_then(|watermark| serde_json::from_str::<Kept>(&watermark).ok());
    let cursor = kept.filter(|kept| kept.source == name && from.since_ms.is_none()).map(|kept| kept.cursor);
    let walk = Walk {
        source,
        name,
        since_ms: from.since_ms,
        from_the_first: cursor.is_none(),
        is_handed: cursor.is_some(),
        cursor,
        passed: PassedOver::default(),
        not_given: 0,
        at_end: false,
    };
    stream::unfold(Some(walk), |walk| async {
        let mut walk = walk?;
        match walk.next().await {
            Ok(part) => Some((Ok(part), (!walk.at_end).then_some(walk))),
            Err(error) => Some((Err(error), None)),
        }
    })
    .boxed()
}

struct Walk<'a> {
    source: &'a DropboxSource,
    name: String,
    since_ms: Option<i64>,
    from_the_first: bool,
    /// The cursor is that of an earlier listing.
    is_handed: bool,
    cursor: Option<String>,
    passed: PassedOver,
    /// Files that Dropbox makes itself, and does not give out.
    not_given: u64,
    at_end: bool,
}

impl Walk<'_> {
    async fn next(&mut self) -> Result<Listing> {
        let mut part = Listing::default();
        let page = self.page(&mut part).await?;
        for entry in page.entries {
            match entry {
                Entry::File(file) => self.file(&file, &mut part)?,
                Entry::Deleted { path_display: Some(path) } => {
                    part.gone.extend(self.source.below(&path).map(Locator::new));
                }
                Entry::Deleted { path_display: None } | Entry::Folder | Entry::Other => {}
            }
        }
        self.at_end = !page.has_more;
        self.is_handed = false;
        // Files that were left out because they are older would never come again.
        if self.since_ms.is_none() {
            let kept = Kept { source: self.name.clone(), cursor: page.cursor.clone() };
            part.watermark = Some(serde_json::to_string(&kept).expect("texts are JSON"));
        }
        self.cursor = Some(page.cursor);
        if self.at_end {
            part.is_whole = self.from_the_first && self.since_ms.is_none() && self.passed.saw_everything();
            part.findings.extend(std::mem::take(&mut self.passed).findings());
            if self.not_given > 0 {
                let message = format!("{} files are no files outside Dropbox and were left alone", self.not_given);
                part.findings.push(Finding::note(message));
            }
        }
        Ok(part)
    }

    async fn page(&mut self, part: &mut Listing) -> Result<Page> {
        let about = format!("the folder {} of the Dropbox", self.source.shown_folder());
        loop {
            let (path, argument) = match &self.cursor {
                Some(cursor) => ("2/files/list_folder/continue", json!({ "cursor": cursor })),
                None => ("2/files/list_folder", self.source.first_question(PAGE_ENTRIES, true)),
            };
            let answer = match self.source.api.ask(&about, path, &argument).await {
                Ok(answer) => answer,
                // Status 400: it is the cursor of another log-in, perhaps.
                Err(error) if self.is_handed && error.kind() == ErrorKind::Unauthorized => {
                    self.source.check().await.map_err(|_| error)?;
                    self.begin_anew(part);
                    continue;
                }
                Err(error) => return Err(error),
            };
            if answer.status.is_success() {
                return serde_json::from_slice(&answer.body).map_err(|error| {
                    let message = format!("{about}: the answer cannot be understood");
                    Error::new(ErrorKind::Unavailable, message).caused_by(error).hint("run again later")
                });
            }
            if !summary(&answer).starts_with("reset") {
                return Err(refusal(&answer, &about));
            }
            if !self.is_handed {
                // What was listed would come twice.
                let message = format!("{about}: Dropbox wants the listing begun anew");
                return Err(Error::new(ErrorKind::Unavailable, message).hint("run again; nothing is lost"));
            }
            self.begin_anew(part);
        }
    }

    fn begin_anew(&mut self, part: &mut Listing) {
        part.findings
            .push(Finding::note("Dropbox does not know any more what was listed before; everything is listed"));
        (self.cursor, self.is_handed, self.from_the_first) = (None, false, true);
    }

    fn file(&mut self, file: &FileEntry, part: &mut Listing) -> Result<()> {
        let Some(path) = file.path_display.as_deref().and_then(|path| self.source.below(path)) else { return Ok(()) };
        if !file.is_downloadable() {
            self.not_given += 1;
            return Ok(());
        }
        let mut names = path.split('/').map(|name| look_at(name.as_bytes()));
        if names.any(|name| name == Name::Litter) {
            return Ok(());
        }
        let name = path.rsplit('/').next().unwrap_or_default();
        if look_at(name.as_bytes()) == Name::Unfinished {
            self.passed.add(Why::Unfinished, path.as_bytes());
            return Ok(());
        }
        if matches!((self.since_ms, file.came_ms()), (Some(since), Some(came)) if came < since) {
            return Ok(());
        }
        part.files.push(SourceImage::new(Locator::new(path), file.fingerprint()));
        Ok(())
    }
}
