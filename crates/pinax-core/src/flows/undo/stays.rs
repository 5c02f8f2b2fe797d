//! What stays although it was to be taken back: told by file and catalog number, equal reasons together.

use std::collections::HashMap;

use serde_json::Value;

use super::UndoReport;
use super::inverse::Inverse;
use crate::flows::run::RunContext;
use crate::nouns::batch::{Batch, BatchItem, ItemId};
use crate::nouns::change::{ChangeId, ChangeTarget, NewChange};
use crate::nouns::error::Result;
use crate::nouns::finding::Finding;

/// Things named in one finding.
const NAMED: usize = 10;

/// A change that stays.
#[derive(Debug, Clone)]
pub(super) struct Stay {
    of: ChangeId,
    original: NewChange,
    why: String,
    hint: Option<String>,
}

impl Stay {
    pub(super) fn new(step: &Inverse, why: &str, hint: Option<&str>) -> Self {
        let (why, hint) = (why.to_owned(), hint.map(str::to_owned));
        Self { of: step.of, original: step.original.clone(), why, hint }
    }
}

/// Tells what stays. What a later batch of ours changed can be taken back first.
pub(super) fn tell(
    context: RunContext<'_>,
    batch: &Batch,
    items: &HashMap<ItemId, BatchItem>,
    report: &mut UndoReport,
) -> Result<()> {
    let stays = std::mem::take(&mut report.stays);
    if stays.is_empty() {
        return Ok(());
    }
    let ids: Vec<ChangeId> = stays.iter().map(|stay| stay.of).collect();
    let mut later: HashMap<ChangeId, Option<_>> =
        ids.iter().copied().zip(context.ledger.changed_since(&ids, batch.id)?).collect();
    let mut groups: Vec<(ChangeTarget, String, Option<String>, Vec<String>)> = Vec::new();
    for stay in stays {
        let hint = match later.remove(&stay.of).flatten() {
            Some(other) => Some(format!("batch {other} changed it: pinax undo {other}")),
            None => stay.hint,
        };
        let (target, name) = (stay.original.target, name(&stay.original, items));
        match groups.iter_mut().find(|group| group.0 == target && group.1 == stay.why && group.2 == hint) {
            Some((.., names)) => names.push(name),
            None => groups.push((target, stay.why, hint, vec![name])),
        }
    }
    for (target, why, hint, names) in groups {
        let told = match names.as_slice() {
            [only] => format!("the {} of {only} stays: {why}", noun(target)),
            several => {
                let more = several.len().saturating_sub(NAMED);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                let named = several.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
                format!("{} {}s stay: {why}: {named}{more}", several.len(), noun(target))
            }
        };
        let finding = Finding::warning(told);
        report.finding(context, if let Some(hint) = hint { finding.hint(hint) } else { finding });
    }
    Ok(())
}

fn noun(target: ChangeTarget) -> &'static str {
    match target {
        ChangeTarget::Object => "published file",
        ChangeTarget::Media => "link",
        ChangeTarget::Occurrence => "record",
        ChangeTarget::Source => "source file",
    }
}

/// File and catalog number.
fn name(original: &NewChange, items: &HashMap<ItemId, BatchItem>) -> String {
    let Some(item) = items.get(&original.item) else { return original.subject.clone() };
    let file = &item.image.locator;
    if let Some(identity) = &item.identity {
        return format!("{file} ({})", identity.catalog_number);
    }
    // A line of a skeletal file.
    let written = |side: &Option<Value>| {
        let number = side.as_ref()?.get("fields")?.get("catalogNumber")?.as_str()?;
        Some(number.to_owned())
    };
    let number = written(&original.after).or_else(|| written(&original.before));
    format!("{file} ({})", number.unwrap_or_else(|| original.subject.clone()))
}
