//! `pinax run`: does it, or goes on where it was stopped.

use std::time::Instant;

use clap::Args;
use pinax_core::flows::run::{Ask, RunReport, run as run_profile};
use pinax_core::nouns::batch::Outcome;
use pinax_core::ports::ledger::Ledger as _;
use serde::Serialize;

use super::{Common, End};
use crate::config::Config;
use crate::{show, stop, wire};

/// What to run.
#[derive(Args)]
pub(super) struct RunOptions {
    /// The profile; may be left out when there is only one.
    profile: Option<String>,
    /// Try again what was taken back, rejected or left alone.
    #[arg(long)]
    again: bool,
    /// Look at everything the source holds, though it was listed before.
    #[arg(long)]
    full: bool,
    /// Look at what came since this day (2026-11-22), where the source can tell.
    #[arg(long, value_name = "DATE", conflicts_with = "full")]
    since: Option<jiff::civil::Date>,
}

/// What `--json` prints.
#[derive(Serialize)]
pub(super) struct RunAnswer<'a> {
    #[serde(flatten)]
    report: &'a RunReport,
    seconds: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

pub(super) async fn run(common: &Common, options: &RunOptions) -> anyhow::Result<End> {
    let config = common.configuration()?;
    let name = config.choose(options.profile.as_deref())?;
    let since_ms = match options.since {
        Some(day) => Some(day.to_zoned(jiff::tz::TimeZone::UTC)?.timestamp().as_millisecond()),
        None => None,
    };
    go(common, &config, name, options.again, Ask { full: options.full, since_ms }).await.map(|(end, _)| end)
}

/// Runs a profile and tells what came of it.
pub(super) async fn go(
    common: &Common,
    config: &Config,
    name: &str,
    again: bool,
    ask: Ask,
) -> anyhow::Result<(End, RunReport)> {
    let started = Instant::now();
    let mut wired = wire::wire(config, name)?;
    wired.ask = ask;
    let ledger = wire::ledger(config, &format!("pinax run {name}"))?;
    if again {
        ledger.retry(name, &[Outcome::Undone, Outcome::Rejected, Outcome::Skipped])?;
    }
    wired.findings.iter().for_each(|finding| show::tell!("{}", show::finding(finding)));
    let stop = stop::listen()?;
    let progress = show::progress();
    let result = run_profile(wired.context(&ledger, progress.as_ref(), &stop)).await;
    drop(progress);
    let (report, error) = match result {
        Ok(report) => (report, None),
        Err(interrupted) => (interrupted.report, Some(interrupted.error)),
    };
    let seconds = started.elapsed().as_secs_f64();
    if common.json {
        let answer = RunAnswer {
            report: &report,
            seconds,
            error: error.as_ref().map(ToString::to_string),
            hint: error.as_ref().and_then(|error| error.hint_text()).map(str::to_owned),
        };
        show::say!("{}", serde_json::to_string(&answer)?);
    } else if report.batch.is_some() || error.is_none() {
        show::result(format_args!("{}", summary(&report, seconds, &wired)))?;
    }
    if let Some(error) = error {
        if report.batch.is_some() {
            show::tell!("what was done is kept; `pinax run {name}` goes on from here");
        }
        // With --json the object above says it already.
        show::failure(&error.into(), false);
        return Ok((End::CouldNotRun, report));
    }
    if report.stopped {
        show::tell!("stopped; `pinax run {name}` goes on from here");
    }
    let waits = report.waiting.review + report.waiting.failed;
    let end = if report.stopped || waits > 0 { End::Attention } else { End::Done };
    Ok((end, report))
}

/// What a run did, for people.
fn summary(report: &RunReport, seconds: f64, wired: &wire::Wired) -> String {
    use std::fmt::Write as _;
    let direct = wired.portal.capabilities().direct;
    let mut text = String::new();
    let mut line = |label: &str, number: u64, note: &str| {
        if number > 0 {
            writeln!(text, "  {label:<15}{:>9}{note}", show::grouped(number))
                .expect("writing to a String does not fail");
        }
    };
    line("found", report.found, "");
    line("unchanged", report.unchanged, "");
    if direct {
        line("linked", report.linked, "");
    } else {
        line("for import", report.linked, "   (linked once they are imported into the portal)");
    }
    line("needed nothing", report.needed_nothing, "   (the record shows the picture, or its twin)");
    line("left alone", report.skipped, "   (as the profile says: missing, existing)");
    line("records made", report.created + report.skeletal.created, "");
    line("records filled", report.skeletal.filled, "   (from skeletal files)");
    line("lines refused", report.skeletal.refused, "   (of skeletal files: pinax review)");
    line("to review", report.review, "");
    line("failed", report.failed, "");
    line("not done yet", report.not_done, "   (the run was stopped)");
    let mut head = match report.batch {
        Some(batch) => format!("batch {batch}: {seconds:.1} s"),
        None if report.found + report.skeletal.files == 0 => {
            format!("nothing to do, no picture in {}: {seconds:.1} s", wired.source.describe())
        }
        None => format!("nothing to do: {seconds:.1} s"),
    };
    if report.linked > 0 && seconds > 0.0 {
        write!(head, ", {:.1} pictures a second", report.linked as f64 / seconds)
            .expect("writing to a String does not fail");
    }
    let mut tail = String::new();
    let waits = report.waiting.review + report.waiting.failed;
    if waits > 0 {
        tail = format!("{} for a person: pinax review\n", show::counted(waits, "picture waits", "pictures wait"));
    }
    if let Some(batch) = report.batch {
        writeln!(tail, "page with all of it: pinax report {batch}").expect("writing to a String does not fail");
    }
    format!("{head}\n{text}{tail}")
}
