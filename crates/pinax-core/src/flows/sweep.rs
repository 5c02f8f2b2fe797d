//! Sweep: removes objects of a store that nothing shows any more, some time after they were last shown.

use serde::Serialize;

use super::run::RunContext;
use crate::nouns::collection::Collection;
use crate::nouns::error::Result;
use crate::nouns::finding::Finding;
use crate::nouns::media::ObjectKey;
use crate::nouns::uri::AccessUri;
use crate::ports::ledger::UnshownObject;
use crate::ports::progress::Event;

/// Objects looked at in one go.
const GROUP_OBJECTS: usize = 2000;

/// What a sweep did.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SweepReport {
    /// Objects removed.
    pub removed: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Objects that nothing shows, but not for long enough.
    pub waiting: u64,
    /// Objects that stay: a row of the portal shows them after all, or they are no longer what was published.
    pub kept: u64,
    /// What a person should know.
    pub findings: Vec<Finding>,
}

impl SweepReport {
    const MOST_FINDINGS: usize = 200;

    fn keep(&mut self, context: RunContext<'_>, message: String) {
        self.kept += 1;
        let finding = Finding::warning(message);
        context.progress.tell(Event::Finding(&finding));
        if self.findings.len() < Self::MOST_FINDINGS {
            self.findings.push(finding);
        }
    }
}

/// Removes what nothing has shown for `grace_ms` milliseconds or more. `remove` = false only counts.
///
/// # Errors
/// When the portal, the store or the ledger does not answer. What was removed is noted.
pub async fn sweep(context: RunContext<'_>, grace_ms: i64, remove: bool) -> Result<SweepReport> {
    let collection = context.portal.collection(&context.profile.collection).await?;
    let store = context.store.describe();
    let now_ms = context.clock.now_ms();
    let mut report = SweepReport::default();
    let unshown = context.ledger.note_unshown(&store, now_ms)?;
    let mut due = 0;
    let mut after: Option<ObjectKey> = None;
    loop {
        let objects = context.ledger.unshown(&store, now_ms.saturating_sub(grace_ms), after.as_ref(), GROUP_OBJECTS)?;
        let Some(last) = objects.last() else { break };
        after = Some(last.key.clone());
        due += objects.len() as u64;
        let mut gone = Vec::new();
        let shown = shown_by_rows(context, &collection, &objects).await?;
        for object in &objects {
            if object.only_copy {
                report.keep(
                    context,
                    format!("{} stays: it is the only copy of a file deleted at the source", object.key),
                );
                continue;
            }
            if shown.iter().any(|url| is_at(context, object, url)) {
                report.keep(context, format!("{} stays: a row of the portal shows it", object.key));
                continue;
            }
            match context.store.digest(&object.key).await? {
                None => gone.push(object.key.clone()),
                Some(digest) if digest.sha256 != object.sha256 => {
                    report.keep(context, format!("{} stays: it is not what was published", object.key));
                }
                Some(digest) => {
                    report.removed += 1;
                    report.bytes += digest.size_bytes;
                    if remove {
                        context.store.delete(&object.key).await?;
                        gone.push(object.key.clone());
                    }
                }
            }
        }
        if remove {
            context.ledger.swept(&store, &gone, context.clock.now_ms())?;
        }
        if context.stop.asked() {
            break;
        }
    }
    report.waiting = unshown.saturating_sub(due);
    Ok(report)
}

/// Every address that the records of these objects show.
async fn shown_by_rows(
    context: RunContext<'_>,
    collection: &Collection,
    objects: &[UnshownObject],
) -> Result<Vec<String>> {
    let mut occids: Vec<_> = objects.iter().flat_map(|object| object.occids.iter().copied()).collect();
    occids.sort_unstable();
    occids.dedup();
    let rows = if occids.is_empty() { Vec::new() } else { context.portal.media_of(collection, &occids).await? };
    let mut shown: Vec<String> = rows.iter().flat_map(|row| row.record.addresses().map(str::to_owned)).collect();
    // Somebody may have linked them to other records.
    let addresses = objects.iter().filter_map(|object| context.store.public_uri(&object.key).ok());
    let addresses: Vec<String> = addresses.map(|uri| uri.as_str().to_owned()).collect();
    shown.extend(context.portal.still_shown(collection, &addresses).await?);
    Ok(shown)
}

fn is_at(context: RunContext<'_>, object: &UnshownObject, url: &str) -> bool {
    // An address that cannot be told is taken for one that is shown.
    context.store.public_uri(&object.key).map_or(true, |uri| AccessUri::same_place(url, uri.as_str()))
}
