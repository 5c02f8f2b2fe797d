//! A finding: something a person should know, about a batch or one thing in it, that does not stop the work.

use std::fmt;

use serde::Serialize;

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// It is in order.
    Fine,
    /// Good to know.
    Note,
    /// Should be looked at.
    Warning,
    /// Must be mended before it works.
    Error,
}

/// Something a person should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// What it is about, and what was seen.
    pub message: String,
    /// What can be done.
    pub hint: Option<String>,
}

impl Finding {
    /// It is in order: what a check says of what it looked at.
    pub fn fine(message: impl Into<String>) -> Self {
        Self { severity: Severity::Fine, message: message.into(), hint: None }
    }

    /// Good to know.
    pub fn note(message: impl Into<String>) -> Self {
        Self { severity: Severity::Note, message: message.into(), hint: None }
    }

    /// Should be looked at.
    pub fn warning(message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, message: message.into(), hint: None }
    }

    /// Must be mended before it works.
    pub fn error(message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, message: message.into(), hint: None }
    }

    /// Adds what can be done.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl From<crate::Error> for Finding {
    fn from(error: crate::Error) -> Self {
        let hint = error.hint_text().map(str::to_owned);
        Self { severity: Severity::Error, message: error.to_string(), hint }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
