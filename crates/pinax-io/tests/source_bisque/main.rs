//! A BisQue as a source.
#![cfg(test)]

mod contract;
mod days;
mod faults;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use futures::StreamExt as _;
use pinax_core::Result;
use pinax_core::ports::clock::Clock;
use pinax_core::ports::source::{ListFrom, Listing, Source as _};
use pinax_io::calendar::Day;
use pinax_io::source::bisque::{BisqueOptions, BisqueSource};
use pinax_testkit::bisque::FakeBisque;
use url::Url;

/// Where the collection's pictures lie.
const PATH: &str = "/home/shared/TST/";

/// A clock that stands, until it is set.
#[derive(Default)]
struct SetClock(AtomicI64);

impl SetClock {
    /// Noon of this day.
    fn set(&self, text: &str) {
        self.0.store(day(text).begin_ms() + 12 * 3_600_000, Ordering::Relaxed);
    }
}

impl Clock for SetClock {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

fn day(text: &str) -> Day {
    Day::read(text).unwrap()
}

/// A source of the fake that does not wait, from the first to the last day.
fn source(fake: &FakeBisque, first: &str, today: &str) -> (BisqueSource, Arc<SetClock>) {
    source_by_pages(fake, first, today, 3)
}

fn source_by_pages(fake: &FakeBisque, first: &str, today: &str, images: usize) -> (BisqueSource, Arc<SetClock>) {
    let mut options = BisqueOptions::new(Url::parse(&fake.url()).unwrap(), PATH, day(first));
    options.picture_pause = Duration::ZERO;
    options.allow_http = true;
    options.http.manners.least_pause = Duration::ZERO;
    options.http.manners.retry_pause = Duration::from_millis(1);
    options.http.manners.retries = 1;
    options.page_images = images;
    let clock = Arc::new(SetClock::default());
    clock.set(today);
    (BisqueSource::new(options, Arc::clone(&clock) as _).unwrap(), clock)
}

/// A listing put together, with its last watermark, and how it ended.
async fn listed(source: &BisqueSource, watermark: Option<&str>) -> (Listing, Result<()>) {
    listed_from(source, ListFrom { watermark: watermark.map(str::to_owned), since_ms: None }).await
}

async fn listed_from(source: &BisqueSource, from: ListFrom) -> (Listing, Result<()>) {
    let mut whole = Listing::default();
    let mut parts = source.list(from);
    while let Some(part) = parts.next().await {
        match part {
            Ok(part) => {
                whole.files.extend(part.files);
                whole.findings.extend(part.findings);
                whole.watermark = part.watermark.or(whole.watermark);
                whole.is_whole |= part.is_whole;
            }
            Err(error) => return (whole, Err(error)),
        }
    }
    (whole, Ok(()))
}

fn names(listing: &Listing) -> Vec<String> {
    let mut names: Vec<String> = listing.files.iter().map(|image| image.locator.to_string()).collect();
    names.sort_unstable();
    names
}
