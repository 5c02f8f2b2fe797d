//! `pinax status`: what is done and what waits.

mod standing;

use std::path::PathBuf;

use clap::Args;
use pinax_core::nouns::batch::{Batch, BatchId};
use pinax_core::nouns::error::{Error, ErrorKind};
use pinax_core::ports::ledger::{BatchCounts, Ledger};
use pinax_core::steps::rebase::profile_of;
use pinax_io::portal::import_csv::Awaiting;
use serde_json::json;

use super::{Common, End, settle};
use crate::config::Config;
use crate::{show, time, wire};

/// What to tell of.
#[derive(Args)]
pub(super) struct StatusOptions {
    /// Only this batch.
    batch: Option<i64>,
    /// How far the collection has come, on disk, on the store and on the portal.
    #[arg(long, conflicts_with = "batch")]
    collection: bool,
    /// How far one specimen has come, by its catalog number.
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["batch", "collection"])]
    specimen: Option<String>,
    /// With --collection: write the records that show no picture into this CSV file.
    #[arg(long, value_name = "FILE", requires = "collection")]
    without_pictures: Option<PathBuf>,
    /// With --collection and --specimen: the profile; may be left out when there is only one.
    #[arg(long)]
    profile: Option<String>,
}

pub(super) async fn status(common: &Common, options: &StatusOptions) -> anyhow::Result<End> {
    let config = common.configuration()?;
    if options.collection || options.specimen.is_some() {
        let name = config.choose(options.profile.as_deref())?;
        return match &options.specimen {
            Some(number) => standing::specimen(common, &config, name, number).await,
            None => standing::collection(common, &config, name, options.without_pictures.as_deref()).await,
        };
    }
    let ledger = wire::ledger_to_read(&config)?;
    let batches = match options.batch {
        None => ledger.batches(None)?,
        Some(id) => vec![the_batch(&ledger, id)?],
    };
    let counted: Vec<(Batch, BatchCounts)> = batches
        .into_iter()
        .map(|batch| Ok((ledger.counts(batch.id)?, batch)))
        .map(|pair: pinax_core::Result<_>| pair.map(|(counts, batch)| (batch, counts)))
        .collect::<Result<_, _>>()?;
    let mut profiles = Vec::new();
    for name in config.profile_names() {
        profiles.push((name, ledger.waiting(name)?));
    }
    let carried = carried_by_hand(&config);
    if common.json {
        let batches: Vec<_> = counted
            .iter()
            .map(|(batch, counts)| {
                json!({
                    "batch": batch.id, "profile": batch.profile, "started": time::utc(batch.started_ms),
                    "ended": batch.ended_ms.map(time::utc), "undoes": batch.undoes, "items": counts,
                })
            })
            .collect();
        let profiles: serde_json::Map<String, serde_json::Value> =
            profiles.iter().map(|(name, waiting)| ((*name).to_owned(), json!({ "waiting": waiting }))).collect();
        let profiles = with_awaiting(profiles, &carried);
        show::say!("{}", json!({ "batches": batches, "profiles": profiles }));
    } else {
        show::say!(
            "{:>5}  {:<16} {:<20} {:>10} {:>8} {:>8} {:>8}  state",
            "batch",
            "profile",
            "started",
            if config.portal().kind.is_direct() { "linked" } else { "for import" },
            "nothing",
            "review",
            "failed"
        );
        for (batch, counts) in &counted {
            show::say!(
                "{:>5}  {:<16} {:<20} {:>10} {:>8} {:>8} {:>8}  {}",
                batch.id.0,
                batch.profile,
                time::utc(batch.started_ms),
                show::grouped(counts.linked),
                show::grouped(counts.needed_nothing),
                show::grouped(counts.review),
                show::grouped(counts.failed),
                state(batch, counts),
            );
            if let Some(others) = others(counts) {
                show::say!("       {others}");
            }
        }
        for (name, waiting) in &profiles {
            let waits = waiting.review + waiting.failed;
            if waits > 0 {
                show::say!(
                    "{name}: {} for a person: pinax review",
                    show::counted(waits, "picture waits", "pictures wait")
                );
            }
        }
    }
    if !common.json {
        for (name, awaiting) in carried.iter().filter(|(_, awaiting)| awaiting.files > 0) {
            let waits = settle::waits(awaiting.files, awaiting.rows);
            show::say!("{name}: {waits}; once they are imported: pinax settle {name}");
        }
    }
    let attention = profiles.iter().any(|(_, waiting)| waiting.review + waiting.failed > 0)
        || counted.iter().any(|(batch, _)| batch.ended_ms.is_none());
    Ok(if attention { End::Attention } else { End::Done })
}

/// By profile, what a person is to carry to the portal.
fn carried_by_hand(config: &Config) -> Vec<(&str, Awaiting)> {
    let awaiting = |name: &str| -> pinax_core::Result<Option<Awaiting>> {
        wire::carried_by_hand(config, name)?.map(|portal| portal.awaiting()).transpose()
    };
    config
        .profile_names()
        .filter_map(|name| match awaiting(name) {
            Ok(awaiting) => Some((name, awaiting?)),
            // The ledger is told all the same.
            Err(error) => {
                show::tell!("{}", show::finding(&error.into()));
                None
            }
        })
        .collect()
}

fn with_awaiting(
    mut profiles: serde_json::Map<String, serde_json::Value>,
    carried: &[(&str, Awaiting)],
) -> serde_json::Map<String, serde_json::Value> {
    for (name, awaiting) in carried {
        if let Some(profile) = profiles.get_mut(*name) {
            profile["awaitingImport"] = json!(awaiting);
        }
    }
    profiles
}

/// How items ended that have no column.
fn others(counts: &BatchCounts) -> Option<String> {
    let told: Vec<String> =
        [(counts.skipped, "left alone"), (counts.rejected, "rejected"), (counts.undone, "taken back")]
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, what)| format!("{} {what}", show::grouped(number)))
            .collect();
    (!told.is_empty()).then(|| format!("also {}", told.join(", ")))
}

fn state(batch: &Batch, counts: &BatchCounts) -> String {
    match (batch.ended_ms, batch.undoes) {
        (Some(ended), None) => format!("ended {}", time::utc(ended)),
        (Some(ended), Some(of)) => format!("takes {of} back, ended {}", time::utc(ended)),
        (None, Some(of)) => format!("takes {of} back; pinax undo {of} goes on"),
        (None, None) => {
            // What a rebase left is kept under the name of its verb.
            let verb = if profile_of(&batch.profile) == batch.profile { "run " } else { "" };
            format!("{} to do; pinax {verb}{} goes on", show::grouped(counts.on_the_way), batch.profile)
        }
    }
}

/// The batch a person asked for.
pub(super) fn the_batch(ledger: &dyn Ledger, id: i64) -> anyhow::Result<Batch> {
    ledger.batch(BatchId(id))?.ok_or_else(|| {
        Error::new(ErrorKind::NotFound, format!("there is no batch {id}")).hint("`pinax status` lists them").into()
    })
}
