//! Listing the rows that move, into the ledger, page by page.

use std::collections::{BTreeMap, HashMap};

use super::{PAGE_ROWS, RebaseReport};
use crate::flows::run::RunContext;
use crate::nouns::batch::{Batch, Identity, NewItem};
use crate::nouns::collection::Collection;
use crate::nouns::error::Result;
use crate::nouns::media::{MediaRecord, MediaRow, Variant};
use crate::nouns::occurrence::{CatalogNumber, Occid};
use crate::nouns::reason::{Reason, ReasonCode};
use crate::nouns::source_image::{Fingerprint, Locator, SourceImage, SourceStatement};
use crate::ports::ledger::Known;
use crate::ports::progress::Event;
use crate::steps::rebase::{Rebase, archive_of, file_name};

/// Under this name the ledger keeps how far rows were listed: the `mediaID` of the last one.
const ROWS: &str = "rows";
/// Every row was listed.
const ALL: &str = "all";

/// The next rebase lists all rows.
pub(super) fn begin_anew(context: RunContext<'_>) -> Result<()> {
    context.ledger.keep_watermark(&context.profile.name, ROWS, "")
}

/// Lists what was not listed yet.
pub(super) async fn list(
    context: RunContext<'_>,
    what: &Rebase,
    batch: &Batch,
    collection: &Collection,
    report: &mut RebaseReport,
) -> Result<()> {
    let name = &context.profile.name;
    let until = context.ledger.watermark(name, ROWS)?.unwrap_or_default();
    if until == ALL {
        return Ok(());
    }
    let mut after: Option<u64> = until.parse().ok();
    loop {
        if context.stop.asked() {
            report.stopped = true;
            return Ok(());
        }
        let mut rows = context.portal.media_page(collection, what.from(), after, PAGE_ROWS).await?;
        let Some(last) = rows.last().and_then(|row| row.media_id) else { break };
        after = Some(last);
        rows.retain(|row| what.concerns(&row.record));
        take_in(context, what, batch, collection, &rows, report).await?;
        context.ledger.keep_watermark(name, ROWS, &last.to_string())?;
        context.progress.tell(Event::Listed { found: report.found, unchanged: report.unchanged });
    }
    context.ledger.keep_watermark(name, ROWS, ALL)
}

async fn take_in(
    context: RunContext<'_>,
    what: &Rebase,
    batch: &Batch,
    collection: &Collection,
    rows: &[MediaRow],
    report: &mut RebaseReport,
) -> Result<()> {
    let numbers = numbers_of(context, collection, rows).await?;
    let items: Vec<NewItem> = rows.iter().map(|row| item(what, row, numbers.get(&row.occid()))).collect();
    let images: Vec<SourceImage> = items.iter().map(|item| item.image.clone()).collect();
    report.found += items.len() as u64;
    let (mut new, mut again) = (Vec::new(), Vec::new());
    for (item, known) in items.into_iter().zip(context.ledger.known(&context.profile.name, &images)?) {
        match known {
            Known::New | Known::Changed => {
                if let Err(reason) = &item.identity {
                    report.review += 1;
                    context.progress.tell(Event::Aside(&item.image, reason));
                }
                new.push(item);
            }
            Known::Waiting(id) => again.push((id, item.identity)),
            Known::OnItsWay(_) => {}
            Known::Unchanged => report.unchanged += 1,
        }
    }
    context.ledger.found(batch.id, &new)?;
    context.ledger.again(&again)
}

/// The catalog numbers of the records, where the portal tells them.
async fn numbers_of(
    context: RunContext<'_>,
    collection: &Collection,
    rows: &[MediaRow],
) -> Result<HashMap<Occid, CatalogNumber>> {
    const NUMBER: &str = "catalogNumber";
    let mut occids: Vec<Occid> = rows.iter().map(MediaRow::occid).collect();
    occids.sort_unstable();
    occids.dedup();
    if occids.is_empty() || !context.portal.capabilities().fill {
        return Ok(HashMap::new());
    }
    let records = context.portal.occurrence_fields(collection, &occids, &[NUMBER]).await?;
    let number = |text: &String| CatalogNumber::new(text).ok();
    Ok(records
        .into_iter()
        .filter_map(|record| Some((record.occid?, record.fields.get(NUMBER).and_then(number)?)))
        .collect())
}

/// A row as the ledger keeps it. When its addresses, or the rule, change it is to be looked at anew.
fn item(what: &Rebase, row: &MediaRow, number: Option<&CatalogNumber>) -> NewItem {
    let record = &row.record;
    let address = archive_of(record).unwrap_or_default();
    let id = match record.record_id.as_str() {
        "" => format!("row {}", row.media_id.unwrap_or_default()),
        id => id.to_owned(),
    };
    let locator = Locator::new(format!("{id}/{}", file_name(record, &address)));
    let listed: Vec<&str> = Variant::ALL.into_iter().map(|one| record.address(one).unwrap_or_default()).collect();
    let tag = Fingerprint::tag_of(&format!("{}\n{}", what.words(), listed.join("\n")));
    let addresses = Variant::ALL
        .into_iter()
        .filter_map(|variant| record.address(variant).map(|address| (variant.column().to_owned(), address.to_owned())));
    let mut media: BTreeMap<String, String> = addresses.collect();
    media.insert("occid".to_owned(), record.occid.to_string());
    media.insert("recordID".to_owned(), record.record_id.clone());
    let statement = SourceStatement { catalog_number: None, media };
    let image = SourceImage {
        statement: Some(Box::new(statement)),
        ..SourceImage::new(locator, Fingerprint { tag, ..Fingerprint::default() })
    };
    NewItem { image, identity: identity(record, number) }
}

fn identity(record: &MediaRecord, number: Option<&CatalogNumber>) -> Result<Identity, Reason> {
    if record.record_id.is_empty() {
        let message = format!("a row of occid {} has no recordID, by which it would be known", record.occid);
        return Err(Reason::new(ReasonCode::PortalRefused, message)
            .hint("let the portal's GUID mapper give every picture one, and do this again"));
    }
    let stand_in = || CatalogNumber::new(&format!("occid{:08}", record.occid));
    let catalog_number = match number {
        Some(number) => number.clone(),
        None => stand_in().map_err(|error| Reason::from_error(ReasonCode::NumberRefused, &error))?,
    };
    Ok(Identity { catalog_number, suffix: String::new(), rank: 0 })
}

/// What was listed of a row: record, `recordID` and addresses alone.
pub(super) fn listed(image: &SourceImage) -> MediaRecord {
    let mut record = MediaRecord::default();
    let Some(statement) = &image.statement else { return record };
    for (column, text) in &statement.media {
        match (column.as_str(), Variant::from_column(column)) {
            (_, Some(variant)) => record.set_address(variant, text.clone()),
            ("occid", _) => record.occid = text.parse().unwrap_or_default(),
            ("recordID", _) => record.record_id.clone_from(text),
            _ => {}
        }
    }
    record
}
