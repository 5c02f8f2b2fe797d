//! `pinax report`: a page and a table of a batch.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use pinax_core::nouns::batch::{Batch, BatchItem, Outcome};
use pinax_core::nouns::error::{Error, ErrorKind};
use pinax_core::nouns::media::Derivative;
use pinax_core::ports::ledger::{ItemFilter, Ledger};
use pinax_core::steps::rebase::profile_of;
use serde_json::json;

use super::review::{PAGE, each_item};
use super::status::the_batch;
use super::{Common, End};
use crate::report::{Page, Pictures, Table, Totals};
use crate::show;
use crate::wire::{self, Wired};

/// What to report on, and where to.
#[derive(Args)]
pub(super) struct ReportOptions {
    /// The batch; the newest when left out.
    batch: Option<i64>,
    /// The folder the two files are written into.
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    out: PathBuf,
}

/// The two files of a report.
pub(super) struct Written {
    pub(super) page: PathBuf,
    pub(super) table: PathBuf,
}

pub(super) async fn report(common: &Common, options: &ReportOptions) -> anyhow::Result<End> {
    let config = common.configuration()?;
    let ledger = wire::ledger_to_read(&config)?;
    let batch =
        match options.batch {
            Some(id) => the_batch(&ledger, id)?,
            None => ledger.batches(None)?.into_iter().next().ok_or_else(|| {
                Error::new(ErrorKind::NotFound, "there is no batch yet").hint("`pinax run` makes one")
            })?,
        };
    let wired = wire::wire(&config, profile_of(&batch.profile))?;
    let written = write(&wired, &ledger, &batch, &options.out).await?;
    if common.json {
        show::say!("{}", json!({ "batch": batch.id, "page": written.page, "table": written.table }));
    } else {
        show::say!("page:  {}\ntable: {}", written.page.display(), written.table.display());
    }
    Ok(End::Done)
}

/// The sections of a page: failed first, then what a person must decide, then what is done.
const SECTIONS: [(&str, &str); 8] = [
    ("failed", "Failed"),
    ("review", "To review"),
    ("linked", "Linked"),
    ("nothing", "Needed nothing"),
    ("skipped", "Left alone"),
    ("rejected", "Rejected"),
    ("undone", "Taken back"),
    ("way", "On the way"),
];

/// Cards in one section; the table holds all.
const MOST_CARDS: usize = 3000;

/// Writes page and table of `batch` into `folder`.
pub(super) async fn write(wired: &Wired, ledger: &dyn Ledger, batch: &Batch, folder: &Path) -> anyhow::Result<Written> {
    std::fs::create_dir_all(folder).with_context(|| format!("could not make the folder {}", folder.display()))?;
    let name = format!("pinax-{}-batch-{}", batch.profile.replace(' ', "-"), batch.id);
    let written = Written { page: folder.join(format!("{name}.html")), table: folder.join(format!("{name}.csv")) };
    let filter = ItemFilter::Batch(batch.id);
    let mut table = Table::begin(create(&written.table)?)?;
    each_item(ledger, &filter, |item| table.item(&item, &ledger.derivatives(item.id)?))?;
    table.end()?;
    let totals = Totals {
        batch,
        collection: wired.profile.collection.to_string(),
        source: wired.source.describe(),
        store: wired.store.describe(),
        portal: wired.portal.describe(),
        counts: ledger.counts(batch.id)?,
        direct: wired.portal.capabilities().direct,
    };
    let mut page = Page::begin(create(&written.page)?, &totals)?;
    let mut pictures = Pictures::new(wired.source.as_ref(), wired.store.as_ref());
    for (class, title) in SECTIONS {
        let (items, more) = section(ledger, &filter, class)?;
        if items.is_empty() {
            continue;
        }
        let title = if class == "linked" && !totals.direct { "For import into the portal" } else { title };
        page.section(class, title)?;
        for item in &items {
            let derivatives: Vec<Derivative> = ledger.derivatives(item.id)?;
            let picture = pictures.of(item, &derivatives).await;
            let waits = item.outcome == Some(Outcome::Review);
            let reading = if waits { ledger.reading(item.id)? } else { None };
            let barcode = reading.and_then(|reading| pictures.barcode(&reading));
            page.card(item, &derivatives, picture.as_deref(), barcode.as_deref())?;
        }
        if more > 0 {
            page.more(more)?;
        }
    }
    page.end()?;
    Ok(written)
}

/// The items of a section by catalog number and place, and how many more there are than a page holds.
fn section(ledger: &dyn Ledger, filter: &ItemFilter, class: &str) -> anyhow::Result<(Vec<BatchItem>, u64)> {
    let (mut shown, mut more, mut after) = (Vec::new(), 0, None);
    loop {
        let items = ledger.items(filter, outcome_of(class), after, PAGE)?;
        let Some(last) = items.last() else { break };
        after = Some(last.id);
        for item in items.into_iter().filter(|item| class_of(item) == class) {
            if shown.len() < MOST_CARDS {
                shown.push(item);
            } else {
                more += 1;
            }
        }
    }
    let place = |item: &BatchItem| {
        let identity = item.identity.as_ref().map(|identity| (identity.catalog_number.clone(), identity.rank));
        (identity, item.image.locator.clone())
    };
    shown.sort_by_cached_key(place);
    Ok((shown, more))
}

fn outcome_of(class: &str) -> Option<Outcome> {
    match class {
        "failed" => Some(Outcome::Failed),
        "review" => Some(Outcome::Review),
        "linked" | "nothing" => Some(Outcome::Done),
        "skipped" => Some(Outcome::Skipped),
        "rejected" => Some(Outcome::Rejected),
        "undone" => Some(Outcome::Undone),
        _ => None,
    }
}

fn class_of(item: &BatchItem) -> &'static str {
    match item.outcome {
        Some(Outcome::Failed) => "failed",
        Some(Outcome::Review) => "review",
        Some(Outcome::Done) if item.reason.is_none() => "linked",
        Some(Outcome::Done) => "nothing",
        Some(Outcome::Skipped) => "skipped",
        Some(Outcome::Rejected) => "rejected",
        Some(Outcome::Undone) => "undone",
        None => "way",
    }
}

fn create(path: &Path) -> anyhow::Result<BufWriter<File>> {
    let file = File::create(path).with_context(|| format!("could not write {}", path.display()))?;
    Ok(BufWriter::new(file))
}
