//! `pinax undo`: takes a batch back, or does it again when it is itself an undo.

use std::fmt::Write as _;

use clap::Args;
use pinax_core::flows::undo::{UndoReport, undo as undo_batch};
use pinax_core::steps::rebase::profile_of;
use serde::Serialize;

use super::status::the_batch;
use super::{Common, End};
use crate::{show, stop, wire};

/// What to take back.
#[derive(Args)]
pub(super) struct UndoOptions {
    /// The batch; `pinax status` lists them. Undoing an undo makes the links again.
    batch: i64,
}

/// What `--json` prints.
#[derive(Serialize)]
struct UndoAnswer<'a> {
    #[serde(flatten)]
    report: &'a UndoReport,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

pub(super) async fn undo(common: &Common, options: &UndoOptions) -> anyhow::Result<End> {
    let config = common.configuration()?;
    let ledger = wire::ledger(&config, &format!("pinax undo {}", options.batch))?;
    let batch = the_batch(&ledger, options.batch)?;
    let wired = wire::wire(&config, profile_of(&batch.profile))?;
    let stop = stop::listen()?;
    let progress = show::progress();
    let result = undo_batch(wired.context(&ledger, progress.as_ref(), &stop), batch.id).await;
    drop(progress);
    let (report, error) = match result {
        Ok(report) => (report, None),
        Err(interrupted) => (interrupted.report, Some(interrupted.error)),
    };
    if common.json {
        let answer = UndoAnswer {
            report: &report,
            error: error.as_ref().map(ToString::to_string),
            hint: error.as_ref().and_then(|error| error.hint_text()).map(str::to_owned),
        };
        show::say!("{}", serde_json::to_string(&answer)?);
    } else if error.is_none() || report.batch.is_some() {
        show::result(format_args!("{}", summary(&report, batch.id.0)))?;
    }
    if let Some(error) = error {
        show::failure(&error.into(), false);
        return Ok(End::CouldNotRun);
    }
    if report.stopped {
        show::tell!("stopped; `pinax undo {}` goes on from here", batch.id);
    }
    let attention = report.stopped || report.kept > 0 || report.done_again_by.is_some();
    Ok(if attention { End::Attention } else { End::Done })
}

/// What was taken back, for people.
fn summary(report: &UndoReport, of: i64) -> String {
    let mut text = match report.batch {
        None => match report.done_again_by {
            Some(again) => format!("batch {of} was taken back, and done again by batch {again}: pinax undo {again}\n"),
            None => format!("nothing of batch {of} is left to take back\n"),
        },
        Some(batch) if report.redo => format!("batch {batch}: what batch {of} took back is done again\n"),
        Some(batch) => format!("batch {batch}: batch {of} is taken back\n"),
    };
    let mut line = |label: &str, number: u64, note: &str| {
        if number > 0 {
            writeln!(text, "  {label:<15}{:>9}{note}", show::grouped(number))
                .expect("writing to a String does not fail");
        }
    };
    let (rows, files) = if report.redo { ("links made", "files taken") } else { ("links undone", "files put back") };
    line(rows, report.rows, "");
    line("records", report.records, "");
    line(
        if report.redo { "there already" } else { "gone already" },
        report.already,
        "   (links and records; nothing was written)",
    );
    line(files, report.files, "");
    line("kept", report.kept, "   (changed since by somebody, or not to be had; told above)");
    if !report.redo {
        line("on the store", report.unshown, "   (shown by nothing now; `pinax sweep` removes them after a while)");
    }
    if let Some(batch) = report.batch {
        writeln!(text, "the other way round: pinax undo {batch}").expect("writing to a String does not fail");
    }
    text
}
