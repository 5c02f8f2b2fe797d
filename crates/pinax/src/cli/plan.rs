//! `pinax plan`: what a run would do, file by file.

use std::io::Write as _;

use pinax_core::flows::plan::{PlanLine, Planned, plan as plan_profile};
use pinax_core::ports::ledger::Ledger;
use serde_json::json;

use super::{Common, End};
use crate::config::Config;
use crate::{show, stop, wire};

pub(super) async fn plan(common: &Common, profile: Option<&str>) -> anyhow::Result<End> {
    let config = Config::read(&common.config)?;
    let name = config.choose(profile)?;
    let wired = wire::wire(&config, name)?;
    let ledger: Box<dyn Ledger> = match wire::ledger_to_read(&config) {
        Ok(ledger) => Box::new(ledger),
        Err(error) if error.kind() == pinax_core::ErrorKind::NotFound => Box::new(wire::ledger_of_nothing()?),
        Err(error) => return Err(error.into()),
    };
    let stop = stop::listen()?;
    let progress = show::progress();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut first = true;
    if common.json {
        write!(out, "{{\"items\":[")?;
    }
    let mut written = Ok(());
    let context = wired.context(ledger.as_ref(), progress.as_ref(), &stop);
    let report = plan_profile(context, |line| {
        let result = if common.json {
            let comma = if std::mem::take(&mut first) { "" } else { "," };
            write!(out, "{comma}{}", json_line(&line))
        } else {
            writeln!(out, "{}", text_line(&line))
        };
        if written.is_ok() {
            written = result;
        }
    })
    .await?;
    written?;
    if common.json {
        let sum = serde_json::to_string(&report)?;
        writeln!(out, "],{}", &sum[1..])?;
    }
    out.flush()?;
    drop(progress);
    eprintln!(
        "{} found: {} to link, {} to put aside, {} unchanged; nothing was changed, and no picture was opened",
        show::grouped(report.found),
        show::grouped(report.link),
        show::grouped(report.put_aside),
        show::grouped(report.unchanged),
    );
    Ok(if report.put_aside > 0 { End::Attention } else { End::Done })
}

fn text_line(line: &PlanLine) -> String {
    match &line.planned {
        Planned::Link { identity, occid, uri } => {
            format!("link\t{}\t{}\toccid {occid}\t{uri}", line.image.locator, identity.catalog_number)
        }
        Planned::PutAside(reason) => format!("aside\t{}\t{}\t{}", line.image.locator, reason.code, reason.message),
    }
}

fn json_line(line: &PlanLine) -> serde_json::Value {
    let file = line.image.locator.to_string();
    match &line.planned {
        Planned::Link { identity, occid, uri } => json!({
            "file": file, "action": "link", "catalogNumber": identity.catalog_number.as_str(), "occid": occid, "url": uri,
        }),
        Planned::PutAside(reason) => json!({
            "file": file, "action": "aside", "reason": reason.code, "message": reason.message, "hint": reason.hint,
        }),
    }
}
