//! `pinax lint`: looks through a CSV file for the portal's import page.

use std::path::PathBuf;

use clap::Args;
use pinax_core::nouns::finding::Severity;
use pinax_io::portal::import_csv::lint::{LintFinding, LintOptions, LintReport, lint as look_through};
use serde_json::json;

use super::{Common, End};
use crate::show;

/// What to look through.
#[derive(Args)]
pub(super) struct LintArguments {
    /// The CSV file.
    file: PathBuf,
    /// Let addresses pass that are not https.
    #[arg(long)]
    allow_http: bool,
}

pub(super) fn lint(common: &Common, arguments: &LintArguments) -> anyhow::Result<End> {
    let report = look_through(&arguments.file, LintOptions { allow_http: arguments.allow_http })?;
    let fine = report.errors + report.warnings == 0;
    if common.json {
        let mut answer = json!({ "ok": fine, "file": arguments.file.display().to_string() });
        if let (Some(answer), serde_json::Value::Object(report)) =
            (answer.as_object_mut(), serde_json::to_value(&report)?)
        {
            answer.extend(report);
        }
        show::say!("{answer}");
    } else {
        for finding in &report.findings {
            show::say!("{}", line(finding));
        }
        for (rule, more) in &report.more {
            show::say!("{}: {} more", rule, show::grouped(*more));
        }
        show::say!("{}", sum(&report));
    }
    Ok(if fine { End::Done } else { End::Attention })
}

fn line(finding: &LintFinding) -> String {
    let word = match finding.severity {
        Severity::Fine => "ok",
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let place = finding.line.map(|line| format!("line {line}: ")).unwrap_or_default();
    let hint = finding.hint.as_ref().map(|hint| format!("\n  hint: {}", printable(hint))).unwrap_or_default();
    format!("{word}: {place}{} [{}]{hint}", printable(&finding.message), finding.rule)
}

/// What a file says is shown, and never obeyed by a terminal.
fn printable(text: &str) -> String {
    let shown = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(shown).collect()
}

fn sum(report: &LintReport) -> String {
    format!(
        "{}: {}, {}",
        show::counted(report.rows, "row", "rows"),
        show::counted(report.errors, "error", "errors"),
        show::counted(report.warnings, "warning", "warnings")
    )
}
