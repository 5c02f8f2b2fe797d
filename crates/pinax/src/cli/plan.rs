//! `pinax plan`: what a run would do, file by file.

use std::io::Write as _;

use pinax_core::flows::plan::{PlanLine, PlanReport, Planned, plan as plan_profile};
use pinax_core::nouns::reason::Reason;
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
    show::tell!("{}", summary(&report));
    Ok(if report.put_aside > 0 { End::Attention } else { End::Done })
}

/// The sum, and what cannot be known yet.
fn summary(report: &PlanReport) -> String {
    let mut told = format!(
        "{} found: {} to link, {} to put aside, {} unchanged",
        show::grouped(report.found),
        show::grouped(report.link),
        show::grouped(report.put_aside),
        show::grouped(report.unchanged),
    );
    for (number, what) in [
        (report.leave, "to leave alone"),
        (report.make_records, "of those to link need a new record"),
        (report.replace, "of those to link replace another"),
        (report.read_barcodes, "whose barcodes must be read first"),
    ] {
        if number > 0 {
            told.push_str(&format!(", {} {what}", show::grouped(number)));
        }
    }
    if report.skeletal_files > 0 {
        let tables = show::counted(report.skeletal_files, "table", "tables");
        told.push_str(&format!("; {tables} to read, which may make and fill records"));
    }
    told.push_str(
        "; nothing was changed, and no picture was opened: only a run tells which are damaged, of a kind that is not \
         handled, or shown already, byte for byte",
    );
    told
}

fn text_line(line: &PlanLine) -> String {
    let file = &line.image.locator;
    match &line.planned {
        Planned::Link { identity, occid: Some(occid), uri, replaces: None } => {
            format!("link\t{file}\t{}\toccid {occid}\t{uri}", identity.catalog_number)
        }
        Planned::Link { identity, occid: Some(occid), uri, replaces: Some(replaced) } => {
            format!("replace\t{file}\t{}\toccid {occid}\t{uri}\tin place of {replaced}", identity.catalog_number)
        }
        Planned::Link { identity, occid: None, uri, .. } => {
            format!("make record and link\t{file}\t{}\tnew record\t{uri}", identity.catalog_number)
        }
        Planned::Leave(reason) => format!("leave\t{file}\t{}\t{}", reason.code, reason.message),
        Planned::PutAside(reason) => format!("aside\t{file}\t{}\t{}", reason.code, reason.message),
        Planned::ReadBarcodes => format!("read barcodes\t{file}"),
        Planned::ReadTable => format!("read\t{file}\tas a skeletal file"),
    }
}

fn json_line(line: &PlanLine) -> serde_json::Value {
    let file = line.image.locator.to_string();
    let ended = |action: &str, reason: &Reason| {
        json!({
            "file": file, "action": action, "reason": reason.code, "message": reason.message, "hint": reason.hint,
        })
    };
    match &line.planned {
        Planned::Link { identity, occid, uri, replaces } => json!({
            "file": file,
            "action": "link",
            "catalogNumber": identity.catalog_number.as_str(),
            "occid": occid.filter(|occid| !occid.is_stand_in()),
            "makesRecord": occid.is_none(),
            "replaces": replaces,
            "url": uri,
        }),
        Planned::Leave(reason) => ended("leave", reason),
        Planned::PutAside(reason) => ended("aside", reason),
        Planned::ReadBarcodes => json!({ "file": file, "action": "read-barcodes" }),
        Planned::ReadTable => json!({ "file": file, "action": "read" }),
    }
}
