//! `pinax plan`: what a run would do, file by file.

use std::io::Write as _;

use pinax_core::flows::plan::{PlanLine, PlanReport, Planned, plan as plan_profile};
use pinax_core::ports::ledger::Ledger;
use serde_json::json;

use super::{Common, End};
use crate::{show, stop, wire};

pub(super) async fn plan(common: &Common, profile: Option<&str>) -> anyhow::Result<End> {
    let config = common.configuration()?;
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
    let mut written = Ok(());
    let context = wired.context(ledger.as_ref(), progress.as_ref(), &stop);
    let report = plan_profile(context, |line| {
        let result = if common.json {
            let before = if std::mem::take(&mut first) { "{\"items\":[" } else { "," };
            write!(out, "{before}{}", json_line(&line))
        } else {
            writeln!(out, "{}", text_line(&line))
        };
        if written.is_ok() {
            written = result;
        }
    })
    .await;
    drop(progress);
    let (sum, report) = match report {
        Ok(report) => (serde_json::to_value(&report)?, report),
        // Nothing was printed yet: the error is the one object.
        Err(error) if first => return Err(error.into()),
        Err(error) => {
            let error = anyhow::Error::from(error);
            show::failure(&error, false);
            (json!({ "error": error.to_string() }), PlanReport::default())
        }
    };
    let failed = sum.get("error").is_some();
    if common.json {
        let opening = if first { "{\"items\":[" } else { "" };
        writeln!(out, "{opening}],{}", &sum.to_string()[1..])?;
    }
    written.and_then(|()| out.flush()).or_else(|error| match error.kind() {
        // Whoever read it has seen enough.
        std::io::ErrorKind::BrokenPipe => Ok(()),
        _ => Err(error),
    })?;
    if failed {
        return Ok(End::CouldNotRun);
    }
    show::tell!(
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
            "file": file, "action": "link", "catalogNumber": identity.catalog_number.as_str(), "occid": (!occid.is_stand_in()).then_some(occid), "url": uri,
        }),
        Planned::PutAside(reason) => json!({
            "file": file, "action": "aside", "reason": reason.code, "message": reason.message, "hint": reason.hint,
        }),
    }
}
