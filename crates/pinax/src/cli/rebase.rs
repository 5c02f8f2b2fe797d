//! `pinax rebase`: moves linked pictures to another address, or goes on where it was stopped.

use std::fmt::Write as _;
use std::time::Instant;

use clap::Args;
use pinax_core::flows::rebase::{RebasePlan, RebaseReport, foresee, rebase as rebase_rows};
use pinax_core::nouns::batch::Outcome;
use pinax_core::ports::ledger::Ledger as _;
use pinax_core::ports::progress::Silent;
use pinax_core::steps::rebase::{Rebase, ledger_name};
use serde::Serialize;

use super::{Common, End};
use crate::{show, stop, wire};

/// Rows whose addresses `--plan` shows.
const ROWS_SHOWN: usize = 10;

/// What to move, and where.
#[derive(Args)]
pub(super) struct RebaseOptions {
    /// The profile; may be left out when there is only one.
    profile: Option<String>,
    /// How the addresses begin that move; http and https are the same.
    #[arg(long, value_name = "PREFIX")]
    from: String,
    /// How they begin then. Each new address is looked at before a row shows it.
    #[arg(long, value_name = "PREFIX", required_unless_present = "rehost", conflicts_with = "rehost")]
    to: Option<String>,
    /// Copy the pictures into the profile's store instead, with all sizes.
    #[arg(long)]
    rehost: bool,
    /// Only say how many rows would change, with the first of them.
    #[arg(long)]
    plan: bool,
    /// Move again what was taken back.
    #[arg(long, conflicts_with = "plan")]
    again: bool,
}

/// What `--json` prints.
#[derive(Serialize)]
struct RebaseAnswer<'a> {
    #[serde(flatten)]
    report: &'a RebaseReport,
    seconds: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

pub(super) async fn rebase(common: &Common, options: &RebaseOptions) -> anyhow::Result<End> {
    let started = Instant::now();
    let config = common.configuration()?;
    let name = config.choose(options.profile.as_deref())?;
    let what = Rebase::new(&options.from, options.to.as_deref(), wire::allow_http(&config, name)?)?;
    let wired = wire::wire(&config, name)?;
    let stop = stop::listen()?;
    if options.plan {
        let ledger = wire::ledger_of_nothing()?;
        let plan = foresee(wired.context(&ledger, &Silent, &stop), &what, ROWS_SHOWN).await?;
        tell_plan(common, &plan)?;
        return Ok(End::Done);
    }
    let ledger = wire::ledger(&config, &format!("pinax rebase {name}"))?;
    if options.again {
        ledger.retry(&ledger_name(name), &[Outcome::Undone])?;
    }
    wired.findings.iter().for_each(|finding| show::tell!("{}", show::finding(finding)));
    let progress = show::progress();
    let result = rebase_rows(wired.context(&ledger, progress.as_ref(), &stop), &what).await;
    drop(progress);
    let (report, error) = match result {
        Ok(report) => (report, None),
        Err(interrupted) => (interrupted.report, Some(interrupted.error)),
    };
    let seconds = started.elapsed().as_secs_f64();
    if common.json {
        let answer = RebaseAnswer {
            report: &report,
            seconds,
            error: error.as_ref().map(ToString::to_string),
            hint: error.as_ref().and_then(|error| error.hint_text()).map(str::to_owned),
        };
        show::say!("{}", serde_json::to_string(&answer)?);
    } else if report.batch.is_some() || error.is_none() {
        show::result(format_args!("{}", summary(&report, seconds)))?;
    }
    if let Some(error) = error {
        if report.batch.is_some() {
            show::tell!("what was done is kept; the same command goes on from here");
        }
        show::failure(&error.into(), false);
        return Ok(End::CouldNotRun);
    }
    if report.stopped {
        show::tell!("stopped; the same command goes on from here");
    }
    let waits = report.review + report.failed + report.skipped > 0;
    Ok(if report.stopped || waits { End::Attention } else { End::Done })
}

fn tell_plan(common: &Common, plan: &RebasePlan) -> anyhow::Result<()> {
    if common.json {
        show::say!("{}", serde_json::to_string(plan)?);
        return Ok(());
    }
    let mut text = String::new();
    for one in &plan.first {
        writeln!(text, "{}\n  -> {}", one.before, one.after)?;
    }
    writeln!(text, "{} would change", show::counted(plan.rows, "row", "rows"))?;
    show::result(format_args!("{text}"))?;
    Ok(())
}

/// What was moved, for people.
fn summary(report: &RebaseReport, seconds: f64) -> String {
    let mut text = match report.batch {
        Some(batch) => format!("batch {batch}: {seconds:.1} s\n"),
        None => format!("nothing to move: {seconds:.1} s\n"),
    };
    let mut line = |label: &str, number: u64, note: &str| {
        if number > 0 {
            writeln!(text, "  {label:<15}{:>9}{note}", show::grouped(number))
                .expect("writing to a String does not fail");
        }
    };
    line("listed", report.found, "");
    line("unchanged", report.unchanged, "   (taken back before; --again moves them again)");
    line("moved", report.moved, "");
    line("changed since", report.skipped, "   (by somebody; they are kept as they are)");
    line("stay", report.review, "   (the new address does not show the same picture)");
    line("failed", report.failed, "   (the picture could not be had; the same command tries again)");
    line("not done yet", report.not_done, "   (it was stopped)");
    if let Some(batch) = report.batch {
        writeln!(text, "each row with its reason: pinax report {batch}; all of it back: pinax undo {batch}")
            .expect("writing to a String does not fail");
    }
    text
}
