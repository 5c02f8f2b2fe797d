//! Files that are still being written.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use futures::StreamExt as _;
use pinax_core::ErrorKind;
use pinax_core::nouns::source_image::SourceImage;
use pinax_core::ports::source::{ListFrom, Source as _};
use pinax_io::source::folder::{FolderSource, FolderSourceOptions};

use super::{list, only, source, write};

/// Long enough for a writer that has to wait for a busy processor.
const SETTLE: Duration = Duration::from_millis(500);

fn waiting_source(root: &Path, patience: Duration) -> FolderSource {
    FolderSource::new(FolderSourceOptions { settle: SETTLE, patience, ..FolderSourceOptions::new(root) }).unwrap()
}

/// Somebody who goes on writing until told to stop.
struct Writer {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<u64>,
}

impl Writer {
    /// Returns when the first byte is written.
    fn start(root: &Path, name: &str) -> Self {
        let mut file = File::create(root.join(name)).unwrap();
        file.write_all(b"x").unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let mut written = 1;
            while !told.load(Ordering::Relaxed) {
                file.write_all(b"x").unwrap();
                written += 1;
                std::thread::sleep(Duration::from_millis(1));
            }
            written
        });
        Self { stop, thread }
    }

    fn stop(self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}

#[tokio::test]
async fn a_file_comes_when_it_is_finished() {
    let place = tempfile::tempdir().unwrap();
    write(place.path(), "finished.jpg", "x");
    let mut writer = Some(Writer::start(place.path(), "growing.jpg"));
    let source = waiting_source(place.path(), Duration::from_secs(600));
    let (mut files, mut told, mut size) = (Vec::<SourceImage>::new(), 0, None);
    let mut parts = source.list(ListFrom::default());
    while let Some(part) = parts.next().await {
        let part = part.unwrap();
        assert!(part.findings.is_empty(), "{:?}", part.findings);
        told += part.waiting;
        files.extend(part.files);
        // The finished one is not held up by the other.
        if !files.is_empty()
            && let Some(writer) = writer.take()
        {
            assert_eq!(files[0].locator.as_bytes(), b"finished.jpg");
            size = Some(writer.stop());
        }
    }
    assert!(told > 0, "people see that it is waited for");
    assert_eq!(files.len(), 2);
    assert_eq!(Some(files[1].fingerprint.size_bytes), size, "listed only when it was whole");
    assert_eq!(source.read(&files[1], 1 << 30).await.unwrap().len() as u64, size.unwrap());
}

#[tokio::test]
async fn a_file_that_never_ends_is_left_for_the_next_run() {
    let place = tempfile::tempdir().unwrap();
    let writer = Writer::start(place.path(), "growing.jpg");
    let (files, findings) = list(&waiting_source(place.path(), SETTLE * 2)).await;
    writer.stop();
    assert_eq!(files, Vec::<String>::new());
    assert_eq!(findings, ["growing.jpg is still being written and was left alone"]);
    assert_eq!(list(&source(place.path())).await, (vec!["growing.jpg".into()], vec![]));
}

#[tokio::test]
async fn a_file_that_goes_away_is_not_listed() {
    let place = tempfile::tempdir().unwrap();
    write(place.path(), "a.jpg", "x");
    let source = waiting_source(place.path(), Duration::from_secs(600));
    let mut parts = source.list(ListFrom::default());
    assert_eq!(parts.next().await.unwrap().unwrap().waiting, 1);
    std::fs::remove_file(place.path().join("a.jpg")).unwrap();
    while let Some(part) = parts.next().await {
        assert!(part.unwrap().files.is_empty());
    }
}

#[tokio::test]
async fn a_time_in_the_future_is_no_reason_to_wait_for_it() {
    let place = tempfile::tempdir().unwrap();
    write(place.path(), "a.jpg", "x");
    let tomorrow = SystemTime::now() + Duration::from_secs(86_400);
    File::options().write(true).open(place.path().join("a.jpg")).unwrap().set_modified(tomorrow).unwrap();
    let image = only(&waiting_source(place.path(), Duration::from_secs(600))).await;
    assert!(image.fingerprint.modified_ns > 0);
}

#[tokio::test]
async fn a_file_that_grows_after_it_was_listed_is_not_read() {
    let place = tempfile::tempdir().unwrap();
    write(place.path(), "a.jpg", "x");
    let source = source(place.path());
    let image = only(&source).await;
    let writer = Writer::start(place.path(), "a.jpg");
    let error = loop {
        match source.read(&image, 1 << 30).await {
            Err(error) => break error,
            // Not a byte more was written yet, and the file system's clock did not move.
            Ok(bytes) => assert_eq!(bytes, b"x"),
        }
    };
    writer.stop();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
}
