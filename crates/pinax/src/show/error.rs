//! Errors and findings as lines: `error: …`, then `hint: …`.

use pinax_core::Error;
use pinax_core::nouns::batch::{BatchItem, Outcome};
use pinax_core::nouns::finding::{Finding, Severity};
use pinax_core::nouns::reason::Reason;
use pinax_core::nouns::source_image::SourceImage;

/// Further lines of a message that are shown.
const SHOWN_LINES: usize = 10;

/// Prints an error that ended a command; with `--json` also as the one object on standard output.
pub(crate) fn failure(error: &anyhow::Error, json: bool) {
    let (message, hint) = told(error);
    super::tell!("error: {message}");
    if let Some(hint) = &hint {
        super::tell!("hint: {hint}");
    }
    if json {
        // The exit code tells it too, should nobody listen.
        let _ = super::result(format_args!("{}\n", serde_json::json!({ "error": message, "hint": hint })));
    }
}

/// The sentence of an error, and its hint. An error of ours names its cause itself, so the chain stops there.
pub(crate) fn told(error: &anyhow::Error) -> (String, Option<String>) {
    let mut message = String::new();
    for cause in error.chain() {
        if !message.is_empty() {
            message.push_str(": ");
        }
        message.push_str(&cause.to_string());
        if let Some(ours) = cause.downcast_ref::<Error>() {
            return (message, ours.hint_text().map(str::to_owned));
        }
    }
    (message, None)
}

/// The lines of a finding.
pub(crate) fn finding(finding: &Finding) -> String {
    let word = match finding.severity {
        Severity::Fine => "ok",
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    with_hint(format!("{word}: {finding}"), finding.hint.as_deref())
}

/// The lines of an item that needs a person; `None` for one that does not.
pub(crate) fn lines_of(item: &BatchItem) -> Option<String> {
    let reason = item.reason.as_ref()?;
    let line = match item.outcome? {
        Outcome::Done | Outcome::Skipped | Outcome::Rejected | Outcome::Undone => return None,
        Outcome::Review => return Some(aside(&item.image, reason)),
        Outcome::Failed => format!("error: could not link {}: {}", item.image.locator, short(&reason.message)),
    };
    Some(with_hint(line, reason.hint.as_deref()))
}

/// The lines of a file that is put aside.
pub(crate) fn aside(image: &SourceImage, reason: &Reason) -> String {
    with_hint(format!("review: {}: {}", image.locator, short(&reason.message)), reason.hint.as_deref())
}

/// A message without most of its further lines.
fn short(message: &str) -> String {
    let mut lines = message.lines();
    let mut text = lines.next().unwrap_or_default().to_owned();
    for line in lines.by_ref().take(SHOWN_LINES) {
        text.push_str("\n    ");
        text.push_str(line);
    }
    match lines.count() {
        0 => text,
        more => format!("{text}\n    … and {more} more lines, all in `pinax report`"),
    }
}

fn with_hint(mut line: String, hint: Option<&str>) -> String {
    if let Some(hint) = hint {
        line.push_str("\n  hint: ");
        line.push_str(hint);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn of_many_lines_ten_are_shown() {
        let lines = |count: usize| (0..count).map(|line| format!("\nline {line}")).collect::<String>();
        assert!(short(&format!("refused:{}", lines(10))).ends_with("line 9"));
        let told = short(&format!("refused:{}", lines(13)));
        assert!(told.starts_with("refused:\n    line 0\n") && told.contains("line 9\n"), "{told}");
        assert!(told.ends_with("… and 3 more lines, all in `pinax report`"), "{told}");
    }
}
