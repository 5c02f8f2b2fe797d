//! The first part of a run: everything the source lists is compared with the ledger; what is new, changed or worth
//! another try is taken into the batch. Nothing is read.

use std::collections::{BTreeMap, HashMap};

use futures::{StreamExt, stream};

use super::evidence::no_barcode;
use super::making::read_and_look;
use super::pool::Pool;
use super::vanished::Vanished;
use super::{Ask, RunContext, RunReport};
use crate::nouns::batch::{Batch, BatchItem, Identity, ItemId, NewItem, ReviewDecision};
use crate::nouns::error::Result;
use crate::nouns::finding::Finding;
use crate::nouns::profile::BarcodePolicy;
use crate::nouns::reason::{Reason, ReasonCode};
use crate::nouns::source_image::SourceImage;
use crate::ports::ledger::Known;
use crate::ports::progress::Event;
use crate::ports::source::ListFrom;
use crate::steps::identify::{identify, is_picture, told_by_table};
use crate::steps::skeletal::is_skeletal;

/// So many tables are kept in mind; further ones are no skeletal files.
const MOST_SKELETAL_FILES: usize = 10_000;

/// Answers the skeletal files, which are read next.
pub(super) async fn scan(
    context: RunContext<'_>,
    pool: &Pool,
    batch: &Batch,
    report: &mut RunReport,
) -> Result<Vec<SourceImage>> {
    let mut skeletal_files = Vec::new();
    let reads_skeletal = reads_skeletal(context);
    let mut others: BTreeMap<String, u64> = BTreeMap::new();
    let mut sizes_of_others: u64 = 0;
    let from = scan_from(context)?;
    if from.watermark.is_some() {
        look_again(context, pool, batch, report).await?;
    }
    let mut vanished = Vanished::new(context, &from)?;
    let mut listing = context.source.list(from);
    while let Some(part) = listing.next().await {
        let part = part?;
        for finding in part.findings {
            report.finding(context, finding);
        }
        if part.waiting > 0 {
            context.progress.tell(Event::Waiting { files: part.waiting });
        }
        vanished.listed(&part.files);
        vanished.gone(context, &part.gone)?;
        let (pictures, rest): (Vec<_>, Vec<_>) = part.files.into_iter().partition(is_listed_picture);
        for file in rest {
            if reads_skeletal && is_skeletal(&file.locator) && skeletal_files.len() < MOST_SKELETAL_FILES {
                skeletal_files.push(file);
                continue;
            }
            report.not_pictures += 1;
            count_extension(&mut others, &file);
        }
        let (sizes, pictures): (Vec<_>, Vec<_>) =
            pictures.into_iter().partition(|file| context.profile.places.is_size_of_another(file));
        report.not_pictures += sizes.len() as u64;
        sizes_of_others += sizes.len() as u64;
        take(context, pool, batch, &pictures, report).await?;
        if part.is_whole {
            vanished.compare(context)?;
        }
        if let Some(watermark) = part.watermark {
            context.ledger.keep_watermark(&context.profile.name, &context.source.describe(), &watermark)?;
        }
        context.progress.tell(Event::Listed { found: report.found, unchanged: report.unchanged });
        if context.stop.asked() {
            report.stopped = true;
            break;
        }
    }
    if let Some(finding) = vanished.finding() {
        report.finding(context, finding);
    }
    if sizes_of_others > 0 {
        let message = format!("{sizes_of_others} files are sizes of other pictures by their names (map)");
        report.finding(context, Finding::note(message));
    }
    if !others.is_empty() {
        let kinds: Vec<String> = others.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
        let message = format!("left alone, because they are no pictures: {}", kinds.join(", "));
        report.finding(context, Finding::note(message));
    }
    Ok(skeletal_files)
}

/// A listing that begins at a watermark does not name what was put aside before, and may get another answer today.
async fn look_again(context: RunContext<'_>, pool: &Pool, batch: &Batch, report: &mut RunReport) -> Result<()> {
    const PART: usize = 1000;
    let mut after = None;
    loop {
        let part = context.ledger.waiting_files(&context.profile.name, after.as_ref(), PART)?;
        let Some(last) = part.last() else { return Ok(()) };
        after = Some(last.locator.clone());
        take(context, pool, batch, &part, report).await?;
    }
}

/// Where the listing begins: what was listed before need not be, where the source can tell.
pub(crate) fn scan_from(context: RunContext<'_>) -> Result<ListFrom> {
    let ask = context.ask;
    let watermark = match ask {
        Ask { full: true, .. } | Ask { since_ms: Some(_), .. } => None,
        _ => context.ledger.watermark(&context.profile.name, &context.source.describe())?,
    };
    Ok(ListFrom { watermark, since_ms: ask.since_ms })
}

/// Is it a picture, by its name or because a table says so?
pub(crate) fn is_listed_picture(image: &SourceImage) -> bool {
    is_picture(&image.locator) || image.statement.as_ref().is_some_and(|says| !says.media.is_empty())
}

/// Are skeletal files read? Where the door cannot write records, they are left alone.
pub(crate) fn reads_skeletal(context: RunContext<'_>) -> bool {
    let can = context.portal.capabilities();
    context.profile.skeletal && can.fill && can.create
}

/// What is known of these pictures, and the items of those that are tried again.
pub(crate) fn known(
    context: RunContext<'_>,
    pictures: &[SourceImage],
) -> Result<(Vec<Known>, HashMap<ItemId, BatchItem>)> {
    let mut known = context.ledger.known(&context.profile.name, pictures)?;
    let again: Vec<ItemId> = known.iter().filter_map(|known| known.tried_again()).collect();
    let items = context.ledger.items_by_id(&again)?;
    let items: HashMap<ItemId, BatchItem> = items.into_iter().map(|item| (item.id, item)).collect();
    if !context.converter.converts() {
        // Nobody can convert them today either.
        for one in &mut known {
            let unconverted = |item: &ItemId| {
                let reason = items.get(item).and_then(|item| item.reason.as_ref());
                reason.is_some_and(|reason| reason.code == ReasonCode::UnsupportedFormat)
            };
            if matches!(one, Known::Waiting(item) if unconverted(item)) {
                *one = Known::Unchanged;
            }
        }
    }
    Ok((known, items))
}

/// Compares one part of a listing with the ledger, and takes in what there is to do.
async fn take(
    context: RunContext<'_>,
    pool: &Pool,
    batch: &Batch,
    pictures: &[SourceImage],
    report: &mut RunReport,
) -> Result<()> {
    let (known, before) = known(context, pictures)?;
    let (mut found, mut again) = (Vec::new(), Vec::new());
    let identities = identities(context, pool, pictures, &known, &before).await?;
    for ((image, known), identity) in pictures.iter().zip(known).zip(identities) {
        match known {
            Known::Unchanged => report.unchanged += 1,
            Known::New | Known::Changed => {
                // One whose name says nothing ends here, waiting for a person.
                if let Err(reason) = &identity {
                    report.review += 1;
                    context.progress.tell(Event::Aside(image, reason));
                }
                found.push(NewItem { image: image.clone(), identity });
            }
            Known::Waiting(item) => {
                report.unchanged += u64::from(identity.is_err());
                report.looked_up_again += u64::from(identity.is_ok());
                again.push((item, identity));
            }
            Known::OnItsWay(item) => again.push((item, identity)),
        }
    }
    report.found += pictures.len() as u64;
    if !again.is_empty() {
        context.ledger.again(&again)?;
    }
    if !found.is_empty() {
        context.ledger.found(batch.id, &found)?;
    }
    Ok(())
}

/// Who each picture is, where that is asked: by its name, a person, or its barcodes.
async fn identities(
    context: RunContext<'_>,
    pool: &Pool,
    pictures: &[SourceImage],
    known: &[Known],
    before: &HashMap<ItemId, BatchItem>,
) -> Result<Vec<Result<Identity, Reason>>> {
    let one = |(image, known): (SourceImage, Known)| async move {
        if known == Known::Unchanged {
            return Ok(Err(Reason::new(ReasonCode::Internal, "nobody asks for it")));
        }
        let before = known.tried_again().and_then(|item| before.get(&item));
        match identity(context, &image, before) {
            Some(identity) => Ok(identity),
            None => by_its_barcode(context, pool, &image).await,
        }
    };
    let asked: Vec<(SourceImage, Known)> = pictures.iter().cloned().zip(known.iter().copied()).collect();
    let answers: Vec<Result<Result<Identity, Reason>>> =
        stream::iter(asked).map(one).buffered(context.workers + 1).collect().await;
    answers.into_iter().collect()
}

/// Reads the picture for its barcodes alone; its sizes are made when its record is known.
async fn by_its_barcode(context: RunContext<'_>, pool: &Pool, image: &SourceImage) -> Result<Result<Identity, Reason>> {
    let reading = match read_and_look(context, pool, image).await? {
        Ok(reading) => reading,
        Err(reason) => return Ok(Err(reason)),
    };
    Ok(match reading.numbers().first() {
        None => Err(no_barcode(&reading)),
        Some(number) => Ok(Identity { catalog_number: number.clone(), suffix: String::new(), rank: 0 }),
    })
}

/// Who a picture is, as far as it can be told without opening it: by its name, a person, or what was read on it before.
/// `before` is its item, when it is tried again. `None`: its barcodes must be read.
pub(crate) fn identity(
    context: RunContext<'_>,
    image: &SourceImage,
    before: Option<&BatchItem>,
) -> Option<Result<Identity, Reason>> {
    let decision = before.and_then(|item| item.decision.as_ref());
    if context.profile.look.barcode != BarcodePolicy::InsteadOfName || decision.is_some() {
        return Some(said(context, image, decision));
    }
    // The file is the same, so are its barcodes.
    before.and_then(|item| item.identity.clone()).map(Ok)
}

/// What the name says, or a person.
fn said(context: RunContext<'_>, image: &SourceImage, decision: Option<&ReviewDecision>) -> Result<Identity, Reason> {
    let profile = context.profile;
    let by_name = identify(&profile.pattern, profile.max_number_chars(), &image.locator, decision.is_some());
    let said = match image.statement.as_ref().and_then(|says| says.catalog_number.as_deref()) {
        Some(told) => told_by_table(told, by_name),
        None => by_name,
    };
    match decision.and_then(|decision| decision.catalog_number.clone()) {
        None => said,
        Some(catalog_number) => {
            let (suffix, rank) = said.map_or((String::new(), 0), |said| (said.suffix, said.rank));
            Ok(Identity { catalog_number, suffix, rank })
        }
    }
}

/// Counts at most a dozen kinds by name.
fn count_extension(others: &mut BTreeMap<String, u64>, file: &SourceImage) {
    const MOST_KINDS: usize = 12;
    let extension = file.locator.extension();
    let short = !extension.is_empty() && extension.len() <= 8 && extension.bytes().all(|b| b.is_ascii_alphanumeric());
    let kind = if short { format!(".{extension}") } else { "without extension".to_owned() };
    let kind = if others.len() < MOST_KINDS || others.contains_key(&kind) { kind } else { "others".to_owned() };
    *others.entry(kind).or_default() += 1;
}
