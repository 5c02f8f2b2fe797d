//! The listing: day after day, each in parts.

use std::collections::VecDeque;

use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use pinax_core::nouns::finding::Finding;
use pinax_core::nouns::source_image::{Fingerprint, Locator, SourceImage, SourceStatement};
use pinax_core::ports::source::{ListFrom, Listing, Source as _};
use pinax_core::steps::bisque::{BisqueLinks, is_id, source_identifier};
use pinax_core::{Error, Result};

use super::BisqueSource;
use super::choice::prefer_jpeg;
use super::day::gather;
use super::days::Days;
use super::page::Row;
use crate::calendar::Day;
use crate::source::names::{Name, look_at};
use crate::source::passed_over::{PassedOver, Why};

/// Files in one part.
const PART_FILES: usize = 1_000;
/// So many names are shown.
const SHOWN: usize = 5;

/// Lists what is new since `from`.
pub(super) fn list<'a>(source: &'a BisqueSource, from: &ListFrom) -> BoxStream<'a, Result<Listing>> {
    stream::unfold(Some(Harvest::new(source, from)), |harvest| async {
        let mut harvest = harvest?;
        match harvest.next().await {
            Ok((part, true)) => Some((Ok(part), Some(harvest))),
            Ok((part, false)) => Some((Ok(part), None)),
            Err(error) => Some((Err(error), None)),
        }
    })
    .boxed()
}

struct Harvest<'a> {
    source: &'a BisqueSource,
    name: String,
    left: VecDeque<Day>,
    /// `None` when days are skipped that were never asked: nothing is remembered then.
    days: Option<Days>,
    /// What the present day still gives, and whether it went well.
    ready: VecDeque<SourceImage>,
    present: Option<(Day, bool)>,
    /// All days are asked, from the first on.
    from_the_first: bool,
    passed: PassedOver,
    left_out: (u64, Vec<String>),
    /// Days that told something.
    answered: u64,
    last_fault: Option<Error>,
    without_id: u64,
}

impl<'a> Harvest<'a> {
    fn new(source: &'a BisqueSource, from: &ListFrom) -> Self {
        let name = source.describe();
        let today = source.today();
        let first = source.options.first_day;
        let known = from.watermark.as_deref().and_then(|watermark| Days::read(watermark, &name));
        let days = known.clone().unwrap_or_else(|| Days::before(first));
        let (days, left) = match from.since_ms {
            None => (Some(days.clone()), days.to_ask(today)),
            Some(since_ms) => {
                // The service writes days of its own zone.
                let since = Day::of_ms(since_ms).plus(-1).max(first);
                let all = Days::before(since).to_ask(today);
                if days.reaches(since) {
                    let earlier = days.to_ask(today).into_iter().filter(|day| *day < since);
                    let left = earlier.chain(all).collect();
                    (Some(days), left)
                } else {
                    (None, all)
                }
            }
        };
        Self {
            source,
            name,
            from_the_first: left.first().is_some_and(|day| *day <= first) && known.is_none(),
            left: left.into(),
            days,
            ready: VecDeque::new(),
            present: None,
            passed: PassedOver::default(),
            left_out: (0, Vec::new()),
            answered: 0,
            last_fault: None,
            without_id: 0,
        }
    }

    /// The next part; `false` with the last one.
    async fn next(&mut self) -> Result<(Listing, bool)> {
        let mut part = Listing::default();
        if self.present.is_none() {
            let Some(day) = self.left.pop_front() else { return self.end() };
            self.ask(day, &mut part).await?;
        }
        let count = self.ready.len().min(PART_FILES);
        part.files.extend(self.ready.drain(..count));
        if self.ready.is_empty()
            && let Some((day, went_well)) = self.present.take()
            && let Some(days) = &mut self.days
        {
            days.note(day, went_well, self.source.clock.now_ms());
            part.watermark = Some(days.watermark(&self.name));
        }
        Ok((part, true))
    }

    async fn ask(&mut self, day: Day, part: &mut Listing) -> Result<()> {
        let fault = match gather(self.source, day).await {
            Ok(gathered) => {
                self.answered += u64::from(gathered.fault.is_none() || !gathered.rows.is_empty());
                self.take(gathered.rows);
                gathered.fault
            }
            Err(error) if error.stops_the_run() => return Err(error),
            Err(error) => Some(error),
        };
        self.present = Some((day, fault.is_none()));
        if let Some(error) = fault {
            let message = format!("the pictures of {day} could not be listed: {error}");
            part.findings.push(Finding::warning(message).hint("the day is asked again in the next run"));
            self.last_fault = Some(error);
        }
        Ok(())
    }

    fn take(&mut self, rows: Vec<Row>) {
        let (taken, left_out) = prefer_jpeg(rows);
        self.left_out.0 += left_out.len() as u64;
        self.left_out.1.extend(left_out.into_iter().take(SHOWN.saturating_sub(self.left_out.1.len())));
        for row in taken {
            if !is_id(&row.id) || row.name.is_empty() {
                self.without_id += 1;
                continue;
            }
            match look_at(row.name.as_bytes()) {
                Name::Litter => {}
                Name::Unfinished => self.passed.add(Why::Unfinished, row.name.as_bytes()),
                Name::Ordinary => self.ready.push_back(image(&self.source.base, &row)),
            }
        }
    }

    /// The last part, which says what was passed over.
    ///
    /// # Errors
    /// When no day could be asked.
    fn end(&mut self) -> Result<(Listing, bool)> {
        let whole = self.last_fault.is_none() && self.left_out.0 == 0 && self.without_id == 0;
        if let (0, Some(error)) = (self.answered, self.last_fault.take()) {
            return Err(error.context("no day could be listed"));
        }
        let mut findings = std::mem::take(&mut self.passed).findings();
        let (count, shown) = std::mem::take(&mut self.left_out);
        if count > 0 {
            let more = if count > shown.len() as u64 { ", …" } else { "" };
            let files = if count == 1 { "1 file is" } else { &format!("{count} files are") };
            let message =
                format!("{files} left out, because JPEGs of the same names came that day: {}{more}", shown.join(", "));
            findings.push(Finding::note(message));
        }
        if self.without_id > 0 {
            let message = format!("{} pictures have no name or no id that could be one", self.without_id);
            findings.push(Finding::warning(message).hint("tell the administrator of the service"));
        }
        Ok((Listing { findings, is_whole: self.from_the_first && whole, ..Listing::default() }, false))
    }
}

fn image(base: &str, row: &Row) -> SourceImage {
    let links = BisqueLinks::of(base, &row.id);
    let media = [
        ("url", links.url),
        ("thumbnailUrl", links.thumbnail_url),
        ("originalUrl", links.original_url),
        ("archiveUrl", links.archive_url),
        ("sourceIdentifier", source_identifier(&row.id, &row.name)),
    ];
    let media = media.into_iter().map(|(column, text)| (column.to_owned(), text)).collect();
    let tag = Fingerprint::tag_of(&format!("{} {}", row.id, row.times));
    SourceImage {
        locator: Locator::new(format!("{}/{}", row.id, row.name)),
        fingerprint: Fingerprint { tag, ..Fingerprint::of_file(0, 0) },
        statement: Some(Box::new(SourceStatement { catalog_number: None, media })),
    }
}
