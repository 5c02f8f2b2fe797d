//! `pinax review`: the waiting room.

use clap::{Args, Subcommand};
use pinax_core::nouns::batch::{BatchItem, ItemId};
use pinax_core::ports::ledger::{ItemFilter, Ledger};
use serde_json::json;

use super::{Common, End};
use crate::config::Config;
use crate::{show, wire};

/// What to do in the waiting room.
#[derive(Args)]
pub(super) struct ReviewOptions {
    #[command(subcommand)]
    verb: Option<ReviewVerb>,
}

#[derive(Subcommand)]
enum ReviewVerb {
    /// What waits for a person, and why (the default).
    List {
        /// Only this profile.
        profile: Option<String>,
    },
}

/// Items read from the ledger at a time.
pub(super) const PAGE: usize = 1000;

pub(super) fn review(common: &Common, options: &ReviewOptions) -> anyhow::Result<End> {
    let config = Config::read(&common.config)?;
    let profile = match &options.verb {
        Some(ReviewVerb::List { profile: Some(profile) }) => Some(config.choose(Some(profile))?.to_owned()),
        _ => None,
    };
    let ledger = wire::ledger_to_read(&config)?;
    let mut waiting = 0;
    let mut listed = Vec::new();
    each_item(&ledger, &ItemFilter::Waiting(profile), |item| {
        waiting += 1;
        if common.json {
            listed.push(json_of(&item));
        } else if let Some(lines) = show::lines_of(&item) {
            show::say!("{lines}");
        }
        Ok(())
    })?;
    if common.json {
        show::say!("{}", json!({ "waiting": waiting, "items": listed }));
    } else if waiting == 0 {
        show::say!("nothing waits");
    }
    Ok(if waiting > 0 { End::Attention } else { End::Done })
}

/// Hands over every item of `filter`, page by page.
pub(super) fn each_item(
    ledger: &dyn Ledger,
    filter: &ItemFilter,
    mut each: impl FnMut(BatchItem) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut after: Option<ItemId> = None;
    loop {
        let items = ledger.items(filter, None, after, PAGE)?;
        let Some(last) = items.last() else { return Ok(()) };
        after = Some(last.id);
        for item in items {
            each(item)?;
        }
    }
}

fn json_of(item: &BatchItem) -> serde_json::Value {
    json!({
        "file": item.image.locator.to_string(),
        "batch": item.batch,
        "catalogNumber": item.identity.as_ref().map(|identity| identity.catalog_number.as_str()),
        "outcome": item.outcome,
        "reason": item.reason.as_ref().map(|reason| reason.code),
        "message": item.reason.as_ref().map(|reason| &reason.message),
        "hint": item.reason.as_ref().and_then(|reason| reason.hint.as_ref()),
    })
}
