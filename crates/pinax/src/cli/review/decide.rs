//! Decisions about single pictures.

use clap::Args;
use pinax_core::flows::review::{decide, reopen as reopen_items};
use pinax_core::nouns::batch::{BatchItem, Outcome, ReviewDecision, Verdict};
use pinax_core::nouns::error::{Error, ErrorKind};
use pinax_core::nouns::occurrence::{CatalogNumber, Occid};
use pinax_core::nouns::reason::ReasonCode;
use pinax_core::ports::clock::Clock as _;
use pinax_core::ports::ledger::{ItemFilter, Ledger};
use pinax_io::clock::SystemClock;
use serde_json::json;

use super::{Common, Config, End, each_item};
use crate::config::PortalKind;
use crate::{show, wire};

/// Which pictures, and who decides.
#[derive(Args)]
pub(super) struct Which {
    /// Files as `pinax review` names them, or catalog numbers.
    #[arg(required = true)]
    files: Vec<String>,
    /// Only in this profile.
    #[arg(long)]
    profile: Option<String>,
    /// Who decides; the user name when left out.
    #[arg(long)]
    who: Option<String>,
}

/// What is accepted, and who decides.
#[derive(Args)]
pub(super) struct Accept {
    /// Files as `pinax review` names them, or catalog numbers.
    #[arg(required_unless_present = "shifted")]
    files: Vec<String>,
    /// All pictures whose names and barcodes are shifted: each gets the number that is proposed for it.
    #[arg(long, conflicts_with = "files")]
    shifted: bool,
    /// Only in this profile.
    #[arg(long)]
    profile: Option<String>,
    /// Who decides; the user name when left out.
    #[arg(long)]
    who: Option<String>,
}

/// What belongs where.
#[derive(Args)]
pub(super) struct Assign {
    /// The file as `pinax review` names it.
    file: String,
    /// The catalog number it belongs to (as it stands in the portal).
    catalog_number: Option<String>,
    /// Of several records with the number, the one with this occid.
    #[arg(long)]
    occid: Option<u64>,
    /// Only in this profile.
    #[arg(long)]
    profile: Option<String>,
    /// Who decides; the user name when left out.
    #[arg(long)]
    who: Option<String>,
}

pub(super) fn accept(common: &Common, config: &Config, accept: &Accept) -> anyhow::Result<End> {
    let Accept { files, shifted, profile, who } = accept;
    if *shifted {
        return accept_shifted(common, config, profile.as_deref(), who.as_deref());
    }
    several(common, config, (files, profile.as_deref(), who.as_deref()), Verdict::Accept)
}

/// One answer for all pictures of a shift.
fn accept_shifted(common: &Common, config: &Config, profile: Option<&str>, who: Option<&str>) -> anyhow::Result<End> {
    let decision = decision(Verdict::Accept, None, None, who)?;
    let profile = profile.map(|profile| config.choose(Some(profile))).transpose()?.map(str::to_owned);
    let ledger = wire::ledger(config, "pinax review")?;
    let mut items = Vec::new();
    each_item(&ledger, &ItemFilter::Waiting(profile), |item| {
        let shifted = item.reason.as_ref().is_some_and(|reason| reason.code == ReasonCode::Shifted);
        if shifted && item.decision.is_none() {
            items.push(item);
        }
        Ok(())
    })?;
    if items.is_empty() {
        let message = "no picture waits because names and barcodes are shifted";
        return Err(Error::new(ErrorKind::NotFound, message).hint("`pinax review` lists what waits").into());
    }
    decide(&ledger, &items, &decision)?;
    told(common, &items, &decision)
}

pub(super) fn reject(common: &Common, config: &Config, which: &Which) -> anyhow::Result<End> {
    several(common, config, (&which.files, which.profile.as_deref(), which.who.as_deref()), Verdict::Reject)
}

fn several(
    common: &Common,
    config: &Config,
    (files, profile, who): (&[String], Option<&str>, Option<&str>),
    verdict: Verdict,
) -> anyhow::Result<End> {
    let decision = decision(verdict, None, None, who)?;
    let ledger = wire::ledger(config, "pinax review")?;
    let mut items = Vec::new();
    for file in files {
        items.extend(waiting(&ledger, profile, file)?);
    }
    items.iter().try_for_each(|item| can_be_done(config, item, &decision))?;
    decide(&ledger, &items, &decision)?;
    told(common, &items, &decision)
}

pub(super) fn reopen(common: &Common, config: &Config, which: &Which) -> anyhow::Result<End> {
    let who = who(which.who.as_deref())?;
    let ledger = wire::ledger(config, "pinax review")?;
    let mut items = Vec::new();
    for file in &which.files {
        let mut named = ledger.items_named(which.profile.as_deref(), file)?;
        named.retain(|item| item.outcome == Some(Outcome::Rejected));
        if named.is_empty() {
            return Err(Error::new(ErrorKind::NotFound, format!("no rejected picture is called {file}"))
                .hint("`pinax report` names what is rejected")
                .into());
        }
        items.extend(named);
    }
    reopen_items(&ledger, &items, &who)?;
    let files: Vec<String> = items.iter().map(|item| item.image.locator.to_string()).collect();
    if common.json {
        show::say!("{}", json!({ "decision": "reopen", "who": who, "files": files }));
    } else {
        for file in files {
            show::say!("reopen\t{file}");
        }
        show::tell!("`pinax run` looks at them anew");
    }
    Ok(End::Done)
}

/// A record that this door cannot make would stop every run.
pub(super) fn can_be_done(config: &Config, item: &BatchItem, decision: &ReviewDecision) -> Result<(), Error> {
    let makes = matches!(config.portal().kind, PortalKind::Mariadb | PortalKind::Api);
    if makes || !needs_record(item, decision) {
        return Ok(());
    }
    let message = format!("{} is on no record, and this door to the portal cannot make one", item.image.locator);
    Err(Error::new(ErrorKind::Rejected, message)
        .hint("add the record in the portal and run again, or name the right number: pinax review assign"))
}

/// Will a record be made for it?
fn needs_record(item: &BatchItem, decision: &ReviewDecision) -> bool {
    let waits_for_record = item.reason.as_ref().is_some_and(|reason| reason.code == ReasonCode::NoRecord);
    decision.verdict == Verdict::Accept && waits_for_record
}

pub(super) fn assign(common: &Common, config: &Config, assign: &Assign) -> anyhow::Result<End> {
    if assign.catalog_number.is_none() && assign.occid.is_none() {
        return Err(Error::new(ErrorKind::Config, "assign to what?")
            .hint("give a catalog number, or --occid with the number of one of several records")
            .into());
    }
    let number = assign.catalog_number.as_deref().map(CatalogNumber::new).transpose()?;
    let decision = decision(Verdict::Assign, number, assign.occid.map(Occid), assign.who.as_deref())?;
    let ledger = wire::ledger(config, "pinax review")?;
    let items = waiting(&ledger, assign.profile.as_deref(), &assign.file)?;
    decide(&ledger, &items, &decision)?;
    told(common, &items, &decision)
}

/// A decision of today.
pub(super) fn decision(
    verdict: Verdict,
    catalog_number: Option<CatalogNumber>,
    occid: Option<Occid>,
    who: Option<&str>,
) -> anyhow::Result<ReviewDecision> {
    Ok(ReviewDecision { verdict, catalog_number, occid, who: self::who(who)?, decided_ms: SystemClock.now_ms() })
}

/// Who decides: who is named, else the user of this computer.
fn who(named: Option<&str>) -> anyhow::Result<String> {
    let variable = |name: &&str| std::env::var(name).ok().filter(|name| !name.trim().is_empty());
    let who = named.map(str::to_owned).or_else(|| ["USER", "LOGNAME", "USERNAME"].iter().find_map(variable));
    who.or_else(system_user).ok_or_else(|| {
        Error::new(ErrorKind::Config, "it is not known who decides").hint("say it with --who NAME").into()
    })
}

/// The user's name as the system knows it, or the number of one without name: services often run without `USER`.
fn system_user() -> Option<String> {
    let told = std::process::Command::new("id").arg("-un").stderr(std::process::Stdio::null()).output().ok()?;
    let name = String::from_utf8(told.stdout).ok()?;
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

/// The waiting items a person names.
pub(super) fn waiting(ledger: &dyn Ledger, profile: Option<&str>, file: &str) -> anyhow::Result<Vec<BatchItem>> {
    let named = ledger.items_named(profile, file)?;
    let waits = |item: &BatchItem| matches!(item.outcome, Some(Outcome::Review | Outcome::Failed));
    let (waiting, other): (Vec<_>, Vec<_>) = named.into_iter().partition(waits);
    if waiting.is_empty() {
        let message = match other.first().and_then(|item| item.outcome) {
            Some(outcome) => format!("{file} does not wait: it is {outcome}"),
            None => format!("no picture {file} waits"),
        };
        let hint = match other.first().and_then(|item| item.outcome) {
            Some(Outcome::Rejected) => "`pinax review reopen` takes the rejection back",
            _ => "`pinax review` lists what waits",
        };
        return Err(Error::new(ErrorKind::NotFound, message).hint(hint).into());
    }
    Ok(waiting)
}

fn told(common: &Common, items: &[BatchItem], decision: &ReviewDecision) -> anyhow::Result<End> {
    if common.json {
        let files: Vec<String> = items.iter().map(|item| item.image.locator.to_string()).collect();
        show::say!("{}", json!({ "decision": decision.verdict, "who": decision.who, "files": files }));
    } else {
        for item in items {
            let number = item.identity.as_ref().map(|identity| identity.catalog_number.as_str()).unwrap_or_default();
            let note = if needs_record(item, decision) {
                format!("\ta new record will be made for {number}")
            } else {
                String::new()
            };
            show::say!("{}\t{}{note}", decision.verdict, item.image.locator);
        }
        if decision.verdict != Verdict::Reject {
            show::tell!("`pinax run` acts on it");
        }
    }
    Ok(End::Done)
}
