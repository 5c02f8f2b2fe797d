//! What a BisQue does when it does not do well; and what is said of a picture.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use pinax_core::ErrorKind;
use pinax_core::ports::source::Source as _;
use pinax_io::http::Wait;
use pinax_io::source::bisque::{BisqueOptions, BisqueSource};
use pinax_testkit::bisque::{BisqueFault, FakeBisque};
use pinax_testkit::source_contract::list_all;
use url::Url;

use super::{listed, names, source};

/// Seven pictures of one day, and one of the next.
fn eight() -> (FakeBisque, BisqueSource) {
    let fake = FakeBisque::start();
    for number in 1..=8 {
        let day = if number <= 7 { "2026-11-20" } else { "2026-11-21" };
        let name = format!("TST{number}.jpg");
        fake.upload(&number.to_string(), &name, &format!("/home/shared/TST/{name}"), day, name.as_bytes());
    }
    let (source, _) = source(&fake, "2026-11-20", "2026-11-21");
    (fake, source)
}

#[tokio::test]
async fn faults_of_one_day_leave_the_other_alone_and_pass() {
    for fault in [BisqueFault::Busy, BisqueFault::Page, BisqueFault::CutOff, BisqueFault::HalfAText] {
        let (fake, source) = eight();
        fake.fail("2026-11-20", fault, 2);
        let (listing, end) = listed(&source, None).await;
        end.unwrap();
        assert_eq!(names(&listing), ["8/TST8.jpg"], "{fault:?}");
        assert_eq!(listing.findings.len(), 1, "{fault:?} {:?}", listing.findings);
        fake.fail("2026-11-20", fault, 0);
        let (again, end) = listed(&source, listing.watermark.as_deref()).await;
        end.unwrap();
        assert_eq!(names(&again).len(), 8, "{fault:?}");
    }
}

#[tokio::test]
async fn pages_that_repeat_double_nothing_and_are_told() {
    let (fake, source) = eight();
    fake.fail("2026-11-20", BisqueFault::SamePages, 100);
    let (listing, end) = listed(&source, None).await;
    end.unwrap();
    assert_eq!(names(&listing), ["1/TST1.jpg", "2/TST2.jpg", "3/TST3.jpg", "8/TST8.jpg"]);
    assert!(listing.findings[0].message.contains("repeat"), "{:?}", listing.findings);
    assert!(listing.watermark.unwrap().contains("\"failed\":[\"2026-11-20\"]"));
    fake.fail("2026-11-20", BisqueFault::NoPages, 100);
    let (listing, end) = listed(&source, None).await;
    end.unwrap();
    assert_eq!(names(&listing).len(), 8);
    assert!(listing.findings.is_empty() && listing.is_whole, "{:?}", listing.findings);
}

#[tokio::test]
async fn when_nothing_can_be_had_the_listing_fails() {
    let (fake, source) = eight();
    for day in ["2026-11-20", "2026-11-21"] {
        fake.fail(day, BisqueFault::Busy, 100);
    }
    let (listing, end) = listed(&source, None).await;
    assert!(listing.files.is_empty());
    assert!(end.unwrap_err().to_string().contains("no day could be listed"));
    fake.fail("2026-11-20", BisqueFault::TooOften(86_400), 100);
    let (_, end) = listed(&source, None).await;
    assert_eq!(end.unwrap_err().kind(), ErrorKind::Unavailable, "it asks to be left alone for a day");
}

#[tokio::test]
async fn a_picture_is_fetched_patiently_and_a_page_is_no_picture() {
    let (fake, source) = eight();
    let all = list_all(&source).await;
    let image = &all[&b"1/TST1.jpg"[..]];
    for fault in [BisqueFault::Busy, BisqueFault::CutOff, BisqueFault::TooOften(0)] {
        fake.fail("1", fault, 1);
        assert_eq!(source.read(image, 100).await.unwrap(), b"TST1.jpg", "{fault:?}");
    }
    fake.fail("1", BisqueFault::Page, 1);
    let error = source.read(image, 100).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io, "{error}");
    futures::future::join_all(all.values().map(|image| source.read(image, 100))).await;
    assert_eq!(fake.most_at_once(), 1);
}

/// A clock that only runs while somebody waits.
#[derive(Debug)]
struct FakeWait(Instant, Mutex<Duration>);

#[async_trait]
impl Wait for FakeWait {
    fn now(&self) -> Instant {
        self.0 + *self.1.lock().unwrap()
    }

    async fn wait(&self, time: Duration) {
        *self.1.lock().unwrap() += time;
    }
}

#[tokio::test]
async fn pictures_are_fetched_one_in_five_seconds() {
    let (fake, _) = eight();
    let wait = Arc::new(FakeWait(Instant::now(), Mutex::default()));
    let mut options = BisqueOptions::new(Url::parse(&fake.url()).unwrap(), super::PATH, super::day("2026-11-20"));
    options.http.wait = Arc::clone(&wait) as _;
    let clock = Arc::new(super::SetClock::default());
    clock.set("2026-11-21");
    let source = BisqueSource::new(options, clock).unwrap();
    let all = list_all(&source).await;
    let before = *wait.1.lock().unwrap();
    for image in all.values() {
        source.read(image, 100).await.unwrap();
    }
    let waited = *wait.1.lock().unwrap() - before;
    assert!(waited >= Duration::from_secs(7 * 5) && waited < Duration::from_secs(8 * 5), "{waited:?}");
}

#[tokio::test]
async fn links_are_those_that_symbiota_writes() {
    let (fake, source) = eight();
    let all = list_all(&source).await;
    let image = &all[&b"1/TST1.jpg"[..]];
    let start = format!("{}/image_service/image/1", fake.url());
    let media = &image.statement.as_ref().unwrap().media;
    let told: Vec<(&str, &str)> = media.iter().map(|(column, text)| (column.as_str(), text.as_str())).collect();
    assert_eq!(
        told,
        [
            ("archiveUrl", start.as_str()),
            ("originalUrl", &format!("{start}/resize:4000/format:jpeg")),
            ("sourceIdentifier", "1; filename: TST1.jpg"),
            ("thumbnailUrl", &format!("{start}/thumbnail:200,200")),
            ("url", &format!("{start}/resize:1250/format:jpeg")),
        ]
    );
    assert_eq!(source.public_uri(image).unwrap().unwrap().as_str(), format!("{start}/resize:4000/format:jpeg"));
    fake.upload("1", "TST1.jpg", "/home/shared/TST/TST1.jpg", "2026-11-20", b"other");
    let again = list_all(&source).await;
    assert_ne!(again[&b"1/TST1.jpg"[..]].fingerprint, image.fingerprint);
    assert_eq!(again[&b"2/TST2.jpg"[..]], all[&b"2/TST2.jpg"[..]]);
}

#[tokio::test]
async fn a_jpeg_is_preferred_over_the_raw_file_of_its_name() {
    let (fake, source) = eight();
    fake.upload("9", "TST1.CR2", "/home/shared/TST/TST1.CR2", "2026-11-20", b"raw");
    fake.upload("10", "TST8.dng", "/home/shared/TST/TST8.dng", "2026-11-20", b"raw, and its JPEG came another day");
    let (listing, end) = listed(&source, None).await;
    end.unwrap();
    assert!(names(&listing).contains(&"10/TST8.dng".to_owned()) && listing.files.len() == 9, "{:?}", names(&listing));
    assert!(listing.findings[0].message.contains("TST1.CR2"), "{:?}", listing.findings);
    assert!(!listing.is_whole);
}
