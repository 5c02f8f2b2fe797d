//! A listing as a stream: a thread walks through what blocks, and sends what it finds part by part.

use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use pinax_core::nouns::finding::Finding;
use pinax_core::nouns::source_image::SourceImage;
use pinax_core::ports::source::Listing;
use pinax_core::{Error, ErrorKind, Result};
use tokio::sync::mpsc;

/// Files in one part.
pub(super) const PART_FILES: usize = 1_000;
/// Parts that wait to be taken.
const PARTS_AHEAD: usize = 4;
/// Something is sent so often, however slow the disk is, so that people see it, and can stop it.
pub(super) const HEARTBEAT: Duration = Duration::from_secs(1);

/// Why a walk ended early.
#[derive(Debug)]
pub(super) enum Ended {
    /// Nobody listens any more.
    Unheard,
    /// The listing cannot be completed.
    Failed(Error),
}

impl From<Error> for Ended {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// `None` says that all was listed: a thread that just dies must not look like a short list.
type Message = Option<Result<Listing>>;

/// Starts the walk; it says whether everything was looked at.
pub(super) fn start(
    walk: impl FnOnce(&mut Out) -> Result<bool, Ended> + Send + 'static,
) -> (BoxStream<'static, Result<Listing>>, Option<JoinHandle<()>>) {
    let (parts, receiver) = mpsc::channel::<Message>(PARTS_AHEAD);
    // Dropped with the stream, this ends whatever the thread waits for.
    let (listening, gone) = channel::<()>();
    let walker = std::thread::Builder::new().name("pinax-list".into()).spawn(move || {
        let mut out = Out { parts, gone, part: Listing::default(), sent: Instant::now() };
        let last = match walk(&mut out) {
            Ok(is_whole) => {
                out.part.is_whole = is_whole;
                None
            }
            Err(Ended::Unheard) => return,
            Err(Ended::Failed(error)) => Some(Err(error)),
        };
        // An error here says that nobody listens.
        let _ = out.flush().and_then(|()| out.send(last));
    });
    match walker {
        Ok(walker) => {
            let state = Some((receiver, listening));
            (stream::unfold(state, |state| async { next(state?).await }).boxed(), Some(walker))
        }
        Err(error) => {
            let error = Error::new(ErrorKind::Unavailable, "no thread to list the source with").caused_by(error);
            (stream::iter([Err(error)]).boxed(), None)
        }
    }
}

type Listening = (mpsc::Receiver<Message>, std::sync::mpsc::Sender<()>);

async fn next((mut receiver, listening): Listening) -> Option<(Result<Listing>, Option<Listening>)> {
    match receiver.recv().await {
        Some(Some(Ok(part))) => Some((Ok(part), Some((receiver, listening)))),
        Some(Some(Err(error))) => Some((Err(error), None)),
        Some(None) => None,
        None => Some((Err(Error::new(ErrorKind::Internal, "listing the source broke off")), None)),
    }
}

/// Where the walk puts what it finds.
pub(super) struct Out {
    parts: mpsc::Sender<Message>,
    gone: Receiver<()>,
    part: Listing,
    sent: Instant,
}

impl Out {
    /// Adds a file; sends the part when it is full, or old.
    pub(super) fn file(&mut self, image: SourceImage) -> Result<(), Ended> {
        self.part.files.push(image);
        if self.part.files.len() >= PART_FILES || self.sent.elapsed() >= HEARTBEAT { self.flush() } else { Ok(()) }
    }

    /// Adds what a person should know.
    pub(super) fn finding(&mut self, finding: Finding) -> Result<(), Ended> {
        self.part.findings.push(finding);
        if self.part.findings.len() >= PART_FILES { self.flush() } else { Ok(()) }
    }

    /// Sends what there is, and how many files are waited for.
    pub(super) fn waiting(&mut self, files: usize) -> Result<(), Ended> {
        self.part.waiting = files as u64;
        self.flush()
    }

    /// Waits, at most for so long; ends at once when nobody listens any more.
    pub(super) fn pause(&self, time: Duration) -> Result<(), Ended> {
        match self.gone.recv_timeout(time) {
            Err(RecvTimeoutError::Disconnected) => Err(Ended::Unheard),
            Ok(()) | Err(RecvTimeoutError::Timeout) => Ok(()),
        }
    }

    /// Says that the walk goes on, now and then, when nothing is found.
    pub(super) fn beat(&mut self) -> Result<(), Ended> {
        if self.sent.elapsed() < HEARTBEAT {
            return Ok(());
        }
        self.sent = Instant::now();
        let part = std::mem::take(&mut self.part);
        self.send(Some(Ok(part)))
    }

    fn flush(&mut self) -> Result<(), Ended> {
        self.sent = Instant::now();
        let part = std::mem::take(&mut self.part);
        if part.files.is_empty() && part.findings.is_empty() && part.waiting == 0 && !part.is_whole {
            return Ok(());
        }
        self.send(Some(Ok(part)))
    }

    fn send(&self, message: Message) -> Result<(), Ended> {
        self.parts.blocking_send(message).map_err(|_| Ended::Unheard)
    }
}
