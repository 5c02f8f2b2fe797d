//! How far a collection, or one specimen, has come.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use anyhow::Context as _;
use pinax_core::flows::run::RunContext;
use pinax_core::flows::standing::{CollectionStanding, SpecimenStanding, of_collection, of_specimen, without_pictures};
use pinax_core::nouns::error::ErrorKind;
use pinax_core::nouns::media::{MediaRow, Variant};
use pinax_core::nouns::occurrence::CatalogNumber;
use pinax_core::nouns::uri::AccessUri;
use pinax_core::ports::ledger::Ledger;
use pinax_core::ports::progress::Silent;
use serde_json::json;

use super::{Common, End};
use crate::config::Config;
use crate::report::harmless;
use crate::{show, stop, wire};

/// Opens what is needed to look, and looks.
macro_rules! look {
    ($config:expr, $name:expr, |$context:ident| $work:expr) => {{
        let wired = wire::wire($config, $name)?;
        let ledger: Box<dyn Ledger> = match wire::ledger_to_read($config) {
            Ok(ledger) => Box::new(ledger),
            Err(error) if error.kind() == ErrorKind::NotFound => Box::new(wire::ledger_of_nothing()?),
            Err(error) => return Err(error.into()),
        };
        let stop = stop::listen()?;
        let $context: RunContext<'_> = wired.context(ledger.as_ref(), &Silent, &stop);
        $work
    }};
}

pub(super) async fn collection(
    common: &Common,
    config: &Config,
    name: &str,
    table: Option<&Path>,
) -> anyhow::Result<End> {
    look!(config, name, |context| {
        let standing = of_collection(context).await?;
        let listed = match table {
            None => None,
            Some(path) => Some(write_without_pictures(context, path).await?),
        };
        if common.json {
            show::say!("{}", json!({ "profile": name, "standing": standing, "withoutPicturesListed": listed }));
        } else {
            show::result(format_args!("{}", told(name, &standing, context.portal.capabilities().direct)))?;
            if let (Some(path), Some(listed)) = (table, listed) {
                show::say!("{}: {}", path.display(), show::counted(listed, "record", "records"));
            }
        }
        let waits = standing.totals.review + standing.totals.failed;
        Ok(if waits > 0 { End::Attention } else { End::Done })
    })
}

async fn write_without_pictures(context: RunContext<'_>, path: &Path) -> anyhow::Result<u64> {
    let collection = context.portal.collection(&context.profile.collection).await?;
    // A door that cannot tell refuses here, before a table is made.
    context.portal.without_pictures(&collection, None, 1).await?;
    let file = File::create(path).with_context(|| format!("could not write {}", path.display()))?;
    let mut table = csv::Writer::from_writer(BufWriter::new(file));
    table.write_record(["occid", "catalogNumber", "scientificName", "recordedBy", "eventDate"])?;
    let mut rows = 0;
    without_pictures(context, |record| -> anyhow::Result<()> {
        rows += 1;
        let text = |text: Option<String>| text.unwrap_or_default();
        let cells = [
            record.occid.to_string(),
            record.catalog_number,
            text(record.scientific_name),
            text(record.recorded_by),
            text(record.event_date),
        ];
        Ok(table.write_record(cells.iter().map(|cell| harmless(cell)))?)
    })
    .await?;
    table.flush()?;
    Ok(rows)
}

/// The standing of a collection, for people.
fn told(name: &str, standing: &CollectionStanding, direct: bool) -> String {
    use std::fmt::Write as _;
    let totals = &standing.totals;
    let mut text = format!("{name}\n");
    let mut line = |label: &str, number: u64, note: &str| {
        writeln!(text, "  {label:<24}{:>11}{note}", show::grouped(number)).expect("writing to a String does not fail");
    };
    line("files seen", totals.files, "");
    line("published, read back", totals.published, "");
    if direct {
        line("linked", totals.linked, "");
    } else {
        line("for import", totals.linked, "   (linked once they are imported into the portal)");
    }
    for (label, number, note) in [
        ("needed nothing", totals.needed_nothing, "   (the record shows the picture, or its twin)"),
        ("on the way", totals.on_the_way, "   (pinax run goes on)"),
        ("to review", totals.review, "   (pinax review)"),
        ("failed", totals.failed, "   (pinax review)"),
        ("left alone", totals.skipped, ""),
        ("rejected", totals.rejected, ""),
        ("taken back", totals.undone, ""),
    ] {
        if number > 0 {
            line(label, number, note);
        }
    }
    line("pictures without record", totals.without_record, "");
    match standing.coverage {
        Some(coverage) => {
            line("records", coverage.records, "");
            line("records with pictures", coverage.with_pictures, "");
            let without = coverage.records.saturating_sub(coverage.with_pictures);
            line("records without pictures", without, "   (--without-pictures FILE lists them)");
            line("pictures on the portal", coverage.pictures, "   (whoever linked them)");
        }
        None => line("specimens with pictures", totals.specimens, "   (by the ledger: this door cannot tell more)"),
    }
    text
}

pub(super) async fn specimen(common: &Common, config: &Config, name: &str, number: &str) -> anyhow::Result<End> {
    let number = CatalogNumber::new(number)?;
    look!(config, name, |context| {
        let standing = of_specimen(context, &number).await?;
        let direct = context.portal.capabilities().direct;
        if common.json {
            show::say!("{}", json_of(name, &number, &standing, direct));
        } else {
            show::result(format_args!("{}", told_of_specimen(&number, &standing, direct)))?;
        }
        let fine = standing.occurrences.len() == 1 && !standing.rows.is_empty();
        Ok(if fine { End::Done } else { End::Attention })
    })
}

/// One picture of a record: as a file that a person carries to the portal tells of it, as the portal's download does, or
/// both. Rows of a database are pictures each.
struct Shown<'a> {
    row: &'a MediaRow,
    /// The same picture, as the download has it.
    on_portal: Vec<&'a MediaRow>,
}

fn pictures(rows: &[MediaRow], direct: bool) -> Vec<Shown<'_>> {
    let mut pictures: Vec<Shown<'_>> = Vec::new();
    for row in rows {
        let same = |shown: &&mut Shown<'_>| {
            let other = &shown.row.record;
            row.record.occid == other.occid && AccessUri::same_place(&row.record.original_url, &other.original_url)
        };
        match pictures.iter_mut().find(same) {
            Some(shown) if !direct => shown.on_portal.push(row),
            _ => pictures.push(Shown { row, on_portal: Vec::new() }),
        }
    }
    pictures
}

/// Is it shown by a row that this program made?
fn is_ours(standing: &SpecimenStanding, shown: &Shown<'_>) -> bool {
    let known =
        |id: &str| std::iter::once(shown.row).chain(shown.on_portal.iter().copied()).any(|row| row.is_known_as(id));
    standing.items.iter().any(|(item, _)| item.record_id.as_deref().is_some_and(known))
}

fn told_of_specimen(number: &CatalogNumber, standing: &SpecimenStanding, direct: bool) -> String {
    use std::fmt::Write as _;
    let mut text = format!("{number}\n");
    let mut line = |line: String| writeln!(text, "  {line}").expect("writing to a String does not fail");
    if standing.occurrences.is_empty() {
        line("no record has this number".to_owned());
    }
    for occurrence in &standing.occurrences {
        line(format!("record: {occurrence}"));
    }
    for (item, derivatives) in &standing.items {
        let outcome = item.outcome.map_or("on its way", |outcome| outcome.as_str());
        let reason = item.reason.as_ref().map(|reason| format!(": {}", reason.message)).unwrap_or_default();
        line(format!("file:   {} ({}, batch {}) {outcome}{reason}", item.image.locator, item.stage, item.batch));
        if let Some(original) = derivatives.iter().find(|one| one.variant == Variant::Original) {
            line(format!("        published {} ({} bytes, read back)", original.uri, original.size_bytes));
        }
    }
    for shown in pictures(&standing.rows, direct) {
        let ours = is_ours(standing, &shown);
        let by = if ours { "ours" } else { "not ours" };
        let record = &shown.row.record;
        match &shown.on_portal[..] {
            [] if ours && !direct => {
                line(format!("for import: {} (recordID {}, {by})", record.original_url, record.record_id));
            }
            [] => line(format!("linked: {} (recordID {}, {by})", record.original_url, record.record_id)),
            [row] => line(format!("linked: {} (recordID {}, {by})", record.original_url, row.record.record_id)),
            several => {
                let ids: Vec<&str> = several.iter().map(|row| row.record.record_id.as_str()).collect();
                let times = several.len();
                line(format!("linked {times} times: {} (recordID {}, {by})", record.original_url, ids.join(", ")));
            }
        }
    }
    if standing.rows.is_empty() && !standing.occurrences.is_empty() {
        line("no picture is linked".to_owned());
    }
    text
}

fn json_of(name: &str, number: &CatalogNumber, standing: &SpecimenStanding, direct: bool) -> serde_json::Value {
    let files: Vec<_> = standing
        .items
        .iter()
        .map(|(item, derivatives)| {
            json!({
                "file": item.image.locator.to_string(),
                "batch": item.batch,
                "stage": item.stage,
                "outcome": item.outcome,
                "reason": item.reason.as_ref().map(|reason| reason.code),
                "mediaRecordID": item.record_id,
                "published": derivatives.iter().map(|one| one.uri.as_str()).collect::<Vec<_>>(),
            })
        })
        .collect();
    let rows: Vec<_> = pictures(&standing.rows, direct)
        .iter()
        .map(|shown| {
            let mut row = json!(&shown.row.record);
            let on_portal = shown.on_portal.iter().map(|row| row.record.record_id.as_str());
            row["portalRecordIDs"] = on_portal.collect::<Vec<_>>().into();
            row
        })
        .collect();
    json!({
        "profile": name,
        "catalogNumber": number.as_str(),
        "occids": standing.occurrences.iter().map(|occurrence| occurrence.occid).collect::<Vec<_>>(),
        "files": files,
        "rows": rows,
    })
}
