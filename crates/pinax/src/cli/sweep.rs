//! `pinax sweep`: removes published files that no row shows any more.

use clap::Args;
use pinax_core::flows::sweep::sweep as sweep_store;
use serde_json::json;

use super::{Common, End};
use crate::{show, stop, wire};

/// Where and how old.
#[derive(Args)]
pub(super) struct SweepOptions {
    /// The profile; may be left out when there is only one.
    profile: Option<String>,
    /// Files that nothing has shown for so many days.
    #[arg(long, value_name = "DAYS", default_value_t = 7)]
    older_than: u32,
    /// Only count.
    #[arg(long)]
    dry_run: bool,
}

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

pub(super) async fn sweep(common: &Common, options: &SweepOptions) -> anyhow::Result<End> {
    let config = common.configuration()?;
    let name = config.choose(options.profile.as_deref())?;
    let wired = wire::wire(&config, name)?;
    let ledger = wire::ledger(&config, &format!("pinax sweep {name}"))?;
    let stop = stop::listen()?;
    let progress = show::progress();
    let context = wired.context(&ledger, progress.as_ref(), &stop);
    let report = sweep_store(context, i64::from(options.older_than) * DAY_MS, !options.dry_run).await;
    drop(progress);
    let report = report?;
    if common.json {
        show::say!("{}", json!({ "profile": name, "dryRun": options.dry_run, "sweep": report }));
    } else {
        let done = if options.dry_run { "would be removed" } else { "removed" };
        let files = show::counted(report.removed, "file", "files");
        show::say!("{files} {done}, {} bytes", show::grouped(report.bytes));
        if report.waiting > 0 {
            let files = show::counted(report.waiting, "file is shown", "files are shown");
            show::say!("{files} by nothing, but not yet for {} days", options.older_than);
        }
    }
    Ok(if report.kept > 0 { End::Attention } else { End::Done })
}
