//! `pinax review`: the waiting room.

mod decide;
mod table;

use std::path::PathBuf;

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
        /// Write a table to decide in: fill the column `decision` (accept, assign, reject), then `review apply` it.
        #[arg(long, value_name = "FILE")]
        csv: Option<PathBuf>,
    },
    /// Go on in spite of the doubt: believe a cut number or a derivative's name; where no record has the number, the
    /// next run makes one.
    Accept(decide::Accept),
    /// Say which number it belongs to, or which of several records.
    Assign(decide::Assign),
    /// It shall not be linked, and no longer waits.
    Reject(decide::Which),
    /// Take a rejection back: it waits again, and the next run looks at it anew.
    Reopen(decide::Which),
    /// Take the decisions of a table.
    Apply {
        /// A table with the columns file, decision and, to assign, catalogNumber or occid (and profile, where there are
        /// several).
        file: PathBuf,
        /// Who decided; the user name when left out.
        #[arg(long)]
        who: Option<String>,
    },
}

/// Items read from the ledger at a time.
pub(super) const PAGE: usize = 1000;

pub(super) fn review(common: &Common, options: &ReviewOptions) -> anyhow::Result<End> {
    let config = common.configuration()?;
    match &options.verb {
        None => list(common, &config, None),
        Some(ReviewVerb::List { profile, csv: None }) => list(common, &config, profile.as_deref()),
        Some(ReviewVerb::List { profile, csv: Some(path) }) => {
            let profile = profile.as_deref().map(|profile| config.choose(Some(profile))).transpose()?;
            table::write(common, &config, profile, path)
        }
        Some(ReviewVerb::Accept(which)) => decide::accept(common, &config, which),
        Some(ReviewVerb::Assign(assign)) => decide::assign(common, &config, assign),
        Some(ReviewVerb::Reject(which)) => decide::reject(common, &config, which),
        Some(ReviewVerb::Reopen(which)) => decide::reopen(common, &config, which),
        Some(ReviewVerb::Apply { file, who }) => table::apply(common, &config, file, who.as_deref()),
    }
}

fn list(common: &Common, config: &Config, profile: Option<&str>) -> anyhow::Result<End> {
    let profile = profile.map(|profile| config.choose(Some(profile))).transpose()?.map(str::to_owned);
    let ledger = wire::ledger_to_read(config)?;
    let mut waiting = 0;
    let mut listed = Vec::new();
    each_item(&ledger, &ItemFilter::Waiting(profile), |item| {
        waiting += 1;
        if common.json {
            listed.push(json_of(&item));
        } else if let Some(lines) = show::lines_of(&item) {
            show::say!("{lines}");
            if let Some(decision) = &item.decision {
                show::say!("  decided: {} by {}; `pinax run` acts on it", decision.verdict, decision.who);
            }
        }
        Ok(())
    })?;
    if common.json {
        show::say!("{}", json!({ "waiting": waiting, "items": listed }));
    } else if waiting == 0 {
        show::say!("nothing waits");
    } else {
        show::tell!(
            "decide with `pinax review accept|assign|reject FILE`, or in a table: `pinax review list --csv FILE`"
        );
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
        "decision": item.decision.as_ref().map(|decision| json!({ "verdict": decision.verdict, "who": decision.who })),
    })
}
