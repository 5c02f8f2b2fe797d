//! `pinax settle`: which links have arrived on the portal.

use std::collections::HashMap;

use pinax_core::nouns::change::ChangeTarget;
use pinax_core::nouns::error::ErrorKind;
use pinax_core::nouns::finding::{Finding, Severity};
use pinax_core::nouns::media::{MediaRecord, MediaRow};
use pinax_core::nouns::occurrence::Occid;
use pinax_core::nouns::uri::AccessUri;
use pinax_core::ports::ledger::Ledger;
use pinax_core::ports::portal::Portal;
use pinax_core::{Error, Result};
use pinax_io::portal::import_csv::ImportCsvPortal;
use serde_json::json;

use super::{Common, End};
use crate::config::Config;
use crate::{show, wire};

/// Links looked for in one go.
const GROUP: usize = 1000;
/// Addresses named in a finding.
const NAMED: usize = 5;

pub(super) async fn settle(common: &Common, profile: Option<&str>) -> anyhow::Result<End> {
    let config = Config::read(&common.config)?;
    let name = config.choose(profile)?;
    let Some(portal) = wire::carried_by_hand(&config, name)? else {
        return Err(Error::new(ErrorKind::Config, "links of this profile are on the portal at once")
            .hint("settle is for portal kind import-csv")
            .into());
    };
    // A run that writes files must not be met.
    let ledger = match config.ledger().exists() {
        true => Some(wire::ledger(&config, &format!("pinax settle {name}"))?),
        false => None,
    };
    let mut settlement = portal.settle()?;
    let mut lost = 0;
    if let Some(ledger) = &ledger {
        lost = look_for_lost(&config, name, &portal, ledger, &mut settlement.findings).await?;
    }
    if common.json {
        let mut answer = json!({ "profile": name, "lost": lost });
        if let (Some(answer), serde_json::Value::Object(settlement)) =
            (answer.as_object_mut(), serde_json::to_value(&settlement)?)
        {
            answer.extend(settlement);
        }
        show::say!("{answer}");
    } else {
        for finding in &settlement.findings {
            show::say!("{}", show::finding(finding));
        }
        show::say!(
            "{} arrived, {} not yet; {}",
            show::counted(settlement.arrived, "link has", "links have"),
            show::grouped(settlement.missing + settlement.newer),
            waits(settlement.awaiting.files, settlement.awaiting.rows)
        );
    }
    let attention =
        settlement.awaiting.rows > 0 || settlement.findings.iter().any(|finding| finding.severity > Severity::Note);
    Ok(if attention { End::Attention } else { End::Done })
}

/// What waits for a person, in words.
pub(super) fn waits(files: u64, rows: u64) -> String {
    if files == 0 {
        return "no file waits for import".to_owned();
    }
    format!(
        "{} in {} for import into the portal",
        show::counted(rows, "link waits", "links wait"),
        show::counted(files, "file", "files")
    )
}

/// Links the ledger says were written, and that are neither in a file nor on the portal: somebody took the file away.
async fn look_for_lost(
    config: &Config,
    name: &str,
    portal: &ImportCsvPortal,
    ledger: &dyn Ledger,
    findings: &mut Vec<Finding>,
) -> Result<u64> {
    let collection = portal.collection(&config.profile(name)?.collection).await?;
    let mut all = 0;
    for batch in ledger.batches(Some(name))? {
        let (mut lost, mut named, mut before) = (0_u64, Vec::new(), None);
        loop {
            let changes = ledger.standing_changes(batch.id, before, GROUP)?;
            let Some(oldest) = changes.last() else { break };
            before = Some(oldest.id);
            let linked: Vec<MediaRecord> = changes
                .into_iter()
                .filter(|change| change.change.target == ChangeTarget::Media)
                .filter_map(|change| serde_json::from_value(change.change.after?).ok())
                .collect();
            let mut occids: Vec<Occid> = linked.iter().map(|record| Occid(record.occid)).collect();
            occids.sort_unstable();
            occids.dedup();
            let mut present: HashMap<u64, Vec<MediaRow>> = HashMap::new();
            for row in portal.media_of(&collection, &occids).await? {
                present.entry(row.record.occid).or_default().push(row);
            }
            for record in linked {
                let rows = present.get(&record.occid).map_or(&[][..], Vec::as_slice);
                if !rows.iter().any(|row| {
                    row.is_known_as(&record.record_id)
                        || AccessUri::same_place(&row.record.original_url, &record.original_url)
                }) {
                    lost += 1;
                    if named.len() < NAMED {
                        named.push(record.original_url);
                    }
                }
            }
        }
        if lost > 0 {
            let more = if lost > named.len() as u64 { ", …" } else { "" };
            let told = format!(
                "{} in a CSV file nor on the portal: {}{more}",
                show::counted(
                    lost,
                    &format!("link of batch {} is neither", batch.id),
                    &format!("links of batch {} are neither", batch.id)
                ),
                named.join(", ")
            );
            findings.push(Finding::warning(told).hint(format!(
                "bring the file back that was taken away, or look whether the portal lost them; `pinax undo {}` and a new \
                 run write them again",
                batch.id
            )));
            all += lost;
        }
    }
    Ok(all)
}
