//! A table of pictures as a source.
#![cfg(test)]

mod contract;
mod tables;

use std::path::Path;
use std::time::Duration;

use futures::StreamExt as _;
use pinax_core::Result;
use pinax_core::ports::source::{ListFrom, Listing, Source as _};
use pinax_io::http::AddressGuard;
use pinax_io::source::csv_map::{CsvMapOptions, CsvMapSource, CsvPlace};
use url::Url;

/// Options for a table; pictures of the server at `pictures` may be fetched.
fn options(place: CsvPlace, pictures: &str) -> CsvMapOptions {
    let mut options = CsvMapOptions::new(place);
    options.picture_http.guard = AddressGuard::naming([&Url::parse(pictures).unwrap()]);
    options.allow_http = true;
    for http in [&mut options.picture_http, &mut options.table_http] {
        http.manners.least_pause = Duration::ZERO;
        http.manners.retry_pause = Duration::from_millis(1);
    }
    options
}

fn source(table: &Path, pictures: &str) -> CsvMapSource {
    CsvMapSource::new(options(CsvPlace::File(table.to_owned()), pictures)).unwrap()
}

async fn listed(source: &CsvMapSource) -> Result<Listing> {
    let mut whole = Listing::default();
    let mut parts = source.list(ListFrom::default());
    while let Some(part) = parts.next().await {
        let part = part?;
        whole.files.extend(part.files);
        whole.findings.extend(part.findings);
        whole.is_whole |= part.is_whole;
    }
    Ok(whole)
}
